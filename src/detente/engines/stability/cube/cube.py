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
