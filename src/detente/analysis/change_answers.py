"""The answer to "what would change this?": variations beside the base, searches, and who holds what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from detente.analysis.change_examined import TableStand
from detente.analysis.change_fields import Altered
from detente.analysis.conclusions import Conclusion
from detente.analysis.deal_answers import Consent
from detente.engines.deal_space import Verdict
from detente.ledger import Likelihood, PartyId
from detente.model import DealId

__all__ = [
    "ChangeAnswer",
    "Effect",
    "HeldLever",
    "HoldShift",
    "LeverFlaw",
    "PartyLeverage",
    "Search",
    "StanceShift",
    "Turn",
    "Variation",
    "WaitShift",
    "Worth",
]

NOTICED = 0.01
"""By how much a chance must move to be told."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A conclusion that is otherwise in a variation than in what it is set beside."""

    conclusion: Conclusion
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class StanceShift:
    """How one party stands to one deal, before and after; None where it is not asked at all."""

    deal: DealId
    party: PartyId
    before: Consent | None
    after: Consent | None

    @property
    def is_asked(self) -> bool:
        """Whether its consent is needed, before or after."""
        return any(c is not None and c.asked_as != "" for c in (self.before, self.after))

    @property
    def towards(self) -> int:
        """1 where the party moves towards agreeing, -1 where away from it, 0 where neither."""
        rungs = (Verdict.NO, Verdict.UNDECIDED, Verdict.YES)
        before, after = (
            None if c is None else rungs.index(c.stance.verdict) for c in (self.before, self.after)
        )
        if before is None or after is None:
            return 0
        return (after > before) - (after < before)


@dataclass(frozen=True, slots=True)
class HoldShift:
    """Who no longer stops a deal half-way or breaks it, and who newly does."""

    deal: DealId
    no_longer_stop: tuple[PartyId, ...] = ()
    now_stop: tuple[PartyId, ...] = ()
    no_longer_break: tuple[PartyId, ...] = ()
    now_break: tuple[PartyId, ...] = ()
    no_longer_unbound: tuple[PartyId, ...] = ()
    now_unbound: tuple[PartyId, ...] = ()

    @property
    def is_any(self) -> bool:
        return bool(
            self.no_longer_stop or self.now_stop or self.no_longer_break or self.now_break
            or self.no_longer_unbound or self.now_unbound
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitShift:
    """Who no longer gains by waiting rather than signing a deal, and who newly does.

    Nobody is named where before or after the deal can be signed on no day. ``agreed`` is the chance
    that it is what is agreed first, before and after; None where it cannot be said.
    """

    deal: DealId
    no_longer_wait: tuple[PartyId, ...]
    now_wait: tuple[PartyId, ...]
    agreed: tuple[float | None, float | None]

    @property
    def is_any(self) -> bool:
        before, after = self.agreed
        moved = (before is None) != (after is None) or (
            before is not None and after is not None and abs(before - after) >= NOTICED
        )
        return bool(self.no_longer_wait or self.now_wait or moved)


class Effect(StrEnum):
    """What came of a variation, beside what it is set beside."""

    TURNS = "turns a conclusion"
    MOVES = "moves something, turns no conclusion"
    NOTHING = "reckoned with, and changes nothing"
    NOT_RECKONED = "what it changes is not reckoned with here"
    NO_CHANGE = "says what holds already"
    IMPOSSIBLE = "cannot be"


@dataclass(frozen=True, slots=True)
class Variation:
    """The case with some levers and scenarios laid over it, beside the base.

    ``verdicts`` stand in the order of the answer's conclusions. ``altered`` are the fields that
    differ from the base, each with the questions that reckon with it. ``counts`` are the tables at which
    the number of packages is another, before and after. ``impossible`` says why there is no such case;
    then nothing else is known of it.
    """

    names: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = ()
    tables: tuple[TableStand, ...] = ()
    turns: tuple[Turn, ...] = ()
    stances: tuple[StanceShift, ...] = ()
    holding: tuple[HoldShift, ...] = ()
    waiting: tuple[WaitShift, ...] = ()
    altered: tuple[Altered, ...] = ()
    counts: tuple[tuple[TableStand, TableStand], ...] = ()
    impossible: str = ""

    @property
    def unreckoned(self) -> tuple[Altered, ...]:
        """What it changes that no question here reckons with."""
        return tuple(one for one in self.altered if not one.read_by)

    @property
    def effect(self) -> Effect:
        if self.impossible:
            return Effect.IMPOSSIBLE
        if self.turns:
            return Effect.TURNS
        if self.stances or self.holding or self.waiting or self.counts:
            return Effect.MOVES
        if not self.altered:
            return Effect.NO_CHANGE
        return Effect.NOT_RECKONED if self.unreckoned == self.altered else Effect.NOTHING


@dataclass(frozen=True, slots=True)
class Search:
    """The smallest sets of levers that turn one conclusion, and what was tried.

    ``levers`` are those that can matter; ``cannot_matter`` change nothing that the conclusion is
    reckoned from, alone or together. ``failing`` are all sets tried in vain, the empty one first: the
    certificate. ``excluded`` are sets whose levers exclude each other, ``no_case`` those that make no
    case that can be read, each with the reason.
    """

    conclusion: Conclusion
    before: Verdict
    sought: Verdict
    levers: tuple[str, ...]
    cannot_matter: tuple[str, ...]
    found: tuple[tuple[str, ...], ...]
    failing: tuple[tuple[str, ...], ...]
    excluded: tuple[tuple[tuple[str, ...], str], ...]
    no_case: tuple[tuple[tuple[str, ...], str], ...]
    most: int
    sizes_done: int
    n_tried: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Worth:
    """What a lever does beside one base: today's case, or the case after an event.

    ``event`` is the name of a scenario, empty for the case as it is.
    """

    event: str
    variation: Variation


@dataclass(frozen=True, slots=True)
class HeldLever:
    """A lever, who must authorise it and how believed it is, and what it does before and after events."""

    lever: str
    must_authorise: tuple[PartyId, ...]
    needs_others: tuple[PartyId, ...]
    """Those who must authorise it and do not hold it."""
    believed: Likelihood | None
    worth: tuple[Worth, ...]


@dataclass(frozen=True, slots=True)
class PartyLeverage:
    """The levers in one party's hands; ``party`` is None for those in nobody's."""

    party: PartyId | None
    levers: tuple[HeldLever, ...]


class LeverFlaw(StrEnum):
    """What a careful reader should know of a lever."""

    NOBODY_HOLDS = "nobody holds it"
    NOTHING_FOLLOWS = "nothing in the case changes by it"


@dataclass(frozen=True, slots=True)
class ChangeAnswer:
    """The whole answer. ``base`` is the case as it is, or with the scenario it is asked under.

    ``is_complete`` is false where the work was interrupted (``was_stopped``) or a search used up what it
    may try; what is missing was not looked at.
    """

    conclusions: tuple[Conclusion, ...]
    base: Variation
    variations: tuple[Variation, ...]
    searches: tuple[Search, ...]
    ledger: tuple[PartyLeverage, ...]
    events: tuple[str, ...]
    flaws: tuple[tuple[str, LeverFlaw], ...]
    n_variations: int
    is_complete: bool = True
    was_stopped: bool = False

    @property
    def main(self) -> Conclusion | None:
        """The conclusion that the one-sentence answer is about: the first that is searched for."""
        if self.searches:
            return self.searches[0].conclusion
        return self.conclusions[0] if self.conclusions else None
