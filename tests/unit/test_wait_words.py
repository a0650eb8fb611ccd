"""Who gains by waiting, in words: every sentence at its edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from random_hold_cases import case_of
from small_waiting_cases import (
    OURS,
    Sketch,
    exact,
    issue,
    likes,
    points,
    quick,
    table,
    waiting_case,
    waiting_sketch,
)

from detente.analysis import (
    Driver,
    DriverKind,
    WaitAnswer,
    Window,
    analyse_wait,
)
from detente.ledger import PartyId
from detente.model import Case
from detente.reports.wait_turn_words import (
    steady_sentence,
)
from detente.reports.wait_words import (
    breaking_sentences,
    driver_sentence,
    drivers_that_matter,
    gain_words,
    main_deal,
    offer_sentence,
    party_sentence,
    signable_sentence,
    tabled_sentence,
    wait_answer_basis,
    wait_answer_sentence,
    wait_sentence,
    window_words,
)


def comes(**more: Any) -> Sketch:
    return {"what": "It comes.", "assumption": OURS, **more}


def told(parties: str = "ab", **sections: Any) -> tuple[Case, WaitAnswer, str]:
    case = waiting_case(parties, **sections)
    answer = quick(case)
    return case, answer, wait_answer_sentence(case, answer)


# --- the answer in one sentence ------------------------------------------------------------------


def test_everybody_signs() -> None:
    case, answer, sentence = told()
    assert sentence == (
        "Nobody whose consent is needed gains by waiting: Ann and Ben would rather sign “Yes” today "
        "than wait."
    )
    assert wait_sentence(case, answer, answer.deals[0]) == (
        "Ann and Ben would sign “Yes” today. All of them would sign on every day, if nothing comes by "
        "chance until then."
    )
    assert wait_answer_basis(case, answer) == ()


def test_until_and_from_when() -> None:
    closes = {"talks": table("a", "b", closes="2020-05-31")}
    assert told(tables=closes)[2].endswith("“Yes” today than wait, and until 31 May 2020.")
    opens = {"talks": table("a", "b", opens="2020-06-01")}
    case, answer, sentence = told(tables=opens)
    assert sentence.endswith("would rather sign “Yes” on 1 June 2020 than wait.")
    assert wait_sentence(case, answer, answer.deals[0]) == (
        "Ann and Ben would sign “Yes” from 1 June 2020 on. All of them would sign from 1 June 2020 "
        "on, if nothing comes by chance until then."
    )


def test_one_or_several_gain_by_waiting_and_what_they_count_on() -> None:
    three = {"x": issue("No", "Yes", "Best")}
    wants = points({"x": {"n": 0, "y": 1, "z": 4}})
    stops = comes(half_likely_by="30 days", only_while="x is n",
                  then={"title": "Best", "ends_as": {"x": "z"}})  # fmt: skip
    one = {"a": wants, "b": likes("x is y")}
    sentence = told(issues=three, clocks={"k": stops}, judgements=one)[2]
    assert sentence.startswith(
        "Ann gains by waiting rather than signing “Yes”, and that turns on this: "
    )
    assert sentence.endswith("; without it it would sign.")
    assert "“It comes” (" in sentence
    both = {"a": wants, "b": wants}
    case, answer, sentence = told(issues=three, clocks={"k": stops}, judgements=both)
    assert sentence.startswith(
        "Ann and Ben gain by waiting rather than signing “Yes”, and that turns"
    )
    assert sentence.endswith("; without it they would sign.")
    assert wait_sentence(case, answer, answer.deals[0]) == "Ann and Ben would rather wait."
    nothing = told(judgements={"a": likes("x is n"), "b": likes("x is y")})[2]
    assert nothing == (
        "Ann gains by waiting rather than signing “Yes”, and none of the things that may come decides "
        "that alone."
    )


def test_some_of_those_who_wait_would_turn() -> None:
    three = {"x": issue("No", "Yes", "Best")}
    stops = comes(half_likely_by="30 days", only_while="x is n",
                  then={"title": "Best", "ends_as": {"x": "z"}})  # fmt: skip
    views = {"a": points({"x": {"n": 0, "y": 1, "z": 4}}), "b": likes("x is n")}
    sentence = told(issues=three, clocks={"k": stops}, judgements=views)[2]
    assert sentence.startswith("Ann and Ben gain by waiting")
    assert sentence.endswith("; without it Ann would sign.")


def test_a_red_line_alone_decides() -> None:
    views = {"a": likes("x is y", refuses=["x is y"]), "b": likes("x is y")}
    case, answer, sentence = told(judgements=views)
    assert sentence == (
        "Waiting decides nothing about “Yes”: it crosses a red line of Ann, who would not sign it at "
        "any time."
    )
    assert wait_sentence(case, answer, answer.deals[0]) == (
        "Ben would sign “Yes” today; Ann would not sign it at any time: a red line."
    )
    assert party_sentence(answer, answer.deals[0].parties[0]) == (
        "It would not sign at any time: a red line."
    )
    views["b"] = views["a"]
    assert "it crosses red lines of Ann and Ben, who would not" in told(judgements=views)[2]


def test_what_cannot_be_said() -> None:
    assert told(deals={})[2] == "There is no deal with a name to set against waiting."
    start = "It cannot be said who gains by waiting: "
    nobody = told(judgements={})[2]
    assert nobody == f"{start}too little is known of what anybody wants."
    case, answer, sentence = told(judgements={"a": likes("x is y")})
    known = "too little is known of what Ben wants, whose consent “Yes” needs."
    assert sentence == start + known
    assert wait_sentence(case, answer, answer.deals[0]) == f"Not said: {known}"
    shut = {"talks": table("a", "b", opens="2025-06-01")}
    assert told(tables=shut)[2] == f"{start}“Yes” cannot be signed at any date that is looked at."
    alone = {"yes": {"title": "Yes", "says": {"x": "y"}}}
    case, answer, sentence = told(deals=alone)
    assert sentence == f"{start}nobody is asked to sign “Yes”."
    assert (
        wait_sentence(case, answer, answer.deals[0]) == "Not said: nobody is asked to sign “Yes”."
    )


def test_our_own_idea_is_not_what_the_sentence_is_about() -> None:
    """Where too little is known of what lies on the table, that is what is said."""
    tables = {"talks": table("a", "b"), "other": table("a", "c")}
    ours = {"title": "Ours", "table": "talks", "says": {"x": "y"}, "our_idea": True}
    stated = {"title": "Stated", "table": "other", "says": {"x": "y"}}
    views = {p: likes("x is y") for p in "ab"}
    case, answer, sentence = told(
        "abc", tables=tables, judgements=views, deals={"ours": ours, "stated": stated}
    )
    assert main_deal(case, answer) is None
    assert sentence.endswith("known of what Cyd wants, whose consent “Stated” needs.")
    case, answer, sentence = told("abc", tables=tables, judgements=views, deals={"ours": ours})
    assert "“Ours” today" in sentence


def test_enough_of_those_counted_sign() -> None:
    tables = {"talks": table("a", "b", "c", must_agree=[],
                             enough={"at_least": 2, "of": ["a", "b", "c"]})}  # fmt: skip
    views = {"a": likes("x is y"), "b": likes("x is y"), "c": likes("x is n")}
    case, answer, sentence = told("abc", tables=tables, judgements=views)
    assert sentence.startswith("Nobody whose consent is needed gains by waiting: Ann and Ben would")
    assert wait_sentence(case, answer, answer.deals[0]) == (
        "Ann and Ben would sign “Yes” today; Cyd would rather wait. That is enough. Enough would sign "
        "on every day, if nothing comes by chance until then."
    )


# --- one party, one deal -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gain", "words"),
    [(0.0, "0.0 days"), (-0.04, "0.0 days"), (9.94, "9.9 days"), (9.96, "10 days"),
     (-1234.5, "1,234 days"), (99_999.6, "100,000 days")],
)  # fmt: skip
def test_gains_are_rounded(gain: float, words: str) -> None:
    assert gain_words(gain) == words


def test_a_party_in_so_many_of_the_worlds_drawn() -> None:
    case = waiting_case()
    answer = analyse_wait(case, exact(draws=2, until=date(2020, 5, 20)))
    party = answer.deals[0].parties[0]
    assert party_sentence(answer, replace(party, gain=12.3, share=0.5)) == (
        "It gains by signing: worth 12 days. So it is in 1 of 2 worlds that fit what was stated."
    )
    assert party_sentence(answer, replace(party, gain=-1.0, share=0.5)) == (
        "It gains by waiting: worth 1.0 days. So it is in 1 of 2 worlds that fit what was stated."
    )
    assert party_sentence(quick(case), replace(party, gain=-1.0)) == (
        "It gains by waiting: worth 1.0 days."
    )
    assert party_sentence(answer, replace(party, gain=0.0)) == (
        "It is all the same to it whether to sign or to wait."
    )


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        ([], "on no day"),
        ([Window(0, None)], "on every day"),
        ([Window(0, 0)], "today"),
        ([Window(3, 3)], "on 4 May 2020"),
        ([Window(3, None)], "from 4 May 2020 on"),
        (
            [Window(0, 2), Window(9, 10)],
            "from today to 3 May 2020 and from 10 May 2020 to 11 May 2020",
        ),
    ],
)
def test_days_on_which_something_holds(windows: list[Window], words: str) -> None:
    assert window_words(quick(waiting_case()), windows) == words


def test_what_would_be_left_without_one_thing() -> None:
    case, answer, _ = told(
        clocks={"k": comes(on="2020-06-01", then={"perhaps": {"luck": {"closes": "talks"}}})},
        chances={"luck": {"what": "They leave.", "likelihood": "50%", "assumption": OURS}},
    )
    party = replace(answer.deals[0].parties[0], gain=-10.0)

    def sentence(kind: DriverKind, name: str, what: str, gain: float) -> str:
        driver = Driver(kind, name, what, gain, turns=gain >= 0, claims=())
        return driver_sentence(case, party, driver)

    assert sentence(DriverKind.CLOCK, "k", "It comes.", 4.0) == (
        "If “It comes” could not come, it would sign (worth 4.0 days)."
    )
    assert sentence(DriverKind.CHANCE, "luck", "They leave.", -20.0) == (
        "If “They leave” were ruled out, waiting would be worth more (20 days)."
    )
    assert sentence(DriverKind.DEAL, "yes", "", -2.0) == (
        "If “Yes” could not be had, waiting would be worth less (2.0 days)."
    )
    assert sentence(DriverKind.BREAKING, "breakers", "", 0.0) == (
        "If nobody broke what is agreed, it would sign (worth next to nothing)."
    )
    signs = replace(party, gain=3.0)
    away = Driver(DriverKind.BREAKING, "breakers", "", -3.0, turns=True, claims=())
    assert driver_sentence(case, signs, away).endswith("it would rather wait (worth 3.0 days).")
    hardly = replace(away, gain=0.01, turns=False)
    assert driver_sentence(case, signs, hardly).endswith("worth less (next to nothing).")


def test_on_which_days_a_deal_can_be_signed_is_said_where_that_is_not_every_day() -> None:
    _, answer, _ = told()
    assert signable_sentence(answer, answer.deals[0]) == ""
    _, answer, _ = told(tables={"talks": table("a", "b", closes="2020-05-31")})
    said = signable_sentence(answer, answer.deals[0])
    assert said.startswith(
        "It can be signed only from today to 31 May 2020: on other days its table"
    )


def test_of_two_things_that_turn_as_many_the_one_that_weighs_most_is_told() -> None:
    case, answer, _ = told(judgements={"a": likes("x is n"), "b": likes("x is y")})
    deal = answer.deals[0]
    (ann,) = (p for p in deal.parties if p.party == "a")
    clock = Driver(DriverKind.CLOCK, "k", "It comes", 2.0, turns=True, claims=())
    breaking = Driver(DriverKind.BREAKING, "breakers", "", 5.0, turns=True, claims=())
    waits = replace(ann, drivers=(clock, breaking))
    parties = tuple(waits if p is ann else p for p in deal.parties)
    weighed = replace(answer, deals=(replace(deal, parties=parties),))
    assert wait_answer_sentence(case, weighed) == (
        "Ann gains by waiting rather than signing “Yes”, since it may be broken: if nobody broke it, it "
        "would sign."
    )


def test_only_what_turns_or_weighs_is_told() -> None:
    party = replace(quick(waiting_case()).deals[0].parties[0], gain=100.0)
    gains = (-1.0, 120.0, 89.0, 91.0, 100.4, 300.0, 400.0)
    drivers = tuple(
        Driver(DriverKind.CLOCK, f"k{n}", "", gain, turns=gain < 0, claims=())
        for n, gain in enumerate(gains)
    )
    assert [d.gain for d in drivers_that_matter(replace(party, drivers=drivers))] == [
        -1.0, 120.0, 89.0, 300.0,
    ]  # fmt: skip
    small = replace(party, gain=0.1, drivers=(replace(drivers[0], gain=0.5, turns=False),))
    assert drivers_that_matter(small) == []


def test_breaking_offers_and_what_is_only_our_idea() -> None:
    breaker = {"deal": "yes", "who": "a", "could": "end it", "assumption": OURS}
    case, answer, _ = told(breakers=[breaker])
    assert breaking_sentences(case, answer.deals[0]) == [
        "Whether it is never broken or broken at once, nobody would rather wait.",
        "How soon Ann might break it is not said: it is reckoned here as if they never did.",
    ]
    apart = replace(answer.deals[0], if_broken=(PartyId("b"),), unstated=())
    assert breaking_sentences(case, apart) == [
        "If it were never broken, nobody would rather wait; if it were broken at once, Ben would."
    ]
    case, answer, _ = told()
    deal = answer.deals[0]
    assert breaking_sentences(case, deal) == []
    assert (offer_sentence(case, deal), tabled_sentence(case, deal)) == ("", "")
    two = {"x": issue(), "u": issue()}
    views = {
        "a": points({"x": {"n": 0, "y": 5}, "u": {"n": 3, "y": 0}}),
        "b": likes("u is y", "x is n"),
    }
    case, answer, _ = told(issues=two, judgements=views)
    sentence = offer_sentence(case, answer.deals[0])
    assert sentence.startswith("It would beat waiting for everybody asked with ")
    assert sentence.endswith(".")
    more = replace(answer.deals[0], n_offers=3)
    assert offer_sentence(case, more).endswith(". There are 2 more packages as near.")
    none = replace(answer.deals[0], offers=(), n_offers=0, n_looked_at=2)
    assert offer_sentence(case, none) == (
        "Nothing near it would beat waiting for everybody asked: 2 other packages that could be "
        "signed today fell short too."
    )
    assert offer_sentence(case, replace(none, n_looked_at=0)) == ""


def test_every_answer_of_a_case_can_be_written_without_a_deal_or_a_party() -> None:
    empty: list[dict[str, Any]] = [
        {"deals": {}},
        {"judgements": {}},
        {"judgements": {}, "deals": {}},
    ]
    for sections in empty:
        case = case_of(waiting_sketch(**sections))
        answer = quick(case)
        assert wait_answer_sentence(case, answer)
        assert (steady_sentence(case, answer), wait_answer_basis(case, answer)) == ("", ())
