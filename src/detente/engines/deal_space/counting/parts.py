"""A part of the packages, some options of every issue, that is large and of which most pass."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines.deal_space.counting.rule import bounded
from detente.engines.deal_space.counting.tilt import spread_of, tilt_of
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets
from detente.engines.deal_space.space.domain import Domain, Interaction, Link

__all__ = ["only", "promising_part"]

MARGINS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
"""Standard deviations that the parts are to lie above the thresholds."""

PARTS = 24
"""Parts that are tried for each margin."""

MOST_TRIALS = 1_000
TRIED_NUMBERS = 3_000_000
"""How often in all an option is tried in or out of the best part; and how many numbers that reads."""

OUT_OF = 10**9
"""Packages that stand for a whole part when it is only estimated."""


@dataclass(frozen=True, slots=True, eq=False)
class _Estimate:
    """How many packages of a part pass, if their points were spread like a normal distribution.

    ``options`` holds the leaves' points of all options, those of issue ``k`` from ``start[k]`` on.
    """

    options: Floats
    start: Ints
    rule: AcceptanceRule
    wanted: Floats

    def value(self, keep: Bools) -> float:
        """Return the logarithm of the number that passes for certain; as low as can be if none."""
        number = np.add.reduceat(keep, self.start, dtype=np.float64)
        if number.min() < 1:
            return -math.inf
        kept = np.where(keep[:, None], self.options, 0.0)
        mean = np.add.reduceat(kept, self.start, axis=0) / number[:, None]
        square = np.add.reduceat(kept**2, self.start, axis=0) / number[:, None]
        variance = np.maximum((square - mean**2).sum(axis=0), 1e-12)
        short = (self.wanted - 0.5 - mean.sum(axis=0)) / np.sqrt(variance)
        leaves = []
        for each in short.tolist():
            passing = math.floor(OUT_OF * 0.5 * math.erfc(each / math.sqrt(2)))
            leaves.append((passing, passing))
        for_certain = bounded(self.rule, leaves, OUT_OF)[0]
        if for_certain <= 0:
            return -math.inf
        return float(np.log(number).sum()) + math.log(for_certain / OUT_OF)


def promising_part(
    domain: Domain, rule: AcceptanceRule, leaves: Sequence[Meets]
) -> tuple[Bools, ...] | None:
    """Choose options of every issue such that many packages have only these, and most of them pass.

    A guess: links and interactions are left aside. None if no part looks as if any would pass.
    """
    columns = [leaf.column for leaf in leaves]
    tables = [table[:, columns] for table in domain.points]
    start = np.cumsum([0, *(len(table) for table in tables)])[:-1]
    size = np.array([len(table) for table in tables])
    wanted = np.array([float(leaf.at_least) for leaf in leaves])
    # Counted from an option in the middle, points of any size keep their digits.
    middle = [np.round(table.mean(axis=0)) for table in tables]
    options = np.concatenate([table - at for table, at in zip(tables, middle, strict=True)])
    estimate = _Estimate(options, start, rule, wanted - np.sum(middle, axis=0))
    best, found = -math.inf, None
    for margin in MARGINS:
        goal = [round(each) for each in wanted + margin * spread_of(tables)]
        worth = options @ tilt_of(tables, goal)
        loss = np.repeat(np.maximum.reduceat(worth, start), size) - worth
        for level in np.unique(np.quantile(loss, np.linspace(0, 1, PARTS))):
            value = estimate.value(loss <= level)
            if value > best:
                best, found = value, loss <= level
    if found is None:
        return None
    return tuple(np.split(_improved(estimate, found, best), start[1:]))


def _improved(estimate: _Estimate, keep: Bools, best: float) -> Bools:
    """Take single options in or out as long as that helps."""
    keep = keep.copy()
    trials, since = 0, 0
    most = min(MOST_TRIALS, TRIED_NUMBERS // estimate.options.size)
    while since < len(keep) and trials < most:
        option = trials % len(keep)
        trials, since = trials + 1, since + 1
        keep[option] ^= True
        value = estimate.value(keep)
        if value > best + 1e-6:
            best, since = value, 0
        else:
            keep[option] ^= True
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
