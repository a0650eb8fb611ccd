"""The smallest sets that turn an answer, by size, with every set that was tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

from detente.errors import EngineInputError

__all__ = ["Outcome", "SmallestSets", "smallest_sets"]

Members = tuple[int, ...]
"""The numbers in a set, ascending."""


class Outcome(IntEnum):
    """What came of trying a set."""

    FAILS = 0
    """The answer does not turn; a larger set may turn it."""
    TURNS = 1
    """The answer turns."""
    IMPOSSIBLE = 2
    """Its members exclude each other, and so does every set that contains them."""


@dataclass(frozen=True, slots=True, eq=False)
class SmallestSets:
    """The sets found, and the certificate that they are all and that each is smallest.

    ``found`` turn the answer and contain no other set that does, smaller ones first. ``failing`` are
    the sets tried in vain, ``impossible`` those whose members exclude each other (only the smallest
    are listed). Every set of up to ``sizes_done`` members is in one of the three, or contains one in
    ``found`` or ``impossible``: so every proper subset of a set found is in ``failing``, and whoever
    doubts it can try them again. ``is_complete`` says that no smallest set of up to ``most`` members
    is missing.
    """

    found: tuple[Members, ...]
    failing: tuple[Members, ...]
    impossible: tuple[Members, ...]
    n: int
    most: int
    sizes_done: int
    is_complete: bool
    method: str = "by size; supersets of what was found and of what excludes itself left out"

    @property
    def n_tried(self) -> int:
        """How many sets were tried."""
        return len(self.found) + len(self.failing) + len(self.impossible)

    def subsets_tried(self, members: Members) -> tuple[Members, ...]:
        """Return the proper subsets of a set that were tried in vain: why it is smallest."""
        inside = set(members)
        return tuple(tried for tried in self.failing if set(tried) < inside)


def smallest_sets(
    n: int,
    outcome: Callable[[Members], Outcome],
    most: int,
    *,
    most_tried: int | None = None,
    step: Callable[[int, int], None] | None = None,
    keep_partial: bool = False,
) -> SmallestSets:
    """Find every set of up to ``most`` of ``n`` things that turns an answer and contains no smaller one.

    Sets are tried in order of size, and within a size in lexicographic order. A set that contains one
    already found or an impossible one is left out; nothing else is inferred, since adding to a set
    may undo what it does. The empty set is tried first: where it turns already, it is the only
    smallest set.

    Parameters
    ----------
    n
        How many things there are, at least 0.
    outcome
        What comes of a set of numbers ``0 .. n - 1``, given in ascending order. Called once per set.
    most
        The largest size looked at, at least 0; sizes beyond ``n`` do not exist.
    most_tried
        How many sets may be tried; None for as many as there are.
    step
        Called after each set with the number done and how many there are at most, left-out ones
        counted as done.
    keep_partial
        Where ``outcome`` is interrupted from the keyboard, return what was found by then, marked as
        not complete. Otherwise the interruption passes through.

    Returns
    -------
    SmallestSets
        The sets, and every set that was tried.

    Raises
    ------
    EngineInputError
        If ``n``, ``most`` or ``most_tried`` is negative.

    Notes
    -----
    At most ``sum(comb(n, k) for k in range(most + 1))`` calls of ``outcome``, which is where the time
    goes.

    Examples
    --------
    >>> def together(members):
    ...     return Outcome.TURNS if {0, 2} <= set(members) or 3 in members else Outcome.FAILS
    >>> found = smallest_sets(4, together, most=3)
    >>> found.found, found.n_tried
    (((3,), (0, 2)), 8)
    >>> found.subsets_tried((0, 2))
    ((), (0,), (2,))
    """
    for name, number in (("n", n), ("most", most), ("most_tried", most_tried or 0)):
        if number < 0:
            raise EngineInputError(f"{name}: found {number}, expected a number of at least 0")
    most = min(most, n)
    total = _how_many(n, most)
    kept: dict[Outcome, list[Members]] = {kind: [] for kind in Outcome}
    done = n_tried = 0
    size_begun, is_complete = -1, True
    try:
        for members in _by_size(n, most):
            size_begun = len(members)
            done += 1
            inside = set(members)
            pruned = kept[Outcome.TURNS] + kept[Outcome.IMPOSSIBLE]
            if not any(inside.issuperset(other) for other in pruned):
                if most_tried is not None and n_tried == most_tried:
                    is_complete = False
                    break
                kept[outcome(members)].append(members)
                n_tried += 1
            if step is not None:
                step(done, total)
    except KeyboardInterrupt:
        if not keep_partial:
            raise
        is_complete = False
    return SmallestSets(
        found=tuple(kept[Outcome.TURNS]),
        failing=tuple(kept[Outcome.FAILS]),
        impossible=tuple(kept[Outcome.IMPOSSIBLE]),
        n=n,
        most=most,
        sizes_done=size_begun if is_complete else size_begun - 1,
        is_complete=is_complete,
    )


def _by_size(n: int, most: int) -> Iterator[Members]:
    for size in range(most + 1):
        yield from combinations(range(n), size)


def _how_many(n: int, most: int) -> int:
    total, of_this_size = 1, 1
    for size in range(1, most + 1):
        of_this_size = of_this_size * (n - size + 1) // size
        total += of_this_size
    return total
