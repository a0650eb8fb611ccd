"""Points carried through a diagram, layer by layer, keeping what may still end on the frontier.

A row is a partial package: its points so far in the columns compared, and in further columns that
only an acceptance rule looks at. A row goes

- if another row at the same node, or at a node from which at least as much can follow, is at least
  as good in every column and better in one compared: whatever completes the one completes the
  other, and the sums keep their order;
- if even the best that can follow would not meet the rule.

Columns that only the rule looks at are clipped to what it can still tell apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.deal_space.frontier.thinning import thinned
from detente.engines.deal_space.space.acceptance import (
    AcceptanceRule,
    AtLeast,
    Meets,
    is_met,
    leaves_of,
)
from detente.engines.deal_space.space.diagram import Diagram, Layer
from detente.engines.deal_space.space.domain import Points
from detente.engines.deal_space.space.maxima import first_equal, is_undominated, tree_of
from detente.errors import SpaceTooLargeError

__all__ = ["MOST_POINTS", "Step", "Sweep", "Trail", "swept"]

Step = Callable[[int, int], None]
"""Called with the layers done and their number."""

MOST_POINTS = 1_500_000
"""Rows of one layer that are kept unless a budget is stated: below 2 GB at six columns."""

AT_ONCE = 36_000_000
"""Numbers in one batch of candidates."""

WORTH_COMPARING_NODES = 64
"""Rows of a layer from which rows of different nodes are compared with each other."""

MOST_NODES_COMPARED = 600
MOST_OPTION_PAIRS = 4_000_000

MOST_MERGED = 50
"""Options whose copies of a frontier are merged head by head; a tree is quicker beyond."""


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """How the rows of one layer came about: from which row before, by which option, to which node."""

    parent: Ints
    option: Ints
    node: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """The rows that reached the end, and the trail of every layer.

    ``loss`` bounds, column by column, how many points thinning may have cost; ``largest`` is the
    number of rows of the fullest layer.
    """

    points: Points
    trails: tuple[Trail, ...]
    loss: Points
    largest: int


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """What is compared and asked: column numbers of the domain, compared ones first."""

    columns: Ints
    n_compared: int
    rule: AcceptanceRule | None
    most_points: int
    thin: bool


def swept(
    diagram: Diagram,
    compared: tuple[int, ...],
    rule: AcceptanceRule | None,
    *,
    most_points: int = MOST_POINTS,
    thin: bool = False,
    step: Step | None = None,
) -> Sweep:
    """Carry rows through a diagram that is not empty.

    Raises
    ------
    SpaceTooLargeError
        If a layer has more than ``most_points`` rows, and ``thin`` does not allow to drop some.
    """
    if rule is None and len(compared) == 2 and diagram.width == 1:
        two = _swept_two(diagram, compared, most_points, step)
        if two is not None:
            return two
    leaves = leaves_of(rule) if rule is not None else ()
    asked = dict.fromkeys(leaf.column for leaf in leaves if leaf.column not in compared)
    columns = (*compared, *asked)
    task = _Task(
        columns=np.array(columns, dtype=np.intp),
        n_compared=len(compared),
        rule=_renumbered(rule, {column: k for k, column in enumerate(columns)}),
        most_points=most_points,
        thin=thin,
    )
    freer = _freer_nodes(diagram, task)
    points = np.zeros((1, len(columns)), dtype=np.int64)
    node = np.zeros(1, dtype=np.int64)
    loss = np.zeros(len(columns), dtype=np.int64)
    widest = (diagram.layers[0].most - diagram.layers[0].least)[0, task.columns]
    trails: list[Trail] = []
    for done, layer in enumerate(diagram.layers):
        after = diagram.layers[done + 1] if done + 1 < len(diagram.layers) else None
        points, trail, lost = _advanced(task, layer, after, points, node, loss, freer[done])
        # Never more than what a column can differ by at all: the bound stays true, and small.
        loss = np.minimum(loss + lost, widest)
        node = trail.node
        trails.append(trail)
        if step is not None:
            step(done + 1, len(diagram.layers))
    return Sweep(
        frozen(points), tuple(trails), frozen(loss), max(len(trail.parent) for trail in trails)
    )


def _swept_two(
    diagram: Diagram, compared: tuple[int, ...], most_points: int, step: Step | None
) -> Sweep | None:
    """Carry two columns through unlinked issues by merging sorted copies; None beyond the budget.

    The frontiers of two parties are short, and so it is the handling of them that takes the time.
    """
    from detente.engines.deal_space.space.kernels import merge_two

    points = np.zeros((1, 2), dtype=np.int64)
    trails = []
    for done, layer in enumerate(diagram.layers):
        if layer.target.shape[1] > MOST_MERGED or len(points) > most_points:
            return None
        live = np.flatnonzero(layer.target[0] >= 0)
        points, parent, option = merge_two(points, layer.points[0][live[:, None], compared])
        node = frozen(np.zeros(len(parent), dtype=np.int64))
        trails.append(Trail(frozen(parent), frozen(live[option]), node))
        if step is not None:
            step(done + 1, len(diagram.layers))
    if len(points) > most_points:
        return None
    largest = max(len(trail.parent) for trail in trails)
    return Sweep(frozen(points), tuple(trails), frozen(np.zeros(2, dtype=np.int64)), largest)


def _renumbered(rule: AcceptanceRule | None, place: dict[int, int]) -> AcceptanceRule | None:
    match rule:
        case Meets(column, at_least):
            return Meets(place[column], at_least)
        case AtLeast(parts, weights, quota):
            inner = (_renumbered(part, place) for part in parts)
            return AtLeast(tuple(part for part in inner if part is not None), weights, quota)
    return None


# --- one layer -----------------------------------------------------------------------------------


def _advanced(
    task: _Task, layer: Layer, after: Layer | None, points: Points, node: Ints, loss: Points,
    freer: Bools | None,
) -> tuple[Points, Trail, Points]:  # fmt: skip
    """Settle one issue for every row, and keep what may still matter."""
    n_nodes = 1 if after is None else len(after.target)
    width = len(task.columns)
    kept = np.empty((0, width + 3), dtype=np.int64)  # points, then parent, option, node
    for batch in _batches(task, layer, after, points, node, loss):
        kept = np.concatenate([kept, batch]) if len(kept) else batch
        kept = _undominated(task, kept, n_nodes)
        if len(kept) > task.most_points and not task.thin:
            raise SpaceTooLargeError(
                f"frontier: found more than {task.most_points:,} points that may still matter "
                f"half-way, with {len(kept):,} at one issue; ask for an approximation, raise the "
                "budget, or narrow the scope"
            )
    if freer is not None and len(kept) >= WORTH_COMPARING_NODES:
        kept = kept[_survives_freer_nodes(task, kept, freer)]
    lost = np.zeros(width, dtype=np.int64)
    if len(kept) > task.most_points:
        rows, lost = thinned(kept[:, :width], task.n_compared, kept[:, -1], task.most_points)
        kept = kept[rows]
    trail = Trail(
        frozen(kept[:, width].astype(np.int32)),
        frozen(kept[:, width + 1].astype(np.int32)),
        frozen(kept[:, width + 2].astype(np.int32)),
    )
    return np.ascontiguousarray(kept[:, :width]), trail, lost


def _batches(
    task: _Task, layer: Layer, after: Layer | None, points: Points, node: Ints, loss: Points
) -> Iterator[Points]:
    """Yield the rows that follow, a bounded number at once: points, then parent, option, node."""
    pays = layer.points[:, :, task.columns]
    target = _without_worse_options(layer.target, pays, task.n_compared)
    width = len(task.columns)
    at_once = max(1, AT_ONCE // (width + 5) // target.shape[1])
    for start in range(0, len(points), at_once):
        here = node[start : start + at_once]
        leads = target[here]
        row, option = np.nonzero(leads >= 0)
        batch = np.empty((len(row), width + 3), dtype=np.int64)
        np.add(points[start + row], pays[here[row], option], out=batch[:, :width])
        batch[:, width] = start + row
        batch[:, width + 1] = option
        batch[:, width + 2] = leads[row, option]
        yield batch if task.rule is None else _worth_keeping(task, task.rule, batch, after, loss)


def _worth_keeping(
    task: _Task, rule: AcceptanceRule, batch: Points, after: Layer | None, loss: Points
) -> Points:
    """Drop rows that cannot meet the rule any more, and clip what it cannot tell apart."""
    width, node = len(task.columns), batch[:, -1]
    ahead = np.zeros((2, 1, width), dtype=np.int64)
    if after is not None:
        ahead = np.stack([after.most[:, task.columns], after.least[:, task.columns]])
    reach = batch[:, :width] + ahead[0][node] + loss
    meets = is_met(rule, reach)
    if not meets.all():
        batch, reach, node = batch[meets], reach[meets], node[meets]
    for column in range(task.n_compared, width):
        wanted = [leaf.at_least for leaf in leaves_of(rule) if leaf.column == column]
        certain = max(wanted) - ahead[1][node, column]
        hopeless = min(wanted) - 1 - ahead[0][node, column]
        clipped = np.minimum(batch[:, column], certain)
        batch[:, column] = np.where(reach[:, column] < min(wanted), hopeless, clipped)
    return batch


def _without_worse_options(target: Ints, pays: Points, n_compared: int) -> Ints:
    """Take out options that pay less than another one that leads to the same node."""
    n, k = target.shape
    if n * k * k * pays.shape[2] > MOST_OPTION_PAIRS:
        return target  # only saves candidates; a candidate from a worse option is dominated anyway
    gap = pays[:, None, :, :] - pays[:, :, None, :]
    better = (gap >= 0).all(axis=3) & (gap[..., :n_compared] > 0).any(axis=3)
    better &= target[:, None, :] == target[:, :, None]
    return np.where(better.any(axis=2), -1, target)


def _undominated(task: _Task, rows: Points, n_nodes: int) -> Points:
    """Keep one of equal rows, and none that another row at its node dominates."""
    width = len(task.columns)
    points = rows[:, :width]
    if n_nodes > 1:
        # Equal in both of these columns means at the same node: one tree serves all nodes.
        node = rows[:, -1:]
        points = np.concatenate([points, node, -node], axis=1)
    first = np.flatnonzero(first_equal(points) == np.arange(len(points)))
    return rows[first[is_undominated(points[first], task.n_compared)]]


# --- rows of different nodes ---------------------------------------------------------------------


def _freer_nodes(diagram: Diagram, task: _Task) -> list[Bools | None]:
    """Say after each layer of which nodes what follows one can follow the other, for no less.

    Element ``[a, b]``: whatever completes a package from node ``b`` completes one from node ``a``,
    and pays at least as much. None where there is one node, or there are too many.
    """
    found: list[Bools | None] = [None]
    ahead: Bools | None = np.ones((1, 1), dtype=np.bool_)
    for layer in reversed(diagram.layers[1:]):
        n, k = layer.target.shape
        freer = np.ones((n, n), dtype=np.bool_) if n <= MOST_NODES_COMPARED else None
        if n > 1 and freer is not None and ahead is not None:
            pays = layer.points[:, :, task.columns]
            for option in range(k):
                to, pay = layer.target[:, option], pays[:, option]
                enough = (pay[:, None, :] >= pay[None, :, :]).all(axis=2)
                both = (to[:, None] >= 0) & ahead[to[:, None], to[None, :]] & enough
                freer &= both | (to[None, :] < 0)
        elif n > 1:
            freer = None
        ahead = freer
        others = None if freer is None else freer & ~np.eye(n, dtype=np.bool_)
        found.append(others if others is not None and others.any() else None)
    return found[::-1]


def _survives_freer_nodes(task: _Task, rows: Points, freer: Bools) -> Bools:
    """Say which rows are not dominated by a row at a freer node."""
    width = len(task.columns)
    points, node = np.ascontiguousarray(rows[:, :width]), rows[:, -1]
    result = np.ones(len(rows), dtype=np.bool_)
    members = [np.flatnonzero(node == n) for n in range(len(freer))]
    for here in range(len(freer)):
        above = [members[n] for n in np.flatnonzero(freer[:, here]) if len(members[n])]
        if above and len(members[here]):
            tree = tree_of(points[np.concatenate(above)])
            mine = members[here]
            result[mine] = tree.dominator_of(points[mine], task.n_compared) < 0
    return result
