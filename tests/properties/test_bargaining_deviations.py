"""The independent check of an equilibrium: silent on true ones, and it finds what is planted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from plain_bargaining import PlainBargain, as_equilibrium
from random_bargaining import Features, random_bargaining, random_games

from detente.engines.bargaining.deviations import Departure, DeviationCheck, one_shot_deviations
from detente.engines.bargaining.equilibrium import EXIT, BargainingEquilibrium
from detente.engines.bargaining.game import BargainingGame, bargaining_game
from detente.engines.bargaining.solve import solve_bargaining
from detente.errors import EngineInputError

Numbers = npt.NDArray[np.float64]
SEEDS = range(80)


@cache
def solved(seed: int) -> tuple[BargainingGame, BargainingEquilibrium]:
    game = random_bargaining(seed)
    return game, as_equilibrium(PlainBargain(game))


def of_kind(check: DeviationCheck, kind: str) -> Departure:
    return next(found for found in check.errors + check.gains if found.kind == kind)


def changed(array: Numbers, place: Any, to: float) -> Numbers:
    copy = array.copy()
    copy[place] = to
    return copy


def check_with(
    game: BargainingGame, equilibrium: BargainingEquilibrium, **fields: Any
) -> DeviationCheck:
    return one_shot_deviations(game, replace(equilibrium, **fields))


@settings(max_examples=60)
@given(random_games())
def test_nothing_departs_in_an_equilibrium_by_the_plain_definition(game: BargainingGame) -> None:
    check = one_shot_deviations(game, as_equilibrium(PlainBargain(game)))
    assert check.holds(1e-12)


@settings(max_examples=60)
@given(random_games())
def test_nothing_departs_in_what_the_solver_finds(game: BargainingGame) -> None:
    check = one_shot_deviations(game, solve_bargaining(game, named=range(game.n_packages)))
    assert check.holds(1e-11)


BOUGHT = {"n": 4, "shares": True, "quotas": True, "periods": 2}
"""Votes that are bought with shares of a divisible good, the cheapest first."""


@settings(max_examples=100)
@given(random_games(**BOUGHT, lumps=True, out=False, mandates=False))
def test_nothing_departs_where_votes_are_bought(game: BargainingGame) -> None:
    assert one_shot_deviations(game, as_equilibrium(PlainBargain(game))).holds(1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_departs_in_the_equilibrium_of_a_seeded_game(seed: int) -> None:
    check = one_shot_deviations(*solved(seed))
    assert check.holds(1e-12)
    assert check.n_checked > 0


@pytest.mark.parametrize("field", ["value", "waiting", "signed"])
def test_a_changed_worth_is_found_at_any_date_in_any_world_for_any_party(field: str) -> None:
    for seed in SEEDS[:25]:
        game, true = solved(seed)
        worths: Numbers = getattr(true, field)
        rng = np.random.default_rng(seed)
        place = tuple(int(rng.integers(size)) for size in worths.shape)
        planted = changed(worths, place, worths[place] + 1e-6)
        check = check_with(game, true, **{field: planted})
        assert not check.holds()
        found = of_kind(check, field)
        assert found.amount == pytest.approx(1e-6, rel=1e-3)
        if field == "signed":
            assert (found.period, found.world, found.party) == place[:3]


def test_a_changed_chance_of_a_row_is_found() -> None:
    for game, true, row, cell in reached():
        planted = changed(true.chance, row, true.chance[row] - 1e-6)
        found = of_kind(check_with(game, true, chance=planted), "choice")
        assert found.amount == pytest.approx(1e-6, rel=1e-3)
        assert (found.period, found.world, found.party) == (cell[0], cell[1], cell[3])


@pytest.mark.parametrize("field", ["accepted", "exited", "shares"])
def test_a_changed_answer_is_found(field: str) -> None:
    n_planted = 0
    for game, true, row, _ in reached():
        answers: Numbers | None = getattr(true, field)
        if answers is None:
            continue
        place = row if field == "accepted" else (row, game.n_parties - 1)
        planted = changed(answers, place, answers[place] + 1e-6)
        check = check_with(game, true, **{field: planted})
        assert of_kind(check, "answer").amount == pytest.approx(1e-6, rel=1e-3)
        n_planted += 1
    assert n_planted > 5


Cell = tuple[int, int, int, int]


def reached() -> Iterator[tuple[BargainingGame, BargainingEquilibrium, int, Cell]]:
    """Yield games with a row of a cell whose proposer may really get the floor, and that cell."""
    for seed in SEEDS:
        game, true = solved(seed)
        floor = game.table_comes_up[:, :, None] * game.recognition
        shape = (game.n_periods, *floor.shape)
        cells = np.argwhere(np.diff(true.starts).reshape(shape) * (floor > 0))
        if len(cells):
            t, w, k, i = (int(place) for place in cells[-1])
            yield game, true, true.rows(t, w, k, i).start, (t, w, k, i)


def ultimatum(**more: Any) -> BargainingGame:
    """Party 0 tables one of three packages, once; the last is refused."""
    return bargaining_game(
        waiting=[[0.0, 0.0]],
        kept=[[[1.0, 2.0, 5.0], [2.0, 1.0, -1.0]]],
        chances=np.ones((1, 1, 1, 1, 1)),
        phase=[0],
        recognition=[[[1.0, 0.0]]],
        discount_rate=0.0,
        terminal="nothing",
        **more,
    )


def tabled(game: BargainingGame, package: int | None, **more: Any) -> DeviationCheck:
    """Let party 0 table another package than it should, with values that go with it; or nothing."""
    true = as_equilibrium(PlainBargain(game))
    changes: dict[str, Any] = {"package": np.array([package])}
    if package is None:
        changes = {name: getattr(true, name)[:0] for name in ("package", "chance", "accepted")}
        changes |= {"exited": true.exited[:0], "starts": np.zeros_like(true.starts)}
    changes |= more
    return check_with(game, true, **changes)


def worth(*first: float) -> Numbers:
    return np.array([[first], [[0.0, 0.0]]])


def test_the_best_package_holds_and_tabling_a_worse_one_gives_away_the_difference() -> None:
    assert tabled(ultimatum(), 1).holds()
    check = tabled(ultimatum(), 0, value=worth(1.0, 2.0))
    assert check.largest_gain == Departure("proposal", 1.0, 0, 0, 0)
    assert of_kind(check, "choice").amount == 1.0
    assert of_kind(check, "value").amount == 0.0


def test_silence_gives_away_what_the_best_package_is_worth() -> None:
    check = tabled(ultimatum(), None, value=worth(0.0, 0.0))
    assert check.largest_gain == Departure("proposal", 2.0, 0, 0, 0)
    assert of_kind(check, "value").amount == 0.0


def test_consent_to_what_is_worse_than_waiting_is_a_gain_from_refusing() -> None:
    check = tabled(ultimatum(), 2, value=worth(5.0, -1.0))
    assert of_kind(check, "consent") == Departure("consent", 1.0, 0, 0, 1)
    assert of_kind(check, "answer").amount == 1.0
    assert of_kind(check, "value").amount == 0.0


LEAVES = {"exit_open": [[False, True]], "exit_worth": [[[0.0, 0.0], [0.0, 1.5]]]}


def test_an_exit_that_is_worse_than_signing_is_a_gain_from_not_making_it() -> None:
    game = ultimatum(**LEAVES)
    leaves = {"accepted": np.zeros(1), "exited": np.array([[0.0, 1.0]])}
    check = tabled(game, 0, value=worth(0.0, 1.5), **leaves)
    assert of_kind(check, "exit") == Departure("exit", 0.5, 0, 0, 1)


def test_an_exit_that_is_not_made_where_it_is_better_than_waiting_is_found() -> None:
    game = ultimatum(**LEAVES)
    check = tabled(game, 1, value=worth(0.0, 0.0), accepted=np.zeros(1), exited=np.zeros((1, 2)))
    assert of_kind(check, "exit") == Departure("exit", 1.5, 0, 0, 1)


def test_ending_the_talks_instead_of_proposing_is_compared_with_every_package() -> None:
    game = ultimatum(exit_open=[[True, False]], exit_worth=[[[1.5, 0.0], [0.0, 0.0]]],
                     exit_when_proposing=True)  # fmt: skip
    ends = {"accepted": np.zeros(1), "exited": np.array([[1.0, 0.0]])}
    check = tabled(game, EXIT, value=worth(1.5, 0.0), **ends)
    assert check.largest_gain == Departure("proposal", 0.5, 0, 0, 0)
    assert of_kind(check, "answer").amount == of_kind(check, "value").amount == 0.0


def test_one_of_two_tied_packages_alone_is_not_all_the_tied_best_choices() -> None:
    game = random_bargaining(1, Features(n=1, packages=3, periods=1))
    twins = replace(game, kept=np.repeat(game.kept[:, :, :1], 3, axis=2))
    true = as_equilibrium(PlainBargain(twins))
    assert true.chance.tolist() == pytest.approx([1 / 3] * 3)
    alone = replace(
        true,
        starts=np.array([0, 1]),
        package=true.package[:1],
        chance=np.ones(1),
        accepted=true.accepted[:1],
        exited=true.exited[:1],
    )
    check = one_shot_deviations(twins, alone)
    assert check.largest_error.kind == "choice"
    assert check.largest_gain.amount == 0.0


def test_numbers_that_are_none_are_no_equilibrium() -> None:
    game, true = solved(0)
    planted = changed(true.value, (0, 0, 0), np.nan)
    assert not check_with(game, true, value=planted).holds()


def test_the_equilibrium_of_another_game_is_refused() -> None:
    _, true = solved(0)
    game = random_bargaining(0, Features(n=true.value.shape[2], periods=len(true.value) + 1))
    with pytest.raises(EngineInputError, match="this very game"):
        one_shot_deviations(game, true)
