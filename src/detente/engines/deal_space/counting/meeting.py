"""Rows from both ends of a diagram until they meet: exactly, or in ranges where they are too many."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from detente.engines.deal_space.counting.pairs import Budget, Listed, n_met
from detente.engines.deal_space.counting.rule import Bounds
from detente.engines.deal_space.counting.sides import (
    Question,
    Side,
    begun,
    extended,
    followed,
    shrunk,
)

__all__ = ["Bridge", "bridged", "joined", "loosened"]

Step = Callable[[int, int], None]

ROWS_IN_RANGES = 20_000
"""Rows that stand for ranges of points: more of them cost more than they tell."""

MOST_LAYERS_IN_RANGES = 3
"""Layers that are taken in ranges: after more, the ranges are too wide to tell much."""

MOST_FOLLOWED = 1_000_000
"""Rows in ranges times options that are followed at once."""

CHEAP = 20_000
"""Rows up to which another layer is tried, whatever it will lead to."""

HOPE = 1.0
"""By how much more than the budget what is expected may be: rows may yet turn out to be equal."""


@dataclass(frozen=True, slots=True, eq=False)
class Bridge:
    """The two sides as far as they came; ``largest`` is the most rows that either held."""

    forward: Side
    backward: Side
    largest: int

    @property
    def n_missing(self) -> int:
        """How many layers lie between the sides."""
        return self.backward.boundary - self.forward.boundary

    @property
    def is_settled(self) -> bool:
        return not len(self.forward.rows) or not len(self.backward.rows)

    @property
    def has_met(self) -> bool:
        return self.is_settled or not self.n_missing

    @property
    def in_ranges(self) -> bool:
        return self.forward.rows.high is not None or self.backward.rows.high is not None

    def with_side(self, side: Side) -> Bridge:
        largest = max(self.largest, len(side.rows))
        if side.forward:
            return Bridge(side, self.backward, largest)
        return Bridge(self.forward, side, largest)


def bridged(question: Question, most_rows: int, most_pairs: float, step: Step | None) -> Bridge:
    """Take layer after layer, always on the side with fewer rows, as long as the budget allows."""
    bridge = Bridge(begun(question, forward=True), begun(question, forward=False), 1)
    n = question.course.n
    growth = {True: 1.0, False: 1.0}
    while not bridge.has_met:
        sides = sorted((bridge.forward, bridge.backward), key=lambda side: len(side.rows))
        if len(sides[0].rows) > CHEAP:
            product = _expected(question, bridge, min(growth.values()))
            if product > 2 * math.log(most_rows) + HOPE:
                break
            by_pair = math.log(len(question.leaves))
            if len(question.leaves) > 2 and product + by_pair > math.log(most_pairs) + HOPE:
                break
        for side in sides:
            found = extended(question, side, most_rows)
            if found is not None:
                break
        else:
            break
        growth[side.forward] = max(1.0, len(found.rows) / len(side.rows))
        bridge = bridge.with_side(found)
        if step is not None:
            step(n - bridge.n_missing, n)
    return bridge


def _expected(question: Question, bridge: Bridge, growth: float) -> float:
    """Return the logarithm of the pairs of rows there will be, if rows keep growing as they did."""
    rows = math.log(len(bridge.forward.rows)) + math.log(len(bridge.backward.rows))
    between = range(bridge.forward.boundary, bridge.backward.boundary + 1)
    width = max(question.course.n_nodes(boundary) for boundary in between)
    return rows + bridge.n_missing * math.log(growth) - math.log(width)


def loosened(question: Question, bridge: Bridge, most_rows: int) -> Bridge | None:
    """Let the sides meet with ranges of points in place of points; None where that tells little."""
    if bridge.n_missing > MOST_LAYERS_IN_RANGES:
        return None
    widest = max(layer.target.shape[1] for layer in question.course.diagram.layers)
    most = max(1, min(most_rows, ROWS_IN_RANGES, MOST_FOLLOWED // widest))
    while not bridge.has_met:
        side = min((bridge.forward, bridge.backward), key=lambda side: len(side.rows))
        bridge = bridge.with_side(shrunk(followed(question, shrunk(side, most)), most))
    return Bridge(shrunk(bridge.forward, most), shrunk(bridge.backward, most), bridge.largest)


def joined(question: Question, bridge: Bridge, most_pairs: float) -> Bounds:
    """Put the two sides together, node by node.

    Raises
    ------
    SpaceTooLargeError
        If more pairs would have to be compared than the budget allows.
    """
    budget = Budget(most_pairs)
    at_least = bridge.forward.met + _pairs(question, bridge, budget, high=False)
    if not bridge.in_ranges:
        return at_least, at_least
    return at_least, bridge.forward.met + _pairs(question, bridge, budget, high=True)


def _pairs(question: Question, bridge: Bridge, budget: Budget, *, high: bool) -> int:
    if bridge.is_settled:
        return 0
    nodes = np.arange(question.course.n_nodes(bridge.forward.boundary) + 1)
    lists = []
    for side in (bridge.forward, bridge.backward):
        rows = side.rows
        order = np.argsort(rows.node, kind="stable")
        everything = Listed((rows.most if high else rows.low)[order], rows.counts[order])
        lists.append((everything, np.searchsorted(rows.node[order], nodes)))
    (left, of_left), (right, of_right) = lists
    found = 0
    for node in np.flatnonzero((np.diff(of_left) > 0) & (np.diff(of_right) > 0)):
        here = left.where(slice(of_left[node], of_left[node + 1]))
        there = right.where(slice(of_right[node], of_right[node + 1]))
        found += n_met(question.rule, question.leaves, here, there, budget)
    return found
