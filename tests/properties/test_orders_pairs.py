"""Efficiency under half-known orders of packages, against every way to complete them."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.deal_space.orders.pairs import (
    PairEfficiency,
    efficient_under_pairs,
    pairs_of_order,
)
from detente.errors import EngineInputError

Table = npt.NDArray[np.bool_]
Known = tuple[Table, Table]


@cache
def complete_orders(n: int) -> list[tuple[int, ...]]:
    """Every order of n packages, ties allowed, as ranks without gaps."""
    return [r for r in product(range(n), repeat=n) if set(r) == set(range(max(r) + 1))]


def agreeing(at_least: Table, better: Table) -> list[tuple[int, ...]]:
    found = []
    for ranks in complete_orders(len(at_least)):
        r = np.array(ranks)
        if (r[:, None] >= r)[at_least].all() and (r[:, None] > r)[better].all():
            found.append(ranks)
    return found


def undominated(profile: tuple[tuple[int, ...], ...]) -> list[bool]:
    table = np.array(profile).T
    return [not ((table >= row).all(axis=1) & (table > row).any(axis=1)).any() for row in table]


@st.composite
def known(draw: st.DrawFn) -> Known:
    """Pairs taken at random: chains, ties, and now and then a circle."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n_parties, n = draw(st.integers(1, 2)), draw(st.integers(1, 4))
    much = draw(st.sampled_from([0.05, 0.15, 0.3]))
    shape = (n_parties, n, n)
    if draw(st.booleans()):  # parts of an order, so that it can be completed
        ranks = rng.integers(0, 3, (n_parties, n))
        at_least = (ranks[:, :, None] >= ranks[:, None]) & (rng.random(shape) < 3 * much)
        better = (ranks[:, :, None] > ranks[:, None]) & (rng.random(shape) < 3 * much)
        return at_least, better
    return rng.random(shape) < much, rng.random(shape) < much


def answer(case: Known) -> PairEfficiency | None:
    try:
        return efficient_under_pairs(*case)
    except EngineInputError:
        return None


@given(known())
def test_standing_is_the_definition_over_all_ways_to_complete_the_orders(case: Known) -> None:
    ways = [agreeing(a, b) for a, b in zip(*case, strict=True)]
    found = answer(case)
    assert (found is None) == (not all(ways))
    if found is None:
        return
    efficient = np.array([undominated(profile) for profile in product(*ways)])
    assert found.possible.tolist() == efficient.any(axis=0).tolist()
    assert found.necessary.tolist() == efficient.all(axis=0).tolist()
    assert [int(s) for s in found.standing] == (
        found.possible.astype(int) + found.necessary
    ).tolist()


@given(known())
def test_what_follows_is_what_all_agreeing_orders_contain(case: Known) -> None:
    found = answer(case)
    if found is None:
        return
    for party, (a, b) in enumerate(zip(*case, strict=True)):
        ranks = np.array(agreeing(a, b))
        left, right = ranks[:, :, None], ranks[:, None, :]
        assert found.at_least[party].tolist() == (left >= right).all(axis=0).tolist()
        assert found.better[party].tolist() == (left > right).all(axis=0).tolist()


@given(known())
def test_beaters_beat_always_or_once_as_they_claim(case: Known) -> None:
    found = answer(case)
    if found is None:
        return
    ways = [agreeing(a, b) for a, b in zip(*case, strict=True)]
    tables = [np.array(profile).T for profile in product(*ways)]
    for row, (always, once) in enumerate(
        zip(found.always_beaten_by, found.once_beaten_by, strict=True)
    ):
        assert (always == -1) == found.possible[row]
        assert (once == -1) == found.necessary[row]
        for beater, needed in ((always, all), (once, any)):
            if beater >= 0:
                assert needed(
                    bool((t[beater] >= t[row]).all() and (t[beater] > t[row]).any()) for t in tables
                )
        if always >= 0:
            assert found.possible[always]


@given(st.data())
def test_an_order_over_all_packages_leaves_nothing_open(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 4))
    ranks = data.draw(st.lists(st.sampled_from(complete_orders(n)), min_size=1, max_size=3))
    found = efficient_under_pairs(*pairs_of_order(ranks))
    assert found.possible.tolist() == found.necessary.tolist() == undominated(tuple(ranks))


def test_packages_nobody_has_placed_are_possibly_efficient_and_no_more() -> None:
    nothing = np.full((2, 3), np.nan)
    found = efficient_under_pairs(*pairs_of_order(nothing))
    assert [s.name for s in found.standing] == ["POSSIBLY"] * 3


def test_a_circle_is_refused_with_the_packages_in_it() -> None:
    at_least, better = np.zeros((2, 4, 4), dtype=bool), np.zeros((2, 4, 4), dtype=bool)
    at_least[1, 0, 2] = at_least[1, 2, 3] = better[1, 3, 0] = True
    with pytest.raises(EngineInputError, match=r"better\[1\]: found that packages 0, 2, 3"):
        efficient_under_pairs(at_least, better)
