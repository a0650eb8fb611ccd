"""What may happen in one period: events, breakdowns, who may sign and who has the floor. For tests."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import cache, cached_property

import numpy as np
from plain_waiting_case import Event, Outcome, PlainCase, PlainPackage, Spot
from scipy.linalg import expm

from detente.analysis import Reckoning
from detente.ledger import PartyId, in_days, per_day
from detente.model import Case, PartyView, TableId

__all__ = ["PlainRules"]

Moves = list[tuple[Spot, float]]
Rates = Callable[[Spot], Moves]


class PlainRules(PlainCase):
    """One period at a time, in the middle of what a case states."""

    def __init__(self, case: Case, reckoning: Reckoning) -> None:
        super().__init__(case, reckoning)
        self.moves = cache(self._moves)
        self.may_sign = cache(self._may_sign)
        self.floors = cache(self._floors)

    # --- from one period to the next ----------------------------------------------------

    def runs(self, event: Event, spot: Spot, package: PlainPackage | None) -> bool:
        clock = next((c for c in self.case.clocks.values() if c.id == event.name), None)
        return (
            clock is None or clock.while_ is None or clock.while_.holds(self.outcome(spot, package))
        )

    def _moves(
        self, t: int, spot: Spot, package: PlainPackage | None, who: PartyId | None
    ) -> Moves:
        """Return where things stand a period later, with what chance in somebody's eyes.

        Clocks strike as what was in force at the start of the period lets them; what is in force
        is broken independently of that.
        """
        clocks = self._by_chance(self._strike_rates(t, package, who), spot)
        reached = [(now, now, p) for now, p in clocks]
        for place, event in enumerate(self.events):
            if self.strikes_at(event) == t + 1:
                # all dates at once: which of them run is judged before any has struck
                reached = [
                    (then, origin, p * share)
                    for now, origin, p in reached
                    for then, share in self._strikes(place, now, origin, package, who)
                ]
        total: dict[Spot, float] = {}
        for stand, q in self._by_chance(self._break_rates, spot):
            for now, _, p in reached:
                then = Spot(now.struck, stand.in_force, stand.left)
                total[then] = total.get(then, 0.0) + p * q
        return list(total.items())

    def _strikes(
        self, place: int, now: Spot, origin: Spot, package: PlainPackage | None, who: PartyId | None
    ) -> Moves:
        event = self.events[place]
        if now.struck[place] or not self.runs(event, origin, package):
            return [(now, 1.0)]
        return [(self._struck(now, place, k), share) for k, share in self._shares(event, who)]

    def _shares(self, event: Event, who: PartyId | None) -> list[tuple[int, float]]:
        return [
            (k, follow.chance.get(who, follow.chance.get(None, 1.0)))
            for k, follow in enumerate(event.follows, 1)
        ]

    def _struck(self, spot: Spot, place: int, k: int) -> Spot:
        struck = (*spot.struck[:place], k, *spot.struck[place + 1 :])
        return Spot(struck, spot.in_force, spot.left)

    def _strike_rates(self, t: int, package: PlainPackage | None, who: PartyId | None) -> Rates:
        def rates(now: Spot) -> Moves:
            return [
                (self._struck(now, place, k), self.hazard(event, t) * share)
                for place, event in enumerate(self.events)
                if not now.struck[place] and self.runs(event, now, package)
                for k, share in self._shares(event, who)
            ]

        return rates

    def _break_rates(self, now: Spot) -> Moves:
        return [(self.without(now, number), self.broken_rate(number)) for number in now.in_force]

    def _by_chance(self, rates: Rates, start: Spot) -> Moves:
        """Let things happen in continuous time for one period."""
        spots = [start]
        for now in spots:
            spots += [then for then, rate in rates(now) if rate and then not in spots]
        generator = np.zeros((len(spots), len(spots)))
        for now in spots:
            for then, rate in rates(now):
                if rate:
                    generator[spots.index(now), spots.index(then)] += rate
                    generator[spots.index(now), spots.index(now)] -= rate
        chances = expm(generator * self.dt)[0]
        return [(then, float(p)) for then, p in zip(spots, chances, strict=True) if p > 0]

    # --- packages in force and broken ---------------------------------------------------

    def broken_rate(self, number: int) -> float:
        package = self.packages[number]
        if self.remains(package) is None:
            return 0.0
        total = 0.0
        for breaker in package.breakers:
            if breaker.within is not None:
                within = in_days(breaker.within)
                low = max(within.low, self.dt / 2)
                high = max(within.high, low)
                middle = math.sqrt(low * high) if within.best is None else within.best
                total += math.log(2) / min(max(middle, low), high)
        return total

    def remains(self, package: PlainPackage) -> Outcome | None:
        undone = {issue for breaker in package.breakers for issue in breaker.sets}
        left = {
            i: o
            for i, o in package.settles.items()
            if self.case.issues[i].option(o).irreversible and i not in undone
        }
        return None if left and self.is_impossible({**self.case.today, **left}) else left

    def without(self, spot: Spot, number: int) -> Spot:
        left = {**dict(spot.left), **(self.remains(self.packages[number]) or {})}
        still = tuple(k for k in spot.in_force if k != number)
        return Spot(spot.struck, still, tuple(sorted(left.items())))

    def leaves_open(self, package: PlainPackage) -> bool:
        return package.table is not None and not self.case.tables[TableId(package.table)].exclusive

    def once_signed(self, spot: Spot, package: PlainPackage) -> Spot:
        left = tuple(item for item in spot.left if item[0] not in package.settles)
        return Spot(spot.struck, tuple(sorted((*spot.in_force, package.number))), left)

    # --- what can be signed -------------------------------------------------------------

    def required(self, spot: Spot, package: PlainPackage) -> list[PartyId]:
        return list(dict.fromkeys(self.holder(p, spot) for p in package.asked))

    def crosses(self, party: PartyId, spot: Spot, package: PlainPackage) -> bool:
        """Whether a package crosses a red line of whoever sits in a party's place, or its principal."""
        if package.table is None:
            scope = set(package.settles)
        else:
            scope = set(self.case.tables[TableId(package.table)].scope)
        outcome = self.outcome(spot, package)
        return any(
            red.statement.holds(outcome) and red.statement.issues() & scope
            for who in {self.in_place_of(party, spot), self.holder(party, spot)}
            for red in self.case.views.get(who, PartyView(who)).red_lines
        )

    def fits(self, spot: Spot, package: PlainPackage) -> bool:
        """Whether a package settles nothing that is in force, or that is left of something else."""
        taken = {i for number in spot.in_force for i in self.packages[number].settles}
        left = dict(spot.left)
        return not taken & set(package.settles) and all(
            left.get(i, o) == o for i, o in package.settles.items()
        )

    def _may_sign(self, spot: Spot, package: PlainPackage) -> bool:
        outcome = self.outcome(spot, package)
        return (
            self.fits(spot, package)
            and all(outcome[i] == o for i, o in package.settles.items())
            and not self.is_impossible(outcome)
            and self.is_open(package.table, spot)
            and all(self.is_there(p, spot) for p in package.members)
            and not any(self.crosses(p, spot, package) for p in package.asked)
            and not self.is_unclear(spot, package)
            and len(self.voters(spot, package)) >= self.votes_needed(spot, package)
        )

    def is_unclear(self, spot: Spot, package: PlainPackage) -> bool:
        """Whether somebody's order does not name all that may come while a package is in force."""
        every = itertools.product(*(range(1 + len(event.follows)) for event in self.events))
        outcomes = [self.outcome(Spot(s, spot.in_force, spot.left), package) for s in every]
        holders = {self.holder(p, spot) for p in package.members}
        return any(self.worth(h, o) is None for h in holders if h in self.known for o in outcomes)

    def voters(self, spot: Spot, package: PlainPackage) -> list[PartyId]:
        found = [
            self.holder(p, spot) for p in package.quota[1] if not self.crosses(p, spot, package)
        ]
        return [p for p in dict.fromkeys(found) if p not in self.required(spot, package)]

    def votes_needed(self, spot: Spot, package: PlainPackage) -> int:
        every = {self.holder(p, spot) for p in package.quota[1]}
        return max(0, package.quota[0] - len(every & set(self.required(spot, package))))

    # --- who has the floor --------------------------------------------------------------

    @cached_property
    def seats(self) -> dict[str, list[tuple[PartyId, float]]]:
        found = {}
        for package in self.packages:
            if package.table is None:
                found[package.venue] = [(p, 1.0) for p in package.seated]
            else:
                seats = self.case.tables[TableId(package.table)].seats
                found[package.venue] = [
                    (s.party, (s.attends.low + s.attends.high) / 2) for s in seats
                ]
        return found

    def _floors(self, spot: Spot) -> list[tuple[str, PartyId, float]]:
        """Return venue, seat and chance of having the floor in a period."""
        rates = {}
        for package in self.packages:
            if self.is_open(package.table, spot) and self._is_venue(package.venue):
                table = self.case.tables[TableId(package.table)] if package.table else None
                if table is not None and table.meets is not None:
                    rates[package.venue] = per_day(table.meets).middle
                else:
                    rates[package.venue] = 1 / self.reckoning.meets_every.middle
        total = sum(rates.values())
        found = []
        for venue, rate in rates.items():
            meets = rate / total * (1 - math.exp(-total * self.dt))
            here = [(p, share) for p, share in self.seats[venue] if self.sits(p, spot)]
            for party, share in here:
                others = [s for p, s in here if p != party]
                chance = 0.0
                for come in itertools.product((False, True), repeat=len(others)):
                    pairs = zip(others, come, strict=True)
                    chance += math.prod(s if c else 1 - s for s, c in pairs) / (1 + sum(come))
                found.append((venue, party, meets * share * chance))
        return found

    def sits(self, party: PartyId, spot: Spot) -> bool:
        """Whether a seat is taken: not by the envoy of one who was replaced, nor by one to come."""
        now, principal = self.in_place_of(party, spot), self.case.preference_holder(party)
        away = self.is_gone(now, spot) or self.is_to_come(now, spot)
        return not away and (principal == party or not self.is_gone(principal, spot))

    def _is_venue(self, venue: str) -> bool:
        """Whether anybody could ever table anything there."""
        every = itertools.product(*(range(1 + len(event.follows)) for event in self.events))
        return any(
            package.venue == venue
            and self.is_open(package.table, spot)
            and any(
                share > 0
                and self.sits(p, spot)
                and self.holder(p, spot) in self.known
                and self.may_offer(p, package)
                for p, share in self.seats[venue]
            )
            for spot in map(Spot, every)
            for package in self.packages
        )

    def may_offer(self, party: PartyId, package: PlainPackage) -> bool:
        whole = {**self.case.today, **package.settles}
        return not any(
            s.holds(whole) and s.issues() & set(package.settles)
            for s in self.case.parties[party].may_not_offer
        )
