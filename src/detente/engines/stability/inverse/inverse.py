"""Under which orders of which parties would a state hold?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

import numpy as np

from detente.engines.stability.inverse.change import LeastChange, least_change
from detente.engines.stability.inverse.conditions import (
    Condition,
    answering_graph,
    condition_under,
)
from detente.engines.stability.inverse.counting import share_of_orders
from detente.engines.stability.inverse.profiles import Profiles, profiles
from detente.engines.stability.space.fits import certain_ranks, check_place
from detente.engines.stability.space.graph import MoveGraph
from detente.engines.stability.space.preferences import Preferences
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError

__all__ = ["MOST_PROFILES", "Inverse", "PartyConditions", "inverse"]

MOST_PROFILES = 50_000
"""Profiles of orders that are judged one by one where nothing shorter says it all."""

Bounds = tuple[Fraction | None, Fraction | None]


@dataclass(frozen=True, slots=True)
class PartyConditions:
    """The orders of one party that make a state stable for it.

    Attributes
    ----------
    sufficient : Condition
        Orders that meet it do, whatever the orders of the other parties that are varied.
    necessary : Condition
        No others do. The same as ``sufficient``, and then both, unless the concept is sequential
        and several parties' orders are varied.
    change : LeastChange
        The least change of the stated order that meets the sufficient condition.
    """

    sufficient: Condition
    necessary: Condition
    change: LeastChange

    @property
    def is_exact(self) -> bool:
        return self.sufficient.requirements == self.necessary.requirements


@dataclass(frozen=True, slots=True)
class Inverse:
    """Under which orders of some parties a state would hold.

    Attributes
    ----------
    state : int
    concept : str
    parties : tuple of int
        Whose orders are varied, ascending.
    conditions : tuple of PartyConditions
        One for each of them.
    others : tuple of bool or None, one per party
        Whether the state is stable for each party whose order is as stated: true, false, or None
        where that depends on the orders that are varied. None for those, too.
    stable_share, equilibrium_share : tuple of (Fraction or None, Fraction or None)
        Lowest and highest share of all profiles of strict orders in which the state is stable for
        the varied parties; for everybody. The same number twice where it is known exactly, None
        where it was not counted.
    n_feasible : int
        Feasible states: each varied party has ``n_feasible`` factorial strict orders.
    profiles : Profiles or None
        What came of judging profiles one by one, where conditions do not say it all and there are
        few enough.
    method : str
    """

    state: int
    concept: str
    parties: tuple[int, ...]
    conditions: tuple[PartyConditions, ...]
    others: tuple[bool | None, ...]
    stable_share: Bounds
    equilibrium_share: Bounds
    n_feasible: int
    profiles: Profiles | None
    method: str

    @property
    def n_profiles(self) -> int:
        """All profiles of strict orders of the varied parties over the feasible states."""
        one: int = factorial(self.n_feasible)
        return int(one ** len(self.parties))

    @property
    def stable_profiles(self) -> tuple[int | None, int | None]:
        """Fewest and most of them in which the state is stable for the varied parties."""
        return self._counts(self.stable_share)

    @property
    def equilibrium_profiles(self) -> tuple[int | None, int | None]:
        """Fewest and most of them in which it is an equilibrium."""
        return self._counts(self.equilibrium_share)

    def _counts(self, shares: Bounds) -> tuple[int | None, int | None]:
        low, high = (None if share is None else int(share * self.n_profiles) for share in shares)
        return low, high


def inverse(
    graph: MoveGraph,
    preferences: Preferences,
    state: int,
    concept: Concept,
    parties: int | Iterable[int],
    most_profiles: int = MOST_PROFILES,
) -> Inverse:
    """Find the orders of some parties under which a state is stable for them, and an equilibrium.

    The question is that of [1]_. For each varied party ``i`` the answer is a condition on what is no better for ``i`` than the
    state, to be met by weak and strict orders alike. It is exact where the answers of the others
    do not depend on orders that are varied: always for Nash, general and symmetric metarational
    stability, and for sequential stability where ``i`` alone is varied. Otherwise a sufficient and
    a necessary condition are given: answers without any move of the other varied parties, and
    answers with all of their moves. Likewise for the parties whose orders are not varied. Where
    the two leave something open, all profiles of strict orders are judged one by one if they are
    at most ``most_profiles``.

    Parameters
    ----------
    graph : MoveGraph
    preferences : Preferences
        Certain ones; the stated orders of the varied parties matter only to the least change.
    state : int
        The state that should hold.
    concept : Concept
    parties : int or iterable of int
        Whose orders are varied.
    most_profiles : int
        Profiles that may be judged one by one.

    Raises
    ------
    EngineInputError
        If the state or a party is not there, no party is varied, the preferences have another
        shape or are not certain.
    SpaceTooLargeError
        If a condition would name too many states; see :func:`condition`.

    Notes
    -----
    One or two searches for each move of each party from the state; counting as
    :func:`share_of_orders`.

    References
    ----------
    .. [1] R. A. Kinsara, O. Petersons, K. W. Hipel and D. M. Kilgour, "Advanced decision support
       for the graph model for conflict resolution", Journal of Decision Systems 24, 2015, asks
       this question of listed orders; conditions and counts are by another method here.

    Examples
    --------
    In the prisoners' dilemma both hold back (state 3) by Nash only if neither gains by leaving.

    >>> from detente.engines.stability import Concept, action_space, graph_of, preferences
    >>> from detente.engines.stability.inverse import inverse
    >>> graph = graph_of(action_space([2, 2], controls=[0, 1]))
    >>> ranks = preferences([[1, 1], [0, 3], [3, 0], [2, 2]])
    >>> found = inverse(graph, ranks, state=3, concept=Concept.NASH, parties=[0, 1])
    >>> found.n_profiles, found.equilibrium_profiles
    (576, (144, 144))
    >>> [each.change.passes for each in found.conditions]
    [(2,), (1,)]
    """
    concept = Concept(concept)
    certain_ranks(graph, preferences)
    varied = sorted({parties} if isinstance(parties, int | np.integer) else set(parties))
    if not varied:
        raise EngineInputError("parties: found none, expected at least one whose order is varied")
    for party in varied:
        check_place(graph, state, party)
    exists = np.ones(graph.n_states, dtype=np.bool_) if graph.feasible is None else graph.feasible
    fewest = most = answering_graph(graph, preferences, concept, varied)
    if concept is Concept.SEQ:
        moved = np.isin(most.arcs()[:, 0], varied)
        fewest = most.keeping(~moved)
    share: list[Fraction | None] = [Fraction(1), Fraction(1)]
    lasting = [True, True]
    conditions: list[PartyConditions] = []
    others: list[bool | None] = []
    for party in range(graph.n_parties):
        both = [
            condition_under(graph, answers, state, concept, party) for answers in (fewest, most)
        ]
        if party in varied:
            change = least_change(both[0], preferences.low[:, party], exists)
            conditions.append(PartyConditions(both[0], both[1], change))
            for place, each in enumerate(both):
                share[place] = _both(share[place], share_of_orders(each))
            others.append(None)
            continue
        holds = [each.holds(preferences.low[:, party]) for each in both]
        lasting = [before and now for before, now in zip(lasting, holds, strict=True)]
        others.append(holds[0] if holds[0] == holds[1] else None)
    stable = share[0], share[1]
    equilibrium = stable[0] if lasting[0] else Fraction(0), stable[1] if lasting[1] else Fraction(0)
    n_feasible = int(exists.sum())
    open_ = not all(each.is_exact for each in conditions) or lasting[0] != lasting[1]
    judged, method = None, "conditions, counted by inclusion and exclusion"
    if open_ and factorial(min(n_feasible, 20)) ** len(varied) <= most_profiles:
        judged = profiles(graph, preferences, state, concept, varied, np.flatnonzero(exists))
        stable = judged.stable_share, judged.stable_share
        equilibrium = judged.equilibrium_share, judged.equilibrium_share
        method = "conditions, and every profile of strict orders judged"
    elif open_:
        method = "conditions that are sufficient and necessary, counted apart"
    return Inverse(
        state,
        concept.value,
        tuple(varied),
        tuple(conditions),
        tuple(others),
        stable,
        equilibrium,
        n_feasible,
        judged,
        method,
    )


def _both(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    return None if first is None or second is None else first * second
