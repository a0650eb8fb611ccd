"""What signing is worth beyond waiting: on the first day, over time, and with something changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from detente.analysis.reckoning import Floats
from detente.analysis.space import Bools
from detente.analysis.wait_answers import Fan, Window
from detente.analysis.waiting_model import Turned, WaitingModel
from detente.engines.bargaining import (
    BargainingEquilibrium,
    solve_bargaining,
)
from detente.ledger import PartyId
from detente.model import Case, DealId, IssueId, OptionId

if TYPE_CHECKING:
    from detente.engines.bargaining import DrawnBargains

__all__ = ["Gains", "windows_of"]


@dataclass(frozen=True, eq=False)
class Gains:
    """Solves the middle game as often as it is asked another question, and all draws once.

    ``solved`` is told each time that a game has been solved.
    """

    model: WaitingModel
    solved: Callable[[], None]
    _kept: dict[Turned, Floats] = field(default_factory=dict)

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
        from detente.engines.bargaining import bargain_over_draws

        found = bargain_over_draws(
            self.model.game(),
            self.model.drawn(),
            named=self._named,
            along=self.model.along,
            start=self.model.start,
        )
        self.solved()
        return found

    def on_the_first_day(self, turned: Turned | None = None) -> Floats:
        """Return what signing each named deal is worth beyond waiting, shape (n, n_deals).

        In days of all that lies between a party's best and worst outcome.
        """
        turned = turned or Turned()
        if turned not in self._kept:
            found = self.middle
            if turned != Turned():
                found = solve_bargaining(self.model.game(turned), self._named)
                self.solved()
            start = self.model.start
            self._kept[turned] = found.signed[0, start] - found.waiting[0, start][:, None]
        return self._kept[turned]

    @cached_property
    def in_draws(self) -> Floats:
        """The same in every row, shape (N + 1, n, n_deals)."""
        drawn = self.drawn
        return np.asarray(drawn.signed[:, 0] - drawn.waiting[:, 0, :, None])

    def beside(self, venue: int, says: Mapping[IssueId, OptionId]) -> tuple[Floats, Bools] | None:
        """Return the gain of a package without a name, and whose consent it needs, both (n,).

        None where it cannot be signed on the first day.
        """
        reckoning = replace(self.model.reckoning, draws=0)
        model = WaitingModel(self.case, reckoning, (venue, says))
        index = next((d for d, c in enumerate(model.space.candidates) if c.deal is None), None)
        if index is None or not model.space.available[model.start, index]:
            return None
        found = solve_bargaining(model.game(), [index])
        self.solved()
        gain = found.signed[0, model.start, :, 0] - found.waiting[0, model.start]
        return gain, model.space.required[model.start, :, index]

    # --- over time -------------------------------------------------------------------------

    @cached_property
    def can_be_signed(self) -> Bools:
        """Whether each named deal can be signed at each date, shape (T, n_deals).

        Along the dates on which nothing has come by chance.
        """
        along = list(self.model.along[:-1])
        return self.model.space.open_to_sign[along][:, self._named]

    def over_time(self, party: PartyId, deal: DealId) -> Fan:
        """Return the gain at each date, NaN where the deal cannot be signed."""
        k, i = self.deals.index(deal), self.column[party]
        drawn = self.drawn
        gain = np.asarray(drawn.signed[:, :-1, i, k] - drawn.waiting[:, :-1, i])
        gone = self.model.space.gone[list(self.model.along[:-1]), i]
        gain = np.where(self.can_be_signed[:, k] & ~gone, gain, np.nan)
        return fan_of(gain)

    def crosses_red_line(self, party: PartyId, deal: DealId) -> Bools:
        """Whether it would never sign the deal, at each date, shape (T,)."""
        d, i = self.model.space.named[deal], self.column[party]
        return np.asarray(self.model.space.crossed[list(self.model.along[:-1]), i, d])


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
