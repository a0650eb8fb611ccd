"""Frontiers and named points of other programs' domains are those of the plain definition."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice, product

import numpy as np
import numpy.typing as npt
import pytest
from shared_domains import needs_shared_domains, shared_domains

from detente.engines.deal_space import (
    Domain,
    Frontier,
    egalitarian_solution,
    exact_frontier,
    is_met,
    kalai_smorodinsky_solution,
    nash_solution,
    pareto_front,
    utilitarian_solution,
)
from detente.errors import SpaceTooLargeError
from detente.interchange import ForeignDomain, ForEngine, to_engine

Rows = npt.NDArray[np.int64]

LISTED, AT_ONCE = 6_000_000, 250_000
SOLUTIONS = (
    nash_solution,
    kalai_smorodinsky_solution,
    egalitarian_solution,
    utilitarian_solution,
)

pytestmark = needs_shared_domains


def chosen(smallest: int, largest: float) -> list[object]:
    return [
        pytest.param(domain, id=name)
        for name, domain in shared_domains()
        if domain.size is not None
        and smallest <= domain.size <= largest
        and all(domain.profiles[seat].is_complete for seat in domain.seats)
    ]


def for_engine(domain: ForeignDomain) -> ForEngine:
    return to_engine(domain, domain.seats)


def packages(domain: Domain) -> Iterator[Rows]:
    """List all packages, a bounded number at once."""
    every = product(*(range(n) for n in domain.n_options))
    while rows := list(islice(every, AT_ONCE)):
        yield np.array(rows, dtype=np.int64)


def efficient_among(totals: Rows) -> Rows:
    """Keep the different totals that no other dominates; by places, since floats hold 53 bits."""
    if not len(totals):
        return totals
    different = np.unique(totals, axis=0)
    places = [np.unique(column, return_inverse=True)[1] for column in different.T]
    return different[pareto_front(np.column_stack(places)).efficient]


def listed_front(domain: Domain) -> Rows:
    """Find the efficient totals by the plain definition."""
    best = np.empty((0, domain.n_columns), dtype=np.int64)
    for rows in packages(domain):
        best = efficient_among(np.concatenate([best, domain.totals(rows)]))
    return best


def as_set(points: Rows) -> set[tuple[int, ...]]:
    return {tuple(row) for row in points.tolist()}


def floors(ready: ForEngine, front: Frontier) -> npt.NDArray[np.float64]:
    """Take what is reserved; where nothing is, the least on the frontier: a line for the test."""
    least = front.utilities.min(axis=0)
    return np.array(
        [least[k] if r is None else r for k, r in enumerate(ready.reservations)], dtype=np.float64
    )


@pytest.mark.parametrize("foreign", chosen(0, LISTED))
def test_frontier_and_named_points_are_those_of_the_list(foreign: ForeignDomain) -> None:
    ready = for_engine(foreign)
    domain = ready.domain
    front = exact_frontier(domain)
    assert front.n_packages == domain.size
    assert as_set(front.points) == as_set(listed_front(domain))
    assert (domain.totals(front.codes) == front.points).all()
    if domain.size > AT_ONCE:
        return
    (rows,) = packages(domain)
    totals = domain.totals(rows)
    for point in range(0, len(front.points), max(1, len(front.points) // 5)):
        tied = int((totals == front.points[point]).all(axis=1).sum())
        assert front.n_packages_at(point) == tied
    met = is_met(ready.rule, totals)
    zone = exact_frontier(domain, rule=ready.rule)
    assert as_set(zone.points) == as_set(efficient_among(totals[met]))
    line = floors(ready, front)
    for solve in SOLUTIONS:
        mine, theirs = solve(front.utilities, line), solve(domain.in_units(totals), line)
        assert mine.is_empty == theirs.is_empty
        if not theirs.is_empty:
            assert mine.value == pytest.approx(theirs.value)
            assert as_set(front.points[mine.outcomes]) == as_set(totals[theirs.outcomes])


@pytest.mark.parametrize("foreign", chosen(LISTED + 1, math.inf))
def test_what_is_no_sum_and_too_large_to_list_is_refused_with_the_reason(
    foreign: ForeignDomain,
) -> None:
    """The three that are larger give points to hyper-rectangles of packages."""
    with pytest.raises(SpaceTooLargeError, match=r"found hyper-rectangles over .* packages"):
        for_engine(foreign)
