"""The packages of a domain as the roads through a layered diagram, one issue after the other.

Each layer settles one issue. A node of a layer stands for everything about the issues settled so
far that still matters for those to come: which combinations the links still allow, and which
points of the interactions are still open. Packages are the roads from the first node to the last;
a road's points add up along its edges. This is variable elimination along an order (R. Dechter,
"Bucket elimination: a unifying framework for reasoning", Artificial Intelligence 113, 1999,
pp. 41-85), with equal remainders merged as in a decision diagram, so that the cost follows the
width of the links and not the number of packages. Issues that no link ties together meet in a
single node.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.deal_space.space.domain import Domain, Interaction, Link, Points
from detente.engines.deal_space.space.maxima import first_equal
from detente.errors import TooEntangledError

__all__ = ["Diagram", "Layer", "diagram_of"]

MOST_NODES = 50_000
"""Nodes of one layer; links that need more are too entangled for elimination."""

STARTS = 12
"""Orders that are tried; each begins at another issue."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One issue settled.

    Attributes
    ----------
    issue : int
    target : ndarray of int, shape (n_nodes, n_options)
        The node of the next layer to which an option leads from each node; -1 where the links
        forbid it, or nothing allowed can follow.
    points : ndarray of int64, shape (n_nodes, n_options, n_columns)
        The points that are settled by it.
    most, least : ndarray of int64, shape (n_nodes, n_columns)
        The most and the fewest points, column by column, on the roads from each node to the end.
    n_roads : tuple of int
        How many packages lead on from each node; exact, however many.
    """

    issue: int
    target: Ints
    points: Points
    most: Points
    least: Points
    n_roads: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """Layers in the order in which issues are settled; all roads start at node 0.

    ``is_empty`` says that the links allow no package; there are no layers then.
    """

    layers: tuple[Layer, ...]
    n_columns: int

    @property
    def is_empty(self) -> bool:
        return not self.layers

    @property
    def n_packages(self) -> int:
        """How many packages the links allow; exact."""
        return self.layers[0].n_roads[0] if self.layers else 0

    @property
    def width(self) -> int:
        """The most nodes of any layer: 1 where no link ties issues together."""
        return max((len(layer.target) for layer in self.layers), default=0)


@dataclass(frozen=True, slots=True, eq=False)
class _Factor:
    """A link or an interaction, read issue by issue.

    At ``depth`` issues read, ``step[depth]`` maps (remainder, option) to the next remainder (-1:
    forbidden, 0: nothing left to say), and ``pays[depth]`` to the points settled by it.
    """

    issues: tuple[int, ...]
    step: tuple[Ints, ...]
    pays: tuple[Points, ...] | None


def diagram_of(domain: Domain, *, most_nodes: int = MOST_NODES) -> Diagram:
    """Build the diagram of a domain, with few nodes, and bounds on what lies ahead of each.

    Parameters
    ----------
    domain : Domain
    most_nodes : int
        Nodes that one layer may have.

    Returns
    -------
    Diagram
        Groups of linked issues come first, the most entangled before the others; then unlinked
        issues, those with most options first.

    Raises
    ------
    TooEntangledError
        If a layer would need more nodes.

    Notes
    -----
    O(n_issues * n_nodes * n_options * n_links) time.

    Examples
    --------
    >>> domain = Domain(
    ...     (np.array([[0], [5]]), np.array([[0], [3]]), np.array([[0], [1]])),
    ...     links=(Link((0, 1), np.array([[True, True], [False, True]])),),
    ... )
    >>> diagram = diagram_of(domain)
    >>> diagram.n_packages, diagram.width, diagram.layers[0].most
    (6, 2, array([[9]]))
    """
    order, groups = _order(domain)
    factors = _factors(domain, order)
    if factors is None:
        return Diagram((), domain.n_columns)
    if not factors:
        return _unlinked(domain, order)
    raw: list[tuple[int, Ints, Points]] = []
    states = np.zeros((1, len(factors)), dtype=np.int64)
    for issue in order:
        target, points, states = _expand(domain, issue, factors, states)
        if not len(states):
            return Diagram((), domain.n_columns)
        if len(states) > most_nodes:
            linked = next(len(g) for g in groups if issue in g)
            raise TooEntangledError(
                f"links: found more than {most_nodes:,} different remainders half-way through "
                f"{linked} linked issues, expected fewer; these rules are too entangled to be "
                "worked off issue by issue"
            )
        raw.append((issue, target, points))
    return _reduced(raw, len(states), domain.n_columns)


# --- the order -----------------------------------------------------------------------------------


def _order(domain: Domain) -> tuple[list[int], list[list[int]]]:
    """Return the issues in the order of elimination, and the groups that links tie together."""
    scopes = [sum(1 << i for i in f.issues) for f in _stated(domain)]
    n_options = domain.n_options
    groups = _groups(domain.n_issues, scopes)
    weight = [math.log2(n) if n > 1 else 0.0 for n in n_options]
    linked: list[tuple[float, list[int]]] = []
    single: list[int] = []
    for group in groups:
        if len(group) == 1:
            single += group
            continue
        mask = sum(1 << i for i in group)
        linked.append(_narrow_order(group, [s for s in scopes if s & mask], weight))
    linked.sort(key=lambda found: -found[0])
    single.sort(key=lambda i: -n_options[i])
    return [i for _, group in linked for i in group] + single, groups


def _groups(n: int, scopes: Iterable[int]) -> list[list[int]]:
    """Return the issues in groups such that no scope reaches over two of them."""
    left = [1 << i for i in range(n)]
    for scope in scopes:
        touched = [mask for mask in left if mask & scope]
        joined = 0
        for mask in touched:
            joined |= mask
        left = [mask for mask in left if not mask & scope] + [joined]
    return [[i for i in range(n) if mask >> i & 1] for mask in sorted(left, key=lambda m: m & -m)]


def _narrow_order(
    group: list[int], scopes: list[int], weight: list[float]
) -> tuple[float, list[int]]:
    """Order a group so that little stays open: greedily, from several issues to begin with."""
    degree = {i: sum(scope >> i & 1 for scope in scopes) for i in group}
    best: tuple[float, float, list[int]] | None = None
    for start in sorted(group, key=lambda i: (degree[i], i))[:STARTS]:
        order, done, widths = [start], 1 << start, [_open(scopes, 1 << start, weight)]
        left = [i for i in group if i != start]
        while left:
            width, issue = min((_open(scopes, done | 1 << i, weight), i) for i in left)
            order.append(issue)
            left.remove(issue)
            done |= 1 << issue
            widths.append(width)
        found = (max(widths), sum(2.0**w for w in widths), order)
        if best is None or found < best:
            best = found
    if best is None:
        return 0.0, group
    return best[0], best[2]


def _open(scopes: list[int], done: int, weight: list[float]) -> float:
    """Bound the logarithm of how many remainders there can be once these issues are settled."""
    mask = 0
    for scope in scopes:
        if scope & done and scope & ~done:
            mask |= scope & done
    total = 0.0
    while mask:
        low = mask & -mask
        total += weight[low.bit_length() - 1]
        mask ^= low
    return total


# --- links and interactions, read issue by issue --------------------------------------------------


def _stated(domain: Domain) -> list[Link | Interaction]:
    return [*domain.links, *domain.interactions]


def _factors(domain: Domain, order: Sequence[int]) -> list[_Factor] | None:
    """Return every factor that says anything; None if a link allows nothing at all."""
    place = {issue: k for k, issue in enumerate(order)}
    found: list[_Factor] = []
    for factor in _stated(domain):
        axes = sorted(range(len(factor.issues)), key=lambda a: place[factor.issues[a]])
        issues = tuple(factor.issues[a] for a in axes)
        classes = [factor.classes[a] for a in axes]
        if isinstance(factor, Link):
            table = np.transpose(factor.allowed, axes)
            if not table.any():
                return None
            if not table.all():
                found.append(_of_link(issues, classes, table))
        else:
            n = len(axes)
            found.append(_of_interaction(issues, classes, np.transpose(factor.points, (*axes, n))))
    return found


def _of_link(issues: tuple[int, ...], classes: list[Ints], table: Bools) -> _Factor:
    slices, steps = table[None], []
    for depth, each in enumerate(classes):
        rest = slices.reshape(slices.shape[0] * slices.shape[1], math.prod(slices.shape[2:]))
        ids, kept = _numbered(rest.astype(np.int64), np.asarray(rest.all(axis=1)))
        ids[~rest.any(axis=1)] = -1
        step = ids.reshape(slices.shape[:2])[:, each]
        steps.append(_after_nothing(step) if depth else step)
        slices = rest[kept].reshape(len(kept), *slices.shape[2:])
    return _Factor(issues, tuple(steps), None)


def _of_interaction(issues: tuple[int, ...], classes: list[Ints], table: Points) -> _Factor:
    slices, steps, pays = table[None], [], []
    n_columns = table.shape[-1]
    for depth, each in enumerate(classes):
        shape = slices.shape
        rest = slices.reshape(shape[0] * shape[1], math.prod(shape[2:-1]), n_columns)
        # Paying the first cell's points at once leaves remainders that differ only where they must.
        now = rest[:, 0, :]
        later = (rest - now[:, None, :]).reshape(len(rest), math.prod(rest.shape[1:]))
        ids, kept = _numbered(later, np.asarray(~later.any(axis=1)))
        step = ids.reshape(shape[:2])[:, each]
        pay = now.reshape(*shape[:2], n_columns)[:, each]
        steps.append(_after_nothing(step) if depth else step)
        pays.append(_after_nothing(pay) if depth else pay)
        slices = later[kept].reshape(len(kept), *shape[2:])
    return _Factor(issues, tuple(steps), tuple(pays))


def _after_nothing(table: Points) -> Points:
    """Put in front what remainder 0 leads to and pays: nothing more, whatever comes."""
    return np.concatenate([np.zeros((1, *table.shape[1:]), dtype=np.int64), table])


def _numbered(rest: Points, is_settled: Bools) -> tuple[Ints, Ints]:
    """Number different remainders from 1, settled ones 0; return the rows that were numbered."""
    first = first_equal(rest)
    kept = np.flatnonzero((first == np.arange(len(rest))) & ~is_settled)
    number = np.zeros(len(rest), dtype=np.int64)
    number[kept] = np.arange(1, len(kept) + 1)
    ids = number[first]
    ids[is_settled] = 0
    return ids, kept


# --- layers --------------------------------------------------------------------------------------


def _expand(
    domain: Domain, issue: int, factors: list[_Factor], states: Points
) -> tuple[Ints, Points, Points]:
    """Settle one issue: where each option leads from each state, what it pays, and the new states."""
    n, k = len(states), domain.n_options[issue]
    points = np.repeat(domain.points[issue][None], n, axis=0)
    if not any(issue in factor.issues for factor in factors):
        return np.repeat(np.arange(n)[:, None], k, axis=1), points, states
    after = np.repeat(states[:, None, :], k, axis=1)
    alive = np.ones((n, k), dtype=np.bool_)
    for column, factor in enumerate(factors):
        if issue not in factor.issues:
            continue
        depth = factor.issues.index(issue)
        step = factor.step[depth][states[:, column]]
        after[:, :, column] = step
        alive &= step >= 0
        if factor.pays is not None:
            points += factor.pays[depth][states[:, column]]
    rows = np.ascontiguousarray(after[alive])
    first = first_equal(rows)
    is_new = first == np.arange(len(rows))
    number = np.cumsum(is_new) - 1
    target = np.full((n, k), -1, dtype=np.int64)
    target[alive] = number[first]
    return target, points, rows[is_new]


def _unlinked(domain: Domain, order: Sequence[int]) -> Diagram:
    """One node before each issue: every option leads to the next, and bounds are sums."""
    layers: list[Layer] = []
    most = least = np.zeros((1, domain.n_columns), dtype=np.int64)
    n_roads = 1
    for issue in reversed(order):
        table = domain.points[issue]
        most, least = most + table.max(axis=0), least + table.min(axis=0)
        n_roads *= len(table)
        target = np.zeros((1, len(table)), dtype=np.int64)
        layers.append(
            Layer(issue, frozen(target), table[None], frozen(most), frozen(least), (n_roads,))
        )
    return Diagram(tuple(reversed(layers)), domain.n_columns)


def _reduced(raw: list[tuple[int, Ints, Points]], n_last: int, n_columns: int) -> Diagram:
    """From the end backwards: drop dead ends, merge nodes with the same future, add bounds."""
    layers: list[Layer] = []
    node = np.zeros(n_last, dtype=np.int64)  # all roads end in one node
    most = least = np.zeros((1, n_columns), dtype=np.int64)
    n_roads: tuple[int, ...] = (1,)
    for issue, found, points in reversed(raw):
        target = np.where(found >= 0, node[found], -1)
        live = target >= 0
        if len(target) > 1 or not live.all():
            points = np.where(live[:, :, None], points, 0)
            rows = np.concatenate([target, points.reshape(len(points), -1)], axis=1)
            first = first_equal(rows)
            is_dead = ~live.any(axis=1)
            kept = np.flatnonzero((first == np.arange(len(rows))) & ~is_dead)
            if not len(kept):
                return Diagram((), n_columns)
            number = np.full(len(rows), -1, dtype=np.int64)
            number[kept] = np.arange(len(kept))
            node = np.where(is_dead, -1, number[first])
            target, points, live = target[kept], points[kept], live[kept]
        else:
            node = np.zeros(1, dtype=np.int64)
        most = _bound(target, points, live, most, np.maximum)
        least = _bound(target, points, live, least, np.minimum)
        n_roads = tuple(sum(n_roads[t] for t in row if t >= 0) for row in target.tolist())
        layers.append(
            Layer(issue, frozen(target), frozen(points), frozen(most), frozen(least), n_roads)
        )
    return Diagram(tuple(reversed(layers)), n_columns)


def _bound(target: Ints, points: Points, live: Bools, ahead: Points, best: np.ufunc) -> Points:
    worst = np.iinfo(np.int64).min if best is np.maximum else np.iinfo(np.int64).max
    reach = np.where(live[:, :, None], points + ahead[target], worst)
    return np.asarray(best.reduce(reach, axis=1), dtype=np.int64)
