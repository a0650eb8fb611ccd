"""Programmes over small linked spaces, against plain enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linked_domains import domains, packages, rules

from detente.engines.deal_space.programme.builder import Expression, Programme, Status
from detente.engines.deal_space.space.acceptance import is_met


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
