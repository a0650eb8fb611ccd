"""Weighted sums of several columns that every package worth counting must reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Floats
from detente.engines.deal_space.counting.course import Course, furthest
from detente.engines.deal_space.space.acceptance import Meets
from detente.engines.deal_space.space.domain import Points

__all__ = ["Cut", "WeightedSum", "cut_of", "spread_of", "sum_of", "tilt_of"]

NEWTON_STEPS = 40
FURTHEST = 60.0
"""Standard deviations' worth of tilt beyond which a threshold is as good as out of reach."""

COLUMN_BITS = 30
SUM_BITS = 55
"""Size of a column's points, and of a weighted sum of them, in which sums are worked out."""

OUT_OF_REACH = 1 << 61


@dataclass(frozen=True, slots=True, eq=False)
class WeightedSum:
    """A sum that every package has in which all the ``leaves`` are met.

    Such a package has at least ``wanted`` in the sum of ``weights`` times its points, each
    number of points divided by two to the power of ``shifts`` and rounded up. ``pays`` states that
    sum for every option, layer by layer.
    """

    leaves: tuple[Meets, ...]
    weights: Points
    shifts: Points
    wanted: int
    pays: tuple[Points, ...]

    def worth(self, points: Points) -> Points:
        """Return the sum for points in the leaves' columns, shape (..., n_leaves)."""
        return np.asarray(-((-points) >> self.shifts) @ self.weights)


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A weighted sum, and the most of it between the nodes of each boundary and the ends."""

    sum: WeightedSum
    before: tuple[Points, ...]
    after: tuple[Points, ...]


def sum_of(course: Course, leaves: Sequence[Meets], weights: Floats) -> WeightedSum:
    """Add up leaves that must all be met, with these weights per point, none below 0."""
    asked = [leaf.column for leaf in leaves]
    # One more than the largest, so that rounding up stays below.
    each = [np.abs(pays[:, :, asked]).max(axis=(0, 1)) + 1 for pays in course.pays]
    largest = [int(most) for most in np.sum(each, axis=0)]
    shifts = np.array([max(0, most.bit_length() - COLUMN_BITS) for most in largest])
    share = np.array([w * most for w, most in zip(weights.tolist(), largest, strict=True)])
    room = 2.0**SUM_BITS / (len(leaves) * max(float(share.max()), 1e-300))
    whole = np.floor(np.minimum(weights * room * 2.0**shifts, 2.0**SUM_BITS)).astype(np.int64)
    wanted = sum(
        int(w) * (leaf.at_least >> int(s)) for w, s, leaf in zip(whole, shifts, leaves, strict=True)
    )
    return WeightedSum(
        tuple(leaves),
        whole,
        shifts,
        max(-OUT_OF_REACH, min(OUT_OF_REACH, wanted)),
        tuple(-((-pays[:, :, asked]) >> shifts) @ whole for pays in course.pays),
    )


def cut_of(course: Course, leaves: Sequence[Meets], tilt: Floats) -> Cut | None:
    """Weigh leaves that must all be met by a tilt; None where that weighs one column alone."""
    if np.count_nonzero(tilt) < 2:
        return None
    found = sum_of(course, leaves, tilt)
    before, after = [np.zeros(1, dtype=np.int64)], [np.zeros(1, dtype=np.int64)]
    layers = course.diagram.layers
    for k, layer in enumerate(layers):
        n = course.n_nodes(k + 1)
        before.append(furthest(before[-1], layer.target, found.pays[k], n, np.maximum))
    for k in reversed(range(len(layers))):
        target = layers[k].target
        ahead = np.where(target >= 0, found.pays[k] + after[0][target], -OUT_OF_REACH)
        after.insert(0, ahead.max(axis=1))
    return Cut(found, tuple(before), tuple(after))


def tilt_of(tables: Sequence[Points], wanted: Sequence[int]) -> Floats:
    """Return the weights per point at which a weighted sum bounds best how many packages meet all.

    Packages drawn with chances proportional to the exponential of their weighted points meet the
    thresholds on average: that minimises, over weights of at least 0, the sum over packages of
    exp(weights * (points - wanted)), which bounds their number (H. Chernoff, "A measure of
    asymptotic efficiency for tests of a hypothesis based on the sum of observations", Annals of
    Mathematical Statistics 23(4), 1952, pp. 493-507). Links are left aside: any weights will do,
    and these need only be good ones.
    """
    start = np.cumsum([0, *(len(table) for table in tables)])[:-1]
    size = np.array([len(table) for table in tables])
    unit = spread_of(tables)
    unit[unit == 0] = 1.0
    scaled = np.concatenate(tables) / unit
    goal = np.array([float(each) for each in wanted]) / unit
    n = len(goal)

    def at(tilt: Floats) -> tuple[float, Floats, Floats]:
        power = scaled @ tilt
        top = np.maximum.reduceat(power, start)
        chance = np.exp(power - np.repeat(top, size))
        total = np.add.reduceat(chance, start)
        chance /= np.repeat(total, size)
        weighted = scaled * chance[:, None]
        mean = np.add.reduceat(weighted, start, axis=0)
        value = float((top + np.log(total)).sum() - tilt @ goal)
        return value, mean.sum(axis=0) - goal, weighted.T @ scaled - mean.T @ mean

    tilt = np.zeros(n)
    value, slope, curve = at(tilt)
    for _ in range(NEWTON_STEPS):
        free = (tilt > 0) | (slope < 0)
        if tilt.max() > FURTHEST or not free.any() or np.abs(slope[free]).max() < 1e-6:
            break
        inner = curve[np.ix_(free, free)] + 1e-9 * np.eye(int(free.sum()))
        move = np.zeros(n)
        move[free] = np.linalg.solve(inner, -slope[free])
        for part in 0.5 ** np.arange(20):
            new = np.clip(tilt + part * move, 0.0, 2 * FURTHEST)
            found = at(new)
            if found[0] < value:
                break
        else:
            break
        tilt, (value, slope, curve) = new, found
    return tilt / unit


def spread_of(tables: Sequence[Points]) -> Floats:
    """Return the standard deviation, over all packages, of the points in each column."""
    variance = np.sum([table.var(axis=0) for table in tables], axis=0, dtype=np.float64)
    return np.asarray(np.sqrt(variance))
