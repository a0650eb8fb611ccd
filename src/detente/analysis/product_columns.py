"""Columns of a domain, collected one by one: what each adds for each choice and combination."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from detente.analysis.preferences import ROUNDING
from detente.analysis.product_conditions import (
    Choices,
    Every,
    Formula,
    OnIssue,
    Truth,
    broken,
    issues_of,
    narrow_clauses,
    truth_of,
    width_of,
)
from detente.engines.deal_space.space.acceptance import (
    AcceptanceRule,
    AtLeast,
    Meets,
    all_of,
    any_of,
)
from detente.engines.deal_space.space.domain import (
    LARGEST_TABLE,
    LARGEST_TOTAL,
    Domain,
    Interaction,
    Link,
)
from detente.engines.deal_space.space.domain import Points as Whole
from detente.engines.deal_space.space.scaling import domain_of
from detente.errors import DetenteError
from detente.ledger import Quantity
from detente.model import Case, OptionId, Points

__all__ = [
    "ALWAYS",
    "NEVER",
    "Columns",
    "NotInProductFormError",
    "WholePoints",
    "all_met",
    "any_met",
    "enough_met",
    "link_against",
    "links_of",
]

LARGEST_TERM = 1 << 16
"""Cells of one interaction; every cell holds a number for every column."""

COUNTED_BEYOND = 64
"""Cells beyond which a long *and* is counted part by part instead of tabulated as a whole."""

DECIMAL_SCALES = frozenset(10.0**digits for digits in range(13))

ALWAYS: AcceptanceRule = all_of()
NEVER: AcceptanceRule = any_of()


class NotInProductFormError(DetenteError):
    """A table that can only be examined package by package."""


# --- rules, folded where they are settled ---------------------------------------------------


def all_met(parts: Iterable[AcceptanceRule]) -> AcceptanceRule:
    """Every part must be met; of two thresholds on one column only the higher is kept."""
    return _folded(parts, ALWAYS, NEVER, highest=True)


def any_met(parts: Iterable[AcceptanceRule]) -> AcceptanceRule:
    """One part is enough; of two thresholds on one column only the lower is kept."""
    return _folded(parts, NEVER, ALWAYS, highest=False)


def _folded(
    parts: Iterable[AcceptanceRule],
    neutral: AcceptanceRule,
    decisive: AcceptanceRule,
    *,
    highest: bool,
) -> AcceptanceRule:
    thresholds: dict[int, int] = {}
    kept: dict[AcceptanceRule | int, None] = {}  # a column stands for its threshold, in order
    waiting = list(parts)[::-1]
    while waiting:
        part = waiting.pop()
        if part == decisive:
            return decisive
        if isinstance(part, Meets):
            pick = max if highest else min
            at = part.at_least
            thresholds[part.column] = pick(at, thresholds.get(part.column, at))
            kept[part.column] = None
        elif part.quota == (sum(part.weights) if highest else 1) and set(part.weights) <= {1}:
            waiting.extend(part.parts[::-1])
        else:
            kept[part] = None
    rules = [Meets(k, thresholds[k]) if isinstance(k, int) else k for k in kept]
    if not rules:
        return neutral
    if len(rules) == 1:
        return rules[0]
    return all_of(*rules) if highest else any_of(*rules)


def enough_met(parts: Sequence[AcceptanceRule], quota: int) -> AcceptanceRule:
    """At least ``quota`` of the parts must be met; equal parts count as often as they stand."""
    quota -= sum(part == ALWAYS for part in parts)
    open_parts = tuple(part for part in parts if part not in (ALWAYS, NEVER))
    if quota <= 0:
        return ALWAYS
    if quota > len(open_parts):
        return NEVER
    if quota == len(open_parts):
        return all_met(open_parts)
    if quota == 1:
        return any_met(open_parts)
    return AtLeast(open_parts, (1,) * len(open_parts), quota)


# --- numbers as whole points ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class WholePoints:
    """One party's points, for every option of the case, on a grid on which they are whole.

    ``low``, ``middle`` and ``high`` hold, by issue of the case, whole points of each option; an
    issue without points is absent. ``at_least`` are the ends and the middle of a stated score.
    """

    low: dict[int, Whole]
    middle: dict[int, Whole]
    high: dict[int, Whole]
    at_least: tuple[int, int, int] | None
    scale: float
    rounding: float

    @classmethod
    def of(cls, choices: Choices, stated: Points, at_least: Quantity | None) -> WholePoints:
        space = choices.space
        columns, tables = [], []
        for issue, values in stated.values.items():
            columns.append(space.column[issue])
            options: list[OptionId] = [o.id for o in space.issues[columns[-1]].options]
            tables.append(_ends([values[option] for option in options]))
        if at_least is not None:
            tables.append(_ends([at_least]))
        if not tables:
            return cls({}, {}, {}, None, 1.0, 0.0)
        domain, moved = _on_a_grid(tables)
        whole = [table.reshape(3, -1) for table in domain.points[: len(tables)]]
        score = tuple(int(end) for end in whole.pop()[:, 0]) if at_least is not None else None
        low, middle, high = (
            {column: table[end] for column, table in zip(columns, whole, strict=True)}
            for end in range(3)
        )
        return cls(
            low,
            middle,
            high,
            (score[0], score[1], score[2]) if score else None,
            float(domain.scale[0]),
            float(domain.rounding[0]) + moved,
        )

    @property
    def slack(self) -> int:
        """Whole points by which a sum may fall short of another and still count as equal."""
        exact = (Fraction(ROUNDING) + Fraction(self.rounding)) * Fraction(self.scale)
        return min(math.floor(exact), LARGEST_TOTAL)


def _ends(quantities: Sequence[Quantity]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return all lowest, then all middle, then all highest points."""
    return np.array(
        [q.low for q in quantities] + [q.middle for q in quantities] + [q.high for q in quantities]
    )


def _on_a_grid(
    tables: Sequence[np.ndarray[tuple[int], np.dtype[np.float64]]],
) -> tuple[Domain, float]:
    """Find one grid for all numbers, and how far they were moved beforehand."""
    # Each table stands in twice, so that the difference of two packages still fits.
    domain = domain_of([table[:, None] for table in (*tables, *tables)])
    if domain.scale[0] in DECIMAL_SCALES:
        return domain, 0.0
    # 0.1 times 3 is 0.30000000000000004: a weight or a mean leaves noise in the last digit, which
    # would keep sums apart that are equal on paper.
    clean = [np.array([float(f"{number:.15g}") for number in table]) for table in tables]
    cleaned = domain_of([table[:, None] for table in (*clean, *clean)])
    if cleaned.scale[0] not in DECIMAL_SCALES:
        return domain, 0.0
    moved = sum(float(abs(a - b).max()) for a, b in zip(tables, clean, strict=True))
    return cleaned, 2 * moved


# --- columns --------------------------------------------------------------------------------


@dataclass
class _Term:
    """Numbers that hang on several issues: of each column what it adds in each cell."""

    truth: Truth
    cells: dict[int, Whole] = field(default_factory=dict)


class Columns:
    """The columns of a domain in the making. Equal columns are made once."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self._tables: list[list[Whole]] = []
        self._terms: dict[tuple[object, ...], _Term] = {}
        self._scale: list[float] = []
        self._rounding: list[float] = []
        self._known: dict[Hashable, int] = {}
        self.bars: dict[Meets, tuple[Formula, ...]] = {}
        """Thresholds that a package meets exactly where none of these formulas holds."""

    def add(
        self,
        tables: Sequence[Whole],
        weighted: Sequence[tuple[Formula, int]] = (),
        scale: float = 1.0,
        rounding: float = 0.0,
    ) -> int:
        """Add a column: points by issue, and a weight wherever a formula holds."""
        own = [np.array(table, dtype=np.int64) for table in tables]
        wide = []
        for formula, weight in weighted:
            if isinstance(formula, bool):
                own[0] += weight * formula
            elif isinstance(formula, OnIssue):
                own[formula.issue] += weight * np.array(
                    [formula.bits >> k & 1 for k in range(formula.n_choices)], dtype=np.int64
                )
            else:
                wide.append((formula, weight))
        key = (scale, rounding, tuple(table.tobytes() for table in own), tuple(wide))
        if key in self._known:
            return self._known[key]
        column = len(self._tables)
        for formula, weight in wide:
            self._add_term(column, formula, weight)
        self._tables.append(own)
        self._scale.append(scale)
        self._rounding.append(rounding)
        self._known[key] = column
        return column

    def _add_term(self, column: int, formula: Formula, weight: int) -> None:
        width = width_of(formula)
        if width > LARGEST_TERM:
            raise NotInProductFormError(
                f"found a statement that tells {width:,} combinations of "
                f"{len(issues_of(formula))} issues apart, expected at most {LARGEST_TERM:,}; "
                "split it into statements of fewer issues"
            )
        truth = truth_of(formula)
        key = (truth.issues, *(row.tobytes() for row in truth.classes))
        term = self._terms.setdefault(key, _Term(truth))
        cells = np.where(truth.holds, np.int64(weight), np.int64(0))
        term.cells[column] = term.cells[column] + cells if column in term.cells else cells

    def nothing(self) -> list[Whole]:
        """Return empty tables to start a column from."""
        return [np.zeros(n, dtype=np.int64) for n in self.choices.n_options]

    def never(self, formula: Formula) -> AcceptanceRule:
        """Return the rule that is met exactly where a formula does not hold.

        A column that falls below zero where it holds; a long *and* is counted part by part.
        """
        if isinstance(formula, bool):
            return NEVER if formula else ALWAYS
        short: list[tuple[Formula, int]] = []
        rules: list[AcceptanceRule] = []
        for clause in narrow_clauses(formula):
            if isinstance(clause, Every) and width_of(clause) > COUNTED_BEYOND:
                counted = self.add(self.nothing(), [(part, -1) for part in clause.parts])
                rules.append(Meets(counted, 1 - len(clause.parts)))
            else:
                short.append((clause, -1))
        if short:
            leaf = Meets(self.add(self.nothing(), short), 0)
            self.bars[leaf] = tuple(clause for clause, _ in short)
            rules.append(leaf)
        return all_met(rules)

    def same_as(self, row: Sequence[int]) -> tuple[AcceptanceRule, AcceptanceRule]:
        """Return the rules that are met by this one package, and by every other one.

        One column counts the issues settled as in the package, the other those that are not.
        """
        n_issues = len(self.choices.open_issues)
        if n_issues == 0:
            return ALWAYS, NEVER
        same, other = self.nothing(), self.nothing()
        for issue, choice in enumerate(row):
            same[issue][choice] = 1
            other[issue] += 1
            other[issue][choice] = 0
        return Meets(self.add(same), n_issues), Meets(self.add(other), 1)

    def domain(self, links: Sequence[Link]) -> Domain:
        """Put all columns together."""
        if not self._tables:
            self.add(self.nothing())
        n_columns = len(self._tables)
        points = [
            np.column_stack([tables[issue] for tables in self._tables])
            for issue in range(len(self.choices.n_options))
        ]
        interactions = []
        for term in self._terms.values():
            table = np.zeros((*term.truth.holds.shape, n_columns), dtype=np.int64)
            for column, cells in term.cells.items():
                table[..., column] = cells
            interactions.append(Interaction(term.truth.issues, table, term.truth.classes))
        return Domain(
            tuple(points),
            tuple(links),
            tuple(interactions),
            np.array(self._scale),
            np.array(self._rounding),
        )


# --- links ----------------------------------------------------------------------------------


def links_of(case: Case, choices: Choices) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """Return the links that the rules of a case make, and for each the id of its rule.

    A rule that cannot be broken here makes none; one that is broken whatever is chosen, or an
    issue that no agreement can settle, makes one that allows nothing.
    """
    links: list[Link] = []
    names: list[str] = []
    for name in choices.without_choice:
        links.append(_nothing(choices))
        names.append(str(name))
    for rule in case.rules:
        for clause in narrow_clauses(broken(rule, choices)):
            if clause is True:
                links.append(_nothing(choices))
            else:
                width = width_of(clause)
                if width > LARGEST_TABLE:
                    raise NotInProductFormError(
                        f"rules.{rule.id}: found a rule that tells {width:,} combinations of "
                        f"{len(issues_of(clause))} issues apart, expected at most "
                        f"{LARGEST_TABLE:,}; split it into rules of fewer issues"
                    )
                links.append(link_against(clause))
            names.append(rule.id)
    return tuple(links), tuple(names)


def link_against(formula: Formula) -> Link:
    """Return the link that allows exactly where a formula over some issues does not hold."""
    truth = truth_of(formula)
    return Link(truth.issues, ~truth.holds, truth.classes)


def _nothing(choices: Choices) -> Link:
    zeros = np.zeros(choices.n_options[0], dtype=np.intp)
    return Link((0,), np.zeros(1, dtype=np.bool_), (zeros,))
