"""A diagram to be walked from both ends, in the columns that a rule looks at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines.deal_space.acceptance import Meets
from detente.engines.deal_space.diagram import Diagram
from detente.engines.deal_space.domain import Domain, Points

__all__ = ["Course", "Cut", "Edges", "Ends", "course_of", "cut_of"]

NEWTON_STEPS = 40
FURTHEST = 60.0
"""Standard deviations' worth of tilt beyond which a threshold is as good as out of reach."""

WEIGHT_BITS = 20
TOTAL_BITS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """The most and the fewest points between the nodes of one boundary and an end."""

    most: Points
    least: Points


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Where one leads from each node: edges ``start[node]`` up to ``start[node + 1]``."""

    start: Ints
    to: Ints
    pays: Points

    @property
    def branching(self) -> int:
        return int(np.diff(self.start).max(initial=1))


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """What every package worth counting reaches in a weighted sum of several columns.

    A package that meets all the ``leaves`` has at least ``wanted`` in the sum of ``weights`` times
    its points, each number of points divided by two to the power of ``shifts`` and rounded up.
    ``pays`` states that sum for every option, layer by layer; ``before`` and ``after`` the most of
    it between each node and the ends.
    """

    leaves: tuple[Meets, ...]
    weights: Points
    shifts: Points
    wanted: int
    pays: tuple[Points, ...]
    before: tuple[Points, ...]
    after: tuple[Points, ...]

    def worth(self, points: Points) -> Points:
        """Return the sum for points in the leaves' columns, shape (..., n_leaves)."""
        return np.asarray(-((-points) >> self.shifts) @ self.weights)


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Boundaries 0 to ``n`` between the layers, from where all roads start to where they end.

    ``before`` and ``after`` bound the points from the start, and to the end, of every boundary's
    nodes; ``pays`` are the points of each layer in the columns looked at.
    """

    diagram: Diagram
    pays: tuple[Points, ...]
    before: tuple[Ends, ...]
    after: tuple[Ends, ...]

    @property
    def n(self) -> int:
        return len(self.diagram.layers)

    def n_nodes(self, boundary: int) -> int:
        return len(self.after[boundary].most)

    def n_roads(self, boundary: int) -> tuple[int, ...]:
        return self.diagram.layers[boundary].n_roads if boundary < self.n else (1,)

    def most_roads(self, boundary: int, *, forward: bool) -> int:
        """Bound how many roads there are from one end up to a boundary."""
        layers = self.diagram.layers[:boundary] if forward else self.diagram.layers[boundary:]
        every = math.prod(layer.target.shape[1] for layer in layers)
        return min(every, self.diagram.n_packages)

    def edges(self, layer: int, *, forward: bool, pays: Points | None = None) -> Edges:
        """Return a layer's edges, with the points of the columns or with others."""
        target = self.diagram.layers[layer].target
        pays = self.pays[layer] if pays is None else pays
        source, option = np.nonzero(target >= 0)
        to = target[source, option]
        if not forward:
            order = np.argsort(to, kind="stable")
            source, option = source[order], option[order]
            source, to = to[order], source
        n_nodes = self.n_nodes(layer if forward else layer + 1)
        start = np.searchsorted(source, np.arange(n_nodes + 1))
        at = (source, option) if forward else (to, option)
        return Edges(start, to, np.ascontiguousarray(pays[at]))


def course_of(diagram: Diagram, columns: Sequence[int]) -> Course:
    """Take the columns of a diagram that is not empty."""
    at = list(columns)
    pays = tuple(np.ascontiguousarray(layer.points[:, :, at]) for layer in diagram.layers)
    nothing = np.zeros((1, len(at)), dtype=np.int64)
    after = [
        *(Ends(layer.most[:, at], layer.least[:, at]) for layer in diagram.layers),
        Ends(nothing, nothing),
    ]
    before = [Ends(nothing, nothing)]
    for layer, each, behind in zip(diagram.layers, pays, after[1:], strict=True):
        live, n = layer.target >= 0, len(behind.most)
        most = _furthest(before[-1].most, layer.target, each, live, n, np.maximum)
        least = _furthest(before[-1].least, layer.target, each, live, n, np.minimum)
        before.append(Ends(most, least))
    return Course(diagram, pays, tuple(before), tuple(after))


def _furthest(
    start: Points, target: Ints, pays: Points, live: Bools, n_nodes: int, best: np.ufunc
) -> Points:
    """Carry bounds from the nodes of one boundary to those of the next."""
    worst = np.iinfo(np.int64).min if best is np.maximum else np.iinfo(np.int64).max
    found = np.full((n_nodes, *start.shape[1:]), worst, dtype=np.int64)
    source, option = np.nonzero(live)
    best.at(found, target[source, option], start[source] + pays[source, option])
    return found


def cut_of(
    course: Course, domain: Domain, columns: Sequence[int], leaves: Sequence[Meets]
) -> Cut | None:
    """Choose weights for leaves that must all be met; None where a sum says nothing.

    The weights are those at which packages, drawn with chances proportional to the exponential of
    their weighted points, meet the thresholds on average: the sum that bounds best how many there
    are (H. Chernoff, "A measure of asymptotic efficiency for tests of a hypothesis based on the
    sum of observations", Annals of Mathematical Statistics 23(4), 1952, pp. 493-507). Any weights
    would do; links and interactions are left aside in choosing them.
    """
    asked = [leaf.column for leaf in leaves]
    tables = [points[:, [columns[c] for c in asked]].astype(np.float64) for points in domain.points]
    wanted = np.array([leaf.at_least for leaf in leaves], dtype=np.float64)
    tilt = _tilt(tables, wanted)
    if np.count_nonzero(tilt) < 2:
        return None  # one column alone is bounded anyway
    largest = np.sum([np.abs(pays[:, :, asked]).max(axis=(0, 1)) for pays in course.pays], axis=0)
    shifts = np.array([max(0, int(most).bit_length() - TOTAL_BITS) for most in largest])
    scaled = tilt * 2.0**shifts
    weights = np.rint(scaled / scaled.max() * 2.0**WEIGHT_BITS).astype(np.int64)
    limit = 1 << 61
    goal = sum(
        int(w) * (leaf.at_least >> int(s))
        for w, s, leaf in zip(weights, shifts, leaves, strict=True)
    )
    pays = tuple(-((-each[:, :, asked]) >> shifts) @ weights for each in course.pays)
    before, after = [np.zeros(1, dtype=np.int64)], [np.zeros(1, dtype=np.int64)]
    layers = course.diagram.layers
    for k, layer in enumerate(layers):
        n = course.n_nodes(k + 1)
        live = layer.target >= 0
        before.append(_furthest(before[-1], layer.target, pays[k], live, n, np.maximum))
    for k in reversed(range(len(layers))):
        target = layers[k].target
        ahead = np.where(target >= 0, pays[k] + after[0][target], -limit)
        after.insert(0, ahead.max(axis=1))
    return Cut(
        tuple(leaves), weights, shifts, max(-limit, min(limit, goal)), pays,
        tuple(before), tuple(after),
    )  # fmt: skip


def _tilt(tables: list[Floats], wanted: Floats) -> Floats:
    """Minimise the logarithm of the sum, over packages, of exp(tilt * (total - wanted)); tilt >= 0."""
    spread = np.sqrt(sum(table.var(axis=0) for table in tables))
    unit = np.where(spread > 0, spread, 1.0)
    scaled = [table / unit for table in tables]
    goal = wanted / unit
    n = len(goal)

    def at(tilt: Floats) -> tuple[float, Floats, Floats]:
        value, slope, curve = -float(tilt @ goal), -goal.copy(), np.zeros((n, n))
        for table in scaled:
            power = table @ tilt
            top = power.max()
            chance = np.exp(power - top)
            total = chance.sum()
            chance /= total
            mean = chance @ table
            value += float(top + np.log(total))
            slope += mean
            curve += (table * chance[:, None]).T @ table - np.outer(mean, mean)
        return value, slope, curve

    tilt = np.zeros(n)
    value, slope, curve = at(tilt)
    for _ in range(NEWTON_STEPS):
        free = (tilt > 0) | (slope < 0)
        if not free.any() or np.abs(slope[free]).max() < 1e-6:
            break
        inner = curve[np.ix_(free, free)] + 1e-9 * np.eye(int(free.sum()))
        move = np.zeros(n)
        move[free] = np.linalg.solve(inner, -slope[free])
        size = 1.0
        while size > 1e-6:
            new = np.maximum(0.0, tilt + size * move)
            found = at(new)
            if found[0] < value:
                break
            size /= 2
        else:
            break
        tilt, (value, slope, curve) = new, found
        if tilt.max() > FURTHEST:
            break
    return tilt / unit
