"""Inner loop of the course of a negotiation: chances of where it stands, one period after another.

Plain arrays only, so that it runs once per draw without Python in between. Everything it fills in
is allocated, and set to zero, by the caller.
"""

from __future__ import annotations

import numpy as np

from detente.engines._checks import Floats, Ints
from detente.engines._compiled import compiled

__all__ = ["first_reached", "follow", "leave_talks", "run_packages"]


@compiled
def follow(
    start: int,
    belief: int,
    chances: Floats,
    phase: Ints,
    floor: Floats,
    starts: Ints,
    package: Ints,
    chance: Floats,
    accepted: Floats,
    exited: Floats,
    breaks: Floats,
    resumes_in: Ints,
    regime: Ints,
    column: Ints,
    mass: Floats,
    moved: Floats,
    live: Ints,
    untried: Floats,
    talks: Floats,
    in_force: Floats,
    first_signed: Floats,
    proposed: Floats,
    at_table: Floats,
    exited_by: Floats,
    broken: Floats,
    broke: Floats,
    moves: Floats,
) -> int:
    """Fill in the course of the talks from world ``start`` on; return how many packages are live.

    W worlds, n parties, K tables, T periods, D packages, M columns that packages are counted in.

    Parameters
    ----------
    start : int
        World at the start of the first period.
    belief : int
        Whose chances to go by.
    chances : (n_phases, n_beliefs, n_regimes, W, W)
    phase : (T,)
    floor : (W, K, n)
        Chance that in one period a table meets and a party has the floor there.
    starts, package, chance, accepted, exited
        What is done in each cell, as in the equilibrium: (T * W * K * n + 1,), (n_rows,), (n_rows,),
        (n_rows,), (n_rows, n). Rows of no package (below 0) end the talks.
    breaks, resumes_in : (W, D)
        Chance that a package in force breaks down within a period; where talks resume, or -1.
    regime : (D,)
    column : (D,)
        The column in which a package is counted, -1 for none. Several may share one.
    mass, moved : (D, W)
        Scratch. At the end ``mass[slot, w]`` is the chance that package ``live[slot]`` is in force
        in world w.
    live : (D,)
        Filled in with the packages that were ever agreed on, in that order.
    untried, talks : (T + 1, W)
        Filled in: talks are on and nothing has been agreed yet; talks are on at all.
    in_force : (T + 1, M)
    first_signed : (T, M)
    proposed : (n, M)
    at_table : (K,)
    exited_by : (T + 1, n)
    broken : (T + 1,)
        Ended for good after a breakdown, so far.
    broke : (T + 1, M)
        Breakdowns so far, expected number.
    moves : (T, W, W)
        Of the world, nothing agreed yet and none agreed in that period either.
    """
    n_periods, n_worlds = moves.shape[:2]
    n_live = 0
    slot_of = np.full(len(column), -1, dtype=np.intp)
    untried[0, start] = 1.0
    talks[0, start] = 1.0
    for t in range(n_periods):
        exited_by[t + 1] = exited_by[t]
        broken[t + 1] = broken[t]
        broke[t + 1] = broke[t]
        p = chances[phase[t], belief]
        for w in range(n_worlds):
            if talks[t, w] > 0.0:
                n_live, stays = leave_talks(
                    t, w, talks[t, w], untried[t, w], floor, starts, package, chance, accepted,
                    exited, column, slot_of, live, n_live, mass, first_signed, proposed, at_table,
                    exited_by,
                )  # fmt: skip
                for then in range(n_worlds):
                    passes = stays * p[0, w, then]
                    talks[t + 1, then] += passes * talks[t, w]
                    untried[t + 1, then] += passes * untried[t, w]
                    moves[t, w, then] = passes * untried[t, w]
        run_packages(
            t,
            p,
            breaks,
            resumes_in,
            regime,
            column,
            live,
            n_live,
            mass,
            moved,
            talks,
            broken,
            broke,
        )
        for slot in range(n_live):
            place = column[live[slot]]
            if place >= 0:
                in_force[t + 1, place] += mass[slot].sum()
    return n_live


@compiled
def leave_talks(
    t: int,
    w: int,
    talking: float,
    fresh: float,
    floor: Floats,
    starts: Ints,
    package: Ints,
    chance: Floats,
    accepted: Floats,
    exited: Floats,
    column: Ints,
    slot_of: Ints,
    live: Ints,
    n_live: int,
    mass: Floats,
    first_signed: Floats,
    proposed: Floats,
    at_table: Floats,
    exited_by: Floats,
) -> tuple[int, float]:
    """Book what is agreed and ended in one world; return the live packages and who stays talking.

    The second number returned is the chance that the period passes. It is added up from its parts,
    not taken as what is left, so that masses that do not add up to 1 show.
    """
    n_worlds, n_tables, n = floor.shape
    stays = 1.0
    for k in range(n_tables):
        for i in range(n):
            stays -= floor[w, k, i]
    for k in range(n_tables):
        for i in range(n):
            if floor[w, k, i] <= 0.0:
                continue
            cell = ((t * n_worlds + w) * n_tables + k) * n + i
            if starts[cell] == starts[cell + 1]:
                stays += floor[w, k, i]
            for row in range(starts[cell], starts[cell + 1]):
                tabled = floor[w, k, i] * chance[row]
                passes = 1.0 - accepted[row]
                for e in range(n):
                    passes -= exited[row, e]
                    exited_by[t + 1, e] += tabled * exited[row, e] * talking
                stays += tabled * passes
                d = package[row]
                if d >= 0 and accepted[row] > 0.0:
                    if slot_of[d] < 0:
                        slot_of[d] = n_live
                        live[n_live] = d
                        n_live += 1
                    agreed = tabled * accepted[row]
                    mass[slot_of[d], w] += agreed * talking
                    at_table[k] += agreed * fresh
                    if column[d] >= 0:
                        first_signed[t, column[d]] += agreed * fresh
                        proposed[i, column[d]] += agreed * fresh
    return n_live, stays


@compiled
def run_packages(
    t: int,
    p: Floats,
    breaks: Floats,
    resumes_in: Ints,
    regime: Ints,
    column: Ints,
    live: Ints,
    n_live: int,
    mass: Floats,
    moved: Floats,
    talks: Floats,
    broken: Floats,
    broke: Floats,
) -> None:
    """Let the world move under every package in force, and packages break down on the way."""
    n_worlds = p.shape[1]
    for slot in range(n_live):
        d = live[slot]
        moved[slot] = 0.0
        for w in range(n_worlds):
            if mass[slot, w] <= 0.0:
                continue
            for then in range(n_worlds):
                goes = mass[slot, w] * p[regime[d], w, then]
                if goes <= 0.0:
                    continue
                moved[slot, then] += goes * (1.0 - breaks[w, d])
                lost = goes * breaks[w, d]
                if column[d] >= 0:
                    broke[t + 1, column[d]] += lost
                if resumes_in[then, d] >= 0:
                    talks[t + 1, resumes_in[then, d]] += lost
                else:
                    broken[t + 1] += lost
        mass[slot] = moved[slot]


@compiled
def first_reached(
    start: int, labels: Floats, untried: Floats, moves: Floats, reached: Floats
) -> None:
    """Split the chance that nothing has been agreed by the first labelled world that was reached.

    Parameters
    ----------
    start : int
    labels : (W, L)
        How far each world counts for each label; all 0 in worlds that are not looked for.
    untried, moves : (T + 1, W), (T, W, W)
        As :func:`follow` fills them in.
    reached : (T + 1, L)
        Filled in: nothing agreed so far, and the first labelled world counts for this label.
    """
    n_periods, n_worlds = moves.shape[:2]
    n_labels = reached.shape[1]
    now, then = np.zeros((n_worlds, n_labels)), np.zeros((n_worlds, n_labels))
    now[start] = labels[start]
    reached[0] = now.sum(axis=0)
    for t in range(n_periods):
        then[:] = 0.0
        for w in range(n_worlds):
            if untried[t, w] <= 0.0:
                continue
            some = 0.0
            for k in range(n_labels):
                some += now[w, k]
            fresh = max(0.0, 1.0 - some / untried[t, w])
            for v in range(n_worlds):
                moved = moves[t, w, v]
                if moved > 0.0:
                    for k in range(n_labels):
                        then[v, k] += moved * (now[w, k] / untried[t, w] + fresh * labels[v, k])
        now[:] = then
        reached[t + 1] = now.sum(axis=0)
