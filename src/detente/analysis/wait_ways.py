"""How it may go: the chance of each deal and each ending by date, and whom time hurts."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from detente.analysis.reckoning import Floats
from detente.analysis.space import Bools
from detente.analysis.wait_answers import Ripeness, Way
from detente.analysis.wait_gains import Gains, fan_of, gain_of
from detente.engines.bargaining import solve_bargaining
from detente.ledger import PartyId

__all__ = ["ripeness_of", "ways_of"]

LOOKED_AT = 7
"""Dates at which ripeness is looked at, evenly spread."""


def ways_of(gains: Gains) -> tuple[Way, ...]:
    """Return what has come first by each date: a deal, an ending with nothing agreed, or neither.

    The chances are those of the analyst; those of all ways add up to 1.
    """
    case, drawn = gains.case, gains.drawn
    found = []
    for k, deal in enumerate(gains.deals):
        chances = drawn.signed_by[:, :, k]
        if chances.max() > 0:
            found.append(Way("deal", deal, case.deals[deal].title, fan_of(chances)))
    rest = drawn.signed_by[:, :, len(gains.deals)]
    if rest.max() > 0:
        found.append(Way("other deal", "", "Another package", fan_of(rest)))
    for k, clock in enumerate(gains.endings):
        ending = case.clocks[clock].then.ending
        if ending is not None and gains.ending_in[:, k].any():
            found.append(Way("ending", clock, ending.title, fan_of(drawn.reached[:, :, k])))
    still = ~gains.ending_in.any(axis=1)
    found.append(Way("open", "", "Nothing yet", fan_of(drawn.untried[:, :, still].sum(axis=2))))
    return tuple(found)


def ripeness_of(gains: Gains, asked: Collection[PartyId]) -> tuple[Ripeness, ...]:
    """Say of everybody asked, at a few dates, whether time hurts it and whether it sees a way out.

    Ripeness needs both for everybody whose consent is needed: I. W. Zartman, Ripeness: The Hurting
    Stalemate and Beyond, in P. C. Stern and D. Druckman (eds.), International Conflict Resolution
    after the Cold War, 2000.
    """
    model = gains.model
    alone = solve_bargaining(model.game(with_deals=False)).value
    gains.solved()
    drifts = gain_of(alone, _today_for_ever(gains))
    n = model.timeline.n_periods
    along, found = model.along, []
    for period in np.unique(np.linspace(0, n - 1, LOOKED_AT).round().astype(int)):
        world = along[int(period)]
        out = _ways_out(gains, int(period))
        for party, i in gains.column.items():
            if party not in asked:
                continue
            in_office = not model.space.gone[world, i] and (
                party not in model.space.clock_worlds[world].not_yet
            )
            drift = float(drifts[period, world, i])
            found.append(Ripeness(party, int(period), drift, bool(out[i]), in_office))
    return tuple(found)


def _today_for_ever(gains: Gains) -> Floats:
    """Return what today would be worth if it lasted for ever and waiting cost nothing, (n,)."""
    values, rates = gains.model.values, gains.model.rates
    start, dt = gains.model.start, gains.model.timeline.step
    flow = values.waiting[0, start] + values.costs[0] * values.undecided[start]
    return np.asarray(flow * dt / -np.expm1(-rates.discount[0] * dt))


def _ways_out(gains: Gains, period: int) -> Bools:
    """Whether some named deal would suit a party and everybody whose consent it needs, (n,)."""
    space, found = gains.model.space, gains.middle
    world = gains.model.along[period]
    out = np.zeros(len(space.parties), dtype=np.bool_)
    for k, deal in enumerate(gains.deals):
        d = space.named[deal]
        if not space.available[world, d]:
            continue
        if gains.model.values.unknown[world, d]:
            continue
        suits = gain_of(found.signed[period, world, :, k], found.waiting[period, world]) >= 0
        if space.is_carried(d, world, suits):
            out |= suits & ~space.crossed[world, :, d]
    return out
