"""What signing is worth beyond waiting: on the first day, over time, and with something changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from detente.analysis.packages import Package
from detente.analysis.reckoning import Floats
from detente.analysis.space import Bools
from detente.analysis.wait_answers import Fan, Window
from detente.analysis.waiting_model import Turned, WaitingModel
from detente.engines.bargaining import (
    BargainingEquilibrium,
    DrawnBargains,
    bargain_over_draws,
    solve_bargaining,
)
from detente.ledger import PartyId
from detente.model import Case, ClockId, DealId

__all__ = ["Gains", "gain_of", "windows_of"]

ROUNDING = 1e-9
"""Present values closer than this, as a share of their size, differ by rounding alone."""


@dataclass(frozen=True, eq=False)
class Gains:
    """Solves the middle game as often as it is asked another question, and all draws once.

    ``solved`` is told each time that a game has been solved.
    """

    model: WaitingModel
    solved: Callable[[], None]
    _kept: dict[Turned, Floats] = field(default_factory=dict)
    _others: dict[int, Floats] = field(default_factory=dict)
    """Gains of packages without a name on the first day."""

    @property
    def case(self) -> Case:
        return self.model.case

    @cached_property
    def deals(self) -> tuple[DealId, ...]:
        return tuple(self.model.space.named)

    @cached_property
    def _named(self) -> list[int]:
        return list(self.model.space.named.values())

    @property
    def column(self) -> Mapping[PartyId, int]:
        return self.model.space.column

    @cached_property
    def middle(self) -> BargainingEquilibrium:
        found = solve_bargaining(self.model.game(), self._named)
        self.solved()
        return found

    @cached_property
    def drawn(self) -> DrawnBargains:
        found = bargain_over_draws(
            self.model.game(),
            self.model.drawn(),
            named=self._named,
            along=self.model.along,
            start=self.model.start,
            labels=self.ending_in,
        )
        self.solved()
        return found

    @cached_property
    def endings(self) -> tuple[ClockId, ...]:
        """The clocks that bring an ending."""
        return tuple(c.id for c in self.case.clocks.values() if c.then.ending is not None)

    @cached_property
    def ending_in(self) -> Floats:
        """Which of them has come in each world, shape (W, n_endings); of several, evenly.

        Which came first is followed by the engine: those of one period alone count evenly.
        """
        found = np.zeros((self.model.space.worlds.n, len(self.endings)))
        for w, world in enumerate(self.model.space.clock_worlds):
            for tick, value in zip(self.model.timeline.ticks, world.state, strict=True):
                if value and tick.clock is not None and tick.clock.id in self.endings:
                    found[w, self.endings.index(tick.clock.id)] = 1.0
        return np.asarray(found / np.maximum(1.0, found.sum(axis=1, keepdims=True)))

    @cached_property
    def first(self) -> tuple[tuple[int, int], ...]:
        """For each named deal, the first period in which it can be signed, and the world then.

        The first of all, for a deal that cannot be signed at any date.
        """
        periods = self.can_be_signed.argmax(axis=0).tolist()
        return tuple((period, self.model.along[period]) for period in periods)

    def on_the_first_day(self, turned: Turned | None = None) -> Floats:
        """Return what signing each named deal is worth beyond waiting, shape (n, n_deals).

        In days of having all that it wants instead of none of it; for each deal on the
        first day on which it can be signed.
        """
        turned = turned or Turned()
        if turned not in self._kept:
            found = self.middle
            if turned != Turned():
                found = solve_bargaining(self.model.game(turned), self._named)
                self.solved()
            gains = np.zeros((len(self.column), len(self.deals)))
            for k, (period, world) in enumerate(self.first):
                t = period * turned.parts
                gains[:, k] = gain_of(found.signed[t, world, :, k], found.waiting[t, world])
            self._kept[turned] = gains
        return self._kept[turned]

    @cached_property
    def in_draws(self) -> Floats:
        """The same in every row, shape (N + 1, n, n_deals)."""
        drawn = self.drawn
        gains = np.zeros((len(drawn.signed), len(self.column), len(self.deals)))
        for k, (period, _) in enumerate(self.first):
            gains[:, :, k] = gain_of(drawn.signed[:, period, :, k], drawn.waiting[:, period])
        return gains

    def suits(self, venue: int, package: Package) -> bool | None:
        """Whether a package would be agreed on the first day; None where it cannot be signed."""
        space, start = self.model.space, self.model.start
        d = self._place_of(venue, package)
        if d is not None:
            if not space.available[start, d] or self.model.values.unknown[start, d]:
                return None
            return bool(space.is_carried(d, start, self._today(d) >= 0))
        reckoning = replace(self.model.reckoning, draws=0)
        model = WaitingModel(self.case, reckoning, (venue, package.settles))
        d = next((d for d, c in enumerate(model.space.candidates) if c.deal is None), None)
        if d is None or not model.space.available[start, d] or model.values.unknown[start, d]:
            return None
        found = solve_bargaining(model.game(), [d])
        self.solved()
        gain = gain_of(found.signed[0, start, :, 0], found.waiting[0, start])
        return bool(model.space.is_carried(d, start, gain >= 0))

    def _place_of(self, venue: int, package: Package) -> int | None:
        """Return the place of a package among those reckoned with, asked of as its table asks."""
        space = self.model.space
        codes = space.space.encode([{**self.case.today, **package.settles}])[0]
        for d in np.flatnonzero((space.codes == codes).all(axis=1)):
            candidate = space.candidates[d]
            own = candidate.deal and self.case.deals[candidate.deal].must_agree is not None
            if candidate.venue == venue and not own:
                return int(d)
        return None

    def _today(self, d: int) -> Floats:
        """Return what signing one package today is worth beyond waiting, (n,)."""
        if d in self._named:
            found, start = self.middle, self.model.start
            return gain_of(found.signed[0, start, :, self._named.index(d)], found.waiting[0, start])
        self._look_at([d])
        return self._others[d]

    def prepare(self, venue: int, packages: Iterable[Package]) -> None:
        """Solve once for all those packages that are reckoned with, before each is asked about."""
        places = [self._place_of(venue, package) for package in packages]
        start, available = self.model.start, self.model.space.available
        self._look_at([d for d in places if d is not None and available[start, d]])

    def _look_at(self, places: Iterable[int]) -> None:
        new = [d for d in dict.fromkeys(places) if d not in self._others and d not in self._named]
        if not new:
            return
        found, start = solve_bargaining(self.model.game(), new), self.model.start
        self.solved()
        gains = gain_of(found.signed[0, start], found.waiting[0, start][:, None])
        self._others.update(zip(new, gains.T, strict=True))

    # --- over time -------------------------------------------------------------------------

    @cached_property
    def can_be_signed(self) -> Bools:
        """Whether each named deal can be signed at each date, shape (T, n_deals).

        Along the dates on which nothing has come by chance.
        """
        along = list(self.model.along[:-1])
        return self.model.space.open_to_sign[along][:, self._named]

    def agreed_over_time(self, deal: DealId) -> Bools:
        """Whether all whose consent it needs at a date would sign a deal, at each date, shape (T,)."""
        d, k = self.model.space.named[deal], self.deals.index(deal)
        along = np.array(self.model.along[:-1])
        drawn = self.drawn
        gain = gain_of(drawn.signed[0, :-1, :, k], drawn.waiting[0, :-1])
        carried = self.model.space.is_carried(d, along, gain >= 0)
        return np.asarray(carried & self.can_be_signed[:, k])

    def agreed_in_draws(self, deal: DealId) -> Bools:
        """The same on the first day in every world drawn, shape (N,)."""
        d, k = self.model.space.named[deal], self.deals.index(deal)
        signs = self.in_draws[1:, :, k] >= 0
        return self.model.space.is_carried(d, self.first[k][1], signs)

    def over_time(self, party: PartyId, deal: DealId) -> Fan:
        """Return the gain at each date, NaN where the deal cannot be signed."""
        k, i = self.deals.index(deal), self.column[party]
        drawn = self.drawn
        gain = gain_of(drawn.signed[:, :-1, i, k], drawn.waiting[:, :-1, i])
        gone = self.model.space.gone[list(self.model.along[:-1]), i]
        gain = np.where(self.can_be_signed[:, k] & ~gone, gain, np.nan)
        return fan_of(gain)

    def crosses_red_line(self, party: PartyId, deal: DealId) -> Bools:
        """Whether it would never sign the deal, at each date, shape (T,)."""
        d, i = self.model.space.named[deal], self.column[party]
        return np.asarray(self.model.space.crossed[list(self.model.along[:-1]), i, d])


def gain_of(signed: Floats, waiting: Floats) -> Floats:
    """Return what signing is worth beyond waiting; 0 where the two differ by rounding alone.

    Equal is enough to sign: whom a deal leaves as it is would else hold out or not by chance.
    """
    gain = np.asarray(signed - waiting)
    size = np.maximum(np.abs(signed), np.abs(waiting))
    return np.where(np.abs(gain) <= ROUNDING * (1 + size), 0.0, gain)


def fan_of(rows: Floats) -> Fan:
    """Return middle row and spread of rows of which the first is the middle."""
    others = rows[1:] if len(rows) > 1 else rows
    low, high = np.quantile(others, [0.1, 0.9], axis=0)
    return Fan(rows[0], low, high)


def windows_of(holds: Bools) -> tuple[Window, ...]:
    """Return the stretches of periods in which something holds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], holds.astype(np.int8), [0]])))
    found = []
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        last = None if after == len(holds) else int(after) - 1
        found.append(Window(int(first), last))
    return tuple(found)
