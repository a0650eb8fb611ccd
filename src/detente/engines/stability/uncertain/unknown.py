"""Stability where a party cannot be said to compare some states."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.engines.stability.classical.kernels import reverse_moves
from detente.engines.stability.space.fits import check_fit
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.uncertain.kernels import (
    bring_about,
    decide_all,
    decide_some,
    possible_improvements,
    worst_after,
)
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError

__all__ = [
    "Extension",
    "UnknownStability",
    "answering_moves",
    "checked_extension",
    "unknown_stability",
]


Keys = npt.NDArray[np.int64]


class Extension(StrEnum):
    """How a party takes what is unknown: when it considers leaving, and when it fears answers."""

    A = "a"
    """Leaves for better or unknown, deterred by what is surely no better: ready for risk."""
    B = "b"
    """Leaves for surely better, deterred by what is surely no better."""
    C = "c"
    """Leaves for better or unknown, deterred by what is no better or unknown."""
    D = "d"
    """Leaves for surely better, deterred by what is no better or unknown: wary of risk."""

    @property
    def leaves_for_unknown(self) -> bool:
        return self in (Extension.A, Extension.C)

    @property
    def fears_unknown(self) -> bool:
        return self in (Extension.C, Extension.D)


@dataclass(frozen=True, slots=True, eq=False)
class UnknownStability:
    """Where each party would stay, given how it takes what is unknown.

    Attributes
    ----------
    stable : ndarray of bool, shape (n_states, n_parties)
        False in every column where a state is infeasible.
    strong : ndarray of bool, shape (n_states, n_parties), or None
        Stable because every departure is answered with something much worse (or, in the extensions
        c and d, unknown); None where no strength is stated.
    concept : str
    extension : str
    method : str
    """

    stable: Bools
    strong: Bools | None
    concept: str
    extension: str
    method: str

    @property
    def equilibria(self) -> Ints:
        """The states that are stable for every party, ascending."""
        return np.flatnonzero(self.stable.all(axis=1))


def unknown_stability(
    graph: MoveGraph, preferences: Preferences, concept: Concept, extension: Extension
) -> UnknownStability:
    """Find where each party stays if some of its comparisons are unknown.

    A party considers the moves from ``s`` to what is better for it and, by the extensions a and c,
    to what is unknown against ``s``. A state ``t`` deters it if it is surely no better than ``s``:
    worse, or known to be equal; by the extensions c and d also if it is unknown against ``s``
    [1]_. Then, as where all is known, ``s`` is stable if the party has nothing to consider
    (:attr:`Concept.NASH`), if to every move it considers there is an answer that deters
    (:attr:`Concept.GMR`), one from which in addition no single move of its own leads to a state
    that does not deter (:attr:`Concept.SMR`), or one in which everybody who answers makes moves
    that are better for itself or unknown (:attr:`Concept.SEQ`). An answer is a legal sequence of
    one or more moves of the others, nobody twice in a row; as a chain of moves each better or
    unknown need not be so from its beginning to its end, it makes a difference who moved last even
    where moves are transitive. A state is always known to equal itself.

    Preferences are unknown where intervals of rank overlap, or where a pair is listed (see
    :class:`Preferences`). Where all is known the four extensions agree with
    :func:`graph_stability`.

    Where strength is stated, ``strong`` says where every move considered has an answer that is much
    worse or, by the extensions c and d, unknown [2]_.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
    concept : Concept
    extension : Extension
        Or its letter.

    Raises
    ------
    EngineInputError
        If the preferences are of another shape, or the extension is none of the four.

    Notes
    -----
    One search per party, backwards from the answers, worst first: O(states log(states) + moves).
    States that are in a listed pair of the party are searched one by one, O(states + moves) each;
    so are, by the extensions a and b, states of uncertain rank that the first search finds
    unstable, since only there an answer may lead back to the very state and be known to equal it;
    and all states that have something to consider, where strength is stated. Definitions as the
    sources are quoted elsewhere; their tables are still to be checked.

    References
    ----------
    .. [1] K. W. Li, K. W. Hipel, D. M. Kilgour and L. Fang, Preference uncertainty in the graph
       model for conflict resolution, IEEE Transactions on Systems, Man, and Cybernetics A 34, 2004.
    .. [2] H. Xu, K. W. Hipel, D. M. Kilgour and L. Fang, Conflict Resolution Using the Graph Model:
       Strategic Interactions in Competition and Cooperation, Springer, 2018.

    Examples
    --------
    The first party could go to state 1, from where the second answers with state 2; how 2 compares
    with 0 for the first is unknown.

    >>> from detente.engines.stability import (
    ...     Concept, move_graph, preferences, unknown_stability)
    >>> graph = move_graph(3, 2, [(0, 0, 1), (1, 1, 2)])
    >>> ranks = preferences([[1, 0], [2, 0], [0, 1]], unknown=[(0, 0, 2)])
    >>> [bool(unknown_stability(graph, ranks, Concept.SEQ, letter).stable[0, 0])
    ...  for letter in "abcd"]
    [False, False, True, True]
    """
    concept, extension = Concept(concept), checked_extension(extension)
    check_fit(graph, preferences)
    low, high, unknown = preferences.low.T, preferences.high.T, preferences.unknown
    answers = answering_moves(graph, preferences, concept)
    back_starts, sources = np.empty_like(answers.starts), np.empty_like(answers.targets)
    reverse_moves(answers.starts, answers.targets, back_starts, sources)
    stable = np.zeros((graph.n_states, graph.n_parties), dtype=np.bool_, order="F")
    much = preferences.much_below
    strong = None if much is None else np.zeros_like(stable)
    countered, leaves, fears = (
        concept is Concept.SMR,
        extension.leaves_for_unknown,
        extension.fears_unknown,
    )
    for party, one_by_one in enumerate(_listed(preferences)):
        keys, limits = _keys(preferences, party, fears=fears)
        if countered:
            values = np.empty_like(keys)
            worst_after(graph.starts[party], graph.targets, keys, values)
            keys = values
        first, end_of = np.empty(len(keys), dtype=np.int32), np.empty(len(keys), dtype=np.int32)
        todo = np.empty((2 * len(keys), 2), dtype=np.int32)
        order = np.argsort(keys, kind="stable")
        bring_about(back_starts, sources, party, order, first, end_of, todo)
        known = (graph.starts, graph.targets, low, high, unknown, party)
        decide_all(*known, leaves, keys, limits, end_of, stable[:, party])
        if not fears:
            # Of an uncertain rank only the state itself is known to be equal, which no key can say.
            one_by_one |= (low[party] < high[party]) & ~stable[:, party]
        how = (*known, back_starts, sources, leaves, fears)
        decide_some(*how, low[party, :0], countered, one_by_one, stable[:, party])
        if strong is not None and much is not None:
            everywhere = stable[:, party].copy()
            decide_some(*how, much.T[party], countered, everywhere, strong[:, party])
    if graph.feasible is not None:
        stable &= graph.feasible[:, None]
    if strong is not None:
        strong &= stable
    return UnknownStability(
        frozen(stable),
        None if strong is None else frozen(strong),
        concept.value,
        extension.value,
        "backwards from the answers, worst first; listed pairs state by state",
    )


def checked_extension(extension: Extension | str) -> Extension:
    try:
        return Extension(extension)
    except ValueError:
        letters = ", ".join(Extension)
        raise EngineInputError(
            f"extension: found {extension!r}, expected one of {letters}"
        ) from None


def answering_moves(graph: MoveGraph, preferences: Preferences, concept: Concept) -> MoveGraph:
    """Return the moves that answers are made of: none, all, or those that may be improvements."""
    if concept in (Concept.GMR, Concept.SMR):
        return graph
    kept = np.zeros(len(graph.targets), dtype=np.bool_)
    if concept is Concept.SEQ:
        known = (preferences.low.T, preferences.high.T, preferences.unknown)
        possible_improvements(graph.starts, graph.targets, *known, kept)
    return graph.keeping(kept)


def _listed(preferences: Preferences) -> Bools:
    """Mark the states in pairs listed as unknown; shape (n_parties, n_states)."""
    n_states, n_parties = preferences.low.shape
    marked = np.zeros(n_parties * n_states, dtype=np.bool_)
    marked[preferences.unknown // n_states] = True
    return marked.reshape(n_parties, n_states)


def _keys(preferences: Preferences, party: int, *, fears: bool) -> tuple[Keys, Keys]:
    """Return numbers such that a state deters in another if its key is within the other's limit.

    Listed pairs apart, and that a state of uncertain rank equals itself.
    """
    low = preferences.low[:, party].astype(np.int64)
    high = preferences.high[:, party].astype(np.int64)
    if fears:
        return low, high
    uncertain = low < high
    return 2 * high + uncertain, 2 * low - uncertain
