"""Efficiency over all scales that agree with an order, against the scales themselves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.engines.deal_space import Domain, Interaction, Link, pareto_front
from detente.engines.deal_space.orders.options import (
    OrderEfficiency,
    Standing,
    efficient_under_orders,
    scale_against,
    scale_in_favour,
)

Rows = npt.NDArray[np.int64]
Scale = list[Rows]  # what each option is worth, issue by issue

HOWEVER_FOUND = [{}, {"most_listed": 0}, {"most_listed": 0, "most_rows": 0}]
however_found = pytest.mark.parametrize("budget", HOWEVER_FOUND, ids=["list", "walk", "programme"])


@dataclass(frozen=True)
class Case:
    domain: Domain
    orders: list[list[list[int]]]
    columns: list[int]
    packages: Rows

    def stands(self, budget: dict[str, int]) -> OrderEfficiency:
        return efficient_under_orders(
            self.domain, self.packages, self.orders, self.columns, **budget
        )

    def utilities(self, scales: list[Scale]) -> Rows:
        """What every package is worth to each party with an order, then to each with points."""
        columns = [
            sum((scale[i][self.packages[:, i]] for i in range(self.domain.n_issues)), np.zeros(1))
            for scale in scales
        ]
        totals = self.domain.totals(self.packages)[:, self.columns]
        return np.column_stack([*columns, totals]).astype(np.int64)


@st.composite
def cases(draw: st.DrawFn, most_issues: int = 4) -> Case:
    """Few options, few ranks and few points, so that ties are everywhere."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n_options = draw(st.lists(st.integers(1, 3), min_size=1, max_size=most_issues))
    n_orders, n_points = draw(st.sampled_from([(1, 0), (2, 0), (1, 1), (2, 1), (1, 2), (0, 2)]))
    links, terms = [], []
    for _ in range(draw(st.integers(0, 2))):
        issues = tuple(map(int, rng.permutation(len(n_options))[:2]))
        shape = [n_options[i] for i in issues]
        links.append(Link(issues, rng.random(shape) < 0.8))
        terms.append(Interaction(issues, rng.integers(-1, 2, (*shape, n_points + 1))))
    domain = Domain(
        tuple(rng.integers(-1, 2, (n, n_points + 1)) for n in n_options),
        tuple(links),
        tuple(terms[: draw(st.integers(0, 2))]),
    )
    packages = np.array(list(product(*(range(n) for n in n_options))))
    orders = [[rng.integers(0, 3, n).tolist() for n in n_options] for _ in range(n_orders)]
    columns = [int(c) for c in rng.permutation(n_points + 1)[:n_points]]
    return Case(domain, orders, columns, packages[domain.is_allowed(packages)])


def undominated(utilities: Rows) -> npt.NDArray[np.bool_]:
    at_least = (utilities[:, None] >= utilities[None]).all(axis=2)
    better = (utilities[:, None] > utilities[None]).any(axis=2)
    return np.asarray(~(at_least & better).any(axis=0))


def favouring(order: list[list[int]], package: Rows) -> Scale:
    """Every step below the package's option outweighs all steps above its options together."""
    return [
        np.array([(r - row[own]) * (1 if r > row[own] else 100) for r in row])
        for row, own in zip(order, package, strict=True)
    ]


def one_issue_decides(order: list[list[int]]) -> list[Scale]:
    """On each of these scales one issue outweighs all others together."""
    return [
        [np.array(row) * (100 if issue == heavy else 1) for issue, row in enumerate(order)]
        for heavy in range(len(order))
    ]


def any_scale(order: list[list[int]], rng: np.random.Generator) -> Scale:
    scale = []
    for row in order:
        steps = rng.choice([1, 2, 30], size=max(row) - min(row) + 1).cumsum()
        scale.append(np.array([steps[rank - min(row)] for rank in row]))
    return scale


@however_found
@given(case=cases())
@settings(max_examples=60)
def test_standing_is_the_definition_over_the_scales_that_decide(
    budget: dict[str, int], case: Case
) -> None:
    """If any scale makes a package efficient, that in its favour does; likewise against it."""
    found = case.stands(budget)
    for row, package in enumerate(case.packages):
        scales = [favouring(order, package) for order in case.orders]
        assert found.possible[row] == undominated(case.utilities(scales))[row]
    always = np.ones(len(case.packages), dtype=bool)
    for profile in product(*map(one_issue_decides, case.orders)):
        always &= undominated(case.utilities(list(profile)))
    assert found.necessary.tolist() == always.tolist()
    assert found.standing == tuple(
        Standing(int(p) + int(n)) for p, n in zip(found.possible, found.necessary, strict=True)
    )


@given(case=cases(), seed=st.integers(0, 2**32))
def test_no_agreeing_scale_contradicts_a_standing(case: Case, seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = case.stands({})
    for _ in range(20):
        efficient = undominated(case.utilities([any_scale(o, rng) for o in case.orders]))
        assert (found.possible >= efficient).all()
        assert (efficient >= found.necessary).all()


@however_found
@given(case=cases(), seed=st.integers(0, 2**32))
@settings(max_examples=40)
def test_certificates_show_what_they_claim(budget: dict[str, int], case: Case, seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = case.stands(budget)
    place = {tuple(package): row for row, package in enumerate(case.packages)}
    for row, package in enumerate(case.packages):
        if found.possible[row]:
            kept = [[*scale_in_favour(order, package)] for order in case.orders]
            assert undominated(case.utilities(kept))[row]
            assert (found.always_beaten_by[row] == -1).all()
        else:
            beater = place[tuple(found.always_beaten_by[row])]
            assert found.possible[beater]
            for _ in range(5):
                worth = case.utilities([any_scale(order, rng) for order in case.orders])
                assert (worth[beater] >= worth[row]).all()
                assert (worth[beater] > worth[row]).any()
        if found.necessary[row]:
            assert (found.once_beaten_by[row] == -1).all()
        else:
            rival = found.once_beaten_by[row]
            turned = [[*scale_against(order, package, rival)] for order in case.orders]
            worth = case.utilities(turned)
            assert (worth[place[tuple(rival)]] >= worth[row]).all()
            assert (worth[place[tuple(rival)]] > worth[row]).any()


@given(case=cases())
def test_possibly_efficient_is_undominated_with_every_issue_a_party_of_its_own(case: Case) -> None:
    apart = [
        np.array(row)[case.packages[:, issue]]
        for order in case.orders
        for issue, row in enumerate(order)
    ]
    if len(case.packages):
        table = np.column_stack([*apart, case.domain.totals(case.packages)[:, case.columns]])
        assert case.stands({}).possible.tolist() == pareto_front(table).efficient.tolist()


@given(case=cases(), data=st.data())
def test_scales_given_for_a_party_agree_with_its_order(case: Case, data: st.DataObject) -> None:
    for order in case.orders:
        codes = [data.draw(st.integers(0, len(row) - 1)) for row in order]
        scales = [scale_in_favour(order, codes), scale_against(order, codes, codes)]
        best = [int(np.argmax(row)) for row in order]
        scales.append(scale_against(order, codes, best))
        for scale in scales:
            for row, values in zip(order, scale, strict=True):
                ranks = np.array(row)
                steps = np.sign(values[:, None] - values[None])
                assert (steps == np.sign(ranks[:, None] - ranks[None])).all()


@given(case=cases(), data=st.data())
def test_only_the_order_of_ranks_counts(case: Case, data: st.DataObject) -> None:
    stretch = data.draw(st.sampled_from([[0.0, 1e-9, 1e9], [-5.5, 0.25, 0.5]]))
    other = [[[stretch[rank] for rank in row] for row in order] for order in case.orders]
    found = efficient_under_orders(case.domain, case.packages, other, case.columns)
    assert found.standing == case.stands({}).standing


@given(case=cases())
def test_points_for_everybody_leave_nothing_open(case: Case) -> None:
    columns = list(range(case.domain.n_columns))
    found = efficient_under_orders(case.domain, case.packages, [], columns)
    assert found.possible.tolist() == found.necessary.tolist()
    if len(case.packages):
        efficient = pareto_front(case.domain.totals(case.packages)).efficient
        assert found.possible.tolist() == efficient.tolist()


def test_a_space_that_nobody_can_list_is_searched_whole() -> None:
    """Twenty issues, ten options; opposite orders, so that every package is possibly efficient.

    The link lets the first two issues be settled only together. A party with points in the same
    order as the first one's makes packages that the first two would trade away worth keeping.
    """
    n_issues, n_options = 20, 10
    together = Link((0, 1), np.eye(n_options, dtype=bool))
    up = [list(range(n_options))] * n_issues
    down = [list(range(n_options))[::-1]] * n_issues
    points = tuple(np.arange(n_options)[:, None] for _ in range(n_issues))
    domain = Domain(points, (together,))
    packages = [[0] * 20, [9] * 20, [3, 3, *[5] * 18]]
    found = efficient_under_orders(domain, packages, [up, down])
    assert [s.name for s in found.standing] == ["NECESSARILY", "NECESSARILY", "POSSIBLY"]
    found = efficient_under_orders(domain, packages, [up], [0])
    assert [s.name for s in found.standing] == ["NOT", "NECESSARILY", "NOT"]
    assert found.always_beaten_by[2].tolist() == [9] * 20
