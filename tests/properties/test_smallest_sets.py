"""The smallest sets that turn an answer, against trying every subset."""

from __future__ import annotations

from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.search import Outcome, smallest_sets
from detente.errors import EngineInputError

Members = tuple[int, ...]
Answers = dict[Members, Outcome]


def subsets(n: int) -> list[Members]:
    return [members for size in range(n + 1) for members in combinations(range(n), size)]


@st.composite
def answers(draw: st.DrawFn) -> tuple[int, Answers]:
    """Draw what every subset does, in any way at all, and pairs that exclude each other."""
    n = draw(st.integers(0, 5))
    turning = draw(st.sets(st.sampled_from(subsets(n)), max_size=6))
    pairs = [members for members in subsets(n) if len(members) == 2]
    excluded = draw(st.sets(st.sampled_from(pairs), max_size=2)) if pairs else set()
    found = {}
    for members in subsets(n):
        exclude = any(set(pair) <= set(members) for pair in excluded)
        turns = Outcome.TURNS if members in turning else Outcome.FAILS
        found[members] = Outcome.IMPOSSIBLE if exclude else turns
    return n, found


def plainly_smallest(answer: Answers, most: int) -> set[Members]:
    """Those that turn it and of whose proper subsets none does."""
    turning = [m for m, outcome in answer.items() if outcome is Outcome.TURNS]
    return {
        m for m in turning if len(m) <= most and not any(set(other) < set(m) for other in turning)
    }


@given(answers(), st.integers(0, 6))
def test_exactly_the_smallest_sets_are_found(drawn: tuple[int, Answers], most: int) -> None:
    n, answer = drawn
    found = smallest_sets(n, answer.__getitem__, most)
    assert len(found.found) == len(set(found.found))
    assert set(found.found) == plainly_smallest(answer, most)
    assert found.is_complete
    assert found.sizes_done == min(most, n)


@given(answers(), st.integers(0, 6))
def test_every_subset_of_a_set_found_was_tried_and_failed(
    drawn: tuple[int, Answers], most: int
) -> None:
    n, answer = drawn
    found = smallest_sets(n, answer.__getitem__, most)
    for members in found.found:
        tried = set(found.subsets_tried(members))
        assert len(tried) == 2 ** len(members) - 1
        assert all(answer[m] is Outcome.FAILS for m in tried)


@given(answers(), st.integers(0, 6))
def test_every_set_was_tried_or_contains_one_that_settles_it(
    drawn: tuple[int, Answers], most: int
) -> None:
    n, answer = drawn
    found = smallest_sets(n, answer.__getitem__, most)
    tried = {*found.found, *found.failing, *found.impossible}
    assert len(tried) == found.n_tried
    settled = (*found.found, *found.impossible)
    for members in subsets(n):
        if len(members) <= found.most and members not in tried:
            assert any(set(other) < set(members) for other in settled)


@given(answers(), st.integers(0, 6), st.integers(0, 12))
def test_a_budget_keeps_what_was_found_and_says_how_far_it_went(
    drawn: tuple[int, Answers], most: int, budget: int
) -> None:
    n, answer = drawn
    whole = smallest_sets(n, answer.__getitem__, most)
    part = smallest_sets(n, answer.__getitem__, most, most_tried=budget)
    assert part.n_tried == min(budget, whole.n_tried)
    assert part.found == whole.found[: len(part.found)]
    assert part.is_complete is (whole.n_tried <= budget)
    missing = set(whole.found) - set(part.found)
    assert all(len(members) > part.sizes_done for members in missing)


@given(answers(), st.integers(0, 6), st.integers(1, 12))
def test_an_interruption_gives_what_was_found_by_then(
    drawn: tuple[int, Answers], most: int, after: int
) -> None:
    n, answer = drawn
    calls = 0

    def impatient(members: Members) -> Outcome:
        nonlocal calls
        calls += 1
        if calls > after:
            raise KeyboardInterrupt
        return answer[members]

    whole = smallest_sets(n, answer.__getitem__, most)
    part = smallest_sets(n, impatient, most, keep_partial=True)
    assert part.n_tried == min(after, whole.n_tried)
    assert part.found == whole.found[: len(part.found)]
    if whole.n_tried > after:
        assert not part.is_complete
        calls = 0
        with pytest.raises(KeyboardInterrupt):
            smallest_sets(n, impatient, most)


@given(st.integers(0, 7), st.integers(0, 7))
def test_progress_ends_at_its_total(n: int, most: int) -> None:
    steps: list[tuple[int, int]] = []
    smallest_sets(
        n, lambda _: Outcome.FAILS, most, step=lambda done, total: steps.append((done, total))
    )
    total = sum(comb(n, size) for size in range(min(n, most) + 1))
    assert steps == [(k, total) for k in range(1, total + 1)]


def test_where_the_answer_has_turned_already_nothing_is_needed() -> None:
    found = smallest_sets(3, lambda _: Outcome.TURNS, 2)
    assert found.found == ((),)
    assert found.n_tried == 1


@pytest.mark.parametrize(
    ("n", "most", "budget", "named"),
    [(-1, 1, None, "n"), (1, -1, None, "most"), (1, 1, -1, "most_tried")],
)
def test_negative_numbers_are_refused_by_name(
    n: int, most: int, budget: int | None, named: str
) -> None:
    with pytest.raises(EngineInputError, match=rf"^{named}: found -1, expected"):
        smallest_sets(n, lambda _: Outcome.FAILS, most, most_tried=budget)
