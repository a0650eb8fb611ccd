"""How we say what is wrong.

::

    DetenteError                 everything raised on purpose
      + CaseFileError            files that cannot be read as a case: fix the files
          + ConflictingChangesError  levers or scenarios that exclude each other: take one
      + CaseWriteError           a file could not be written; the old one is untouched
      + CaseExistsError          there is something in the way already: choose another place
      + ModelError               the parts of a case contradict each other: a bug or a broken edit
      + SpaceTooLargeError       more packages, or more of the best, than can be held: narrow the scope
          + TooEntangledError    rules that tie too many issues at once
      + EngineInputError         arrays an engine cannot work on
      + NotFoundError            the thing asked for by name does not exist

A message says where, what was found, what was expected, and what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CaseExistsError",
    "CaseFileError",
    "CaseWriteError",
    "ConflictingChangesError",
    "DetenteError",
    "EngineInputError",
    "ModelError",
    "NotFoundError",
    "Place",
    "Problem",
    "SpaceTooLargeError",
    "TooEntangledError",
]


class DetenteError(Exception):
    """Base class: ``except DetenteError`` catches everything raised on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is written: a file of the case folder, a line, a field.

    ``file`` is relative to the case folder; ``line`` counts from 1; ``field`` is the
    dotted path of the entry, as in ``parties.russia.backs[0]``.
    """

    file: str
    line: int
    field: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.field}" if self.field else f"{self.file}:{self.line}"
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place of a file."""

    place: Place
    found: str
    expected: str
    fix: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: found {self.found}, expected {self.expected}"
        return f"{text}\n    fix: {self.fix}" if self.fix else text


class CaseFileError(DetenteError):
    """A case has problems; all of them are listed, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        noun = "problem" if len(problems) == 1 else "problems"
        super().__init__(f"{len(problems)} {noun} in the case\n" + "\n".join(map(str, problems)))


class ConflictingChangesError(CaseFileError):
    """Two levers or scenarios set the same entry differently; each can be laid over the case alone."""


class CaseWriteError(DetenteError):
    """A file could not be written; what was there before is still there, whole."""


class CaseExistsError(DetenteError):
    """A new case was asked for where there is something already."""


class ModelError(DetenteError):
    """The parts of a case contradict each other."""


class SpaceTooLargeError(DetenteError):
    """More packages than can be listed, or more points of a frontier than the budget holds."""


class TooEntangledError(SpaceTooLargeError):
    """Links that leave too much open at once to be worked off issue by issue."""


class EngineInputError(DetenteError, ValueError):
    """Arrays an engine cannot work on: wrong shape, NaN, or out of range."""


class NotFoundError(DetenteError, LookupError):
    """The thing asked for by name does not exist in this case."""
