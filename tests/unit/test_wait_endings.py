"""Which of several endings comes first, against closed forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small_waiting_cases import OURS, Sketch, answer_of, exact, issue, likes, table, waiting_case

from detente.analysis import WaitAnswer, analyse_wait
from detente.engines.bargaining import bargain_over_draws, bargaining_game
from detente.errors import EngineInputError
from detente.reports.wait_turn_words import way_sentence

NEVER = {"talks": table("a", "b", meets="0 times a week", scope=["x"])}
RACE = {"x": issue(), "q": issue("No", "One", "Other")}


def ending(name: str, **more: Any) -> Sketch:
    then = {"title": name, "ends_as": {"q": "y"}}
    return {"what": f"{name} comes.", "assumption": OURS, "then": then, **more}


def race(one: Sketch, other: Sketch) -> WaitAnswer:
    return answer_of(issues=RACE, tables=NEVER, clocks={"one": one, "other": other})


def chances(answer: WaitAnswer, period: int) -> dict[str, float]:
    return {way.name: float(way.chance.middle[period]) for way in answer.ways}


def test_of_two_endings_that_race_each_comes_first_in_proportion_to_its_rate() -> None:
    answer = race(
        ending("One", half_likely_by="60 days"), ending("Other", half_likely_by="30 days")
    )
    for period in (10, 60, answer.n_periods):
        some = 1 - math.exp(-math.log(2) * period * (1 / 60 + 1 / 30))
        found = chances(answer, period)
        assert found["one"] == pytest.approx(some / 3, abs=2e-3)
        assert found["other"] == pytest.approx(some * 2 / 3, abs=2e-3)
        assert found[""] == pytest.approx(1 - some, abs=1e-9)


def test_what_came_first_never_becomes_less_likely() -> None:
    answer = race(ending("One", half_likely_by="30 days"), ending("Other", on="2020-05-11"))
    for way in answer.ways:
        steps = np.diff(way.chance.middle)
        assert (steps <= 1e-12).all() if way.kind == "open" else (steps >= -1e-12).all()
    found = chances(answer, answer.n_periods)
    assert found["one"] == pytest.approx(1 - 0.5 ** (10 / 30), abs=0.02)
    assert found["one"] + found["other"] == pytest.approx(1.0)


def test_of_two_dates_the_earlier_comes_first_in_whichever_order_they_are_listed() -> None:
    early, late = ending("One", on="2020-05-08"), ending("Other", on="2020-05-20")
    for first, answer in (("one", race(early, late)), ("other", race(late, early))):
        assert chances(answer, 40) == pytest.approx({"one": 0, "other": 0, "": 0} | {first: 1.0})


def test_several_endings_are_told_as_the_one_before_any_other() -> None:
    two = {
        "one": ending("One", half_likely_by="60 days"),
        "other": ending("Other", on="2020-08-01"),
    }
    for clocks, words in ((two, "“One” has come before any other ending, and nothing was agreed"),
                          ({"one": two["one"]}, "“One” has come, and nothing was agreed")):  # fmt: skip
        case = waiting_case(issues=RACE, tables=NEVER, clocks=clocks)
        answer = analyse_wait(case, exact())
        way = next(w for w in answer.ways if w.kind == "ending")
        assert way_sentence(case, way, 30).startswith(words)


def drawn(labels: Any) -> Any:
    chain = np.array([[0.5, 0.3, 0.2], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    game = bargaining_game(
        waiting=np.zeros((3, 1)), kept=np.ones((1, 1, 1)), chances=chain[None, None, None],
        phase=np.zeros(4, int), recognition=np.ones((1, 1, 1)), discount_rate=0.1,
        available=np.array([[False], [False], [True]]),
    )  # fmt: skip
    return bargain_over_draws(
        game, {}, named=[0], along=np.zeros(5, int), start=0, labels=labels, threads=1
    )


def test_labels_split_what_is_untried_and_lose_what_is_signed() -> None:
    labels = np.array([[0.0, 0.0], [1.0, 0.0], [0.25, 0.75]])
    found = drawn(labels)
    assert found.reached[0, :, 0] == pytest.approx(
        [
            sum(0.3 * 0.5**k for k in range(t)) + (0.05 * 0.5 ** (t - 1) if t else 0)
            for t in range(5)
        ]
    )
    assert found.reached[0, :, 1] == pytest.approx([0, 0.15, 0.075, 0.0375, 0.01875])
    assert drawn(None).reached.shape == (1, 5, 0)


@pytest.mark.parametrize(
    "labels", [[[1.0], [0.0]], [[0.5], [0.0], [0.0]], [[2, -1], [0, 0], [0, 0]], 3]
)
def test_labels_that_do_not_fit_are_refused(labels: Any) -> None:
    with pytest.raises(EngineInputError, match="labels: found shape"):
        drawn(labels)


def test_of_two_dates_that_settle_the_same_the_later_stands_however_they_are_listed() -> None:
    wants = {"a": likes("q is y"), "b": likes("x is y")}
    early = ending("One", on="2020-05-08") | {"then": {"title": "One", "ends_as": {"q": "z"}}}
    late = ending("Other", on="2020-05-20")
    drifts = []
    for clocks in ({"one": early, "other": late}, {"other": late, "one": early}):
        answer = answer_of(issues=RACE, tables=NEVER, judgements=wants, clocks=clocks)
        drifts.append([(r.party, r.period, r.drift) for r in answer.ripeness])
        assert not any("settle the same thing" in note for note in answer.notes)
    assert drifts[0] == drifts[1]
    assert max(drift for party, period, drift in drifts[0] if party == "a" and period == 0) > 1000


def test_of_endings_by_chance_it_is_said_which_is_taken_to_stand() -> None:
    other = ending("Other", on="2020-05-08") | {"then": {"title": "Other", "ends_as": {"q": "z"}}}
    answer = race(ending("One", half_likely_by="30 days"), other)
    assert any(
        note.startswith("“One comes” and “Other comes” settle the same thing differently")
        and "what “One comes” brings is taken to stand" in note
        for note in answer.notes
    )
    same = race(ending("One", half_likely_by="30 days"), ending("Other", on="2020-05-08"))
    assert not any("settle the same thing" in note for note in same.notes)


def test_ranges_of_which_the_middle_is_taken_are_told() -> None:
    seats = {"a": "always", "b": "20 to 60 %"}
    answer = answer_of(
        tables={"talks": table() | {"seats": seats}},
        judgements={"a": likes("x is y", time_left="1 to 2 years"), "b": likes("x is y")},
        clocks={
            "k": {"what": "K", "assumption": OURS, "likely_by": {"10 to 20%": "5 days", "80%": "9 days"}},
            "m": {"what": "M", "assumption": OURS, "on": "2020-06"},
        },
    )  # fmt: skip
    for words in ("of when “K” is likely", "of when “M” comes, the first day", "time that Ann has left",
                  "at “Talks” only now and then"):  # fmt: skip
        assert any(words in note for note in answer.notes)
