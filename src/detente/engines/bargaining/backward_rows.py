"""What is tabled in each cell: the tied best packages, a row for each, and what comes of them.

Rows are filled in from the end of their arrays: the last cell comes first, and what was found in
the end stands in order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Floats, Ints
from detente.engines._compiled import compiled
from detente.engines.bargaining.backward_kernels import Desk
from detente.engines.bargaining.backward_layout import Board, Numbers
from detente.engines.bargaining.consent_kernels import consent, enough, near, walk_out
from detente.engines.bargaining.equilibrium import EXIT
from detente.engines.bargaining.shares_kernels import has_good, share_out

__all__ = ["Rows", "choose", "empty_rows", "fill_rows", "with_room"]


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
    n_worlds, n_tables, n = numbers.floor.shape
    total = 0
    for w in range(n_worlds):
        for table in range(n_tables):
            for k in range(n):
                cell = (w * n_tables + table) * n + k
                if desk.meets[w, table, k]:
                    count[cell] = choices(board, numbers, desk, t, w, table, k)
    for w in range(n_worlds):
        for table in range(n_tables):
            for k in range(n):
                cell = (w * n_tables + table) * n + k
                count[cell] = count[(w * n_tables + board.like[table, k]) * n + k]
                if numbers.floor[w, table, k] > 0.0:
                    total += count[cell]
    for w in range(n_worlds):
        for table in range(n_tables):
            for k in range(n):
                if numbers.floor[w, table, k] <= 0.0:
                    count[(w * n_tables + table) * n + k] = 0
    return total


@compiled
def choices(board: Board, numbers: Numbers, desk: Desk, t: int, w: int, table: int, k: int) -> int:
    """Return how many tied best choices a party has that has the floor; 0: it says nothing."""
    stay = desk.waiting[t, w, k]
    best = -np.inf
    for b in range(len(board.size)):
        best = max(best, desk.best[b, w, table, k])
    desk.top[w, table, k] = best
    alone = numbers.exit_worth[w, k, k]
    instead = max(stay, best)
    if board.ends_talks and board.exit_open[w, k] and alone > instead + near(alone, instead):
        desk.top[w, table, k] = np.inf
        return 1
    tied = 0
    if best > -np.inf and stay <= best + near(stay, best):
        for b in range(len(board.size)):
            if desk.best[b, w, table, k] >= best - near(best, best):
                for c in range(board.size[b]):
                    if is_tied(board, desk, b, w, table, k, c):
                        tied += 1
    return tied


@compiled
def is_tied(board: Board, desk: Desk, b: int, w: int, table: int, k: int, c: int) -> bool:
    """Say whether a package is as good as the best to the party that tables it."""
    worth, best = desk.objective[b, w, k, c], desk.top[w, table, k]
    return bool(board.may_table[b, w, table, k, c] and worth >= best - near(best, best))


@compiled
def fill_rows(
    board: Board, numbers: Numbers, desk: Desk, t: int, count: Ints, rows: Rows, front: int
) -> int:
    """Fill in the rows of a period before ``front``, and what being in talks is worth.

    Returns where they begin.
    """
    n_worlds, n_tables, n = numbers.floor.shape
    outcome = np.empty((n_tables, n, n))
    booked = np.empty((n_tables, n), dtype=np.intp)
    scratch = np.empty((5, n))
    for w in range(n_worlds - 1, -1, -1):
        for i in range(n):
            desk.value[t, w, i] = desk.waiting[t, w, i]
        booked[:] = -1
        for table in range(n_tables - 1, -1, -1):
            for k in range(n - 1, -1, -1):
                size = count[(w * n_tables + table) * n + k]
                if size == 0:
                    continue
                front -= size
                like = board.like[table, k]
                if booked[like, k] >= 0:
                    copy_rows(rows, booked[like, k], rows, front, size)
                else:
                    fill_cell(
                        board, numbers, desk, t, w, like, k, size, rows, front, outcome, scratch
                    )
                    booked[like, k] = front
                for i in range(n):
                    gain = outcome[like, k, i] - desk.waiting[t, w, i]
                    desk.value[t, w, i] += numbers.floor[w, table, k] * gain
    return front


@compiled
def fill_cell(
    board: Board,
    numbers: Numbers,
    desk: Desk,
    t: int,
    w: int,
    table: int,
    k: int,
    size: int,
    rows: Rows,
    row: int,
    outcome: Floats,
    scratch: Floats,
) -> None:
    """Fill in the rows of one cell from ``row`` on, and their expected outcome."""
    n = outcome.shape[2]
    if desk.top[w, table, k] == np.inf:
        rows.package[row] = EXIT
        rows.chance[row] = 1.0
        rows.accepted[row] = 0.0
        for i in range(n):
            rows.exited[row, i] = 1.0 if i == k else 0.0
            outcome[table, k, i] = numbers.exit_worth[w, k, i]
        for i in range(rows.shares.shape[1]):
            rows.shares[row, i] = 0.0
        return
    for i in range(n):
        outcome[table, k, i] = 0.0
    best = desk.top[w, table, k]
    for b in range(len(board.size)):
        if desk.best[b, w, table, k] >= best - near(best, best):
            for c in range(board.size[b]):
                if is_tied(board, desk, b, w, table, k, c):
                    rows.package[row] = board.package[b, c]
                    rows.chance[row] = 1.0 / size
                    book(board, numbers, desk, t, b, w, k, c, rows, row, scratch)
                    for i in range(n):
                        outcome[table, k, i] += scratch[0, i] / size
                    row += 1


@compiled
def book(
    board: Board,
    numbers: Numbers,
    desk: Desk,
    t: int,
    b: int,
    w: int,
    k: int,
    c: int,
    rows: Rows,
    row: int,
    scratch: Floats,
) -> None:
    """Fill in whether a proposal is accepted, who walks out, and all shares.

    What it is worth to each party is left in the first row of ``scratch``, (5, n). The sharp
    answers are exact here; the loops over blocks work with very small chances instead.
    """
    n = scratch.shape[1]
    worth, chance, signing, good, share = scratch
    needed, vote = np.empty(n, dtype=np.bool_), np.empty(n, dtype=np.bool_)
    for i in range(n):
        needed[i], vote[i] = board.required[b, w, i, c], board.counted[b, i, c]
        signing[i] = desk.worth[b, w, i, c] + numbers.lump[b, w, i, c]
        chance[i] = 1.0
        good[i] = 0.0
        if (needed[i] or vote[i]) and i != k and not board.out[w, i]:
            chance[i] = consent(signing[i], desk.refusing[w, i], numbers.noise)
        if board.divisible[b]:
            good[i] = desk.good[b, w, i, c] + numbers.share_lump[b, w, i, c]
    for i in range(rows.shares.shape[1]):
        rows.shares[row, i] = 0.0
    if board.divisible[b] and has_good(good):
        goes_round = share_out(
            k, signing, desk.refusing[w], good, needed, vote, board.at_least[b, c], board.out[w],
            share,
        )  # fmt: skip
        accepted = 1.0 if goes_round else 0.0
        for i in range(n):
            chance[i] = accepted
            if goes_round:
                signing[i] += share[i] * good[i]
                rows.shares[row, i] = share[i]
    else:
        accepted = enough(chance, vote, board.at_least[b, c], np.empty(n + 2))
        for j in range(n):
            if needed[j]:
                accepted *= chance[j]
    exited = rows.exited[row]
    rest = 1.0 - accepted - walk_out(chance, desk.leaves[w], needed, k, exited)
    for i in range(n):
        worth[i] = accepted * signing[i] + rest * desk.waiting[t, w, i]
        for e in range(n):
            if exited[e] > 0.0:
                worth[i] += exited[e] * numbers.exit_worth[w, e, i]
    rows.accepted[row] = accepted


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
