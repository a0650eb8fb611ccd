"""All the packages that share one point of a frontier: counted, and listed, on demand.

A package on the frontier has no dominated part: what dominated a part of it, completed alike,
would dominate the whole. So every part of every tied package is, as a point, among the rows that
the sweep kept, and going backwards one only has to look up what is left of the point after taking
off each option.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints
from detente.engines.deal_space.counting.count import count_packages
from detente.engines.deal_space.frontier.sweep import Trail
from detente.engines.deal_space.space.acceptance import (
    AcceptanceRule,
    Meets,
    all_of,
    is_met,
    leaves_of,
)
from detente.engines.deal_space.space.diagram import Diagram
from detente.engines.deal_space.space.domain import Domain, Points
from detente.engines.deal_space.space.maxima import first_equal
from detente.errors import SpaceTooLargeError

__all__ = ["Tied"]

MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The rows before a layer, in the order of their keys."""

    points: Points
    node: Ints
    keys: npt.NDArray[np.uint64]

    @classmethod
    def of(cls, points: Points, node: Ints) -> _Rows:
        keys = _keys(points, node)
        order = np.argsort(keys, kind="stable")
        return cls(points[order], node[order], keys[order])

    def holds(self, points: Points, node: Ints) -> Bools:
        """Say which of these points are among the rows at these nodes."""
        keys = _keys(points, node)
        at = np.searchsorted(self.keys, keys)
        found = np.zeros(len(points), dtype=np.bool_)
        waiting = np.arange(len(points))
        while waiting.size:  # more than one turn only where different rows share a key
            place = at[waiting]
            inside = place < len(self.keys)
            waiting, place = waiting[inside], place[inside]
            alike = self.keys[place] == keys[waiting]
            waiting, place = waiting[alike], place[alike]
            same = (self.points[place] == points[waiting]).all(axis=1)
            same &= self.node[place] == node[waiting]
            found[waiting[same]] = True
            waiting = waiting[~same]
            at[waiting] += 1
        return found


def _keys(points: Points, node: Ints) -> npt.NDArray[np.uint64]:
    key = node.astype(np.uint64)
    for column in range(points.shape[1]):
        key = key * MULTIPLIER + points[:, column].astype(np.uint64)
    return key


@dataclass(frozen=True, slots=True, eq=False)
class Tied:
    """What is needed to go back from a point of an exact frontier to all its packages."""

    diagram: Diagram
    trails: tuple[Trail, ...]
    compared: tuple[int, ...]
    domain: Domain
    rule: AcceptanceRule | None
    _rows: list[_Rows] = field(default_factory=list)

    @property
    def _rule_looks_elsewhere(self) -> bool:
        """Whether packages with the same point may differ in whether they meet the rule."""
        return self.rule is not None and any(
            leaf.column not in self.compared for leaf in leaves_of(self.rule)
        )

    def _before(self, layer: int) -> _Rows:
        """Return the rows that a layer starts from; they are added up on first use."""
        if not self._rows:
            rows: list[_Rows] = []
            points = np.zeros((1, len(self.compared)), dtype=np.int64)
            node = np.zeros(1, dtype=np.int64)
            for each, trail in zip(self.diagram.layers, self.trails, strict=True):
                rows.append(_Rows.of(points, node))
                pays = each.points[:, :, list(self.compared)]
                points = points[trail.parent] + pays[node[trail.parent], trail.option]
                node = trail.node.astype(np.int64)
            # At once, so that an interruption leaves all or nothing.
            self._rows.extend(rows)
        return self._rows[layer]

    def _steps_back(
        self, layer: int, points: Points, node: Ints
    ) -> tuple[Ints, Ints, Points, Ints]:
        """Return, for every way to have come to these points: which, option, point and node before."""
        each = self.diagram.layers[layer]
        source, option = np.nonzero(each.target >= 0)
        leads = each.target[source, option]
        which, edge = np.nonzero(node[:, None] == leads[None, :])
        pays = each.points[:, :, list(self.compared)]
        before = points[which] - pays[source[edge], option[edge]]
        exists = self._before(layer).holds(before, source[edge])
        return which[exists], option[edge][exists], before[exists], source[edge][exists]

    def count(self, point: Points) -> int:
        """Count the packages at a point.

        Under a rule that looks at further columns, they are the packages that meet it and are
        worth at least as much in every column compared: worth more, one of them would dominate.
        """
        if self._rule_looks_elsewhere and self.rule is not None:
            lines = (Meets(c, int(p)) for c, p in zip(self.compared, point, strict=True))
            count = count_packages(self.domain, all_of(self.rule, *lines))
            if count.at_least < count.at_most:
                raise SpaceTooLargeError(
                    f"packages: found between {count.at_least:,} and {count.at_most:,} that tie at "
                    "one point under a rule that tells them apart, expected fewer, so that they "
                    "can be counted; list some of them instead"
                )
            return count.at_least
        points, node = np.array(point, dtype=np.int64)[None], np.zeros(1, dtype=np.int64)
        ways = [1]
        for layer in reversed(range(len(self.trails))):
            which, _, before, source = self._steps_back(layer, points, node)
            first = first_equal(np.column_stack([before, source]))
            kept = np.flatnonzero(first == np.arange(len(first)))
            place = {int(row): k for k, row in enumerate(kept)}
            total = [0] * len(kept)
            for row, comes_from in enumerate(which.tolist()):
                total[place[int(first[row])]] += ways[comes_from]
            points, node, ways = before[kept], source[kept], total
        return sum(ways)

    def packages(self, point: Points) -> Iterator[Ints]:
        """Yield the packages at a point, as option codes by issue."""
        on_the_way = self._on_the_way(point)
        codes = np.zeros(len(self.trails), dtype=np.intp)
        yield from self._walk(0, np.zeros_like(on_the_way[0].points[0]), 0, codes, on_the_way)

    def _on_the_way(self, point: Points) -> list[_Rows]:
        """Return, before each layer and at the end, the partial packages that lead to a point."""
        points, node = np.array(point, dtype=np.int64)[None], np.zeros(1, dtype=np.int64)
        found = [_Rows.of(points, node)]
        for layer in reversed(range(len(self.trails))):
            _, _, before, source = self._steps_back(layer, points, node)
            first = first_equal(np.column_stack([before, source]))
            kept = np.flatnonzero(first == np.arange(len(first)))
            points, node = before[kept], source[kept]
            found.append(_Rows.of(points, node))
        return found[::-1]

    def _walk(
        self, layer: int, point: Points, node: int, codes: Ints, on_the_way: list[_Rows]
    ) -> Iterator[Ints]:
        """Go forwards along partial packages that lead there, while the rule can still be met."""
        if layer == len(self.trails):
            yield codes.copy()
            return
        each = self.diagram.layers[layer]
        option = np.flatnonzero(each.target[node] >= 0)
        after = point + each.points[node, option][:, list(self.compared)]
        leads = each.target[node, option]
        exists = on_the_way[layer + 1].holds(after, leads)
        for k in np.flatnonzero(exists):
            codes[each.issue] = option[k]
            if self._can_meet(layer + 1, int(leads[k]), codes):
                yield from self._walk(layer + 1, after[k], int(leads[k]), codes, on_the_way)

    def _can_meet(self, layer: int, node: int, codes: Ints) -> bool:
        """Say whether what can follow may still meet the rule."""
        if not self._rule_looks_elsewhere or self.rule is None:
            return True
        at, total = 0, np.zeros(self.diagram.n_columns, dtype=np.int64)
        for each in self.diagram.layers[:layer]:
            option = codes[each.issue]
            total = total + each.points[at, option]
            at = int(each.target[at, option])
        if layer < len(self.trails):
            total = total + self.diagram.layers[layer].most[node]
        return bool(is_met(self.rule, total[None])[0])
