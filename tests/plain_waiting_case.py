"""What a case says of time, read once more from the case itself: for tests, and not for speed.

Nothing here is taken from the analysis: who wants how much, what strikes when, who is asked, who
has the floor, and what may be signed are worked out from the entries of the case one by one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from detente.analysis import Reckoning
from detente.ledger import PartyId, Quantity, Unknown, in_days, per_day
from detente.model import (
    Breaker,
    Case,
    Clock,
    DealId,
    IssueId,
    OptionId,
    OutcomeOrder,
    Perhaps,
    Points,
    RankedStatements,
    TableId,
)
from detente.model.clocks import Consequence

__all__ = ["Event", "PlainCase", "PlainPackage", "Spot"]

Outcome = dict[IssueId, OptionId]


@dataclass(frozen=True)
class Follows:
    """One thing that an event may bring about, and with what chance in whose eyes."""

    chance: dict[PartyId | None, float]
    sets: Mapping[IssueId, OptionId] = field(default_factory=dict)
    replaces: tuple[tuple[PartyId, PartyId], ...] = ()
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    leaves: tuple[PartyId, ...] = ()
    ends: bool = False


@dataclass(frozen=True, eq=False)
class Event:
    """Something that comes by date (``day``) or by chance (``median``, or a Weibull ``law``)."""

    name: str
    follows: tuple[Follows, ...]
    day: float | None = None
    median: float | None = None
    law: tuple[float, float] | None = None
    """Shape and scale."""

    @property
    def newcomers(self) -> set[PartyId]:
        return {new for follow in self.follows for _, new in follow.replaces}


@dataclass(frozen=True)
class Spot:
    """What has struck (0: not yet, k: with its k-th outcome), what is in force, what is left."""

    struck: tuple[int, ...]
    in_force: tuple[int, ...] = ()
    left: tuple[tuple[IssueId, OptionId], ...] = ()


@dataclass(frozen=True, eq=False)
class PlainPackage:
    """A package at its table (or a deal on none), by its own number."""

    number: int
    table: str | None
    deal: str | None
    settles: Outcome
    asked: tuple[PartyId, ...]
    quota: tuple[int, tuple[PartyId, ...]]
    breakers: tuple[Breaker, ...]
    is_tabled: bool
    seated: tuple[PartyId, ...]
    """Of a deal on no table, those it asks apart from any right to block."""

    @property
    def members(self) -> set[PartyId]:
        return {*self.asked, *self.quota[1]}

    @property
    def venue(self) -> str:
        return self.table or f"deal {self.deal}"


class PlainCase:
    """The entries of a case that an answer about time depends on."""

    def __init__(self, case: Case, reckoning: Reckoning) -> None:
        self.case, self.reckoning = case, reckoning
        self.dt = float(reckoning.step or 1)
        assert reckoning.until is not None
        days = (reckoning.until - case.as_of.first).days
        self.horizon = math.ceil(days / self.dt)
        self.events = [self._event(clock) for clock in case.clocks.values()]
        self.events += list(self._dates())
        self.discount = float((1 - reckoning.impatience.middle) ** (self.dt / 365.25))
        self.noise = reckoning.doubt.middle

    # --- events -------------------------------------------------------------------------

    def _event(self, clock: Clock) -> Event:
        then = clock.then
        found = []
        for holds in itertools.product((True, False), repeat=len(then.perhaps)):
            kept = [p for p, on in zip(then.perhaps, holds, strict=True) if on]
            chance: dict[PartyId | None, float] = {}
            for who in (None, *self.case.views):
                chance[who] = math.prod(
                    self._chance(p.chance, who) if on else 1 - self._chance(p.chance, who)
                    for p, on in zip(then.perhaps, holds, strict=True)
                )
            every: list[Consequence | Perhaps] = [then, *kept]
            found.append(
                Follows(
                    chance,
                    then.ending.sets if then.ending else {},
                    tuple(pair for turn in every for pair in turn.replaces),
                    tuple(name for turn in every for name in turn.opens),
                    tuple(name for turn in every for name in turn.closes),
                    ends=then.ending is not None,
                )
            )
        if clock.on is not None:
            return Event(clock.id, tuple(found), day=self._days_to(clock.on.first))
        if clock.likely_by:
            (p, t), (q, u) = sorted(
                ((c.low + c.high) / 2, in_days(time).middle) for c, time in clock.likely_by
            )
            a, b = -math.log(1 - p), -math.log(1 - q)
            shape = math.log(b / a) / math.log(u / t)
            return Event(clock.id, tuple(found), law=(shape, t / a ** (1 / shape)))
        median = clock.half_likely_by or clock.half_likely_between
        assert median is not None
        return Event(clock.id, tuple(found), median=in_days(median).middle)

    def _chance(self, name: str, who: PartyId | None) -> float:
        said = self.case.chances[name].likelihood
        if who is not None:
            said = dict(self.case.views[who].believes).get(name, said)
        return 0.5 if isinstance(said, Unknown) else (said.low + said.high) / 2

    def _dates(self) -> Iterable[Event]:
        for table in self.case.tables.values():
            if table.opens is not None and table.opens.first > self.case.as_of.first:
                day = self._days_to(table.opens.first)
                yield Event("opens", (Follows({}, opens=(table.id,)),), day=day)
            if table.closes is not None:
                day = self._days_to(table.closes.last) + 1
                yield Event("closes", (Follows({}, closes=(table.id,)),), day=day)
        for view in self.case.views.values():
            replaced = {
                old
                for event in self.events
                for follow in event.follows
                for old, _ in follow.replaces
            }
            ends = isinstance(view.time_left, Quantity) and view.preference is not None
            if ends and view.party not in replaced:
                assert isinstance(view.time_left, Quantity)
                day = in_days(view.time_left).middle
                yield Event("leaves", (Follows({}, leaves=(view.party,)),), day=day)

    def _days_to(self, day: date) -> float:
        return float((day - self.case.as_of.first).days)

    def strikes_at(self, event: Event) -> int | None:
        """Return the period by whose start a dated event has struck."""
        return None if event.day is None else max(0, math.ceil(event.day / self.dt - 1e-9))

    def hazard(self, event: Event, t: int) -> float:
        """Return the mean hazard over a period."""
        if event.median is not None:
            return math.log(2) / event.median
        if event.law is None:
            return 0.0
        shape, scale = event.law
        before, after = (float((day * self.dt / scale) ** shape) for day in (t, t + 1))
        return (after - before) / self.dt

    def likeliest(self, event: Event) -> int:
        chances = [follow.chance.get(None, 1.0) for follow in event.follows]
        return 1 + chances.index(max(chances))

    # --- what holds in a spot -----------------------------------------------------------

    def follows(self, spot: Spot) -> list[Follows]:
        """Return what has followed, dated events in the order of their dates, then all others."""
        pairs = list(zip(self.events, spot.struck, strict=True))
        pairs.sort(key=lambda pair: math.inf if pair[0].day is None else pair[0].day)
        return [event.follows[k - 1] for event, k in pairs if k]

    def outcome(self, spot: Spot, package: PlainPackage | None = None) -> Outcome:
        found: Outcome = {**self.case.today, **dict(spot.left)}
        for number in spot.in_force:
            found |= self.packages[number].settles
        if package is not None:
            found |= package.settles
        for follow in self.follows(spot):
            found |= follow.sets
        return found

    def in_place_of(self, party: PartyId, spot: Spot) -> PartyId:
        turned = dict(pair for follow in self.follows(spot) for pair in follow.replaces)
        while party in turned:
            party = turned.pop(party)
        return party

    def holder(self, party: PartyId, spot: Spot) -> PartyId:
        """Return whose wants decide in a party's place."""
        now = self.in_place_of(party, spot)
        return self.case.preference_holder(self.in_place_of(self.case.preference_holder(now), spot))

    def is_gone(self, party: PartyId, spot: Spot) -> bool:
        return any(
            party in follow.leaves or party in dict(follow.replaces)
            for follow in self.follows(spot)
        )

    def is_to_come(self, party: PartyId, spot: Spot) -> bool:
        came = {new for follow in self.follows(spot) for _, new in follow.replaces}
        return any(party in event.newcomers for event in self.events) and party not in came

    def is_there(self, party: PartyId, spot: Spot) -> bool:
        """Whether somebody in office answers in a party's place, and one of known wants."""
        now, holder = self.in_place_of(party, spot), self.holder(party, spot)
        away = any(self.is_gone(p, spot) or self.is_to_come(p, spot) for p in (now, holder))
        return not away and holder in self.known

    def is_open(self, table: str | None, spot: Spot) -> bool:
        if table is None:
            return True
        follows = self.follows(spot)
        everything = [follow for event in self.events for follow in event.follows]
        scope = set(self.case.tables[TableId(table)].scope)
        if any(table in f.closes or (f.ends and scope & set(f.sets)) for f in follows):
            return False
        waits = any(table in follow.opens for follow in everything)
        return not waits or any(table in follow.opens for follow in follows)

    # --- wants --------------------------------------------------------------------------

    @cached_property
    def known(self) -> list[PartyId]:
        found = []
        every = itertools.product(*(range(1 + len(event.follows)) for event in self.events))
        waiting = [self.outcome(Spot(struck)) for struck in every]
        for party, view in self.case.views.items():
            if isinstance(view.preference, OutcomeOrder):
                if all(self.worth(party, outcome) is not None for outcome in waiting):
                    found.append(party)
            elif view.preference is not None:
                found.append(party)
        return found

    def worth(self, party: PartyId, outcome: Outcome) -> float | None:
        """Return a day of an outcome, from 0 to 1; None where an order does not name it."""
        match self.case.views[party].preference:
            case RankedStatements(wishes):
                n = len(wishes)
                total = 0.0
                for k in range(n):  # the k-th corner: the first k + 1 statements, barely apart
                    shares = [2.0 ** (k - 1 - j) if j < k else 1.0 for j in range(k + 1)]
                    held = [w.statement.holds(outcome) for w in wishes[: k + 1]]
                    total += sum(s for s, h in zip(shares, held, strict=True) if h) / sum(shares)
                return total / n
            case OutcomeOrder(tiers):
                for k, tier in enumerate(tiers):
                    if any(dict(self.case.outcome(name)) == outcome for name in tier):
                        return 1.0 if len(tiers) == 1 else 1 - k / (len(tiers) - 1)
                return None
            case Points(values):
                score = sum(options[outcome[i]].middle for i, options in values.items())
                low = sum(min(q.middle for q in o.values()) for o in values.values())
                return (score - low) / self.scale(party)
        return None

    def scale(self, party: PartyId) -> float:
        preference = self.case.views[party].preference
        assert isinstance(preference, Points)
        spans = ([q.middle for q in o.values()] for o in preference.values.values())
        return sum(max(span) - min(span) for span in spans) or 1.0

    def cost(self, party: PartyId) -> float:
        stated = self.case.views[party].waiting_costs
        if isinstance(stated, str):
            return self.reckoning.waiting_costs[stated].middle
        points = isinstance(self.case.views[party].preference, Points)
        if isinstance(stated, Quantity) and points and stated.unit.startswith("points per "):
            return per_day(stated).middle / self.scale(party)
        return 0.0

    # --- packages -----------------------------------------------------------------------

    @cached_property
    def packages(self) -> list[PlainPackage]:
        found: list[PlainPackage] = []
        for table in self.case.tables.values():
            named = [d for d in self.case.deals.values() if d.table == table.id]
            stated = [d for d in named if not d.ground.our_idea]
            for deal in named:
                is_tabled = deal in stated or not stated
                quota = table.enough if deal.must_agree is None else None
                asked = table.must_agree if deal.must_agree is None else deal.must_agree
                votes = (quota.at_least, quota.of) if quota else (0, ())
                self._add(found, table.id, deal.id, dict(deal.says), asked, votes, is_tabled)
            if not stated and all(t.exclusive for t in self.case.tables.values()):
                votes = (table.enough.at_least, table.enough.of) if table.enough else (0, ())
                same = [dict(d.says) for d in named if d.must_agree is None]
                for settles in self._all_at(table.scope):
                    if settles not in same:
                        self._add(found, table.id, None, settles, table.must_agree, votes, True)
        for deal in self.case.deals.values():
            if deal.table is None:
                doers: list[PartyId] = []
                for issue, option in deal.says.items():
                    by = self.case.issues[issue].option(option).done_by
                    if by is not None and option != self.case.issues[issue].today:
                        doers += by.parties
                asked = (
                    deal.must_agree if deal.must_agree is not None else tuple(dict.fromkeys(doers))
                )
                mine = not deal.ground.our_idea
                self._add(found, None, deal.id, dict(deal.says), asked, (0, ()), mine)
        return found

    def _breakers(
        self, table: str | None, deal: str | None, settles: Outcome
    ) -> tuple[Breaker, ...]:
        """Return who may break a package; one without a name is broken like the deal most like it."""
        beside = [d for d in self.case.deals.values() if d.table == table]
        if deal is None and not beside:
            return ()
        like = self.case.deals[DealId(deal)] if deal else beside[0]
        if deal is None:
            for other in beside:
                if len(settles.items() & other.says.items()) > len(
                    settles.items() & like.says.items()
                ):
                    like = other
        return tuple(
            b
            for b in self.case.breakers
            if b.deal == like.id
            and not any(
                settles.get(i) != like.says.get(i)
                for i, o in b.sets.items()
                if o != like.says.get(i)
            )
        )

    def _all_at(self, scope: Iterable[IssueId]) -> Iterable[Outcome]:
        issues = [self.case.issues[i] for i in scope]
        options = [[o.id for o in issue.options if not o.not_by_agreement] for issue in issues]
        for row in itertools.product(*options):
            says = {i.id: o for i, o in zip(issues, row, strict=True) if o != i.today}
            if says and not self.is_impossible({**self.case.today, **says}):
                yield says

    def is_impossible(self, outcome: Outcome) -> bool:
        return any(rule.is_broken_by(outcome) for rule in self.case.rules)

    def _add(
        self, found: list[PlainPackage], table: str | None, deal: str | None, says: Outcome,
        asked: tuple[PartyId, ...], quota: tuple[int, tuple[PartyId, ...]], is_tabled: bool,
    ) -> None:  # fmt: skip
        today = self.case.today
        settles = {i: o for i, o in says.items() if o != today[i]}
        whole = {**today, **settles}
        blocking = [
            party.id
            for party in self.case.parties.values()
            if any(s.holds(whole) and s.issues() & set(settles) for s in party.can_block)
        ]
        breakers = self._breakers(table, deal, settles)
        every = tuple(dict.fromkeys((*asked, *blocking)))
        found.append(
            PlainPackage(
                len(found), table, deal, settles, every, quota, breakers, is_tabled, tuple(asked)
            )
        )
