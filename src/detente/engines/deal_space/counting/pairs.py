"""Rows from both ends put together: how many pairs meet a rule, each counted by its rows' counts.

Three ways, by what the rule leaves open between the two lists: one threshold is a sorted list and
running sums; few different points are a table of sums over everything at least as large, in which
each row of the other list looks up its complement; all else are sets of rows as bits, one set per
threshold, combined as the rule says, 64 rows at a time.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Ints
from detente.engines.deal_space.counting.numbers import BITS, ONE_LIMB, size_of, total, whole
from detente.engines.deal_space.counting.rule import MET, MISSED, OPEN, program_of, simplified
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, is_met, leaves_of
from detente.engines.deal_space.space.domain import Points
from detente.errors import SpaceTooLargeError

__all__ = ["MOST_TERMS", "Budget", "Listed", "n_met", "polynomial"]

MOST_CELLS = 3_000_000
"""Cells of a table of sums, times limbs."""

SAMPLED = 4_096
"""Rows that are looked at first to see whether a table would be too large."""

MOST_TERMS = 9
"""Open leaves up to which a rule is written out as a polynomial."""

ROWS_OF_BITS = 16_384
QUERIES = 2_048
STRIDE = 128
FEW_PAIRS = 20_000

COST_OF_QUERY = 6_000
"""What it costs to find where one row stands in one leaf of a block."""

COST_OF_ROW = 3_000
"""What one row costs in the budget of pairs, whatever it is paired with."""


@dataclass(frozen=True, eq=False)
class Listed:
    """Rows at one node, and how many partial packages each stands for."""

    points: Points
    counts: Points

    @cached_property
    def least(self) -> Points:
        return np.asarray(self.points.min(axis=0))

    @cached_property
    def most(self) -> Points:
        return np.asarray(self.points.max(axis=0))

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def total(self) -> int:
        return total(self.counts)

    def where(self, chosen: Ints | slice) -> Listed:
        return Listed(self.points[chosen], self.counts[chosen])


Words = npt.NDArray[np.uint64]


@dataclass(slots=True)
class Budget:
    """How many pairs may still be compared, 64 thresholds of pairs being one step."""

    steps: float

    def spend(self, steps: float) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise SpaceTooLargeError("pairs: found more to compare than the budget allows")


def n_met(
    rule: AcceptanceRule, leaves: Sequence[Meets], left: Listed, right: Listed, budget: Budget
) -> int:
    """Count the pairs whose points, added up, meet a numbered rule.

    Raises
    ------
    SpaceTooLargeError
        If that takes more than the budget.
    """
    if not len(left) or not len(right):
        return 0
    status = _status(leaves, left, right)
    rest = simplified(rule, status)
    if isinstance(rest, bool):
        return left.total * right.total if rest else 0
    asked = [leaf.column for leaf in leaves_of(rest)]
    if len(asked) == 1:
        return _one_threshold(leaves[asked[0]], left, right)
    if len(left) * len(right) <= FEW_PAIRS:
        return _each_pair(rest, leaves, left, right)
    if len(asked) == 2:
        return _two_thresholds(rest, leaves, left, right)
    if size_of(left.counts) < size_of(right.counts):
        left, right = right, left
    if len(asked) <= MOST_TERMS:
        found = _by_table(rest, leaves, left, right)
        found = _by_table(rest, leaves, right, left) if found is None else found
        if found is not None:
            return found
    return _by_bits(rest, leaves, left, right, budget)


def _status(leaves: Sequence[Meets], left: Listed, right: Listed) -> list[int]:
    """Say of each leaf whether all pairs meet it, none does, or some do."""
    least, most = (left.least + right.least).tolist(), (left.most + right.most).tolist()
    return [
        MET
        if least[leaf.column] >= leaf.at_least
        else MISSED
        if most[leaf.column] < leaf.at_least
        else OPEN
        for leaf in leaves
    ]


def _product(counts: Points, sums: Points) -> int:
    """Add up counts times sums, where sums may hold more than one carries in a limb."""
    if counts.shape[1] == sums.shape[1] == 1 and total(counts) * int(sums.max()) < 1 << 62:
        return int(counts[:, 0] @ sums[:, 0])
    return int((whole(counts) * whole(sums)).sum())


def _one_threshold(leaf: Meets, left: Listed, right: Listed) -> int:
    order = np.argsort(right.points[:, leaf.column])
    value = right.points[order, leaf.column]
    sums = np.zeros((len(right) + 1, right.counts.shape[1]), dtype=np.int64)
    sums[:-1] = np.cumsum(right.counts[order[::-1]], axis=0)[::-1]
    first = np.searchsorted(value, leaf.at_least - left.points[:, leaf.column])
    return _product(left.counts, sums[first])


def _two_thresholds(
    rule: AcceptanceRule, leaves: Sequence[Meets], left: Listed, right: Listed
) -> int:
    found = 0
    for subset, factor in polynomial(rule, [leaf.column for leaf in leaves_of(rule)]):
        asked = [leaves[number] for number in subset]
        if len(asked) == 1:
            found += factor * _one_threshold(asked[0], left, right)
        else:
            found += factor * _both(asked[0], asked[1], left, right)
    return found


def _both(one: Meets, other: Meets, left: Listed, right: Listed) -> int:
    """Count the pairs that meet two leaves."""
    from detente.engines.deal_space.counting.kernels import sum_both

    wanted = one.at_least - left.points[:, one.column]
    value = np.ascontiguousarray(right.points[:, one.column])
    by_other = np.argsort(right.points[:, other.column])
    in_order = right.points[by_other, other.column]
    rank = np.searchsorted(in_order, other.at_least - left.points[:, other.column])
    rows_rank = np.empty(len(right), dtype=np.int64)
    rows_rank[by_other] = np.arange(len(right))
    sums = np.zeros((len(left), right.counts.shape[1]), dtype=np.int64)
    sum_both(
        wanted, np.argsort(-wanted), rank, value, np.argsort(-value), rows_rank,
        np.ascontiguousarray(right.counts), sums,
    )  # fmt: skip
    return _product(left.counts, sums)


def _each_pair(rule: AcceptanceRule, leaves: Sequence[Meets], left: Listed, right: Listed) -> int:
    pairs = (left.points[:, None] + right.points[None]).reshape(-1, left.points.shape[1])
    meets = is_met(_written(rule, leaves), pairs).reshape(len(left), len(right))
    sums = meets.astype(np.int64) @ right.counts
    return _product(left.counts, sums)


def _written(rule: AcceptanceRule, leaves: Sequence[Meets]) -> AcceptanceRule:
    """Turn numbered leaves back into thresholds."""
    if isinstance(rule, Meets):
        return leaves[rule.column]
    return type(rule)(
        tuple(_written(part, leaves) for part in rule.parts), rule.weights, rule.quota
    )


# --- a table of sums -----------------------------------------------------------------------------


def _by_table(
    rule: AcceptanceRule, leaves: Sequence[Meets], left: Listed, right: Listed
) -> int | None:
    """Look up for each row on the left what the right one has; None if the table is too large."""
    asked = [leaf.column for leaf in leaves_of(rule)]
    columns = sorted({leaves[number].column for number in asked})
    sample = [len(np.unique(right.points[:SAMPLED, c])) for c in columns]
    if math.prod(sample) > MOST_CELLS:
        return None
    values = [np.unique(right.points[:, c]) for c in columns]
    shape = [len(value) + 1 for value in values]
    n_limbs = right.counts.shape[1]
    if math.prod(shape) * n_limbs > MOST_CELLS:
        return None
    table = np.zeros((*shape, n_limbs), dtype=np.int64)
    at = tuple(np.searchsorted(v, right.points[:, c]) for v, c in zip(values, columns, strict=True))
    np.add.at(table, at, right.counts)
    for axis in range(len(columns)):
        backwards = np.flip(table, axis)
        np.cumsum(backwards, axis=axis, out=backwards)
    table = table.reshape(-1, n_limbs)
    first = {
        number: np.searchsorted(
            values[columns.index(leaves[number].column)],
            leaves[number].at_least - left.points[:, leaves[number].column],
        )
        for number in asked
    }
    sums = np.zeros((len(left), n_limbs), dtype=np.int64)
    for subset, factor in polynomial(rule, asked):
        place = np.zeros(len(left), dtype=np.int64)
        for column, size in zip(columns, shape, strict=True):
            place *= size
            ranks = [first[number] for number in subset if leaves[number].column == column]
            if ranks:
                place += np.maximum.reduce(ranks)
        sums += factor * table[place]
    return _product(left.counts, sums)


def polynomial(rule: AcceptanceRule, asked: Sequence[int]) -> Iterator[tuple[list[int], int]]:
    """Write a rule as a sum of factors times products of its leaves."""
    n = len(asked)
    place = {number: k for k, number in enumerate(asked)}
    table = (np.arange(1 << n)[:, None] >> np.arange(n)) & 1

    def renumbered(at: AcceptanceRule) -> AcceptanceRule:
        if isinstance(at, Meets):
            return Meets(place[at.column], 1)
        return type(at)(tuple(map(renumbered, at.parts)), at.weights, at.quota)

    factors = is_met(renumbered(rule), table).astype(np.int64)
    for k in range(n):
        has = (np.arange(1 << n) >> k) & 1 == 1
        factors[has] -= factors[~has]
    for mask in np.flatnonzero(factors):
        yield [asked[k] for k in range(n) if mask >> k & 1], int(factors[mask])


# --- sets of rows as bits ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Rows on the right as bits: sorted by each leaf's column, and the sets from some ranks on."""

    rows: Listed
    values: Points
    order: Ints
    tables: Words
    planes: Words

    @classmethod
    def of(cls, rows: Listed, columns: Sequence[int], n_bits: int) -> _Block:
        from detente.engines.deal_space.counting.kernels import bits_by_rank

        values = np.ascontiguousarray(rows.points[:, list(columns)].T)
        order = np.argsort(values, axis=1)
        n_words = -(-len(rows) // 64)
        return cls(
            rows,
            np.take_along_axis(values, order, axis=1),
            order,
            bits_by_rank(order, STRIDE, n_words),
            _planes(rows.counts, n_bits, n_words),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Programs:
    """A rule as programs, one for each way in which some of its leaves are decided."""

    rule: AcceptanceRule
    leaves: Sequence[Meets]
    known: dict[tuple[int, ...], Ints | bool] = field(default_factory=dict)

    def between(self, left: Listed, right: Listed) -> Ints | bool:
        status = tuple(_status(self.leaves, left, right))
        if status not in self.known:
            rest = simplified(self.rule, status)
            self.known[status] = rest if isinstance(rest, bool) else program_of(rest)
        return self.known[status]


def _by_bits(
    rule: AcceptanceRule, leaves: Sequence[Meets], left: Listed, right: Listed, budget: Budget
) -> int:
    """Combine, for every row on the left, the sets of rows on the right that meet each leaf.

    Both lists are cut into cells of rows close together, so that between two cells many leaves
    are decided.
    """
    from detente.engines.deal_space.counting.kernels import sum_met

    budget.spend(COST_OF_ROW * (len(left) + len(right)))
    programs = _Programs(rule, leaves)
    columns = [leaf.column for leaf in leaves]
    goal = np.array([leaf.at_least for leaf in leaves], dtype=np.int64)
    n_bits = max(1, size_of(right.counts))

    def compared(query: Listed, block: _Block) -> int:
        program = programs.between(query, block.rows)
        if isinstance(program, bool):
            return query.total * block.rows.total if program else 0
        sums = np.empty((len(query), n_bits), dtype=np.int64)
        sum_met(
            goal - query.points[:, columns], block.values, block.order, block.tables, STRIDE,
            np.unique(program[:, 0]), program, block.planes, sums,
        )  # fmt: skip
        return _weighed(query.counts, sums)

    queries = [left.where(cell) for cell in _cells(left.points, QUERIES)]
    blocks = [right.where(cell) for cell in _cells(right.points, ROWS_OF_BITS)]
    budget.spend(sum(_steps(programs.between(q, b), q, b, n_bits) for b in blocks for q in queries))
    found = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for rows in blocks:
            block = _Block.of(rows, columns, n_bits)
            found += sum(pool.map(partial(compared, block=block), queries))
    return found


def _steps(program: Ints | bool, left: Listed, right: Listed, n_bits: int) -> float:
    """Return what it costs to compare two lists."""
    if isinstance(program, bool):
        return 0.0
    by_row = len(right) * (len(program) + n_bits / 2) + COST_OF_QUERY * len(program)
    return len(left) * by_row


def _weighed(counts: Points, sums: Points) -> int:
    """Add up counts times sums over planes, of which each is worth twice the one before."""
    if counts.shape[1] == 1 and size_of(counts) + len(counts).bit_length() < 62 - 22:
        by_plane = counts[:, 0] @ sums  # a sum is at most the rows of a block
        return sum(int(value) << k for k, value in enumerate(by_plane))
    by_limb = whole(counts) @ sums.astype(object)
    return sum(int(value) << k for k, value in enumerate(by_limb))


def _cells(points: Points, most: int) -> list[Ints]:
    """Cut rows into cells of rows that lie close together, none with more rows than stated."""
    from detente.engines.deal_space.counting.kernels import split_rows

    n = len(points)
    order = np.arange(n)
    n_cells = -(-n // most)
    if n_cells > 1:
        n_cells = 1 << (n_cells - 1).bit_length()
    first = split_rows(points, order, np.array([0, n]), np.array([n_cells]))
    return [part for part in np.split(order, first[1:]) if len(part)]


def _planes(counts: Points, n_bits: int, n_words: int) -> Words:
    """Return for each binary digit of the counts the set of rows that have it."""
    planes = np.zeros((n_bits, n_words * 64), dtype=np.uint8)
    per_limb = ONE_LIMB if counts.shape[1] == 1 else BITS
    for bit in range(n_bits):
        planes[bit, : len(counts)] = counts[:, bit // per_limb] >> (bit % per_limb) & 1
    return np.packbits(planes, axis=1, bitorder="little").view(np.uint64)
