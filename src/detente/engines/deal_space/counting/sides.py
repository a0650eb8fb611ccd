"""Partial packages counted from either end of a diagram, those that the rule cannot tell apart as one.

A row stands for all partial packages at a node with certain points in the columns that the rule
looks at. Two rows become one, and their counts add up, where nothing that can follow makes a
difference between them: a threshold that is met or missed whatever follows needs no points any
more, and neither does one that the rest of the rule has made idle.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints
from detente.engines.deal_space.counting.course import Course, Edges, Ends
from detente.engines.deal_space.counting.numbers import (
    carried,
    gathered,
    limbs_for,
    totals_by,
    widened,
)
from detente.engines.deal_space.counting.rule import MET, MISSED, OPEN, Residue, residue
from detente.engines.deal_space.counting.tilt import Cut
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, is_met
from detente.engines.deal_space.space.domain import Points

__all__ = ["Question", "Rows", "Side", "begun", "extended", "followed", "shrunk"]

Statuses = npt.NDArray[np.int8]

NO_THRESHOLD = -(1 << 61)
NO_LIMIT = 1 << 62

MOST_PATTERNS = 5_000
"""Ways of being decided up to which each is read by itself."""

LEAVES_AT_ONCE = 19
"""Leaves whose three statuses fit into one number, beside the number of a row."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is counted: a rule in numbered leaves, whose columns are those of the course."""

    course: Course
    rule: AcceptanceRule
    leaves: tuple[Meets, ...]
    cut: Cut | None
    known: dict[bytes, Residue] = field(default_factory=dict)

    def residue(self, status: Statuses) -> Residue:
        key = status.tobytes()
        if key not in self.known:
            self.known[key] = residue(self.rule, status.tolist())
        return self.known[key]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Points per column, node, and how many partial packages a row stands for.

    ``high`` is None where all packages of a row have the same points; otherwise they have from
    ``low`` to ``high``.
    """

    low: Points
    high: Points | None
    node: Ints
    counts: Points

    def __len__(self) -> int:
        return len(self.low)

    @property
    def most(self) -> Points:
        return self.low if self.high is None else self.high

    def where(self, chosen: Bools | Ints) -> Rows:
        return Rows(
            self.low[chosen],
            None if self.high is None else self.high[chosen],
            self.node[chosen],
            self.counts[chosen],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """How far one has come from one end, and what is settled already.

    ``met`` counts packages that meet the rule whatever follows; only the forward side settles any.
    """

    forward: bool
    boundary: int
    rows: Rows
    met: int


def begun(question: Question, *, forward: bool) -> Side:
    """Stand at an end of the course with one empty package."""
    nothing = np.zeros((1, len(question.course.after[-1].most[0])), dtype=np.int64)
    rows = Rows(nothing, None, np.zeros(1, dtype=np.intp), np.ones((1, 1), dtype=np.int64))
    start = Side(forward, 0 if forward else question.course.n, rows, 0)
    return _settled(question, start)


def extended(question: Question, side: Side, most_rows: int) -> Side | None:
    """Take one more layer; None if there would be more rows than allowed."""
    layer = side.boundary if side.forward else side.boundary - 1
    edges = question.course.edges(layer, forward=side.forward)
    boundary = layer + 1 if side.forward else layer
    most = question.course.most_roads(boundary, forward=side.forward)
    rows = _along(edges, side.rows, limbs_for(most), most_rows)
    return None if rows is None else _settled(question, replace(side, boundary=boundary, rows=rows))


def followed(question: Question, side: Side) -> Side:
    """Take one more layer, whatever that costs."""
    found = extended(question, side, NO_LIMIT)
    return side if found is None else found


def _along(edges: Edges, rows: Rows, n_limbs: int, most_rows: int) -> Rows | None:
    """Follow every edge from every row, and make one of equal rows."""
    from detente.engines.deal_space.counting.kernels import extend_rows

    points, pays, width = rows.low, edges.pays, rows.low.shape[1]
    if rows.high is not None:
        points, pays = np.concatenate([points, rows.high], axis=1), np.tile(pays, 2)
    most = max(1, min(most_rows, int(np.diff(edges.start)[rows.node].sum())))
    new, counts, found = extend_rows(
        np.ascontiguousarray(points), np.ascontiguousarray(rows.node),
        np.ascontiguousarray(widened(rows.counts, n_limbs)), edges.start, edges.to, pays,
        1 << (2 * most - 1).bit_length(), most,
    )  # fmt: skip
    if found < 0:
        return None
    new = new[:found]
    high = None if rows.high is None else new[:, width:-1]
    return Rows(new[:, :width], high, new[:, -1], carried(counts[:found]))


def _settled(question: Question, side: Side) -> Side:
    """Take out what is decided, and give rows that the rule cannot tell apart the same points."""
    course, rows = question.course, side.rows
    own, rest = course.before[side.boundary], course.after[side.boundary]
    if not side.forward:
        own, rest = rest, own
    found = _patterns(question, rows, rest)
    keep = found.decided != MISSED
    met = side.met
    if side.forward:
        settled = rows.where(found.decided == MET)
        n_roads = course.n_roads(side.boundary)
        by_node = totals_by(settled.counts, settled.node, len(n_roads))
        met += sum(count * roads for count, roads in zip(by_node, n_roads, strict=True))
        keep &= found.decided != MET
    if question.cut is not None:
        keep &= _within_reach(question.cut, side)
    rows, found, node = rows.where(keep), found.where(keep), rows.node[keep]
    # The fewest points that keep what is met so: a number that could be reached, so that what the
    # other side takes for granted stays true.
    fewest = np.maximum(own.least[node], found.threshold - rest.least[node])
    fewest = np.where((found.decided == MET)[:, None], own.most[node], fewest)
    low, high = np.where(found.closed, fewest, rows.low), None
    if rows.high is not None:
        low = np.maximum(low, np.where(found.closed, low, found.opened - 1 - rest.most[node]))
        high = np.where(found.closed, fewest, rows.high)
    return replace(side, rows=_merged(Rows(low, high, node, rows.counts)), met=met)


@dataclass(frozen=True, slots=True, eq=False)
class _Patterns:
    """What the statuses of the leaves leave open, row by row.

    Whether the rule is MET, MISSED or OPEN; whether a column is ``closed``, all its leaves being
    decided or idle; the largest ``threshold`` there that has to stay met; and the smallest that is
    ``opened``.
    """

    decided: Ints
    closed: Bools
    threshold: Points
    opened: Points

    def where(self, chosen: Bools | Ints) -> _Patterns:
        return _Patterns(
            self.decided[chosen], self.closed[chosen], self.threshold[chosen], self.opened[chosen]
        )


def _patterns(question: Question, rows: Rows, rest: Ends) -> _Patterns:
    """Say of each row what is decided whatever follows."""
    n, leaves = len(rows), question.leaves
    status = np.zeros((n, len(leaves)), dtype=np.int8)
    for k, leaf in enumerate(leaves):
        c = leaf.column
        status[rows.low[:, c] + rest.least[rows.node, c] >= leaf.at_least, k] = MET
        status[rows.most[:, c] + rest.most[rows.node, c] < leaf.at_least, k] = MISSED
    pattern, first = np.zeros(n, dtype=np.int64), np.zeros(min(1, n), dtype=np.int64)
    for start in range(0, len(leaves), LEAVES_AT_ONCE):
        part = status[:, start : start + LEAVES_AT_ONCE].astype(np.int64) + 1
        power = 3 ** np.arange(part.shape[1], dtype=np.int64)
        code = part @ power + pattern * 3 ** part.shape[1]
        _, first, pattern = np.unique(code, return_index=True, return_inverse=True)
    kinds = status[first]
    read = _read_one_by_one if len(kinds) <= MOST_PATTERNS else _read_at_once
    return read(question, kinds, rows.low.shape[1]).where(pattern)


def _read_one_by_one(question: Question, kinds: Statuses, width: int) -> _Patterns:
    decided = np.zeros(len(kinds), dtype=np.int64)
    closed = np.ones((len(kinds), width), dtype=np.bool_)
    threshold = np.full((len(kinds), width), NO_THRESHOLD, dtype=np.int64)
    opened = np.full((len(kinds), width), -NO_THRESHOLD, dtype=np.int64)
    for k, kind in enumerate(kinds):
        found = question.residue(kind)
        decided[k] = OPEN if found.value is None else MET if found.value else MISSED
        for number in found.met:
            column, at_least = question.leaves[number].column, question.leaves[number].at_least
            threshold[k, column] = max(threshold[k, column], at_least)
        for number in found.open:
            column, at_least = question.leaves[number].column, question.leaves[number].at_least
            opened[k, column] = min(opened[k, column], at_least)
            closed[k, column] = False
    return _Patterns(decided, closed, threshold, opened)


def _read_at_once(question: Question, kinds: Statuses, width: int) -> _Patterns:
    """Read very many patterns without looking for leaves that have become idle."""
    is_sure = is_met(question.rule, (kinds == MET).astype(np.int64))
    is_possible = is_met(question.rule, (kinds != MISSED).astype(np.int64))
    closed = np.ones((len(kinds), width), dtype=np.bool_)
    threshold = np.full((len(kinds), width), NO_THRESHOLD, dtype=np.int64)
    opened = np.full((len(kinds), width), -NO_THRESHOLD, dtype=np.int64)
    for k, (column, at_least) in enumerate(
        (leaf.column, leaf.at_least) for leaf in question.leaves
    ):
        met, is_open = kinds[:, k] == MET, kinds[:, k] == OPEN
        threshold[met, column] = np.maximum(threshold[met, column], at_least)
        opened[is_open, column] = np.minimum(opened[is_open, column], at_least)
        closed[:, column] &= ~is_open
    decided = np.where(is_sure, MET, np.where(is_possible, OPEN, MISSED))
    closed[decided != OPEN] = True
    return _Patterns(decided, closed, threshold, opened)


def _within_reach(cut: Cut, side: Side) -> Bools:
    """Say which rows can still reach the weighted sum that every package counted has.

    Points that were set aside do not matter: whatever completes a row so that the rule is met
    also does with the points that stand in their place, and so reaches all that is required.
    """
    rows, ahead = side.rows, (cut.after if side.forward else cut.before)[side.boundary]
    asked = [leaf.column for leaf in cut.sum.leaves]
    return np.asarray(cut.sum.worth(rows.most[:, asked]) + ahead[rows.node] >= cut.sum.wanted)


def _merged(rows: Rows) -> Rows:
    """Make one of equal rows."""
    if len(rows) < 2:
        return rows
    node = np.arange(int(rows.node.max()) + 1)
    nothing = np.zeros((len(node), rows.low.shape[1]), dtype=np.int64)
    stay = Edges(np.arange(len(node) + 1), node, nothing)
    merged = _along(stay, rows, rows.counts.shape[1], NO_LIMIT)
    return rows if merged is None else merged


def shrunk(side: Side, most_rows: int) -> Side:
    """Put rows that lie close together into one, with the range of their points.

    There are at most as many rows as stated, or as there are nodes if that is more.
    """
    from detente.engines.deal_space.counting.kernels import split_rows

    rows = side.rows
    if len(rows) <= most_rows:
        return side
    by_node = np.argsort(rows.node, kind="stable")
    rows = rows.where(by_node)
    start = np.flatnonzero(np.diff(rows.node, prepend=-1))
    bounds = np.append(start, len(rows))
    size = np.diff(bounds)
    cells = np.minimum(size, np.maximum(1, size * most_rows // len(rows)))
    centre = rows.low if rows.high is None else rows.low // 2 + rows.high // 2
    order = np.arange(len(rows))
    first = split_rows(np.ascontiguousarray(centre), order, bounds, cells)
    rows = rows.where(order)
    return replace(
        side,
        rows=Rows(
            np.minimum.reduceat(rows.low, first, axis=0),
            np.maximum.reduceat(rows.most, first, axis=0),
            rows.node[first],
            gathered(rows.counts, first),
        ),
    )
