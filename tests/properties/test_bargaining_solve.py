"""Backward induction over small random games, against the plain definition; draws against each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_bargaining import PlainBargain, as_equilibrium
from random_bargaining import Features, random_bargaining, random_games

from detente.engines._checks import Floats
from detente.engines.bargaining.consent_kernels import exponential
from detente.engines.bargaining.course import course_of
from detente.engines.bargaining.draws import bargain_over_draws
from detente.engines.bargaining.draws_numbers import drawn_games
from detente.engines.bargaining.equilibrium import BargainingEquilibrium
from detente.engines.bargaining.game import BargainingGame, bargaining_game
from detente.engines.bargaining.solve import solve_bargaining

PER_ROW = ("package", "chance", "accepted", "exited", "shares")


def some_game_in_blocks(seed: int, **features: Any) -> BargainingGame:
    """Deal out so many packages that they fill several blocks, of several classes."""
    some = Features(
        **{"n": 2, "worlds": 2, "packages": 300, "tables": 2, "regimes": 2, "mandates": True}
        | features
    )
    return random_bargaining(seed, some)


def by_definition(game: BargainingGame) -> BargainingEquilibrium:
    return as_equilibrium(PlainBargain(game))


def all_have_a_chance(plain: BargainingEquilibrium) -> bool:
    """Say whether every proposal is more than formally one: see the unit tests."""
    return bool((plain.accepted + plain.exited.sum(axis=1) > 1e-9).all())


def assert_is(game: BargainingGame, plain: BargainingEquilibrium) -> None:
    found = solve_bargaining(game, range(game.n_packages))
    for name in ("value", "waiting", "signed"):
        np.testing.assert_allclose(getattr(found, name), getattr(plain, name), rtol=0, atol=1e-9)
    floor = game.table_comes_up[:, :, None] * game.recognition * ~game.out[:, None, :]
    for cell in np.ndindex(game.n_periods, *floor.shape):
        here, expected = found.rows(*cell), plain.rows(*cell)
        if floor[cell[1:]] == 0:
            assert here.start == here.stop
            continue
        for name in PER_ROW if game.has_shares else PER_ROW[:-1]:
            np.testing.assert_allclose(
                getattr(found, name)[here], getattr(plain, name)[expected], rtol=0, atol=1e-9
            )


def assert_same_bits(one: BargainingEquilibrium, other: BargainingEquilibrium) -> None:
    for name in ("value", "waiting", "signed", "starts", *PER_ROW):
        mine, its = getattr(one, name), getattr(other, name)
        assert (mine is None and its is None) or np.array_equal(mine, its)


# --- one game --------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(random_games())
def test_values_and_choices_are_the_plain_definition(game: BargainingGame) -> None:
    plain = by_definition(game)
    assume(all_have_a_chance(plain))
    assert_is(game, plain)


@settings(max_examples=40, deadline=None)
@given(random_games(quotas=True, exits=True, shares=True))
def test_shares_votes_and_exits_together_are_the_plain_definition(game: BargainingGame) -> None:
    plain = by_definition(game)
    assume(all_have_a_chance(plain))
    assert_is(game, plain)


@settings(max_examples=40, deadline=None)
@given(random_games(noise=1.0, shares=False, quotas=True, exits=True, breakdowns=True, out=True))
def test_noise_with_votes_exits_and_breakdowns_is_the_plain_definition(
    game: BargainingGame,
) -> None:
    plain = by_definition(game)
    assume(all_have_a_chance(plain))
    assert_is(game, plain)


@pytest.mark.parametrize(
    "features",
    [
        {"n": 3, "signatories": True, "lumps": True},
        {"noise": 1.0, "breakdowns": True},
        {"noise": 1.0, "exits": True, "signatories": True},
        {"quotas": True, "exits": True, "exit_when_proposing": True},
        {"shares": True, "quotas": True},
    ],
    ids=lambda features: " ".join(features),
)
def test_packages_in_several_blocks_are_the_plain_definition(features: dict[str, Any]) -> None:
    for seed in range(3):
        game = some_game_in_blocks(seed, **features)
        assert_is(game, by_definition(game))


@settings(max_examples=50, deadline=None)
@given(random_games(), st.integers(2, 4))
def test_the_number_of_threads_changes_no_bit(game: BargainingGame, threads: int) -> None:
    one = solve_bargaining(game, [0], threads=1)
    assert_same_bits(one, solve_bargaining(game, [0], threads=threads))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([None, 1.0]), st.booleans())
def test_threads_share_out_many_packages_bit_for_bit(
    seed: int, noise: float | None, exits: bool
) -> None:
    game = some_game_in_blocks(seed, noise=noise, exits=exits)
    one = solve_bargaining(game, threads=1)
    assert_same_bits(one, solve_bargaining(game, threads=2))
    assert_same_bits(one, solve_bargaining(game, threads=3))


@settings(max_examples=50, deadline=None)
@given(random_games(), st.data())
def test_packages_that_nobody_can_table_change_nothing(
    game: BargainingGame, data: st.DataObject
) -> None:
    gone = data.draw(st.integers(0, game.n_packages - 1))
    available = game.available.copy()
    available[:, gone] = False
    without = changed(game, available=available)
    kept = solve_bargaining(without, range(game.n_packages))
    left_out = solve_bargaining(without)
    for name in ("value", "waiting", "starts", *PER_ROW):
        mine, its = getattr(kept, name), getattr(left_out, name)
        assert (mine is None and its is None) or np.array_equal(mine, its)
    assert gone not in kept.package


def changed(game: BargainingGame, **fields: Any) -> BargainingGame:
    """Build the game anew with some of its rules replaced."""
    names = BargainingGame.__slots__
    return bargaining_game(**({name: getattr(game, name) for name in names} | fields))


# --- many draws ------------------------------------------------------------------------------


def draws_of(game: BargainingGame, rng: np.random.Generator, n_draws: int) -> dict[str, Any]:
    """Draw all that can be drawn; some stand for all along an axis."""

    def around(numbers: Floats) -> Floats:
        return numbers + rng.integers(-1, 1, (n_draws, *numbers.shape), endpoint=True) / 2

    def scaled(numbers: Floats) -> Floats:
        shape = (n_draws, *(1 for _ in numbers.shape))
        return np.asarray(numbers * rng.choice([0.5, 1.0, 2.0], shape))

    found: dict[str, Any] = {
        "waiting": around(game.waiting),
        "kept": around(game.kept),
        "lump": game.lump[None],
        "chances": game.chances[None, :, :, :, rng.integers(0, game.n_worlds, game.n_worlds)],
        "discount_rate": scaled(game.discount_rate),
        "meeting_rate": scaled(game.meeting_rate),
        "recognition": game.recognition * rng.choice([0.5, 1.0], (n_draws, 1, 1, 1)),
        "breakdown_rate": rng.choice([0.0, 0.5], (n_draws, 1, game.n_packages)),
        "broken_worth": around(game.broken_worth),
        "exit_worth": around(game.exit_worth),
    }
    if game.noise is not None:
        found["noise"] = rng.choice([0.5, 1.0], n_draws)
    return found


@settings(max_examples=40, deadline=None)
@given(random_games(), st.integers(0, 2**32 - 1))
def test_every_draw_is_the_single_game_bit_for_bit(game: BargainingGame, seed: int) -> None:
    rng = np.random.default_rng(seed)
    named = rng.integers(0, game.n_packages, 2)  # now and then the same one twice
    along = rng.integers(0, game.n_worlds, game.n_periods + 1)
    start = int(rng.integers(game.n_worlds))
    drawn = draws_of(game, rng, 3)
    found = bargain_over_draws(game, drawn, named=named, along=along, start=start, threads=2)
    dates = np.arange(game.n_periods + 1)
    games = drawn_games(game, drawn)
    assert found.n_draws == 3
    for draw in range(3):
        one = games.at(draw)
        single = solve_bargaining(one, named)
        for name in ("value", "waiting", "signed"):
            assert np.array_equal(getattr(found, name)[draw], getattr(single, name)[dates, along])
        course = course_of(one, single, start)
        for mine, its in (
            (found.talks, course.talks),
            (found.untried, course.untried),
            (found.exited_by, course.exited),
        ):
            np.testing.assert_allclose(mine[draw], its, rtol=0, atol=1e-12)
        signed = np.zeros((game.n_packages, len(dates)))
        signed[course.packages] = course.signed_by.T
        others = np.delete(signed, named, axis=0).sum(axis=0)
        expected = np.column_stack([*signed[named], others])
        np.testing.assert_allclose(found.signed_by[draw], expected, rtol=0, atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(random_games(), st.integers(0, 2**32 - 1))
def test_the_number_of_threads_changes_no_bit_of_any_draw(game: BargainingGame, seed: int) -> None:
    drawn = draws_of(game, np.random.default_rng(seed), 5)
    along = np.zeros(game.n_periods + 1, dtype=int)
    one, *others = (
        bargain_over_draws(game, drawn, named=[0], along=along, start=0, threads=threads)
        for threads in (1, 2, 4)
    )
    for other in others:
        for name in ("value", "waiting", "signed", "untried", "talks", "signed_by", "exited_by"):
            assert np.array_equal(getattr(one, name), getattr(other, name))


# --- the exponential -------------------------------------------------------------------------


@given(st.floats(-700, 700))
def test_the_exponential_is_within_one_part_in_10_to_the_15(x: float) -> None:
    assert exponential(x) == pytest.approx(math.exp(x), rel=1e-15, abs=0)
