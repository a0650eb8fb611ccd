"""A negotiation domain as another program's file states it, before it means anything here."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from detente.errors import ModelError
from detente.interchange.nonlinear import HyperRectangles, RankRules

__all__ = [
    "Agreement",
    "Between",
    "Evaluation",
    "ForeignDomain",
    "ForeignIssue",
    "ForeignProfile",
    "Format",
    "IssueKind",
    "Line",
    "PerOption",
    "Triangle",
    "too_many",
    "with_steps",
]

IssueKind = Literal["discrete", "integer", "steps", "real"]
"""Named options; every whole number of a range; listed numbers; any number of a range."""

MOST_OPTIONS = 100_000
"""Options of one issue; a wider range has to be made coarser by whoever knows what it means."""

MOST_OPTIONS_IN_ALL = 1_000_000
"""Options of all issues together: a short file may state many long ranges."""

LEAST_LARGEST = 1e-5
"""Where an issue's largest evaluation is below this, Genius counts the issue as 0."""


class Format(StrEnum):
    """Whose file it is, and so what its numbers mean."""

    GENIUS = "genius"
    TYPES = "types"
    GENIUSWEB = "geniusweb"
    NEGMAS = "negmas"
    NEGOLOG = "negolog"
    SCORABLE = "scorable"
    DETENTE = "detente"


# --- what an option is worth, before the issue's weight ------------------------------------


@dataclass(frozen=True, slots=True)
class PerOption:
    """A number for each option, in the issue's order."""

    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """``slope * (x - origin) + intercept``; ``clipped`` to 0 to 1 where the format does so."""

    slope: float
    intercept: float
    origin: float = 0.0
    clipped: bool = False

    def at(self, x: float) -> float:
        value = self.slope * (x - self.origin) + self.intercept
        return min(1.0, max(0.0, value)) if self.clipped else value


@dataclass(frozen=True, slots=True)
class Triangle:
    """0 at ``low`` and ``high`` and outside, 1 at ``top``, straight between."""

    low: float
    high: float
    top: float

    def at(self, x: float) -> float:
        if not self.low <= x < self.high:
            return 0.0
        if x < self.top:
            return (x - self.low) / (self.top - self.low)
        return 1.0 - (x - self.top) / (self.high - self.top)


@dataclass(frozen=True, slots=True)
class Between:
    """Straight from one number's value to another's, 0 outside (GeniusWeb)."""

    low: float
    low_value: float
    high: float
    high_value: float

    def at(self, x: float) -> float:
        if not self.low <= x <= self.high:
            return 0.0
        if x in (self.low, self.high):  # an end is what it was stated to be, to the last digit
            return self.low_value if x == self.low else self.high_value
        share = (x - self.low) / (self.high - self.low)
        return self.low_value + share * (self.high_value - self.low_value)


Evaluation = PerOption | Line | Triangle | Between


# --- issues, profiles, domains ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ForeignIssue:
    """An issue under the name the file gives it.

    Attributes
    ----------
    options : tuple of str
        As written; for numbers, their text. None for a real range, until :func:`with_steps`.
    low, high : float or None
        The ends of a range of numbers.
    title : str
        What it is about, where the files say more than a name.
    says : tuple of str
        Each option as a sentence, where the files say more than its text.
    """

    name: str
    options: tuple[str, ...] = ()
    kind: IssueKind = "discrete"
    low: float | None = None
    high: float | None = None
    title: str = ""
    says: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind == "real") != (not self.options):
            raise ModelError(
                f"issue {self.name!r}: found {len(self.options)} options, expected at least one, "
                "or a real range with none"
            )
        if len(set(self.options)) != len(self.options):
            raise ModelError(f"issue {self.name!r}: found an option twice, expected each once")
        if self.says and len(self.says) != len(self.options):
            raise ModelError(
                f"issue {self.name!r}: found {len(self.says)} sentences, expected none or "
                f"{len(self.options)}"
            )
        if self.kind != "discrete" and (self.low is None or self.high is None):
            raise ModelError(f"issue {self.name!r}: found no ends, expected a range of numbers")

    @property
    def numbers(self) -> tuple[float, ...]:
        """The options as numbers; only for a range of numbers."""
        return tuple(float(option) for option in self.options)


@dataclass(frozen=True, slots=True)
class ForeignProfile:
    """What one party wants, in the format's own numbers.

    A package is worth ``factor`` times the sum over issues of weight times evaluation, at most
    ``cap``; unless ``rules`` say otherwise.

    Attributes
    ----------
    name : str
        The party, or the file where it names none.
    evaluations : tuple of Evaluation or None
        One for each issue of the domain; None where the file does not say (see ``notes``).
    weights : tuple of float
        One for each issue, as stated.
    by_largest : bool
        Whether each issue's numbers count relative to their largest (Genius).
    reservation : float or None
        The utility of no agreement. None: not stated, which is neither 0 nor minus infinity.
    reservation_package : tuple of str, "" where not stated; empty: none
        GeniusWeb states a package, not a number.
    discount : float or None
        What utility is multiplied by at the end of the time, none where not stated or 0.
    opt_out : float or None
        Utility of ending the talks.
    time_effect : float or None
        What each period adds to every utility; it may be positive.
    side, kind : str
        Where one party may be of several types: whose profile it is, and of which type.
    """

    name: str
    evaluations: tuple[Evaluation | None, ...]
    weights: tuple[float, ...]
    by_largest: bool = False
    factor: float = 1.0
    cap: float | None = None
    reservation: float | None = None
    reservation_package: tuple[str, ...] = ()
    discount: float | None = None
    opt_out: float | None = None
    time_effect: float | None = None
    side: str = ""
    kind: str = ""
    rules: HyperRectangles | RankRules | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.evaluations) != len(self.weights):
            raise ModelError(
                f"profile {self.name!r}: found {len(self.evaluations)} evaluations and "
                f"{len(self.weights)} weights, expected one of each for every issue"
            )
        stated = (*self.weights, self.factor, self.cap, self.reservation, self.discount)
        for number in (*stated, self.opt_out, self.time_effect):
            if number is not None and not math.isfinite(number):
                raise ModelError(f"profile {self.name!r}: found {number}, expected finite numbers")

    @property
    def is_complete(self) -> bool:
        """Whether every package can be evaluated."""
        return self.rules is not None or None not in self.evaluations


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whose consent it takes: all of ``must``, and at least ``enough`` profiles in all."""

    must: tuple[str, ...]
    enough: int


@dataclass(frozen=True, slots=True)
class ForeignDomain:
    """Issues and profiles of one negotiation, and what could not be carried.

    Attributes
    ----------
    agreement : Agreement or None
        None: everybody must agree, as most formats take for granted.
    proposals : tuple of (title, options)
        Packages the files name, by number of option.
    notes : tuple of str
        What the files say and this cannot hold, and how doubtful places were read.
    """

    format: Format
    name: str
    issues: tuple[ForeignIssue, ...]
    profiles: tuple[ForeignProfile, ...]
    agreement: Agreement | None = None
    proposals: tuple[tuple[str, tuple[int, ...]], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.issues:
            raise ModelError(f"domain {self.name!r}: found no issue, expected at least one")
        for what, names in (
            ("issue", [issue.name for issue in self.issues]),
            ("profile", [profile.name for profile in self.profiles]),
        ):
            if len(set(names)) != len(names):
                raise ModelError(
                    f"domain {self.name!r}: found two of the same {what}, expected each once"
                )
        for profile in self.profiles:
            if len(profile.evaluations) != len(self.issues):
                raise ModelError(
                    f"profile {profile.name!r}: found {len(profile.evaluations)} evaluations, "
                    f"expected {len(self.issues)}, one for each issue"
                )
            for issue, evaluation in zip(self.issues, profile.evaluations, strict=True):
                _check(issue, evaluation, profile.name)

    @property
    def size(self) -> int | None:
        """How many packages there are; None while an issue is a real range."""
        if any(issue.kind == "real" for issue in self.issues):
            return None
        return math.prod(len(issue.options) for issue in self.issues)

    @property
    def seats(self) -> tuple[int, ...]:
        """One profile per party: the first of each side, and every profile that has no side."""
        sides: set[str] = set()
        chosen = []
        for at, profile in enumerate(self.profiles):
            if not profile.side or profile.side not in sides:
                chosen.append(at)
            sides.add(profile.side)
        return tuple(chosen)


def too_many(issues: Iterable[ForeignIssue]) -> str:
    """Say how many options there are, if they are too many; else nothing."""
    total = sum(len(issue.options) for issue in issues)
    return f"{total:,} options" if total > MOST_OPTIONS_IN_ALL else ""


def _check(issue: ForeignIssue, evaluation: Evaluation | None, profile: str) -> None:
    where = f"profile {profile!r}, issue {issue.name!r}"
    match evaluation:
        case None:
            return
        case PerOption(values):
            if len(values) != len(issue.options):
                raise ModelError(
                    f"{where}: found {len(values)} values, expected {len(issue.options)}"
                )
            if not all(map(math.isfinite, values)):
                raise ModelError(f"{where}: found a value that is no finite number")
        case _:
            if issue.kind == "discrete":
                raise ModelError(f"{where}: found a function of numbers, expected options' values")


def with_steps(domain: ForeignDomain, n_steps: int) -> ForeignDomain:
    """Replace every real range by ``n_steps`` equal steps: ``n_steps + 1`` numbers, both ends too.

    This changes the domain, and a note says so: the best agreement may lie between two numbers.
    Genius's own analysis takes 21 numbers.

    Examples
    --------
    >>> pay = ForeignIssue("pay", kind="real", low=0.0, high=1.0)
    >>> coarse = with_steps(ForeignDomain(Format.GENIUS, "d", (pay,), ()), 4)
    >>> coarse.issues[0].options, coarse.notes
    (('0', '0.25', '0.5', '0.75', '1'), ("issue 'pay': any number from 0 to 1 replaced by 5",))
    """
    if not 1 <= n_steps < MOST_OPTIONS:
        raise ModelError(f"steps: found {n_steps}, expected 1 to {MOST_OPTIONS - 1}")
    issues, notes = [], list(domain.notes)
    for issue in domain.issues:
        if issue.kind != "real" or issue.low is None or issue.high is None:
            issues.append(issue)
            continue
        low, width = issue.low, issue.high - issue.low
        numbers = [low + width * k / n_steps for k in range(n_steps)] + [issue.high]
        options = tuple(dict.fromkeys(format(number, ".12g") for number in numbers))
        issues.append(replace(issue, options=options, kind="steps"))
        notes.append(
            f"issue {issue.name!r}: any number from {low:g} to {issue.high:g} replaced by "
            f"{len(options)}"
        )
    return replace(domain, issues=tuple(issues), notes=tuple(notes))
