"""Programmes over small linked spaces, against plain enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.engines.deal_space.acceptance import AcceptanceRule, AtLeast, Meets, is_met
from detente.engines.deal_space.domain import Domain, Interaction, Link
from detente.engines.deal_space.programme import Expression, Programme, Status

Codes = npt.NDArray[np.intp]

POINTS = st.integers(-2, 3)


@st.composite
def factors(
    draw: st.DrawFn, n_options: list[int]
) -> tuple[tuple[int, ...], list[Codes], list[int]]:
    """Draw issues, their classes, and how many classes there are; some may stay empty."""
    n_issues = len(n_options)
    issues = draw(
        st.lists(st.integers(0, n_issues - 1), min_size=1, max_size=min(3, n_issues), unique=True)
    )
    widths = [draw(st.integers(1, n_options[i] + 1)) for i in issues]
    classes = [
        np.array(
            draw(st.lists(st.integers(0, w - 1), min_size=n_options[i], max_size=n_options[i]))
        )
        for i, w in zip(issues, widths, strict=True)
    ]
    return tuple(issues), classes, widths


@st.composite
def domains(draw: st.DrawFn, max_columns: int = 3) -> Domain:
    """Draw few distinct points, so that ties are common, with links and interactions."""
    n_columns = draw(st.integers(1, max_columns))
    n_options = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    scale = draw(st.sampled_from([1, 1, 7, 10**6]))

    def table(*shape: int) -> npt.NDArray[np.int64]:
        size = int(np.prod(shape))
        flat = draw(st.lists(POINTS, min_size=size, max_size=size))
        return np.array(flat, dtype=np.int64).reshape(shape) * scale

    points = tuple(table(n, n_columns) for n in n_options)
    links, interactions = [], []
    for _ in range(draw(st.integers(0, 2))):
        issues, classes, widths = draw(factors(n_options))
        size = int(np.prod(widths))
        allowed = draw(st.lists(st.sampled_from([True, True, False]), min_size=size, max_size=size))
        links.append(Link(issues, np.array(allowed).reshape(widths), tuple(classes)))
    for _ in range(draw(st.integers(0, 2))):
        issues, classes, widths = draw(factors(n_options))
        interactions.append(Interaction(issues, table(*widths, n_columns), tuple(classes)))
    return Domain(points, tuple(links), tuple(interactions))


def rules(domain: Domain) -> st.SearchStrategy[AcceptanceRule]:
    everything = domain.totals(packages(domain, allowed_only=False))
    leaves = st.builds(
        lambda column, row, above: Meets(column, int(everything[row, column]) + above),
        st.integers(0, domain.n_columns - 1),
        st.integers(0, len(everything) - 1),
        st.sampled_from([0, 0, 1]),
    )

    def quota(parts: list[AcceptanceRule], data: list[int], quota: int) -> AtLeast:
        return AtLeast(tuple(parts), tuple(data[: len(parts)]), quota)

    return st.recursive(
        leaves,
        lambda inner: st.builds(
            quota,
            st.lists(inner, min_size=0, max_size=3),
            st.lists(st.integers(1, 3), min_size=3, max_size=3),
            st.integers(-1, 5),
        ),
        max_leaves=5,
    )


def packages(domain: Domain, *, allowed_only: bool = True) -> Codes:
    codes = np.array(list(itertools.product(*map(range, domain.n_options))), dtype=np.intp)
    return codes[domain.is_allowed(codes)] if allowed_only else codes


@settings(max_examples=60)
@given(data=st.data())
def test_the_best_package_is_that_of_plain_enumeration(data: st.DataObject) -> None:
    domain = data.draw(domains())
    rule = data.draw(rules(domain))
    weights = [data.draw(st.integers(-2, 2)) for _ in range(domain.n_columns)]
    codes = packages(domain)
    codes = codes[is_met(rule, domain.totals(codes))]
    programme = Programme(domain)
    programme.require_rule(rule)
    objective = sum((programme.total(k) * w for k, w in enumerate(weights)), Expression())
    maximise = data.draw(st.booleans())
    answer = programme.solve(objective + 5, maximise=maximise)
    if not len(codes):
        assert answer.status is Status.INFEASIBLE
        return
    values = domain.totals(codes) @ np.array(weights) + 5
    assert answer.status is Status.OPTIMAL
    assert answer.objective == answer.bound == (values.max() if maximise else values.min())
    assert answer.codes.tolist() in codes[values == answer.objective].tolist()


@settings(max_examples=40)
@given(data=st.data())
def test_fewest_changes_are_those_of_plain_enumeration(data: st.DataObject) -> None:
    domain = data.draw(domains())
    rule = data.draw(rules(domain))
    target = [data.draw(st.integers(0, n - 1)) for n in domain.n_options]
    codes = packages(domain)
    codes = codes[is_met(rule, domain.totals(codes))]
    programme = Programme(domain)
    programme.require_rule(rule)
    answer = programme.solve(programme.changes(target), maximise=False)
    if len(codes):
        assert answer.objective == (codes != np.array(target)).sum(axis=1).min()
        assert (answer.codes != target).sum() == answer.objective
    else:
        assert answer.status is Status.INFEASIBLE


@settings(max_examples=40)
@given(data=st.data())
def test_an_indicator_counts_the_most_thresholds_that_can_be_met_together(
    data: st.DataObject,
) -> None:
    domain = data.draw(domains())
    parts = [data.draw(rules(domain)) for _ in range(3)]
    codes = packages(domain)
    programme = Programme(domain)
    answer = programme.solve(sum((programme.indicator(part) for part in parts), Expression()))
    if len(codes):
        met = sum(is_met(part, domain.totals(codes)).astype(int) for part in parts)
        assert answer.objective == pytest.approx(np.max(met))
