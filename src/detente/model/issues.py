"""Issues, the options that settle them, who must act, and the rules between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NewType

from detente.errors import ModelError, Place
from detente.ledger import PartyId, Quantity, Unknown
from detente.model.ground import Ground
from detente.model.statements import Condition, IssueId, OptionId

__all__ = [
    "DisputedFact",
    "Divisible",
    "FactId",
    "Issue",
    "Option",
    "Performers",
    "Rule",
    "RuleKind",
]

FactId = NewType("FactId", str)
RuleKind = Literal["never", "only_if", "together"]


@dataclass(frozen=True, slots=True)
class Performers:
    """Who must act: all of them (any one can then stop it), or any one of them."""

    parties: tuple[PartyId, ...]
    any_one: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One way to settle an issue.

    ``done_by`` are its performers, none for today's option. ``not_by_agreement`` marks what only
    comes about without a deal (a city falls): no package contains it, an ending may.
    """

    id: OptionId
    says: str
    done_by: Performers | None = None
    undone_by: Performers | None = None
    irreversible: bool = False
    not_by_agreement: bool = False
    ground: Ground = Ground()


@dataclass(frozen=True, slots=True)
class Divisible:
    """A share or a sum: every ``step`` from ``low`` to ``high`` is an option named by its number."""

    low: float
    high: float
    step: float
    unit: str

    @staticmethod
    def name_of(share: float) -> OptionId:
        """Return the name of the option at a number: 2, 0.5, 0.333333333333."""
        return OptionId(format(share, ".12g"))


@dataclass(frozen=True, slots=True)
class Issue:
    """A question with options, exactly one of them today's."""

    id: IssueId
    question: str
    options: tuple[Option, ...]
    today: OptionId
    divisible: Divisible | None = None
    sized_by: FactId | None = None
    arises_after_signing: bool = False
    note: str = ""
    ground: Ground = Ground()
    place: Place = Place("", 0, "")

    def __post_init__(self) -> None:
        if self.today not in {option.id for option in self.options}:
            raise ModelError(f"issue {self.id!r}: today's option {self.today!r} is none of its own")

    def option(self, name: OptionId) -> Option:
        return next(option for option in self.options if option.id == name)

    def number(self, name: OptionId) -> int:
        """Position of an option among the issue's options."""
        return next(n for n, option in enumerate(self.options) if option.id == name)


@dataclass(frozen=True, slots=True)
class Rule:
    """What cannot go together, or only together.

    ``never``: no outcome fulfils the (single) condition. ``only_if``: where the first condition
    holds the second does too. ``together``: all conditions hold, or none.
    """

    id: str
    kind: RuleKind
    conditions: tuple[Condition, ...]
    words: str
    ground: Ground = Ground()
    place: Place = Place("", 0, "")

    def is_broken_by(self, outcome: Mapping[IssueId, OptionId]) -> bool:
        """Say whether one outcome breaks the rule."""
        truth = [condition.holds(outcome) for condition in self.conditions]
        if self.kind == "never":
            return truth[0]
        if self.kind == "only_if":
            return truth[0] and not truth[1]
        return any(truth) and not all(truth)


@dataclass(frozen=True, slots=True)
class DisputedFact:
    """A number on which the sides differ, with each side's own.

    ``sizes`` are the issues whose obligations grow with it.
    """

    id: FactId
    what: str
    unit: str
    said_by: tuple[tuple[PartyId, Quantity | Unknown], ...]
    sizes: tuple[IssueId, ...] = ()
    gains_by_misstating: tuple[tuple[PartyId, str], ...] = ()
    ground: Ground = Ground()
    place: Place = Place("", 0, "")
