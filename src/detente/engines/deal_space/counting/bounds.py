"""Bounds on how many packages meet a rule, where they are too many to be counted exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Floats
from detente.engines.deal_space.counting.course import Course, course_of
from detente.engines.deal_space.counting.grid import on_a_grid
from detente.engines.deal_space.counting.lines import line_of
from detente.engines.deal_space.counting.parts import only, promising_part
from detente.engines.deal_space.counting.rule import Bounds, bounded, required, rule_of_all
from detente.engines.deal_space.counting.sides import Question
from detente.engines.deal_space.counting.tilt import WeightedSum, spread_of, sum_of
from detente.engines.deal_space.space.acceptance import Meets
from detente.engines.deal_space.space.diagram import diagram_of
from detente.engines.deal_space.space.domain import Domain
from detente.errors import SpaceTooLargeError

__all__ = ["Bound", "bounds_on"]

N_SUMS = 3
"""Weighted sums that stand for more columns: on a grid, few sums are counted far more finely."""

MUCH_LESS = 20
"""How much less than at most there may be at least before a part of the packages is tried."""

MIXED = 0.1
"""Weight per standard deviation of a column that would otherwise hardly count in its sum."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One way to bound a count, and what to look at to check it.

    Attributes
    ----------
    method : str
    at_least, at_most : int
        How many packages there are for certain.
    sums : tuple of tuple of (column, weight)
        The weighted sums, of points, that were looked at in place of the columns: whatever meets
        the rule reaches in each of them what its thresholds add up to.
    options : tuple of tuple of int
        The options of each issue that were looked at; empty: all. There are at least so many
        packages among those alone.
    """

    method: str
    at_least: int
    at_most: int
    sums: tuple[tuple[tuple[int, float], ...], ...] = ()
    options: tuple[tuple[int, ...], ...] = ()


def bounds_on(
    question: Question, domain: Domain, columns: Sequence[int], tilt: Floats, most_cells: int
) -> Iterator[Bound]:
    """Yield bounds on a count; the columns of the domain are those of the question.

    ``columns`` says what the caller calls them; ``tilt`` weighs the leaves without which the rule
    cannot be met, in their order.
    """
    course, rule, leaves = question.course, question.rule, question.leaves
    n = course.diagram.n_packages
    at_least, at_most = bounded(rule, _alone(course, leaves), n)
    yield Bound("each threshold alone", at_least, at_most)
    if at_least == at_most:
        return
    if question.cut is not None:
        line = line_of(course.diagram, question.cut.sum.pays)
        if line is not None:
            at_most = line.reach(question.cut.sum.wanted)[1]
            yield Bound("one weighted sum", 0, at_most, (_stated(question.cut.sum, columns),))
    needed = [leaves[number] for number in required(rule, len(leaves))]
    found = on_a_grid(course, course.pays, rule, leaves, most_cells)
    if found is not None:
        yield Bound("points on a grid", *found)
    if len({leaf.column for leaf in needed}) > N_SUMS:
        sums = _few_sums(course, domain, needed, tilt)
        pays = [np.stack(each, axis=2) for each in zip(*(one.pays for one in sums), strict=True)]
        reached = [Meets(k, one.wanted) for k, one in enumerate(sums)]
        together = on_a_grid(course, pays, rule_of_all(N_SUMS), reached, most_cells)
        if together is not None:
            stated = tuple(_stated(one, columns) for one in sums)
            yield Bound("a few weighted sums on a grid", 0, together[1], stated)
    if found is None or found[0] * MUCH_LESS < found[1]:
        yield from _in_a_part(question, domain)


def _alone(course: Course, leaves: Sequence[Meets]) -> list[Bounds]:
    """Bound how many packages meet each leaf."""
    n = course.diagram.n_packages
    lines = {
        column: line_of(course.diagram, [pays[:, :, column] for pays in course.pays])
        for column in {leaf.column for leaf in leaves}
    }
    found = ((lines[leaf.column], leaf.at_least) for leaf in leaves)
    return [(0, n) if line is None else line.reach(wanted) for line, wanted in found]


def _stated(found: WeightedSum, columns: Sequence[int]) -> tuple[tuple[int, float], ...]:
    """Return the columns of a sum with their weights per point."""
    weights = found.weights / 2.0**found.shifts
    return tuple(
        (columns[leaf.column], float(weight))
        for leaf, weight in zip(found.leaves, weights, strict=True)
    )


def _few_sums(
    course: Course, domain: Domain, needed: Sequence[Meets], tilt: Floats
) -> list[WeightedSum]:
    """Put leaves that must all be met into a few weighted sums that must all be reached."""
    unit = np.maximum(spread_of(domain.points)[[leaf.column for leaf in needed]], 1e-300)
    weights = tilt + MIXED / unit
    by_weight = np.argsort(-tilt * unit, kind="stable")
    # Dealt out to and fro, so that each sum gets its share of the columns that matter.
    deal = [*range(N_SUMS), *reversed(range(N_SUMS))]
    group = np.array([deal[k % len(deal)] for k in range(len(needed))])
    return [
        sum_of(course, [needed[k] for k in chosen], weights[chosen])
        for chosen in (by_weight[group == number] for number in range(N_SUMS))
    ]


def _in_a_part(question: Question, domain: Domain) -> Iterator[Bound]:
    """Count, among packages of some options only, those that are not refused."""
    keep = promising_part(domain, question.rule, question.leaves)
    if keep is None:
        return
    part = only(domain, keep)
    try:
        diagram = diagram_of(part)
    except SpaceTooLargeError:  # with fewer options, another order looked better
        return
    if diagram.is_empty:
        return
    course = course_of(diagram, range(part.n_columns))
    alone = _alone(course, question.leaves)
    at_least = bounded(question.rule, alone, diagram.n_packages)[0]
    options = tuple(tuple(np.flatnonzero(each).tolist()) for each in keep)
    n = question.course.diagram.n_packages
    yield Bound("each threshold alone, in a part of the packages", at_least, n, (), options)
