"""What the analyst holds: preferences, red lines, fallbacks, chances, breakers, explanations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from detente.errors import Place
from detente.ledger import ClaimId, Likelihood, PartyId, Quantity, Unknown
from detente.model.deals import DealId
from detente.model.ground import Ground
from detente.model.statements import IssueId, OptionId, Statement

__all__ = [
    "Assumption",
    "Breaker",
    "Chance",
    "Explanation",
    "Fallback",
    "FallbackMode",
    "Judgement",
    "OutcomeOrder",
    "PartyView",
    "Points",
    "Preference",
    "RankedStatements",
    "RedLine",
    "Wish",
]

FallbackMode = Literal["one", "best_of", "worst_of", "at_least"]


@dataclass(frozen=True, slots=True)
class Wish:
    """One statement of an order of wants."""

    statement: Statement
    ground: Ground
    place: Place


@dataclass(frozen=True, slots=True)
class RankedStatements:
    """Statements, most important first: an earlier one outweighs all later ones together."""

    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class OutcomeOrder:
    """Named deals and endings (``today`` among them), best first; equals share a tier."""

    tiers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Points for options, additive over issues, weights already multiplied in."""

    values: Mapping[IssueId, Mapping[OptionId, Quantity]]

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "values",
            MappingProxyType({i: MappingProxyType(dict(v)) for i, v in self.values.items()}),
        )


Preference = RankedStatements | OutcomeOrder | Points


@dataclass(frozen=True, slots=True)
class RedLine:
    """What a party will not sign. It limits consent; it does not rank endings it cannot prevent."""

    statement: Statement
    ground: Ground
    place: Place


@dataclass(frozen=True, slots=True)
class Fallback:
    """What a party gets without the deal, as the analyst sees it.

    ``one``: the named ending, deal, or ``today``; ``best_of`` / ``worst_of`` several, by the
    party's own preference; ``at_least``: a score below which it walks away (points only).
    """

    mode: FallbackMode
    names: tuple[str, ...] = ()
    at_least: Quantity | None = None
    ground: Ground = Ground()
    place: Place = Place("", 0, "")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Anything the analyst holds, in one shape: what, about whom, on what ground.

    ``unknown`` is what it falls back to when its ground is struck, in words.
    """

    id: str
    about: str
    words: str
    unknown: str
    ground: Ground
    place: Place


@dataclass(frozen=True, slots=True)
class PartyView:
    """How the analyst sees one party: what it wants, refuses, falls back on, and pays for waiting."""

    party: PartyId
    preference: Preference | None = None
    red_lines: tuple[RedLine, ...] = ()
    fallback: Fallback | None = None
    waiting_costs: Quantity | str | Unknown = Unknown()
    time_left: Quantity | Unknown = Unknown()
    believes: tuple[tuple[str, Likelihood], ...] = ()
    unknown: str = ""
    ground: Ground = Ground()
    place: Place = Place("", 0, "")


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely something is, in the words of the declared scale or in per cent."""

    id: str
    what: str
    likelihood: Likelihood | Unknown
    unknown: str
    ground: Ground
    place: Place


@dataclass(frozen=True, slots=True)
class Breaker:
    """Who could break a deal after it is signed, how, and what stops it.

    ``sets`` says it in terms: the options that breaking would bring about; empty where it is only
    said in words. ``ends_talks``: whether nothing is talked about afterwards; else talks resume.
    """

    deal: DealId
    who: PartyId
    could: str
    stopped_by: tuple[PartyId, ...]
    only_if: str
    within: Quantity | None
    unknown: str
    ground: Ground
    place: Place
    sets: Mapping[IssueId, OptionId] = field(default_factory=dict)
    ends_talks: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "sets", MappingProxyType(dict(self.sets)))


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something held without a source, what would follow if it were wrong, and how to check it."""

    id: str
    text: str
    if_wrong: str = ""
    check: str = ""
    place: Place = Place("", 0, "")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rival explanation of a party's conduct, with the claims for and against it."""

    id: str
    of: PartyId | None
    text: str
    supported_by: tuple[ClaimId, ...]
    contradicted_by: tuple[ClaimId, ...]
    place: Place
