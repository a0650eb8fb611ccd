"""Would a party rather have a package than what it gets without one? And why?

A party consents to a package that crosses none of its red lines and that it likes at least as
much as its fallback: equal is enough. What the stated preference does not decide stays open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from detente.analysis.preferences import DIGITS, ROUNDING, Evaluation, Floats, Form
from detente.analysis.space import Bools, Space
from detente.engines.deal_space import Verdict
from detente.ledger import PartyId
from detente.model import (
    TODAY,
    Case,
    Fallback,
    Ground,
    IssueId,
    OptionId,
    PartyView,
    Points,
    RankedStatements,
    RedLine,
)

__all__ = ["Reason", "Stance", "Standpoint", "Verdicts"]

Verdicts = npt.NDArray[np.int8]


class Stance(StrEnum):
    """How a party stands to a package, against its fallback."""

    BETTER = "better"
    EQUAL = "equal"
    WORSE = "worse"
    RED_LINE = "red line"
    DEPENDS = "depends"
    UNKNOWN = "not known"

    @property
    def verdict(self) -> Verdict:
        if self in (Stance.BETTER, Stance.EQUAL):
            return Verdict.YES
        return Verdict.NO if self in (Stance.WORSE, Stance.RED_LINE) else Verdict.UNDECIDED


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a party stands where it stands: the statement, points or place that decides.

    ``issues`` are the terms on which it turns, ``against`` the fallback it compared with.
    """

    words: str
    issues: tuple[IssueId, ...]
    ground: Ground
    against: str


@dataclass(frozen=True, eq=False)
class Standpoint:
    """One party put to rows of outcomes: the packages, then today, endings and deals by name.

    ``party`` is who must consent, ``holder`` whose preference decides (an envoy's principal).
    """

    case: Case
    space: Space
    party: PartyId
    holder: PartyId
    view: PartyView | None
    fallback: Fallback
    evaluation: Evaluation
    red_lines: tuple[RedLine, ...]
    crossed: Bools
    rows_of: Mapping[str, int]

    @classmethod
    def of(
        cls,
        case: Case,
        space: Space,
        party: PartyId,
        evaluation: Evaluation,
        rows_of: Mapping[str, int],
        *,
        scope: Collection[IssueId],
        at_stake: Collection[str],
        against: str | None = None,
    ) -> Standpoint:
        """Put a party to the rows that ``evaluation`` is of.

        ``rows_of`` names the rows of today, endings and deals. A red line counts where at least
        one of its issues is in ``scope``: what is not on the table is not signed. Deals in
        ``at_stake`` are nobody's fallback. ``against`` replaces every party's own fallback.
        """
        holder = case.preference_holder(party)
        view, codes = case.views.get(holder), evaluation.codes
        crossed = np.zeros(len(codes), dtype=np.bool_)
        red_lines = tuple(
            r for r in _red_lines(case, party, holder) if r.statement.issues() & set(scope)
        )
        for red_line in red_lines:
            crossed = np.asarray(crossed | space.holds(red_line.statement, codes))
        fallback = Fallback("one", (TODAY,))
        if against is not None:
            fallback = Fallback("one", (against,))
        elif view is not None and view.fallback is not None:
            names = tuple(name for name in view.fallback.names if name not in at_stake)
            if names or view.fallback.mode == "at_least":
                fallback = replace(view.fallback, names=names)
        return cls(
            case, space, party, holder, view, fallback, evaluation, red_lines, crossed, rows_of
        )

    # --- all rows at once ---------------------------------------------------------------

    @cached_property
    def _against_fallback(self) -> tuple[Floats, Floats]:
        """Smallest and largest advantage of every row over the fallback."""
        if self.fallback.mode == "at_least" and self.fallback.at_least is not None:
            low, high = np.zeros(len(self.crossed)), np.zeros(len(self.crossed))
            for column, lowest, highest in self.evaluation.tables:
                low += lowest[self.evaluation.codes[:, column]]
                high += highest[self.evaluation.codes[:, column]]
            return low - self.fallback.at_least.high, high - self.fallback.at_least.low
        pairs = [self.evaluation.against(self.rows_of[name]) for name in self.fallback.names]
        # What an order does not say may be anything; the other fallbacks may decide all the same.
        worst = [np.where(np.isnan(low), -np.inf, low) for low, _ in pairs]
        best = [np.where(np.isnan(high), np.inf, high) for _, high in pairs]
        combine = np.maximum if self.fallback.mode == "worst_of" else np.minimum
        return combine.reduce(worst), combine.reduce(best)

    def verdicts(self) -> Verdicts:
        """Return consent to every row, as the engine's verdicts."""
        result = np.full(len(self.crossed), Verdict.UNDECIDED, dtype=np.int8)
        if self.evaluation.form is not Form.NONE:
            worst, best = self._against_fallback
            result[worst >= -ROUNDING] = Verdict.YES
            result[best < -ROUNDING] = Verdict.NO
        result[self.crossed] = Verdict.NO
        return result

    def floor(self) -> float | None:
        """Return the level of the fallback, where one number says it; None otherwise."""
        if self.fallback.mode == "at_least" and self.fallback.at_least is not None:
            return self.fallback.at_least.middle
        levels = [float(self.evaluation.level[self.rows_of[n]]) for n in self.fallback.names]
        if not levels or np.isnan(levels).any():
            return None
        return min(levels) if self.fallback.mode == "worst_of" else max(levels)

    def shortfall(self) -> Floats:
        """Return how far each row stays below the fallback, in the party's own points."""
        floor = self.floor()
        if self.evaluation.form is not Form.POINTS or floor is None:
            return np.zeros(len(self.crossed))
        return np.maximum(0.0, floor - self.evaluation.level)

    def lack(self, row: int) -> tuple[float, float] | None:
        """Return the least and the most points that one row lacks; None for who states none."""
        if self.evaluation.form is not Form.POINTS:
            return None
        worst, best = (float(bound[row]) for bound in self._against_fallback)
        if not np.isfinite([worst, best]).all():
            return None
        return round(max(0.0, -best), DIGITS), round(max(0.0, -worst), DIGITS)

    # --- one row ------------------------------------------------------------------------

    def stance(self, row: int) -> Stance:
        """Say how the party stands to one row."""
        if self.crossed[row]:
            return Stance.RED_LINE
        if self.evaluation.form is Form.NONE:
            return Stance.UNKNOWN
        worst, best = (float(bound[row]) for bound in self._against_fallback)
        if worst > ROUNDING:
            return Stance.BETTER
        if best < -ROUNDING:
            return Stance.WORSE
        if worst >= -ROUNDING:
            return Stance.EQUAL if best <= ROUNDING else Stance.BETTER
        return Stance.UNKNOWN if np.isinf([worst, best]).any() else Stance.DEPENDS

    def reason(self, row: int) -> Reason:
        """Say what decides the stance on one row: the certificate of the verdict."""
        outcome = self.space.decode(self.evaluation.codes[row])
        if self.crossed[row]:
            return self._red_line(outcome)
        against = self._decisive_fallback(row)
        if self.view is None or self.evaluation.form is Form.NONE:
            return Reason("nothing is stated of what it wants", (), Ground(), against)
        match self.view.preference:
            case RankedStatements(wishes):
                there = self.case.outcome(against)
                for wish in wishes:
                    here = wish.statement.holds(outcome)
                    if here is not wish.statement.holds(there):
                        side = "only in the package" if here else "only without it"
                        issues = _that_differ(wish.statement.issues(), outcome, there)
                        return Reason(
                            f"“{wish.statement.words}”: {side}", issues, wish.ground, against
                        )
                return Reason("what it wants is the same either way", (), self.view.ground, against)
            case Points():
                return self._points(row, against)
            case _:
                return self._place(row, against)

    def _red_line(self, outcome: dict[IssueId, OptionId]) -> Reason:
        for red_line in self.red_lines:
            if red_line.statement.holds(outcome):
                issues = tuple(sorted(red_line.statement.issues()))
                words = f"red line: it will not sign “{red_line.statement.words}”"
                return Reason(words, issues, red_line.ground, "")
        return Reason("red line", (), Ground(), "")

    def _decisive_fallback(self, row: int) -> str:
        """Among several fallbacks, the one on which the stand turns."""
        names = self.fallback.names
        if len(names) < 2:
            return names[0] if names else ""
        levels = {name: float(self.evaluation.level[self.rows_of[name]]) for name in names}
        unranked = [name for name in names if np.isnan(levels[name])]
        ranked = [name for name in names if name not in unranked]
        if not ranked or (unranked and self.stance(row) is Stance.UNKNOWN):
            return unranked[0] if unranked else names[0]
        pick = min if self.fallback.mode == "worst_of" else max
        return pick(ranked, key=levels.__getitem__)

    def _points(self, row: int, against: str) -> Reason:
        ground = self.view.ground if self.view else Ground()
        low, high = self.evaluation.total(row)
        here = f"{low:g}" if high - low < ROUNDING else f"{low:g} to {high:g}"
        if not against:
            return Reason(f"{here} points; it asks {self.fallback.at_least}", (), ground, against)
        other = self.rows_of[against]
        low, high = self.evaluation.total(other)
        there = f"{low:g}" if high - low < ROUNDING else f"{low:g} to {high:g}"
        losses = []
        for column, lowest, highest in self.evaluation.tables:
            middle = (lowest + highest) / 2
            codes = self.evaluation.codes
            loss = float(middle[codes[other, column]] - middle[codes[row, column]])
            if loss > ROUNDING:
                losses.append((-loss, column))
        issues = tuple(self.space.issues[column].id for _, column in sorted(losses)[:3])
        return Reason(f"{here} points, {there} without it", issues, ground, against)

    def _place(self, row: int, against: str) -> Reason:
        ground = self.view.ground if self.view else Ground()
        level, other = self.evaluation.level[row], self.evaluation.level[self.rows_of[against]]
        if np.isnan(level):
            words = "its order does not name this package"
        elif np.isnan(other):
            words = f"its order does not name “{self.case.title_of(against)}”"
        else:
            side = "above" if level > other else "below" if level < other else "level with"
            words = f"in its order {side} “{self.case.title_of(against)}”"
        return Reason(words, (), ground, against)


def _red_lines(case: Case, party: PartyId, holder: PartyId) -> tuple[RedLine, ...]:
    """An envoy's own red lines bind him beside his principal's."""
    members = dict.fromkeys((party, holder))
    return tuple(r for m in members if m in case.views for r in case.views[m].red_lines)


def _that_differ(
    issues: frozenset[IssueId], here: Mapping[IssueId, OptionId], there: Mapping[IssueId, OptionId]
) -> tuple[IssueId, ...]:
    return tuple(sorted(issue for issue in issues if here[issue] != there[issue]))
