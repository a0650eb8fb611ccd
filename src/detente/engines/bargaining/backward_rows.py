"""What is tabled in each cell: the tied best packages, a row for each, and what comes of them.

Rows are filled in from the end of their arrays: the last cell comes first, and what was found in
the end stands in order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines._compiled import compiled
from detente.engines.bargaining.backward_kernels import Desk
from detente.engines.bargaining.backward_layout import Board, Numbers
from detente.engines.bargaining.consent_kernels import consent, enough, near, walk_out
from detente.engines.bargaining.equilibrium import EXIT
from detente.engines.bargaining.shares_kernels import has_good, share_out

__all__ = ["Rows", "choose", "empty_rows", "fill_rows", "with_room"]


WORTH, CHANCE, SIGNING, GOOD, SHARE, NUMBER = range(6)
"""Rows of the scratch paper, each with one number for every party, the last with two more."""


class Rows(NamedTuple):
    """What the rows say; in use from some row on."""

    package: Ints
    chance: Floats
    accepted: Floats
    exited: Floats
    shares: Floats
    """(capacity, n), or without columns where nothing is divisible."""


@compiled
def choose(board: Board, numbers: Numbers, desk: Desk, t: int, count: Ints) -> int:
    """Fill in how many rows each cell of a period has; return how many there are in all.

    The best objective is left in ``desk.top``; infinity stands for ending the talks.
    """
    floor, like = numbers.floor, board.like
    n_worlds, n_tables, n = floor.shape
    number_of_choices(
        board.size, board.may_table, board.exit_open, board.ends_talks, numbers.exit_worth,
        desk.meets, desk.waiting, desk.objective, desk.best, t, desk.top, count,
    )  # fmt: skip
    total = 0
    for w in range(n_worlds):
        for table in range(n_tables - 1, -1, -1):  # the first of its like is looked at last
            for k in range(n):
                cell = (w * n_tables + table) * n + k
                if floor[w, table, k] > 0.0:
                    count[cell] = count[(w * n_tables + like[table, k]) * n + k]
                    total += count[cell]
                else:
                    count[cell] = 0
    return total


@compiled
def number_of_choices(
    size: Ints,
    may_table: Bools,
    exit_open: Bools,
    ends_talks: bool,
    exit_worth: Floats,
    meets: Bools,
    waiting: Floats,
    objective: Floats,
    best: Floats,
    t: int,
    top: Floats,
    count: Ints,
) -> None:
    """Fill in how many tied best choices a party has that has the floor; 0: it says nothing."""
    n_worlds, n_tables, n = meets.shape
    n_blocks = len(size)
    for w in range(n_worlds):
        for table in range(n_tables):
            for k in range(n):
                tied = 0
                if meets[w, table, k]:
                    stay, most = waiting[t, w, k], -np.inf
                    for b in range(n_blocks):
                        most = max(most, best[b, w, table, k])
                    top[w, table, k] = most
                    alone, instead = exit_worth[w, k, k], max(stay, most)
                    if ends_talks and exit_open[w, k] and alone > instead + near(alone, instead):
                        top[w, table, k] = np.inf
                        tied = 1
                    elif most > -np.inf and stay <= most + near(stay, most):
                        least = most - near(most, most)
                        for b in range(n_blocks):
                            if best[b, w, table, k] >= least:
                                for c in range(size[b]):
                                    if objective[b, w, k, c] >= least:
                                        tied += may_table[b, w, table, k, c]
                count[(w * n_tables + table) * n + k] = tied


@compiled
def fill_rows(
    board: Board, numbers: Numbers, desk: Desk, t: int, count: Ints, rows: Rows, front: int
) -> int:
    """Fill in the rows of a period before ``front``, and what being in talks is worth.

    Returns where they begin.
    """
    floor, like, waiting, value = numbers.floor, board.like, desk.waiting, desk.value
    size, best, objective, top = board.size, desk.best, desk.objective, desk.top
    may_table, package, exit_worth = board.may_table, board.package, numbers.exit_worth
    required, counted, at_least, out = board.required, board.counted, board.at_least, board.out
    divisible, lump, share_lump = board.divisible, numbers.lump, numbers.share_lump
    worth, good, refusing, leaves = desk.worth, desk.good, desk.refusing, desk.leaves
    noise, votes, someone_leaves = numbers.noise, board.votes, desk.someone_leaves
    tabled, chance, accepted, exited, shares = rows
    n_worlds, n_tables, n = floor.shape
    outcome = np.empty((n_tables, n, n))
    booked = np.empty((n_tables, n), dtype=np.intp)
    scratch, marks = np.empty((6, n + 2)), np.empty((2, n), dtype=np.bool_)
    for w in range(n_worlds - 1, -1, -1):
        for i in range(n):
            value[t, w, i] = waiting[t, w, i]
        booked[:] = -1
        for table in range(n_tables - 1, -1, -1):
            for k in range(n - 1, -1, -1):
                number = count[(w * n_tables + table) * n + k]
                if number == 0:
                    continue
                front -= number
                first = like[table, k]
                if booked[first, k] >= 0:
                    copy_rows(rows, booked[first, k], rows, front, number)
                elif top[w, first, k] == np.inf:
                    tabled[front], chance[front], accepted[front] = EXIT, 1.0, 0.0
                    for i in range(n):
                        exited[front, i] = 1.0 if i == k else 0.0
                        outcome[first, k, i] = exit_worth[w, k, i]
                    for i in range(shares.shape[1]):
                        shares[front, i] = 0.0
                else:
                    for i in range(n):
                        outcome[first, k, i] = 0.0
                    row = front
                    least = top[w, first, k] - near(top[w, first, k], top[w, first, k])
                    for b in range(len(size)):
                        if best[b, w, first, k] >= least:
                            for c in range(size[b]):
                                if objective[b, w, k, c] >= least and may_table[b, w, first, k, c]:
                                    tabled[row] = package[b, c]
                                    chance[row] = 1.0 / number
                                    accepted[row] = book(
                                        required, counted, at_least, out, votes[b], divisible[b], lump,
                                        share_lump, noise, exit_worth, worth, good, waiting,
                                        refusing, leaves, someone_leaves, t, b, w, k, c, exited, shares, row,
                                        scratch, marks,
                                    )  # fmt: skip
                                    for i in range(n):
                                        outcome[first, k, i] += scratch[WORTH, i] / number
                                    row += 1
                booked[first, k] = front
                for i in range(n):
                    gain = outcome[first, k, i] - waiting[t, w, i]
                    value[t, w, i] += floor[w, table, k] * gain
    return front


@compiled
def book(
    required: Bools,
    counted: Bools,
    at_least: Ints,
    out: Bools,
    votes: bool,
    divisible: bool,
    lump: Floats,
    share_lump: Floats,
    noise: float,
    exit_worth: Floats,
    in_force: Floats,
    whole: Floats,
    waiting: Floats,
    refusing: Floats,
    leaves: Bools,
    someone_leaves: Bools,
    t: int,
    b: int,
    w: int,
    k: int,
    c: int,
    exited: Floats,
    shares: Floats,
    row: int,
    scratch: Floats,
    marks: Bools,
) -> float:
    """Fill in who walks out, and all shares; return the chance that a proposal is accepted.

    What it is worth to each party is left in row ``WORTH`` of ``scratch``. The sharp answers are
    exact here; the loops over blocks work with very small chances instead.
    """
    n = out.shape[1]
    agreed = 1.0
    for i in range(n):
        exited[row, i] = 0.0
        scratch[CHANCE, i] = 1.0
        scratch[SIGNING, i] = in_force[b, w, i, c] + lump[b, w, i, c]
        asked = required[b, w, i, c] or (votes and counted[b, i, c])
        if asked and i != k and not out[w, i]:
            scratch[CHANCE, i] = consent(scratch[SIGNING, i], refusing[w, i], noise)
            if required[b, w, i, c]:
                agreed *= scratch[CHANCE, i]
    for i in range(shares.shape[1]):
        shares[row, i] = 0.0
    walks_out = 0.0
    if votes or divisible or someone_leaves[w]:
        needed, vote = marks[0], marks[1]
        chance, signing, good = scratch[CHANCE, :n], scratch[SIGNING, :n], scratch[GOOD, :n]
        for i in range(n):
            needed[i], vote[i] = required[b, w, i, c], counted[b, i, c]
            good[i] = whole[b, w, i, c] + share_lump[b, w, i, c] if divisible else 0.0
        if divisible and has_good(good):
            share = scratch[SHARE, :n]
            goes_round = share_out(
                k, signing, refusing[w], good, needed, vote, at_least[b, c], out[w], share
            )
            agreed = 1.0 if goes_round else 0.0
            for i in range(n):
                chance[i] = agreed
                if goes_round:
                    signing[i] += share[i] * good[i]
                    shares[row, i] = share[i]
        elif votes:
            agreed *= enough(chance, vote, at_least[b, c], scratch[NUMBER])
        walks_out = walk_out(chance, leaves[w], needed, k, exited[row])
    rest = 1.0 - agreed - walks_out
    for i in range(n):
        scratch[WORTH, i] = agreed * scratch[SIGNING, i] + rest * waiting[t, w, i]
        if walks_out > 0.0:
            for e in range(n):
                scratch[WORTH, i] += exited[row, e] * exit_worth[w, e, i]
    return agreed


# --- room for rows ---------------------------------------------------------------------------


@compiled
def empty_rows(capacity: int, n: int, n_shares: int) -> Rows:
    """Make room."""
    return Rows(
        np.empty(capacity, dtype=np.intp),
        np.empty(capacity),
        np.empty(capacity),
        np.empty((capacity, n)),
        np.empty((capacity, n_shares)),
    )


@compiled
def with_room(rows: Rows, front: int, needed: int) -> Rows:
    """Return the same rows at the end of arrays that have room for as many as needed before."""
    capacity = len(rows.package)
    if needed <= front:
        return rows
    used = capacity - front
    larger = max(2 * capacity, used + needed)
    found = empty_rows(larger, rows.exited.shape[1], rows.shares.shape[1])
    copy_rows(rows, front, found, larger - used, used)
    return found


@compiled
def copy_rows(old: Rows, low: int, new: Rows, place: int, size: int) -> None:
    """Copy rows one by one."""
    for step in range(size):
        source, target = low + step, place + step
        new.package[target] = old.package[source]
        new.chance[target] = old.chance[source]
        new.accepted[target] = old.accepted[source]
        for i in range(old.exited.shape[1]):
            new.exited[target, i] = old.exited[source, i]
        for i in range(old.shares.shape[1]):
            new.shares[target, i] = old.shares[source, i]
