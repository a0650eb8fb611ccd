"""What follows the last period: nothing, stated values, or things as they are for ever."""

from __future__ import annotations

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
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

    ``value`` is that of every date, of which the last is filled in. Only with discounting: the
    systems are then strictly diagonally dominant, and eliminated without looking for pivots.
    """
    n_periods, (n_worlds, n) = len(board.phase), numbers.waiting.shape
    phase = board.phase[-1]
    stays, right, broken = np.empty(n_worlds), np.empty(n_worlds), np.empty(n_worlds)
    system = np.empty((n_worlds, n_worlds))
    for i in range(n):
        stays[:] = numbers.discount[i]
        eliminate(numbers.chances, phase, board.belief_of[i], 0, stays, board.out, i, system)
        for w in range(n_worlds):
            right[w] = numbers.waiting[w, i]
        solve(system, right)
        for w in range(n_worlds):
            value[n_periods, w, i] = right[w]
    for b in range(len(board.size)):
        for i in range(n):
            belief, regime = board.belief_of[i], board.regime[b]
            for w in range(n_worlds):
                broken[w] = after_breakdown(
                    board.out, board.resumes, numbers.broken_worth, value, n_periods, b, w, i
                )
            for c in range(board.size[b]):
                anew = c == 0
                for w in range(n_worlds):
                    breaks = numbers.breaks[b, w, c]
                    anew = anew or breaks != numbers.breaks[b, w, c - 1]
                    stays[w] = numbers.discount[i] * (1.0 - breaks)
                    right[w] = numbers.kept[b, w, i, c]
                    if breaks > 0.0 and not board.out[w, i]:
                        for v in range(n_worlds):
                            p = numbers.chances[phase, belief, regime, w, v]
                            right[w] += numbers.discount[i] * breaks * p * broken[v]
                if anew:
                    eliminate(numbers.chances, phase, belief, regime, stays, board.out, i, system)
                solve(system, right)
                for w in range(n_worlds):
                    worth[b, w, i, c] = right[w]
                if board.divisible[b]:
                    for w in range(n_worlds):
                        right[w] = numbers.share_flow[b, w, i, c]
                    solve(system, right)
                    for w in range(n_worlds):
                        good[b, w, i, c] = right[w]


@compiled
def after_breakdown(
    out: Bools,
    resumes: Ints,
    broken_worth: Floats,
    value: Floats,
    t: int,
    b: int,
    w: int,
    i: int,
) -> float:
    """Return what a party has where packages of a block break down on the way to a world."""
    if out[w, i]:
        return 0.0
    then = resumes[b, w]
    return float(value[t, then, i]) if then >= 0 else float(broken_worth[w, i])


@compiled
def eliminate(
    chances: Floats,
    phase: int,
    belief: int,
    regime: int,
    stays: Floats,
    out: Bools,
    i: int,
    system: Floats,
) -> None:
    """Split I - stays P into factors, in place; nothing counts in worlds that are out."""
    n_worlds = len(stays)
    for w in range(n_worlds):
        for v in range(n_worlds):
            p = chances[phase, belief, regime, w, v]
            system[w, v] = 0.0 if out[w, i] else -stays[w] * p
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
