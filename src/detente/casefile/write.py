"""Write case files: whole or not at all, and with nothing changed that was not meant.

A file is written beside the old one, flushed to the disk, and renamed over it; whatever happens
on the way, the old file or the new one is there, never half of either. Edits go through
ruamel.yaml's round trip, so comments and layout survive; a file that is not in house style is
refused rather than reflowed (``detente fmt`` brings it into style, in a change of its own).
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.casefile.folder import LARGEST_YAML, text_of
from detente.casefile.yaml_text import FieldPath, dotted, read_yaml
from detente.errors import CaseFileError, CaseWriteError, NotFoundError, Place, Problem

__all__ = ["edit_file", "formatted", "set_value", "write_file"]

NULLS = ("", "~", "null")
"""What stands for nothing, here and in :mod:`detente.casefile.yaml_text`."""


def write_file(path: Path, text: str | bytes) -> None:
    """Replace a file's content in one step.

    Raises
    ------
    CaseWriteError
        If the folder or the disk does not allow it; the old file is as it was.
    """
    raw = text.encode() if isinstance(text, str) else text
    try:
        target = path.resolve()  # a link stays a link
        if target.exists() and not target.is_file():
            raise OSError(errno.EINVAL, "something that is no file")
        _replace(target, raw)
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        found = (getattr(error, "strerror", None) or str(error)).lower()
        raise CaseWriteError(
            f"{path.as_posix()}: found {found}, expected a place that can be written; what was "
            "there before is unchanged"
        ) from error
    _flush_folder(target.parent)


def _replace(target: Path, raw: bytes) -> None:
    """Write beside the old file, and rename over it; whatever happens, nothing else stays."""
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    # created by hand: tempfile would keep the new file from everybody but its owner
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system lets a folder be flushed."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _yaml() -> Any:
    """Return a round trip in which every scalar is text, as it is for the reader.

    Otherwise 2016-02-30 would be a date that does not exist, 012 the number 12, and yes a truth.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import ScalarNode
    from ruamel.yaml.representer import RoundTripRepresenter
    from ruamel.yaml.resolver import VersionedResolver
    from ruamel.yaml.tag import Tag

    class AllText(VersionedResolver):
        def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
            if kind is not ScalarNode:
                return super().resolve(kind, value, implicit)
            is_null = implicit[0] and value in NULLS
            return Tag(suffix="tag:yaml.org,2002:" + ("null" if is_null else "str"))

    class AsText(RoundTripRepresenter):
        def number(self, value: float) -> Any:
            words = str(value).lower() if isinstance(value, bool) else str(value)
            return self.represent_scalar("tag:yaml.org,2002:str", words)

    for kind in (bool, int, float):
        AsText.add_representer(kind, AsText.number)
    yaml = YAML()
    yaml.Resolver, yaml.Representer = AllText, AsText
    yaml.preserve_quotes = True
    yaml.width = sys.maxsize  # lines break where their writer broke them
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _round_trip(text: str, change: Callable[[Any], None] | None = None) -> str:
    yaml = _yaml()
    data = yaml.load(text)
    if change is not None:
        change(data)
    out = io.StringIO()
    yaml.dump(data, out)
    return _without_trailing_spaces(out.getvalue())


def _without_trailing_spaces(text: str) -> str:
    """Strip every line, unless a text of the file has spaces of its own at the end of a line."""
    stripped = "\n".join(line.rstrip(" \t") for line in text.split("\n")).rstrip("\n") + "\n"
    if stripped == text or read_yaml(stripped, "").data == read_yaml(text, "").data:
        return stripped
    return text


def _read(text: str, name: str) -> dict[str, Any]:
    part = read_yaml(text, name)
    if part.problems:
        raise CaseFileError(tuple(part.problems))
    return part.data


def formatted(text: str, name: str = "case.yaml") -> str:
    """Bring one file's text into house style.

    Two-space indents, list items indented under their name, no aligned columns, no trailing
    spaces, one line end at the end. Words, order and comments stay.

    Raises
    ------
    CaseFileError
        If the text is not readable YAML; it is left as it is.
    """
    data = _read(text, name)
    body = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not data:
        return body  # comments alone
    styled = _round_trip(body)
    if styled != body:
        _check_nothing_lost(body, styled, name)
    return styled


def _check_nothing_lost(text: str, styled: str, name: str) -> None:
    """Refuse a layout that the round trip cannot keep: better no change than a wrong one."""
    kept = _comments(styled)
    for line, comment in _comments(text):
        if comment not in (words for _, words in kept):
            found, fix = f"the comment {comment!r} inside an entry", "put it on a line of its own"
            expected = "comments that survive reformatting"
            raise CaseFileError((Problem(Place(name, line, ""), found, expected, fix),))
    if read_yaml(styled, name).data != read_yaml(text, name).data:
        found, fix = "text that reformatting would change", "put quotation marks around it"
        problem = Problem(Place(name, 1, ""), found, "text that can be laid out anew", fix)
        raise CaseFileError((problem,))


def _comments(text: str) -> list[tuple[int, str]]:
    """Return line and words of every comment: it stands between the parser's tokens."""
    from ruamel.yaml import YAML

    found: list[tuple[int, str]] = []
    end = 0
    for token in YAML(typ="safe", pure=True).scan(text):
        for comment in re.finditer("#.*", text[end : token.start_mark.index]):
            line = text.count("\n", 0, end + comment.start()) + 1
            found.append((line, comment[0].rstrip()))
        end = max(end, token.end_mark.index)
    return found


def edit_file(path: Path, change: Callable[[Any], None]) -> None:
    """Change a file through its parsed form, keeping comments and layout.

    Parameters
    ----------
    path
        A case file in house style.
    change
        Gets the file's entries (nested mappings and lists) and changes them in place.

    Raises
    ------
    CaseFileError
        If the file is not readable, or not in house style.
    CaseWriteError
        If it cannot be written; it is as it was.
    """
    problems: list[Problem] = []
    text = text_of(path.parent, path.name, problems, LARGEST_YAML)
    if text is None:
        raise CaseFileError(tuple(problems))
    if formatted(text, path.name).encode() != path.read_bytes():
        fix = "run `detente fmt` on the case first, in a change of its own"
        place, found = Place(path.name, 1, ""), "a file that is not in house style"
        expected = "house style: an edit would reflow lines that nobody meant to change"
        raise CaseFileError((Problem(place, found, expected, fix),))
    new = _round_trip(text, change)
    _read(new, path.name)
    if new != text:
        write_file(path, new)


def set_value(path: Path, where: FieldPath, value: object) -> None:
    """Set one entry of a file: a one-line change.

    Raises
    ------
    NotFoundError
        If there is nothing at ``where`` to hold the entry.
    """

    def change(data: Any) -> None:
        at = data
        for n, step in enumerate(where):
            try:
                if n == len(where) - 1:
                    at[step] = value
                else:
                    at = at[step]
            except (KeyError, IndexError, TypeError) as error:
                missing = dotted(where[: n + 1])
                raise NotFoundError(f"{path.name}: there is no entry {missing}") from error

    edit_file(path, change)
