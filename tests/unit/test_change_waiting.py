"""What levers do to waiting: each kind turns or moves what it should, and is asked no oftener than needed."""

from __future__ import annotations

from typing import Any

import pytest
from change_cases import Sketch, variations
from change_waiting_cases import stormy, two_chances, two_tables, with_an_envoy
from small_waiting_cases import likes, points, waiting_sketch

from detente.analysis import change_examined
from detente.analysis.change import analyse_change
from detente.analysis.change_answers import ChangeAnswer, Effect, Variation, WaitShift
from detente.analysis.change_examined import Examined
from detente.analysis.change_seen import Sight
from detente.analysis.wait_stands import WaitStand, wait_stands
from detente.engines.deal_space import Verdict
from detente.model import DealId

YES, NO, OPEN = Verdict.YES, Verdict.NO, Verdict.UNDECIDED


def answer_of(sketch: Sketch, **levers: Any) -> ChangeAnswer:
    vary = variations(
        sketch | {"levers": {name: {"title": name, **lever} for name, lever in levers.items()}}
    )
    return analyse_change(vary.case, vary, turn=[], events=())


def one_lever(sketch: Sketch, **lever: Any) -> Variation:
    return answer_of(sketch, it=lever).variations[0]


def turns(variation: Variation) -> dict[str, tuple[Verdict, Verdict]]:
    """What turns of waiting."""
    return {
        t.conclusion.id: (t.before, t.after) for t in variation.turns if t.conclusion.lens == "wait"
    }


def shift_of(variation: Variation) -> WaitShift:
    """What becomes of waiting rather than signing the deal that every case here has."""
    return next(shift for shift in variation.waiting if shift.deal == "yes")


def chances(variation: Variation) -> tuple[float, float]:
    """The chance of that deal before and after."""
    before, after = shift_of(variation).agreed
    assert before is not None
    assert after is not None
    return before, after


SIGNED = {"yes.beats_waiting": (NO, YES), "yes.agreed": (NO, YES)}
PUT_OFF = {"yes.beats_waiting": (YES, NO), "yes.agreed": (YES, NO)}


# --- clocks and costs -----------------------------------------------------------------------


def test_a_slower_clock_makes_whoever_hopes_for_it_sign() -> None:
    found = one_lever(stormy("60 days"), sets={"storm.half_likely_by": "20 years"})
    assert turns(found) == SIGNED
    (shift,) = found.waiting
    assert (shift.no_longer_wait, shift.now_wait) == (("a",), ())


def test_a_faster_clock_makes_it_wait() -> None:
    found = one_lever(stormy("20 years"), sets={"storm.half_likely_by": "60 days"})
    assert turns(found) == PUT_OFF
    (shift,) = found.waiting
    assert (shift.no_longer_wait, shift.now_wait) == ((), ("a",))


def test_what_waiting_costs_makes_somebody_sign() -> None:
    found = one_lever(stormy("220 days"), sets={"a.waiting_costs": "very high"})
    assert turns(found) == SIGNED


def test_a_reward_for_signing_makes_somebody_sign() -> None:
    reward = {"says": "Fame.", "worth": "40 days"}
    found = one_lever(stormy("220 days"), sets={"yes.private_gain": {"a": reward}})
    assert turns(found) == SIGNED
    in_words = one_lever(stormy("220 days"), sets={"yes.private_gain": {"a": "Fame."}})
    assert in_words.waiting == ()


def test_another_want_makes_somebody_wait() -> None:
    wants = {"x": {"n": 0, "y": 1, "z": 9}}
    assert turns(one_lever(stormy("20 years"), sets={"a.points": wants})) == PUT_OFF


def test_a_later_date_of_what_may_come_makes_somebody_sign() -> None:
    found = one_lever(two_chances(luck="80%"), sets={"vote.on": "2023-05-01"})
    assert turns(found)["yes.beats_waiting"] == (NO, YES)


def test_somebodys_own_belief_turns_it_and_leaves_the_others() -> None:
    found = one_lever(two_chances(luck="20 to 30%"), sets={"a.believes": {"luck": "80%"}})
    assert turns(found) == {"yes.beats_waiting": (YES, NO)}
    assert shift_of(found).now_wait == ("a",)
    before, after = chances(found)
    assert before > 0.9
    assert 0.7 < after < 0.8  # it is our chances that count for how likely it is


def test_another_chance_turns_it_for_everybody() -> None:
    found = one_lever(two_chances(luck="20 to 30%"), sets={"luck.likelihood": "90%"})
    assert turns(found)["yes.beats_waiting"] == (YES, NO)
    assert shift_of(found).now_wait == ("a", "b")
    assert turns(found)["better.agreed"] == (NO, YES)


def test_what_may_follow_for_sure_can_be_waited_for() -> None:
    found = one_lever(two_chances(luck="20 to 30%"), sets={"vote.then": {"opens": "later"}})
    assert turns(found) == PUT_OFF | {
        "better.beats_waiting": (OPEN, YES), "better.agreed": (NO, YES),
    }  # fmt: skip


def test_what_somebody_expects_without_a_deal_turns_it_where_no_clock_brings_an_ending() -> None:
    sketch = waiting_sketch()
    sketch["issues"]["x"]["options"]["z"] = {"says": "Gone.", "not_by_agreement": True}
    sketch["endings"] = {"gone": {"title": "Gone", "sets": {"x": "z"}}}
    sketch["judgements"]["a"] = points({"x": {"n": 0, "y": 10, "z": 40}}, without_a_deal="gone")
    assert turns(one_lever(sketch, sets={"a.without_a_deal": "today"})) == SIGNED


def test_somebody_whose_time_is_up_soon_moves_the_chance() -> None:
    found = one_lever(waiting_sketch(), sets={"a.time_left": "10 days"})
    assert found.effect is Effect.MOVES
    before, after = chances(found)
    assert before > 0.99
    assert 0.5 < after < 0.8  # a deal by then, or none


# --- tables ---------------------------------------------------------------------------------


def test_a_closing_date_moves_the_chance_and_a_past_one_ends_it() -> None:
    soon = one_lever(waiting_sketch(), sets={"talks.closes": "2020-05-10"})
    assert (turns(soon), soon.effect) == ({}, Effect.MOVES)
    assert chances(soon)[1] == pytest.approx(0.76, abs=0.05)  # ten days, a meeting in a week
    past = one_lever(waiting_sketch(), sets={"talks.closes": "2020-04-10"})
    assert turns(past) == {"yes.beats_waiting": (YES, OPEN), "yes.agreed": (YES, NO)}


def test_a_chance_of_about_one_half_is_not_ruled_on() -> None:
    found = one_lever(waiting_sketch(), sets={"talks.closes": "2020-05-05"})
    assert chances(found)[1] == pytest.approx(0.51, abs=0.02)  # five days, a meeting in a week
    assert turns(found) == {"yes.agreed": (YES, OPEN)}


def test_how_often_a_table_meets_is_a_lever() -> None:
    sketch = waiting_sketch()
    sketch["tables"]["talks"]["meets"] = "once a year"
    assert turns(one_lever(sketch, sets={"talks.meets": "daily"})) == {"yes.agreed": (NO, YES)}


def test_a_later_opening_moves_the_chance() -> None:
    sketch = waiting_sketch()
    sketch["tables"]["talks"] |= {"opens": "2020-04-01", "closes": "2020-05-31"}
    assert turns(one_lever(sketch, sets={"talks.opens": "2020-05-30"})) == {"yes.agreed": (YES, NO)}


def test_whether_a_deal_ends_the_talks_elsewhere_turns_which_is_signed() -> None:
    found = one_lever(two_tables(), sets={"talks.exclusive": True})
    assert turns(found) == PUT_OFF | {
        "big.beats_waiting": (NO, YES), "big.agreed": (NO, YES),
    }  # fmt: skip


# --- who may put it on the table, and who must agree ----------------------------------------


def test_a_wider_mandate_lets_an_envoy_table_a_package() -> None:
    found = one_lever(with_an_envoy(), takes={"envoy.may_not_offer": ["x is y"]})
    assert turns(found) == {"yes.agreed": (NO, YES)}
    assert {t.conclusion.id for t in found.turns} == {"yes.agreed", "yes.within_mandates"}
    assert chances(found)[0] == 0


def test_a_seat_for_whoever_may_table_it_does_too_and_one_taken_now_and_then_less() -> None:
    found = one_lever(with_an_envoy(), sets={"talks.seats.b": "always"})
    assert turns(found) == {"yes.agreed": (NO, YES)}
    seldom = one_lever(with_an_envoy(), sets={"talks.seats.b": "1 in 20"})
    assert 0 < chances(seldom)[1] < chances(found)[1]


def test_a_seat_for_somebody_who_must_then_agree_can_undo_a_deal() -> None:
    sketch = waiting_sketch("abc")
    sketch["tables"]["talks"] = {
        "title": "Talks",
        "scope": ["x"],
        "seats": {"a": "always", "b": "always"},
    }
    sketch["judgements"]["c"] = likes("x is n")
    found = one_lever(sketch, sets={"talks.seats.c": "always"})
    assert turns(found) == PUT_OFF
    assert found.waiting[0].now_wait == ("c",)


def test_a_red_line_is_refusing_and_not_waiting() -> None:
    found = one_lever(waiting_sketch(), gives={"a.refuses": ["x is y"]})
    assert turns(found) == PUT_OFF
    assert (found.waiting[0].now_wait, found.waiting[0].no_longer_wait) == ((), ())


def test_fewer_who_must_agree_make_a_deal_signed() -> None:
    sketch = waiting_sketch("abc")
    sketch["judgements"]["c"] = likes("x is n")
    enough = {"at_least": 2, "of": ["a", "b", "c"]}
    sketch["tables"]["talks"] |= {"must_agree": [], "enough": enough | {"at_least": 3}}
    assert turns(one_lever(sketch, sets={"talks.enough": enough})) == SIGNED


def test_our_own_idea_that_is_put_on_the_table_can_be_agreed() -> None:
    sketch = waiting_sketch()
    sketch["issues"]["x"]["options"]["z"] = {"says": "Much."}
    sketch["deals"]["much"] = {
        "title": "Much",
        "table": "talks",
        "says": {"x": "z"},
        "our_idea": True,
    }
    sketch["judgements"] = {p: likes("x is z", "x is y") for p in "ab"}
    lever = {"sets": {"much.our_idea": False}}
    found = one_lever(sketch, **lever)
    assert turns(found) == PUT_OFF | {"much.agreed": (NO, YES)}
    assert [one.field for one in found.altered] == ["Deal.ground"]
    vary = variations(sketch | {"levers": {"it": {"title": "It", **lever}}})
    (search,) = analyse_change(vary.case, vary, turn=["much.agreed"], events=()).searches
    assert search.found == (("it",),)


def test_what_is_asked_of_no_deal_that_can_be_signed_is_left_aside() -> None:
    """A deal of which too little is known before or after is not told as a shift."""
    sketch = waiting_sketch()
    del sketch["judgements"]["b"]
    found = one_lever(sketch, sets={"b.wants": ["x is y"]})
    assert turns(found) == {"yes.beats_waiting": (OPEN, YES), "yes.agreed": (OPEN, YES)}
    assert found.waiting == ()


# --- how often it is asked ------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often waiting is reckoned."""
    calls: list[int] = []

    def counted(case: Any) -> Any:
        calls.append(1)
        return wait_stands(case)

    monkeypatch.setattr(change_examined, "wait_stands", counted)
    return calls


def test_variations_that_look_the_same_to_waiting_share_its_answer(asked: list[int]) -> None:
    answer = answer_of(
        stormy("220 days"),
        words={"gives": {"a.may": ["talk"]}},
        checks={"sets": {"yes.who_checks": "b"}},
        order={"sets": {"yes.order": ["x"]}},
        guarantee={"sets": {"yes.if_not": {"says": "As before.", "leads_to": "today"}}},
        cost={"sets": {"a.waiting_costs": "very high"}},
        the_same={"sets": {"a.waiting_costs": "very high", "b.note": "tired"}},
    )
    assert len(answer.variations) == 6
    assert len(asked) == 2  # the base, and where waiting costs more


def test_a_search_asks_once_for_every_set_that_waiting_tells_apart(asked: list[int]) -> None:
    sketch = stormy("60 days") | {
        "levers": {
            "slow": {"title": "S", "sets": {"storm.half_likely_by": "20 years"}},
            "cost": {"title": "C", "sets": {"a.waiting_costs": "low"}},
            "order": {"title": "O", "sets": {"yes.order": ["x"]}},
            "check": {"title": "K", "sets": {"yes.who_checks": "b"}},
        }
    }
    vary = variations(sketch)
    (search,) = analyse_change(vary.case, vary, turn=["yes.beats_waiting"], events=()).searches
    assert (search.found, search.cannot_matter) == ((("slow",),), ("order", "check"))
    assert len(asked) == 3


def test_all_deals_of_a_variation_are_answered_at_once(asked: list[int]) -> None:
    case = variations(two_tables()).case
    examined = Examined(case, sight=Sight())
    stands = [examined.wait(DealId(deal)) for deal in ("yes", "big", "yes")]
    assert [type(stand) for stand in stands] == [WaitStand] * 3
    assert len(asked) == 1
