"""The four classical concepts for every state and party of an action space."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from detente.engines._checks import Bools, frozen
from detente.engines.stability.cube.blocks import ABSENT, NEVER, Ranks, blocks_of
from detente.engines.stability.cube.closure import after_any_answer, after_improvements
from detente.engines.stability.cube.prepared import Prepared
from detente.engines.stability.cube.sweeps import (
    best_move,
    least_of_blocks,
    most_within_reach,
    verdicts,
)
from detente.engines.stability.verdicts import Concept, Stability
from detente.errors import EngineInputError

__all__ = ["NO_MOVE", "cube_stability", "cube_thresholds"]

NO_MOVE = NEVER
"""The threshold of a state that a party cannot leave, or that does not exist."""

WORTH_A_THREAD = 1 << 18
"""States from which a second thread pays for itself."""


def cube_stability(
    prepared: Prepared, concept: Concept, most_threads: int | None = None
) -> Stability:
    """Decide for every state and every party whether the party would stay.

    With ``P(s)`` the rank of a state for the party that is judged, and ``g(q)`` the rank it is
    sure of once at ``q``, a state is stable if ``P(s) >= g(q)`` for each of its moves to ``q``.
    For Nash stability ``g(q) = P(q)``; for GMR the least of ``P`` over ``q`` and what the others
    can reach from there, by legal sequences; for SEQ the same over legal sequences of
    improvements; for SMR the least over what they can reach of the most the party reaches from
    there, or keeps by staying, and at most ``P(q)``. An answer that leaves the party where it
    started, or as well off, deters it.

    Parameters
    ----------
    prepared : Prepared
        From :func:`prepare`.
    concept : Concept
    most_threads : int, optional
        Threads that judge different parties at the same time, in spaces of more than 2**18
        states. If left out, one for each processor.

    Notes
    -----
    With ``c`` combinations of a party's own actions (``2 ** k`` for ``k`` of yes or no), and
    moves meaning all ``c - 1`` of them, for one party:

    - Nash: O(n_states) where every change is allowed; else times its levels per action, summed.
    - Every state feasible and every change allowed: GMR and SMR compare with the maximin and the
      minimax, O(n_states). Every state feasible: one pass for each opponent.
    - Otherwise, and for SEQ: at most 12 rounds of one pass for each opponent, usually 3 to 6,
      then a search that looks at each move of the opponents at most once: O(n_states * moves) at
      worst, however long the chains of answers are. A pass of SEQ visits each state once for each
      pattern of one-way actions of the opponent (2 ** the number of those of yes or no).

    Besides the verdicts each thread holds two or three arrays of four bytes per state, and in a
    search up to three more of eight; moves are never listed.

    References
    ----------
    .. [1] L. Fang, K. W. Hipel, D. M. Kilgour, "Interactive Decision Making: The Graph Model for
       Conflict Resolution", Wiley, 1993.

    Examples
    --------
    In the prisoners' dilemma, with 1 for holding firm, staying firm is the only Nash equilibrium,
    and both yielding is held up by the answer that would follow.

    >>> from detente.engines.stability.cube.prepared import prepare
    >>> from detente.engines.stability.space.actions import action_space
    >>> from detente.engines.stability.space.preferences import preferences
    >>> ranks = preferences([[2, 2], [3, 0], [0, 3], [1, 1]])
    >>> prepared = prepare(action_space([2, 2], [0, 1]), ranks)
    >>> cube_stability(prepared, Concept.NASH).equilibria.tolist()
    [3]
    >>> cube_stability(prepared, Concept.SEQ).equilibria.tolist()
    [0, 3]
    """
    concept = Concept(concept)
    stable = np.empty((prepared.n_parties, prepared.n_states), dtype=np.bool_)

    def judge(party: int) -> None:
        _judge(prepared, concept, party, stable[party])

    most = os.cpu_count() or 1 if most_threads is None else most_threads
    threads = min(most, prepared.n_parties) if prepared.n_states > WORTH_A_THREAD else 1
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(judge, range(prepared.n_parties)))
    else:
        for party in range(prepared.n_parties):
            judge(party)
    return Stability(frozen(stable.T), concept.value, "passes over blocks of own actions")


def cube_thresholds(prepared: Prepared, concept: Concept, party: int) -> Ranks:
    """Return the rank from which on a party would stay, for every state.

    The threshold is the most that any of its moves from the state is guaranteed to bring (see
    :func:`cube_stability`): a state is stable for the party exactly if its rank is at least that.

    Parameters
    ----------
    prepared : Prepared
        From :func:`prepare`.
    concept : Concept
    party : int

    Returns
    -------
    ndarray of int32, shape (n_states,)
        :data:`NO_MOVE` where the party has no move, and at infeasible states.

    Raises
    ------
    EngineInputError
        If there is no such party.

    Notes
    -----
    A threshold is at most as large as the best rank within reach, and can exceed the rank of the
    state: by how much says how far the party is from staying. Cost as for the verdicts, and
    ``sum of levels`` of the party's own actions for each state.

    Examples
    --------
    >>> from detente.engines.stability.cube.prepared import prepare
    >>> from detente.engines.stability.space.actions import action_space
    >>> from detente.engines.stability.space.preferences import preferences
    >>> ranks = preferences([[2, 2], [3, 0], [0, 3], [1, 1]])
    >>> prepared = prepare(action_space([2, 2], [0, 1]), ranks)
    >>> cube_thresholds(prepared, Concept.NASH, 0).tolist()
    [3, 2, 1, 0]
    >>> cube_thresholds(prepared, Concept.SEQ, 0).tolist()
    [1, 0, 1, 0]
    """
    if not 0 <= party < prepared.n_parties:
        raise EngineInputError(f"party: found {party}, expected 0 to {prepared.n_parties - 1}")
    guaranteed = _guaranteed(prepared, Concept(concept), party)
    out = np.empty(prepared.n_states, dtype=np.int32)
    best_move(guaranteed, prepared.blocks[party], out)
    return frozen(out)


def _judge(prepared: Prepared, concept: Concept, party: int, stable: Bools) -> None:
    worth = prepared.worth(party)
    blocks = prepared.blocks[party]
    if blocks.n_combinations == 1:
        np.not_equal(worth, ABSENT, out=stable)
    elif concept is Concept.GMR and prepared.is_plain:
        # From every move the others can bring about anything but a change of what is its alone:
        # what it is sure of is the same wherever it stands.
        controls = prepared.space.controls
        others = np.delete(controls, party, axis=1).any(axis=1)
        alone = blocks_of(prepared.space, controls[:, party] & ~others)
        np.greater_equal(worth, least_of_blocks(worth, alone).max(), out=stable)
    elif concept is Concept.SMR and prepared.is_plain:
        # Whoever leaves is held, by the one answer that is worst for it, to its best reply there.
        least = verdicts(worth, worth, blocks, stable)
        np.logical_or(stable, worth >= least, out=stable)
    else:
        verdicts(worth, _guaranteed(prepared, concept, party), blocks, stable)


def _guaranteed(prepared: Prepared, concept: Concept, party: int) -> Ranks:
    """Return what a party is sure of once at each state; :data:`ABSENT` where infeasible."""
    worth = prepared.worth(party)
    if concept is Concept.NASH:
        return worth
    values = np.array(worth)
    if concept is Concept.GMR:
        after_any_answer(prepared, party, values)
    elif concept is Concept.SMR:
        most_within_reach(worth, prepared.blocks[party], values)
        after_any_answer(prepared, party, values)
        np.minimum(values, worth, out=values)
    else:
        after_improvements(prepared, party, values)
    return frozen(values)
