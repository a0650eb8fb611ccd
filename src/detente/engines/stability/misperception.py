"""What each party takes the conflict to be, and where all would stay all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.stability.classical.graph import graph_stability
from detente.engines.stability.space.fits import certain_ranks
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError

__all__ = ["Misperceived", "misperceived_equilibria"]


@dataclass(frozen=True, slots=True, eq=False)
class Misperceived:
    """The conflict as each party sees it.

    Attributes
    ----------
    stable : ndarray of bool, shape (n_parties, n_states, n_parties)
        ``stable[v, s, i]``: state ``s`` is stable for party ``i`` in the eyes of party ``v``. False
        where ``v`` does not know of the state.
    sees : ndarray of bool, shape (n_parties, n_states)
        Which states each party knows of.
    concept : str
    method : str
    """

    stable: Bools
    sees: Bools
    concept: str
    method: str

    @property
    def own(self) -> Bools:
        """Whether each state is stable for each party in its own eyes, shape (n_states, n_parties)."""
        return np.asarray(np.diagonal(self.stable, axis1=0, axis2=2))

    @property
    def consensus(self) -> Ints:
        """The states where each party stays as it sees things: the equilibria of the hypergame."""
        return np.flatnonzero(self.own.all(axis=1))

    @property
    def by_mistake(self) -> Ints:
        """States of the consensus that some party takes to be no equilibrium.

        Everybody stays there, but somebody expects another to leave.
        """
        expected = self.stable[:, self.consensus].all(axis=(0, 2))
        return self.consensus[~np.asarray(expected)]

    def equilibria(self, view: int) -> Ints:
        """Return the equilibria in the eyes of one party: what it expects to last."""
        return np.flatnonzero(self.stable[view].all(axis=1))

    def surprises(self, view: int) -> Ints:
        """Return the states that one party expects to last and another leaves, or does not know."""
        expected = self.equilibria(view)
        return expected[~self.own[expected].all(axis=1)]


def misperceived_equilibria(
    graph: MoveGraph,
    own_views: Sequence[Preferences],
    concept: Concept,
    feasible: Sequence[npt.ArrayLike | None] | None = None,
) -> Misperceived:
    """Judge the states in the eyes of each party, and find those where all stay.

    A first-level hypergame: each party takes the conflict to be one game, its own preferences and
    those it ascribes to the others, over the states that it knows of, and does not know that the
    others take it to be another [1]_. A state is an equilibrium of the hypergame if it is stable
    for each party in that party's own game [2]_. What a party expects to last are the equilibria
    of its own game alone, whether or not the others see them so.

    A party that does not know of a state sees no moves to it or from it. A state that some party
    does not know of is no equilibrium of the hypergame: nothing says how that party would judge it
    once there. Column ``i`` of view ``i`` is what counts of party ``i``; its other columns are
    beliefs.

    Parameters
    ----------
    graph : MoveGraph
        What can really be done, the moves that only some know of too.
    own_views : sequence of Preferences, one per party
        Everybody's preferences as that party sees them; certain ones.
    concept : Concept
        How each party reckons with answers; each thinks all do.
    feasible : sequence of (array_like of bool, shape (n_states,)) or None, one per party, optional
        The states that the party knows of; None where it knows of all. If left out, all know of all.

    Raises
    ------
    EngineInputError
        If there is not one view for each party, a shape does not fit, a party knows of no state,
        or preferences are not certain.

    Notes
    -----
    Cost is that of :func:`~detente.engines.stability.classical.graph.graph_stability` once for each
    party.

    References
    ----------
    .. [1] P. G. Bennett, "Toward a theory of hypergames", Omega 5(6), 1977, 749-751.
    .. [2] M. Wang, K. W. Hipel and N. M. Fraser, "Solution concepts in hypergames", Applied
       Mathematics and Computation 34(3), 1989, 147-171.

    Examples
    --------
    Two would rather both hold back (state 3), but each takes the other for one that would not.

    >>> from detente.engines.stability import Concept, action_space, graph_of, preferences
    >>> from detente.engines.stability.misperception import misperceived_equilibria
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> seen_by_first = preferences([[1, 1], [0, 3], [2, 0], [3, 2]])
    >>> seen_by_second = preferences([[1, 1], [0, 2], [3, 0], [2, 3]])
    >>> seen = misperceived_equilibria(graph, [seen_by_first, seen_by_second], Concept.NASH)
    >>> seen.equilibria(0).tolist(), seen.equilibria(1).tolist(), seen.consensus.tolist()
    ([0], [0], [0, 3])
    >>> seen.by_mistake.tolist()
    [3]
    """
    n_parties = graph.n_parties
    if len(own_views) != n_parties:
        raise EngineInputError(
            f"own_views: found {len(own_views)} views, expected {n_parties}: one per party"
        )
    known: Sequence[npt.ArrayLike | None] = [None] * n_parties if feasible is None else feasible
    if len(known) != n_parties:
        raise EngineInputError(
            f"feasible: found {len(known)} entries, expected {n_parties}: one per party"
        )
    for view, stated in enumerate(own_views):
        try:
            certain_ranks(graph, stated)
        except EngineInputError as error:
            raise EngineInputError(f"own_views[{view}]: {error}") from error
    exists = np.ones(graph.n_states, dtype=np.bool_) if graph.feasible is None else graph.feasible
    arcs = None if feasible is None else graph.arcs()
    sees = np.empty((n_parties, graph.n_states), dtype=np.bool_)
    stable = np.empty((n_parties, graph.n_states, n_parties), dtype=np.bool_)
    for view, (stated, mask) in enumerate(zip(own_views, known, strict=True)):
        sees[view], seen = exists, graph
        if mask is not None and arcs is not None:
            sees[view] &= _known(mask, graph.n_states, view)
            if not sees[view].any():
                raise EngineInputError(
                    f"feasible[{view}]: found no state that exists, expected at least one"
                )
            seen = graph.keeping(sees[view][arcs[:, 1]] & sees[view][arcs[:, 2]])
        stable[view] = graph_stability(seen, stated, concept).stable & sees[view][:, None]
    method = "each view as a conflict of its own: " + Concept(concept).value
    return Misperceived(frozen(stable), frozen(sees), Concept(concept).value, method)


def _known(mask: npt.ArrayLike, n_states: int, view: int) -> Bools:
    table = np.array(mask, dtype=np.bool_)
    if table.shape != (n_states,):
        raise EngineInputError(
            f"feasible[{view}]: found shape {table.shape}, expected ({n_states},): one entry per "
            "state"
        )
    return table
