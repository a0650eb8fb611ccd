"""Counts of packages that are never listed, held against those that are."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linked_domains import domains, packages, rules

from detente.engines.deal_space import (
    AcceptanceRule,
    AtLeast,
    Domain,
    Interaction,
    Link,
    Meets,
    all_of,
    any_of,
    is_met,
)
from detente.engines.deal_space.counting import grid, lines, meeting, numbers, pairs, sides
from detente.engines.deal_space.counting.count import Count, count_each, count_packages
from detente.engines.deal_space.counting.pairs import polynomial
from detente.engines.deal_space.counting.parts import only
from detente.engines.deal_space.counting.rule import bounded, numbered, program_of, residue
from detente.engines.deal_space.space.acceptance import leaves_of

Rows = npt.NDArray[np.int64]


def listed(domain: Domain) -> Rows:
    codes = np.array(list(product(*(range(n) for n in domain.n_options))))
    return codes[domain.is_allowed(codes)]


def random_rule(rng: np.random.Generator, totals: Rows, depth: int) -> AcceptanceRule:
    """Thresholds at, or one above, totals that occur; quotas of all kinds, also senseless ones."""
    if depth == 0 or rng.random() < 0.3:
        column = int(rng.integers(totals.shape[1]))
        return Meets(column, int(totals[rng.integers(len(totals)), column] + rng.integers(0, 2)))
    n = int(rng.integers(0 if rng.random() < 0.1 else 1, 5))
    parts = tuple(random_rule(rng, totals, depth - 1) for _ in range(n))
    if rng.random() < 0.5:
        return all_of(*parts) if rng.random() < 0.8 else any_of(*parts)
    weights = tuple(int(weight) for weight in rng.integers(1, 4, n))
    return AtLeast(parts, weights, int(rng.integers(-1, sum(weights) + 2)))


def random_case(seed: int) -> tuple[Domain, AcceptanceRule, Rows, int]:
    """Up to some thousand packages, links, interactions; points few and small, or fine and large."""
    rng = np.random.default_rng(seed)
    n_options = [int(n) for n in rng.integers(1, 5, rng.integers(1, 7))]
    n_columns, most = int(rng.integers(1, 6)), int(rng.choice([1, 2, 5, 100, 10**9, 10**15]))

    def scope() -> tuple[int, ...]:
        size = int(rng.integers(1, min(3, len(n_options)) + 1))
        return tuple(int(i) for i in rng.permutation(len(n_options))[:size])

    links, terms = [], []
    for _ in range(rng.integers(0, 4)):
        issues = scope()
        links.append(Link(issues, rng.random([n_options[i] for i in issues]) < 0.75))
    for _ in range(rng.integers(0, 3)):
        issues = scope()
        classes = tuple(rng.integers(0, 2, n_options[i]) for i in issues)
        shape = [*[2] * len(issues), n_columns]
        terms.append(Interaction(issues, rng.integers(-most, most + 1, shape), classes))
    points = tuple(rng.integers(-most, most + 1, (n, n_columns)) for n in n_options)
    domain = Domain(points, tuple(links), tuple(terms))
    codes = listed(domain)
    totals = domain.totals(codes) if len(codes) else np.zeros((1, n_columns), dtype=np.int64)
    rule = random_rule(rng, totals, int(rng.integers(1, 4)))
    n_met = int(is_met(rule, totals).sum()) if len(codes) else 0
    return domain, rule, codes, n_met


def check(count: Count, n_met: int, n_packages: int) -> None:
    assert count.at_least <= n_met <= count.at_most
    assert count.is_exact == (count.at_least == count.at_most)
    assert count.n_packages == n_packages
    for bound in count.bounds:
        assert bound.at_least <= n_met <= bound.at_most


@given(st.data())
def test_a_count_within_the_budget_is_that_of_the_list(data: st.DataObject) -> None:
    domain = data.draw(domains())
    rule = data.draw(rules(domain))
    codes = packages(domain)
    n_met = int(is_met(rule, domain.totals(codes)).sum()) if len(codes) else 0
    count = count_packages(domain, rule)
    assert count.is_exact
    check(count, n_met, len(codes))


@given(st.data())
def test_bounds_hold_on_any_budget(data: st.DataObject) -> None:
    domain = data.draw(domains(max_columns=5))
    rule = data.draw(rules(domain))
    codes = packages(domain)
    n_met = int(is_met(rule, domain.totals(codes)).sum()) if len(codes) else 0
    most_rows = data.draw(st.integers(1, 5))
    most_pairs = data.draw(st.sampled_from([1, 10**9]))
    most_cells = data.draw(st.sampled_from([1, 30, 10**5]))
    count = count_packages(
        domain, rule, most_rows=most_rows, most_pairs=most_pairs, most_cells=most_cells
    )
    check(count, n_met, len(codes))
    assert (count.most_rows, count.most_pairs, count.most_cells) == (
        most_rows,
        most_pairs,
        most_cells,
    )


@pytest.mark.parametrize("way", ["pairs", "table", "bits", "large numbers", "many patterns"])
def test_every_way_to_put_rows_together_gives_the_same(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way != "pairs":
        monkeypatch.setattr(pairs, "FEW_PAIRS", 0)
    if way == "bits":
        monkeypatch.setattr(pairs, "MOST_CELLS", 0)
        monkeypatch.setattr(pairs, "ROWS_OF_BITS", 20)
        monkeypatch.setattr(pairs, "QUERIES", 3)
        monkeypatch.setattr(pairs, "STRIDE", 4)
    if way == "large numbers":
        monkeypatch.setattr(numbers, "ONE_LIMB", 0)
        monkeypatch.setattr(numbers, "BITS", 2)
        monkeypatch.setattr(pairs, "BITS", 2)
    if way == "many patterns":
        monkeypatch.setattr(sides, "MOST_PATTERNS", 0)
    for seed in range(300):
        domain, rule, codes, n_met = random_case(seed)
        count = count_packages(domain, rule)
        assert count.is_exact
        check(count, n_met, len(codes))


def test_bounds_hold_on_coarse_lines_and_grids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "CELLS", 64)
    monkeypatch.setattr(lines, "FEWEST_CELLS", 1)
    monkeypatch.setattr(lines, "EXACT", 1)
    monkeypatch.setattr(grid, "EXACT", 1)
    monkeypatch.setattr(grid, "EXACT_ROWS", 4)
    used: Counter[str] = Counter()
    for seed in range(250):
        rng = np.random.default_rng(seed)
        n_columns = int(rng.integers(1, 6))
        points = tuple(rng.integers(0, 1_000, (3, n_columns)) for _ in range(7))
        links = tuple(Link((k, k + 2), rng.random((3, 3)) < 0.8) for k in range(seed % 3))
        domain = Domain(points, links)
        codes = listed(domain)
        totals = domain.totals(codes)
        wanted = np.quantile(totals, rng.choice([0.1, 0.4, 0.7]), axis=0).astype(int)
        leaves = tuple(Meets(c, int(t)) for c, t in enumerate(wanted))
        quota = n_columns if rng.random() < 0.6 else int(rng.integers(1, n_columns + 1))
        rule = AtLeast(leaves, (1,) * n_columns, quota)
        n_met = int(is_met(rule, totals).sum())
        monkeypatch.setattr(meeting, "MOST_LAYERS_IN_RANGES", int(rng.choice([0, 2, 7])))
        most_rows, most_cells = int(rng.choice([1, 5, 30])), int(rng.choice([60, 3_000]))
        count = count_packages(domain, rule, most_rows=most_rows, most_cells=most_cells)
        check(count, n_met, len(codes))
        for bound in count.bounds:
            used[bound.method] += bound.at_least > 0 or bound.at_most < len(codes)
            if bound.options:
                options = zip(domain.n_options, bound.options, strict=True)
                part = only(domain, [np.isin(np.arange(n), kept) for n, kept in options])
                assert bound.at_least <= int(is_met(rule, part.totals(listed(part))).sum())
    assert len([method for method, n in used.items() if n > 5]) >= 7, used


@pytest.mark.parametrize("most", [2, 9, 10**15])
def test_what_just_reaches_the_weighted_sum_is_not_cut_off(most: int) -> None:
    """Thresholds at the totals of the package that is best by some weights: nothing to spare."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        n_columns = int(rng.integers(2, 5))
        domain = Domain(tuple(rng.integers(-most, most + 1, (3, n_columns)) for _ in range(6)))
        totals = domain.totals(listed(domain))
        best = totals[(totals @ rng.dirichlet(np.ones(n_columns))).argmax()]
        rule = all_of(*(Meets(c, int(total)) for c, total in enumerate(best)))
        count = count_packages(domain, rule)
        assert count.is_exact
        assert count.at_least == int(is_met(rule, totals).sum()) > 0


def test_more_packages_than_any_machine_number_are_counted_one_by_one() -> None:
    rng = np.random.default_rng(5)
    points = tuple(rng.integers(0, 3, (10, 2)) for _ in range(60))
    domain = Domain(points)
    plain: Counter[tuple[int, int]] = Counter({(0, 0): 1})
    for table in points:
        new: Counter[tuple[int, int]] = Counter()
        for (a, b), number in plain.items():
            for c, d in table.tolist():
                new[a + c, b + d] += number
        plain = new
    for rule in (
        all_of(Meets(0, 62), Meets(1, 65)),
        any_of(Meets(0, 62), Meets(1, 65)),
        all_of(Meets(0, 60), any_of(Meets(0, 66), Meets(1, 65))),
    ):
        expected = sum(
            number
            for total, number in plain.items()
            if is_met(rule, np.array([total], dtype=np.int64))[0]
        )
        count = count_packages(domain, rule)
        assert (count.at_least, count.at_most) == (expected, expected)
        assert count.n_packages == 10**60
        assert expected > 1 << 150


@pytest.mark.parametrize("n_columns", [1, 2, 4, 6])
def test_beyond_the_budget_the_bounds_are_useful(n_columns: int) -> None:
    """Exact with the default budget; bounded with a small one, within factors that are stated."""
    rng = np.random.default_rng(n_columns)
    points = tuple(rng.integers(0, 10**9, (4, n_columns)) for _ in range(14))
    domain = Domain(points)
    codes = rng.integers(0, 4, (4_000, 14))
    wanted = np.quantile(domain.totals(codes), 0.6, axis=0).astype(int)
    rule = all_of(*(Meets(c, int(t)) for c, t in enumerate(wanted)))
    exact = count_packages(domain, rule)
    assert exact.is_exact
    rough = count_packages(domain, rule, most_rows=100, most_cells=300_000)
    assert not rough.is_exact
    check(rough, exact.at_least, 4**14)
    assert rough.at_least > 0
    assert rough.at_most < rough.at_least * {1: 1.001, 2: 1.5, 4: 300, 6: 10_000}[n_columns]


@given(st.integers(0, 10**6), st.data())
def test_renaming_issues_options_and_columns_changes_nothing(
    seed: int, data: st.DataObject
) -> None:
    domain, rule, _, n_met = random_case(seed)
    issues = data.draw(st.permutations(range(domain.n_issues)))
    place = {issue: k for k, issue in enumerate(issues)}

    def moved(factor: Link | Interaction) -> tuple[int, ...]:
        return tuple(place[i] for i in factor.issues)

    other = Domain(
        tuple(domain.points[i] for i in issues),
        tuple(Link(moved(f), f.allowed, f.classes) for f in domain.links),
        tuple(Interaction(moved(f), f.points, f.classes) for f in domain.interactions),
    )
    assert count_packages(other, rule).at_least == n_met


@given(st.data())
def test_several_rules_are_counted_as_each_alone(data: st.DataObject) -> None:
    domain = data.draw(domains())
    asked = [data.draw(rules(domain)) for _ in range(2)]
    each = count_each(domain, asked)
    assert [c.at_least for c in each] == [count_packages(domain, r).at_least for r in asked]


# --- rules -----------------------------------------------------------------------------------


def with_statuses(rule: AcceptanceRule, met: Rows) -> npt.NDArray[np.bool_]:
    return is_met(rule, met.astype(np.int64))


@given(st.integers(0, 10**6))
def test_programs_and_polynomials_are_the_rule(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain, leaves = numbered(random_rule(rng, rng.integers(0, 9, (9, 3)), 3))
    if not 0 < len(leaves) <= 7:
        return
    table = np.array(list(product([0, 1], repeat=len(leaves))), dtype=np.int64)
    expected = with_statuses(plain, table)
    program = program_of(plain)
    for row, answer in zip(table, expected, strict=True):
        lines = [False, True]
        for leaf, met, missed in program:
            lines.append(lines[met] if row[leaf] else lines[missed])
        if len(program):
            assert lines[-1] == answer
        value = sum(
            factor * int(all(row[leaf] for leaf in subset))
            for subset, factor in polynomial(plain, range(len(leaves)))
        )
        assert value == int(answer)


@given(st.integers(0, 10**6), st.data())
def test_what_is_idle_does_not_matter(seed: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    plain, leaves = numbered(random_rule(rng, rng.integers(0, 9, (9, 3)), 3))
    if not 0 < len(leaves) <= 7:
        return
    status = [data.draw(st.sampled_from([-1, 0, 1])) for _ in leaves]
    left = residue(plain, status)
    table = np.array(list(product([0, 1], repeat=len(leaves))))
    answers = dict(zip(map(tuple, table), with_statuses(plain, table), strict=True))
    fits = [
        row
        for row in answers
        if all(s == 0 or v == (s > 0) for v, s in zip(row, status, strict=True))
    ]
    if left.value is not None:
        assert {bool(answers[row]) for row in fits} == {left.value}
    else:
        assert {bool(answers[row]) for row in fits} == {False, True}
    for row in fits:
        # Anything that is neither remembered nor open nor missed may turn out otherwise.
        for changed, answer in answers.items():
            same = all(
                v == w
                for k, (v, w) in enumerate(zip(row, changed, strict=True))
                if k in left.met or k in left.open or status[k] < 0
            )
            if same and left.value is not False:
                assert answer == answers[row]


@given(st.integers(0, 10**6))
def test_bounds_from_single_thresholds_hold_however_they_overlap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    totals = rng.integers(0, 5, (int(rng.integers(1, 30)), 3))
    plain, leaves = numbered(random_rule(rng, totals, 3))
    slack = rng.integers(0, 2, (len(leaves), 2))
    each = [int((totals[:, leaf.column] >= leaf.at_least).sum()) for leaf in leaves]
    given_bounds = [
        (max(0, n - int(a)), min(len(totals), n + int(b)))
        for n, (a, b) in zip(each, slack, strict=True)
    ]
    met = np.array([totals[:, leaf.column] >= leaf.at_least for leaf in leaves]).T
    n_met = int(with_statuses(plain, met.reshape(len(totals), len(leaves))).sum())
    at_least, at_most = bounded(plain, given_bounds, len(totals))
    assert at_least <= n_met <= at_most
    assert set(leaves_of(plain)) == {Meets(k, 1) for k in range(len(leaves))}
