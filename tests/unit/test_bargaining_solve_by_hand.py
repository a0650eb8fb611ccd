"""Backward induction on cases worked out by hand, and what it refuses."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from detente.engines.bargaining.draws import DrawnBargains, bargain_over_draws
from detente.engines.bargaining.equilibrium import EXIT, BargainingEquilibrium
from detente.engines.bargaining.game import BargainingGame, bargaining_game
from detente.engines.bargaining.solve import solve_bargaining
from detente.errors import EngineInputError

HALF = float(np.log(2.0))


def game_of(**rules: Any) -> BargainingGame:
    """Build a game of one world in which the first of two parties always has the floor."""
    plain: dict[str, Any] = {
        "waiting": np.zeros((1, 2)),
        "kept": np.zeros((1, 2, 1)),
        "chances": np.ones((1, 1, 1, 1, 1)),
        "phase": np.zeros(2, dtype=int),
        "recognition": np.array([[[1.0, 0.0]]]),
        "discount_rate": HALF,
        "terminal": "nothing",
    }
    return bargaining_game(**(plain | rules))


def tabled(found: BargainingEquilibrium, *cell: int) -> list[int]:
    return [int(package) for package in found.package[found.rows(*cell)]]


# --- what ties, and what is no proposal -------------------------------------------------------


def test_a_party_as_well_off_saying_nothing_tables_its_best_package() -> None:
    found = solve_bargaining(game_of())
    assert tabled(found, 0, 0, 0, 0) == [0]
    assert found.accepted.tolist() == [1.0, 1.0]


def test_tied_packages_are_chosen_with_equal_chances_and_listed_in_order() -> None:
    kept = np.array([[[1.0, 0.0, 1.0], [0.0, 5.0, 8.0]]])
    regime = np.array([1, 0, 0])  # packages of different classes are worked on apart
    found = solve_bargaining(
        game_of(kept=kept, lump=0.0, regime=regime, chances=np.ones((1, 1, 2, 1, 1)))
    )
    row = found.rows(1, 0, 0, 0)
    assert found.package[row].tolist() == [0, 2]
    assert found.chance[row].tolist() == [0.5, 0.5]
    assert found.value[1, 0].tolist() == [1.0, 4.0]


def test_a_proposal_that_is_sure_to_be_refused_is_none() -> None:
    found = solve_bargaining(game_of(kept=np.array([[[1.0], [-1.0]]])))
    assert tabled(found, 0, 0, 0, 0) == []
    assert found.value[0, 0].tolist() == [0.0, 0.0]


def test_with_noise_too_a_proposal_without_a_chance_is_none() -> None:
    # The first is refused with all but 1e-13, the second would leave the proposer as it is.
    kept = np.array([[[1.0, 0.0], [-30.0, 2.0]]])
    found = solve_bargaining(game_of(kept=kept, noise=1.0, phase=np.zeros(1, dtype=int)))
    assert tabled(found, 0, 0, 0, 0) == [1]
    assert found.value[0, 0, 1] == pytest.approx(2 / (1 + np.exp(-2.0)))


def test_exit_in_answer_goes_to_the_first_who_refuses() -> None:
    exit_worth = np.zeros((1, 3, 3))
    exit_worth[0, 1], exit_worth[0, 2] = [5.0, 1.0, 0.0], [7.0, 0.0, 1.0]
    found = solve_bargaining(
        game_of(
            waiting=np.zeros((1, 3)),
            kept=np.zeros((1, 3, 1)),
            recognition=np.array([[[1.0, 0.0, 0.0]]]),
            exit_open=np.array([[False, True, True]]),
            exit_worth=exit_worth,
            phase=np.zeros(1, dtype=int),
        )
    )
    assert found.exited.tolist() == [[0.0, 1.0, 0.0]]
    assert found.value[0, 0].tolist() == [5.0, 1.0, 0.0]


def test_a_proposer_ends_the_talks_only_if_that_is_strictly_better() -> None:
    def found_with(worth: float) -> BargainingEquilibrium:
        exit_worth = np.zeros((1, 2, 2))
        exit_worth[0, 0, 0] = worth
        return solve_bargaining(
            game_of(
                kept=np.array([[[1.0], [1.0]]]),
                exit_open=np.array([[True, False]]),
                exit_worth=exit_worth,
                exit_when_proposing=True,
                phase=np.zeros(1, dtype=int),
            )
        )

    assert tabled(found_with(1.0), 0, 0, 0, 0) == [0]
    assert tabled(found_with(1.1), 0, 0, 0, 0) == [EXIT]


# --- what follows the last period ------------------------------------------------------------


def test_the_status_quo_for_ever_is_a_perpetuity_and_breakdowns_lead_back_to_it() -> None:
    game = game_of(
        waiting=np.array([[1.0, 0.0]]),
        kept=np.array([[[3.0], [0.0]]]),
        breakdown_rate=HALF,
        terminal="status_quo",
    )
    found = solve_bargaining(game, [0])
    assert found.value[-1, 0].tolist() == [2.0, 0.0]
    worth = float(found.signed[-1, 0, 0, 0])
    assert worth == pytest.approx(3 + (worth + 2) / 4)


def test_stated_ends_are_taken_as_they_are_and_count_nothing_for_those_who_are_out() -> None:
    game = game_of(
        out=np.array([[False, True]]),
        terminal_waiting=np.array([[4.0, 9.0]]),
        terminal_kept=np.array([[[6.0], [9.0]]]),
        lump=1.0,
    )
    found = solve_bargaining(game, [0])
    assert found.value[-1, 0].tolist() == [4.0, 0.0]
    assert found.signed[-1, 0, :, 0].tolist() == [7.0, 0.0]


# --- size ------------------------------------------------------------------------------------


def test_ties_among_all_of_a_thousand_packages_are_all_listed() -> None:
    found = solve_bargaining(game_of(kept=np.ones((1, 2, 1000)), phase=np.zeros(5, dtype=int)))
    for period in range(5):
        assert tabled(found, period, 0, 0, 0) == list(range(1000))
    assert found.chance.sum() == pytest.approx(5)


def test_a_game_in_which_nothing_can_be_tabled_is_waiting() -> None:
    found = solve_bargaining(game_of(waiting=np.ones((1, 2)), may_table=np.zeros((1, 2, 1), bool)))
    assert found.value[:, 0, 0].tolist() == [1.5, 1.0, 0.0]
    assert len(found.package) == 0
    assert found.signed.shape == (3, 1, 2, 0)


def test_tables_with_the_same_mandates_have_the_same_rows() -> None:
    rules: dict[str, Any] = {
        "kept": np.array([[[1.0, 2.0], [3.0, 1.0]]]),
        "recognition": np.full((1, 2, 2), 0.5),
        "meeting_rate": np.array([[1.0, 2.0]]),
    }
    found = solve_bargaining(game_of(**rules))
    one = solve_bargaining(
        game_of(**rules | {"meeting_rate": 3.0, "recognition": np.full((1, 1, 2), 0.5)})
    )
    for party in range(2):
        assert tabled(found, 0, 0, 0, party) == tabled(found, 0, 0, 1, party)
    assert found.value == pytest.approx(one.value, abs=1e-12)


# --- what is handed in and out ---------------------------------------------------------------


def test_results_are_read_only_and_say_how_they_were_found() -> None:
    found = solve_bargaining(game_of(noise=0.5), [0])
    drawn = bargain_over_draws(game_of(), {}, named=[0], along=[0, 0, 0], start=0)
    for result in (found, drawn):
        for field in fields(result):
            array = getattr(result, field.name)
            assert not isinstance(array, np.ndarray) or not array.flags.writeable
    assert found.method == "backward induction over 2 periods, noisy consent (0.5)"
    assert found.shares is None


def test_the_game_is_left_as_it_was() -> None:
    game = game_of(kept=np.ones((1, 2, 3)))
    before = {name: np.copy(getattr(game, name)) for name in ("kept", "lump", "exit_worth")}
    solve_bargaining(game, [0])
    for name, numbers in before.items():
        assert np.array_equal(getattr(game, name), numbers)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ([1], "named: found 1 to 1, expected 0 to 0"),
        ([-1], "named: found -1 to -1, expected 0 to 0"),
        ([0.5], "named: found float64 of shape"),
        (0, r"named: found int64 of shape \(\), expected a list of packages"),
    ],
)
def test_packages_that_do_not_exist_are_refused(named: Any, message: str) -> None:
    with pytest.raises(EngineInputError, match=message):
        solve_bargaining(game_of(), named)


def test_no_threads_are_refused() -> None:
    with pytest.raises(EngineInputError, match="threads: found 0, expected at least 1"):
        solve_bargaining(game_of(), threads=0)


def draws_of(drawn: dict[str, Any], **more: Any) -> DrawnBargains:
    given: dict[str, Any] = {"named": [0], "along": [0, 0, 0], "start": 0}
    return bargain_over_draws(more.pop("game", game_of()), drawn, **(given | more))


def test_nothing_drawn_is_one_draw() -> None:
    assert draws_of({}).value.shape == (1, 3, 2)


def test_a_package_named_twice_counts_in_both_columns() -> None:
    found = draws_of({"waiting": np.zeros((4, 1, 2))}, named=[0, 0])
    assert found.signed_by[:, -1].tolist() == [[1.0, 1.0, 0.0]] * 4


@pytest.mark.parametrize(
    ("drawn", "more", "message"),
    [
        ({"wating": 0}, {}, "drawn: found 'wating', expected one of waiting, kept"),
        ({"waiting": np.zeros((3, 2))}, {}, r"drawn\['waiting'\]: found shape \(3, 2\), expected"),
        ({"waiting": np.zeros((0, 1, 2))}, {}, r"found shape \(0, 1, 2\)"),
        (
            {"waiting": np.zeros((3, 1, 2)), "discount_rate": np.ones((2, 2))},
            {},
            "found 3 of waiting, 2 of discount_rate, expected as many draws of each",
        ),
        ({"waiting": [[[0.0, np.nan]]]}, {}, r"drawn\['waiting'\]\[0, 0, 1\]: found nan"),
        ({"meeting_rate": [[[-1.0]]]}, {}, "expected a number from 0"),
        ({"discount_rate": [[np.inf, 1]]}, {}, "expected a number from 0"),
        ({"chances": np.full((1, 1, 1, 1, 1, 1), 0.5)}, {}, "rows of numbers from 0"),
        ({"recognition": np.ones((1, 1, 1, 2))}, {}, "add up to at most 1 at a table"),
        ({"noise": [1.0]}, {}, "noise for a game whose consent is sharp"),
        ({"noise": [0.0]}, {"game": game_of(noise=1.0)}, "expected positive numbers"),
        (
            {"discount_rate": [[0.0, 1.0]]},
            {"game": game_of(terminal="status_quo")},
            "a status quo that lasts for ever",
        ),
        ({}, {"along": [0, 0]}, r"along: found int64 of shape \(2,\), expected 3 worlds"),
        ({}, {"along": [0, 0, 1]}, "along: found 0 to 1, expected 0 to 0"),
        ({}, {"start": 1}, "start: found 1 to 1, expected 0 to 0"),
        ({}, {"threads": 0}, "threads: found 0"),
    ],
)
def test_draws_that_do_not_fit_are_refused(
    drawn: dict[str, Any], more: dict[str, Any], message: str
) -> None:
    with pytest.raises(EngineInputError, match=message):
        draws_of(drawn, **more)
