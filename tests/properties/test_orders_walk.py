"""The walk through a linked space that is not listed, against the list."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.deal_space import Domain, Link
from detente.engines.deal_space.orders.options import efficient_under_orders
from detente.engines.deal_space.orders.search import Question, Search


@given(st.integers(0, 2**32), st.sampled_from([1, 3, 50]))
def test_tight_links_mislead_no_walk(seed: int, most: int) -> None:
    """What is ahead at one node may be shut out there: rows of different nodes do not compare."""
    rng = np.random.default_rng(seed)
    n_issues, n_options, n_points = 5, 3, 2
    links = []
    for _ in range(5):
        issues = tuple(map(int, rng.permutation(n_issues)[:2]))
        links.append(Link(issues, rng.random((n_options, n_options)) < 0.6))
    points = tuple(rng.integers(0, most + 1, (n_options, n_points)) for _ in range(n_issues))
    domain = Domain(points, tuple(links))
    packages = np.array(list(product(range(n_options), repeat=n_issues)))
    packages = packages[domain.is_allowed(packages)][:12]
    if not len(packages):
        return
    orders = [[rng.integers(0, 3, n_options) for _ in range(n_issues)]]
    listed = efficient_under_orders(domain, packages, orders, [0, 1])
    walked = efficient_under_orders(domain, packages, orders, [0, 1], most_listed=0)
    assert "listed" in listed.method
    assert "walked" in walked.method
    assert walked.standing == listed.standing


def test_a_beater_is_not_climbed_to_point_by_point(monkeypatch: pytest.MonkeyPatch) -> None:
    """Options worth 1, 2, 4, ... points: 65,535 packages, each better than the one before."""
    domain = Domain(tuple(np.array([[0], [1 << k]]) for k in range(16)))
    asked = 0
    find = Search.find

    def counted(self: Search, question: Question) -> object:
        nonlocal asked
        asked += 1
        return find(self, question)

    monkeypatch.setattr(Search, "find", counted)
    found = efficient_under_orders(domain, [[0] * 16], [], [0])
    assert found.always_beaten_by.tolist() == [[1] * 16]
    assert asked == 2
