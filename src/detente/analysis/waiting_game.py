"""A case as a negotiation in time: who must agree to which package, where, and when it can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from detente.analysis.space import Bools, Codes, Space
from detente.analysis.timeline import Timeline, World
from detente.analysis.waiting_packages import Candidate, Gathered, Venue
from detente.analysis.waiting_worlds import Worlds
from detente.ledger import PartyId
from detente.model import Case, DealId, IssueId, OutcomeOrder, Points, RankedStatements, Statement

__all__ = ["WaitingSpace"]

Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class WaitingSpace:
    """Everything about a case that does not depend on a draw."""

    case: Case
    timeline: Timeline
    gathered: Gathered

    @property
    def space(self) -> Space:
        return self.gathered.space

    @property
    def venues(self) -> tuple[Venue, ...]:
        return self.gathered.venues

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self.gathered.candidates

    @property
    def codes(self) -> Codes:
        return self.gathered.codes

    @property
    def named(self) -> Mapping[DealId, int]:
        return self.gathered.named

    @cached_property
    def worlds(self) -> Worlds:
        return Worlds(self.timeline, self.gathered)

    @cached_property
    def clock_worlds(self) -> tuple[World, ...]:
        """The state of the clocks in every world."""
        return tuple(world for _, world in self.worlds.pairs())

    @cached_property
    def parties(self) -> tuple[PartyId, ...]:
        """Whose values are followed: everybody of whom it is known what it wants in every world."""
        known = []
        waiting = [{**self.case.today, **world.sets} for world in self.timeline.worlds]
        for view in self.case.views.values():
            match view.preference:
                case RankedStatements() | Points():
                    known.append(view.party)
                case OutcomeOrder(tiers):
                    named = [self.case.outcome(name) for tier in tiers for name in tier]
                    if all(outcome in named for outcome in waiting):
                        known.append(view.party)
        return tuple(known)

    @cached_property
    def column(self) -> Mapping[PartyId, int]:
        return {party: k for k, party in enumerate(self.parties)}

    # --- outcomes ------------------------------------------------------------------------

    @cached_property
    def outcomes(self) -> Codes:
        """What holds in each world under each package, shape (W, D + 1, n_issues).

        The last column of packages stands for no package. A package goes before what stands
        already, and what a clock has settled goes before everything.
        """
        today = self.space.encode([self.case.today])
        packages = np.concatenate([self.codes, today])
        touched = np.concatenate([self._settles, np.zeros((1, len(self.space.issues)), dtype=bool)])
        found = np.repeat(packages[None], self.worlds.n, axis=0)
        for w, (stand, world) in enumerate(self.worlds.pairs()):
            for issue, option in self.worlds.says(stand).items():
                column = self.space.column[issue]
                number = self.space.issues[column].number(option)
                found[w, ~touched[:, column], column] = number
            for issue, option in world.sets.items():
                column = self.space.column[issue]
                found[w, :, column] = self.space.issues[column].number(option)
        return found

    @cached_property
    def running(self) -> tuple[Bools, Ints]:
        """Return which clocks run, shape (n_regimes, W, n_clocks), and the regime of each package.

        Regime 0 is that of no package.
        """
        n_worlds, n = self.outcomes.shape[:2]
        runs = np.ones((n, n_worlds, len(self.timeline.ticks)), dtype=np.bool_)
        for c, tick in enumerate(self.timeline.ticks):
            if tick.clock is not None and tick.clock.while_ is not None:
                for w in range(n_worlds):
                    runs[:, w, c] = self.space.holds(tick.clock.while_, self.outcomes[w])
        patterns, regime = np.unique(
            np.concatenate([runs[-1:], runs[:-1]]).reshape(n, -1), axis=0, return_inverse=True
        )
        first = int(regime.reshape(-1)[0])
        order = [first, *(k for k in range(len(patterns)) if k != first)]
        place = np.argsort(order)
        by_regime = patterns[order].reshape(len(patterns), n_worlds, -1)
        return by_regime, place[regime.reshape(-1)[1:]].astype(np.intp)

    # --- who agrees, where, and whether it can still be signed -------------------------------

    def holder(self, party: PartyId, world: World) -> PartyId:
        """Return whose preference decides for a party's place in a world."""
        now = world.in_place_of(party)
        principal = self.case.preference_holder(now)
        return self.case.preference_holder(world.in_place_of(principal))

    @cached_property
    def required(self) -> Bools:
        """Whose consent each package needs, shape (W, n, D)."""
        shape = (self.worlds.n, len(self.parties), len(self.candidates))
        found = np.zeros(shape, dtype=np.bool_)
        for w, world in enumerate(self.clock_worlds):
            for d, candidate in enumerate(self.candidates):
                for party in candidate.asked:
                    holder = self.holder(party, world)
                    if holder in self.column:
                        found[w, self.column[holder], d] = True
        return found

    @cached_property
    def unknown_consents(self) -> tuple[tuple[PartyId, ...], ...]:
        """For each package, those whose consent it needs and of whom it is not known what they want."""
        start = self.timeline.worlds[self.timeline.start]
        found = []
        for candidate in self.candidates:
            missing = (p for p in candidate.members if self.holder(p, start) not in self.column)
            found.append(tuple(dict.fromkeys(missing)))
        return tuple(found)

    @cached_property
    def available(self) -> Bools:
        """Which packages can be signed in each world, shape (W, D), red lines reckoned in."""
        too_few = self.votes_needed > self.quotas[0]
        return self.open_to_sign & ~(self.crossed & self.required).any(axis=1) & ~too_few

    @cached_property
    def open_to_sign(self) -> Bools:
        """Which packages can be signed in each world, whoever would refuse, shape (W, D).

        The table is open, everybody asked is in office and so is whom it speaks for, nothing that a
        clock settled for good stands against it, no rule forbids it, and it is known what those
        asked want, or who took their places.
        """
        found = np.zeros((self.worlds.n, len(self.candidates)), dtype=np.bool_)
        feasible = self.space.feasible(self.outcomes.reshape(-1, self.outcomes.shape[2]))
        feasible = feasible.reshape(self.outcomes.shape[:2])
        for w, (stand, world) in enumerate(self.worlds.pairs()):
            kept = (self.outcomes[w, :-1] == self.codes) | ~self._settles
            for d, candidate in enumerate(self.candidates):
                table = self.venues[candidate.venue].table
                found[w, d] = (
                    self.worlds.fits(stand, d)
                    and (table is None or table in world.open_tables)
                    and bool(kept[d].all() and feasible[w, d])
                    and all(self._can_answer(p, world) for p in candidate.members)
                )
        return found

    def _can_answer(self, party: PartyId, world: World) -> bool:
        """Whether a party's place is held by somebody in office of whom it is known what it wants."""
        holder = self.holder(party, world)
        is_there = not self._is_absent(party, world) and holder not in world.gone | world.not_yet
        return is_there and holder in self.column

    def _has_left(self, party: PartyId, world: World) -> bool:
        """Whether a seat is empty: of somebody absent, or of the envoy of one who was replaced."""
        principal = self.case.preference_holder(party)
        return self._is_absent(party, world) or (principal != party and principal in world.gone)

    def _is_absent(self, party: PartyId, world: World) -> bool:
        now = world.in_place_of(party)
        return now in world.not_yet or now in world.gone

    @cached_property
    def _settles(self) -> Bools:
        """Which issues each package settles otherwise than today, shape (D, n_issues)."""
        return np.asarray(self.codes != self.space.encode([self.case.today]))

    @cached_property
    def crossed(self) -> Bools:
        """Whose red line each package crosses, among those asked or counted, shape (W, n, D)."""
        found = np.zeros_like(self.required)
        for d, candidate in enumerate(self.candidates):
            table = self.venues[candidate.venue].table
            settled = {self.space.issues[k].id for k in np.flatnonzero(self._settles[d])}
            scope = set(self.case.tables[table].scope) if table else settled
            for w, world in enumerate(self.clock_worlds):
                for party in candidate.members:
                    holder, now = self.holder(party, world), world.in_place_of(party)
                    if holder in self.column and self._crosses(now, holder, scope, w, d):
                        found[w, self.column[holder], d] = True
        return found

    def _crosses(
        self, party: PartyId, holder: PartyId, scope: set[IssueId], w: int, d: int
    ) -> bool:
        outcome = self.outcomes[w, d][None]
        views = self.case.views
        return any(
            bool(self.space.holds(red.statement, outcome)[0])
            for member in dict.fromkeys((party, holder)) if member in views
            for red in views[member].red_lines
            if red.statement.issues() & scope
        )  # fmt: skip

    @cached_property
    def gone(self) -> Bools:
        """In which worlds a party's time is up, shape (W, n)."""
        rows = [[p in world.gone for p in self.parties] for world in self.clock_worlds]
        return np.array(rows, dtype=np.bool_).reshape(len(rows), len(self.parties))

    @cached_property
    def quotas(self) -> tuple[Ints, Bools]:
        """Return how many of those counted must agree, shape (D,), and who is, shape (n, D).

        Besides those whose consent is needed anyway, in any world. Whose red line a package crosses
        on the first day is not counted: see ``available`` for packages that then have too few.
        """
        counted = self.may_vote & ~self.crossed[self._first] & ~self.required.any(axis=0)
        return np.minimum(self.votes_needed, counted.sum(axis=0, dtype=np.intp)), counted

    def is_carried(self, d: int, worlds: Ints | int, signs: Bools) -> Bools:
        """Whether all whose consent a package needs give it, and enough of those counted.

        ``signs`` (..., n) who would sign but for its red lines, in one world or in one for each row.
        """
        signs = signs & ~self.crossed[worlds, :, d]
        asked = self.required[worlds, :, d]
        votes = (signs & self.may_vote[:, d] & ~asked).sum(axis=-1)
        return np.asarray((signs | ~asked).all(axis=-1) & (votes >= self.votes_needed[d]))

    @cached_property
    def _first(self) -> int:
        """The world on the first day, with nothing in force."""
        return self.timeline.start

    @cached_property
    def may_vote(self) -> Bools:
        """Who is counted for a quota, shape (n, D)."""
        found = np.zeros((len(self.parties), len(self.candidates)), dtype=np.bool_)
        start = self.timeline.worlds[self._first]
        for d, candidate in enumerate(self.candidates):
            for party in () if candidate.quota is None else candidate.quota.of:
                holder = self.holder(party, start)
                if holder in self.column:
                    found[self.column[holder], d] = True
        return found

    @cached_property
    def votes_needed(self) -> Ints:
        """How many of those counted must agree besides those asked anyway, shape (D,)."""
        needed = (self.may_vote & self.required[self._first]).sum(axis=0)
        at_least = [0 if c.quota is None else c.quota.at_least for c in self.candidates]
        return np.asarray(np.maximum(0, np.array(at_least, dtype=np.intp) - needed))

    @cached_property
    def may_table(self) -> Bools:
        """Scope and mandate: who may table what where, shape (K, n, D)."""
        shape = (len(self.venues), len(self.parties), len(self.candidates))
        found = np.zeros(shape, dtype=np.bool_)
        for d, candidate in enumerate(self.candidates):
            row = self.codes[d][None]
            for party, _, _ in self.venues[candidate.venue].seats:
                barred = any(
                    self._offers(statement, row) for statement in self.case.parties[party].may_not_offer
                )  # fmt: skip
                if barred:
                    continue
                for world in self.timeline.worlds:
                    holder = self.holder(party, world)
                    if holder in self.column:
                        found[candidate.venue, self.column[holder], d] = True
        return found

    def _offers(self, statement: Statement, row: Codes) -> bool:
        touched = [self.space.column[issue] for issue in statement.issues()]
        today = self.space.encode([self.case.today])[0]
        changes = bool((row[0, touched] != today[touched]).any())
        return changes and bool(self.space.holds(statement, row)[0])

    def recognition(self, attendance: Sequence[Mapping[PartyId, float]]) -> npt.NDArray[np.float64]:
        """Chance of having the floor at each venue in each world, shape (W, K, n).

        Whoever is at a meeting is as likely to have the floor as anybody else who is.
        """
        shape = (self.worlds.n, len(self.venues), len(self.parties))
        found = np.zeros(shape)
        for w, world in enumerate(self.clock_worlds):
            for k, venue in enumerate(self.venues):
                here = [p for p, _, _ in venue.seats if not self._has_left(p, world)]
                for party in here:
                    holder = self.holder(party, world)
                    if holder in self.column:
                        others = [attendance[k][p] for p in here if p != party]
                        chance = attendance[k][party] * _one_over_present(others)
                        found[w, k, self.column[holder]] += chance
        return found


def _one_over_present(others: Sequence[float]) -> float:
    """Expected 1 / (1 + number of others who are there)."""
    spread = np.ones(1)
    for chance in others:
        spread = np.convolve(spread, [1 - chance, chance])
    return float((spread / np.arange(1, len(spread) + 1)).sum())
