"""Read a case: files in, a Case out, or every problem with its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from detente.casefile.build import build_case
from detente.casefile.folder import load_folder, source_files
from detente.casefile.validate import validate
from detente.errors import CaseFileError, Problem
from detente.model import Case

__all__ = ["Reading", "examine_case", "read_case"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read, and what was wrong.

    ``case`` is None where too little was readable; with problems it is what is left without the
    faulty entries, good enough to look at, not to rely on. ``undescribed`` are files in sources/
    that no entry mentions.
    """

    case: Case | None
    problems: tuple[Problem, ...]
    undescribed: tuple[str, ...] = ()


def examine_case(path: Path | str) -> Reading:
    """Read a case folder or a single case file, problems and all.

    Parameters
    ----------
    path
        A folder with ``case.yaml``, that file itself, or one YAML file that holds everything.

    Raises
    ------
    CaseFileError
        Only if there is no case at ``path`` at all.
    """
    folder = load_folder(Path(path))
    written, case = validate(folder), None
    if written is not None and folder.is_whole:
        case = build_case(written, folder)
    used = {source.file for source in case.sources.values()} if case else set()
    undescribed = tuple(f for f in source_files(folder.root) if f not in used) if case else ()
    order = sorted(dict.fromkeys(folder.problems), key=lambda p: (p.place.file, p.place.line))
    return Reading(case, tuple(order), undescribed)


def read_case(path: Path | str) -> Case:
    """Read a case folder or a single case file.

    Parameters
    ----------
    path
        A folder with ``case.yaml``, that file itself, or one YAML file that holds everything.

    Raises
    ------
    CaseFileError
        Naming file, line, field, what was found, what was expected and a fix, for every problem
        in the case at once.
    """
    reading = examine_case(path)
    if reading.problems or reading.case is None:
        raise CaseFileError(reading.problems)
    return reading.case
