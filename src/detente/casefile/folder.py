"""Find a case's files, read them, and lay them together, remembering where each entry stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from detente.casefile.schema.ledger import ClaimDefaultsSchema
from detente.casefile.text_problem import cut
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
    is_whole: bool = True
    """False where a file could not be read to its end, so that entries may be missing."""

    def place(self, where: FieldPath) -> Place:
        """Where an entry, or the nearest entry around it, is written."""
        for n in range(len(where), 0, -1):
            if where[:n] in self.places:
                there = self.places[where[:n]]
                return Place(there.file, there.line, there.field + dotted(where[n:], inside=True))
        return Place(self.main, 1, dotted(where))

    def report(self, where: FieldPath, found: str, expected: str, fix: str = "") -> None:
        self.problems.append(Problem(self.place(where), cut(found), expected, cut(fix)))


def case_files(path: Path) -> tuple[Path, list[tuple[Path, FieldPath]]]:
    """Return the case folder and its YAML files, each with the entry its content belongs to.

    Raises
    ------
    CaseFileError
        If there is no case at ``path``.
    """
    try:
        root, main = (path, path / "case.yaml") if path.is_dir() else (path.parent, path)
        if not main.is_file():
            _no_case(path, main)
        files: list[tuple[Path, FieldPath]] = [(main, ())]
        if main.name == "case.yaml":
            files += [(p, ()) for p in _yaml_in(root) if p != main]
            files += [(p, ("scenarios", p.stem)) for p in _yaml_in(root / "scenarios")]
            files += [(p, ("sources", p.stem)) for p in _yaml_in(root / "sources")]
    except OSError as error:
        place = Place(Path(error.filename or path).as_posix(), 1, "")
        found = f"a folder that cannot be read ({error.strerror})"
        fix = "check its permissions"
        raise CaseFileError((Problem(place, found, "a readable folder", fix),)) from error
    return root, files


def _no_case(path: Path, main: Path) -> NoReturn:
    what, fix = "no such file or folder", f"`detente new {path.as_posix()}` starts a case"
    if main.is_dir():
        what, fix = f"a folder called {main.name}", "choose another name for the folder"
    elif path.is_dir():
        what = "a folder without case.yaml"
    elif path.exists():
        what, fix = "something that is no file", ""
    expected = "a case folder or a case file"
    raise CaseFileError((Problem(Place(path.as_posix(), 1, ""), what, expected, fix),))


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
            folder.is_whole = False
            continue
        part = read_yaml(text, name)
        folder.problems += part.problems
        folder.is_whole = folder.is_whole and part.is_whole
        if not part.is_whole:
            continue
        if not under:
            _fill_in_defaults(folder, part)
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
    try:
        file = root / name
        if not file.resolve().is_relative_to(root.resolve()):
            found, expected = "a path that leaves the case folder", "a file inside it"
            fix = "copy the file into the folder"
        elif file.exists() and not file.is_file():
            found, expected, fix = "something that is no file", "a file", "check its name"
        elif (size := file.stat().st_size) > largest:
            found, expected, fix = f"{size:,} bytes", f"at most {largest:,}", "split the file"
        else:
            return file.read_bytes()
    except FileNotFoundError:
        found, expected, fix = "no such file", "a file of this case", "check its name"
    except OSError as error:
        found, expected = f"a file that cannot be read ({error.strerror})", "a readable file"
        fix = "check its name and permissions"
    except (ValueError, RuntimeError):  # a null sign in the name; links that lead in a circle
        found, expected, fix = "a path that leads nowhere", "a file of this case", "check its name"
    problems.append(Problem(Place(_printable(name), 1, ""), found, expected, fix))
    return None


def _printable(name: str) -> str:
    """Return a file's name for people, whatever bytes the disk has for it."""
    return name.encode("utf-8", "backslashreplace").decode()


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
        problems.append(Problem(Place(_printable(name), line, ""), found, "UTF-8 text", fix))
        return None


def _fill_in_defaults(folder: LoadedFolder, part: YamlText) -> None:
    """Give every claim of this file what its `claim_defaults` say.

    A default keeps its own place, so that what is wrong with it is said once.
    """
    defaults, claims = part.data.get("claim_defaults"), part.data.get("claims")
    if not isinstance(defaults, dict) or not isinstance(claims, dict):
        return
    for id_, claim in claims.items():
        for name in ClaimDefaultsSchema.model_fields:
            if isinstance(claim, dict) and name in defaults and name not in claim:
                claim[name] = defaults[name]
                written: FieldPath = ("claim_defaults", name)
                there = Place(part.file, part.line_of(written), dotted(written))
                folder.places[("claims", id_, name)] = there


def _point_to_text(part: YamlText, file: Path) -> None:
    """A description beside a text speaks of the file of the same name unless it says another."""
    written = part.data.get("file")
    if isinstance(written, str):
        part.data["file"] = f"sources/{written}"
    elif "file" not in part.data and "text" not in part.data:
        beside = [
            p.name
            for p in sorted(file.parent.iterdir())
            if p.stem == file.stem and p.suffix not in YAML_ENDINGS and p.is_file()
        ]
        part.data["file"] = f"sources/{beside[0] if beside else file.stem + '.txt'}"


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
        there = folder.data.get(name)
        if name == "claim_defaults" and isinstance(there, dict) and isinstance(value, dict):
            folder.data[name] = {**value, **there}  # each file has its own; all are looked at
            continue
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
                yield _printable(f"sources/{p.name}")
