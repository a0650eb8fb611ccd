"""Orders of steps over the sets of parts done, as bits of a number: counted, found, compared."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from detente.analysis.hold_answers import Order, Part
from detente.analysis.space import Bools

__all__ = [
    "MOST_TOGETHER",
    "Masks",
    "always_before",
    "best_order",
    "bits",
    "count_orders",
    "smallest",
    "ways_to_sets",
]

Masks = npt.NDArray[np.int64]

MOST_TOGETHER = 1 << 11
"""Sets in which nobody gains, up to which orders with joint steps are looked for."""


def bits(sets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Count the bits of each number."""
    count = np.zeros(len(sets), dtype=np.int64)
    rest = sets.astype(np.int64)
    while rest.any():
        count += rest & 1
        rest = rest >> 1
    return count


def smallest(sets: Masks) -> list[int]:
    """Return those with the fewest parts done."""
    size = bits(sets)
    return [int(s) for s in sets[size == size.min()]]


def count_orders(n_parts: int, allowed: Bools) -> int:
    """Count the orders, one part after the other, that pass only allowed sets; up to 16 parts."""
    return int(ways_to_sets(n_parts, allowed)[-1])


def ways_to_sets(n_parts: int, allowed: Bools) -> Masks:
    """Count for each set the orders of its parts that pass only allowed sets; up to 16 parts."""
    sets = np.arange(1 << n_parts)
    ways = np.zeros(len(sets), dtype=np.int64)
    ways[0] = int(allowed[0])
    done = bits(sets)
    for size in range(1, n_parts + 1):
        now = sets[(done == size) & allowed]
        for bit in range(n_parts):
            with_it = now[(now >> bit) & 1 == 1]
            ways[with_it] += ways[with_it ^ (1 << bit)]
    return ways


def best_order(parts: Sequence[Part], safe: Bools) -> Order | None:
    """Return an order through safe sets with as few parts as possible done at the same time.

    Joint steps are looked for only up to :data:`MOST_TOGETHER` safe sets.
    """
    sets = np.flatnonzero(safe)
    full = len(safe) - 1
    if not safe[0] or not safe[full]:
        return None
    for largest in range(1, len(parts) + 1 if len(sets) <= MOST_TOGETHER else 2):
        comes_from = {0: -1}
        todo = deque([0])
        while todo and full not in comes_from:
            here = todo.popleft()
            for there in _safe_after(here, largest, sets, safe, len(parts)):
                if there not in comes_from:
                    comes_from[there] = here
                    todo.append(there)
        if full in comes_from:
            return _order(parts, comes_from, full)
    return None


def _safe_after(
    here: int, largest: int, sets: npt.NDArray[np.intp], safe: Bools, n_parts: int
) -> list[int]:
    """Return the safe sets with up to so many parts more, ascending."""
    if largest == 1:
        more = [here | 1 << bit for bit in range(n_parts) if not here >> bit & 1]
        return [there for there in more if safe[there]]
    after = sets[(sets & here == here) & (sets != here)]
    found: list[int] = after[bits(after ^ here) <= largest].tolist()
    return found


def _order(parts: Sequence[Part], comes_from: dict[int, int], at: int) -> Order:
    steps = []
    while at:
        before = comes_from[at]
        steps.append(tuple(p for b, p in enumerate(parts) if (at ^ before) >> b & 1))
        at = before
    return Order(tuple(reversed(steps)))


def always_before(
    parts: Sequence[Part], feasible: Bools, safe: Bools
) -> tuple[tuple[Part, Part], ...]:
    """Return pairs of parts whose order is the same in every order through safe sets.

    Left out are pairs that the rules put in that order anyway, and those that follow from two
    others.
    """
    n = len(parts)
    sets = np.arange(1 << n)
    total = count_orders(n, safe)
    if not total:
        return ()
    comes_first = np.zeros((n, n), dtype=np.bool_)
    forced = np.zeros((n, n), dtype=np.bool_)
    n_orders = count_orders(n, feasible)
    for a in range(n):
        for b in range(n):
            if a != b:
                in_turn = (sets >> b & 1 == 0) | (sets >> a & 1 == 1)
                comes_first[a, b] = count_orders(n, safe & in_turn) == total
                if comes_first[a, b]:
                    forced[a, b] = count_orders(n, feasible & in_turn) == n_orders
    through_a_third = (comes_first.astype(int) @ comes_first.astype(int)) > 0
    told = comes_first & ~forced & ~through_a_third
    return tuple((parts[a], parts[b]) for a, b in np.argwhere(told))
