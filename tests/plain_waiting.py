"""Bargaining in time worked backwards for one case, number by number: for tests, not for speed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from functools import cache, cached_property

import numpy as np
from plain_waiting_case import PlainPackage, Spot
from plain_waiting_rules import PlainRules

from detente.analysis import Reckoning
from detente.ledger import PartyId, in_days
from detente.model import Case, DealId

__all__ = ["PlainWaiting"]

TIED = 1e-10
Offers = list[tuple[PlainPackage, float, float]]
"""What is tabled, how often, and the chance that it is agreed."""


class PlainWaiting(PlainRules):
    """Values, gains and chances of the middle of what a case states.

    ``value`` and ``wait`` (period, spot, party), ``sign`` (period, spot, party, package).
    """

    def __init__(self, case: Case, reckoning: Reckoning) -> None:
        super().__init__(case, reckoning)
        self.value = cache(self._value)
        self.wait = cache(self._wait)
        self.keep = cache(self._keep)
        self.offers = cache(self._offers)

    # --- a day ---------------------------------------------------------------------------

    def flow(self, spot: Spot, party: PartyId, package: PlainPackage | None = None) -> float:
        """Return what a period is worth; an order that is silent about it counts it as the worst."""
        worth = (self.worth(party, self.outcome(spot, package)) or 0.0) * self.dt
        over = spot.in_force or any(follow.ends for follow in self.follows(spot))
        cost = 0.0 if over or package else self.cost(party) * self.dt
        return worth - cost

    def lump(self, party: PartyId, package: PlainPackage) -> float:
        deal = self.case.deals[DealId(package.deal)] if package.deal else None
        return math.fsum(
            in_days(gain.worth).middle
            for gain in (deal.private_gain if deal else ())
            if gain.worth is not None and self.case.preference_holder(gain.party) == party
        )

    # --- backwards -----------------------------------------------------------------------

    def _wait(self, t: int, spot: Spot, party: PartyId) -> float:
        if self.is_gone(party, spot):
            return 0.0
        if t == self.horizon:
            return self.for_ever[spot, party]
        moves: list[tuple[Spot, float]] = self.moves(t, spot, None, party)
        later = math.fsum(p * self.value(t + 1, then, party) for then, p in moves)
        return self.flow(spot, party) + self.discount * later

    @cached_property
    def for_ever(self) -> dict[tuple[Spot, PartyId], float]:
        """Going on as in the last period, without talks."""
        spots = list(self.spots)
        found: dict[tuple[Spot, PartyId], float] = {}
        for party in self.known:
            system, right = np.eye(len(spots)), np.zeros(len(spots))
            for k, spot in enumerate(spots):
                if not self.is_gone(party, spot):
                    right[k] = self.flow(spot, party)
                    for then, p in self.moves(self.horizon - 1, spot, None, party):
                        system[k, spots.index(then)] -= self.discount * p
            worth = np.linalg.solve(system, right)
            found |= {(spot, party): float(v) for spot, v in zip(spots, worth, strict=True)}
        return found

    @cached_property
    def spots(self) -> dict[Spot, None]:
        """Every spot that can be reached at all, from any of those of the clocks."""
        every = itertools.product(*(range(1 + len(event.follows)) for event in self.events))
        found = dict.fromkeys(map(Spot, every))
        new = list(found)
        while new:
            spot = new.pop()
            after = [self.without(spot, number) for number in spot.in_force]
            for package in self.packages:
                if self.fits(spot, package):
                    open_ = self.leaves_open(package)
                    after.append((self.once_signed if open_ else self.broken)(spot, package))
            for then in after:
                for struck in itertools.product(*(range(1 + len(e.follows)) for e in self.events)):
                    other = Spot(struck, then.in_force, then.left)
                    if other not in found:
                        found[other] = None
                        new.append(other)
        return found

    def broken(self, spot: Spot, package: PlainPackage) -> Spot:
        left = {**dict(spot.left), **(self.remains(package) or {})}
        return Spot(spot.struck, spot.in_force, tuple(sorted(left.items())))

    def once_broken(self, t: int, spot: Spot, party: PartyId, package: PlainPackage) -> float:
        """Return what a party has once a package that was in force by itself is broken."""
        if self.is_gone(party, spot):
            return 0.0
        if all(breaker.ends_talks for breaker in package.breakers):
            return self.for_ever[spot, party]
        return self.value(t, self.broken(spot, package), party)

    def _keep(self, t: int, spot: Spot, party: PartyId, package: PlainPackage) -> float:
        """Return what a package in force is worth, without what is paid at signing."""
        if self.is_gone(party, spot):
            return 0.0
        if t == self.horizon:
            return self.kept_for_ever(package)[spot, party]
        breaks = 1 - math.exp(-self.broken_rate(package.number) * self.dt)
        later = 0.0
        moves: list[tuple[Spot, float]] = self.moves(t, spot, package, party)
        for then, p in moves:
            if self.leaves_open(package):
                later += p * self.value(t + 1, self.once_signed(then, package), party)
            else:
                later += p * (1 - breaks) * self.keep(t + 1, then, party, package)
                if breaks:
                    later += p * breaks * self.once_broken(t + 1, then, party, package)
        return self.flow(spot, party, package) + self.discount * later

    def kept_for_ever(self, package: PlainPackage) -> dict[tuple[Spot, PartyId], float]:
        return self._kept_for_ever[package.number]

    @cached_property
    def _kept_for_ever(self) -> dict[int, dict[tuple[Spot, PartyId], float]]:
        found: dict[int, dict[tuple[Spot, PartyId], float]] = {}
        spots = list(self.spots)
        last = self.horizon - 1
        for package in self.packages:
            found[package.number] = {}
            breaks = 1 - math.exp(-self.broken_rate(package.number) * self.dt)
            for party in self.known:
                system, right = np.eye(len(spots)), np.zeros(len(spots))
                for k, spot in enumerate(spots):
                    gone = self.is_gone(party, spot)
                    if gone or self.leaves_open(package) or not self.fits(spot, package):
                        continue
                    right[k] = self.flow(spot, party, package)
                    for then, p in self.moves(last, spot, package, party):
                        system[k, spots.index(then)] -= self.discount * p * (1 - breaks)
                        if breaks:
                            over = self.once_broken(self.horizon, then, party, package)
                            right[k] += self.discount * p * breaks * over
                worth = np.linalg.solve(system, right)
                found[package.number] |= {
                    (spot, party): float(v) for spot, v in zip(spots, worth, strict=True)
                }
        return found

    def sign(self, t: int, spot: Spot, party: PartyId, package: PlainPackage) -> float:
        if self.is_gone(party, spot):
            return 0.0
        return self.lump(party, package) + self.keep(t, spot, party, package)

    def gain(self, t: int, spot: Spot, party: PartyId, package: PlainPackage) -> float:
        return self.sign(t, spot, party, package) - self.wait(t, spot, party)

    # --- a meeting -----------------------------------------------------------------------

    def _value(self, t: int, spot: Spot, party: PartyId) -> float:
        found = self.wait(t, spot, party)
        if t == self.horizon:
            return found
        for venue, seat, chance in self.floors(spot):
            for package, share, agreed in self.offers(t, spot, venue, seat):
                found += chance * share * agreed * self.gain(t, spot, party, package)
        return found

    def _offers(self, t: int, spot: Spot, venue: str, seat: PartyId) -> Offers:
        """Return the tied best proposals of whoever has the floor; none: it says nothing."""
        proposer = self.holder(seat, spot)
        if proposer not in self.known:
            return []
        worth = {}
        for package in self.packages:
            fits = package.venue == venue and package.is_tabled and self.may_offer(seat, package)
            if fits and self.may_sign(spot, package):
                agreed = self.agreed(t, spot, proposer, package)
                if agreed <= TIED:  # what nobody would ever agree to is no proposal
                    continue
                worth[package] = agreed * self.gain(t, spot, proposer, package), agreed
        # 1e-10 is the engine's, of values and not of gains
        size = TIED * (1 + abs(self.wait(t, spot, proposer)))
        best = max((w for w, _ in worth.values()), default=-math.inf)
        if best < -size:
            return []
        tied = [(p, agreed) for p, (w, agreed) in worth.items() if w >= best - size]
        return [(package, 1 / len(tied), agreed) for package, agreed in tied]

    def agreed(self, t: int, spot: Spot, proposer: PartyId, package: PlainPackage) -> float:
        """Return the chance that everybody asked consents, and enough of those counted."""

        def yes(party: PartyId) -> float:
            gain = self.gain(t, spot, party, package)
            return 1.0 if party == proposer else 1 / (1 + math.exp(-gain / self.noise))

        all_of_them = float(math.prod(yes(p) for p in self.required(spot, package)))
        voters, needed = self.voters(spot, package), self.votes_needed(spot, package)
        enough = 0.0
        for votes in itertools.product((False, True), repeat=len(voters)):
            if sum(votes) >= needed:
                pairs = zip(voters, votes, strict=True)
                enough += float(math.prod(yes(p) if v else 1 - yes(p) for p, v in pairs))
        return all_of_them * enough

    # --- forwards ------------------------------------------------------------------------

    @cached_property
    def start(self) -> Spot:
        past = (e if self.strikes_at(e) == 0 else None for e in self.events)
        return Spot(tuple(0 if e is None else self.likeliest(e) for e in past))

    @cached_property
    def along(self) -> list[Spot]:
        """The spot at each date if nothing comes by chance and nothing is agreed."""
        found = [self.start]
        for t in range(1, self.horizon + 1):
            now = found[-1]
            struck = tuple(
                self.likeliest(e) if self.strikes_at(e) == t and self.runs(e, now, None) else k
                for e, k in zip(self.events, now.struck, strict=True)
            )
            found.append(Spot(struck))
        return found

    def course(self) -> Iterable[tuple[dict[str | None, float], dict[Spot, float]]]:
        """Return for each date what was agreed first so far, and where things stand if nothing was.

        Packages without a name go under None.
        """
        agreed: dict[str | None, float] = {}
        here = {self.start: 1.0}
        for t in range(self.horizon + 1):
            yield dict(agreed), dict(here)
            if t == self.horizon:
                return
            there: dict[Spot, float] = {}
            for spot, p in here.items():
                stays = p
                for venue, seat, chance in self.floors(spot):
                    for package, share, yes in self.offers(t, spot, venue, seat):
                        signed = p * chance * share * yes
                        agreed[package.deal] = agreed.get(package.deal, 0.0) + signed
                        stays -= signed
                for then, q in self.moves(t, spot, None, None):
                    there[then] = there.get(then, 0.0) + stays * q
            here = there
