"""Repair of a blocked deal over small linked spaces, listed and solved for, against enumeration."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.engines.deal_space.repair.concession import concessions_for, least_concession
from detente.engines.deal_space.repair.nearest import nearest_acceptable
from detente.engines.deal_space.repair.shortfall import fewest_refusals, least_shortfall
from detente.engines.deal_space.space.acceptance import (
    AcceptanceRule,
    AtLeast,
    Meets,
    all_of,
    is_met,
)
from detente.engines.deal_space.space.domain import Domain, Interaction, Link

Codes = npt.NDArray[np.intp]
EVERY_TIE = 10_000


@st.composite
def domains(draw: st.DrawFn) -> Domain:
    """Draw few distinct points, so that ties are common; the last column is a red line, 0 or -1."""
    n_columns = draw(st.integers(2, 4))
    n_options = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))

    def table(*shape: int) -> npt.NDArray[np.int64]:
        size = int(np.prod(shape)) * n_columns
        flat = draw(st.lists(st.integers(-1, 2), min_size=size, max_size=size))
        points = np.array(flat, dtype=np.int64).reshape(*shape, n_columns)
        points[..., -1] = np.where(points[..., -1] == 2, -1, 0)
        return points

    links, interactions = [], []
    if len(n_options) > 1:
        for _ in range(draw(st.integers(0, 2))):
            issues = tuple(draw(st.permutations(range(len(n_options))))[:2])
            shape = [n_options[i] for i in issues]
            size = int(np.prod(shape))
            cells = draw(st.lists(st.sampled_from([1, 1, 0]), min_size=size, max_size=size))
            links.append(Link(issues, np.array(cells, dtype=np.bool_).reshape(shape)))
        if draw(st.booleans()):
            interactions.append(Interaction((0, 1), table(n_options[0], n_options[1])))
    points = tuple(table(n) for n in n_options)
    scale = draw(
        st.lists(st.sampled_from([1.0, 10.0, 4.0]), min_size=n_columns, max_size=n_columns)
    )
    return Domain(points, tuple(links), tuple(interactions), np.array(scale))


def thresholds(draw: st.DrawFn, domain: Domain) -> list[Meets]:
    """Draw a line for each party, and that the red line is not crossed."""
    top = domain.totals(packages(domain, allowed_only=False)).max(axis=0)
    below = st.integers(-1, 3)
    lines = [Meets(k, int(top[k]) - draw(below)) for k in range(domain.n_columns - 1)]
    return [*lines, Meets(domain.n_columns - 1, 0)]


def packages(domain: Domain, *, allowed_only: bool = True) -> Codes:
    codes = np.array(list(itertools.product(*map(range, domain.n_options))), dtype=np.intp)
    return codes[domain.is_allowed(codes)] if allowed_only else codes


@st.composite
def problems(draw: st.DrawFn) -> tuple[Domain, list[Meets], int]:
    """Draw a domain, thresholds, and how many packages are listed rather than solved for."""
    domain = draw(domains())
    return domain, thresholds(draw, domain), draw(st.sampled_from([0, 0, 4, 1000]))


@st.composite
def rule_of(draw: st.DrawFn, lines: list[Meets]) -> AcceptanceRule:
    """Draw unanimity, or a quota of weighted votes among those who all respect the red line."""
    if draw(st.booleans()):
        return all_of(*lines)
    weights = draw(st.lists(st.integers(1, 3), min_size=len(lines), max_size=len(lines)))
    quota = draw(st.integers(1, sum(weights)))
    return all_of(lines[-1], AtLeast(tuple(lines), tuple(weights), quota))


def missing(domain: Domain, lines: list[Meets], row: Codes) -> list[Fraction]:
    totals = domain.totals(row[np.newaxis])[0]
    return [
        Fraction(max(0, each.at_least - int(totals[each.column])))
        / Fraction(float(domain.scale[each.column]))
        for each in lines
    ]


@settings(max_examples=100)
@given(problem=problems(), data=st.data())
def test_nearest_acceptable_packages_are_those_of_plain_enumeration(
    problem: tuple[Domain, list[Meets], int], data: st.DataObject
) -> None:
    domain, lines, n_listed = problem
    rule = data.draw(rule_of(lines))
    target = np.array([data.draw(st.integers(-1, n - 1)) for n in domain.n_options])
    wanted = lines if data.draw(st.booleans()) else []
    codes = packages(domain)
    codes = codes[is_met(rule, domain.totals(codes))]
    keys = [(int((row != target).sum()), sum(missing(domain, wanted, row))) for row in codes]
    found = nearest_acceptable(
        domain, rule, target, wanted=wanted, most_listed=n_listed, most_ties=EVERY_TIE
    )
    assert found.is_proven
    assert found.has_all
    if not keys:
        assert (found.n_changes, found.at_least) == (-1, domain.n_issues + 1)
        assert (found.packages.shape, found.shortfall) == ((0, domain.n_issues), None)
        return
    expected = [row.tolist() for row, key in zip(codes, keys, strict=True) if key == min(keys)]
    assert found.packages.tolist() == expected
    assert found.n_changes == found.at_least == min(keys)[0]
    assert found.changed.tolist() == (found.packages != target).tolist()
    assert found.shortfall == (float(min(keys)[1]) if wanted else None)


@settings(max_examples=100)
@given(problems())
def test_least_shortfall_is_that_of_plain_enumeration(
    problem: tuple[Domain, list[Meets], int],
) -> None:
    """The red line must hold; the others may be missed."""
    domain, lines, n_listed = problem
    rule, wanted = lines[-1], lines[:-1]
    codes = packages(domain)
    codes = codes[is_met(rule, domain.totals(codes))]
    keys = [sum(missing(domain, wanted, row)) for row in codes]
    found = least_shortfall(domain, wanted, rule=rule, most_listed=n_listed, most_ties=EVERY_TIE)
    assert found.is_proven
    assert found.has_all
    assert found.n_refusals is None
    expected = [row.tolist() for row, key in zip(codes, keys, strict=True) if key == min(keys)]
    assert found.packages.tolist() == expected
    if expected:
        assert found.total == float(min(keys))
        assert found.at_least == pytest.approx(found.total)
        for row, lacks in zip(found.packages, found.missing, strict=True):
            assert lacks.tolist() == [float(each) for each in missing(domain, wanted, row)]
        assert (found.missing_points / domain.scale[: len(wanted)] == found.missing).all()


@settings(max_examples=150)
@given(problems())
def test_fewest_refusals_come_before_the_least_shortfall(
    problem: tuple[Domain, list[Meets], int],
) -> None:
    domain, lines, n_listed = problem
    codes = packages(domain)
    keys = []
    for row in codes:
        lacks = missing(domain, lines, row)
        keys.append((sum(each > 0 for each in lacks), sum(lacks)))
    found = fewest_refusals(domain, lines, most_listed=n_listed, most_ties=EVERY_TIE)
    assert found.is_proven
    assert found.has_all
    expected = [row.tolist() for row, key in zip(codes, keys, strict=True) if key == min(keys)]
    assert found.packages.tolist() == expected
    assert found.n_refusals == (min(keys)[0] if keys else None)
    assert not keys or found.total == float(min(keys)[1])


@settings(max_examples=40)
@given(problems())
def test_least_concessions_of_one_party_are_those_of_plain_enumeration(
    problem: tuple[Domain, list[Meets], int],
) -> None:
    domain, lines, n_listed = problem
    codes = packages(domain)
    totals = domain.totals(codes)
    found = least_concession(domain, lines, most_listed=n_listed)
    assert found.is_proven.all()
    for k, party in enumerate(lines):
        others = all_of(*(each for j, each in enumerate(lines) if j != k))
        least = [
            max(0, party.at_least - int(total)) for total in totals[is_met(others, totals)][:, k]
        ]
        assert found.is_enough[k] == bool(least)
        if not least:
            assert (found.points[k], found.at_least[k]) == (-1, np.inf)
            assert np.isnan(found.utility[k])
            continue
        assert found.points[k] == min(least)
        assert found.utility[k] == min(least) / domain.scale[k]
        assert found.at_least[k] == pytest.approx(found.utility[k])
        needed = concessions_for(domain, lines, found.packages[k])
        assert needed.tolist() == [min(least) if j == k else 0 for j in range(len(lines))]


@pytest.mark.parametrize("n_listed", [0, 1000])
def test_ties_beyond_the_limit_are_admitted(n_listed: int) -> None:
    domain = Domain(tuple(np.array([(0,), (1,)]) for _ in range(4)))
    found = nearest_acceptable(domain, Meets(0, 2), [0, 0, 0, 0], most_listed=n_listed, most_ties=3)
    lacking = least_shortfall(domain, [Meets(0, 2)], most_listed=n_listed, most_ties=3)
    assert (len(found.packages), found.n_changes, found.has_all) == (3, 2, False)
    assert (len(lacking.packages), lacking.total, lacking.has_all) == (3, 0, False)


def test_no_time_proves_nothing_and_says_so() -> None:
    domain = Domain(tuple(np.array([(0,), (1,)]) for _ in range(4)))
    found = nearest_acceptable(domain, Meets(0, 2), [0, 0, 0, 0], most_listed=0, seconds=0)
    lacking = least_shortfall(domain, [Meets(0, 2)], most_listed=0, seconds=0)
    moved = least_concession(domain, [Meets(0, 5)], most_listed=0, seconds=0)
    assert (found.is_proven, found.has_all, found.n_changes, found.at_least) == (
        False,
        False,
        -1,
        1,  # the draft itself is looked at without a solver
    )
    assert not lacking.is_proven
    assert np.isnan(lacking.total)
    assert (moved.is_proven.tolist(), moved.at_least.tolist()) == ([False], [0])


def test_a_space_nobody_can_list_is_repaired_with_proof() -> None:
    """Sixty issues; each party gains what another loses but for the first issue."""
    points = [np.array([(0, 0), (5, 5)])] + [np.array([(0, 1), (1, 0)])] * 59
    domain = Domain(tuple(points))
    draft = np.zeros(60, dtype=np.intp)
    found = nearest_acceptable(domain, all_of(Meets(0, 20), Meets(1, 40)), draft, most_ties=1)
    assert (found.n_changes, found.at_least, found.is_proven) == (16, 16, True)
    assert found.changed[0, 0]
    lacking = least_shortfall(domain, [Meets(0, 40), Meets(1, 40)], most_ties=1)
    assert (lacking.total, lacking.is_proven) == (11, True)
