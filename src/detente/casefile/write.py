"""Write case files: whole or not at all, and with nothing changed that was not meant.

A file is written beside the old one, flushed to the disk, and renamed over it; whatever happens
on the way, the old file or the new one is there, never half of either. Edits go through
ruamel.yaml's round trip, so comments and layout survive; a file that is not in house style is
refused rather than reflowed (``detente fmt`` brings it into style, in a change of its own).
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.casefile.yaml_text import FieldPath, dotted, read_yaml
from detente.errors import CaseFileError, CaseWriteError, NotFoundError, Place, Problem

__all__ = ["edit_file", "formatted", "set_value", "write_file"]


def write_file(path: Path, text: str | bytes) -> None:
    """Replace a file's content in one step.

    Raises
    ------
    CaseWriteError
        If the folder or the disk does not allow it; the old file is as it was.
    """
    raw = text.encode() if isinstance(text, str) else text
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(temporary).chmod(path.stat().st_mode & 0o777)
        else:
            Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        raise CaseWriteError(
            f"{path.as_posix()}: found {(error.strerror or str(error)).lower()}, expected a place "
            "that can be written; what was there before is unchanged"
        ) from error
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system lets a folder be flushed."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _yaml() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000  # lines break where their writer broke them
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _round_trip(text: str, change: Callable[[Any], None] | None = None) -> str:
    yaml = _yaml()
    data = yaml.load(text)
    if change is not None:
        change(data)
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def _readable(text: str, name: str) -> None:
    part = read_yaml(text, name)
    if part.problems:
        raise CaseFileError(tuple(part.problems))


def formatted(text: str, name: str = "case.yaml") -> str:
    """Bring one file's text into house style.

    Two-space indents, list items indented under their name, no aligned columns, no trailing
    spaces, one line end at the end. Words, order and comments stay.

    Raises
    ------
    CaseFileError
        If the text is not readable YAML; it is left as it is.
    """
    _readable(text, name)
    if not text.strip():
        return text
    if read_yaml(text, name).data == {}:
        return text  # comments alone
    body = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = _round_trip(body).split("\n")
    styled = "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"
    again = read_yaml(styled, name)
    if again.problems or again.data != read_yaml(text, name).data:
        place = Place(name, 1, "")
        found = "text that changes its meaning when reformatted"
        fix = "quote the texts that hold special signs"
        raise CaseFileError((Problem(place, found, "text that can be reformatted", fix),))
    return styled


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
    raw = path.read_bytes()
    text = raw.decode("utf-8")
    if formatted(text, path.name) != text:
        fix = "run `detente fmt` on the case first, in a change of its own"
        place, found = Place(path.name, 1, ""), "a file that is not in house style"
        expected = "house style: an edit would reflow lines that nobody meant to change"
        raise CaseFileError((Problem(place, found, expected, fix),))
    new = _round_trip(text, change)
    styled = "\n".join(line.rstrip() for line in new.split("\n"))
    if styled != text:
        write_file(path, styled)


def set_value(path: Path, where: FieldPath, value: object) -> None:
    """Set one entry of a file: a one-line change.

    Raises
    ------
    NotFoundError
        If there is nothing at ``where`` to hold the entry.
    """

    def change(data: Any) -> None:
        at = data
        for n, step in enumerate(where[:-1]):
            try:
                at = at[step]
            except (KeyError, IndexError, TypeError) as error:
                missing = dotted(where[: n + 1])
                raise NotFoundError(f"{path.name}: there is no entry {missing}") from error
        at[where[-1]] = value

    edit_file(path, change)
