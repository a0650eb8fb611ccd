"""Why a zone is empty and what would open it, over small linked spaces, against enumeration."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.engines.deal_space.repair.scope import ZoneState, scope_changes
from detente.engines.deal_space.repair.zone import (
    Constraint,
    explain_empty_zone,
    largest_agreement,
)
from detente.engines.deal_space.space.acceptance import AcceptanceRule, AtLeast, Meets, is_met
from detente.engines.deal_space.space.domain import Domain, Link

Codes = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


@st.composite
def domains(draw: st.DrawFn) -> Domain:
    n_columns = draw(st.integers(1, 3))
    n_options = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    points = []
    for n in n_options:
        flat = draw(st.lists(st.integers(-1, 2), min_size=n * n_columns, max_size=n * n_columns))
        points.append(np.array(flat, dtype=np.int64).reshape(n, n_columns))
    links = [draw(link_of(n_options)) for _ in range(draw(st.integers(0, 2)))]
    return Domain(tuple(points), tuple(links))


@st.composite
def link_of(draw: st.DrawFn, n_options: Sequence[int]) -> Link:
    issues = tuple(draw(st.permutations(range(len(n_options))))[: draw(st.integers(1, 2))])
    shape = [n_options[i] for i in issues]
    size = int(np.prod(shape))
    cells = draw(st.lists(st.sampled_from([1, 1, 0]), min_size=size, max_size=size))
    return Link(issues, np.array(cells, dtype=np.bool_).reshape(shape))


@st.composite
def rule_of(draw: st.DrawFn, domain: Domain) -> AcceptanceRule:
    top = domain.totals(packages(domain)).max(axis=0)
    below = st.integers(-1, 4)
    lines = [Meets(k, int(top[k]) - draw(below)) for k in range(domain.n_columns)]
    if draw(st.booleans()):
        return draw(st.sampled_from(lines))
    return AtLeast(tuple(lines), (1,) * len(lines), draw(st.integers(1, len(lines))))


def packages(domain: Domain) -> Codes:
    return np.array(list(itertools.product(*map(range, domain.n_options))), dtype=np.intp)


def meets(domain: Domain, constraint: Constraint, codes: Codes) -> Bools:
    if isinstance(constraint, Meets | AtLeast):
        return is_met(constraint, domain.totals(codes))
    link = domain.links[constraint] if isinstance(constraint, int) else constraint
    return np.asarray(link.allowed[tuple(codes[:, i] for i in link.issues)])


def subsets(n: int) -> list[tuple[int, ...]]:
    return [one for size in range(n + 1) for one in itertools.combinations(range(n), size)]


@settings(max_examples=60)
@given(data=st.data(), n_listed=st.sampled_from([0, 0, 1000]))
def test_conflicts_and_agreements_are_those_of_plain_enumeration(
    data: st.DataObject, n_listed: int
) -> None:
    domain = data.draw(domains())
    constraints: list[Constraint] = [data.draw(rule_of(domain)) for _ in range(3)]
    constraints += [data.draw(link_of(domain.n_options))]
    named = data.draw(st.lists(st.booleans(), min_size=2, max_size=2))
    indices = [k for k in range(len(domain.links)) if named[k]]
    constraints += indices
    codes = packages(domain)
    for k in range(len(domain.links)):
        if k not in indices:
            codes = codes[meets(domain, k, codes)]
    met = np.array([meets(domain, each, codes) for each in constraints])
    n = len(constraints)
    free = [one for one in subsets(n) if met[list(one)].all(axis=0).any()]
    irreducible = [
        one
        for one in subsets(n)
        if one not in free and all(tuple(x for x in one if x != y) in free for y in one)
    ]
    maximal = [one for one in free if not any(set(one) < set(other) for other in free)]
    found = explain_empty_zone(domain, constraints, most_listed=n_listed)
    largest = largest_agreement(domain, constraints, most_listed=n_listed)
    assert found.is_complete
    assert list(found.conflicting) == irreducible
    assert sorted(found.agreeing) == sorted(maximal)
    best = [one for one in found.agreeing if len(one) == len(found.agreeing[0])]
    assert list(largest.agreeing) == best
    shown = list(zip(found.agreeing, found.witnesses, strict=True))
    for one, witnesses in zip(found.conflicting, found.without_one, strict=True):
        for left_out, witness in zip(one, witnesses, strict=True):
            shown.append((tuple(k for k in one if k != left_out), witness))
    for these, witness in shown:
        assert witness is not None
        assert witness.tolist() in codes.tolist()
        assert all(meets(domain, constraints[k], witness[np.newaxis])[0] for k in these)


@settings(max_examples=60)
@given(data=st.data(), n_listed=st.sampled_from([0, 0, 1000]))
def test_changes_of_scope_are_those_of_plain_enumeration(
    data: st.DataObject, n_listed: int
) -> None:
    domain = data.draw(domains())
    parts = [data.draw(rule_of(domain)) for _ in range(data.draw(st.integers(0, 3)))]
    n = domain.n_issues
    scope = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    today = np.array([data.draw(st.integers(0, m - 1)) for m in domain.n_options])
    codes = packages(domain)
    codes = codes[domain.is_allowed(codes)]

    def passing(in_scope: Bools, without: int | None = None) -> list[list[int]]:
        kept = (codes[:, ~in_scope] == today[~in_scope]).all(axis=1)
        for k, part in enumerate(parts):
            if k != without:
                kept &= is_met(part, domain.totals(codes))
        rows: list[list[int]] = codes[kept].tolist()
        return rows

    def agrees(state: ZoneState, package: Codes | None, expected: list[list[int]]) -> None:
        assert state is (ZoneState.OPEN if expected else ZoneState.EMPTY)
        assert (package is None) == (not expected)
        assert package is None or package.tolist() in expected

    found = scope_changes(domain, parts, scope, today, most_listed=n_listed)
    agrees(found.now, found.package_now, passing(scope))
    for issue in range(n):
        moved = scope.copy()
        moved[issue] = not moved[issue]
        agrees(found.by_issue[issue], found.packages_by_issue[issue], passing(moved))
    for k in range(len(parts)):
        agrees(found.by_part[k], found.packages_by_part[k], passing(scope, k))


def test_an_issue_unsettled_today_cannot_be_taken_out_of_scope() -> None:
    domain = Domain((np.array([(0,), (1,)]), np.array([(0,), (1,)])))
    found = scope_changes(domain, [Meets(0, 2)], [True, True], [-1, 0])
    assert [state.name for state in found.by_issue] == ["OPEN", "EMPTY"]


def test_no_time_leaves_every_question_open() -> None:
    domain = Domain((np.array([(0,), (1,)]), np.array([(0,), (1,)])))
    found = scope_changes(domain, [Meets(0, 1)], [True, True], [0, 0], seconds=0, most_listed=0)
    why = explain_empty_zone(domain, [Meets(0, 1)], seconds=0, most_listed=0)
    assert {found.now, *found.by_issue, *found.by_part} == {ZoneState.UNKNOWN}
    assert not why.is_complete


@pytest.mark.parametrize("n_listed", [0, 1000])
def test_the_smallest_sets_of_issues_to_add_come_with_the_conflicts(n_listed: int) -> None:
    """Two issues out of scope must both be added: either staying as today is in conflict."""
    points = np.array([(0,), (1,)])
    domain = Domain((points, points, points))
    stays = [Link((issue,), np.array([True, False])) for issue in (1, 2)]
    found = explain_empty_zone(domain, [Meets(0, 3), *stays], most_listed=n_listed)
    assert found.conflicting == ((0, 1), (0, 2))
    assert found.agreeing == ((1, 2), (0,))
