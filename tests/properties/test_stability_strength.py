"""Strong and weak stability of any small conflict, against their plain definitions."""

from __future__ import annotations

import numpy as np
import pytest
from conflicts import Conflict, holds, improvements, random_conflict, reached
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.stability.space.preferences import Preferences, preferences
from detente.engines.stability.uncertain.deterrence import deterrence
from detente.engines.stability.uncertain.strength import strength_stability
from detente.engines.stability.uncertain.unknown import unknown_stability
from detente.engines.stability.verdicts import Concept

seeds = st.integers(0, 2**32 - 1)
MODELS = 3
every_concept = pytest.mark.parametrize("concept", list(Concept))


def draw(rng: np.random.Generator) -> tuple[Conflict, Preferences]:
    """Draw a conflict and, for each rank of each party, below which others are much worse."""
    conflict = random_conflict(rng)
    ranks = np.array(conflict.ranks).T
    distinct = int(ranks.max()) + 1
    much = np.empty_like(ranks)
    for party in conflict.parties:
        below = np.minimum(np.sort(rng.integers(-1, distinct + 1, distinct)), np.arange(distinct))
        much[:, party] = below[ranks[:, party]]
    return conflict, preferences(ranks, much_below=much)


def strongly(
    conflict: Conflict, much: list[list[int]], concept: Concept, state: int, party: int
) -> bool:
    """Say whether each improvement is answered with something much worse."""
    rank, others = conflict.ranks[party], set(conflict.parties) - {party}

    def hurts(end: int) -> bool:
        ends = {end}
        if concept is Concept.SMR:
            ends |= conflict.moves[party][end]
        return all(rank[t] < much[state][party] for t in ends)

    for q in improvements(conflict, state, party):
        if concept is Concept.NASH:
            return False
        answers = reached(conflict, others, q, improving=concept is Concept.SEQ)
        if not any(hurts(end) for end in answers):
            return False
    return True


@every_concept
@given(seed=seeds)
def test_strong_and_weak_stability_are_the_plain_definitions(concept: Concept, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(MODELS):
        conflict, stated = draw(rng)
        assert stated.much_below is not None
        much = stated.much_below.tolist()
        result = strength_stability(conflict.graph, stated, concept)
        places = [
            [(state, party) for party in conflict.parties]
            for state in range(conflict.graph.n_states)
        ]
        general = [
            [s in conflict.feasible and holds(conflict, concept, s, p) for s, p in row]
            for row in places
        ]
        strong = [
            [s in conflict.feasible and strongly(conflict, much, concept, s, p) for s, p in row]
            for row in places
        ]
        assert result.general.tolist() == general
        assert result.strong.tolist() == strong
        assert (result.weak == (result.general & ~result.strong)).all()
        assert not (result.strong & ~result.general).any()


@every_concept
@given(seed=seeds)
def test_two_ways_to_strong_stability_agree_and_certificates_hold(
    concept: Concept, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    conflict, stated = draw(rng)
    graph = conflict.graph
    result = strength_stability(graph, stated, concept)
    other = unknown_stability(graph, stated, concept, rng.choice(list("abcd")))
    assert other.strong is not None
    assert (other.stable == result.general).all()
    assert (other.strong == result.strong).all()
    assert stated.much_below is not None
    much = stated.much_below.tolist()
    state = int(rng.choice(sorted(conflict.feasible)))
    for party in conflict.parties:
        shown = deterrence(graph, stated, concept, state, party, strong=True)
        assert shown.is_stable == result.strong[state, party]
        assert {d.state for d in shown.departures} == improvements(conflict, state, party)
        for departure in shown.departures:
            here = departure.state
            for mover, there in departure.answer:
                assert mover != party
                assert there in conflict.moves[mover][here]
                here = there
            if departure.deterred:
                assert conflict.ranks[party][here] < much[state][party]
