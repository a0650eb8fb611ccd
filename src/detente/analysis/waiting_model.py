"""What a case's ranges become in each draw, and the game of one draw or of all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from detente.analysis.reckoning import (
    DAYS_A_YEAR,
    Assumed,
    Draws,
    Floats,
    Reckoning,
    Span,
)
from detente.analysis.timeline import Tick, Timeline
from detente.analysis.waiting_game import WaitingSpace
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
from detente.ledger import PartyId, in_days, per_day
from detente.model import Case

Ints = npt.NDArray[np.intp]

__all__ = ["Breaking", "Turned", "WaitingModel"]

Breaking = Literal["stated", "never", "at once"]
"""What is reckoned with of those who could break a deal: what is stated, or either extreme."""


@dataclass(frozen=True, slots=True)
class Turned:
    """Another number in place of one that was stated, to see what turns on it.

    ``medians`` in days by clock (infinite: it never strikes); ``off`` are dated clocks that never
    come; ``chances`` are a party's own of an entry under the case's chances.
    """

    medians: tuple[tuple[str, float], ...] = ()
    off: tuple[str, ...] = ()
    chances: tuple[tuple[PartyId | None, str, float], ...] = ()
    breaking: Breaking = "stated"
    halved: int = 1
    """Into how many parts each period is cut."""


@dataclass(frozen=True, eq=False)
class WaitingModel:
    """A case reckoned in time: one middle game, and as many drawn from its ranges as asked for."""

    case: Case
    reckoning: Reckoning

    @cached_property
    def _draws(self) -> Draws:
        return Draws(self.reckoning.draws, self.reckoning.seed)

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline.of(self.case, self.reckoning, self._draws)

    @cached_property
    def space(self) -> WaitingSpace:
        return WaitingSpace(self.case, self.timeline)

    @cached_property
    def values(self) -> Values:
        return values_of(self.space, self.reckoning, self._draws)

    # --- chances, rates ----------------------------------------------------------------------

    @cached_property
    def believers(self) -> tuple[PartyId, ...]:
        """Parties with chances of their own, in the order of their beliefs; the analyst is before."""
        own = {who for tick in self.timeline.ticks for who in tick.chances if who is not None}
        return tuple(party for party in self.space.parties if party in own)

    def _clock(self, tick: Tick, turned: Turned, rows: slice) -> Clock:
        branches = self._branches(tick, turned, rows)
        if tick.day is not None:
            period = math.ceil(tick.day / self._dt(turned) - 1e-9)
            if tick.name in turned.off:
                period = self.timeline.n_periods * turned.halved + 1
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
        return self.timeline.step / turned.halved

    def _chances(self, turned: Turned, rows: slice) -> tuple[Floats, Ints]:
        chain = world_chain(
            [self._clock(tick, turned, rows) for tick in self.timeline.ticks],
            dt=self._dt(turned),
            n_periods=self.timeline.n_periods * turned.halved,
            runs=self.space.running[0],
        )
        chances = chain.chances if chain.drawn else chain.chances[None]
        n_beliefs = 1 + len(self.believers)
        full = (*chances.shape[:2], n_beliefs, *chances.shape[3:])
        return np.broadcast_to(chances, full), chain.phase

    @cached_property
    def _rates(self) -> tuple[dict[str, Floats], Floats, tuple[Assumed, ...]]:
        """Return discount rate, doubt, meeting rates of venues and breakdown rates, per draw."""
        draws, reckoning = self._draws, self.reckoning
        years = draws.between(reckoning.impatience, by_factor=True)
        doubt = draws.between(reckoning.doubt, by_factor=True)
        assumed = [
            Assumed(
                "impatience",
                f"what lies a year ahead counts {reckoning.impatience.middle:.0%} less "
                f"({reckoning.impatience.low:.0%} to {reckoning.impatience.high:.0%})",
            ),
            Assumed(
                "doubt about consent",
                f"a difference worth {reckoning.doubt.middle:g} days of all that a party could gain "
                f"or lose ({reckoning.doubt.low:g} to {reckoning.doubt.high:g}) leaves consent at "
                "about three to one",
            ),
        ]
        meets, attends = [], []
        for venue in self.space.venues:
            table = self.case.tables[venue.table] if venue.table else None
            if table is not None and table.meets is not None:
                meets.append(draws.quantity(per_day(table.meets)))
            else:
                span = reckoning.meets_every
                often = Span(1 / span.high, 1 / span.middle, 1 / span.low)
                meets.append(draws.between(often, by_factor=True))
                assumed.append(
                    Assumed(
                        f"meetings of {venue.title}",
                        f"one in {span.middle:g} days ({span.low:g} to {span.high:g}), "
                        "since it is not said how often it meets",
                    )
                )
            attends.append({party: (low + high) / 2 for party, low, high in venue.seats})
        breaks = np.zeros((draws.n + 1, len(self.space.candidates)))
        for breaker in self.case.breakers:
            if breaker.within is None or breaker.deal not in self.space.named:
                continue
            within = in_days(breaker.within)
            low = max(within.low, self.timeline.step / 2)
            high = max(within.high, low)
            middle = min(max(within.middle, low), high)
            median = draws.between(Span(low, middle, high), by_factor=True)
            breaks[:, self.space.named[breaker.deal]] += rate_of_median(median)
        recognition = self.space.recognition(attends)
        daily = -np.log1p(-np.minimum(years, 0.99)) / DAYS_A_YEAR
        rates = {
            "discount_rate": np.repeat(daily[:, None], len(self.space.parties), axis=1),
            "noise": doubt,
            "meeting_rate": np.column_stack(meets) if meets else np.zeros((draws.n + 1, 0)),
            "breakdown_rate": breaks,
        }
        return rates, recognition, tuple(assumed)

    @property
    def assumed(self) -> tuple[Assumed, ...]:
        """Every default that was used because the case does not say."""
        return (*self._rates[2], *self.values.assumed)

    # --- games -------------------------------------------------------------------------------

    @cached_property
    def venues(self) -> tuple[int, ...]:
        """The venues at which somebody can ever propose something."""
        rates, recognition, _ = self._rates
        return tuple(
            k
            for k in range(len(self.space.venues))
            if rates["meeting_rate"][0, k] > 0
            and ((recognition[:, k] > 0).any(axis=0) & self.space.may_table[k].any(axis=1)).any()
        )

    def game(self, turned: Turned = Turned(), *, with_deals: bool = True) -> BargainingGame:
        """Return the middle game, or with other numbers in place of some that were stated.

        Without deals nothing can be signed: what time does by itself.
        """
        chances, phase = self._chances(turned, slice(0, 1))
        space, timeline, values = self.space, self.timeline, self.values
        rates, recognition, _ = self._rates
        at_least, counted = space.quotas
        rate = self._meeting_rates(0)
        floor = recognition[:, list(self.venues)]
        may_table = space.may_table[list(self.venues)]
        if not self.venues:  # nobody can propose: one table at which nothing may be tabled
            floor = np.zeros((len(timeline.worlds), 1, len(space.parties)))
            floor[:, :, 0] = 1.0
            may_table = np.zeros((1, *may_table.shape[1:]), dtype=np.bool_)
            rate = np.ones((len(timeline.worlds), 1))
        ends = [
            all(b.ends_talks for b in self.case.breakers if b.deal == c.deal) and c.deal is not None
            and any(b.deal == c.deal for b in self.case.breakers)
            for c in space.candidates
        ]  # fmt: skip
        here = np.tile(np.arange(len(timeline.worlds))[:, None], (1, len(space.candidates)))
        available = space.available & ~values.unknown if with_deals else np.zeros_like(here, bool)
        order = [
            0,
            *(1 + self.believers.index(p) if p in self.believers else 0 for p in space.parties),
        ]
        dt = self._dt(turned)
        return bargaining_game(
            dt=dt,
            chances=chances[0],
            phase=phase,
            belief_of=np.array(order[1:], dtype=np.intp),
            regime=space.running[1],
            waiting=values.waiting[0],
            kept=values.kept[0],
            discount_rate=rates["discount_rate"][0],
            out=space.gone,
            meeting_rate=rate,
            recognition=floor,
            may_table=may_table,
            available=available,
            required=space.required,
            at_least=at_least,
            counted=counted,
            breakdown_rate=self._breakdown(rates["breakdown_rate"][:1], turned.breaking)[0],
            resumes_in=np.where(np.array(ends, dtype=np.bool_), -1, here),
            broken_worth=self._for_ever(chances[0, phase[-1]], rates["discount_rate"][0], dt),
            noise=float(rates["noise"][0]),
        )

    def drawn(self) -> dict[str, Floats]:
        """Return what differs between draws, each with a leading axis over all rows."""
        chances, _ = self._chances(Turned(), slice(None))
        rates, _, _ = self._rates
        n = self.reckoning.draws + 1
        shape = (n, *chances.shape[1:])
        found = {
            "chances": np.broadcast_to(chances, shape),
            "waiting": self.values.waiting,
            "kept": self.values.kept,
            "discount_rate": rates["discount_rate"],
            "noise": rates["noise"],
            "breakdown_rate": self._breakdown(rates["breakdown_rate"], "stated"),
        }
        if self.venues:
            found["meeting_rate"] = np.stack([self._meeting_rates(k) for k in range(n)])
        return found

    def _meeting_rates(self, row: int) -> Floats:
        """Meetings per day at each venue in each world, shape (W, K)."""
        rates = self._rates[0]["meeting_rate"][row]
        found = np.zeros((len(self.timeline.worlds), len(self.venues)))
        for column, k in enumerate(self.venues):
            table = self.space.venues[k].table
            for w, world in enumerate(self.timeline.worlds):
                if table is None or table in world.open_tables:
                    found[w, column] = rates[k]
        return found

    def _breakdown(self, rates: Floats, breaking: Breaking) -> Floats:
        if breaking == "stated":
            return rates
        found = np.zeros_like(rates)
        if breaking == "at once":
            for deal in {b.deal for b in self.case.breakers} & set(self.space.named):
                found[:, self.space.named[deal]] = np.inf
        return found

    def _for_ever(self, chances: Floats, rate: Floats, dt: float) -> Floats:
        """Return what going on without talks is worth to everybody in each world, (W, n)."""
        waiting, gone = self.values.waiting[0], self.space.gone
        found = np.zeros_like(waiting)
        for column, party in enumerate(self.space.parties):
            belief = 1 + self.believers.index(party) if party in self.believers else 0
            stays = ~gone[:, column]
            moves = chances[belief, 0] * stays[None, :]
            matrix = np.eye(len(moves)) - np.exp(-rate[column] * dt) * moves
            found[:, column] = np.linalg.solve(matrix, waiting[:, column] * stays * dt) * stays
        return found


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
