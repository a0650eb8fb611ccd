"""Adjusted winner of any small set of goods, against its three promises and plain search."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.deal_space.adjusted_winner import AdjustedWinner, adjusted_winner
from detente.errors import EngineInputError

Points = list[tuple[int, int]]


@st.composite
def goods(draw: st.DrawFn) -> Points:
    """Draw small whole points, evened out on a last good so that both totals are equal."""
    points = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=6))
    first, second = (sum(column) for column in zip(*points, strict=True))
    total = max(first, second, 1)
    return [*points, (total - first, total - second)]


def worth(points: Points, shares: tuple[Fraction, ...]) -> tuple[Fraction, Fraction]:
    pairs = list(zip(points, shares, strict=True))
    return (
        sum((share * a for (a, _), share in pairs), Fraction(0)),
        sum(((1 - share) * b for (_, b), share in pairs), Fraction(0)),
    )


def is_sound(points: Points, found: AdjustedWinner) -> None:
    assert all(0 <= share <= 1 for share in found.shares)
    assert found.points == worth(points, found.shares)
    split = [k for k, share in enumerate(found.shares) if share.denominator > 1]
    assert split == ([] if found.divided is None else [found.divided])


@given(goods())
def test_division_is_equitable_envy_free_and_efficient(points: Points) -> None:
    found = adjusted_winner(points)
    is_sound(points, found)
    first, second = found.points
    assert first == second == found.bound
    assert found.is_equitable
    assert 2 * first >= sum(a for a, _ in points)
    assert found.is_envy_free
    assert found.weights is not None
    for_first, for_second = found.weights
    assert for_first >= 0 <= for_second
    assert for_first + for_second > 0
    largest = sum(max(for_first * a, for_second * b) for a, b in points)
    assert for_first * first + for_second * second == largest


@given(goods())
def test_goods_are_in_order_of_the_ratio_of_points(points: Points) -> None:
    found = adjusted_winner(points)
    of_value = [k for k in found.order if any(points[k])]
    for one, other in itertools.pairwise(of_value):
        assert points[one][0] * points[other][1] >= points[other][0] * points[one][1]
    if found.divided is not None:
        a, b = points[found.divided]
        same = [k for k, (c, d) in enumerate(points) if (c or d) and a * d == b * c]
        assert [k for k in found.same_ratio if any(points[k])] == [
            k for k in same if k != found.divided
        ]


@given(goods(), st.data())
def test_goods_that_stay_whole_are_handed_out_at_best(points: Points, data: st.DataObject) -> None:
    """Share the divisible ones in twelfths of a step, far finer than whole points here need."""
    divisible = data.draw(
        st.lists(st.booleans(), min_size=len(points), max_size=len(points)), label="divisible"
    )
    found = adjusted_winner(points, divisible)
    is_sound(points, found)
    assert found.divided is None or divisible[found.divided]
    assert min(found.points) <= found.bound
    assert (found.needed is None) == (found.points == (found.bound, found.bound))
    whole = [k for k in range(len(points)) if not divisible[k]]
    shared = [k for k in found.order if divisible[k]]
    values = []
    for way in itertools.product((0, 1), repeat=len(whole)):
        first = sum(points[k][0] for k, to_first in zip(whole, way, strict=True) if to_first)
        second = sum(points[k][1] for k, to_first in zip(whole, way, strict=True) if not to_first)
        values.append(best_value(points, shared, Fraction(first), Fraction(second)))
    best = max(values)
    assert (min(found.points), max(found.points)) == best
    assert found.n_tied in (0, values.count(best))


def best_value(
    points: Points, shared: list[int], first: Fraction, second: Fraction
) -> tuple[Fraction, Fraction]:
    """Return the fairest pair on the line of efficient divisions, corner by corner."""
    corners = [(first, second + sum(points[k][1] for k in shared))]
    for k in shared:
        corners.append((corners[-1][0] + points[k][0], corners[-1][1] - points[k][1]))
    pairs = list(corners)
    for (a, b), (c, d) in itertools.pairwise(corners):
        if (a < b) != (c < d):
            part = (b - a) / ((c - a) + (b - d))
            pairs.append((a + part * (c - a), b + part * (d - b)))
    return max((min(pair), max(pair)) for pair in pairs)


@given(goods(), st.sampled_from([Fraction(1, 3), 7, 0.1]))
def test_the_unit_of_points_does_not_matter(points: Points, unit: Fraction | float) -> None:
    scale = Fraction(str(unit))
    scaled = [(a * scale, b * scale) for a, b in points]
    assert adjusted_winner(scaled).shares == adjusted_winner(points).shares


@given(goods())
def test_the_two_sides_get_the_same_points_when_they_change_places(points: Points) -> None:
    assert adjusted_winner([(b, a) for a, b in points]).points == adjusted_winner(points).points


def test_decimal_points_are_read_as_written() -> None:
    found = adjusted_winner([(0.1, 0.2), (0.2, 0.1)])
    assert found.points == (Fraction(1, 5), Fraction(1, 5))
    assert found.divided is None


def test_a_good_of_equal_ratio_stands_in_for_one_that_cannot_be_divided() -> None:
    points = [(4, 4), (6, 6)]
    found = adjusted_winner(points, [True, False])
    assert found.needed == 1
    found = adjusted_winner(points, [False, True])
    assert (found.needed, found.divided) == (None, 1)
    assert list(found.points) == [5, 5]
    assert found.same_ratio == (0,)


def test_a_single_whole_good_leaves_one_side_envious_and_says_so() -> None:
    found = adjusted_winner([(5, 5)], [False])
    assert (found.n_tied, found.needed) == (2, 0)
    assert list(found.points) == [5, 0]
    assert not found.is_equitable
    assert not found.is_envy_free
    assert found.bound == Fraction(5, 2)


@pytest.mark.parametrize(
    ("points", "divisible", "message"),
    [
        ([], None, "no good"),
        ([(1, 2, 3)], None, r"points\[0\]: found \(1, 2, 3\)"),
        ([(1, 1), (-1, 0)], None, r"points\[1, 0\]: found -1"),
        ([(1, float("nan"))], None, r"points\[0, 1\]: found nan"),
        ([(1, float("inf"))], None, r"points\[0, 1\]: found inf"),
        ([(1, "many")], None, r"points\[0, 1\]: found 'many'"),
        ([(60, 50), (40, 49)], None, "totals of 100 and 99"),
        ([(0, 0)], None, "above 0"),
        ([(1, 1)], [True, False], r"divisible: found bool of shape \(2,\)"),
        ([(1, 1)], [1], "divisible: found int"),
    ],
)
def test_what_cannot_be_divided_is_refused(
    points: list[tuple[int, int]], divisible: list[bool] | None, message: str
) -> None:
    with pytest.raises(EngineInputError, match=message):
        adjusted_winner(points, divisible)
