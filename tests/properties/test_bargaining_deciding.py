"""The comparison that decides at a date, against the plain definition and small stories."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_bargaining import PlainBargain, above, as_equilibrium
from random_bargaining import random_games

from detente.engines.bargaining.deciding import (
    Deciding,
    deciding_comparison,
    deciding_comparisons,
)
from detente.engines.bargaining.equilibrium import EXIT
from detente.engines.bargaining.game import BargainingGame, bargaining_game
from detente.errors import EngineInputError


@settings(max_examples=80)
@given(random_games(), st.data())
def test_comparison_is_the_plain_definition(game: BargainingGame, data: st.DataObject) -> None:
    plain = PlainBargain(game)
    t = data.draw(st.integers(0, game.n_periods - 1), label="period")
    w = data.draw(st.integers(0, game.n_worlds - 1), label="world")
    i = data.draw(st.integers(0, game.n_parties - 1), label="party")
    k = data.draw(st.integers(0, game.n_tables - 1), label="table")
    named = list(plain.packages)
    found = deciding_comparison(game, as_equilibrium(plain), t, w, i, table=k, named=named)
    assert found.value == pytest.approx(plain.value[t, w, i])
    assert found.waiting == pytest.approx(plain.waiting[t, w, i])
    signed = [[plain.signed[t, w, j, d] for j in plain.parties] for d in named]
    assert np.allclose(found.signed, signed)
    assert np.allclose(found.gain, found.signed - [plain.waiting[t, w, j] for j in plain.parties])
    consents = [[plain.consents(t, w, j, d) for j in plain.parties] for d in named]
    assert np.allclose(found.consents, consents)
    if plain.floor(w, k, i) == 0 or plain.out(w, i):
        assert (found.does, found.best, found.n_refused) == ("has no floor", -1, 0)
        return
    check_what_it_does(plain, (t, w, k, i), found)
    check_best_and_refused(plain, (t, w, k, i), found)


def check_what_it_does(
    plain: PlainBargain, cell: tuple[int, int, int, int], found: Deciding
) -> None:
    offers = plain.cells[cell]
    ends = any(offer.package == EXIT for offer in offers)
    does = "ends the talks" if ends else "tables" if offers else "is silent"
    assert found.does == does
    assert found.tabled.tolist() == [it.package for it in offers if it.package != EXIT]
    _, worth = plain.choose(*cell)
    assert found.floor_worth == pytest.approx(worth[cell[3]])


def check_best_and_refused(
    plain: PlainBargain, cell: tuple[int, int, int, int], found: Deciding
) -> None:
    t, w, k, i = cell
    worth, accepted = {}, {}
    for d in plain.packages:
        if plain.game.may_table[k, i, d] and plain.game.available[w, d]:
            answer = plain.answer(t, w, i, d)
            worth[d] = plain.signed[t, w, i, d] + answer.shares[i] * plain.whole[t, w, i, d]
            accepted[d] = answer.accepted
    takes = [d for d in worth if accepted[d] >= 0.5]
    bar = max((worth[d] for d in takes), default=plain.waiting[t, w, i])
    assert (found.best >= 0) == bool(takes)
    if takes:
        assert found.best in takes
        assert found.best_worth == pytest.approx(bar)
        assert found.best_accepted == pytest.approx(accepted[found.best])
    else:
        assert math.isnan(found.best_worth)
    refused = [d for d in worth if d not in takes and above(worth[d], bar)]
    assert found.n_refused == len(refused)
    assert sorted(found.refused.tolist()) == refused
    assert found.refused_worth.tolist() == sorted(found.refused_worth.tolist(), reverse=True)
    for d, by in zip(found.refused.tolist(), found.refused_by, strict=True):
        in_the_way = np.flatnonzero(by).tolist()
        assert i not in in_the_way
        assert all(plain.consents(t, w, j, d) < 0.5 for j in in_the_way)
        assert in_the_way or plain.game.noise is not None


def two_periods(**more: Any) -> BargainingGame:
    """Three parties; the first may table four packages now, and waits for half of the third."""
    fields: dict[str, Any] = {
        "waiting": [[0.0, 0.0, 0.0]],
        "kept": [[[4.0, 3.0, 2.0, 1.0], [-1.0, 2.0, 2.0, 2.0], [-1.0, -2.0, 2.0, 2.0]]],
        "chances": np.ones((1, 1, 1, 1, 1)),
        "phase": [0, 0],
        "recognition": [[[1.0, 0.0, 0.0]]],
        "discount_rate": math.log(2.0),
        "terminal": "nothing",
    }
    return bargaining_game(**(fields | more))


def test_it_says_who_refuses_what_would_be_better() -> None:
    game = two_periods()
    found = deciding_comparison(game, as_equilibrium(PlainBargain(game)), 0, 0, 0, named=[1])
    assert (found.does, found.tabled.tolist(), found.best) == ("tables", [2], 2)
    assert (found.best_worth, found.waiting, found.value) == pytest.approx((3.0, 1.0, 3.0))
    assert found.refused.tolist() == [0, 1]
    assert found.refused_worth.tolist() == pytest.approx([6.0, 4.5])
    assert found.refused_by.tolist() == [[False, True, True], [False, False, True]]
    assert found.gain.tolist() == [pytest.approx([3.5, 2.0, -4.0])]
    assert found.needed.tolist() == [[True, True, True]]


def test_fewer_refused_packages_are_listed_than_there_are() -> None:
    game = two_periods()
    found = deciding_comparison(game, as_equilibrium(PlainBargain(game)), 0, 0, 0, at_most=1)
    assert (found.n_refused, found.refused.tolist()) == (2, [0])


def test_without_the_floor_nothing_is_compared() -> None:
    game = two_periods()
    found = deciding_comparison(game, as_equilibrium(PlainBargain(game)), 1, 0, 2)
    assert (found.does, found.table, found.best, found.n_refused) == ("has no floor", -1, -1, 0)
    assert math.isnan(found.best_worth)
    assert found.floor_worth == found.waiting


def test_a_quota_names_those_who_would_vote_against() -> None:
    counted = np.zeros((3, 4), dtype=bool)
    counted[1:] = True
    game = two_periods(required=np.eye(3, dtype=bool)[:1, :, None], counted=counted, at_least=1)
    found = deciding_comparison(game, as_equilibrium(PlainBargain(game)), 0, 0, 0)
    assert (found.best, found.refused.tolist()) == (1, [0])
    assert found.refused_by.tolist() == [[False, True, True]]


def test_several_places_in_one_pass_are_the_same_as_one_by_one() -> None:
    game = two_periods()
    equilibrium = as_equilibrium(PlainBargain(game))
    places = [(1, 0, 0), (0, 0, 1), (0, 0, 0), (1, 0, 0)]
    for place, found in zip(
        places, deciding_comparisons(game, equilibrium, places, named=[0]), strict=True
    ):
        alone = deciding_comparison(game, equilibrium, *place, named=[0])
        assert (found.period, found.world, found.party) == place
        assert found.signed.tolist() == alone.signed.tolist()
        assert (found.does, found.value, found.best) == (alone.does, alone.value, alone.best)
    assert deciding_comparisons(game, equilibrium, []) == ()


@pytest.mark.parametrize(
    ("place", "more", "message"),
    [
        ((2, 0, 0), {}, "period: found 2, expected 0 to 1"),
        ((0, 1, 0), {}, "world: found 1, expected 0 to 0"),
        ((0, 0, 3), {}, "party: found 3, expected 0 to 2"),
        ((0, 0, 0), {"table": 1}, "table: found 1, expected 0 to 0"),
        ((0, 0, 0), {"named": [4]}, "named: found 4, expected 0 to 3"),
    ],
)
def test_what_does_not_exist_is_refused(
    place: tuple[int, int, int], more: dict[str, Any], message: str
) -> None:
    game = two_periods()
    with pytest.raises(EngineInputError, match=message):
        deciding_comparison(game, as_equilibrium(PlainBargain(game)), *place, **more)
