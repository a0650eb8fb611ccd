"""What follows the last period: nothing, stated values, or things as they are for ever."""

from __future__ import annotations

import numpy as np

from detente.engines._checks import Bools, Floats
from detente.engines._compiled import compiled
from detente.engines.bargaining.backward_layout import Board, Numbers, in_blocks
from detente.engines.bargaining.game import BargainingGame

__all__ = ["go_on_for_ever", "stated_ends"]

STATED, STATUS_QUO, NOTHING = 0, 1, 2


def stated_ends(game: BargainingGame, board: Board) -> tuple[int, Floats, Floats]:
    """Return what kind of end it is, and the stated values, zero elsewhere."""
    shape = (len(board.size), *game.out.shape, board.package.shape[1])
    if game.terminal_waiting is None or game.terminal_kept is None:
        kind = STATUS_QUO if game.terminal == "status_quo" else NOTHING
        return kind, np.zeros(game.out.shape), np.zeros(shape)
    inside = ~game.out
    kept = in_blocks(game.terminal_kept * inside[:, :, None], board.package)
    return STATED, game.terminal_waiting * inside, kept


@compiled
def go_on_for_ever(
    board: Board, numbers: Numbers, value: Floats, worth: Floats, good: Floats
) -> None:
    """Fill in present values of going on for ever as in the last phase, without talks.

    Of a game with discounting only: the systems are then strictly diagonally dominant, and are
    eliminated without looking for pivots.
    """
    n_worlds, n = value.shape
    chances = numbers.chances[board.phase[-1]]
    stays = np.empty(n_worlds)
    system = np.empty((n_worlds, n_worlds))
    right = np.empty(n_worlds)
    for i in range(n):
        moves = chances[board.belief_of[i]]
        stays[:] = 1.0
        eliminate(moves[0], numbers.discount[i], stays, board.out[:, i], system)
        right[:] = numbers.waiting[:, i]
        solve(system, right)
        value[:, i] = right
    broken = np.empty(n_worlds)
    for b in range(len(board.size)):
        for i in range(n):
            moves = chances[board.belief_of[i], board.regime[b]]
            discount = numbers.discount[i]
            for w in range(n_worlds):
                broken[w] = after_breakdown(board, numbers, value, b, w, i)
            for c in range(board.size[b]):
                breaks = numbers.breaks[b, :, c]
                if c == 0 or not (breaks == numbers.breaks[b, :, c - 1]).all():
                    for w in range(n_worlds):
                        stays[w] = 1.0 - breaks[w]
                    eliminate(moves, discount, stays, board.out[:, i], system)
                for w in range(n_worlds):
                    right[w] = numbers.kept[b, w, i, c]
                    if breaks[w] > 0.0 and not board.out[w, i]:
                        for v in range(n_worlds):
                            right[w] += discount * breaks[w] * moves[w, v] * broken[v]
                solve(system, right)
                worth[b, :, i, c] = right
                if board.divisible[b]:
                    right[:] = numbers.share_flow[b, :, i, c]
                    solve(system, right)
                    good[b, :, i, c] = right


@compiled
def after_breakdown(board: Board, numbers: Numbers, value: Floats, b: int, w: int, i: int) -> float:
    """Return what a party has where packages of a block break down on the way to a world."""
    if board.out[w, i]:
        return 0.0
    then = board.resumes[b, w]
    return value[then, i] if then >= 0 else numbers.broken_worth[w, i]


@compiled
def eliminate(moves: Floats, discount: float, stays: Floats, out: Bools, system: Floats) -> None:
    """Split I - discount stays P into factors, in place; nothing counts in worlds that are out."""
    n_worlds = len(stays)
    for w in range(n_worlds):
        for v in range(n_worlds):
            system[w, v] = 0.0 if out[w] else -discount * stays[w] * moves[w, v]
        system[w, w] += 1.0
    for v in range(n_worlds):
        for w in range(v + 1, n_worlds):
            if system[w, v] != 0.0:
                system[w, v] /= system[v, v]
                for u in range(v + 1, n_worlds):
                    system[w, u] -= system[w, v] * system[v, u]


@compiled
def solve(system: Floats, right: Floats) -> None:
    """Put the solution in place of the right-hand side."""
    n_worlds = len(right)
    for w in range(n_worlds):
        for v in range(w):
            right[w] -= system[w, v] * right[v]
    for w in range(n_worlds - 1, -1, -1):
        for v in range(w + 1, n_worlds):
            right[w] -= system[w, v] * right[v]
        right[w] /= system[w, w]
