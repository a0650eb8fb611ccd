"""A part of the packages, some options of every issue, that is large and of which most pass."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines.deal_space.acceptance import AcceptanceRule, Meets
from detente.engines.deal_space.counting_rule import bounded
from detente.engines.deal_space.counting_tilt import tilt_of
from detente.engines.deal_space.domain import Domain, Interaction, Link

__all__ = ["only", "promising_part"]

MARGINS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Standard deviations that the parts are to lie above the thresholds."""

PARTS = 24
"""Parts that are tried for each margin."""

ROUNDS = 4
"""How often every option is tried in and out of the best part."""

OUT_OF = 10**9
"""Packages that stand for a whole part when it is only estimated."""


@dataclass(frozen=True, slots=True, eq=False)
class _Estimate:
    """How many packages of a part pass, if their points were spread like a normal distribution."""

    tables: tuple[Floats, ...]
    rule: AcceptanceRule
    columns: list[int]
    wanted: Floats

    def moments(self, issue: int, keep: Bools) -> tuple[float, Floats, Floats]:
        """Return what an issue contributes: logarithm of its options, means and variances."""
        table = self.tables[issue][keep]
        return math.log(len(table)), table.mean(axis=0), table.var(axis=0)

    def value(self, size: float, mean: Floats, variance: Floats) -> float:
        """Return the logarithm of the number that passes for certain; as low as can be if none."""
        spread = np.sqrt(np.maximum(variance[self.columns], 1e-12))
        short = (self.wanted - 0.5 - mean[self.columns]) / spread
        leaves = []
        for each in short.tolist():
            number = math.floor(OUT_OF * 0.5 * math.erfc(each / math.sqrt(2)))
            leaves.append((number, number))
        passing = bounded(self.rule, leaves, OUT_OF)[0]
        return size + math.log(passing / OUT_OF) if passing > 0 else -math.inf


def promising_part(
    domain: Domain, rule: AcceptanceRule, leaves: Sequence[Meets]
) -> tuple[Bools, ...] | None:
    """Choose options of every issue such that many packages have only these, and most of them pass.

    A guess: links and interactions are left aside. None if no part looks as if any would pass.
    """
    tables = tuple(table.astype(np.float64) for table in domain.points)
    columns = [leaf.column for leaf in leaves]
    wanted = np.array([float(leaf.at_least) for leaf in leaves])
    estimate = _Estimate(tables, rule, columns, wanted)
    spread = np.sqrt(np.sum([table.var(axis=0) for table in tables], axis=0))[columns]
    best, found = -math.inf, None
    for margin in MARGINS:
        goal = [round(each) for each in wanted + margin * spread]
        tilt = tilt_of([table[:, columns] for table in domain.points], goal)
        worth = [table[:, columns] @ tilt for table in tables]
        loss = [each.max() - each for each in worth]
        levels = np.quantile(np.concatenate(loss), np.linspace(0, 1, PARTS))
        for level in np.unique(levels):
            keep = tuple(each <= level for each in loss)
            value = _whole_value(estimate, keep)
            if value > best:
                best, found = value, keep
    return None if found is None else _improved(estimate, found)


def _whole_value(estimate: _Estimate, keep: Sequence[Bools]) -> float:
    parts = [estimate.moments(issue, each) for issue, each in enumerate(keep)]
    return estimate.value(
        sum(size for size, _, _ in parts),
        np.sum([mean for _, mean, _ in parts], axis=0),
        np.sum([variance for _, _, variance in parts], axis=0),
    )


def _improved(estimate: _Estimate, keep: tuple[Bools, ...]) -> tuple[Bools, ...]:
    """Take single options in or out as long as that helps."""
    keep = tuple(each.copy() for each in keep)
    parts = [estimate.moments(issue, each) for issue, each in enumerate(keep)]
    size = sum(each for each, _, _ in parts)
    mean = np.sum([each for _, each, _ in parts], axis=0)
    variance = np.sum([each for _, _, each in parts], axis=0)
    best = estimate.value(size, mean, variance)
    for _ in range(ROUNDS):
        before = best
        for issue, each in enumerate(keep):
            for option in range(len(each)):
                each[option] ^= True
                if each.any():
                    old, new = parts[issue], estimate.moments(issue, each)
                    total = (
                        size - old[0] + new[0],
                        mean - old[1] + new[1],
                        variance - old[2] + new[2],
                    )
                    value = estimate.value(*total)
                    if value > best + 1e-12:
                        best, parts[issue] = value, new
                        size, mean, variance = total
                        continue
                each[option] ^= True
        if best <= before + 1e-3:
            break
    return keep


def only(domain: Domain, keep: Sequence[Bools]) -> Domain:
    """Leave out the other options of every issue."""

    def some(factor: Link | Interaction) -> tuple[Ints, ...]:
        return tuple(c[keep[i]] for i, c in zip(factor.issues, factor.classes, strict=True))

    return Domain(
        tuple(table[each] for table, each in zip(domain.points, keep, strict=True)),
        tuple(Link(link.issues, link.allowed, some(link)) for link in domain.links),
        tuple(Interaction(term.issues, term.points, some(term)) for term in domain.interactions),
        domain.scale,
        domain.rounding,
    )
