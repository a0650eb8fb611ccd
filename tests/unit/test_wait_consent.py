"""Whose consent counts, when and how: orders, red lines, quotas, successors, envoys, mandates."""

from __future__ import annotations

from typing import Any

import pytest
from random_hold_cases import case_of
from small_waiting_cases import (
    OURS,
    Sketch,
    answer_of,
    issue,
    likes,
    quick,
    table,
    waiting_case,
    waiting_sketch,
)

from detente.analysis import DealWaiting, WaitAnswer, Window
from detente.engines.deal_space import Verdict
from detente.model import DealId

FOR_EVER = 1 / (1 - 0.9 ** (1 / 365.25))


def comes(**more: Any) -> Sketch:
    return {"what": "It comes.", "assumption": OURS, **more}


def deal_of(answer: WaitAnswer, name: str = "yes") -> DealWaiting:
    deal = answer.deal(DealId(name))
    assert deal is not None
    return deal


def asked(deal: DealWaiting) -> list[str]:
    return [p.party for p in deal.asked]


def agreed(answer: WaitAnswer, name: str = "yes") -> float:
    return next((float(w.chance.middle[-1]) for w in answer.ways if w.name == name), 0.0)


def ranks(*names: str) -> Sketch:
    return {"order": list(names), "assumption": OURS}


# --- who wants what -------------------------------------------------------------------------


def test_a_party_of_unknown_wants_puts_its_deal_aside() -> None:
    answer = answer_of(judgements={"a": likes("x is y")})
    deal = deal_of(answer)
    assert deal.unknown == ("b",)
    assert (deal.verdict, deal.parties, deal.can_be_signed) == (Verdict.UNDECIDED, (), ())
    assert agreed(answer) == 0


@pytest.mark.parametrize("views", [{}, {"a": {"refuses": ["x is y"], "assumption": OURS}}])
def test_where_nobody_is_known_to_want_anything_nothing_is_said(views: Sketch) -> None:
    answer = answer_of(judgements=views)
    assert (answer.parties, answer.deals, answer.ways) == ((), (), ())


def test_an_order_that_does_not_name_the_deal_is_not_read_as_a_refusal() -> None:
    answer = answer_of(judgements={"a": ranks("today"), "b": likes("x is y")})
    deal = deal_of(answer)
    assert deal.unknown == ("a",)
    assert deal.verdict is Verdict.UNDECIDED
    assert agreed(answer) == 0
    named = deal_of(answer_of(judgements={"a": ranks("yes", "today"), "b": likes("x is y")}))
    assert (named.unknown, named.verdict) == ((), Verdict.YES)


def test_an_order_must_name_what_a_clock_may_make_of_the_deal() -> None:
    """Under the deal the clock may come all the same, and of both together nothing is said."""
    clock = comes(half_likely_by="20 days", then={"title": "It", "ends_as": {"u": "y"}})
    both = {"x": issue(), "u": issue()}
    views = {"a": ranks("yes", "k", "today"), "b": likes("x is y")}
    tables = {"talks": table("a", "b", scope=["x"])}
    open_ = answer_of(issues=both, clocks={"k": clock}, judgements=views, tables=tables)
    assert deal_of(open_).unknown == ("a",)
    stopped = {"k": clock | {"only_while": "x is n"}}
    # the clock no longer runs under the deal, but nobody says what the two would be together
    assert deal_of(answer_of(issues=both, clocks=stopped, judgements=views, tables=tables)).unknown


def test_an_order_that_is_silent_about_waiting_leaves_the_party_out() -> None:
    clock = comes(half_likely_by="20 days", then={"title": "It", "ends_as": {"x": "y"}})
    answer = answer_of(
        issues={"x": issue("No", "Yes", "Else")}, clocks={"k": clock},
        deals={"yes": {"title": "Yes", "table": "talks", "says": {"x": "z"}}},
        judgements={"a": ranks("yes", "today"), "b": likes("x is z")},
    )  # fmt: skip
    assert answer.parties == ("b",)
    assert deal_of(answer).unknown == ("a",)
    assert "the order of Ann does not name every way it may go, so it is left out" in answer.notes


def test_an_order_of_somebody_not_asked_is_said_to_be_silent() -> None:
    answer = answer_of(
        "abc", tables={"talks": table("a", "b")},
        judgements={"a": likes("x is y"), "b": likes("x is y"), "c": ranks("today")},
    )  # fmt: skip
    assert [p.party for p in deal_of(answer).parties] == ["a", "b"]
    assert any("the order of Cyd does not name everything that others" in n for n in answer.notes)


# --- who is asked ---------------------------------------------------------------------------


def test_a_deal_that_asks_nobody_is_not_ruled_on() -> None:
    for deal in (
        {"title": "Yes", "says": {"x": "y"}},
        {"title": "Yes", "table": "talks", "says": {"x": "y"}, "must_agree": []},
    ):
        found = deal_of(answer_of(deals={"yes": deal}))
        assert (asked(found), found.verdict) == ([], Verdict.UNDECIDED)


def test_a_deal_asks_its_own_list_and_whoever_may_block_a_term_that_changes() -> None:
    everybody = {p: likes("x is y") for p in "abc"}
    seats = {"talks": table("a", "b")}
    own = {"title": "Yes", "table": "talks", "says": {"x": "y"}, "must_agree": ["a", "c"]}
    answer = answer_of("abc", tables=seats, judgements=everybody, deals={"yes": own})
    assert asked(deal_of(answer)) == ["a", "c"]
    for condition, bites in (("x is y", True), ("x is n", False), ("x is n or x is y", True)):
        sketch = waiting_sketch("abc", tables=seats, judgements=everybody)
        sketch["parties"]["c"]["can_block"] = condition
        assert ("c" in asked(deal_of(quick(case_of(sketch))))) is bites


def test_a_deal_on_no_table_asks_those_who_must_act_and_each_may_bring_it_up() -> None:
    doers = issue("No", {"says": "Yes.", "done_by": ["a"]})
    views = {"a": likes("x is y"), "b": likes("x is n")}
    deal = {"title": "Yes", "says": {"x": "y"}}
    tables = {"talks": table("a", "b", meets="0 times a week")}
    answer = answer_of(issues={"x": doers}, tables=tables, judgements=views, deals={"yes": deal})
    assert asked(deal_of(answer)) == ["a"]
    assert agreed(answer) == pytest.approx(1 - 2.718281828459045 ** (-180 / 7), abs=1e-9)


def test_two_deals_on_no_table_may_have_the_same_title() -> None:
    doers = issue("No", {"says": "Yes.", "done_by": ["a"]}, {"says": "Else.", "done_by": ["b"]})
    tables = {"talks": table("a", "b", meets="0 times a week")}
    deals = {
        "yes": {"title": "Alone", "says": {"x": "y"}},
        "else": {"title": "Alone", "says": {"x": "z"}},
    }
    answer = answer_of(issues={"x": doers}, tables=tables, deals=deals)
    assert [w.name for w in answer.ways if w.kind != "open"] == ["yes", "else"]
    assert sum(float(w.chance.middle[-1]) for w in answer.ways) == pytest.approx(1)
    assert (asked(deal_of(answer)), asked(deal_of(answer, "else"))) == (["a"], ["b"])


def test_what_an_event_settled_otherwise_is_not_signed_on_no_table_either() -> None:
    doers = issue("No", {"says": "Yes.", "done_by": ["a"]}, {"says": "Else.", "done_by": ["b"]})
    event = comes(on="2020-06-01", then={"title": "It", "ends_as": {"x": "z"}})
    deals = {
        "yes": {"title": "Yes", "says": {"x": "y"}},
        "same": {"title": "S", "says": {"x": "z"}},
    }
    answer = answer_of(issues={"x": doers}, deals=deals, clocks={"k": event})
    assert deal_of(answer).can_be_signed == (Window(0, 30),)
    assert deal_of(answer, "same").can_be_signed == (Window(0, None),)


# --- enough of them -------------------------------------------------------------------------

COUNTED = {"talks": table("a", "b", "c", must_agree=[],
                          enough={"at_least": 2, "of": ["a", "b", "c"]})}  # fmt: skip
FOR_AND_AGAINST = {"a": likes("x is y"), "b": likes("x is y"), "c": likes("x is n")}


def test_one_of_three_counted_cannot_hold_out_where_two_are_enough() -> None:
    answer = answer_of("abc", tables=COUNTED, judgements=FOR_AND_AGAINST)
    deal = deal_of(answer)
    assert asked(deal) == ["a", "b", "c"]
    assert [p.verdict for p in deal.asked] == [Verdict.YES, Verdict.YES, Verdict.NO]
    assert (deal.enough, deal.holdouts, deal.verdict) == (2, (), Verdict.YES)
    assert deal.windows == (Window(0, None),)
    assert agreed(answer) > 0.9
    # and with one more against it, both of them do
    against = FOR_AND_AGAINST | {"b": likes("x is n")}
    deal = deal_of(answer_of("abc", tables=COUNTED, judgements=against))
    assert (deal.holdouts, deal.verdict, deal.windows) == (("b", "c"), Verdict.NO, ())


def test_whose_red_line_is_crossed_is_not_counted() -> None:
    willing = {p: likes("x is y") for p in "ab"} | {"c": likes("x is y", refuses=["x is y"])}
    two = answer_of("abc", tables=COUNTED, judgements=willing)
    assert deal_of(two).verdict is Verdict.YES
    assert deal_of(two).parties[2].red_line
    three = {"talks": COUNTED["talks"] | {"enough": {"at_least": 3, "of": ["a", "b", "c"]}}}
    answer = answer_of("abc", tables=three, judgements=willing)
    assert (deal_of(answer).holdouts, agreed(answer)) == (("c",), 0)


def test_who_is_counted_and_is_asked_later_as_a_successor_breaks_nothing() -> None:
    tables = {"talks": table("a", "b", must_agree=["a"], enough={"at_least": 1, "of": ["b", "c"]})}
    clock = comes(half_likely_by="20 days", then={"replaces": {"a": "b"}})
    assert answer_of("abc", tables=tables, clocks={"k": clock}).deals


# --- red lines and mandates -----------------------------------------------------------------


def test_a_red_line_keeps_a_deal_from_being_signed_whatever_it_is_worth() -> None:
    answer = answer_of(judgements={"a": likes("x is y", refuses=["x is y"]), "b": likes("x is y")})
    deal = deal_of(answer)
    assert deal.parties[0].red_line
    assert deal.parties[0].gain > 0
    assert (deal.holdouts, deal.windows, agreed(answer)) == (("a",), (), 0)


def test_a_red_line_over_what_is_not_on_the_table_counts_for_nothing() -> None:
    views = {"a": likes("x is y", refuses=["u is n"]), "b": likes("x is y")}
    one = {"talks": table("a", "b", scope=["x"])}
    everything = {"talks": table("a", "b")}
    both = {"x": issue(), "u": issue()}
    assert deal_of(answer_of(issues=both, tables=one, judgements=views)).verdict is Verdict.YES
    blocked = deal_of(answer_of(issues=both, tables=everything, judgements=views))
    assert blocked.verdict is Verdict.NO


def test_who_may_not_offer_a_term_may_still_agree_to_it() -> None:
    chances = []
    for barred in ("", "a", "ab"):
        sketch = waiting_sketch()
        for party in barred:
            sketch["parties"][party]["may_not_offer"] = "x is y"
        answer = quick(case_of(sketch))
        chances.append(agreed(answer))
        assert deal_of(answer).verdict is Verdict.YES
    # each has the floor half of the time
    assert chances[0] > chances[1] > chances[2] == 0
    sketch = waiting_sketch(issues={"x": issue(), "u": issue()})
    sketch["parties"]["a"]["may_not_offer"] = "u is n"  # which the deal leaves as it is
    assert agreed(quick(case_of(sketch))) == chances[0]


# --- who comes and goes ---------------------------------------------------------------------

HANDOVER = comes(on="2020-06-01", then={"replaces": {"a": "c"}})
TWO = {"talks": table("a", "b")}


def test_a_successor_signs_from_then_on_and_who_leaves_counts_for_nothing() -> None:
    views = {"a": likes("x is n"), "b": likes("x is y"), "c": likes("x is y")}
    answer = answer_of("abc", tables=TWO, clocks={"k": HANDOVER}, judgements=views)
    deal = deal_of(answer)
    assert (asked(deal), deal.holdouts) == (["a", "b"], ("a",))
    assert deal.can_be_signed == (Window(0, None),)
    assert deal.windows == (Window(31, None),)
    assert agreed(answer) > 0.9
    # 31 days without the deal are all that Ann can still lose, less what doubt gives away of them
    assert -(1 - 0.9 ** (31 / 365.25)) * FOR_EVER < deal.parties[0].gain < -29


def test_a_red_line_of_who_was_replaced_is_gone_with_it() -> None:
    views = {"a": likes("x is n", refuses=["x is y"]), "b": likes("x is y"), "c": likes("x is y")}
    answer = answer_of("abc", tables=TWO, clocks={"k": HANDOVER}, judgements=views)
    assert deal_of(answer).windows == (Window(31, None),)
    assert agreed(answer) > 0.9


def test_the_consent_of_a_successor_of_unknown_wants_is_not_given_for_free() -> None:
    views = {"a": likes("x is n"), "b": likes("x is y")}
    answer = answer_of("abc", tables=TWO, clocks={"k": HANDOVER}, judgements=views)
    assert deal_of(answer).can_be_signed == (Window(0, 30),)
    at_handover, at_end = (agreed_by(answer, t) for t in (31, answer.n_periods))
    assert at_end == pytest.approx(at_handover)


def agreed_by(answer: WaitAnswer, period: int) -> float:
    return next(float(w.chance.middle[period]) for w in answer.ways if w.name == "yes")


def test_who_is_to_come_only_perhaps_signs_nothing_where_it_did_not_come() -> None:
    perhaps = comes(on="2020-05-11", then={"perhaps": {"luck": {"replaces": {"a": "c"}}}})
    answer = answer_of(
        "abc", tables={"talks": table("c", "b")}, clocks={"k": perhaps},
        chances={"luck": {"what": "Luck", "likelihood": "30%", "assumption": OURS}},
        judgements={p: likes("x is y") for p in "abc"},
    )  # fmt: skip
    assert agreed(answer) == pytest.approx(0.3, abs=0.01)
    assert deal_of(answer).can_be_signed == ()  # the likelier is that it does not


def test_who_is_to_come_does_not_table_anything_before() -> None:
    sketch = waiting_sketch("abc", tables={"talks": table("c", "b")}, clocks={"k": HANDOVER})
    sketch["tables"]["talks"]["must_agree"] = ["b"]
    sketch["parties"]["b"]["may_not_offer"] = "x is y"
    answer = quick(case_of(sketch))
    assert deal_of(answer).can_be_signed == (Window(0, None),)
    assert agreed_by(answer, 31) == 0
    assert agreed(answer) > 0.9


def test_the_envoy_of_who_was_replaced_tables_nothing_afterwards() -> None:
    sketch = waiting_sketch("abc", tables={"talks": table("d", "b")}, clocks={"k": HANDOVER})
    sketch["parties"]["d"] = {"name": "The envoy", "acts_for": "a"}
    sketch["tables"]["talks"]["must_agree"] = ["b"]
    sketch["parties"]["b"]["may_not_offer"] = "x is y"
    answer = quick(case_of(sketch))
    assert 0 < agreed_by(answer, 31) < 1
    assert agreed(answer) == pytest.approx(agreed_by(answer, 31))


@pytest.mark.parametrize("envoy", [False, True])
def test_nobody_signs_for_a_party_whose_time_is_up(envoy: bool) -> None:
    sketch = waiting_sketch(tables={"talks": table("c" if envoy else "a", "b")})
    sketch["parties"]["c"] = {"name": "The envoy", "acts_for": "a"}
    sketch["judgements"]["a"]["time_left"] = "20 days"
    answer = quick(case_of(sketch))
    deal = deal_of(answer)
    assert deal.can_be_signed == deal.windows == (Window(0, 19),)
    assert asked(deal) == ["a", "b"]
    assert not any(r.in_office for r in answer.ripeness if r.party == "a" and r.period >= 20)


def test_a_successor_whose_time_is_up_leaves_nobody_to_sign() -> None:
    views = {p: likes("x is y") for p in "ab"} | {"c": likes("x is y", time_left="20 days")}
    sooner = comes(on="2020-05-11", then={"replaces": {"a": "c"}})
    answer = answer_of("abc", tables=TWO, clocks={"k": sooner}, judgements=views)
    assert deal_of(answer).can_be_signed == (Window(0, 19),)


def test_an_envoy_decides_as_its_principal_does() -> None:
    sketch = waiting_sketch(tables={"talks": table("c", "b")})
    sketch["parties"]["c"] = {"name": "The envoy", "acts_for": "a"}
    same = deal_of(quick(case_of(sketch)))
    plain = deal_of(quick(waiting_case()))
    assert [p.gain for p in same.parties] == [p.gain for p in plain.parties]
    sketch["judgements"]["c"] = {"refuses": ["x is y"], "assumption": OURS}
    assert deal_of(quick(case_of(sketch))).parties[0].red_line
