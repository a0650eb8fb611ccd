"""All orders of some parties one by one, where their moves deter each other or somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np

from detente.engines._checks import Ints
from detente.engines.stability.draws import stability_over_draws
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept

__all__ = ["Profiles", "profiles"]

AT_ONCE = 2_000_000
"""Numbers in the ranks that are judged at once."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """What came of judging every profile of strict orders of some parties.

    Attributes
    ----------
    n_profiles : int
    stable_share, equilibrium_share : Fraction
        Share of them in which the state is stable for all these parties; for everybody.
    nearest : tuple of tuple of int, or None
        For each of the parties, in order, the feasible states from best to worst, in the profile
        with the fewest reversed pairs in which the state is an equilibrium; of several, the first.
        None if there is none.
    reversed_pairs : int or None
        Pairs of states that some party states the other way round than in that profile, over all
        parties. Two states stated as equal are never reversed.
    """

    n_profiles: int
    stable_share: Fraction
    equilibrium_share: Fraction
    nearest: tuple[tuple[int, ...], ...] | None
    reversed_pairs: int | None


def profiles(
    graph: MoveGraph,
    preferences: Preferences,
    state: int,
    concept: Concept,
    parties: Sequence[int],
    states: Ints,
) -> Profiles:
    """Judge a state under every profile of strict orders of some parties, the others' as stated."""
    orders = np.array(list(permutations(range(len(states)))), dtype=np.int32)
    reversals = [_reversals(orders, preferences.low[states, party]) for party in parties]
    total = factorial(len(states)) ** len(parties)
    step = max(1, AT_ONCE // preferences.low.size)
    stable = lasting = 0
    nearest, fewest = -1, -1
    for first in range(0, total, step):
        numbers = np.arange(first, min(first + step, total))
        which = np.unravel_index(numbers, (len(orders),) * len(parties))
        ranks = np.repeat(preferences.low[None], len(numbers), axis=0)
        for party, chosen in zip(parties, which, strict=True):
            # An order read as the rank of each state: every strict order is there once.
            ranks[:, states, party] = orders[chosen]
        verdicts = stability_over_draws(graph, ranks, concept).stable[:, state]
        stable += int(verdicts[:, list(parties)].all(axis=1).sum())
        everybody = verdicts.all(axis=1)
        lasting += int(everybody.sum())
        if everybody.any():
            counts = sum(table[chosen] for table, chosen in zip(reversals, which, strict=True))
            counts = np.where(everybody, counts, np.iinfo(np.int64).max)
            place = int(np.argmin(counts))
            if fewest < 0 or counts[place] < fewest:
                nearest, fewest = int(numbers[place]), int(counts[place])
    told = None
    if nearest >= 0:
        rows = np.unravel_index([nearest], (len(orders),) * len(parties))
        told = tuple(tuple(int(s) for s in states[np.argsort(-orders[row[0]])]) for row in rows)
    return Profiles(
        total,
        Fraction(stable, total),
        Fraction(lasting, total),
        told,
        None if nearest < 0 else fewest,
    )


def _reversals(orders: Arcs, stated: Arcs) -> Ints:
    """Count for each order the pairs that it puts the other way round than stated."""
    counts = np.zeros(len(orders), dtype=np.intp)
    for first in range(len(stated)):
        for second in range(first):
            sign = np.sign(int(stated[first]) - int(stated[second]))
            # Strict orders tie nowhere, so that pairs stated as equal count for nothing.
            counts += np.sign(orders[:, first] - orders[:, second]) == -sign
    return counts
