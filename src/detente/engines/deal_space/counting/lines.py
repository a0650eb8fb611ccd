"""Counts along one line: how many packages reach so many points in one sum.

The sums are put on a grid so fine that rounding each layer's points to it hardly matters, and
every cell holds how many packages fall into it. What rounding may have moved is bounded, layer by
layer, so that the counts that follow are certain. Cells are floating-point numbers: exact below
2**53, and beyond with an error that is bounded too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from detente.engines._checks import Floats
from detente.engines.deal_space.counting.rule import Bounds
from detente.engines.deal_space.space.diagram import Diagram
from detente.engines.deal_space.space.domain import Points

__all__ = ["Line", "line_of"]

CELLS = 1 << 17
ALL_CELLS = 1 << 20
"""Cells of one node's line, and of all lines of a boundary."""

FEWEST_CELLS = 256
MOST_MOVES = 100_000_000
"""Cells of a line times how often they are moved: less than a tenth of a second."""

MOST_ADDITIONS = 100_000
MOST_PACKAGES = 10**300
EXACT = 1 << 53
"""Packages up to which a float counts them one by one."""

ROUNDING = 1 << 53
"""One part in so many is what an addition of floats may lose."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """How many packages there are in each cell of a grid.

    A package in cell ``k`` has from ``origin + grid * k + least_error`` to ``origin + grid * k +
    most_error`` points. ``error`` bounds the relative error of every sum of cells.
    """

    cells: Floats
    origin: int
    grid: int
    least_error: int
    most_error: int
    error: Fraction
    n_packages: int

    def reach(self, wanted: int) -> Bounds:
        """Bound how many packages have so many points at least."""
        certain = -(-(wanted - self.origin - self.least_error) // self.grid)
        possible = -(-(wanted - self.origin - self.most_error) // self.grid)
        at_least = self._from(certain) * (1 - self.error)
        at_most = self._from(possible) * (1 + self.error)
        return math.ceil(at_least), min(self.n_packages, math.floor(at_most))

    def _from(self, cell: int) -> Fraction:
        return Fraction(float(self.cells[max(0, min(len(self.cells), cell)) :].sum()))


def line_of(diagram: Diagram, pays: Sequence[Points]) -> Line | None:
    """Put all packages on a line; ``pays`` states the points of each layer, (n_nodes, n_options).

    None if the diagram is too wide for that, or the packages are too many for a float.
    """
    layers = diagram.layers
    n_additions = sum(int((layer.target >= 0).sum()) for layer in layers)
    if n_additions > MOST_ADDITIONS or diagram.n_packages > MOST_PACKAGES:
        return None
    live = [layer.target >= 0 for layer in layers]
    lowest = [int(each[on].min()) for each, on in zip(pays, live, strict=True)]
    over = [np.where(on, each - low, 0) for each, on, low in zip(pays, live, lowest, strict=True)]
    unit = int(np.gcd.reduce([int(np.gcd.reduce(each, axis=None)) for each in over])) or 1
    length = sum(int(each.max()) for each in over) // unit
    n_cells = min(CELLS, ALL_CELLS // diagram.width, MOST_MOVES // n_additions)
    n_cells = max(FEWEST_CELLS, n_cells)
    grid = unit * max(1, -(-length // n_cells))
    least_error = most_error = 0
    mass = np.zeros((1, 1))
    mass[0, 0] = 1.0
    for k, layer in enumerate(layers):
        shift = (over[k] + grid // 2) // grid
        errors = (over[k] - shift * grid)[live[k]]
        least_error += int(errors.min())
        most_error += int(errors.max())
        n_after = len(layers[k + 1].target) if k + 1 < len(layers) else 1
        size = mass.shape[1]
        new = np.zeros((n_after, size + int(shift.max())))
        for node, option in zip(*np.nonzero(live[k]), strict=True):
            at = shift[node, option]
            new[layer.target[node, option], at : at + size] += mass[node]
        mass = new
    is_exact = diagram.n_packages <= EXACT
    # Every sum has at most so many additions in a row, and all terms are positive.
    error = Fraction(0) if is_exact else Fraction(2 * (n_additions + mass.shape[1]), ROUNDING)
    return Line(mass[0], sum(lowest), grid, least_error, most_error, error, diagram.n_packages)
