"""How each party sees rows of outcomes: levels, ranges, and which it would rather have.

Levels of one call are comparable with each other and with nothing else. Points are on the
party's own scale; statements and named orders give places in an order, never a distance.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from detente.analysis.space import Codes, Space
from detente.model import Case, OutcomeOrder, PartyView, Points, RankedStatements

__all__ = ["Evaluation", "Floats", "Form", "evaluate"]

Floats = npt.NDArray[np.float64]


class Form(StrEnum):
    """In which form a preference was stated, and so what it can decide."""

    STATEMENTS = "statements"
    ORDER = "order"
    POINTS = "points"
    NONE = "none"


AT_ONCE = 24
"""Statements whose truth fits beside a million places in a float without rounding."""

ROUNDING = 1e-9
"""Points closer than this are equal: sums of decimals are not exact."""

DIGITS = 9
"""Decimals to which levels in points are kept, so that ties are ties."""


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """One party's view of rows of outcomes.

    ``level`` rises with preference; NaN where the form says nothing of a row. For points,
    ``tables`` holds column, lowest and highest points of each option, issue by issue: a range
    cancels where two outcomes share the option.
    """

    form: Form
    level: Floats
    codes: Codes
    tables: tuple[tuple[int, Floats, Floats], ...] = ()

    @property
    def is_complete(self) -> bool:
        return bool(self.form is not Form.NONE and not np.isnan(self.level).any())

    def against(self, row: int) -> tuple[Floats, Floats]:
        """Compare every row with one of them.

        Returns
        -------
        worst, best : ndarray, shape (n_rows,)
            The smallest and the largest difference that what was stated leaves open: in points,
            or in places of an order. NaN where nothing is known.
        """
        if not self.tables or all((low == high).all() for _, low, high in self.tables):
            difference = self.level - self.level[row]
            return difference, difference
        worst, best = np.zeros(len(self.level)), np.zeros(len(self.level))
        for column, low, high in self.tables:
            here, there = self.codes[:, column], self.codes[row, column]
            worst += np.where(here == there, 0.0, low[here] - high[there])
            best += np.where(here == there, 0.0, high[here] - low[there])
        return worst, best

    def total(self, row: int) -> tuple[float, float]:
        """Return the lowest and highest points of one row."""
        low = sum(float(table[self.codes[row, column]]) for column, table, _ in self.tables)
        high = sum(float(table[self.codes[row, column]]) for column, _, table in self.tables)
        return low, high


def evaluate(case: Case, space: Space, view: PartyView | None, codes: Codes) -> Evaluation:
    """Evaluate rows of outcomes as one party sees them.

    Statements rank lexicographically (option prioritising; N. M. Fraser and K. W. Hipel, Conflict
    Analysis: Models and Resolutions, 1984; L. Fang, K. W. Hipel and D. M. Kilgour, Interactive
    Decision Making, 1993): an earlier statement outweighs all later ones together. A named order
    speaks only of the outcomes it names. Points add up over issues; an issue without points
    counts nothing.
    """
    preference = None if view is None else view.preference
    match preference:
        case RankedStatements(wishes):
            level = np.zeros(len(codes))
            for start in range(0, len(wishes), AT_ONCE):
                for wish in wishes[start : start + AT_ONCE]:
                    level = 2 * level + space.holds(wish.statement, codes)
                _, dense = np.unique(level, return_inverse=True)
                level = dense.reshape(-1).astype(np.float64)
            return Evaluation(Form.STATEMENTS, level, codes)
        case OutcomeOrder(tiers):
            level = np.full(len(codes), np.nan)
            for height, tier in enumerate(reversed(tiers)):
                for row in space.encode(case.outcome(name) for name in tier):
                    level[(codes == row).all(axis=1)] = height
            return Evaluation(Form.ORDER, level, codes)
        case Points(values):
            level, tables = np.zeros(len(codes)), []
            for issue_id, numbers in values.items():
                column = space.column[issue_id]
                options = [numbers[option.id] for option in space.issues[column].options]
                level += np.array([q.middle for q in options])[codes[:, column]]
                low, high = np.array([q.low for q in options]), np.array([q.high for q in options])
                tables.append((column, low, high))
            # Sums of decimals differ in their last digits: what is a tie on paper is one here.
            return Evaluation(Form.POINTS, np.round(level, DIGITS), codes, tuple(tables))
        case _:
            return Evaluation(Form.NONE, np.full(len(codes), np.nan), codes)
