"""What strength and unknown preference do with input they cannot work on, and at their edges."""

from __future__ import annotations

import pytest

from detente.engines.stability.space.graph import move_graph
from detente.engines.stability.space.preferences import preferences
from detente.engines.stability.uncertain.deterrence import deterrence
from detente.engines.stability.uncertain.strength import strength_stability
from detente.engines.stability.uncertain.unknown import Extension, unknown_stability
from detente.engines.stability.verdicts import Concept
from detente.errors import EngineInputError

GRAPH = move_graph(3, 2, [(0, 0, 1), (1, 1, 2)])
RANKS = preferences([[1, 0], [2, 0], [0, 1]])
ANSWERED = [Concept.GMR, Concept.SMR, Concept.SEQ]


def test_strength_that_is_not_stated_is_asked_for() -> None:
    with pytest.raises(EngineInputError, match="found no strength, expected `much_below`"):
        strength_stability(GRAPH, RANKS, Concept.SEQ)
    with pytest.raises(EngineInputError, match="found no strength, expected `much_below`"):
        deterrence(GRAPH, RANKS, Concept.SEQ, 0, 0, strong=True)


def test_strength_of_unknown_preferences_is_refused_and_where_to_go_is_said() -> None:
    pairs = preferences(RANKS.low, much_below=RANKS.low, unknown=[(0, 0, 2)])
    with pytest.raises(EngineInputError, match="use `unknown_stability`"):
        strength_stability(GRAPH, pairs, Concept.SEQ)


def test_a_fifth_extension_is_refused() -> None:
    with pytest.raises(EngineInputError, match="extension: found 'e', expected one of a, b, c, d"):
        unknown_stability(GRAPH, RANKS, Concept.SEQ, "e")  # type: ignore[arg-type]  # on purpose


def test_preferences_over_other_states_are_refused() -> None:
    short = preferences([[1, 0], [2, 0]], much_below=[[0, 0], [0, 0]])
    with pytest.raises(EngineInputError, match=r"found shape \(2, 2\), expected \(3, 2\)"):
        unknown_stability(GRAPH, short, Concept.SEQ, Extension.A)
    with pytest.raises(EngineInputError, match=r"found shape \(2, 2\), expected \(3, 2\)"):
        strength_stability(GRAPH, short, Concept.SEQ)


@pytest.mark.parametrize(("state", "party"), [(3, 0), (0, 2), (-1, 0)])
def test_a_certificate_of_what_does_not_exist_is_refused(state: int, party: int) -> None:
    with pytest.raises(EngineInputError, match="expected 0 to"):
        deterrence(GRAPH, RANKS, Concept.SEQ, state, party)


@pytest.mark.parametrize("concept", ANSWERED)
def test_an_unknown_state_tempts_in_a_and_c_and_needs_an_answer_of_its_own(
    concept: Concept,
) -> None:
    """In c the unknown state would itself deter, but nobody answers the move to it."""
    graph = move_graph(2, 2, [(0, 0, 1)])
    ranks = preferences([[0, 0], [0, 0]], unknown=[(0, 0, 1)])
    found = {
        letter: bool(unknown_stability(graph, ranks, concept, letter).stable[0, 0])
        for letter in Extension
    }
    assert found == {"a": False, "b": True, "c": False, "d": True}


@pytest.mark.parametrize("concept", [Concept.GMR, Concept.SEQ])
def test_an_answer_that_leads_back_deters_even_where_the_rank_is_uncertain(
    concept: Concept,
) -> None:
    graph = move_graph(2, 2, [(0, 0, 1), (1, 1, 0)])
    ranks = preferences([[0, 1], [3, 0]], high=[[2, 1], [3, 0]])
    for letter in Extension:
        assert unknown_stability(graph, ranks, concept, letter).stable[0, 0]


def test_a_party_that_may_gain_twice_in_a_row_must_let_another_move_between() -> None:
    """From 1 the second party could reach 3 only by two moves of its own."""
    graph = move_graph(4, 2, [(0, 0, 1), (1, 1, 2), (1, 2, 3)])
    ranks = preferences([[1, 0], [2, 0], [2, 0], [0, 0]], unknown=[(1, 1, 2), (1, 2, 3)])
    assert not unknown_stability(graph, ranks, Concept.SEQ, Extension.A).stable[0, 0]


def test_nothing_to_deter_is_strongly_stable() -> None:
    ranks = preferences([[0, 0], [0, 0], [0, 0]], much_below=[[0, 0]] * 3)
    for concept in Concept:
        assert strength_stability(GRAPH, ranks, concept).strong.all()


def test_an_answer_as_bad_as_before_deters_but_weakly() -> None:
    ranks = preferences([[0, 0], [1, 0], [0, 1]], much_below=[[0, 0]] * 3)
    result = strength_stability(GRAPH, ranks, Concept.SEQ)
    assert result.general[0, 0]
    assert result.weak[0, 0]
    assert result.equilibria.tolist() == [0, 2]
    assert result.strong_equilibria.tolist() == [2]


def test_a_much_worse_answer_that_the_party_can_soften_is_not_strong_in_smr() -> None:
    """From state 2, much worse, the first party escapes to 3, which is only a little worse."""
    graph = move_graph(4, 2, [(0, 0, 1), (1, 1, 2), (0, 2, 3)])
    ranks = preferences(
        [[2, 0], [3, 0], [0, 1], [1, 0]], much_below=[[1, 0], [1, 0], [0, 0], [0, 0]]
    )
    assert strength_stability(graph, ranks, Concept.SEQ).strong[0, 0]
    result = strength_stability(graph, ranks, Concept.SMR)
    assert result.weak[0, 0]
