"""What a case's ranges become in each draw, and the game of one draw or of all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from detente.analysis.reckoning import Assumed, Draws, Floats, Reckoning
from detente.analysis.space import Bools
from detente.analysis.timeline import Tick, Timeline
from detente.analysis.waiting_game import WaitingSpace
from detente.analysis.waiting_packages import Gathered
from detente.analysis.waiting_rates import Breaking, Rates, rates_of
from detente.analysis.waiting_values import Values, values_of
from detente.engines.bargaining import (
    BargainingGame,
    Clock,
    ConstantClock,
    DatedClock,
    WeibullClock,
    bargaining_game,
    rate_of_median,
    weibull_of_quantiles,
    world_chain,
)
from detente.errors import SpaceTooLargeError
from detente.ledger import PartyId
from detente.model import Case, DealId, IssueId, OptionId

__all__ = ["MOST_CHANCES", "Turned", "WaitingModel"]

MOST_CHANCES = 100_000_000
"""Chances between worlds that are held at once, over all draws and phases: 0.8 GB, and twice that
while they are put together."""

Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Turned:
    """Another number in place of one that was stated, to see what turns on it.

    ``medians`` in days by clock; ``off`` are clocks that never come; ``chances`` are a party's own
    (None: the analyst's) of an entry under the case's chances.
    """

    medians: tuple[tuple[str, float], ...] = ()
    off: tuple[str, ...] = ()
    chances: tuple[tuple[PartyId | None, str, float], ...] = ()
    breaking: Breaking = "stated"
    without: tuple[DealId, ...] = ()
    """Deals that are not to be had."""
    also: tuple[DealId, ...] = ()
    """Deals that are tabled although they are only our own idea."""
    parts: int = 1
    """Into how many parts each period is cut."""


@dataclass(frozen=True, eq=False)
class WaitingModel:
    """A case reckoned in time: one middle game, and as many drawn from its ranges as asked for."""

    case: Case
    reckoning: Reckoning
    beside: tuple[int, Mapping[IssueId, OptionId]] | None = None
    """A package without a name, and its venue, that is put beside the named deals."""

    @cached_property
    def _draws(self) -> Draws:
        return Draws(self.reckoning.draws, self.reckoning.seed)

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline.of(self.case, self.reckoning, self._draws)

    @cached_property
    def space(self) -> WaitingSpace:
        return WaitingSpace(self.case, self.timeline, Gathered(self.case, self.beside))

    @cached_property
    def values(self) -> Values:
        return values_of(self.space, self.reckoning, self._draws)

    @cached_property
    def rates(self) -> Rates:
        _ = self.values  # drawn first, so that the order of draws is always the same
        return rates_of(self.space, self.reckoning, self._draws)

    @property
    def start(self) -> int:
        """The world on the first day."""
        return self.timeline.start

    @property
    def along(self) -> tuple[int, ...]:
        """The world at each date if nothing comes by chance and nothing is agreed."""
        return self.timeline.along

    @property
    def assumed(self) -> tuple[Assumed, ...]:
        """Every default that was used because the case does not say."""
        return (*self.rates.assumed, *self.values.assumed)

    # --- chances of worlds ---------------------------------------------------------------------

    @cached_property
    def believers(self) -> tuple[PartyId, ...]:
        """Parties with chances of their own, in the order of their beliefs; the analyst is before."""
        own = {who for tick in self.timeline.ticks for who in tick.chances if who is not None}
        return tuple(party for party in self.space.parties if party in own)

    def belief_of(self, party: PartyId) -> int:
        return 1 + self.believers.index(party) if party in self.believers else 0

    def _clock(self, tick: Tick, turned: Turned, rows: slice) -> Clock:
        branches = self._branches(tick, turned, rows)
        if tick.day is not None:
            period = math.ceil(tick.day / self._dt(turned) - 1e-9)
            if period <= 0:  # what followed is known, or taken to be the likeliest
                branches = np.eye(len(tick.branches))[self.timeline.struck(tick) - 1]
            if tick.name in turned.off:
                period = self.timeline.n_periods * turned.parts + 1
            return DatedClock(period, branches)
        stated = dict(turned.medians)
        if tick.name in stated:
            return ConstantClock(rate_of_median(stated[tick.name]), branches)
        if tick.name in turned.off:
            return ConstantClock(0.0, branches)
        if tick.quantiles is not None:
            (p1, t1), (p2, t2) = tick.quantiles
            return WeibullClock(*weibull_of_quantiles(p1, t1, p2, t2), branches)
        median = np.full(1, np.inf) if tick.median is None else tick.median[rows]
        n_beliefs = 1 + len(self.believers)
        return ConstantClock(
            np.repeat(rate_of_median(median)[:, None], n_beliefs, axis=1), branches
        )

    def _branches(self, tick: Tick, turned: Turned, rows: slice) -> Floats:
        """Return chances of what may follow, shape (rows, n_beliefs, B)."""
        if len(tick.branches) == 1:
            return np.ones(1)
        found = []
        for who in (None, *self.believers):
            chances = tick.chances.get(who, tick.chances[None])[rows]
            for whose, chance, value in turned.chances:
                if whose == who:
                    chances = _with_chance(tick, chances, chance, value)
            found.append(chances)
        return np.stack(found, axis=1)

    def _dt(self, turned: Turned) -> float:
        return self.timeline.step / turned.parts

    def _chances(self, turned: Turned, rows: slice) -> tuple[Floats, Ints]:
        """Return chances between worlds (rows, n_phases, n_beliefs, n_regimes, W, W), and phases.

        Clocks strike and packages in force are broken independently of each other in a period.
        """
        self._check_size(1)  # before anything is worked out for each world
        worlds, dt = self.space.worlds, self._dt(turned)
        runs, n_clocks = self.space.running[0], worlds.n_clocks
        breaking = worlds.breaking(self.rates.breaking(turned.breaking, rows), dt)
        clocks = [self._clock(tick, turned, rows) for tick in self.timeline.ticks]
        blocks: list[Floats] = []
        phase: Ints = np.zeros(0, dtype=np.intp)
        for z in range(len(worlds.stands)):
            chain = world_chain(
                clocks,
                dt=dt,
                n_periods=self.timeline.n_periods * turned.parts,
                runs=runs[:, z * n_clocks : (z + 1) * n_clocks],
                block=self._check_size(len(runs)) * turned.parts,
            )
            chances, phase = chain.chances if chain.drawn else chain.chances[None], chain.phase
            full = (*chances.shape[:2], 1 + len(self.believers), *chances.shape[3:])
            blocks.append(np.broadcast_to(chances, full))
        n_rows = max(len(breaking), len(blocks[0]))
        found = np.zeros((n_rows, *blocks[0].shape[1:4], worlds.n, worlds.n))
        for z, block in enumerate(blocks):
            here = slice(z * n_clocks, (z + 1) * n_clocks)
            for to in np.flatnonzero(breaking[:, z].any(axis=0)):
                there = slice(to * n_clocks, (to + 1) * n_clocks)
                share = breaking[:, z, to].reshape(-1, 1, 1, 1, 1, 1)
                found[..., here, there] = block * share
        return found, phase

    def _check_size(self, n_regimes: int) -> int:
        """Return how many periods share one mean of a hazard that varies, so that all can be held.

        The same for the middle game as for all draws, up to as many as are drawn if nobody says
        how many: else the middle would depend on whether anything is drawn beside it.

        Raises
        ------
        SpaceTooLargeError
            If there are too many worlds to hold the chances of going from one to another.
        """
        timeline, n_worlds = self.timeline, self.space.worlds.n
        n_draws = 1 + max(self.reckoning.draws, Reckoning().draws)
        per_phase = n_draws * (1 + len(self.believers)) * n_regimes * n_worlds**2
        # every date is at the end of a phase of its own, and what follows it is another
        n_dated = 1 + 2 * len(timeline.ahead)
        room = MOST_CHANCES // per_phase - n_dated
        if room < 0:
            raise SpaceTooLargeError(
                f"found {per_phase * n_dated:,} chances of going from one of {n_worlds} worlds to "
                f"another, in {n_draws} draws, expected at most {MOST_CHANCES:,}; leave out clocks or "
                "deals that change nothing, or draw less"
            )
        varies = any(tick.quantiles is not None for tick in timeline.ticks)
        return math.ceil(timeline.n_periods / max(room, 1)) if varies else 1

    # --- games -------------------------------------------------------------------------------

    @cached_property
    def venues(self) -> tuple[int, ...]:
        """The venues at which somebody can ever propose something."""
        may = np.asarray(self.space.may_table.any(axis=2))
        floor = (self.rates.recognition > 0) & self._is_open[:, :, None] & may[None]
        meets = (self.rates.meeting > 0).all(axis=0)
        return tuple(int(k) for k in np.flatnonzero(floor.any(axis=(0, 2)) & meets))

    def game(self, turned: Turned | None = None, *, with_deals: bool = True) -> BargainingGame:
        """Return the middle game, or with other numbers in place of some that were stated.

        Without deals nothing can be signed: what time does by itself.
        """
        turned = turned or Turned()
        chances, phase = self._chances(turned, slice(0, 1))
        space, values, rates = self.space, self.values, self.rates
        at_least, counted = space.quotas
        venues = list(self.venues)
        meeting, floor = self._meeting(slice(0, 1))[0], rates.recognition[:, venues]
        may_table = space.may_table[venues]
        if not venues:  # nobody can propose: one table, at which nothing may be tabled
            floor = np.zeros((space.worlds.n, 1, len(space.parties)))
            floor[:, :, 0] = 1.0
            may_table = np.zeros((1, *may_table.shape[1:]), dtype=np.bool_)
            meeting = np.ones((space.worlds.n, 1))
        return bargaining_game(
            dt=self._dt(turned),
            chances=chances[0],
            phase=phase,
            belief_of=np.array([self.belief_of(p) for p in space.parties], dtype=np.intp),
            regime=space.running[1],
            waiting=values.waiting[0],
            kept=values.kept[0],
            lump=values.lump[0],
            discount_rate=rates.discount[0],
            out=space.gone,
            meeting_rate=meeting,
            recognition=floor,
            may_table=may_table & self._tabled(turned),
            available=space.available & ~values.unknown & with_deals,
            required=space.required,
            at_least=at_least,
            counted=counted,
            breakdown_rate=self._over(turned.breaking, slice(0, 1))[0],
            resumes_in=self._resumes_in,
            broken_worth=self._for_ever(chances[:1, phase[-1], :, 0], self._dt(turned))[0],
            noise=float(rates.noise[0]),
        )

    def _tabled(self, turned: Turned) -> Bools:
        """Which packages are reckoned to be proposed, shape (D,)."""
        gathered, mode = self.space.gathered, self.reckoning.tabled
        found = [gathered.is_tabled(d, mode) for d in range(len(gathered.candidates))]
        for deal, d in self.space.named.items():
            found[d] = (found[d] or deal in turned.also) and deal not in turned.without
        return np.array(found, dtype=np.bool_)

    def drawn(self) -> dict[str, Floats]:
        """Return what differs between draws, each with a leading axis over all rows."""
        every = slice(None)
        chances, phase = self._chances(Turned(), every)
        n = self.reckoning.draws + 1
        found = {
            "chances": np.broadcast_to(chances, (n, *chances.shape[1:])),
            "waiting": self.values.waiting,
            "kept": self.values.kept,
            "lump": self.values.lump[:, None],
            "discount_rate": self.rates.discount,
            "noise": self.rates.noise,
            "breakdown_rate": self._over("stated", every)[:, None, :],
        }
        if self.venues:
            found["meeting_rate"] = self._meeting(every)
        if (self._resumes_in < 0).any():
            last = np.broadcast_to(
                chances[:, phase[-1], :, 0], (n, *chances.shape[2:3], *chances.shape[4:])
            )
            found["broken_worth"] = self._for_ever(last, self._dt(Turned()))
        return found

    def _meeting(self, rows: slice) -> Floats:
        """Meetings per day at each venue in each world, shape (rows, W, K)."""
        venues = list(self.venues)
        return np.asarray(self.rates.meeting[rows][:, None, venues] * self._is_open[:, venues])

    @cached_property
    def _is_open(self) -> Bools:
        """Whether each venue is open in each world, shape (W, venues)."""
        tables = [venue.table for venue in self.space.venues]
        rows = [
            [table is None or table in world.open_tables for table in tables]
            for world in self.space.clock_worlds
        ]
        return np.array(rows, dtype=np.bool_).reshape(len(rows), len(tables))

    def _over(self, breaking: Breaking, rows: slice) -> Floats:
        """Return how often a package's own part is over: a breakdown, or talks go on beside it."""
        found = self.rates.breaking(breaking, rows).copy()
        beside = [d for d in range(found.shape[1]) if self.space.worlds.leaves_open(d)]
        found[:, beside] = np.inf
        return found

    @cached_property
    def _resumes_in(self) -> Ints:
        found = self.space.worlds.resumes_in()
        for d, candidate in enumerate(self.space.candidates):
            ends = bool(candidate.breakers) and all(b.ends_talks for b in candidate.breakers)
            if ends and not self.space.worlds.leaves_open(d):
                found[:, d] = -1
        return found

    def _for_ever(self, chances: Floats, dt: float) -> Floats:
        """Return what going on without talks is worth to everybody in each world, (rows, W, n).

        ``chances`` (rows, n_beliefs, W, W) while no package is in force, of the first rows.
        """
        n_rows = len(chances)
        waiting, stays = self.values.waiting[:n_rows] * dt, ~self.space.gone
        found: Floats = np.zeros(waiting.shape)
        for column, party in enumerate(self.space.parties):
            here = stays[:, column]
            discount = np.exp(-self.rates.discount[:n_rows, column] * dt)[:, None, None]
            moves = discount * chances[:, self.belief_of(party)] * here
            right = (waiting[:, :, column] * here)[:, :, None]
            worth = np.linalg.solve(np.eye(len(here)) - moves, right)[:, :, 0]
            found[:, :, column] = worth * here
        return np.asarray(found)


def _with_chance(tick: Tick, chances: Floats, chance: str, value: float) -> Floats:
    """Give one uncertain consequence another chance, the others as they were."""
    holds = np.array([any(p.chance == chance for p in branch) for branch in tick.branches])
    if not holds.any():
        return chances
    found = np.empty_like(chances)
    for side, share in ((holds, value), (~holds, 1 - value)):
        part = chances[:, side]
        total = part.sum(axis=1, keepdims=True)
        even = np.full_like(part, 1 / part.shape[1])
        found[:, side] = share * np.divide(part, total, out=even, where=total > 0)
    return found
