"""Inner loops of backward induction, one period: what waiting, keeping and tabling are worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines._compiled import compiled
from detente.engines.bargaining.backward_layout import NONE, SOME, Board, Numbers
from detente.engines.bargaining.consent_blocks import (
    agree,
    answer,
    divide,
    largest,
    weigh,
    weigh_exits,
)
from detente.engines.bargaining.consent_kernels import near

__all__ = ["Desk", "begin_period", "work_back"]


class Desk(NamedTuple):
    """What backward induction works on."""

    value: Floats
    """(T + 1, W, n)"""
    waiting: Floats
    worth: Floats
    """(blocks, W, n, room): of a package in force, at the period that was done last."""
    good: Floats
    """Like it, of the whole divisible good; without blocks where there is none."""
    objective: Floats
    """(blocks, W, n, room): to the party that tables the package."""
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
    paid: Bools
    """(blocks,): whether anything is paid at signing."""
    refusing: Floats
    """(W, n): what refusing is worth this period."""
    leaves: Bools
    """(W, n): whether refusing means ending the talks this period."""
    someone_leaves: Bools
    """(W,)"""
    broken: Floats
    """(blocks, W, n): what a breakdown on the way out of a world is worth, expected."""
    to: Ints
    """(beliefs, regimes, W, at least W): worlds that can be next."""
    chance: Floats
    n_to: Ints
    """(beliefs, regimes, W)"""


@compiled
def begin_period(board: Board, numbers: Numbers, desk: Desk, t: int) -> None:
    """Work out what waiting and refusing are worth, and what lies ahead."""
    phase = board.phase
    if t + 1 == len(phase) or phase[t] != phase[t + 1]:
        list_moves(numbers.chances, phase[t], desk.to, desk.chance, desk.n_to)
    expect_talks(
        desk.value, t, board.belief_of, board.out, desk.to, desk.chance, desk.n_to, desk.waiting
    )
    wait(
        numbers.waiting, numbers.discount, numbers.exit_worth, board.exit_open, board.out, t,
        desk.waiting, desk.refusing, desk.leaves, desk.someone_leaves,
    )  # fmt: skip
    expect_breakdowns(
        board.out, board.resumes, board.regime, board.belief_of, numbers.broken_worth, desk.value,
        desk.breaking, desk.to, desk.chance, desk.n_to, t, desk.broken,
    )  # fmt: skip


@compiled
def expect_row(
    then: Floats,
    t: int,
    regime: int,
    w: int,
    belief_of: Ints,
    to: Ints,
    chance: Floats,
    n_to: Ints,
    row: Floats,
    found: Floats,
) -> None:
    """Fill in what every party expects of the next world: ``then`` at date t, (dates, W, n)."""
    n = len(belief_of)
    for belief in range(to.shape[0]):
        for i in range(n):
            row[i] = 0.0
        for k in range(n_to[belief, regime, w]):
            v, p = to[belief, regime, w, k], chance[belief, regime, w, k]
            for i in range(n):  # all parties at a time, those of other beliefs for nothing
                row[i] += p * then[t, v, i]
        for i in range(n):
            found[i] = row[i] if belief_of[i] == belief else found[i]


@compiled
def expect_talks(
    value: Floats,
    t: int,
    belief_of: Ints,
    out: Bools,
    to: Ints,
    chance: Floats,
    n_to: Ints,
    waiting: Floats,
) -> None:
    """Fill in what talks are expected to be worth after this period."""
    row = np.empty(out.shape[1])
    for w in range(out.shape[0]):
        expect_row(value, t + 1, 0, w, belief_of, to, chance, n_to, row, waiting[t, w])


@compiled
def wait(
    pay: Floats,
    discount: Floats,
    exit_worth: Floats,
    exit_open: Bools,
    out: Bools,
    t: int,
    waiting: Floats,
    refusing: Floats,
    leaves: Bools,
    someone_leaves: Bools,
) -> None:
    """Fill in what waiting and refusing are worth, and whether refusing means leaving."""
    n_worlds, n = pay.shape
    for w in range(n_worlds):
        someone_leaves[w] = False
        for i in range(n):
            stays = 0.0 if out[w, i] else pay[w, i] + discount[i] * waiting[t, w, i]
            leaves[w, i] = False
            waiting[t, w, i] = stays
            refusing[w, i] = stays
            if exit_open[w, i]:
                leave = exit_worth[w, i, i]
                refusing[w, i] = max(stays, leave)
                if leave > stays + near(leave, stays):
                    leaves[w, i] = someone_leaves[w] = True


@compiled
def expect_breakdowns(
    out: Bools,
    resumes: Ints,
    regime: Ints,
    belief_of: Ints,
    broken_worth: Floats,
    value: Floats,
    breaking: Bools,
    to: Ints,
    chance: Floats,
    n_to: Ints,
    t: int,
    broken: Floats,
) -> None:
    """Fill in what a breakdown on the way out of a world is expected to be worth."""
    n_blocks, n_worlds, n = broken.shape
    then, row = np.empty((1, n_worlds, n)), np.empty(n)
    for b in range(n_blocks):
        if not breaking[b].any():
            continue
        for v in range(n_worlds):
            on = resumes[b, v]
            for i in range(n):
                worth = value[t + 1, on, i] if on >= 0 else broken_worth[v, i]
                then[0, v, i] = 0.0 if out[v, i] else worth
        for w in range(n_worlds):
            if breaking[b, w]:
                expect_row(then, 0, regime[b], w, belief_of, to, chance, n_to, row, broken[b, w])


@compiled
def list_moves(chances: Floats, phase: int, to: Ints, chance: Floats, n_to: Ints) -> None:
    """List the worlds that can be next in a phase, and how likely they are.

    Lists are filled up to a multiple of four with moves that have no chance.
    """
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
                while found % 4:
                    to[belief, regime, w, found] = w
                    chance[belief, regime, w, found] = 0.0
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
    row, nothing = np.empty((n_worlds, block)), np.zeros_like(desk.broken)
    scratch = np.empty((2 * n + 3, block))
    so_far = np.full(desk.top.shape, -np.inf)
    for b in range(low, high):
        keep_block(
            numbers.kept, numbers.breaks, numbers.discount, desk.broken, desk.breaking, desk.to,
            desk.chance, desk.n_to, board.belief_of, board.regime[b], board.out, b, board.width[b],
            row, desk.worth,
        )  # fmt: skip
        if board.divisible[b]:
            keep_block(
                numbers.share_flow, numbers.breaks, numbers.discount, nothing, desk.breaking,
                desk.to, desk.chance, desk.n_to, board.belief_of, board.regime[b], board.out, b,
                board.width[b], row, desk.good,
            )  # fmt: skip
        weigh_block(
            board.required, board.asked, board.counted, board.at_least, board.votes[b],
            board.may_table, board.tables, board.out, board.divisible[b], numbers.lump,
            desk.paid[b], numbers.noise, numbers.exit_worth, numbers.share_lump, desk.worth,
            desk.good, desk.waiting, desk.refusing, desk.leaves, desk.someone_leaves, desk.meets,
            desk.speaks, desk.busy, t, b, board.size[b], board.width[b], scratch, so_far, desk.best,
            desk.objective,
        )  # fmt: skip


@compiled
def keep_block(
    flow: Floats,
    breaks: Floats,
    discount: Floats,
    broken: Floats,
    breaking: Bools,
    to: Ints,
    chance: Floats,
    n_to: Ints,
    belief_of: Ints,
    regime: int,
    out: Bools,
    b: int,
    size: int,
    row: Floats,
    worth: Floats,
) -> None:
    """Take what a block of packages in force is worth back by one period.

    Expectations are added up over the worlds that can be next, four at a time.
    """
    n_worlds, n = out.shape
    for i in range(n):
        belief = belief_of[i]
        for w in range(n_worlds):
            if out[w, i]:
                continue
            for k in range(0, n_to[belief, regime, w], 4):
                v0, p0 = to[belief, regime, w, k], chance[belief, regime, w, k]
                v1, p1 = to[belief, regime, w, k + 1], chance[belief, regime, w, k + 1]
                v2, p2 = to[belief, regime, w, k + 2], chance[belief, regime, w, k + 2]
                v3, p3 = to[belief, regime, w, k + 3], chance[belief, regime, w, k + 3]
                if k == 0:
                    for c in range(size):
                        row[w, c] = (p0 * worth[b, v0, i, c] + p1 * worth[b, v1, i, c]) + (
                            p2 * worth[b, v2, i, c] + p3 * worth[b, v3, i, c]
                        )
                else:
                    for c in range(size):
                        row[w, c] += (p0 * worth[b, v0, i, c] + p1 * worth[b, v1, i, c]) + (
                            p2 * worth[b, v2, i, c] + p3 * worth[b, v3, i, c]
                        )
        for w in range(n_worlds):
            if out[w, i]:
                for c in range(size):
                    worth[b, w, i, c] = 0.0
            elif breaking[b, w]:
                lost = discount[i] * broken[b, w, i]
                for c in range(size):
                    kept = discount[i] * row[w, c]
                    worth[b, w, i, c] = flow[b, w, i, c] + (kept + breaks[b, w, c] * (lost - kept))
            else:
                for c in range(size):
                    worth[b, w, i, c] = flow[b, w, i, c] + discount[i] * row[w, c]


@compiled
def weigh_block(
    required: Bools,
    asked: Ints,
    counted: Bools,
    at_least: Ints,
    votes: bool,
    may_table: Bools,
    tables: Ints,
    out: Bools,
    divisible: bool,
    lump: Floats,
    paid: bool,
    noise: float,
    exit_worth: Floats,
    share_lump: Floats,
    in_force: Floats,
    good: Floats,
    waiting: Floats,
    refusing: Floats,
    leaves: Bools,
    someone_leaves: Bools,
    meets: Bools,
    speaks: Bools,
    busy: Bools,
    t: int,
    b: int,
    size: int,
    width: int,
    scratch: Floats,
    so_far: Floats,
    best: Floats,
    objective: Floats,
) -> None:
    """Weigh a block for all who may have the floor."""
    n_worlds, n_tables, n = meets.shape
    with_lump, factor = scratch[:n], scratch[n : 2 * n]
    whole, agreed, found = scratch[2 * n], scratch[2 * n + 1], scratch[2 * n + 2]
    for w in range(n_worlds):
        for table in range(n_tables):
            for k in range(n):
                best[b, w, table, k] = -np.inf
        if not busy[b, w]:
            continue
        signing = in_force[b, w]
        if paid:
            signing = with_lump
            for j in range(n):
                for c in range(width):
                    signing[j, c] = in_force[b, w, j, c] + lump[b, w, j, c]
        answer(asked, required, votes, refusing, noise, b, w, width, signing, factor, whole)
        for c in range(size, width):
            whole[c] = 0.0
        plain = not (votes or divisible or someone_leaves[w])
        for k in range(n):
            if not speaks[w, k]:
                continue
            stay = waiting[t, w, k]
            top = -np.inf
            if plain:
                top = weigh(signing, factor, whole, k, stay, width, found)
            else:
                agree(required, counted, at_least, votes, b, w, k, size, factor, whole, agreed)
                weigh_exits(
                    required, leaves, exit_worth, b, w, k, stay, size, signing, factor, agreed,
                    found,
                )  # fmt: skip
                if divisible:
                    divide(
                        required, counted, at_least, out, good, share_lump, refusing, leaves,
                        exit_worth, b, w, k, size, signing, found,
                    )  # fmt: skip
            leads = False
            for table in range(n_tables):
                if meets[w, table, k] and tables[b, w, table, k] != NONE:
                    here = top
                    if not plain or tables[b, w, table, k] == SOME:
                        here = largest(found, may_table, tables, b, w, table, k, size)
                    best[b, w, table, k] = here
                    lead = so_far[w, table, k]
                    if here > -np.inf and here >= lead - 2.0 * near(here, lead):
                        so_far[w, table, k] = max(lead, here)
                        leads = True
            if leads:
                for c in range(size):
                    objective[b, w, k, c] = found[c]
