"""Arrays of whole numbers of any size: limbs along the last axis, the lowest first.

One limb holds numbers below 2**62; beyond, a number is cut into limbs of 32 bits, so that sums of
up to 2**30 of them fit before anything has to be carried.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Ints
from detente.engines.deal_space.space.domain import Points

__all__ = [
    "BITS",
    "ONE_LIMB",
    "carried",
    "gathered",
    "limbs_for",
    "size_of",
    "total",
    "totals_by",
    "whole",
    "widened",
]

BITS = 32
ONE_LIMB = 62

Wholes = npt.NDArray[np.object_]


def limbs_for(most: int) -> int:
    """Return how many limbs it takes for sums up to ``most``."""
    bits = most.bit_length()
    return 1 if bits <= ONE_LIMB else -(-bits // BITS)


def widened(counts: Points, n_limbs: int) -> Points:
    """Spread numbers over more limbs."""
    if counts.shape[1] == n_limbs:
        return counts
    wide = np.zeros((len(counts), n_limbs), dtype=np.int64)
    wide[:, : counts.shape[1]] = counts
    return carried(wide)


def carried(counts: Points) -> Points:
    """Bring every limb below 2**32 again, in place; a single limb is left alone."""
    for limb in range(counts.shape[1] - 1):
        counts[:, limb + 1] += counts[:, limb] >> BITS
        counts[:, limb] &= (1 << BITS) - 1
    return counts


def gathered(counts: Points, first: Ints) -> Points:
    """Add up the counts of each stretch of rows that begins at one of ``first``."""
    return carried(np.add.reduceat(counts, first, axis=0)) if len(first) else counts[:0]


def total(counts: Points) -> int:
    return sum(int(limb) << (BITS * k) for k, limb in enumerate(counts.sum(axis=0)))


def totals_by(counts: Points, group: Ints, n_groups: int) -> list[int]:
    """Add up the counts of the rows of each group."""
    sums = np.zeros((n_groups, counts.shape[1]), dtype=np.int64)
    np.add.at(sums, group, counts)
    return [int(value) for value in whole(sums)]


def whole(counts: Points) -> Wholes:
    """Return the numbers as Python's own."""
    result = counts[:, 0].astype(object)
    for limb in range(1, counts.shape[1]):
        result += counts[:, limb].astype(object) << (BITS * limb)
    return result


def size_of(counts: Points) -> int:
    """Return how many bits the largest number has."""
    if not len(counts):
        return 0
    top = counts.max(axis=0).tolist()
    return max((int(t).bit_length() + BITS * k for k, t in enumerate(top) if t), default=0)
