"""The examples reckoned in time: nobody gains by deviating once, and what a reader would notice."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from detente.analysis import Reckoning, WaitAnswer, analyse_wait
from detente.analysis.waiting_model import WaitingModel
from detente.casefile import example_names, read_case
from detente.engines.bargaining import one_shot_deviations, solve_bargaining
from detente.engines.deal_space import Verdict
from detente.model import DealId
from detente.reports.wait_turn_words import steady_sentence
from detente.reports.wait_words import wait_answer_basis, wait_answer_sentence

EXAMPLES = Path(__file__).parents[2] / "examples"
ALEPPO = EXAMPLES / "aleppo-2016"
KERRY = DealId("kerry_package")


@pytest.mark.parametrize("name", example_names())
def test_nobody_gains_by_deviating_once(name: str) -> None:
    model = WaitingModel(read_case(EXAMPLES / name), Reckoning(draws=0, step=7.0))
    noisy = model.game()
    sharp = dataclasses.replace(noisy, noise=None)
    for game in (noisy, sharp):
        check = one_shot_deviations(game, solve_bargaining(game))
        assert check.holds(1e-9), (check.largest_error, check.largest_gain)


@pytest.fixture(scope="module")
def aleppo() -> WaitAnswer:
    return analyse_wait(read_case(ALEPPO), Reckoning(draws=30))


def test_russia_and_damascus_gain_by_waiting_for_the_city_to_fall(aleppo: WaitAnswer) -> None:
    case = read_case(ALEPPO)
    deal = aleppo.deal(KERRY)
    assert deal is not None
    assert set(deal.holdouts) == {"russia", "assad_government"}
    sentence = wait_answer_sentence(case, aleppo)
    assert sentence.startswith("Russia and the Assad government gain by waiting")
    assert "Eastern Aleppo is taken or gives itself up" in sentence
    assert {"sixty_days", "wants_surrender", "buying_time"} <= set(wait_answer_basis(case, aleppo))


def test_that_stays_so_from_fifteen_to_a_hundred_and_twenty_days(aleppo: WaitAnswer) -> None:
    sweep = next(s for s in aleppo.sweeps if s.deal == KERRY)
    assert (round(sweep.medians[0]), round(sweep.medians[-1])) == (15, 120)
    assert not sweep.turns
    for party in ("russia", "assad_government"):
        assert (sweep.gains[:, sweep.parties.index(party)] < 0).all()
    assert "That stays so" in steady_sentence(read_case(ALEPPO), aleppo)


def test_the_whole_of_what_may_come_adds_up_at_every_date(aleppo: WaitAnswer) -> None:
    total = np.sum([way.chance.middle for way in aleppo.ways], axis=0)
    assert np.abs(total - 1).max() < 1e-9


def test_halving_the_periods_moves_nothing_that_a_reader_would_notice(aleppo: WaitAnswer) -> None:
    assert not aleppo.halving_turns
    assert aleppo.halving < 1.0


def test_the_window_of_kerrys_package_closes_with_his_office(aleppo: WaitAnswer) -> None:
    deal = aleppo.deal(KERRY)
    assert deal is not None
    (window,) = deal.can_be_signed
    assert window.last is not None
    assert str(aleppo.day_of(window.last)) == "2017-01-19"
    assert deal.of("united_states").verdict is Verdict.YES  # type: ignore[arg-type, union-attr]


def test_where_no_clock_brings_an_ending_the_last_day_leads_to_what_each_expects_without_a_deal() -> (
    None
):
    """Washington keeps the Canal as it is for as long as it can, and signs as the time runs out."""
    case = read_case(EXAMPLES / "published/raiffa-1982-panama-canal")
    answer = analyse_wait(case, Reckoning(draws=0))
    (deal,) = answer.deals
    assert deal.holdouts == ("united_states",)
    (window,) = deal.windows
    assert window.first > answer.n_periods / 2
    assert window.last is None
    assert answer.ways[0].chance.middle[-1] > 0.95
