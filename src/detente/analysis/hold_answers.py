"""The answer to "would it hold?": agreed, carried out, kept and good are four things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from detente.analysis.conflict_actions import Change
from detente.analysis.consent import Stance
from detente.analysis.road_answers import Roads
from detente.engines.deal_space import Verdict
from detente.engines.stability import Concept
from detente.ledger import ClaimId, PartyId
from detente.model import Breaker, ClockId, DealId, Ground, IssueId, OptionId, Statement

__all__ = [
    "Bearer",
    "Binding",
    "Bond",
    "DealHold",
    "HoldAnswer",
    "Keeping",
    "Kept",
    "MoveOn",
    "Order",
    "Part",
    "Performance",
    "Preferring",
    "Promise",
    "Promised",
    "StatedBreaker",
    "Step",
    "Stop",
    "Temptation",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One move of an answer: who, what, and whether it is better off by it."""

    party: PartyId
    changes: tuple[Change, ...]
    gains: bool


@dataclass(frozen=True, slots=True)
class Preferring:
    """Why a party has one outcome rather than another: the statement, points or place that decides.

    ``statement`` is the first want on which the two differ, ``met`` whether the better one meets
    it. ``points`` are the totals there and here; both empty where an order alone decides.
    """

    statement: Statement | None
    met: bool
    points: tuple[float, float] | None
    ground: Ground


@dataclass(frozen=True, slots=True)
class Temptation:
    """A move by which a party is better off than in the deal, and what the others could answer.

    ``answer`` is the shortest that leaves the party no better off than the deal; empty where there
    is none. ``places`` says how far above the deal the move stands in the party's own order.
    """

    changes: tuple[Change, ...]
    why: Preferring
    places: int
    answer: tuple[Step, ...]

    @property
    def deters(self) -> bool:
        return bool(self.answer)


class Kept(StrEnum):
    """How a party stands to a deal that has been carried out."""

    NO_REASON = "no reason to break"
    """It has no move by which it would be better off."""
    DETERRED = "deterred"
    """Every such move has an answer that others would want to give."""
    THREATENED = "only threatened"
    """Some such move is answered only by what hurts those who answer."""
    BREAKS = "breaks"
    """Some such move has no answer that would make the party regret it."""
    UNKNOWN = "not known"
    """Too little is stated of what it wants, or of what those want who could answer."""


class Bond(StrEnum):
    """What ties a party that must act to the deal."""

    SIGNS = "agrees itself"
    THROUGH_ANOTHER = "somebody who agrees speaks for it"
    NOBODY = "bound by nobody"


@dataclass(frozen=True, slots=True)
class Keeping:
    """One party that can move, once the deal has been carried out.

    ``breaking`` is the best move that nothing deters, ``held_by`` each tempting move that is
    answered. ``margin`` is how many places of its own order lie between the deal and what it could
    count on by moving: negative where it breaks; None where nothing it can do could ever tempt it.
    ``verdicts`` says whether it stays under each concept, None where that depends on what
    ``depends_on`` want, of whom too little is stated.
    """

    party: PartyId
    bond: Bond
    must_act: bool
    kept: Kept
    verdicts: tuple[tuple[Concept, bool | None], ...]
    breaking: Temptation | None
    held_by: tuple[Temptation, ...]
    n_breaking: int
    margin: int | None
    nearest: tuple[Change, ...] = ()
    """The move on which the margin turns: by which it could count on most."""
    depends_on: tuple[PartyId, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one party has to do for one term."""

    party: PartyId
    issue: IssueId
    option: OptionId


@dataclass(frozen=True, slots=True)
class Stop:
    """A party that is better off leaving a half-carried-out deal where it is, or ending it there.

    ``done`` are the parts carried out by then. ``changes`` is what it does; empty where it simply
    does not go on. ``n_states`` counts the states on the way in which it gains, ``always`` says
    that every order of steps passes one of them.
    """

    party: PartyId
    done: tuple[Part, ...]
    changes: tuple[Change, ...]
    why: Preferring
    places: int
    n_states: int
    always: bool
    outcome: Mapping[IssueId, OptionId]
    """What holds then."""
    in_stated: bool = False
    """Whether the order that the deal states passes such a state: then that one is told."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order of steps that holds, parts in one step being done at the same time."""

    steps: tuple[tuple[Part, ...], ...]

    @property
    def largest_step(self) -> int:
        return max((len(step) for step in self.steps), default=0)


@dataclass(frozen=True, slots=True)
class Performance:
    """Carrying a deal out: every state on the way, under every order of steps.

    ``n_orders`` counts the orders that the rules allow, one part after the other, and
    ``n_holding`` those in which nobody is better off stopping. ``stated`` says whether the order
    written into the deal holds, each of its steps being done at once; None where none is written.
    ``stated_breaks`` names the rules that it would break on the way. ``best`` is an order that holds with as
    little as possible done at the same time; None where not even that exists, or where joint steps
    would be needed in more states on the way than they are looked for in. ``always_before`` are
    pairs of parts of which the first comes before the second in every order that holds, though the
    rules would allow it otherwise.
    """

    parts: tuple[Part, ...]
    n_orders: int
    n_holding: int
    stated: bool | None
    stops: tuple[Stop, ...]
    best: Order | None
    always_before: tuple[tuple[Part, Part], ...] = ()
    stated_breaks: tuple[str, ...] = ()
    too_many: str = ""
    unclear: tuple[PartyId, ...] = ()
    """Those of whom too little is known to say whether they would stop, or answer."""
    is_sure: bool = True
    """Whether somebody would stop whatever those unclear want."""

    @property
    def stops_that_matter(self) -> tuple[Stop, ...]:
        """Those that gain in the order that the deal states; all, if it states none."""
        if self.stated is None:
            return self.stops
        return tuple(stop for stop in self.stops if stop.in_stated)

    @property
    def verdict(self) -> Verdict:
        if self.too_many:
            return Verdict.UNDECIDED
        if not self.parts or self.stated_breaks:
            return Verdict.NO if self.stated_breaks else Verdict.YES
        holds: bool | None = self.stated
        # Where the rules allow parts only together, there is no order in which somebody stops.
        if holds is None and self.n_orders and self.n_holding in (0, self.n_orders):
            holds = self.n_holding > 0
        if holds is None or (holds and self.unclear) or not (holds or self.is_sure):
            return Verdict.UNDECIDED
        return Verdict.YES if holds else Verdict.NO


@dataclass(frozen=True, slots=True)
class Promise:
    """A consequence attached to a party's part in a deal: breaking it leads to an outcome."""

    party: PartyId
    leads_to: str
    bond: Bond


@dataclass(frozen=True, slots=True)
class Binding:
    """Which consequences would make a deal hold: the fewest parties, the mildest outcome for each.

    ``not_deterred`` are those for whom the case names no such outcome, or who have no term in hand. ``still_break`` are those who would break it even so.
    """

    promises: tuple[Promise, ...]
    holds: bool
    not_deterred: tuple[PartyId, ...]
    still_break: tuple[PartyId, ...]
    orders: tuple[int, int] = (0, 0)
    """How many orders of steps would then hold, and of how many."""
    best: Order | None = None
    always_before: tuple[tuple[Part, Part], ...] = ()
    is_complete: bool = True
    """Whether every set of parties and outcomes was tried, if none was found that holds."""


@dataclass(frozen=True, slots=True)
class Promised:
    """A consequence that the case attaches to breaking a deal: for whom, what, by whose hand."""

    party: PartyId
    leads_to: str
    answered_by: tuple[PartyId, ...]


@dataclass(frozen=True, slots=True)
class MoveOn:
    """A move by which a party is better off and that takes back no term of the deal."""

    party: PartyId
    changes: tuple[Change, ...]
    why: Preferring


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody who bears the cost, is left out, or has no seat: how the deal is for it."""

    party: PartyId
    bears: tuple[str, ...]
    against: str
    stance: Stance
    why: Preferring | None


@dataclass(frozen=True, slots=True)
class StatedBreaker:
    """What the analyst says could break the deal, beside what the model shows of that party."""

    breaker: Breaker
    found: Literal[
        "breaks", "stops", "deterred", "would not gain", "no such move", "not in terms", "not known"
    ]


@dataclass(frozen=True, slots=True)
class DealHold:
    """One deal once signed. Agreed, carried out, kept and good are separate."""

    deal: DealId
    too_large: str
    agreed: Verdict
    keeping: tuple[Keeping, ...]
    performance: Performance
    good: tuple[Bearer, ...]
    binding: Binding | None
    stated: tuple[StatedBreaker, ...]
    coalitions: tuple[tuple[PartyId, ...], ...]
    """Smallest groups that could break it together where none of them would alone."""
    groups_up_to: int | None
    """Size up to which groups were examined; None if all were."""
    unchecked: bool
    """It is not said of any term who checks it."""
    promised: tuple[Promised, ...]
    """Those to whose part the case attaches a consequence."""
    concept: Concept
    n_states: int
    clocks: tuple[ClockId, ...]
    """Clocks with an ending of their own that it does not stop."""
    basis: tuple[ClaimId, ...]
    moves_on: tuple[MoveOn, ...] = ()
    held_as_today: tuple[IssueId, ...] = ()
    """Issues of its table left out, there being too many moves."""

    @property
    def kept(self) -> Verdict:
        """Whether everybody who can move would leave the deal as it is, once carried out."""
        if self.too_large:
            return Verdict.UNDECIDED
        stays = [dict(k.verdicts)[self.concept] for k in self.keeping]
        if False in stays:
            return Verdict.NO
        return Verdict.UNDECIDED if None in stays else Verdict.YES

    @property
    def is_good(self) -> Verdict:
        """Whether those who bear the cost or are left out would rather have it than today."""
        verdicts = {bearer.stance.verdict for bearer in self.good}
        if Verdict.NO in verdicts:
            return Verdict.NO
        gains = any(bearer.stance is Stance.BETTER for bearer in self.good)
        return Verdict.YES if verdicts == {Verdict.YES} and gains else Verdict.UNDECIDED

    @property
    def breakers(self) -> tuple[Keeping, ...]:
        return tuple(k for k in self.keeping if dict(k.verdicts)[self.concept] is False)

    @property
    def holes(self) -> tuple[PartyId, ...]:
        return tuple(k.party for k in self.keeping if k.must_act and k.bond is Bond.NOBODY)


@dataclass(frozen=True, slots=True)
class HoldAnswer:
    """Would it hold? One answer per deal, and the roads from today."""

    concept: Concept
    deals: tuple[DealHold, ...]
    roads: Roads
    basis: tuple[ClaimId, ...]
