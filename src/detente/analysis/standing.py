"""The named deals of a table set against each other by what is known, however little that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.analysis.deal_answers import AmongDeals
from detente.analysis.frame import Frame
from detente.analysis.preferences import ROUNDING
from detente.engines.deal_space import efficient_under_pairs
from detente.model import DealId

__all__ = ["among_deals"]


def among_deals(frame: Frame, deals: Sequence[DealId]) -> dict[DealId, AmongDeals]:
    """Say of each deal whether another one of the table beats it: surely, possibly, or never.

    A deal beats another if it is at least as good for everybody asked and better for somebody.
    Where only an order is stated, or points are ranges, all that agrees with them is considered;
    of what is not stated anything may hold.
    """
    asked = frame.forum.asked
    if len(deals) < 2 or not asked:
        return {}
    rows = [frame.rows_of[deal] for deal in deals]
    shape = (len(asked), len(deals), len(deals))
    at_least, better = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    for p, party in enumerate(asked):
        evaluation = frame.standpoints[party].evaluation
        for j, row in enumerate(rows):
            worst = evaluation.against(row)[0][rows]  # NaN, where nothing is known, is never enough
            at_least[p, :, j] = worst >= -ROUNDING
            better[p, :, j] = worst > ROUNDING
    found = efficient_under_pairs(at_least, better)
    return {
        deal: AmongDeals(
            found.standing[k],
            deals[found.always_beaten_by[k]] if found.always_beaten_by[k] >= 0 else None,
        )
        for k, deal in enumerate(deals)
    }
