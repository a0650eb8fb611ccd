"""Evaluation over draws, against the engines for a single table, draw by draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.deal_space import (
    AcceptanceRule,
    AtLeast,
    BargainingSolution,
    Domain,
    Interaction,
    Meets,
    all_of,
    any_of,
    domain_of,
    egalitarian_solution,
    is_met,
    kalai_smorodinsky_solution,
    nash_solution,
    pareto_front,
    utilitarian_solution,
)
from detente.engines.deal_space.draws import evaluate
from detente.engines.deal_space.draws.evaluate import (
    accepted_over_draws,
    efficient_over_draws,
    evaluate_draws,
    points_over_draws,
    totals_over_draws,
)

Array = npt.NDArray[Any]
Solve = Callable[[npt.ArrayLike, npt.ArrayLike], BargainingSolution]

SOLUTIONS: dict[str, Solve] = {
    "nash": nash_solution,
    "kalai_smorodinsky": kalai_smorodinsky_solution,
    "egalitarian": egalitarian_solution,
    "utilitarian": utilitarian_solution,
}


@dataclass(frozen=True)
class Drawn:
    """Few options and few different numbers, whole or in tenths, so that ties are common."""

    values: list[Array]
    codes: Array
    interactions: list[tuple[tuple[int, ...], Array]]
    disagreement: Array
    floors: Array
    rule: AcceptanceRule
    n_draws: int = field(default=1)

    @property
    def n_columns(self) -> int:
        return int(self.values[0].shape[2])

    @property
    def totals(self) -> Array:
        return totals_over_draws(self.values, self.codes, self.interactions)


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n_draws, n_columns = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    n_options = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    unit = draw(st.sampled_from([1, 10]))

    def numbers(*shape: int) -> Array:
        found = rng.integers(-2, 4, shape)
        return found if unit == 1 else found / unit

    def table(*shape: int) -> Array:
        return numbers(1 if rng.random() < 0.3 else n_draws, *shape, n_columns)

    interactions = []
    if draw(st.booleans()):
        issues = tuple(map(int, rng.permutation(len(n_options))[:2]))
        interactions.append((issues, table(*(n_options[i] for i in issues))))
    values = [table(n) for n in n_options]
    values[0] = numbers(n_draws, n_options[0], n_columns)
    n_packages = draw(st.integers(1, 12))
    codes = np.column_stack([rng.integers(0, n, n_packages) for n in n_options])
    leaves = [Meets(int(rng.integers(n_columns)), int(rng.integers(-1, 2))) for _ in range(3)]
    rules: list[AcceptanceRule] = [leaves[0], all_of(*leaves), any_of(*leaves)]
    rules.append(AtLeast(tuple(leaves), (2, 1, 1), 2))
    rule = draw(st.sampled_from(rules))
    return Drawn(
        values, codes, interactions, numbers(n_draws, n_columns), numbers(n_draws, n_columns),
        rule, n_draws,
    )  # fmt: skip


def of_draw(table: Array, draw: int) -> Array:
    return np.asarray(table[0 if len(table) == 1 else draw])


@given(drawn())
def test_totals_are_those_of_the_domain_of_each_draw(case: Drawn) -> None:
    for draw in range(case.n_draws):
        tables = [of_draw(table, draw) for table in case.values]
        terms = [(issues, of_draw(term, draw)) for issues, term in case.interactions]
        domain = domain_of(tables, interactions=terms)
        assert case.totals[draw] == pytest.approx(domain.utilities(case.codes), abs=1e-12)
        if case.totals.dtype == np.int64:
            whole = Domain(tuple(tables), (), tuple(Interaction(i, t) for i, t in terms))
            assert case.totals[draw].tolist() == whole.totals(case.codes).tolist()


@given(drawn())
def test_packages_with_the_same_options_have_the_same_totals(case: Drawn) -> None:
    twice = np.concatenate([case.codes, case.codes[::-1]])
    totals = totals_over_draws(case.values, twice, case.interactions)
    assert np.array_equal(totals, np.concatenate([case.totals, case.totals[:, ::-1]], axis=1))


@given(drawn())
def test_efficient_packages_are_the_pareto_front_of_each_draw(case: Drawn) -> None:
    found = efficient_over_draws(case.totals)
    expected = [pareto_front(table).efficient.tolist() for table in case.totals]
    assert found.tolist() == expected


@given(st.integers(0, 2**32), st.integers(1, 5), st.sampled_from([1, 3, 100]))
def test_efficient_packages_of_larger_tables_are_the_pareto_front(
    seed: int, n_columns: int, most: int
) -> None:
    totals = np.random.default_rng(seed).integers(0, most + 1, (2, 60, n_columns))
    expected = [pareto_front(table).efficient.tolist() for table in totals]
    assert efficient_over_draws(totals).tolist() == expected


@given(drawn())
def test_acceptance_is_the_rule_over_the_floor_of_each_draw(case: Drawn) -> None:
    found = accepted_over_draws(case.totals, case.rule, case.floors)
    for draw in range(case.n_draws):
        if case.totals.dtype == np.int64:
            above = case.totals[draw] - case.floors[draw]
            assert found[draw].tolist() == is_met(case.rule, above).tolist()
    plain = accepted_over_draws(case.totals, case.rule)
    assert plain.tolist() == [
        is_met(case.rule, np.asarray(table)).tolist() for table in case.totals
    ]


@pytest.mark.parametrize("name", SOLUTIONS)
@given(case=drawn())
def test_named_points_are_the_solutions_of_each_draw(name: str, case: Drawn) -> None:
    found = getattr(points_over_draws(case.totals, case.disagreement), name)
    for draw in range(case.n_draws):
        solution = SOLUTIONS[name](case.totals[draw], case.disagreement[draw])
        assert np.flatnonzero(found[draw]).tolist() == solution.outcomes.tolist()


@given(case=drawn(), at_once=st.sampled_from([1, 30, 10**6]))
def test_evaluating_in_parts_is_evaluating_the_whole(case: Drawn, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "AT_ONCE", at_once)
        found = evaluate_draws(
            case.values, case.codes, case.disagreement,
            interactions=case.interactions, rule=case.rule, floors=case.floors,
        )  # fmt: skip
    totals = case.totals
    assert found.accepted is not None
    expected = accepted_over_draws(totals, case.rule, case.floors)
    assert found.accepted.tolist() == expected.tolist()
    assert found.efficient.tolist() == efficient_over_draws(totals).tolist()
    points = points_over_draws(totals, case.disagreement)
    for name in SOLUTIONS:
        assert getattr(found.points, name).tolist() == getattr(points, name).tolist()


@given(drawn(), st.data())
def test_columns_that_are_no_party_are_there_for_the_rule_alone(
    case: Drawn, data: st.DataObject
) -> None:
    parties = data.draw(st.permutations(range(case.n_columns)))
    parties = parties[: data.draw(st.integers(1, len(parties)))]
    disagreement = case.disagreement[:, parties]
    found = evaluate_draws(
        case.values, case.codes, disagreement, interactions=case.interactions, rule=case.rule,
        floors=case.floors, parties=parties,
    )  # fmt: skip
    assert found.accepted is not None
    expected = accepted_over_draws(case.totals, case.rule, case.floors)
    assert found.accepted.tolist() == expected.tolist()
    compared = case.totals[:, :, parties]
    assert found.efficient.tolist() == efficient_over_draws(compared).tolist()
    nash = points_over_draws(compared, disagreement).nash
    assert found.points.nash.tolist() == nash.tolist()


def test_a_draw_without_a_solution_selects_nothing() -> None:
    found = points_over_draws([[(1, 1), (2, 0)], [(1, 1), (2, 0)]], [(0, 0), (3, 3)])
    assert found.nash.tolist() == [[True, False], [False, False]]
    for name in SOLUTIONS:
        assert not getattr(found, name)[1].any()


def test_rounded_sums_do_not_hide_that_a_package_dominates() -> None:
    """Both sums round to 1e16; the second package is better for the last party all the same."""
    totals = [[(1e16, 0.25), (1e16, 0.5)], [(1e16, 0.5), (1e16, 0.25)]]
    assert efficient_over_draws(totals).tolist() == [[False, True], [True, False]]


def test_whole_numbers_beyond_floats_are_compared_exactly() -> None:
    large = 1 << 60
    totals = totals_over_draws([[[(large, 0), (large + 1, 0)]]], [(0,), (1,)])
    assert efficient_over_draws(totals).tolist() == [[False, True]]
    assert accepted_over_draws(totals, Meets(0, 0), [large + 1, 0]).tolist() == [[False, True]]


def test_floors_alone_may_be_drawn() -> None:
    issue = [[(5, 3), (0, 7)]]
    floors = [(1, 2), (0, 4), (-np.inf, np.inf)]
    found = evaluate_draws(
        [issue], [(0,), (1,)], (0, 0), rule=all_of(Meets(0, 0), Meets(1, 0)), floors=floors
    )
    assert found.accepted is not None
    assert found.accepted.tolist() == [[True, False], [False, True], [False, False]]
    assert found.efficient.all()
    assert found.points.nash.tolist() == [[True, False]] * 3
