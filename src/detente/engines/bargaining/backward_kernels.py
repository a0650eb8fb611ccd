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
    weigh,
    weigh_exits,
)
from detente.engines.bargaining.consent_kernels import near
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
    breaking: Bools
    """(blocks, W): whether any package of the block can break down."""
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
    if t + 1 == len(board.phase) or board.phase[t] != board.phase[t + 1]:
        list_moves(numbers.chances, board.phase[t], desk.to, desk.chance, desk.n_to)
    for w in range(n_worlds):
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
                    desk.leaves[w, i] = True
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
    each block.
    """
    n_worlds, n = numbers.waiting.shape
    n_tables = numbers.floor.shape[1]
    block = board.package.shape[1]
    row = np.empty((n_worlds, block))
    signing, factor = np.empty((n, block)), np.empty((n, block))
    whole, agreed, stayed = np.empty(block), np.empty(block), np.empty(block)
    meets = np.empty((n_worlds, n), dtype=np.bool_)
    for w in range(n_worlds):
        for k in range(n):
            meets[w, k] = desk.meets[w, :, k].any()
    for b in range(low, high):
        size, regime = board.size[b], board.regime[b]
        for i in range(n):
            belief, discount = board.belief_of[i], numbers.discount[i]
            for w in range(n_worlds):
                if board.out[w, i]:
                    row[w] = 0.0
                    continue
                expect(
                    desk.worth, desk.to, desk.chance, desk.n_to, belief, regime, b, w, i, size, row
                )
                if desk.breaking[b, w]:
                    broken = desk.broken[b, w, i]
                    for c in range(size):
                        breaks = numbers.breaks[b, w, c]
                        row[w, c] = (1.0 - breaks) * row[w, c] + breaks * broken
                for c in range(size):
                    row[w, c] = numbers.kept[b, w, i, c] + discount * row[w, c]
            for w in range(n_worlds):
                for c in range(size):
                    desk.worth[b, w, i, c] = row[w, c]
            if board.divisible[b]:
                for w in range(n_worlds):
                    if board.out[w, i]:
                        row[w] = 0.0
                        continue
                    expect(
                        desk.good, desk.to, desk.chance, desk.n_to, belief, regime, b, w, i, size,
                        row,
                    )  # fmt: skip
                    for c in range(size):
                        lasts = discount * (1.0 - numbers.breaks[b, w, c])
                        row[w, c] = numbers.share_flow[b, w, i, c] + lasts * row[w, c]
                for w in range(n_worlds):
                    for c in range(size):
                        desk.good[b, w, i, c] = row[w, c]
        for w in range(n_worlds):
            desk.best[b, w] = -np.inf
            if not meets[w].any() or not board.tables[b, w].any():
                continue
            for j in range(n):
                for c in range(size):
                    signing[j, c] = desk.worth[b, w, j, c] + numbers.lump[b, w, j, c]
            answer(
                board.asked, board.required, board.votes[b], desk.refusing, numbers.noise, b, w,
                size, signing, factor, whole,
            )  # fmt: skip
            for k in range(n):
                if not meets[w, k]:
                    continue
                stay = desk.waiting[t, w, k]
                for c in range(size):
                    agreed[c] = factor[k, c] * whole[c]
                if board.votes[b]:
                    put_to_vote(
                        board.required, board.counted, board.at_least, b, w, k, size, factor, agreed
                    )
                weigh(signing, agreed, k, stay, size, desk.objective, b, w)
                if desk.leaves[w].any():
                    weigh_exits(
                        board.required, desk.leaves, numbers.exit_worth, b, w, k, stay, size,
                        signing, factor, agreed, stayed, desk.objective,
                    )  # fmt: skip
                if board.divisible[b]:
                    divide(
                        board.required, board.counted, board.at_least, board.out, desk.good,
                        numbers.share_lump, desk.refusing, desk.leaves, numbers.exit_worth, b, w, k,
                        size, signing, desk.objective,
                    )  # fmt: skip
                for table in range(n_tables):
                    if desk.meets[w, table, k] and board.tables[b, w, table, k] != NONE:
                        desk.best[b, w, table, k] = largest(
                            desk.objective, board.may_table, board.tables, b, w, table, k, size
                        )


@compiled
def expect(
    worth: Floats,
    to: Ints,
    chance: Floats,
    n_to: Ints,
    belief: int,
    regime: int,
    b: int,
    w: int,
    i: int,
    size: int,
    row: Floats,
) -> None:
    """Fill in a row of expectations over the worlds that can be next, four worlds at a time."""
    for c in range(size):
        row[w, c] = 0.0
    found = n_to[belief, regime, w]
    k = 0
    while k + 4 <= found:
        v0, p0 = to[belief, regime, w, k], chance[belief, regime, w, k]
        v1, p1 = to[belief, regime, w, k + 1], chance[belief, regime, w, k + 1]
        v2, p2 = to[belief, regime, w, k + 2], chance[belief, regime, w, k + 2]
        v3, p3 = to[belief, regime, w, k + 3], chance[belief, regime, w, k + 3]
        for c in range(size):
            row[w, c] += (p0 * worth[b, v0, i, c] + p1 * worth[b, v1, i, c]) + (
                p2 * worth[b, v2, i, c] + p3 * worth[b, v3, i, c]
            )
        k += 4
    while k < found:
        v0, p0 = to[belief, regime, w, k], chance[belief, regime, w, k]
        for c in range(size):
            row[w, c] += p0 * worth[b, v0, i, c]
        k += 1
