"""The compiled loops where a preference may be unknown, and an answer may have to hurt much.

What deters in one state depends on that state. While preferences are intervals it comes down to one
number for each answer and one limit for each state, so that one search serves all states: from the
answers backwards, worst first. Pairs that are listed as unknown break that order; the states in
them are searched one by one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints
from detente.engines._compiled import compiled
from detente.engines.stability.space.kernels import Arcs, Pairs, is_listed

__all__ = [
    "BETTER",
    "EQUAL",
    "UNKNOWN",
    "WORSE",
    "bring_about",
    "compare",
    "decide_all",
    "decide_some",
    "deterring",
    "possible_improvements",
    "worst_after",
]

Keys = npt.NDArray[np.int64]

WORSE, EQUAL, BETTER, UNKNOWN = -1, 0, 1, 2


@compiled
def compare(low: Arcs, high: Arcs, unknown: Pairs, party: int, here: int, there: int) -> int:
    """Say how ``there`` is for a party against ``here``."""
    if here == there:
        return EQUAL
    relation = UNKNOWN
    if low[party, there] > high[party, here]:
        relation = BETTER
    elif high[party, there] < low[party, here]:
        relation = WORSE
    elif low[party, there] == high[party, there] and low[party, here] == high[party, here]:
        relation = EQUAL
    if len(unknown) == 0 or relation == UNKNOWN:
        return relation
    return UNKNOWN if is_listed(unknown, low.shape[1], party, here, there) else relation


@compiled
def possible_improvements(
    starts: Ints, targets: Arcs, low: Arcs, high: Arcs, unknown: Pairs, kept: Bools
) -> None:
    """Mark the moves that are, or may be, improvements for their movers."""
    for party in range(len(starts)):
        for here in range(starts.shape[1] - 1):
            for k in range(starts[party, here], starts[party, here + 1]):
                kept[k] = compare(low, high, unknown, party, here, targets[k]) >= BETTER


@compiled
def worst_after(starts: Ints, targets: Arcs, keys: Keys, out: Keys) -> None:
    """Write the largest key that a party has by staying or by moving once."""
    for state in range(len(keys)):
        largest = keys[state]
        for k in range(starts[state], starts[state + 1]):
            largest = max(largest, keys[targets[k]])
        out[state] = largest


@compiled
def bring_about(
    back_starts: Ints, sources: Arcs, party: int, ends: Ints, first: Arcs, end_of: Arcs, todo: Arcs
) -> None:
    """Write for each state the first of some ends that the others bring about by moving, or -1.

    They make one move or more: unlike where all is known, an end that the party itself has just
    come to does not count before it has been answered.

    ``first`` holds, for a state that somebody's moves into are still to be walked, who that is: it
    was left by that party's move only. It holds ``party``, who never moves here, once all moves
    into the state were walked, and -1 before any was. An entry of ``todo`` is a state and what to
    walk: ``party`` for all moves into it, another number for that party's, and -1 - j for all but
    those of j. Each state is entered at most twice.
    """
    n_parties = len(back_starts)
    for state in range(len(first)):
        first[state] = -1
        end_of[state] = -1
    for k in range(len(ends)):
        end = ends[k]
        if first[end] == party:
            continue
        todo[0, 0] = end
        todo[0, 1] = party if first[end] < 0 else first[end]
        first[end] = party
        n = 1
        while n > 0:
            n -= 1
            there, opens = todo[n, 0], todo[n, 1]
            for mover in range(n_parties):
                if mover == party or mover == -1 - opens:
                    continue
                if opens >= 0 and opens != party and opens != mover:
                    continue
                for arc in range(back_starts[mover, there], back_starts[mover, there + 1]):
                    here = sources[arc]
                    if end_of[here] < 0:
                        end_of[here] = end
                    if first[here] == party or first[here] == mover:
                        continue
                    todo[n, 0] = here
                    if first[here] < 0:
                        todo[n, 1] = -1 - mover
                        first[here] = mover
                    else:
                        todo[n, 1] = first[here]
                        first[here] = party
                    n += 1


@compiled
def decide_all(
    starts: Ints,
    targets: Arcs,
    low: Arcs,
    high: Arcs,
    unknown: Pairs,
    party: int,
    risks: bool,
    keys: Keys,
    limits: Keys,
    end_of: Arcs,
    stable: Bools,
) -> None:
    """Decide every state by what its worst answer is worth; ``risks``: leaves for unknown, too."""
    most = UNKNOWN if risks else BETTER
    for state in range(len(stable)):
        verdict = True
        for k in range(starts[party, state], starts[party, state + 1]):
            relation = compare(low, high, unknown, party, state, targets[k])
            if relation < BETTER or relation > most:
                continue
            end = end_of[targets[k]]
            if end < 0 or keys[end] > limits[state]:
                verdict = False
                break
        stable[state] = verdict


@compiled
def deterring(
    starts: Ints,
    targets: Arcs,
    low: Arcs,
    high: Arcs,
    unknown: Pairs,
    party: int,
    state: int,
    risks: bool,
    much_below: Arcs,
    countered: bool,
    out: Bools,
) -> None:
    """Mark where a party that left ``state`` would wish that it had not.

    ``risks`` here: what is unknown against ``state`` deters. ``much_below`` is the party's where an
    answer has to hurt much, and else empty. ``countered``: a single move of the party's own from
    there must not lead out of what deters.
    """
    strong = len(much_below) > 0
    for there in range(len(out)):
        relation = compare(low, high, unknown, party, state, there)
        if relation == UNKNOWN:
            out[there] = risks
        elif strong:
            out[there] = relation == WORSE and high[party, there] < much_below[state]
        else:
            out[there] = relation != BETTER
    if not countered:
        return
    # Marks are taken away afterwards, lest one taken away early count against another.
    lost = np.zeros(len(out), dtype=np.bool_)
    for there in range(len(out)):
        if out[there]:
            for k in range(starts[party, there], starts[party, there + 1]):
                if not out[targets[k]]:
                    lost[there] = True
                    break
    for there in range(len(out)):
        if lost[there]:
            out[there] = False


@compiled
def decide_some(
    starts: Ints,
    targets: Arcs,
    low: Arcs,
    high: Arcs,
    unknown: Pairs,
    party: int,
    back_starts: Ints,
    sources: Arcs,
    leaves: bool,
    risks: bool,
    much_below: Arcs,
    countered: bool,
    which: Bools,
    stable: Bools,
) -> None:
    """Decide some states one by one; ``leaves``: for unknown, too; ``risks``: as above."""
    n_states = len(which)
    marked = np.empty(n_states, dtype=np.bool_)
    ends = np.empty(n_states, dtype=np.int64)
    first, end_of = np.empty(n_states, dtype=np.int32), np.empty(n_states, dtype=np.int32)
    todo = np.empty((2 * n_states, 2), dtype=np.int32)
    most = UNKNOWN if leaves else BETTER
    for state in range(n_states):
        if not which[state]:
            continue
        searched, verdict = False, True
        for k in range(starts[party, state], starts[party, state + 1]):
            relation = compare(low, high, unknown, party, state, targets[k])
            if relation < BETTER or relation > most:
                continue
            if not searched:
                deterring(
                    starts, targets, low, high, unknown, party, state, risks, much_below,
                    countered, marked,
                )  # fmt: skip
                n = 0
                for there in range(n_states):
                    if marked[there]:
                        ends[n] = there
                        n += 1
                bring_about(back_starts, sources, party, ends[:n], first, end_of, todo)
                searched = True
            if end_of[targets[k]] < 0:
                verdict = False
                break
        stable[state] = verdict
