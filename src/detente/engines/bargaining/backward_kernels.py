"""Inner loops of backward induction, one period: what signing and waiting are worth."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines._compiled import compiled
from detente.engines.bargaining.backward_layout import ALL, NONE, Board, Numbers
from detente.engines.bargaining.consent_kernels import SURE, TOLERANCE, enough, near
from detente.engines.bargaining.shares_kernels import has_good, share_out
from detente.engines.bargaining.terminal import after_breakdown

__all__ = ["Desk", "begin_period", "carry_back", "weigh_blocks"]

REFUSED = 2.0**1000
"""The inverse of a sharp refusal's chance: two of them multiply to infinity, whose inverse is 0."""


class Desk(NamedTuple):
    """What backward induction works on."""

    value: Floats
    """(T + 1, W, n)"""
    waiting: Floats
    worth: Floats
    """(blocks, W, n, BLOCK): of a package in force, at the period that was done last."""
    good: Floats
    """Like it, of the whole divisible good; without blocks where there is none."""
    objective: Floats
    """(blocks, W, n, BLOCK): to the party that tables the package."""
    best: Floats
    """(blocks, W, K, n)"""
    meets: Bools
    """(W, K, n): whether the party ever has the floor here, or at a table with the same mandate."""
    refusing: Floats
    """(W, n): what refusing is worth this period."""
    leaves: Bools
    """(W, n): whether refusing means ending the talks this period."""
    broken: Floats
    """(blocks, W, n): what a breakdown on the way out of a world is worth, expected."""
    to: Ints
    """(beliefs, regimes, W, W): worlds that can be next."""
    chance: Floats
    n_to: Ints
    """(beliefs, regimes, W)"""


@compiled
def begin_period(board: Board, numbers: Numbers, desk: Desk, t: int) -> None:
    """Work out what waiting and refusing are worth, and what lies ahead."""
    n_worlds, n = numbers.waiting.shape
    chances = numbers.chances[board.phase[t]]
    later = desk.value[t + 1]
    if t + 1 == len(board.phase) or board.phase[t] != board.phase[t + 1]:
        for belief in range(chances.shape[0]):
            for regime in range(chances.shape[1]):
                for w in range(n_worlds):
                    found = 0
                    for v in range(n_worlds):
                        if chances[belief, regime, w, v] > 0.0:
                            desk.to[belief, regime, w, found] = v
                            desk.chance[belief, regime, w, found] = chances[belief, regime, w, v]
                            found += 1
                    desk.n_to[belief, regime, w] = found
    for w in range(n_worlds):
        for i in range(n):
            belief = board.belief_of[i]
            stays = 0.0
            desk.leaves[w, i] = False
            if not board.out[w, i]:
                for k in range(desk.n_to[belief, 0, w]):
                    stays += desk.chance[belief, 0, w, k] * later[desk.to[belief, 0, w, k], i]
                stays = numbers.waiting[w, i] + numbers.discount[i] * stays
                leave = numbers.exit_worth[w, i, i]
                if board.exit_open[w, i] and leave > stays + near(leave, stays):
                    desk.leaves[w, i] = True
            desk.waiting[t, w, i] = stays
            desk.refusing[w, i] = stays
            if board.exit_open[w, i]:
                desk.refusing[w, i] = max(stays, numbers.exit_worth[w, i, i])
    for b in range(len(board.size)):
        regime = board.regime[b]
        for w in range(n_worlds):
            for i in range(n):
                belief = board.belief_of[i]
                broken = 0.0
                for k in range(desk.n_to[belief, regime, w]):
                    broken += desk.chance[belief, regime, w, k] * after_breakdown(
                        board, numbers, later, b, desk.to[belief, regime, w, k], i
                    )
                desk.broken[b, w, i] = broken


@compiled
def carry_back(board: Board, numbers: Numbers, desk: Desk, low: int, high: int) -> None:
    """Take what packages in force are worth back by one period, blocks ``low`` to ``high - 1``."""
    n_worlds, n = numbers.waiting.shape
    row = np.empty((n_worlds, board.package.shape[1]))
    for b in range(low, high):
        size = board.size[b]
        for i in range(n):
            for w in range(n_worlds):
                expect(board, desk, desk.worth[b], b, w, i, row[w])
                if board.out[w, i]:
                    row[w, :size] = 0.0
                    continue
                for c in range(size):
                    breaks = numbers.breaks[b, w, c]
                    ahead = (1.0 - breaks) * row[w, c] + breaks * desk.broken[b, w, i]
                    row[w, c] = numbers.kept[b, w, i, c] + numbers.discount[i] * ahead
            for w in range(n_worlds):
                desk.worth[b, w, i, :size] = row[w, :size]
            if not board.divisible[b]:
                continue
            for w in range(n_worlds):
                expect(board, desk, desk.good[b], b, w, i, row[w])
                if board.out[w, i]:
                    row[w, :size] = 0.0
                    continue
                for c in range(size):
                    ahead = (1.0 - numbers.breaks[b, w, c]) * row[w, c]
                    row[w, c] = numbers.share_flow[b, w, i, c] + numbers.discount[i] * ahead
            for w in range(n_worlds):
                desk.good[b, w, i, :size] = row[w, :size]


@compiled
def expect(board: Board, desk: Desk, worth: Floats, b: int, w: int, i: int, row: Floats) -> None:
    """Fill in expectations over the worlds that can be next."""
    size = board.size[b]
    belief, regime = board.belief_of[i], board.regime[b]
    for c in range(size):
        row[c] = 0.0
    for k in range(desk.n_to[belief, regime, w]):
        p = desk.chance[belief, regime, w, k]
        ahead = worth[desk.to[belief, regime, w, k], i]
        for c in range(size):
            row[c] += p * ahead[c]


@compiled
def weigh_blocks(board: Board, numbers: Numbers, desk: Desk, t: int, low: int, high: int) -> None:
    """Work out what tabling each package is worth to each party that may have the floor."""
    n_worlds, n = numbers.waiting.shape
    block = board.package.shape[1]
    signing, factor = np.empty((n, block)), np.empty((n, block))
    whole, agreed, ended, stayed, gain = np.empty((5, block))
    chance, number = np.empty(n), np.empty(n + 2)
    for b in range(low, high):
        size = board.size[b]
        for w in range(n_worlds):
            if not desk.meets[w].any() or not board.tables[b, w].any():
                desk.best[b, w] = -np.inf
                continue
            for j in range(n):
                for c in range(size):
                    signing[j, c] = desk.worth[b, w, j, c] + numbers.lump[b, w, j, c]
            answer(board, numbers, desk, b, w, signing, factor, whole)
            for k in range(n):
                if not desk.meets[w, :, k].any():
                    desk.best[b, w, :, k] = -np.inf
                    continue
                if board.votes[b]:
                    for c in range(size):
                        agreed[c] = carried(board, b, w, k, c, factor, chance, number)
                else:
                    for c in range(size):
                        agreed[c] = factor[k, c] * whole[c]
                stay = desk.waiting[t, w, k]
                for c in range(size):
                    gain[c] = agreed[c] * (signing[k, c] - stay)
                    ended[c] = agreed[c]
                    stayed[c] = 1.0
                for e in range(n):
                    if desk.leaves[w, e] and e != k and board.asked[b, w, e] != NONE:
                        loss = numbers.exit_worth[w, e, k] - stay
                        for c in range(size):
                            if board.required[b, w, e, c]:
                                leaves = stayed[c] * (1.0 - 1.0 / factor[e, c])
                                stayed[c] /= factor[e, c]
                                gain[c] += leaves * loss
                                ended[c] += leaves
                objective = desk.objective[b, w, k]
                for c in range(size):
                    objective[c] = stay + gain[c] if ended[c] > TOLERANCE else -np.inf
                if board.divisible[b]:
                    divide(board, numbers, desk, t, b, w, k, signing)
                for table in range(desk.meets.shape[1]):
                    desk.best[b, w, table, k] = -np.inf
                    if desk.meets[w, table, k]:
                        desk.best[b, w, table, k] = largest(
                            objective[:size],
                            board.may_table[b, w, table, k],
                            board.tables[b, w, table, k],
                        )


@compiled
def answer(
    board: Board,
    numbers: Numbers,
    desk: Desk,
    b: int,
    w: int,
    signing: Floats,
    factor: Floats,
    whole: Floats,
) -> None:
    """Fill in the inverse of every chance of consent, and of the chance that all required consent.

    The second is inverted once more, so that leaving the proposer out is one multiplication.
    """
    size = board.size[b]
    for c in range(size):
        whole[c] = 1.0
    for j in range(len(signing)):
        asked = board.asked[b, w, j]
        refusing = desk.refusing[w, j]
        if asked == NONE:
            for c in range(size):
                factor[j, c] = 1.0
        elif numbers.noise > 0.0:
            scale = 1.0 / numbers.noise
            for c in range(size):
                gain = (signing[j, c] - refusing) * scale
                factor[j, c] = 1.0 + math.exp(-min(max(gain, -SURE), SURE))
        else:
            for c in range(size):
                yes = signing[j, c] >= refusing - near(signing[j, c], refusing)
                factor[j, c] = 1.0 if yes else REFUSED
        if asked != ALL and not board.votes[b]:
            for c in range(size):
                factor[j, c] = factor[j, c] if board.required[b, w, j, c] else 1.0
        for c in range(size):
            whole[c] *= factor[j, c]
    for c in range(size):
        whole[c] = 1.0 / whole[c]


@compiled
def carried(
    board: Board, b: int, w: int, k: int, c: int, factor: Floats, chance: Floats, number: Floats
) -> float:
    """Return the chance that all required and enough of the counted consent."""
    agreed = 1.0
    for j in range(len(chance)):
        chance[j] = 1.0 / factor[j, c]
        if board.required[b, w, j, c] and j != k:
            agreed *= chance[j]
    if board.counted[b, k, c]:
        chance[k] = 1.0  # tabling it is consent
    return agreed * enough(chance, board.counted[b, :, c], board.at_least[b, c], number)


@compiled
def divide(
    board: Board, numbers: Numbers, desk: Desk, t: int, b: int, w: int, k: int, signing: Floats
) -> None:
    """Put in what packages with a divisible good are worth to the proposer, who keeps the rest."""
    n = len(signing)
    share = np.empty(n)
    for c in range(board.size[b]):
        good = desk.good[b, w, :, c] + numbers.share_lump[b, w, :, c]
        if not has_good(good):
            continue
        goes_round = share_out(
            k,
            signing[:, c],
            desk.refusing[w],
            good,
            board.required[b, w, :, c],
            board.counted[b, :, c],
            board.at_least[b, c],
            board.out[w],
            share,
        )
        worth = -np.inf
        if goes_round:
            worth = signing[k, c] + share[k] * good[k]
        else:
            for e in range(n):
                if desk.leaves[w, e] and e != k and board.required[b, w, e, c]:
                    worth = numbers.exit_worth[w, e, k]
                    break
        desk.objective[b, w, k, c] = worth


@compiled
def largest(objective: Floats, may: Bools, how_many: int) -> float:
    """Return the largest among those that may be tabled."""
    best = -np.inf
    if how_many != NONE:
        for c in range(len(objective)):
            if may[c] and objective[c] > best:
                best = objective[c]
    return best
