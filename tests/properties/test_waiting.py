"""Waiting, from a case to its answer, against the plain definition worked out from the case itself."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_waiting import PlainWaiting
from random_waiting_cases import LAST_DAY, STEP, random_case
from small_waiting_cases import exact

from detente.analysis import analyse
from detente.analysis.reckoning import Draws, Span
from detente.analysis.wait_gains import Gains
from detente.analysis.waiting_model import WaitingModel
from detente.engines.bargaining import course_of, one_shot_deviations, solve_bargaining
from detente.engines.deal_space import Verdict
from detente.model import OutcomeOrder
from detente.reports.sections.wait import wait as wait_section
from detente.reports.wait_json import wait_as_json
from detente.reports.wait_turn_words import break_even_sentence, sweep_sentences, way_sentence
from detente.reports.wait_words import wait_answer_sentence, wait_sentence

RECKONING = exact(until=LAST_DAY, step=STEP)

SEEDS = (
    4, 7, 8, 11, 12, 18, 19, 22, 24, 33, 36, 39, 41, 42, 45, 51, 53, 57, 58, 62, 67, 68, 75, 78, 83,
    105, 116, 209, 278, 296,
)  # fmt: skip
"""Of random cases with a deal that the plain definition works out in a quarter of a second."""


@cache
def plain_of(seed: int) -> PlainWaiting:
    return PlainWaiting(random_case(seed), RECKONING)


@cache
def model_of(seed: int) -> WaitingModel:
    return WaitingModel(random_case(seed), RECKONING)


# --- the middle, from the case alone -------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_signing_and_waiting_are_worth_what_the_plain_definition_says(seed: int) -> None:
    plain, model = plain_of(seed), model_of(seed)
    space, named = model.space, list(model.space.named.values())
    assert list(space.parties) == plain.known
    assert [model.timeline.states[w] for w in model.along] == [s.struck for s in plain.along]
    found = solve_bargaining(model.game(), named)
    packages = {p.deal: p for p in plain.packages if p.deal}
    assert list(packages) == list(space.named)
    for t in range(plain.horizon):
        spot, w = plain.along[t], model.along[t]
        for k, (deal, d) in enumerate(space.named.items()):
            signable = bool(space.available[w, d] and not model.values.unknown[w, d])
            assert signable is plain.may_sign(spot, packages[deal])
            for party, i in space.column.items():
                if model.values.unclear[i, d]:
                    continue
                waiting, signed = found.waiting[t, w, i], found.signed[t, w, i, k]
                assert waiting == pytest.approx(plain.wait(t, spot, party), abs=1e-6)
                assert signed == pytest.approx(plain.sign(t, spot, party, packages[deal]), abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_it_goes_as_the_plain_definition_says(seed: int) -> None:
    plain, model = plain_of(seed), model_of(seed)
    game, space = model.game(), model.space
    course = course_of(game, solve_bargaining(game), model.start)
    for t, (agreed, open_) in enumerate(plain.course()):
        for deal, d in space.named.items():
            chance = course.signed_by[t][course.packages == d].sum()
            assert chance == pytest.approx(agreed.get(deal, 0.0), abs=1e-9)
        assert course.signed_by[t].sum() == pytest.approx(sum(agreed.values()), abs=1e-9)
        for spot, chance in open_.items():
            w = model.timeline.states.index(spot.struck)
            assert course.untried[t, w] == pytest.approx(chance, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS[::2])
def test_nobody_gains_by_deviating_once(seed: int) -> None:
    game = model_of(seed).game()
    for consent in (game, replace(game, noise=None)):
        check = one_shot_deviations(consent, solve_bargaining(consent))
        assert check.holds(), (check.largest_error, check.largest_gain)


# --- whole answers -------------------------------------------------------------------------------


def schema() -> Any:
    file = files("detente.reports") / "schemas" / "wait-1.json"
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", range(0, 50, 2))
def test_every_small_case_has_an_answer_that_can_be_told(seed: int) -> None:
    case = random_case(seed)
    analysis = analyse(case, with_hold=False, reckoning=replace(RECKONING, draws=2))
    answer = analysis.wait
    assert answer is not None
    data = json.loads(json.dumps(wait_as_json(analysis, answer), allow_nan=False))
    jsonschema.validate(data, schema())
    told = [
        wait_answer_sentence(case, answer),
        *(wait_sentence(case, answer, d) for d in answer.deals),
    ]
    told += [s for sweep in answer.sweeps for s in sweep_sentences(case, sweep)]
    told += [break_even_sentence(case, found) for found in answer.break_evens]
    told += [way_sentence(case, way, 0) + "." for way in answer.ways]
    for sentence in told:
        assert sentence.endswith((".", "wait."))
        assert not any(bad in sentence for bad in ("  ", " .", " ,", "nan", "None", ": .", "“”"))
    assert (wait_section(analysis) is not None) is bool(answer.deals)
    for row in ("low", "middle", "high"):
        assert all((getattr(w.chance, row) >= -1e-12).all() for w in answer.ways)
    if answer.ways:
        assert sum(w.chance.middle for w in answer.ways) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("seed", range(1, 50, 2))
def test_an_answer_agrees_with_itself(seed: int) -> None:
    """Who holds out, and when all would sign, is what the gains say."""
    analysis = analyse(random_case(seed), with_hold=False, reckoning=RECKONING)
    assert analysis.wait is not None
    for deal in analysis.wait.deals:
        windows = {
            t for w in deal.windows for t in range(w.first, (w.last or answer_end(deal)) + 1)
        }
        open_ = [
            t for w in deal.can_be_signed for t in range(w.first, (w.last or answer_end(deal)) + 1)
        ]
        assert windows <= set(open_)
        if deal.verdict is not Verdict.UNDECIDED:
            assert (open_[0] in windows) is (deal.verdict is Verdict.YES)
            assert (deal.verdict is Verdict.YES) is (not deal.holdouts)
        for party in deal.parties:
            middle = party.over_time.middle
            if open_ and not np.isnan(middle[open_[0]]):
                assert middle[open_[0]] == party.gain
            for driver in party.drivers:
                assert driver.turns is ((driver.gain >= 0) is not (party.gain >= 0))


def answer_end(deal: Any) -> int:
    return max((len(p.over_time.middle) - 1 for p in deal.parties), default=4)


# --- draws ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [8, 12, 22, 33, 41, 53, 69, 75])
def test_each_row_of_the_draws_is_the_game_of_its_own_numbers(seed: int) -> None:
    model = WaitingModel(random_case(seed), replace(RECKONING, draws=3, doubt=Span(2, 5, 9)))
    gains = Gains(model, lambda: None)
    drawn, middle = model.drawn(), model.game()
    for row in range(4):
        own: Any = {
            name: np.broadcast_to(value[row], np.shape(getattr(middle, name)))
            for name, value in drawn.items()
        }
        game = replace(middle, **own | {"noise": float(own["noise"])})
        found = solve_bargaining(game, list(model.space.named.values()))
        for t, w in enumerate(model.along):
            assert gains.drawn.signed[row, t] == pytest.approx(found.signed[t, w], abs=1e-6)
            assert gains.drawn.waiting[row, t] == pytest.approx(found.waiting[t, w], abs=1e-6)
        course = course_of(game, found, model.start)
        assert gains.drawn.untried[row] == pytest.approx(course.untried, abs=1e-9)


@given(n=st.integers(1, 7), seed=st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_an_earlier_want_weighs_at_least_as_much_as_all_later_ones(n: int, seed: int) -> None:
    weights = Draws(20, seed).weights(n)
    assert weights.shape == (21, n)
    assert weights.sum(axis=1) == pytest.approx(1.0)
    later = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1] - weights
    assert (weights >= later - 1e-12).all()
    corners = [[2.0 ** (k - 1 - j) if j < k else 1.0 for j in range(k + 1)] + [0.0] * (n - k - 1)
               for k in range(n)]  # fmt: skip
    centre = np.mean([np.array(c) / sum(c) for c in corners], axis=0)
    assert weights[0] == pytest.approx(centre)


@given(n=st.integers(1, 6), seed=st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_places_of_an_order_are_worth_less_and_less(n: int, seed: int) -> None:
    heights = Draws(20, seed).heights(OutcomeOrder(tuple((f"e{k}",) for k in range(n))))
    assert heights.shape == (21, n)
    assert (heights[:, 0] == 1).all()
    assert (np.diff(heights, axis=1) <= 0).all()
    assert n == 1 or (heights[:, -1] == 0).all()
    assert heights[0] == pytest.approx(np.linspace(1, 0, n) if n > 1 else [1.0])


SIZES = st.just(0.0) | st.floats(1e-3, 50)


@given(ends=st.tuples(SIZES, SIZES), share=st.floats(0, 1),
       by_factor=st.booleans(), seed=st.integers(0, 2**32))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_what_is_drawn_lies_in_its_range_and_the_middle_comes_first(
    ends: tuple[float, float], share: float, by_factor: bool, seed: int
) -> None:
    low, high = sorted(ends)
    middle = min(max(low + share * (high - low), low), high)
    found = Draws(20, seed).between(Span(low, middle, high), by_factor=by_factor)
    assert found.shape == (21,)
    assert found[0] == middle
    assert (found >= low * (1 - 1e-12)).all()
    assert (found <= high * (1 + 1e-12)).all()
