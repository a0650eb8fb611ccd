"""Find a case's files, read them, and lay them together, remembering where each entry stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from detente.casefile.yaml_text import FieldPath, YamlText, dotted, read_yaml
from detente.errors import CaseFileError, Place, Problem

__all__ = ["LoadedFolder", "case_files", "load_folder", "read_bytes", "source_files", "text_of"]

LARGEST_YAML = 20_000_000
"""Bytes beyond which a case file is refused; long texts belong in sources/."""

YAML_ENDINGS = (".yaml", ".yml")


@dataclass(slots=True)
class LoadedFolder:
    """The entries of all files together, and where each of them is written."""

    root: Path
    main: str
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[FieldPath, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, where: FieldPath) -> Place:
        """Where an entry, or the nearest entry around it, is written."""
        for n in range(len(where), 0, -1):
            if where[:n] in self.places:
                there = self.places[where[:n]]
                return Place(there.file, there.line, dotted(where))
        return Place(self.main, 1, dotted(where))

    def report(self, where: FieldPath, found: str, expected: str, fix: str = "") -> None:
        self.problems.append(Problem(self.place(where), found, expected, fix))


def case_files(path: Path) -> tuple[Path, list[tuple[Path, FieldPath]]]:
    """Return the case folder and its YAML files, each with the entry its content belongs to.

    Raises
    ------
    CaseFileError
        If there is no case at ``path``.
    """
    if path.is_dir():
        root, main = path, path / "case.yaml"
    else:
        root, main = path.parent, path
    if not main.is_file():
        what = "no such file or folder" if not path.exists() else "a folder without case.yaml"
        place = Place(path.as_posix(), 1, "")
        fix = f"`detente new {path.as_posix()}` starts one"
        raise CaseFileError((Problem(place, what, "a case folder or a case file", fix),))
    files: list[tuple[Path, FieldPath]] = [(main, ())]
    if main.name == "case.yaml":
        files += [(p, ()) for p in _yaml_in(root) if p != main]
        files += [(p, ("scenarios", p.stem)) for p in _yaml_in(root / "scenarios")]
        files += [(p, ("sources", p.stem)) for p in _yaml_in(root / "sources")]
    return root, files


def load_folder(path: Path) -> LoadedFolder:
    """Read every file of a case; problems are collected in the result.

    Raises
    ------
    CaseFileError
        If there is no case at ``path``.
    """
    root, files = case_files(path)
    folder = LoadedFolder(root, files[0][0].name)
    for file, under in files:
        name = file.relative_to(root).as_posix()
        text = text_of(root, name, folder.problems, LARGEST_YAML)
        if text is None:
            continue
        part = read_yaml(text, name)
        folder.problems += part.problems
        if part.problems and not part.data:
            continue
        _fill_in_defaults(part, under)
        if under[:1] == ("sources",):
            _point_to_text(part, file)
        _merge(folder, part, under)
    return folder


def _yaml_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        p
        for p in folder.iterdir()
        if p.suffix in YAML_ENDINGS and not p.name.startswith(".") and p.is_file()
    )


def read_bytes(root: Path, name: str, problems: list[Problem], largest: int) -> bytes | None:
    """Read a file that must lie inside the case folder; None and a problem if it cannot be."""
    place = Place(name, 1, "")
    file = root / name
    inside = root.resolve()
    if not file.resolve().is_relative_to(inside):
        found = "a path that leaves the case folder"
        problems.append(Problem(place, found, "a file inside it", "copy the file into the folder"))
        return None
    try:
        if file.stat().st_size > largest:
            found, expected = f"{file.stat().st_size:,} bytes", f"at most {largest:,}"
            problems.append(Problem(place, found, expected, "split the file"))
            return None
        return file.read_bytes()
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
        problems.append(Problem(place, found, "a readable file", "check its name and permissions"))
        return None


def text_of(root: Path, name: str, problems: list[Problem], largest: int) -> str | None:
    """Read a file as UTF-8 text; None and a problem if it is anything else."""
    raw = read_bytes(root, name, problems, largest)
    if raw is None:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"a byte that is not UTF-8 (0x{raw[error.start]:02x})"
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            found = "text in UTF-16"
        fix = "save the file as UTF-8 text"
        problems.append(Problem(Place(name, line, ""), found, "UTF-8 text", fix))
        return None


def _fill_in_defaults(part: YamlText, under: FieldPath) -> None:
    """Give every claim of this file what its `claim_defaults` say."""
    defaults = part.data.get("claim_defaults")
    claims = part.data.get("claims")
    if under or not isinstance(defaults, dict) or not isinstance(claims, dict):
        return
    for claim in claims.values():
        if isinstance(claim, dict):
            for name, value in defaults.items():
                claim.setdefault(name, value)


def _point_to_text(part: YamlText, file: Path) -> None:
    """A description beside a text speaks of the file of the same name unless it says another."""
    if "text" in part.data:
        return
    if "file" in part.data:
        part.data["file"] = f"sources/{part.data['file']}"
        return
    beside = [p for p in sorted(file.parent.glob(f"{file.stem}.*")) if p.suffix not in YAML_ENDINGS]
    part.data["file"] = f"sources/{beside[0].name if beside else file.stem + '.txt'}"


def _merge(folder: LoadedFolder, part: YamlText, under: FieldPath) -> None:
    for where, line in part.lines.items():
        if where and (len(where) > 1 or (*under, *where) not in folder.places):
            full = (*under, *where)
            folder.places.setdefault(full, Place(part.file, line, dotted(full)))
    if under:
        section, name = str(under[0]), str(under[1])
        _add(folder, folder.data.setdefault(section, {}), under, name, part.data, part)
        folder.places[under] = Place(part.file, 1, dotted(under))
        return
    for name, value in part.data.items():
        if name == "claim_defaults":
            folder.data.setdefault(name, value)
            continue
        there = folder.data.get(name)
        if isinstance(there, dict) and isinstance(value, dict):
            for entry, content in value.items():
                _add(folder, there, (name, entry), entry, content, part)
        else:
            _add(folder, folder.data, (name,), name, value, part)


def _add(
    folder: LoadedFolder,
    into: Any,
    where: FieldPath,
    name: str,
    value: Any,
    part: YamlText,
) -> None:
    if not isinstance(into, dict):
        return
    if name in into:
        first = folder.place(where)
        local = where[len(where) - 1 :] if where[:1] in (("sources",), ("scenarios",)) else where
        line = part.line_of(local) if local in part.lines else part.line_of(where)
        place = Place(part.file, line, dotted(where))
        found = f"{name!r} again"
        fix = f"first in {first.file}, line {first.line}; keep one"
        folder.problems.append(Problem(place, found, "each entry in one file only", fix))
        return
    into[name] = value


def source_files(root: Path) -> Iterator[str]:
    """Names of the texts that lie in sources/, described or not."""
    folder = root / "sources"
    if folder.is_dir():
        for p in sorted(folder.iterdir()):
            if p.is_file() and p.suffix not in YAML_ENDINGS and not p.name.startswith("."):
                yield f"sources/{p.name}"
