"""Why a party stays or leaves: every certificate of many small conflicts, checked by definition."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from certificate_checker import faults
from conflicts import conflict_of, holds, places, random_conflicts

from detente.engines.stability.classical.certificates import Answer, Step, certificate
from detente.engines.stability.space.graph import move_graph
from detente.engines.stability.verdicts import Concept

MANY = 1500

every_concept = pytest.mark.parametrize("concept", list(Concept))


@every_concept
def test_every_certificate_proves_the_verdict_of_the_definition(concept: Concept) -> None:
    for conflict in random_conflicts(MANY, seed=1):
        for state, party in places(conflict):
            shown = certificate(conflict.graph, conflict.preferences, concept, state, party)
            assert faults(conflict, concept, shown) == []
            assert shown.is_stable == holds(conflict, concept, state, party)
            assert shown.is_stable == (shown.breaks == ())
            assert shown.concept == concept.value


def test_answers_of_several_moves_are_among_those_checked() -> None:
    lengths: Counter[int] = Counter()
    repeats = counters = 0
    for conflict in random_conflicts(MANY, seed=1):
        for state, party in places(conflict):
            shown = certificate(conflict.graph, conflict.preferences, Concept.SMR, state, party)
            for answer in shown.answers:
                lengths[len(answer.steps)] += 1
                movers = [step.party for step in answer.steps]
                repeats += len(set(movers)) < len(movers)
                counters += answer.counter >= 0
    assert min(lengths[0], lengths[1], lengths[2]) > 200
    assert lengths[3] > 20
    assert repeats > 20
    assert counters > 500


def test_a_party_may_answer_again_after_another_but_not_after_itself() -> None:
    """Party 1 leads from 1 to 2, party 2 on to 3, and party 1 again from there to 4.

    From 1 to 5 party 1 alone would have to move twice in a row.
    """
    arcs = [(0, 0, 1), (1, 1, 2), (2, 2, 3), (1, 3, 4), (1, 2, 5)]
    graph = move_graph(6, 3, arcs)
    ranks = [[1, 0, 0], [2, 0, 0], [2, 0, 0], [2, 0, 0], [0, 0, 0], [0, 0, 0]]
    conflict = conflict_of(graph, ranks)
    shown = certificate(graph, conflict.preferences, Concept.GMR, state=0, party=0)
    assert shown.answers == (Answer(1, (Step(1, 2), Step(2, 3), Step(1, 4)), -1, 0),)
    without = conflict_of(move_graph(6, 3, [arc for arc in arcs if arc != (1, 3, 4)]), ranks)
    left = certificate(without.graph, without.preferences, Concept.GMR, state=0, party=0)
    assert left.breaks == (1,)
    assert left.answers[0].left_with == 2


def test_the_checker_finds_what_is_wrong() -> None:
    arcs = [(0, 0, 1), (1, 1, 2), (1, 1, 3), (0, 2, 3)]
    conflict = conflict_of(move_graph(4, 2, arcs), [[1, 0], [2, 1], [0, 0], [1, 2]])
    shown = certificate(conflict.graph, conflict.preferences, Concept.SMR, state=0, party=0)
    assert shown.answers == (Answer(1, (Step(1, 2),), 3, 1),)
    assert faults(conflict, Concept.SMR, shown) == []
    wrong = {
        "nobody answers": Answer(1, (), -1, 2),
        "a later state": Answer(1, (Step(1, 3),), -1, 1),
        "no such move": Answer(1, (Step(1, 0),), 1, 2),
        "the party itself": Answer(1, (Step(0, 2),), 3, 1),
        "no counter-move": Answer(1, (Step(1, 2),), -1, 0),
        "another improvement": Answer(2, (Step(1, 2),), 3, 1),
    }
    for answer in wrong.values():
        assert len(faults(conflict, Concept.SMR, replace(shown, answers=(answer,)))) >= 1
    assert faults(conflict, Concept.SEQ, shown) != []
    assert faults(conflict, Concept.SMR, replace(shown, answers=())) != []
