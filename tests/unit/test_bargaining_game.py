"""The rules of a negotiation in time: what is filled in, what is derived, what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from detente.engines.bargaining.game import BargainingGame, bargaining_game
from detente.errors import EngineInputError


def game_with(**more: Any) -> BargainingGame:
    """Return a game of two worlds, three parties, two packages, one table and four periods."""
    fields: dict[str, Any] = {
        "waiting": np.zeros((2, 3)),
        "kept": np.ones((1, 3, 2)),
        "chances": np.full((2, 2, 2, 2, 2), 0.5),
        "phase": [0, 0, 1, 1],
        "recognition": np.full((1, 1, 3), 1 / 3),
        "discount_rate": 0.1,
    }
    return bargaining_game(**(fields | more))


def test_what_is_left_out_is_the_simplest_rule() -> None:
    game = game_with()
    assert (game.n_worlds, game.n_parties, game.n_packages) == (2, 3, 2)
    assert (game.n_tables, game.n_periods, game.has_shares) == (1, 4, False)
    assert game.belief_of.tolist() == [0, 0, 0]
    assert game.regime.tolist() == [0, 0]
    assert game.required.all()
    assert game.available.all()
    assert game.may_table.all()
    assert not game.out.any()
    assert not game.exit_open.any()
    assert not game.counted.any()
    assert (game.at_least == 0).all()
    assert (game.breakdown_rate == 0).all()
    assert game.resumes_in.tolist() == [[0, 0], [1, 1]]
    assert game.noise is None


def test_one_entry_along_an_axis_stands_for_all() -> None:
    game = game_with(lump=2.0, required=np.array([[[True], [False], [True]]]), broken_worth=-1)
    assert game.kept.shape == game.lump.shape == game.required.shape == (2, 3, 2)
    assert (game.lump == 2.0).all()
    assert game.required[1, :, 1].tolist() == [True, False, True]
    assert game.broken_worth.tolist() == [[-1.0] * 3] * 2
    assert game.meeting_rate.tolist() == [[math.inf], [math.inf]]


def test_arrays_are_read_only_copies() -> None:
    mine = np.zeros((2, 3))
    game = game_with(waiting=mine)
    mine[0, 0] = 5.0
    assert game.waiting[0, 0] == 0.0
    for name in ("waiting", "kept", "chances", "phase", "recognition", "required", "exit_worth"):
        assert not getattr(game, name).flags.writeable, name


def test_discounting_and_breakdowns_are_rates_over_a_period() -> None:
    game = game_with(dt=0.5, discount_rate=[0.0, 1.0, 2.0], breakdown_rate=[[0.0, math.inf], [1.0, 2.0]],
                     terminal="nothing")  # fmt: skip
    assert game.discount.tolist() == pytest.approx([1.0, math.exp(-0.5), math.exp(-1.0)])
    halves = [1 - math.exp(-0.5), 1 - math.exp(-1.0)]
    assert game.breaks_down.tolist() == [pytest.approx([0.0, 1.0]), pytest.approx(halves)]


TWO_TABLES = {"recognition": np.full((1, 2, 3), 1 / 3)}


def test_of_several_tables_at_most_one_meets_in_proportion_to_its_rate() -> None:
    game = game_with(**TWO_TABLES, meeting_rate=[[1.0, 3.0], [0.0, 2.0]], dt=0.25)
    one, two = 1 - math.exp(-1.0), 1 - math.exp(-0.5)
    comes_up = [pytest.approx([one / 4, 3 * one / 4]), pytest.approx([0.0, two])]
    assert game.table_comes_up.tolist() == comes_up


def test_tables_that_meet_always_share_the_periods_evenly_and_leave_none_to_others() -> None:
    game = game_with(**TWO_TABLES, meeting_rate=[[math.inf, math.inf], [math.inf, 3.0]])
    assert game.table_comes_up.tolist() == [[0.5, 0.5], [1.0, 0.0]]


def test_a_world_in_which_every_table_is_closed_has_no_meetings() -> None:
    game = game_with(**TWO_TABLES, meeting_rate=[[0.0, 0.0], [1.0, 1.0]])
    assert game.table_comes_up[0].tolist() == [0.0, 0.0]


def test_halving_the_period_leaves_the_chance_of_a_meeting_over_time_as_it_was() -> None:
    whole = game_with(**TWO_TABLES, meeting_rate=[[1.0, 3.0]], dt=1.0).table_comes_up.sum(axis=1)
    half = game_with(**TWO_TABLES, meeting_rate=[[1.0, 3.0]], dt=0.5).table_comes_up.sum(axis=1)
    assert 1 - (1 - half) ** 2 == pytest.approx(whole)


def test_stated_terminal_values_replace_what_would_follow() -> None:
    game = game_with(
        terminal_waiting=[[1.0, 2.0, 3.0]], terminal_kept=np.ones((1, 1, 2)), discount_rate=0.0
    )
    assert game.terminal_waiting is not None
    assert game.terminal_kept is not None
    assert game.terminal_waiting.shape == (2, 3)
    assert game.terminal_kept.shape == (2, 3, 2)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"waiting": np.zeros(3)}, "waiting: found shape"),
    ({"waiting": np.zeros((2, 0))}, "waiting: found shape"),
    ({"kept": np.ones((3, 3, 2))}, "kept: found shape"),
    ({"kept": np.full((1, 3, 2), np.inf)}, r"kept\[0, 0, 0\]: found inf, expected a finite"),
    ({"dt": 0.0}, "dt: found 0.0"),
    ({"dt": math.inf}, "dt: found inf"),
    ({"phase": []}, "phase: found shape"),
    ({"phase": [0, 2]}, "phase: found 0 to 2, expected 0 to 1"),
    ({"phase": [0.0, 1.0]}, "phase: found float64, expected whole numbers"),
    ({"chances": np.full((1, 1, 1, 2, 3), 0.5)}, "chances: found worlds"),
    ({"chances": np.full((2, 1, 1, 2, 2), 0.4)}, "chances: expected rows"),
    ({"chances": np.full((2, 1, 1, 2, 2), [1.5, -0.5])}, "chances: expected rows"),
    ({"chances": np.full((2, 1, 1, 2, 2), np.nan)}, "chances: expected rows"),
    ({"recognition": np.full((1, 1, 3), 0.5)}, "recognition: expected chances"),
    ({"recognition": np.full((1, 1, 3), -0.1)}, "recognition: expected chances"),
    ({"recognition": np.zeros((1, 1, 3))}, "table 0 nobody can ever propose"),
    ({"meeting_rate": 0.0}, "table 0 nobody can ever propose"),
    ({"meeting_rate": -1.0}, "meeting_rate: found -1.0"),
    ({"meeting_rate": np.nan}, "meeting_rate: found nan"),
    ({"discount_rate": -0.1}, "discount_rate: found -0.1"),
    ({"discount_rate": 0.0}, r"discount_rate\[0\]: found 0 with a status quo"),
    ({"discount_rate": 1e-17}, r"discount_rate\[0\]: found 1e-17 with a status quo"),
    ({"breakdown_rate": -1.0}, "breakdown_rate: found -1.0"),
    ({"noise": 0.0}, "noise: found 0.0, expected a positive number, or None for sharp"),
    ({"noise": 1.0, "share_lump": np.ones((1, 3, 2))}, "noise: shares are settled exactly"),
    ({"terminal": "for ever"}, "terminal: found 'for ever'"),
    ({"terminal_waiting": np.zeros((2, 3))}, "terminal: expected both"),
    ({"exit_open": True}, "exit_worth: expected what an exit is worth"),
    ({"required": np.ones((1, 3, 2))}, "required: found float64, expected true or false"),
    ({"at_least": 1}, "at_least: found more than there are counted"),
    ({"counted": True}, "counted: found a party that is required already"),
    ({"belief_of": [0, 1, 2]}, "belief_of: found 0 to 2, expected 0 to 1"),
    ({"regime": [0, 2]}, "regime: found 0 to 2, expected 0 to 1"),
    ({"resumes_in": np.full((2, 2), -2)}, "resumes_in: found -2 to -2, expected -1 to 1"),
]


def test_what_waiting_pays_must_be_finite() -> None:
    with pytest.raises(EngineInputError, match=r"waiting\[0, 1\]: found nan"):
        game_with(waiting=[[0.0, np.nan, 0.0]] * 2)


@pytest.mark.parametrize(("fields", "message"), BAD, ids=[it[1][:40] for it in BAD])
def test_rules_that_do_not_fit_together_are_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(EngineInputError, match=message):
        game_with(**fields)
