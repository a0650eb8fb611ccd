"""A diagram to be walked from both ends, in the columns that a rule looks at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Ints
from detente.engines.deal_space.space.diagram import Diagram
from detente.engines.deal_space.space.domain import Points

__all__ = ["Course", "Edges", "Ends", "course_of", "furthest"]


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
        every = math.prod(int(layer.target.shape[1]) for layer in layers)
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
        n = len(behind.most)
        most = furthest(before[-1].most, layer.target, each, n, np.maximum)
        least = furthest(before[-1].least, layer.target, each, n, np.minimum)
        before.append(Ends(most, least))
    return Course(diagram, pays, tuple(before), tuple(after))


def furthest(start: Points, target: Ints, pays: Points, n_nodes: int, best: np.ufunc) -> Points:
    """Carry the most or the fewest points from the nodes of one boundary to those of the next."""
    worst = np.iinfo(np.int64).min if best is np.maximum else np.iinfo(np.int64).max
    found = np.full((n_nodes, *start.shape[1:]), worst, dtype=np.int64)
    source, option = np.nonzero(target >= 0)
    best.at(found, target[source, option], start[source] + pays[source, option])
    return found
