"""Simultaneous stability: does another party's change at the same moment spoil the improvement?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, Ints, frozen
from detente.engines._compiled import compiled
from detente.engines.stability.space.actions import ActionSpace
from detente.engines.stability.space.fits import certain_ranks, check_place
from detente.engines.stability.space.kernels import Arcs
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Stability

__all__ = [
    "SimultaneousAnswer",
    "SimultaneousCertificate",
    "simultaneous_certificate",
    "simultaneous_stability",
]

CONCEPT = "simultaneous"


class SimultaneousAnswer(NamedTuple):
    """What spoils one improvement; ``party``, ``change`` and ``together`` are -1 if nothing does.

    ``party`` improves to ``change`` at the same moment, and the conflict comes to ``together``,
    which is no better for the party that made the improvement than where it was.
    """

    improvement: int
    party: int
    change: int
    together: int


@dataclass(frozen=True, slots=True, eq=False)
class SimultaneousCertificate:
    """Why a state is, or is not, simultaneously stable for a party."""

    state: int
    party: int
    answers: tuple[SimultaneousAnswer, ...]
    """One for each improvement of the party, in order of states."""

    @property
    def is_stable(self) -> bool:
        return all(answer.party >= 0 for answer in self.answers)


def simultaneous_stability(space: ActionSpace, preferences: Preferences) -> Stability:
    """Find the states where each party's improvements are spoiled by what another does meanwhile.

    A state ``s`` is simultaneously stable for party ``i`` if for every improvement of ``i`` there
    is one other party ``j`` and an improvement of ``j`` from ``s`` such that the state in which
    both changes are made at once is feasible and no better for ``i`` than ``s`` [1]_. In that state
    the actions that ``i`` changes are as ``i`` sets them, those that ``j`` changes are as ``j``
    does, and all else is as in ``s``. Where both control an action and set it differently, the two
    changes cannot be combined; where only one changes it, that change stands. One party answers,
    not several together; for two parties this is the definition of the literature, for more it is
    a reading of it.

    Parameters
    ----------
    space : ActionSpace
        States made of actions: what "both at once" means is not defined for states without.
    preferences : Preferences
        Certain ones.

    Raises
    ------
    EngineInputError
        If the preferences are of another shape, or not certain.

    Notes
    -----
    O(states * improvements of one * improvements of the others) time at worst, with a stop at the
    first improvement that nothing spoils; memory linear in states. Published tables often show one
    column of states that are sequentially *or* simultaneously stable, for each party by itself.

    References
    ----------
    .. [1] N. M. Fraser and K. W. Hipel, Conflict Analysis: Models and Resolutions, North-Holland,
       1984.

    Examples
    --------
    The prisoners' dilemma; from state 3 (both cooperate) each would gain by defecting, not if the
    other does too.

    >>> from detente.engines.stability import action_space, preferences, simultaneous_stability
    >>> space = action_space([2, 2], controls=[0, 1])
    >>> simultaneous_stability(space, preferences([[1, 1], [0, 3], [3, 0], [2, 2]])).equilibria
    array([0, 3])
    """
    ranks = certain_ranks(space, preferences)
    table = np.zeros((space.n_states, space.n_parties), dtype=np.bool_, order="F")
    _verdicts(*_layout(space), ranks, table)
    return Stability(frozen(table), CONCEPT, "every pair of improvements, state by state")


def simultaneous_certificate(
    space: ActionSpace, preferences: Preferences, state: int, party: int
) -> SimultaneousCertificate:
    """Say for each improvement of one party from one state what spoils it.

    Raises
    ------
    EngineInputError
        As :func:`simultaneous_stability`, and if the state or the party does not exist.

    Examples
    --------
    >>> from detente.engines.stability import action_space, preferences, simultaneous_certificate
    >>> space = action_space([2, 2], controls=[0, 1])
    >>> ranks = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> simultaneous_certificate(space, ranks, state=3, party=0).answers
    (SimultaneousAnswer(improvement=2, party=1, change=1, together=0),)
    """
    ranks = certain_ranks(space, preferences)
    check_place(space, state, party)
    layout = _layout(space)
    answers = np.empty((int(layout[-1][party + 1] - layout[-1][party]), 4), dtype=np.int64)
    found = _answers(*layout, ranks, state, party, answers)
    return SimultaneousCertificate(
        state, party, tuple(SimultaneousAnswer(*row) for row in answers[:found].tolist())
    )


def _layout(space: ActionSpace) -> tuple[Ints, Ints, Bools, Bools, Bools, Bools, Ints, Ints]:
    """Flatten a space for the kernels; all settings of each party's actions as one list."""
    limited = np.array([table is not None for table in space.allowed])
    width = int(space.sizes.max())
    changes = np.ones((len(space.sizes), width, width), dtype=np.bool_)
    for action, table in enumerate(space.allowed):
        if table is not None:
            changes[action, : len(table), : len(table)] = table
    # Read-only like the rest: a writable array would be another type to compile for.
    everything = frozen(np.ones(space.n_states, dtype=np.bool_))
    feasible = everything if space.feasible is None else space.feasible
    settings = []
    for party in range(space.n_parties):
        own = np.zeros(1, dtype=np.int64)
        for action in np.flatnonzero(space.controls[:, party]).tolist():
            levels = np.arange(space.sizes[action], dtype=np.int64) * space.strides[action]
            own = (levels[:, None] + own).reshape(-1)
        settings.append(own)
    starts = np.concatenate([[0], np.cumsum([len(own) for own in settings])]).astype(np.intp)
    return (
        space.sizes,
        space.strides,
        space.controls,
        limited,
        changes,
        feasible,
        np.concatenate(settings).astype(np.intp),
        starts,
    )


@compiled
def _improvements(
    sizes: Ints,
    strides: Ints,
    controls: Bools,
    limited: Bools,
    changes: Bools,
    feasible: Bools,
    settings: Ints,
    starts: Ints,
    ranks: Arcs,
    state: int,
    party: int,
    out: Ints,
) -> int:
    """Write one party's improvements from a state, ascending, where its settings are listed."""
    base = state
    for a in range(len(sizes)):
        if controls[a, party]:
            base -= (state // strides[a]) % sizes[a] * strides[a]
    here = ranks[party, state]
    n = starts[party]
    for k in range(starts[party], starts[party + 1]):
        target = base + settings[k]
        if ranks[party, target] <= here or not feasible[target]:
            continue
        open_ = True
        for a in range(len(sizes)):
            if limited[a] and controls[a, party]:
                old, new = (state // strides[a]) % sizes[a], (target // strides[a]) % sizes[a]
                if not changes[a, old, new]:
                    open_ = False
                    break
        if open_:
            out[n] = target
            n += 1
    return int(n - starts[party])


@compiled
def _together(
    sizes: Ints, strides: Ints, controls: Bools, state: int, i: int, q: int, j: int, p: int
) -> int:
    """Return the state with both changes made, or -1 if they set one action differently."""
    both = q + p - state
    for a in range(len(sizes)):
        if controls[a, i] and controls[a, j]:
            old = (state // strides[a]) % sizes[a]
            one, other = (q // strides[a]) % sizes[a], (p // strides[a]) % sizes[a]
            if one != old and other != old:
                if one != other:
                    return -1
                both -= (one - old) * strides[a]
    return int(both)


@compiled
def _spoiler(
    sizes: Ints,
    strides: Ints,
    controls: Bools,
    feasible: Bools,
    starts: Ints,
    counts: Ints,
    found: Ints,
    ranks: Arcs,
    state: int,
    i: int,
    q: int,
) -> tuple[int, int, int]:
    """Return the first party that spoils an improvement, its own change, and where both end; or -1."""
    for j in range(len(ranks)):
        if j == i:
            continue
        for m in range(starts[j], starts[j] + counts[j]):
            both = _together(sizes, strides, controls, state, i, q, j, found[m])
            if both >= 0 and feasible[both] and ranks[i, both] <= ranks[i, state]:
                return j, int(found[m]), both
    return -1, -1, -1


@compiled
def _verdicts(
    sizes: Ints,
    strides: Ints,
    controls: Bools,
    limited: Bools,
    changes: Bools,
    feasible: Bools,
    settings: Ints,
    starts: Ints,
    ranks: Arcs,
    stable: Bools,
) -> None:
    n = len(ranks)
    found = np.empty(len(settings), dtype=np.int64)
    counts = np.empty(n, dtype=np.int64)
    for state in range(len(feasible)):
        if not feasible[state]:
            continue
        for i in range(n):
            counts[i] = _improvements(
                sizes, strides, controls, limited, changes, feasible, settings, starts, ranks,
                state, i, found,
            )  # fmt: skip
        for i in range(n):
            verdict = True
            for k in range(starts[i], starts[i] + counts[i]):
                spoiler, _, _ = _spoiler(
                    sizes, strides, controls, feasible, starts, counts, found, ranks,
                    state, i, found[k],
                )  # fmt: skip
                if spoiler < 0:
                    verdict = False
                    break
            stable[state, i] = verdict


@compiled
def _answers(
    sizes: Ints,
    strides: Ints,
    controls: Bools,
    limited: Bools,
    changes: Bools,
    feasible: Bools,
    settings: Ints,
    starts: Ints,
    ranks: Arcs,
    state: int,
    i: int,
    out: Ints,
) -> int:
    """Write one row for each improvement: where to, who spoils it, by which change, where it ends."""
    n = len(ranks)
    found = np.empty(len(settings), dtype=np.int64)
    counts = np.empty(n, dtype=np.int64)
    for j in range(n):
        counts[j] = _improvements(
            sizes, strides, controls, limited, changes, feasible, settings, starts, ranks,
            state, j, found,
        )  # fmt: skip
    for k in range(counts[i]):
        q = found[starts[i] + k]
        out[k, 0] = q
        out[k, 1], out[k, 2], out[k, 3] = _spoiler(
            sizes, strides, controls, feasible, starts, counts, found, ranks, state, i, q
        )
    return int(counts[i])
