"""Files that nobody vouches for: read whole, within limits, with the place of what is wrong."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from detente.errors import CaseFileError, Place, Problem

__all__ = [
    "LARGEST_FILE",
    "ForeignFileError",
    "as_mapping",
    "as_number",
    "as_text",
    "files_in",
    "load_bytes",
    "load_json",
    "load_text",
    "wrong",
]

LARGEST_FILE = 16 << 20
"""Bytes of one file; domains of competitions have a tenth of that at most."""

LARGEST_NUMBER = 1e15
"""Beyond this a number is a slip of the keyboard."""

MOST_FILES = 2_000
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")


class ForeignFileError(CaseFileError):
    """Files that were to be imported cannot be read; all problems are listed."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        noun = "problem" if len(problems) == 1 else "problems"
        lines = "\n".join(map(str, problems))
        self.args = (f"{len(problems)} {noun} in the files to import\n{lines}",)


def wrong(
    file: str, line: int, field: str, found: str, expected: str, fix: str = ""
) -> ForeignFileError:
    """Return the error for one thing wrong in one place."""
    return ForeignFileError((Problem(Place(file, line, field), found, expected, fix),))


def shown(value: object) -> str:
    """Quote a value for a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def load_bytes(path: Path) -> bytes:
    """Read a file of at most :data:`LARGEST_FILE` bytes.

    Raises
    ------
    ForeignFileError
        If it is larger, no file, or cannot be read.
    """
    try:
        if not path.is_file():
            found = "a folder" if path.is_dir() else "no such file"
            raise wrong(path.name, 1, "", found, "a file")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        raise wrong(path.name, 1, "", found, "a file that can be read") from error
    if len(data) > LARGEST_FILE:
        raise wrong(
            path.name, 1, "", f"more than {LARGEST_FILE >> 20} MiB",
            f"at most {LARGEST_FILE >> 20} MiB", "split the domain",
        )  # fmt: skip
    if not data.strip():
        raise wrong(path.name, 1, "", "an empty file", "a domain or a profile")
    return data


def load_text(path: Path) -> str:
    """Read a file as UTF-8 text, with or without a byte order mark."""
    data = load_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise wrong(
            path.name, line, "", f"the byte 0x{data[error.start]:02x}, which is no UTF-8",
            "text in UTF-8", "save the file as UTF-8",
        ) from error  # fmt: skip


def files_in(folder: Path) -> list[Path]:
    """Return the files of a folder and of its folders, in order of their names; no links."""
    found: list[Path] = []
    try:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                found.append(path)
                if len(found) > MOST_FILES:
                    raise wrong(
                        folder.name, 1, "", f"more than {MOST_FILES:,} files",
                        "the folder of one domain", "name the folder that holds the domain file",
                    )  # fmt: skip
    except OSError as error:
        found_words = (error.strerror or str(error)).lower()
        raise wrong(folder.name, 1, "", found_words, "a folder that can be read") from error
    return found


def load_json(path: Path) -> Any:
    """Read a JSON file: no name twice, no NaN, no nesting without end."""
    text = load_text(path)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise wrong(path.name, 1, twice, "the same name twice", "each name once")
        return dict(pairs)

    def no_number(constant: str) -> Any:
        raise wrong(path.name, 1, "", constant, "a finite number")

    try:
        data = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
        json.dumps(data, ensure_ascii=False).encode()  # half of a sign cannot be written again
        return data
    except json.JSONDecodeError as error:
        raise wrong(
            path.name, error.lineno, "", f"no JSON ({error.msg.lower()} at column {error.colno})",
            "JSON", "is the file complete?",
        ) from error  # fmt: skip
    except (RecursionError, ValueError) as error:
        found = "entries nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise wrong(path.name, 1, "", found, "JSON of ordinary size") from error


def as_mapping(value: Any, file: str, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise wrong(file, 1, field, shown(value), "entries of the form name: value")
    return value


def as_text(value: Any, file: str, field: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong(file, 1, field, shown(value), "some text")
    return value


def as_number(value: Any, file: str, line: int, field: str) -> float:
    """Return a finite number, from a number or its text."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = float(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) <= LARGEST_NUMBER else math.inf
    else:
        raise wrong(file, line, field, shown(value), "a number")
    if not abs(number) <= LARGEST_NUMBER:
        raise wrong(file, line, field, shown(value), f"a number up to {LARGEST_NUMBER:g}")
    return number


def each_once(names: Iterable[str], file: str, line: int, field: str) -> None:
    """Refuse a name that stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise wrong(file, line, field, f"{shown(name)} twice", "each name once")
        seen.add(name)
