"""The median of an ordered issue, against its definition and Black's theorem."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.deal_space.median import median_options
from detente.errors import EngineInputError

Columns = list[list[int]]


@st.composite
def single_peaked(draw: st.DrawFn) -> tuple[Columns, list[int]]:
    """Draw columns that rise, may stay on top, and fall; whole weights."""
    n_options, n_parties = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    columns = []
    for _ in range(n_parties):
        first = draw(st.integers(0, n_options - 1))
        last = draw(st.integers(first, min(first + 1, n_options - 1)))
        up = np.cumsum(draw(st.lists(st.integers(1, 2), min_size=first, max_size=first)))
        n_down = n_options - 1 - last
        down = np.cumsum(draw(st.lists(st.integers(1, 2), min_size=n_down, max_size=n_down)))
        columns.append([*(9 - up[::-1]).tolist(), *[9] * (last - first + 1), *(9 - down).tolist()])
    weights = draw(st.lists(st.integers(1, 3), min_size=n_parties, max_size=n_parties))
    return columns, weights


@st.composite
def any_columns(draw: st.DrawFn) -> Columns:
    n_options = draw(st.integers(1, 4))
    column = st.lists(st.integers(0, 2), min_size=n_options, max_size=n_options)
    return draw(st.lists(column, min_size=1, max_size=4))


def beats(columns: Columns, weights: list[int], one: int, other: int) -> int:
    pairs = list(zip(columns, weights, strict=True))
    return sum(weight for column, weight in pairs if column[one] > column[other])


def unbeaten(columns: Columns, weights: list[int]) -> list[int]:
    n = len(columns[0])
    return [
        i
        for i in range(n)
        if all(beats(columns, weights, i, j) >= beats(columns, weights, j, i) for j in range(n))
    ]


@given(any_columns())
def test_unbeaten_options_are_the_plain_definition(columns: Columns) -> None:
    found = median_options(np.array(columns).T)
    weights = [1] * len(columns)
    assert found.unbeaten.tolist() == unbeaten(columns, weights)
    for (i, j), margin in np.ndenumerate(found.margin):
        assert margin == beats(columns, weights, i, j) - beats(columns, weights, j, i)


@given(any_columns())
def test_one_peak_is_the_plain_definition(columns: Columns) -> None:
    """Rising or level on top only: no option lies strictly below a worse-or-equal neighbour."""
    found = median_options(np.array(columns).T)
    for column, is_peaked in zip(columns, found.single_peaked, strict=True):
        top = [k for k, value in enumerate(column) if value == max(column)]
        shape = (
            top == list(range(top[0], top[-1] + 1))
            and column[: top[0]] == sorted(set(column[: top[0]]))
            and column[top[-1] + 1 :] == sorted(set(column[top[-1] + 1 :]), reverse=True)
        )
        assert is_peaked == shape
    assert found.single_peaked.all() or found.median.size == 0


@given(single_peaked())
def test_black_1948_some_median_is_unbeaten_and_every_unbeaten_option_is_median(
    drawn: tuple[Columns, list[int]],
) -> None:
    columns, weights = drawn
    found = median_options(np.array(columns).T, weights)
    assert found.single_peaked.all()
    assert found.unbeaten.size
    assert set(found.unbeaten) <= set(found.median)
    assert found.unbeaten.tolist() == unbeaten(columns, weights)


@given(single_peaked())
def test_the_median_of_single_peaks_is_the_unbeaten_option(
    drawn: tuple[Columns, list[int]],
) -> None:
    """With one best option each, all medians are unbeaten: Black's theorem as stated."""
    columns, weights = drawn
    found = median_options(np.array(columns).T, weights)
    if (found.first_best == found.last_best).all():
        peaks = np.repeat(found.first_best, weights)
        low, high = np.sort(peaks)[[(len(peaks) - 1) // 2, len(peaks) // 2]]
        assert found.median.tolist() == list(range(low, high + 1))
        assert {low, high} <= set(found.unbeaten.tolist())


def test_a_cycle_has_neither_median_nor_winner_and_says_who_is_not_single_peaked() -> None:
    found = median_options([(3, 1, 2), (2, 3, 1), (1, 2, 3)])
    assert found.single_peaked.tolist() == [True, True, False]
    assert found.median.size == found.unbeaten.size == 0


@pytest.mark.parametrize(
    ("utilities", "weights", "message"),
    [
        ([], None, "utilities: found shape"),
        ([(1.0, float("nan"))], None, r"utilities\[0, 1\]: found nan"),
        ([(1.0, 2.0)], [1.0], "weights: found shape"),
        ([(1.0, 2.0)], [1.0, 0.0], r"weights\[1\]: found 0.0"),
    ],
)
def test_what_has_no_median_is_refused(
    utilities: list[tuple[float, float]], weights: list[float] | None, message: str
) -> None:
    with pytest.raises(EngineInputError, match=message):
        median_options(utilities, weights)
