"""What counting does with input at the edges: refused with a clear message, or answered right."""

from __future__ import annotations

import time

import numpy as np
import pytest

from detente.engines.deal_space import AtLeast, Domain, Link, Meets, all_of, any_of
from detente.engines.deal_space.counting.count import count_each, count_packages
from detente.errors import EngineInputError

SMALL = Domain((np.array([[0, 3], [1, 1]]), np.array([[0, 2], [2, 0]])))


def test_a_column_that_does_not_exist_is_named() -> None:
    with pytest.raises(EngineInputError, match="found column 2, expected one from 0 to 1"):
        count_packages(SMALL, Meets(2, 0))


def test_a_budget_below_one_is_refused() -> None:
    with pytest.raises(EngineInputError, match="most_rows: found 0, expected at least 1"):
        count_packages(SMALL, Meets(0, 0), most_rows=0)
    with pytest.raises(EngineInputError, match="most_pairs: found -1, expected at least 1"):
        count_packages(SMALL, Meets(0, 0), most_pairs=-1)
    with pytest.raises(EngineInputError, match="most_cells: found 0, expected at least 1"):
        count_packages(SMALL, Meets(0, 0), most_cells=0)


def test_no_rule_is_met_by_everything_and_an_impossible_one_by_nothing() -> None:
    everything, nothing = count_each(SMALL, [all_of(), any_of()])
    assert (everything.at_least, everything.at_most, everything.method) == (
        4,
        4,
        "decided at once",
    )
    assert (nothing.at_least, nothing.at_most) == (0, 0)


def test_no_rules_are_no_counts() -> None:
    assert count_each(SMALL, []) == ()


def test_links_that_allow_nothing_leave_nothing_to_count() -> None:
    domain = Domain(SMALL.points, (Link((0, 1), np.zeros((2, 2), dtype=bool)),))
    count = count_packages(domain, Meets(0, 0))
    assert (count.at_least, count.at_most, count.n_packages) == (0, 0, 0)
    assert count.is_exact


@pytest.mark.parametrize("wanted", [-(1 << 61), 1 << 61])
def test_thresholds_beyond_all_points_are_decided_at_once(wanted: int) -> None:
    count = count_packages(SMALL, all_of(Meets(0, wanted), Meets(1, 0)))
    assert count.at_least == count.at_most == (4 if wanted < 0 else 0)


def test_a_total_equal_to_the_threshold_meets_it() -> None:
    assert count_packages(SMALL, Meets(0, 3)).at_least == 1
    assert count_packages(SMALL, Meets(0, 4)).at_least == 0


def test_points_as_large_as_they_may_be_do_not_overflow() -> None:
    large = (1 << 59) - 1
    table = np.array([[large, -large], [-large, large], [0, 1]])
    domain = Domain((table, table))
    rule = all_of(
        Meets(0, 0), Meets(1, 0)
    )  # two that cancel out, in two orders, and the last twice
    for most_rows in (1, 1_000):
        count = count_packages(domain, rule, most_rows=most_rows)
        assert count.at_least <= 3 <= count.at_most
    assert count.is_exact
    assert count.at_least == 3


def test_progress_is_told_and_what_it_raises_passes_through() -> None:
    rng = np.random.default_rng(0)
    domain = Domain(tuple(rng.integers(0, 100, (4, 2)) for _ in range(8)))
    rule = all_of(Meets(0, 250), Meets(1, 250))
    told: list[tuple[int, int]] = []
    count_packages(domain, rule, step=lambda done, n: told.append((done, n)))
    assert told == [(k, 8) for k in range(1, 9)]

    def stop(done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        count_packages(domain, rule, step=stop)


def test_the_input_is_left_as_it_was() -> None:
    before = [table.copy() for table in SMALL.points]
    count_packages(SMALL, all_of(Meets(0, 1), Meets(1, 1)), most_rows=1)
    assert all((a == b).all() for a, b in zip(before, SMALL.points, strict=True))


@pytest.mark.parametrize("n_columns", [1, 3, 7])
def test_two_hundred_issues_are_bounded_in_time(n_columns: int) -> None:
    rng = np.random.default_rng(1)
    domain = Domain(tuple(rng.integers(0, 10**6, (10, n_columns)) for _ in range(200)))
    rule = all_of(*(Meets(c, 100_500_000) for c in range(n_columns)))
    start = time.perf_counter()
    count = count_packages(domain, rule, most_rows=20_000, most_cells=100_000)
    assert 0 <= count.at_least <= count.at_most <= 10**200
    assert time.perf_counter() - start < 20  # two seconds where nothing else runs


def test_a_quota_of_many_thresholds_is_counted() -> None:
    rng = np.random.default_rng(2)
    domain = Domain(tuple(rng.integers(0, 3, (3, 24)) for _ in range(7)))
    rule = AtLeast(tuple(Meets(c, 8) for c in range(24)), (1,) * 24, 9)
    codes = np.stack(np.meshgrid(*[np.arange(3)] * 7, indexing="ij"), axis=-1).reshape(-1, 7)
    expected = int(((domain.totals(codes) >= 8).sum(axis=1) >= 9).sum())
    count = count_packages(domain, rule)
    assert (count.at_least, count.at_most) == (expected, expected)


def test_results_cannot_be_changed() -> None:
    count = count_packages(SMALL, Meets(0, 1))
    with pytest.raises(AttributeError):
        count.at_least = 3  # type: ignore[misc]  # frozen is what is tested
