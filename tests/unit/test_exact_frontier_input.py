"""What the unlisted frontier makes of bad, odd and enormous input: an error or a right answer."""

from __future__ import annotations

import numpy as np
import pytest

from detente.engines.deal_space import (
    AtLeast,
    Domain,
    Interaction,
    Link,
    Meets,
    all_of,
    any_of,
    approximate_frontier,
    domain_of,
    exact_frontier,
)
from detente.engines.deal_space.space.diagram import diagram_of
from detente.errors import EngineInputError, SpaceTooLargeError


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_value_that_is_no_number_is_named_with_its_place(value: float) -> None:
    with pytest.raises(EngineInputError, match=r"values\[1\]\[0, 1\]: found (nan|-?inf)"):
        domain_of([[(0, 1)], [(2, value)]])


def test_an_interaction_that_is_no_number_is_named_with_its_place() -> None:
    with pytest.raises(EngineInputError, match=r"interactions\[0\]\[0, 0, 0\]: found nan"):
        domain_of([[(1,)], [(1,)]], interactions=[((0, 1), [[[float("nan")]]])])


def test_points_beyond_what_sums_can_hold_are_refused() -> None:
    with pytest.raises(EngineInputError, match=r"less than 2\*\*61"):
        Domain((np.array([[2**60]]), np.array([[2**60]])))


def test_utilities_beyond_what_whole_numbers_hold_are_put_on_a_grid_that_says_so() -> None:
    domain = domain_of([[(1e300,), (1.0,)], [(3e299,), (0.0,)]])
    assert domain.rounding[0] > 0
    assert exact_frontier(domain).utilities[0] == pytest.approx(1.3e300)


def test_tiny_and_decimal_utilities_keep_their_ties() -> None:
    domain = domain_of([[(0.1,), (0.2,)], [(0.2,), (0.1,)], [(0.3,), (0.3,)]])
    front = exact_frontier(domain)
    assert front.points.tolist() == [[7]]
    assert front.n_packages_at(0) == 2
    assert domain.rounding.tolist() == [0.0]


def test_shapes_that_do_not_match_are_refused() -> None:
    with pytest.raises(EngineInputError, match="no issue"):
        domain_of([])
    with pytest.raises(EngineInputError, match=r"values\[1\]: found shape \(1, 2\)"):
        domain_of([[(1,)], [(1, 2)]])
    with pytest.raises(EngineInputError, match=r"interactions\[0\]: found shape"):
        domain_of([[(1,)]], interactions=[((0,), [1.0])])
    with pytest.raises(EngineInputError, match=r"links\[0\]: found a table of shape"):
        domain_of([[(1,), (2,)]], links=[Link((0,), np.array([True]))])
    with pytest.raises(EngineInputError, match="different issues"):
        domain_of([[(1,)], [(2,)]], links=[Link((0, 0), np.array([[True]]))])
    with pytest.raises(EngineInputError, match="expected bool"):
        domain_of([[(1,)]], links=[Link((0,), np.array([1]))])


def test_a_link_over_too_many_combinations_is_refused_before_it_is_used() -> None:
    wide = np.broadcast_to(np.array(True), (2,) * 21)
    with pytest.raises(EngineInputError, match="expected at most 1,048,576"):
        domain_of([[(0,), (1,)]] * 21, links=[Link(tuple(range(21)), wide)])


@pytest.mark.parametrize("columns", [(), (0, 0), (2,), (-1,)])
def test_columns_that_cannot_be_compared_are_refused(columns: tuple[int, ...]) -> None:
    with pytest.raises(EngineInputError, match="expected different columns"):
        exact_frontier(domain_of([[(1, 2)]]), columns)


def test_a_rule_on_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(EngineInputError, match="in the rule"):
        exact_frontier(domain_of([[(1, 2)]]), rule=Meets(5, 1))


@pytest.mark.parametrize("budget", [0, -3])
def test_a_budget_below_one_is_refused(budget: int) -> None:
    with pytest.raises(EngineInputError, match="most_points"):
        exact_frontier(domain_of([[(1, 2)]]), most_points=budget)


def test_codes_outside_the_options_are_refused() -> None:
    domain = domain_of([[(1,), (2,)]])
    with pytest.raises(EngineInputError, match=r"codes\[0, 0\]: found 2"):
        domain.totals([[2]])
    with pytest.raises(EngineInputError, match="expected integers of shape"):
        domain.totals([[0, 0]])


def test_contradictory_links_leave_an_empty_frontier() -> None:
    only_first, only_second = np.array([True, False]), np.array([False, True])
    domain = domain_of(
        [[(1,), (2,)], [(0,), (1,)]], links=[Link((0,), only_first), Link((0,), only_second)]
    )
    front = exact_frontier(domain)
    assert (len(front.points), front.n_packages, front.is_exact) == (0, 0, True)
    assert front.method == "the links allow no package"
    with pytest.raises(EngineInputError, match="all ties known"):
        front.n_packages_at(0)


def test_a_rule_that_nothing_meets_leaves_an_empty_frontier() -> None:
    front = exact_frontier(domain_of([[(1,), (2,)]]), rule=all_of(Meets(0, 3), any_of()))
    assert (len(front.points), front.n_packages) == (0, 2)


def test_issues_with_one_option_or_without_a_difference_are_no_trouble() -> None:
    domain = domain_of([[(5, 5)], [(0, 0), (0, 0)], [(1, 0), (0, 1)]])
    front = exact_frontier(domain)
    assert front.points.tolist() == [[6, 5], [5, 6]]
    assert [front.n_packages_at(k) for k in range(2)] == [2, 2]


def test_two_hundred_issues_with_an_unbounded_number_of_ties() -> None:
    domain = domain_of([[(1, 0), (0, 1), (1, 0)]] * 200)
    front = exact_frontier(domain)
    assert front.n_packages == 3**200
    assert len(front.points) == 201
    assert front.n_packages_at(0) == 2**200
    assert len(front.packages_at(0, most=5)) == 5


def test_a_budget_that_does_not_hold_the_frontier_is_an_error_that_says_what_to_do() -> None:
    domain = domain_of([[(k, 9 - k) for k in range(10)]] * 20)
    with pytest.raises(SpaceTooLargeError, match="ask for an approximation"):
        exact_frontier(domain, most_points=50)
    front = approximate_frontier(domain, most_points=50)
    assert len(front.points) <= 50
    assert not front.is_exact
    with pytest.raises(EngineInputError, match="approximate"):
        front.packages_at(0)


def test_links_too_entangled_are_an_error_that_says_so() -> None:
    rng = np.random.default_rng(0)
    links = [Link((a, b), rng.random((4, 4)) < 0.95) for a in range(12) for b in range(a + 1, 12)]
    domain = domain_of([[(k,) for k in range(4)]] * 12, links=links)
    with pytest.raises(SpaceTooLargeError, match="too entangled"):
        diagram_of(domain, most_nodes=100)


def test_results_and_inputs_cannot_be_changed() -> None:
    table = np.array([[1, 2], [2, 1]])
    domain = Domain((table,), interactions=(Interaction((0,), np.zeros((2, 2), dtype=int)),))
    front = exact_frontier(domain)
    for array in (front.points, front.codes, front.utilities, front.loss, domain.points[0]):
        assert not array.flags.writeable
    table[0, 0] = 9
    assert domain.points[0][0, 0] == 1


def test_a_weight_below_one_is_refused() -> None:
    with pytest.raises(EngineInputError, match="weights"):
        AtLeast((Meets(0, 1),), (0,), 1)


def test_progress_is_told_and_what_it_raises_passes_through() -> None:
    told: list[tuple[int, int]] = []
    exact_frontier(domain_of([[(1,), (2,)]] * 3), step=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exact_frontier(domain_of([[(1,), (2,)]] * 3), step=stop)


def test_a_number_on_a_binary_grid_meets_its_own_threshold() -> None:
    domain = domain_of([[(0.3,), (1 / 3,)], [(0.0,), (0.0,)]])
    assert domain.scale[0] > 10**12
    assert domain.points_for(0, 0.3) == domain.points[0][0, 0]
    assert domain.points_for(0, 1 / 3) == domain.points[0][1, 0]


def test_unsigned_points_beyond_64_bits_are_refused_and_not_wrapped() -> None:
    with pytest.raises(EngineInputError, match=r"points\[0\]: found 18446744073709551615"):
        Domain((np.array([[2**64 - 1]], dtype=np.uint64),))


def test_ties_under_a_rule_that_few_of_them_meet_are_listed_without_walking_all() -> None:
    n = 40
    domain = Domain(tuple(np.array([(0, 0), (0, 1)]) for _ in range(n)))
    front = exact_frontier(domain, [0], rule=Meets(1, n))
    assert front.packages_at(0).tolist() == [[1] * n]
    assert front.n_packages_at(0) == 1


def test_an_approximation_that_kept_nothing_the_rule_allows_says_so() -> None:
    """A package passes, (17, 16), but one point a layer is too few to keep it."""
    domain = Domain(
        (
            np.array([[2, 2], [6, 0], [1, 5]]),
            np.array([[6, 0], [2, 7]]),
            np.array([[9, 9], [0, 8]]),
        )
    )
    rule = all_of(Meets(0, 17), Meets(1, 16))
    front = approximate_frontier(domain, rule=rule, most_points=1)
    assert len(exact_frontier(domain, rule=rule).points) == 1
    if not len(front.points):
        assert not front.is_exact
        assert front.loss.max() > 0
    assert (front.loss <= [17 - 3, 24 - 9]).all()
