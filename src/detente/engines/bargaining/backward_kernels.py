"""Inner loops of backward induction, one period: what waiting, keeping and tabling are worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines._compiled import compiled
from detente.engines.bargaining.backward_layout import NONE, Board, Numbers
from detente.engines.bargaining.consent_blocks import (
    answer,
    divide,
    largest,
    put_to_vote,
    weigh_exits,
)
from detente.engines.bargaining.consent_kernels import TOLERANCE, near
from detente.engines.bargaining.terminal import after_breakdown

__all__ = ["Desk", "begin_period", "work_back"]


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
    top: Floats
    """(W, K, n): of all blocks."""
    meets: Bools
    """(W, K, n): whether the party ever has the floor here, or at a table with the same mandate."""
    speaks: Bools
    """(W, n): whether it ever has the floor in that world."""
    busy: Bools
    """(blocks, W): whether anybody may ever table any package of the block."""
    breaking: Bools
    """(blocks, W): whether any package of the block can break down."""
    refusing: Floats
    """(W, n): what refusing is worth this period."""
    leaves: Bools
    """(W, n): whether refusing means ending the talks this period."""
    someone_leaves: Bools
    """(W,)"""
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
    if t + 1 == len(board.phase) or board.phase[t] != board.phase[t + 1]:
        list_moves(numbers.chances, board.phase[t], desk.to, desk.chance, desk.n_to)
    for w in range(n_worlds):
        desk.someone_leaves[w] = False
        for i in range(n):
            belief = board.belief_of[i]
            stays = 0.0
            desk.leaves[w, i] = False
            if not board.out[w, i]:
                for k in range(desk.n_to[belief, 0, w]):
                    v = desk.to[belief, 0, w, k]
                    stays += desk.chance[belief, 0, w, k] * desk.value[t + 1, v, i]
                stays = numbers.waiting[w, i] + numbers.discount[i] * stays
                leave = numbers.exit_worth[w, i, i]
                if board.exit_open[w, i] and leave > stays + near(leave, stays):
                    desk.leaves[w, i] = desk.someone_leaves[w] = True
            desk.waiting[t, w, i] = stays
            desk.refusing[w, i] = stays
            if board.exit_open[w, i]:
                desk.refusing[w, i] = max(stays, numbers.exit_worth[w, i, i])
    for b in range(len(board.size)):
        regime = board.regime[b]
        for w in range(n_worlds):
            if desk.breaking[b, w]:
                for i in range(n):
                    belief = board.belief_of[i]
                    broken = 0.0
                    for k in range(desk.n_to[belief, regime, w]):
                        broken += desk.chance[belief, regime, w, k] * after_breakdown(
                            board.out,
                            board.resumes,
                            numbers.broken_worth,
                            desk.value,
                            t + 1,
                            b,
                            desk.to[belief, regime, w, k],
                            i,
                        )
                    desk.broken[b, w, i] = broken


@compiled
def list_moves(chances: Floats, phase: int, to: Ints, chance: Floats, n_to: Ints) -> None:
    """List the worlds that can be next in a phase, and how likely they are."""
    n_beliefs, n_regimes, n_worlds = n_to.shape
    for belief in range(n_beliefs):
        for regime in range(n_regimes):
            for w in range(n_worlds):
                found = 0
                for v in range(n_worlds):
                    p = chances[phase, belief, regime, w, v]
                    if p > 0.0:
                        to[belief, regime, w, found] = v
                        chance[belief, regime, w, found] = p
                        found += 1
                n_to[belief, regime, w] = found


@compiled
def work_back(board: Board, numbers: Numbers, desk: Desk, t: int, low: int, high: int) -> None:
    """Take blocks ``low`` to ``high - 1`` back by one period, and weigh what may be tabled.

    Fills in what packages in force are worth, the objective of every proposer, and the best of
    each block. Objectives that are clearly below those of an earlier block are left out: they
    are never looked at.
    """
    n_worlds, n = numbers.waiting.shape
    block = board.package.shape[1]
    row = np.empty((n_worlds, block))
    signing, factor = np.empty((n, block)), np.empty((n, block))
    whole, agreed, stayed = np.empty(block), np.empty(block), np.empty(block)
    so_far = np.full(desk.top.shape, -np.inf)
    for b in range(low, high):
        keep_block(numbers.kept, board, numbers, desk, desk.worth, True, b, row)
        if board.divisible[b]:
            keep_block(numbers.share_flow, board, numbers, desk, desk.good, False, b, row)
        for w in range(n_worlds):
            for table in range(desk.best.shape[2]):
                for k in range(n):
                    desk.best[b, w, table, k] = -np.inf
            if desk.busy[b, w]:
                for j in range(n):
                    for c in range(board.size[b]):
                        signing[j, c] = desk.worth[b, w, j, c] + numbers.lump[b, w, j, c]
                answer(
                    board.asked, board.required, board.votes[b], desk.refusing, numbers.noise, b, w,
                    board.size[b], signing, factor, whole,
                )  # fmt: skip
                weigh_block(
                    board, numbers, desk, t, b, w, signing, factor, whole, agreed, stayed, so_far
                )


@compiled
def keep_block(
    flow: Floats,
    board: Board,
    numbers: Numbers,
    desk: Desk,
    worth: Floats,
    resumes: bool,
    b: int,
    row: Floats,
) -> None:
    """Take what a block of packages in force is worth back by one period.

    Expectations are added up over the worlds that can be next, four at a time.
    """
    size, regime = board.size[b], board.regime[b]
    n_worlds, n = numbers.waiting.shape
    for i in range(n):
        belief, discount = board.belief_of[i], numbers.discount[i]
        for w in range(n_worlds):
            found = desk.n_to[belief, regime, w]
            first = found % 4
            for c in range(size):
                row[w, c] = 0.0
            if board.out[w, i]:
                continue
            for k in range(first):
                v0, p0 = desk.to[belief, regime, w, k], desk.chance[belief, regime, w, k]
                for c in range(size):
                    row[w, c] += p0 * worth[b, v0, i, c]
            for k in range(first, found, 4):
                v0, p0 = desk.to[belief, regime, w, k], desk.chance[belief, regime, w, k]
                v1, p1 = desk.to[belief, regime, w, k + 1], desk.chance[belief, regime, w, k + 1]
                v2, p2 = desk.to[belief, regime, w, k + 2], desk.chance[belief, regime, w, k + 2]
                v3, p3 = desk.to[belief, regime, w, k + 3], desk.chance[belief, regime, w, k + 3]
                for c in range(size):
                    row[w, c] += (p0 * worth[b, v0, i, c] + p1 * worth[b, v1, i, c]) + (
                        p2 * worth[b, v2, i, c] + p3 * worth[b, v3, i, c]
                    )
            if desk.breaking[b, w]:
                broken = desk.broken[b, w, i] if resumes else 0.0
                for c in range(size):
                    breaks = numbers.breaks[b, w, c]
                    row[w, c] = (1.0 - breaks) * row[w, c] + breaks * broken
        for w in range(n_worlds):
            for c in range(size):
                worth[b, w, i, c] = flow[b, w, i, c] + discount * row[w, c]


@compiled
def weigh_block(
    board: Board,
    numbers: Numbers,
    desk: Desk,
    t: int,
    b: int,
    w: int,
    signing: Floats,
    factor: Floats,
    whole: Floats,
    agreed: Floats,
    stayed: Floats,
    so_far: Floats,
) -> None:
    """Weigh a block for all who may have the floor in a world."""
    size = board.size[b]
    for k in range(len(signing)):
        if not desk.speaks[w, k]:
            continue
        stay = desk.waiting[t, w, k]
        if board.votes[b]:
            put_to_vote(
                board.required, board.counted, board.at_least, b, w, k, size, factor, agreed
            )
        else:
            for c in range(size):
                agreed[c] = factor[k, c] * whole[c]
        if desk.someone_leaves[w]:
            weigh_exits(
                board.required, desk.leaves, numbers.exit_worth, b, w, k, stay, size, signing,
                factor, agreed, stayed,
            )  # fmt: skip
        else:
            for c in range(size):
                worth = stay + agreed[c] * (signing[k, c] - stay)
                agreed[c] = worth if agreed[c] > TOLERANCE else -np.inf
        if board.divisible[b]:
            divide(
                board.required, board.counted, board.at_least, board.out, desk.good,
                numbers.share_lump, desk.refusing, desk.leaves, numbers.exit_worth, b, w, k, size,
                signing, agreed,
            )  # fmt: skip
        leads = False
        for table in range(desk.meets.shape[1]):
            if desk.meets[w, table, k] and board.tables[b, w, table, k] != NONE:
                best = largest(agreed, board.may_table, board.tables, b, w, table, k, size)
                desk.best[b, w, table, k] = best
                lead = so_far[w, table, k]
                if best > -np.inf and best >= lead - 2.0 * near(best, lead):
                    so_far[w, table, k] = max(lead, best)
                    leads = True
        if leads:
            for c in range(size):
                desk.objective[b, w, k, c] = agreed[c]
