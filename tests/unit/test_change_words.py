"""What a lever changes, in sentences: each thing is told once, and with its reason."""

from __future__ import annotations

from typing import Any

import pytest
from change_cases import Sketch, road_and_water, variations
from change_waiting_cases import stormy, two_tables
from small_waiting_cases import likes, waiting_sketch

from detente.analysis.change import analyse_change
from detente.analysis.change_answers import ChangeAnswer
from detente.cli.change_output import print_change
from detente.cli.output import Output
from detente.model import Case
from detente.reports.change_sentences import variation_sentences
from detente.reports.change_words import worth_words


def asked(sketch: Sketch, **levers: Any) -> tuple[Case, ChangeAnswer]:
    named = {name: {"title": f"Do {name}.", **lever} for name, lever in levers.items()}
    vary = variations(sketch | {"levers": named})
    return vary.case, analyse_change(vary.case, vary, turn=[], events=())


def sentences(sketch: Sketch, **lever: Any) -> list[str]:
    case, answer = asked(sketch, it=lever)
    return variation_sentences(case, answer.variations[0])


def in_short(sketch: Sketch, **lever: Any) -> str:
    case, answer = asked(sketch, it=lever)
    return worth_words(case, answer.variations[0])


SLOWER = {"sets": {"storm.half_likely_by": "20 years"}}


SIGNED = "would be signed rather than put off by everyone who must agree"
PUT_OFF = "would be put off or refused by somebody who must agree"
GAIN = "gain by waiting rather than signing it"


def test_that_somebody_signs_is_told_with_who_no_longer_waits_and_the_chance() -> None:
    assert sentences(stormy("60 days"), **SLOWER) == [
        f"“Yes” {SIGNED}: Ann would no longer {GAIN}.",
        "Chance of being agreed first: 100% for “Yes” (before: 0%).",
    ]


def test_chances_of_several_deals_are_told_in_one_sentence() -> None:
    yes, big, chances = sentences(two_tables(), sets={"talks.exclusive": True})
    assert yes == f"“Yes” {PUT_OFF}: Ann and Ben would now {GAIN}."
    assert big == f"“Big” {SIGNED}: Ann and Ben would no longer {GAIN}."
    of_each = "0% for “Yes” (before: 100%) and 100% for “Big” (before: 0%)"
    assert chances == f"Chances of being agreed first: {of_each}."


def test_where_no_number_tells_of_a_chance_words_do() -> None:
    sketch = waiting_sketch()
    del sketch["judgements"]["b"]
    found = sentences(sketch, sets={"b.wants": ["x is y"]})
    assert "“Yes” would be more likely than not to be agreed first." in found
    assert not [sentence for sentence in found if "before: " in sentence and "%" in sentence]


def test_a_red_line_is_told_once() -> None:
    found = sentences(waiting_sketch(), gives={"a.refuses": ["x is y"]})
    assert found[0].startswith("“Yes” would be blocked: Ann has a red line against it")
    assert len([sentence for sentence in found if "Yes" in sentence]) == 2
    assert found[1].startswith("Chance of being agreed first: 0% for “Yes”")


def test_a_table_is_told_of_once_by_the_number_of_its_packages() -> None:
    found = sentences(waiting_sketch(), gives={"a.refuses": ["x is y"]})
    assert [sentence for sentence in found if "Talks" in sentence] == [
        "At “Talks”, all who must agree could live with 0 of 1 packages instead of 1."
    ]


def test_what_moves_on_a_deal_without_turning_anything_stands_together() -> None:
    sketch = waiting_sketch("abc")
    sketch["tables"]["talks"]["must_agree"] = ["a", "b"]
    sketch["judgements"] |= {"b": likes("x is n"), "c": likes("x is n")}
    found = sentences(sketch, gives={"talks.must_agree": ["c"]})
    assert found[0] == (
        "On “Yes”: Cyd is asked now, and would rather not: it gets “How is it? No” only without "
        f"this deal; Cyd would now {GAIN}."
    )


def test_who_is_bound_now_is_the_reason_that_everybody_is() -> None:
    sketch = road_and_water()
    sketch["tables"]["talks"]["must_agree"] = ["upper"]
    found = sentences(sketch, gives={"talks.must_agree": ["lower"]})
    assert (
        "“The swap” would bind everybody who has to act for it: Lower village is bound now by who "
        "agrees to it." in found
    )
    assert len([sentence for sentence in found if "bound" in sentence]) == 1


def test_a_reason_follows_a_colon_or_a_semicolon_but_not_two_colons() -> None:
    sketch = road_and_water()
    sketch["judgements"]["upper"]["wants"] = ["road is open", "water is upper_only"]
    sketch["judgements"]["lower"]["wants"] = ["water is shared", "road is open"]
    sketch["issues"]["water"]["options"]["shared"]["irreversible"] = True
    for order in (["road", "water"], ["water", "road"]):
        for sentence in sentences(sketch, sets={"swap.order": order}):
            assert sentence.count(": ") <= 1


@pytest.mark.parametrize("title", ["A {deal}", "A {} deal", "50% {0!r}"])
def test_titles_are_printed_as_they_stand(title: str) -> None:
    sketch = road_and_water()
    sketch["deals"]["swap"]["title"] = title
    sketch["tables"]["talks"]["must_agree"] = ["upper"]
    found = sentences(sketch, gives={"talks.must_agree": ["lower"]})
    assert any(f"“{title}” would bind everybody" in sentence for sentence in found)


# --- in short -------------------------------------------------------------------------------


def test_in_short_all_that_turns_of_one_deal_stands_together() -> None:
    assert in_short(stormy("60 days"), **SLOWER) == (
        f"“Yes” {SIGNED} and would be more likely than not to be agreed first"
    )


def test_in_short_what_only_moves_is_told_too_and_begins_small() -> None:
    soon = in_short(waiting_sketch(), sets={"a.time_left": "10 days"})
    assert soon.startswith("chance of being agreed first: ")


def test_in_short_whoever_is_asked_too_is_named_once() -> None:
    sketch = waiting_sketch("abc")
    sketch["issues"]["x"]["options"]["z"] = {"says": "Much."}
    sketch["deals"]["much"] = {"title": "Much", "table": "talks", "says": {"x": "z"}}
    sketch["tables"]["talks"]["must_agree"] = ["a", "b"]
    sketch["judgements"]["c"] = likes("x is z", "x is n")
    found = in_short(sketch, gives={"talks.must_agree": ["c"]})
    assert "asks Cyd too, who would rather not (“Yes”) and would rather have it (“Much”)" in found


# --- on the terminal ------------------------------------------------------------------------


def test_what_changes_no_answer_takes_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    case, answer = asked(
        waiting_sketch(), same={"sets": {"x.today": "n"}}, none={"gives": {"a.may": ["talk"]}}
    )
    print_change(Output(), case, answer)
    out = " ".join(capsys.readouterr().out.split())
    assert "“Do same”: It says what the case says already. “Do none”: What it changes" in out
    assert "Would all sign rather than wait? │ + yes │ yes.beats_waiting" in out
