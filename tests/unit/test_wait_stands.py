"""Waiting in short, asked again of every variation, says what the whole answer says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from change_waiting_cases import clocks_and_chances, who_and_where
from random_hold_cases import Sketch, case_of
from random_waiting_cases import LAST_DAY, STEP, random_case
from small_waiting_cases import OURS, exact, issue, likes, waiting_sketch

from detente.analysis import DealWaiting, Reckoning, WaitAnswer, analyse_wait
from detente.analysis.wait_stands import NOT_SAID, WaitStand, wait_stands
from detente.casefile import read_case
from detente.engines.deal_space import Verdict
from detente.ledger import PartyId
from detente.model import Case, DealId

ALEPPO = Path(__file__).parents[2] / "examples" / "aleppo-2016"
YES, NO, OPEN = Verdict.YES, Verdict.NO, Verdict.UNDECIDED
SEEDS = range(60)
ROUNDING = 1e-9


def chance_of(answer: WaitAnswer, deal: DealId) -> float:
    """The chance that a deal is what is agreed first, by the last day, in the middle game."""
    ways = (way for way in answer.ways if way.kind == "deal" and way.name == deal)
    return next((float(way.chance.middle[-1]) for way in ways), 0.0)


def against(found: DealWaiting) -> set[PartyId]:
    """Everybody asked who would not sign, whether or not enough others would."""
    if found.unknown or not found.can_be_signed:
        return set()
    return {party.party for party in found.asked if party.verdict is NO}


SHORT = exact(step=STEP, until=LAST_DAY)


@cache
def whole_answer(seed: int) -> WaitAnswer:
    return analyse_wait(random_case(seed), SHORT)


def agree(case: Case, reckoning: Reckoning, answer: WaitAnswer | None = None) -> list[WaitStand]:
    """Compare every deal with the whole answer; return what was compared."""
    answer = answer or analyse_wait(case, reckoning)
    stands = wait_stands(case, reckoning)
    assert list(stands) == list(case.deals)
    for found in answer.deals:
        stand = stands[found.deal]
        assert stand.verdict is found.verdict, found.deal
        assert {*stand.waiting, *stand.refusing} == against(found)
        assert {p.party for p in found.asked if p.red_line} >= set(stand.refusing)
        assert set(found.holdouts) <= {*stand.waiting, *stand.refusing}
        assert (stand.agreed is None) == bool(found.unknown)
        if stand.agreed is not None:
            assert stand.agreed == pytest.approx(chance_of(answer, found.deal), abs=ROUNDING)
    return [stands[found.deal] for found in answer.deals]


def test_it_says_of_aleppo_what_the_whole_answer_says() -> None:
    found = agree(read_case(ALEPPO), Reckoning(draws=0, step=7.0))
    assert [stand.verdict for stand in found] == [NO, YES, YES]


@pytest.mark.parametrize("seed", SEEDS)
def test_it_says_of_random_cases_what_the_whole_answer_says(seed: int) -> None:
    agree(random_case(seed), SHORT, whole_answer(seed))


def test_every_verdict_and_deals_that_are_signed_later_are_among_those_tried() -> None:
    seen: set[Verdict] = set()
    later = 0
    for seed in SEEDS:
        for found in whole_answer(seed).deals:
            seen.add(found.verdict)
            later += bool(found.can_be_signed and found.can_be_signed[0].first)
    assert seen == set(Verdict)
    assert later


@pytest.mark.parametrize("sketch", [who_and_where, clocks_and_chances], ids=lambda f: f.__name__)
def test_it_says_of_rich_cases_what_the_whole_answer_says(
    sketch: Callable[[], Sketch],
) -> None:
    assert agree(case_of(sketch()), exact(step=10.0))


def test_the_draws_asked_for_do_not_matter() -> None:
    case = random_case(1)
    assert wait_stands(case, SHORT) == wait_stands(case, replace(SHORT, draws=5))


# --- what it says itself --------------------------------------------------------------------


def test_of_those_counted_some_may_wait_and_the_deal_be_signed() -> None:
    sketch = waiting_sketch("abc")
    sketch["tables"]["talks"] |= {
        "must_agree": [],
        "enough": {"at_least": 2, "of": ["a", "b", "c"]},
    }
    sketch["judgements"]["c"] = likes("x is n")
    stand = wait_stands(case_of(sketch))[DealId("yes")]
    assert (stand.verdict, stand.waiting) == (YES, ("c",))
    sketch["judgements"]["b"] = likes("x is n")
    stand = wait_stands(case_of(sketch))[DealId("yes")]
    assert (stand.verdict, stand.waiting) == (NO, ("b", "c"))


def test_whom_a_deal_leaves_as_it_is_would_sign() -> None:
    sketch = waiting_sketch(
        "ab",
        issues={"x": issue(), "y": issue()},
        judgements={"a": likes("x is y"), "b": likes("y is y")},
    )
    stand = wait_stands(case_of(sketch))[DealId("yes")]
    assert (stand.verdict, stand.waiting) == (YES, ())


def test_whoever_refuses_is_told_from_whoever_waits() -> None:
    sketch = waiting_sketch("ab")
    sketch["judgements"] = {"a": likes("x is n"), "b": likes("x is n", refuses=["x is y"])}
    stand = wait_stands(case_of(sketch))[DealId("yes")]
    assert (stand.waiting, stand.refusing, stand.agreed) == (("a",), ("b",), 0.0)


def test_of_whom_nothing_is_known_nothing_is_said() -> None:
    sketch = waiting_sketch("abc")
    del sketch["judgements"]["b"]
    assert wait_stands(case_of(sketch)) == {"yes": NOT_SAID}
    sketch["judgements"] = {}
    assert wait_stands(case_of(sketch)) == {"yes": NOT_SAID}


def test_whose_order_does_not_name_the_deal_is_not_judged() -> None:
    sketch = waiting_sketch("ab")
    sketch["issues"]["x"] = issue("No", "Yes", "Perhaps")
    sketch["deals"]["other"] = {"title": "Other", "table": "talks", "says": {"x": "z"}}
    sketch["judgements"]["b"] = {"order": ["other", "today"], "assumption": OURS}
    assert wait_stands(case_of(sketch))[DealId("yes")] == NOT_SAID


def test_what_can_be_signed_on_no_day_is_not_judged_but_never_agreed() -> None:
    sketch = waiting_sketch("ab")
    sketch["tables"]["talks"]["closes"] = "2020-04-30"
    assert wait_stands(case_of(sketch)) == {"yes": WaitStand(OPEN, agreed=0.0)}


def test_a_case_with_too_many_clocks_is_not_ruled_on() -> None:
    sketch = waiting_sketch("ab")
    sketch["clocks"] = {
        f"k{n}": {"what": "It comes", "half_likely_by": "60 days", "assumption": OURS}
        for n in range(9)
    }
    assert wait_stands(case_of(sketch)) == {"yes": NOT_SAID}


def test_a_case_with_too_many_deals_beside_one_another_is_not_ruled_on() -> None:
    names = [f"x{n}" for n in range(7)]
    sketch = waiting_sketch("ab")
    sketch["issues"] = {name: issue() for name in names}
    sketch["tables"]["talks"]["exclusive"] = False
    sketch["deals"] = {
        f"only_{name}": {"title": name, "table": "talks", "says": {name: "y"}} for name in names
    }
    sketch["judgements"] = {p: likes("x0 is y") for p in "ab"}
    assert set(wait_stands(case_of(sketch)).values()) == {NOT_SAID}
