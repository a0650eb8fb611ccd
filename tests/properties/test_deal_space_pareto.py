"""Pareto fronts of any table, and of tables full of ties."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.deal_space import pareto_front

Table = npt.NDArray[np.float64]

FEW = st.integers(0, 3).map(float)
# 0.1 + 0.2 and 0.3, and numbers whose sums lose the smaller one.
NASTY = st.sampled_from([0.0, -0.0, 0.1 + 0.2, 0.3, 1.0, 1e16, 1e16 + 2, -1e300, 1e300, 5e-324])


@st.composite
def tables(draw: st.DrawFn, values: st.SearchStrategy[float] = FEW) -> Table:
    """Draw few distinct values, so that ties and duplicates are common."""
    n_parties = draw(st.integers(1, 5))
    row = st.lists(values, min_size=n_parties, max_size=n_parties)
    return np.array(draw(st.lists(row, min_size=1, max_size=12)), dtype=np.float64)


def dominates(better: npt.NDArray[np.float64], worse: npt.NDArray[np.float64]) -> bool:
    pairs = list(zip(better.tolist(), worse.tolist(), strict=True))
    return all(b >= w for b, w in pairs) and any(b > w for b, w in pairs)


def efficient_by_definition(table: Table) -> list[bool]:
    return [not any(dominates(other, row) for other in table) for row in table]


def assert_certified(table: Table) -> None:
    """Each inefficient outcome names an efficient one that dominates it; no other names any."""
    front = pareto_front(table)
    for outcome, witness in enumerate(front.dominated_by):
        if front.efficient[outcome]:
            assert witness == -1
        else:
            assert front.efficient[witness]
            assert dominates(table[witness], table[outcome])


@given(tables())
def test_front_is_the_plain_definition(table: Table) -> None:
    assert pareto_front(table).efficient.tolist() == efficient_by_definition(table)


@given(tables())
def test_every_exclusion_has_an_efficient_witness(table: Table) -> None:
    assert_certified(table)


@given(tables(values=NASTY))
def test_rounding_of_sums_hides_nothing(table: Table) -> None:
    assert pareto_front(table).efficient.tolist() == efficient_by_definition(table)
    assert_certified(table)


@given(tables())
def test_indices_are_the_efficient_rows_ascending(table: Table) -> None:
    front = pareto_front(table)
    assert front.indices.tolist() == [row for row, is_in in enumerate(front.efficient) if is_in]
    assert front.indices.size > 0


@given(tables(), st.data())
def test_order_of_outcomes_does_not_matter(table: Table, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(table))))
    assert (pareto_front(table[order]).efficient == pareto_front(table).efficient[order]).all()


@given(tables(), st.data())
def test_order_of_parties_does_not_matter(table: Table, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(table.shape[1])))
    assert (pareto_front(table[:, order]).efficient == pareto_front(table).efficient).all()


@given(tables(), st.data())
def test_scale_of_a_party_does_not_matter(table: Table, data: st.DataObject) -> None:
    party = data.draw(st.integers(0, table.shape[1] - 1))
    rescaled = table.copy()
    rescaled[:, party] = 4 * rescaled[:, party] - 7
    assert (pareto_front(rescaled).efficient == pareto_front(table).efficient).all()


@given(tables())
def test_a_copy_of_an_outcome_shares_its_fate(table: Table) -> None:
    twice = pareto_front(np.concatenate([table, table]))
    once = pareto_front(table)
    assert (twice.efficient == np.concatenate([once.efficient, once.efficient])).all()


@given(
    seed=st.integers(0, 2**32 - 1),
    n_parties=st.integers(2, 7),
    n_levels=st.sampled_from([3, 30, 3000]),
)
def test_front_of_several_blocks_is_the_definition(
    seed: int, n_parties: int, n_levels: int
) -> None:
    """Close to a plane most outcomes are efficient, so the front fills more than one block."""
    rng = np.random.default_rng(seed)
    table = rng.integers(0, n_levels, size=(400, n_parties)).astype(np.float64)
    table[:, -1] = np.round(0.9 * (n_levels * n_parties - table[:, :-1].sum(axis=1)))
    front = pareto_front(table)
    at_least = np.ones((len(table), len(table)), dtype=np.bool_)
    for utility in table.T:
        at_least &= utility[:, None] >= utility[None, :]
    is_dominated = (at_least & ~at_least.T).any(axis=0)
    assert (front.efficient == ~is_dominated).all()
    excluded = np.flatnonzero(is_dominated)
    witness = front.dominated_by[excluded]
    assert front.efficient[witness].all()
    assert (at_least & ~at_least.T)[witness, excluded].all()


def test_the_test_above_reaches_a_third_block() -> None:
    table = np.column_stack([np.arange(400.0), np.arange(400.0) % 7, -np.arange(400.0)])
    assert pareto_front(table).indices.size == 400
