"""What is tabled in each cell: the tied best packages, a row for each, and what comes of them."""

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

__all__ = ["Rows", "empty_rows", "settle"]


class Rows(NamedTuple):
    """Rows in the order in which they were found: the last period first."""

    package: Ints
    chance: Floats
    accepted: Floats
    exited: Floats
    shares: Floats
    """(capacity, n), or without columns where nothing is divisible."""


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
def settle(
    board: Board, numbers: Numbers, desk: Desk, t: int, rows: Rows, used: int, count: Ints
) -> tuple[Rows, int]:
    """Let every party choose what it tables, and fill in what being in talks is worth.

    Appends rows from ``used`` on, into larger arrays if they do not fit, and fills in how many
    rows each cell of the period has. Returns the rows and how many there are now.
    """
    n_worlds, n_tables, n = numbers.floor.shape
    outcome = np.empty((n_tables, n, n))
    first = np.empty((n_tables, n), dtype=np.intp)
    number = np.empty(n_tables * n, dtype=np.intp)
    for w in range(n_worlds):
        stay = desk.waiting[t, w]
        desk.value[t, w] = stay
        first[:] = -1
        for table in range(n_tables):
            for k in range(n):
                floor = numbers.floor[w, table, k]
                cell = (w * n_tables + table) * n + k
                count[cell] = 0
                if floor <= 0.0:
                    continue
                like = board.like[table, k]
                if first[like, k] < 0:
                    first[like, k] = used
                    rows, used = choose(board, numbers, desk, t, w, like, k, rows, used, outcome)
                    number[like * n + k] = used - first[like, k]
                    count[cell] = number[like * n + k]
                else:
                    count[cell] = number[like * n + k]
                    rows = with_room(rows, used, used + count[cell])
                    for step in range(count[cell]):
                        old, new = first[like, k] + step, used + step
                        rows.package[new] = rows.package[old]
                        rows.chance[new] = rows.chance[old]
                        rows.accepted[new] = rows.accepted[old]
                        rows.exited[new] = rows.exited[old]
                        rows.shares[new] = rows.shares[old]
                    used += count[cell]
                if count[cell] > 0:
                    for i in range(n):
                        desk.value[t, w, i] += floor * (outcome[like, k, i] - stay[i])
    return rows, used


@compiled
def choose(
    board: Board,
    numbers: Numbers,
    desk: Desk,
    t: int,
    w: int,
    table: int,
    k: int,
    rows: Rows,
    used: int,
    outcome: Floats,
) -> tuple[Rows, int]:
    """Append the tied best choices of the party that has the floor; none: it says nothing."""
    n = numbers.floor.shape[2]
    stay = desk.waiting[t, w, k]
    best = -np.inf
    for b in range(len(board.size)):
        best = max(best, desk.best[b, w, table, k])
    speaks = best > -np.inf and stay <= best + near(stay, best)
    alone = numbers.exit_worth[w, k, k]
    instead = max(stay, best)
    if board.ends_talks and board.exit_open[w, k] and alone > instead + near(alone, instead):
        rows = with_room(rows, used, used + 1)
        rows.package[used] = EXIT
        rows.chance[used] = 1.0
        rows.accepted[used] = 0.0
        rows.exited[used] = 0.0
        rows.exited[used, k] = 1.0
        rows.shares[used] = 0.0
        outcome[table, k] = numbers.exit_worth[w, k]
        return rows, used + 1
    if not speaks:
        return rows, used
    tied = 0
    for b in range(len(board.size)):
        top = desk.best[b, w, table, k]
        if top > -np.inf and top >= best - near(top, best):
            for c in range(board.size[b]):
                if is_tied(board, desk, b, w, table, k, c, best):
                    tied += 1
    rows = with_room(rows, used, used + tied)
    outcome[table, k] = 0.0
    chance, signing, good, worth = np.empty((4, n))
    new = used
    for b in range(len(board.size)):
        top = desk.best[b, w, table, k]
        if top > -np.inf and top >= best - near(top, best):
            for c in range(board.size[b]):
                if is_tied(board, desk, b, w, table, k, c, best):
                    rows.package[new] = board.package[b, c]
                    rows.chance[new] = 1.0 / tied
                    rows.accepted[new] = book(
                        board, numbers, desk, t, b, w, k, c, rows, new, chance, signing, good, worth
                    )
                    for i in range(n):
                        outcome[table, k, i] += worth[i] / tied
                    new += 1
    sort_rows(rows, used, new)
    return rows, new


@compiled
def is_tied(
    board: Board, desk: Desk, b: int, w: int, table: int, k: int, c: int, best: float
) -> bool:
    """Say whether a package is as good as the best to the party that tables it."""
    worth = desk.objective[b, w, k, c]
    return (
        board.may_table[b, w, table, k, c] and worth > -np.inf and worth >= best - near(worth, best)
    )


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
    chance: Floats,
    signing: Floats,
    good: Floats,
    worth: Floats,
) -> float:
    """Fill in who walks out, all shares and what the proposal is worth; return if it is accepted.

    The sharp answers are exact here; the objective's loops work with very small chances instead.
    """
    n = len(chance)
    refusing = desk.refusing[w]
    required, counted = board.required[b, w, :, c], board.counted[b, :, c]
    exited = rows.exited[row]
    rows.shares[row] = 0.0
    share = np.zeros(n)
    for i in range(n):
        signing[i] = desk.worth[b, w, i, c] + numbers.lump[b, w, i, c]
        chance[i] = 1.0
        if (required[i] or counted[i]) and i != k and not board.out[w, i]:
            chance[i] = consent(signing[i], refusing[i], numbers.noise)
    if board.divisible[b]:
        for i in range(n):
            good[i] = desk.good[b, w, i, c] + numbers.share_lump[b, w, i, c]
    if board.divisible[b] and has_good(good):
        goes_round = share_out(
            k, signing, refusing, good, required, counted, board.at_least[b, c], board.out[w], share
        )
        accepted = 1.0 if goes_round else 0.0
        chance[:] = accepted
        if goes_round:
            for i in range(n):
                signing[i] += share[i] * good[i]
                rows.shares[row, i] = share[i]
    else:
        accepted = enough(chance, counted, board.at_least[b, c], np.empty(n + 2))
        for j in range(n):
            if required[j]:
                accepted *= chance[j]
    rest = 1.0 - accepted - walk_out(chance, desk.leaves[w], required, k, exited)
    for i in range(n):
        worth[i] = accepted * signing[i] + rest * desk.waiting[t, w, i]
        for e in range(n):
            if exited[e] > 0.0:
                worth[i] += exited[e] * numbers.exit_worth[w, e, i]
    return accepted


@compiled
def sort_rows(rows: Rows, low: int, high: int) -> None:
    """Put rows into the order of their packages; blocks follow the order within each class."""
    for row in range(low + 1, high):
        if rows.package[row] < rows.package[row - 1]:
            order = low + np.argsort(rows.package[low:high])
            rows.package[low:high] = rows.package[order]
            rows.accepted[low:high] = rows.accepted[order]
            rows.exited[low:high] = rows.exited[order]
            rows.shares[low:high] = rows.shares[order]
            return


@compiled
def with_room(rows: Rows, used: int, needed: int) -> Rows:
    """Return rows with room for as many as needed, at least doubled if there was too little."""
    if needed <= len(rows.package):
        return rows
    more = empty_rows(
        max(needed, 2 * len(rows.package)), rows.exited.shape[1], rows.shares.shape[1]
    )
    more.package[:used] = rows.package[:used]
    more.chance[:used] = rows.chance[:used]
    more.accepted[:used] = rows.accepted[:used]
    more.exited[:used] = rows.exited[:used]
    more.shares[:used] = rows.shares[:used]
    return more
