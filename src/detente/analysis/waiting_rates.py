"""How often tables meet, how soon deals are broken, how impatient and how sure everybody is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from detente.analysis.reckoning import DAYS_A_YEAR, Assumed, Draws, Floats, Reckoning, Span
from detente.analysis.space import Bools
from detente.analysis.waiting_game import WaitingSpace
from detente.engines.bargaining import rate_of_median
from detente.ledger import in_days, per_day

__all__ = ["Breaking", "Rates", "rates_of"]

Breaking = Literal["stated", "never", "at once"]
"""What is reckoned with of those who could break a deal: what is stated, or either extreme."""


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Rates per day in every draw, row 0 the middle.

    ``discount`` (N + 1, n), ``noise`` (N + 1,) in days, ``meeting`` (N + 1, venues), ``broken``
    (N + 1, D) as stated, ``breakable`` (D,) who could be broken at all, ``recognition`` (W, venues,
    n) the chance of having the floor.
    """

    discount: Floats
    noise: Floats
    meeting: Floats
    broken: Floats
    breakable: Bools
    recognition: Floats
    assumed: tuple[Assumed, ...]

    def breaking(self, kind: Breaking, rows: slice) -> Floats:
        """Return how often each package is broken, shape (rows, D)."""
        stated = self.broken[rows]
        if kind == "stated":
            return stated
        at_once = np.where(self.breakable, np.inf, 0.0)
        return (
            np.broadcast_to(at_once, stated.shape) if kind == "at once" else np.zeros_like(stated)
        )


def rates_of(space: WaitingSpace, reckoning: Reckoning, draws: Draws) -> Rates:
    """Draw every rate; what the case does not say is assumed and listed."""
    years = draws.between(reckoning.impatience, by_factor=True)
    daily = -np.log1p(-np.minimum(years, 0.99)) / DAYS_A_YEAR
    noise = draws.between(reckoning.doubt, by_factor=True)
    impatience, doubt = reckoning.impatience, reckoning.doubt
    assumed = [
        Assumed(
            "impatience",
            f"what lies a year ahead counts {impatience.middle:.0%} less "
            f"({impatience.low:.0%} to {impatience.high:.0%})",
        ),
        Assumed(
            "doubt about consent",
            f"where a party gains {doubt.middle:g} days of having all that it wants instead of none of it "
            f"({doubt.low:g} to {doubt.high:g}), it consents about three times in four",
        ),
    ]
    meeting, attendance = [], []
    for venue in space.venues:
        table = space.case.tables[venue.table] if venue.table else None
        if table is not None and table.meets is not None:
            meeting.append(draws.quantity(per_day(table.meets)))
        else:
            every = reckoning.meets_every
            often = Span(1 / every.high, 1 / every.middle, 1 / every.low)
            meeting.append(draws.between(often, by_factor=True))
            words = f"once in {every.middle:g} days ({every.low:g} to {every.high:g})"
            assumed.append(Assumed(f"meetings: {venue.title}", words))
        attendance.append({party: (low + high) / 2 for party, low, high in venue.seats})
    broken = np.zeros((draws.n + 1, len(space.candidates)))
    for breaker in space.case.breakers:
        if breaker.within is None:
            continue
        within = in_days(breaker.within)
        low = max(within.low, space.timeline.step / 2)
        high = max(within.high, low)
        span = Span.of_factor(low, within.best, high)
        rate = rate_of_median(draws.between(span, by_factor=True))
        for d, candidate in enumerate(space.candidates):
            if breaker in candidate.breakers and space.worlds.can_break(d):
                broken[:, d] += rate
    return Rates(
        discount=np.repeat(daily[:, None], len(space.parties), axis=1),
        noise=noise,
        meeting=np.column_stack(meeting) if meeting else np.zeros((draws.n + 1, 0)),
        broken=broken,
        breakable=np.array([space.worlds.can_break(d) for d in range(len(space.candidates))]),
        recognition=space.recognition(attendance),
        assumed=tuple(assumed),
    )
