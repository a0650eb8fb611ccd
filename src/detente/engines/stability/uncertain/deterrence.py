"""Why a party stays or leaves where preferences are strong, mild or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from detente.engines._checks import Bools, frozen
from detente.engines.stability.space.fits import check_fit, check_place
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.space.sequences import Steps, room, seek, steps_to
from detente.engines.stability.uncertain.kernels import BETTER, UNKNOWN, compare, deterring
from detente.engines.stability.uncertain.unknown import (
    Extension,
    answering_moves,
    checked_extension,
)
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError

__all__ = ["Departure", "Deterrence", "deterrence"]


class Departure(NamedTuple):
    """One move that a party considers, and what follows."""

    state: int
    is_better: bool
    """Surely better; if not, it is unknown how it compares."""
    answer: Steps
    """A shortest answer that deters: who moves, and where to; empty if there is none."""

    @property
    def deterred(self) -> bool:
        return bool(self.answer)


@dataclass(frozen=True, slots=True, eq=False)
class Deterrence:
    """Why a state is, or is not, stable for a party.

    Attributes
    ----------
    state, party : int
    departures : tuple of Departure
        One for each move that the party considers, in order of states.
    deters : ndarray of bool, shape (n_states,)
        Where an answer deters, if it ends there: what comes of it is as the concept asks.
    """

    state: int
    party: int
    departures: tuple[Departure, ...]
    deters: Bools

    @property
    def is_stable(self) -> bool:
        return all(departure.deterred for departure in self.departures)


def deterrence(
    graph: MoveGraph,
    preferences: Preferences,
    concept: Concept,
    state: int,
    party: int,
    *,
    extension: Extension = Extension.B,
    strong: bool = False,
) -> Deterrence:
    """Say for each move that a party considers how the others would answer it.

    Definitions as in :func:`unknown_stability`, and with ``strong`` as in
    :func:`strength_stability`. Where all is known the extension makes no difference.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
    concept : Concept
    state, party : int
    extension : Extension, optional
    strong : bool, optional
        Whether only an answer that is much worse deters.

    Raises
    ------
    EngineInputError
        As :func:`unknown_stability`, and if the state or the party does not exist, or ``strong`` is
        asked for and no strength is stated.

    Notes
    -----
    O(states + moves) per move considered.

    Examples
    --------
    >>> from detente.engines.stability import Concept, deterrence, move_graph, preferences
    >>> graph = move_graph(3, 2, [(0, 0, 1), (1, 1, 2)])
    >>> ranks = preferences([[1, 0], [2, 0], [0, 1]])
    >>> deterrence(graph, ranks, Concept.SEQ, state=0, party=0).departures
    (Departure(state=1, is_better=True, answer=((1, 2),)),)
    """
    concept, extension = Concept(concept), checked_extension(extension)
    check_fit(graph, preferences)
    check_place(graph, state, party)
    known = (preferences.low.T, preferences.high.T, preferences.unknown, party)
    much = known[0][party, :0]
    if strong:
        if preferences.much_below is None:
            raise EngineInputError("preferences: found no strength, expected `much_below`")
        much = preferences.much_below.T[party]
    marked = np.zeros(graph.n_states, dtype=np.bool_)
    fears, countered = extension.fears_unknown, concept is Concept.SMR
    deterring(graph.starts, graph.targets, *known, state, fears, much, countered, marked)
    answers = answering_moves(graph, preferences, concept)
    others = frozen(np.arange(graph.n_parties) != party)
    first, nodes = room(graph.n_states)
    values, limits = frozen(marked[None].astype(np.int32)), np.zeros(1, dtype=np.int32)
    departures = []
    for target in graph.moves(party, state).tolist():
        relation = compare(*known, state, target)
        if relation == BETTER or (relation == UNKNOWN and extension.leaves_for_unknown):
            sought = (target, values, limits, True)
            found, _ = seek(answers.starts, answers.targets, others, *sought, first, nodes)
            steps = steps_to(nodes, found) if found >= 0 else ()
            departures.append(Departure(target, relation == BETTER, steps))
    return Deterrence(state, party, tuple(departures), frozen(marked))
