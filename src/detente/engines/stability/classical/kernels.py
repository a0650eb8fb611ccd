"""The compiled searches over listed moves, backwards from the answers and forwards to them.

A legal sequence lets nobody move twice in a row, so what can follow depends on who moved last. That
asks for nodes of (state, last mover), n times as many as states. But once a state was come to by two
different movers, everything can follow: so each state is opened at most twice, first to all moves
but those of its first mover and then to these, and each move is walked once, as if moves were
transitive.
"""

from __future__ import annotations

from detente.engines._checks import Bools, Ints
from detente.engines._compiled import compiled
from detente.engines.stability.space.kernels import Arcs

__all__ = ["best_after", "bring_about", "reverse_moves", "seek_answer", "stays"]


@compiled
def reverse_moves(starts: Ints, targets: Arcs, back_starts: Ints, sources: Arcs) -> None:
    """List for each party and state where its moves to that state come from, ascending."""
    n_parties, n_states = starts.shape[0], starts.shape[1] - 1
    for party in range(n_parties):
        offset = starts[party, 0]
        for state in range(n_states + 1):
            back_starts[party, state] = 0
        for k in range(starts[party, 0], starts[party, n_states]):
            back_starts[party, targets[k] + 1] += 1
        back_starts[party, 0] = offset
        for state in range(n_states):
            back_starts[party, state + 1] += back_starts[party, state]
        # Each start serves as the place of the next entry, and is put back afterwards.
        for state in range(n_states):
            for k in range(starts[party, state], starts[party, state + 1]):
                target = targets[k]
                sources[back_starts[party, target]] = state
                back_starts[party, target] += 1
        for state in range(n_states, 0, -1):
            back_starts[party, state] = back_starts[party, state - 1]
        back_starts[party, 0] = offset


@compiled
def best_after(starts: Ints, targets: Arcs, rank: Arcs, out: Arcs) -> None:
    """Write the best rank that a party has by staying or by moving once."""
    for state in range(len(rank)):
        best = rank[state]
        for k in range(starts[state], starts[state + 1]):
            best = max(best, rank[targets[k]])
        out[state] = best


@compiled
def stays(starts: Ints, targets: Arcs, rank: Arcs, guaranteed: Arcs, stable: Bools) -> None:
    """Say where no move of a party guarantees it more than it has."""
    for state in range(len(rank)):
        verdict = True
        for k in range(starts[state], starts[state + 1]):
            if guaranteed[targets[k]] > rank[state]:
                verdict = False
                break
        stable[state] = verdict


@compiled
def bring_about(
    back_starts: Ints,
    sources: Arcs,
    ranks: Arcs,
    party: int,
    improving: bool,
    ends: Ints,
    first: Arcs,
    end_of: Arcs,
    todo: Arcs,
    touched: Arcs,
) -> int:
    """Find from where the others can bring about some ends, and for each state the first of them.

    ``end_of`` comes with -1 and leaves with that end; a state brings itself about. Returns how many
    states were given one, and lists them in ``touched``.

    ``first`` comes with -1. It holds the mover that a state was first left by: what leads there by
    that mover's move is not opened yet. It holds ``party``, who never moves here, once all is open.
    An entry of ``todo`` is a state and what to open: ``party`` for all moves into it, another
    number for that party's only, and -1 - j for all but those of j.
    """
    n_parties, count = len(ranks), 0
    for k in range(len(ends)):
        end = ends[k]
        if first[end] == party:
            continue
        if first[end] < 0:
            end_of[end] = end
            touched[count] = end
            count += 1
            todo[0, 1] = party
        else:
            todo[0, 1] = first[end]
        # A sequence may end here whoever moved last: nothing stays closed.
        first[end] = party
        todo[0, 0] = end
        n = 1
        while n > 0:
            n -= 1
            here, opens = todo[n, 0], todo[n, 1]
            for mover in range(n_parties):
                if mover == party or mover == -1 - opens:
                    continue
                if opens >= 0 and opens != party and mover != opens:
                    continue
                for m in range(back_starts[mover, here], back_starts[mover, here + 1]):
                    source = sources[m]
                    if improving and ranks[mover, source] >= ranks[mover, here]:
                        continue
                    if first[source] < 0:
                        first[source] = mover
                        end_of[source] = end
                        touched[count] = source
                        count += 1
                        todo[n, 0], todo[n, 1] = source, -1 - mover
                        n += 1
                    elif first[source] != mover and first[source] != party:
                        todo[n, 0], todo[n, 1] = source, first[source]
                        first[source] = party
                        n += 1
    return count


@compiled
def seek_answer(
    starts: Ints,
    targets: Arcs,
    ranks: Arcs,
    party: int,
    improving: bool,
    countered: bool,
    state: int,
    improvement: int,
    first: Arcs,
    queue: Arcs,
) -> int:
    """Find the shortest answer to an improvement; return the row of ``queue`` it ends in, or -1.

    A row of ``queue`` is a state, who moved there, the row it was come to from, and what to open, as
    in :func:`bring_about`. Rows stand in the order of their sequences, shorter ones first, so that
    the first row of a state is its first sequence. ``first`` comes and leaves with -1.
    """
    n_parties, limit = len(ranks), ranks[party, state]
    queue[0, 0], queue[0, 1], queue[0, 2], queue[0, 3] = improvement, party, -1, party
    first[improvement] = party
    n, begin, end, found = 1, 0, 1, -1
    while begin < end and found < 0:
        for row in range(begin, end):
            here, opens = queue[row, 0], queue[row, 3]
            for mover in range(n_parties):
                if mover == party or mover == -1 - opens:
                    continue
                if opens >= 0 and opens != party and mover != opens:
                    continue
                for k in range(starts[mover, here], starts[mover, here + 1]):
                    there = targets[k]
                    if improving and ranks[mover, there] <= ranks[mover, here]:
                        continue
                    if first[there] == mover or first[there] == party:
                        continue
                    queue[n, 0], queue[n, 1], queue[n, 2] = there, mover, row
                    if first[there] >= 0:
                        queue[n, 3] = first[there]
                        first[there] = party
                        n += 1
                        continue
                    queue[n, 3] = -1 - mover
                    first[there] = mover
                    deters = ranks[party, there] <= limit
                    if deters and countered:
                        for m in range(starts[party, there], starts[party, there + 1]):
                            if ranks[party, targets[m]] > limit:
                                deters = False
                                break
                    if deters and (found < 0 or there < queue[found, 0]):
                        found = n
                    n += 1
        begin, end = end, n
    for row in range(n):
        first[queue[row, 0]] = -1
    return found
