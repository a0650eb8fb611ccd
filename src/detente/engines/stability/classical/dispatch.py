"""Classical stability of either way to write down moves."""

from __future__ import annotations

from detente.engines.stability.classical.graph import graph_stability
from detente.engines.stability.cube.cube import cube_stability
from detente.engines.stability.cube.prepared import prepare
from detente.engines.stability.space.actions import ActionSpace
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept, Stability

__all__ = ["stability"]


def stability(
    moves: ActionSpace | MoveGraph, preferences: Preferences, concept: Concept
) -> Stability:
    """Find the states where each party stays, given how it reckons with the others' answers.

    The definitions are those of :func:`graph_stability`. States made of actions are swept action
    by action and no move is listed; listed moves are searched. The verdicts are the same.

    Parameters
    ----------
    moves : ActionSpace or MoveGraph
    preferences : Preferences
        Certain ones, for the same states and parties.
    concept : Concept

    Raises
    ------
    EngineInputError
        If the preferences are of another shape, or not certain.

    Notes
    -----
    Cost as :func:`cube_stability` or :func:`graph_stability`. For several concepts on one space of
    actions, :func:`prepare` once and call :func:`cube_stability`.

    Examples
    --------
    >>> from detente.engines.stability import Concept, action_space, preferences, stability
    >>> dilemma = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> stability(action_space([2, 2], controls=[0, 1]), dilemma, Concept.SEQ).equilibria
    array([0, 3])
    """
    if isinstance(moves, MoveGraph):
        return graph_stability(moves, preferences, concept)
    return cube_stability(prepare(moves, preferences), concept)
