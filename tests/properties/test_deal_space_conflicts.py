"""Irreducible conflicts and largest agreeing sets, against all subsets of the constraints."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.engines._checks import Ints
from detente.engines.deal_space.repair.conflicts import (
    Answer,
    Conflicts,
    conflicts_of,
    largest_agreeing,
)

Members = tuple[int, ...]


@st.composite
def packages_met(draw: st.DrawFn) -> tuple[int, list[frozenset[int]]]:
    """Draw which constraints each of a few packages meets; sometimes there is no package."""
    n = draw(st.integers(0, 6))
    met = st.frozensets(st.integers(0, n - 1)) if n else st.just(frozenset[int]())
    return n, draw(st.lists(met, max_size=8))


def can_be_met(these: Members, met: list[frozenset[int]]) -> bool:
    return any(set(these) <= one for one in met)


def subsets(n: int) -> list[Members]:
    return [one for size in range(n + 1) for one in itertools.combinations(range(n), size)]


def irreducible(n: int, met: list[frozenset[int]]) -> list[Members]:
    return [
        one
        for one in subsets(n)
        if not can_be_met(one, met)
        and all(can_be_met(tuple(x for x in one if x != y), met) for y in one)
    ]


def largest_agreeing_of(n: int, met: list[frozenset[int]]) -> list[Members]:
    free = [one for one in subsets(n) if can_be_met(one, met)]
    largest = [one for one in free if not any(set(one) < set(other) for other in free)]
    return sorted(largest, key=lambda one: (-len(one), one))


def asked_of(met: list[frozenset[int]], asked: list[Members]) -> Conflicts:
    """Ask an oracle that shows which package it means, and everything that package meets."""

    def oracle(these: Members) -> Answer:
        asked.append(these)
        for package, one in enumerate(met):
            if set(these) <= one:
                return Answer(True, tuple(sorted(one)), np.array([package]))
        return Answer(False)

    n = max((x for one in met for x in one), default=-1) + 1
    return conflicts_of(n, oracle)


@given(packages_met())
def test_both_lists_are_the_plain_definitions(drawn: tuple[int, list[frozenset[int]]]) -> None:
    n, met = drawn
    found = conflicts_of(n, lambda these: can_be_met(these, met))
    assert list(found.conflicting) == irreducible(n, met)
    assert list(found.agreeing) == largest_agreeing_of(n, met)
    assert found.is_complete
    assert not found.why_stopped


@given(packages_met())
def test_largest_agreeing_sets_are_the_first_of_all_and_their_proof_holds(
    drawn: tuple[int, list[frozenset[int]]],
) -> None:
    n, met = drawn
    found = largest_agreeing(n, lambda these: can_be_met(these, met))
    expected = largest_agreeing_of(n, met)
    largest = len(expected[0]) if expected else 0
    assert list(found.agreeing) == [one for one in expected if len(one) == largest]
    assert set(found.conflicting) <= set(irreducible(n, met))
    hits_all = [
        len(left_out)
        for left_out in subsets(n)
        if all(set(left_out) & set(one) for one in found.conflicting)
    ]
    assert not expected or min(hits_all) == n - largest


@given(packages_met(), st.integers(1, 20))
def test_large_agreeing_sets_come_first(
    drawn: tuple[int, list[frozenset[int]]], max_calls: int
) -> None:
    n, met = drawn
    found = conflicts_of(n, lambda these: can_be_met(these, met), max_calls=max_calls)
    smallest = min((len(one) for one in found.agreeing), default=n)
    larger = [one for one in largest_agreeing_of(n, met) if len(one) > smallest]
    assert set(larger) <= set(found.agreeing)


@given(packages_met())
def test_witnesses_meet_what_they_are_said_to_meet(drawn: tuple[int, list[frozenset[int]]]) -> None:
    _, met = drawn
    found = asked_of(met, [])

    def meets(witness: Ints | None, these: Members) -> bool:
        return witness is not None and set(these) <= met[int(witness[0])]

    for one, shown in zip(found.conflicting, found.without_one, strict=True):
        for member, witness in zip(one, shown, strict=True):
            assert meets(witness, tuple(x for x in one if x != member))
    for one, witness in zip(found.agreeing, found.witnesses, strict=True):
        assert meets(witness, one)


@given(packages_met())
def test_no_question_is_put_whose_answer_follows_from_earlier_ones(
    drawn: tuple[int, list[frozenset[int]]],
) -> None:
    asked: list[Members] = []
    found = asked_of(drawn[1], asked)
    assert found.n_calls == len(asked)
    for k, one in enumerate(asked):
        for earlier in asked[:k]:
            if can_be_met(earlier, drawn[1]):
                assert not set(one) <= set(earlier)
            else:
                assert not set(one) >= set(earlier)


@given(packages_met(), st.integers(0, 12))
def test_a_spent_budget_is_admitted_and_what_was_found_holds(
    drawn: tuple[int, list[frozenset[int]]], max_calls: int
) -> None:
    n, met = drawn
    found = conflicts_of(n, lambda these: can_be_met(these, met), max_calls=max_calls)
    assert found.n_calls <= max_calls
    assert set(found.conflicting) <= set(irreducible(n, met))
    assert set(found.agreeing) <= set(largest_agreeing_of(n, met))
    if found.is_complete:
        assert list(found.conflicting) == irreducible(n, met)
        assert list(found.agreeing) == largest_agreeing_of(n, met)
    assert found.is_complete == (not found.why_stopped)


@given(packages_met(), st.integers(0, 40))
def test_a_conflict_told_by_the_oracle_changes_no_result(
    drawn: tuple[int, list[frozenset[int]]], which: int
) -> None:
    n, met = drawn

    def oracle(these: Members) -> Answer:
        if can_be_met(these, met):
            return Answer(True)
        inside = [one for one in subsets(n) if set(one) <= set(these)]
        bad = [one for one in inside if not can_be_met(one, met)]
        return Answer(False, bad[which % len(bad)])

    found = conflicts_of(n, oracle)
    assert list(found.conflicting) == irreducible(n, met)
    assert list(found.agreeing) == largest_agreeing_of(n, met)


def test_stopping_on_request_asks_nothing_more() -> None:
    asked: list[Members] = []

    def oracle(these: Members) -> bool:
        asked.append(these)
        return len(these) < 3

    found = conflicts_of(6, oracle, should_stop=lambda: len(asked) >= 4)
    assert (len(asked), found.n_calls, found.is_complete) == (4, 4, False)
    assert "on request" in found.why_stopped


def test_no_time_at_all_is_said_and_nothing_is_asked() -> None:
    found = conflicts_of(3, lambda _: True, seconds=0)
    assert (found.n_calls, found.is_complete) == (0, False)
    assert "time" in found.why_stopped


def test_a_question_that_cannot_be_decided_ends_the_search_honestly() -> None:
    found = conflicts_of(3, lambda these: Answer(None if len(these) == 3 else True))
    assert not found.is_complete
    assert "(0, 1, 2)" in found.why_stopped
    assert found.conflicting == found.agreeing == ()


def test_many_constraints_in_few_conflicts_take_few_questions() -> None:
    """Two conflicts of two among two hundred: leaving out one by one would take hundreds."""
    conflicts = [{17, 160}, {160, 199}]
    found = conflicts_of(200, lambda these: not any(c <= set(these) for c in conflicts))
    assert found.conflicting == ((17, 160), (160, 199))
    assert [len(one) for one in found.agreeing] == [199, 198]
    assert found.n_calls < 60


@pytest.mark.parametrize("n", [5, 8])
def test_a_thousand_answers_are_all_there(n: int) -> None:
    """Pairs of opposites: one of each pair makes 2**n largest sets."""
    found = conflicts_of(2 * n, lambda t: not any(2 * k in t and 2 * k + 1 in t for k in range(n)))
    assert len(found.conflicting) == n
    assert len(set(found.agreeing)) == 2**n
