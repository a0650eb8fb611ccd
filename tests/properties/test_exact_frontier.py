"""The frontier that is never listed, held against the one that is."""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.engines.deal_space import (
    AcceptanceRule,
    AtLeast,
    Domain,
    Interaction,
    Link,
    Meets,
    all_of,
    any_of,
    approximate_frontier,
    exact_frontier,
    is_met,
)

Rows = npt.NDArray[np.int64]


@st.composite
def domains(draw: st.DrawFn, most_issues: int = 5) -> Domain:
    """Small spaces with links of all widths, interactions, and few different numbers."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n_options = draw(st.lists(st.integers(1, 4), min_size=1, max_size=most_issues))
    n_columns = draw(st.integers(1, 4))
    most = draw(st.sampled_from([1, 2, 5, 100]))
    n_links, n_terms = draw(st.integers(0, 4)), draw(st.integers(0, 3))

    def scope() -> tuple[int, ...]:
        size = int(rng.integers(1, min(3, len(n_options)) + 1))
        return tuple(int(i) for i in rng.permutation(len(n_options))[:size])

    links, terms = [], []
    for _ in range(n_links):
        issues = scope()
        links.append(Link(issues, rng.random([n_options[i] for i in issues]) < 0.75))
    for _ in range(n_terms):
        issues = scope()
        classes = tuple(rng.integers(0, 2, n_options[i]) for i in issues)
        shape = [2] * len(issues)
        terms.append(
            Interaction(issues, rng.integers(-most, most + 1, [*shape, n_columns]), classes)
        )
    points = tuple(rng.integers(-most, most + 1, (n, n_columns)) for n in n_options)
    return Domain(points, tuple(links), tuple(terms))


@st.composite
def rules(draw: st.DrawFn, domain: Domain) -> AcceptanceRule:
    leaf = st.builds(Meets, st.integers(0, domain.n_columns - 1), st.integers(-4, 6))
    leaves = draw(st.lists(leaf, min_size=1, max_size=4))
    weights = tuple(draw(st.integers(1, 3)) for _ in leaves)
    quota = draw(st.integers(0, sum(weights)))
    return draw(
        st.sampled_from(
            [
                all_of(*leaves),
                any_of(*leaves),
                AtLeast(tuple(leaves), weights, quota),
                all_of(leaves[0], AtLeast(tuple(leaves), weights, quota)),
            ]
        )
    )


def listed(domain: Domain) -> Rows:
    codes = np.array(list(product(*(range(n) for n in domain.n_options))))
    return codes[domain.is_allowed(codes)]


def by_definition(totals: Rows) -> Rows:
    """Compare every package with every other."""
    keep = [not ((totals >= row).all(axis=1) & (totals > row).any(axis=1)).any() for row in totals]
    return np.array(keep, dtype=bool)


@settings(max_examples=1500)
@given(st.data())
def test_frontier_witnesses_and_ties_are_those_of_the_definition(data: st.DataObject) -> None:
    domain = data.draw(domains())
    columns = data.draw(st.permutations(range(domain.n_columns)))
    columns = columns[: data.draw(st.integers(1, len(columns)))]
    rule = data.draw(st.one_of(st.none(), rules(domain)))
    packages = listed(domain)
    front = exact_frontier(domain, columns, rule=rule)
    assert front.is_exact
    assert front.n_packages == len(packages)
    if rule is not None and len(packages):
        packages = packages[is_met(rule, domain.totals(packages))]
    if not len(packages):
        assert len(front.points) == 0
        return
    totals = domain.totals(packages)[:, columns]
    efficient = by_definition(totals)
    assert {tuple(row) for row in front.points} == {tuple(row) for row in totals[efficient]}
    assert len(front.points) == len({tuple(row) for row in front.points})
    assert (domain.totals(front.codes)[:, columns] == front.points).all()
    assert domain.is_allowed(front.codes).all()
    for point, row in enumerate(front.points):
        tied = packages[(totals == row).all(axis=1)]
        assert front.n_packages_at(point) == len(tied)
        found = front.packages_at(point, most=10_000)
        assert sorted(map(tuple, found)) == sorted(map(tuple, tied))


@settings(max_examples=500)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 3, 50]))
def test_two_parties_without_links_are_merged_and_not_searched(seed: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    n_options = rng.integers(1, 5, rng.integers(1, 6))
    domain = Domain(tuple(rng.integers(-most, most + 1, (n, 2)) for n in n_options))
    totals = domain.totals(listed(domain))
    front = exact_frontier(domain)
    assert {tuple(row) for row in front.points} == {
        tuple(row) for row in totals[by_definition(totals)]
    }
    assert (domain.totals(front.codes) == front.points).all()
    for point, row in enumerate(front.points):
        assert front.n_packages_at(point) == int((totals == row).all(axis=1).sum())


@given(st.data())
def test_an_approximation_misses_no_package_by_more_than_it_says(data: st.DataObject) -> None:
    domain = data.draw(domains())
    budget = data.draw(st.integers(1, 6))
    packages = listed(domain)
    front = approximate_frontier(domain, most_points=budget)
    if not len(packages):
        assert len(front.points) == 0
        return
    totals = domain.totals(packages)
    assert {tuple(row) for row in front.points} <= {tuple(row) for row in totals}
    loss = np.rint(front.loss * domain.scale).astype(int)
    close = (front.points[None] + loss >= totals[:, None]).all(axis=2).any(axis=1)
    assert close.all()
    if front.is_exact:
        assert {tuple(r) for r in front.points} == {tuple(r) for r in totals[by_definition(totals)]}


@settings(max_examples=600)
@given(st.data())
def test_an_approximation_under_a_rule_claims_no_more_than_is_true(data: st.DataObject) -> None:
    domain = data.draw(domains())
    rule = data.draw(rules(domain))
    packages = listed(domain)
    front = approximate_frontier(domain, rule=rule, most_points=data.draw(st.integers(1, 4)))
    totals = domain.totals(packages) if len(packages) else np.empty((0, domain.n_columns), int)
    met = totals[is_met(rule, totals)]
    assert {tuple(row) for row in front.points} <= {tuple(row) for row in met}
    if front.is_exact:
        assert {tuple(row) for row in front.points} == {
            tuple(row) for row in met[by_definition(met)]
        }
        return
    loss = np.rint(front.loss * domain.scale).astype(np.int64)
    with_spare = totals[is_met(rule, totals - loss)]
    for row in with_spare:
        assert (front.points + loss >= row).all(axis=1).any()


@given(st.data())
def test_renaming_issues_options_and_columns_changes_nothing(data: st.DataObject) -> None:
    domain = data.draw(domains())
    issues = data.draw(st.permutations(range(domain.n_issues)))
    place = {issue: k for k, issue in enumerate(issues)}

    def moved(factor: Link | Interaction) -> tuple[int, ...]:
        return tuple(place[i] for i in factor.issues)

    other = Domain(
        tuple(domain.points[i] for i in issues),
        tuple(Link(moved(f), f.allowed, f.classes) for f in domain.links),
        tuple(Interaction(moved(f), f.points, f.classes) for f in domain.interactions),
    )
    assert (exact_frontier(domain).points == exact_frontier(other).points).all()
