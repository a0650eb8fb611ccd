"""How many packages meet a rule, when nobody can list them.

Partial packages are added up from both ends of a diagram of the issues, those that the rule cannot
tell apart as one row with a count, until the two sides meet; then pairs of rows are counted. So a
space is counted exactly if the square root of its size fits the budget, and any size at all if
few different points occur. Where that is not so, several bounds are worked out, each of them
certain, and the best of them are stated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Floats
from detente.engines.deal_space.counting.bounds import Bound, bounds_on
from detente.engines.deal_space.counting.course import Course, course_of
from detente.engines.deal_space.counting.meeting import Step, bridged, joined, loosened
from detente.engines.deal_space.counting.rule import numbered, required
from detente.engines.deal_space.counting.sides import Question
from detente.engines.deal_space.counting.tilt import Cut, cut_of, tilt_of
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, leaves_of
from detente.engines.deal_space.space.diagram import Diagram, diagram_of
from detente.engines.deal_space.space.domain import Domain
from detente.errors import EngineInputError, SpaceTooLargeError

__all__ = ["Bound", "Count", "count_each", "count_packages"]

MOST_ROWS = 1_000_000
"""Rows that one side holds: about 100 bytes each at six columns, in a few copies."""

MOST_PAIRS = 300_000_000_000
"""Pairs of rows times thresholds that are compared, 64 at a time: one to two seconds."""

MOST_CELLS = 8_000_000
"""Cells of a grid, eight bytes each, in a few copies."""


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """How many packages meet a rule.

    Attributes
    ----------
    at_least, at_most : int
        Between these is the number, for certain; equal if it is known.
    is_exact : bool
        Whether they are equal.
    n_packages : int
        How many packages the links allow; exact.
    method : str
        What gave the number, or the bound from below and the one from above.
    bounds : tuple of Bound
        The certificate: every bound that was worked out, each of which holds by itself.
    largest : int
        The most rows that one side held.
    most_rows, most_pairs, most_cells : int
        The budget.
    """

    at_least: int
    at_most: int
    is_exact: bool
    n_packages: int
    method: str
    bounds: tuple[Bound, ...]
    largest: int
    most_rows: int
    most_pairs: int
    most_cells: int


@dataclass(frozen=True, slots=True)
class _Budget:
    most_rows: int
    most_pairs: int
    most_cells: int

    def __post_init__(self) -> None:
        for name in ("most_rows", "most_pairs", "most_cells"):
            if getattr(self, name) < 1:
                raise EngineInputError(f"{name}: found {getattr(self, name)}, expected at least 1")


def count_packages(
    domain: Domain,
    rule: AcceptanceRule,
    *,
    most_rows: int = MOST_ROWS,
    most_pairs: int = MOST_PAIRS,
    most_cells: int = MOST_CELLS,
    step: Step | None = None,
) -> Count:
    """Count the packages that the links allow and that meet a rule.

    Every package counts once, however many are worth the same; a total equal to a threshold meets
    it. "No deal" is not a package.

    Parameters
    ----------
    domain : Domain
    rule : AcceptanceRule
    most_rows : int
        How many rows one side may hold. A row stands for all partial packages that the rule cannot
        tell apart.
    most_pairs : int
        How many comparisons of a pair of rows with a threshold may be made where the sides meet.
        One threshold, two of them, and tables of few different points do not use it up.
    most_cells : int
        How many cells a grid may have if the number is only bounded.
    step : callable, optional
        Called with the issues settled from either end and their number. What it raises passes
        through.

    Returns
    -------
    Count
        Exact if the budget allows, otherwise bounds.

    Raises
    ------
    SpaceTooLargeError
        If the links are too entangled; see :func:`~detente.engines.deal_space.space.diagram.diagram_of`.
    EngineInputError
        If the rule names a column that does not exist, or a budget is below 1.

    Notes
    -----
    The first of these that answers is taken:

    1. The bounds of a node of the diagram decide the rule for all packages through it.
    2. Rows from both ends meet. Rows are equal if the thresholds still open, after what follows
       has been taken into account, cannot tell them apart; rows that cannot meet the rule any
       more, in any column or in a weighted sum of those that must all be met, are dropped. The
       pairs are counted by sorting (one or two thresholds open), by a table of sums (few
       different points) or by sets of rows as bits (E. Horowitz and S. Sahni, "Computing
       partitions with applications to the knapsack problem", Journal of the ACM 21(2), 1974, pp.
       277-292, for the idea of two lists).
    3. Bounds: rows that stand for ranges of points, if the sides have nearly met; every threshold
       alone, almost exactly, put together by the bounds of Frechet and Bonferroni; a weighted sum
       of the thresholds that must all be met (Chernoff); points rounded on a grid, with what
       rounding may have moved; a few weighted sums on a grid; and a part of the packages of which
       most pass.

    With the default budget a call takes up to about two seconds on two cores, and 1 GB. Bounds are
    close (below one per cent) for one threshold column, some per cent for two, a small factor for
    three, and several powers of ten for six if fine points are spread over 10**20 packages.

    Examples
    --------
    Twenty issues with ten options each; both parties want more than half of what they could get:

    >>> from detente.engines.deal_space.space.acceptance import all_of
    >>> from detente.engines.deal_space import domain_of
    >>> domain = domain_of([[(k, 9 - k) for k in range(10)]] * 20)
    >>> count = count_packages(domain, all_of(Meets(0, 90), Meets(1, 90)))
    >>> count.at_least, count.is_exact, count.n_packages
    (3081918923741896840, True, 100000000000000000000)
    """
    (count,) = count_each(
        domain,
        (rule,),
        most_rows=most_rows,
        most_pairs=most_pairs,
        most_cells=most_cells,
        step=step,
    )
    return count


def count_each(
    domain: Domain,
    rules: Sequence[AcceptanceRule],
    *,
    most_rows: int = MOST_ROWS,
    most_pairs: int = MOST_PAIRS,
    most_cells: int = MOST_CELLS,
    step: Step | None = None,
) -> tuple[Count, ...]:
    """Count the packages that meet each of several rules; the issues are put in order only once.

    Parameters, budget (for each rule), result and errors are those of :func:`count_packages`.

    Examples
    --------
    >>> from detente.engines.deal_space import domain_of
    >>> domain = domain_of([[(k, 9 - k) for k in range(10)]] * 20)
    >>> [count.at_least for count in count_each(domain, [Meets(0, 180), Meets(0, 179)])]
    [1, 21]
    """
    asked = list(dict.fromkeys(leaf.column for rule in rules for leaf in leaves_of(rule)))
    wrong = [column for column in asked if not 0 <= column < domain.n_columns]
    if wrong:
        raise EngineInputError(
            f"rule: found column {wrong[0]}, expected one from 0 to {domain.n_columns - 1}"
        )
    budget = _Budget(most_rows, most_pairs, most_cells)
    diagram = diagram_of(domain.columns(asked or [0]))
    place = {column: k for k, column in enumerate(asked)}
    return tuple(_counted(diagram, place, domain, rule, budget, step) for rule in rules)


def _counted(
    diagram: Diagram, place: Mapping[int, int], domain: Domain, rule: AcceptanceRule,
    budget: _Budget, step: Step | None,
) -> Count:  # fmt: skip
    if diagram.is_empty:
        nothing = Bound("the links allow no package", 0, 0)
        return _summed_up([nothing], 0, 0, budget)
    plain, stated = numbered(rule)
    columns = list(dict.fromkeys(leaf.column for leaf in stated))
    leaves = tuple(Meets(columns.index(leaf.column), leaf.at_least) for leaf in stated)
    course = course_of(diagram, [place[column] for column in columns])
    n = diagram.n_packages
    inner = domain.columns(columns or [0])
    tilt, cut = _weighed(course, inner, [leaves[k] for k in required(plain, len(leaves))])
    question = Question(course, plain, leaves, cut)
    bridge = bridged(question, budget.most_rows, budget.most_pairs, step)
    if bridge.has_met:
        with suppress(SpaceTooLargeError):
            n_met, _ = joined(question, bridge, budget.most_pairs)
            method = "rows from both ends" if bridge.n_missing < course.n else "decided at once"
            return _summed_up([Bound(method, n_met, n_met)], n, bridge.largest, budget)
    bounds = [Bound("rows settled half-way", bridge.forward.met, n)]
    loose = loosened(question, bridge, budget.most_rows)
    if loose is not None:
        with suppress(SpaceTooLargeError):
            met = joined(question, loose, budget.most_pairs)
            bounds.append(Bound("rows in ranges from both ends", *met))
    bounds += bounds_on(question, inner, columns, tilt, budget.most_cells)
    return _summed_up(bounds, n, bridge.largest, budget)


def _weighed(course: Course, domain: Domain, needed: Sequence[Meets]) -> tuple[Floats, Cut | None]:
    """Weigh the leaves that must all be met."""
    if len(needed) < 2:
        return np.zeros(len(needed)), None
    tables = [table[:, [leaf.column for leaf in needed]] for table in domain.points]
    tilt = tilt_of(tables, [leaf.at_least for leaf in needed])
    return tilt, cut_of(course, needed, tilt)


def _summed_up(bounds: Sequence[Bound], n: int, largest: int, budget: _Budget) -> Count:
    """Take the best bound from either side."""
    below = max(bounds, key=lambda bound: bound.at_least)
    above = min(bounds, key=lambda bound: bound.at_most)
    return Count(
        below.at_least,
        above.at_most,
        below.at_least == above.at_most,
        n,
        below.method if below is above else f"{below.method}; {above.method}",
        tuple(bounds),
        largest,
        budget.most_rows,
        budget.most_pairs,
        budget.most_cells,
    )
