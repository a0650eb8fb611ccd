"""Nothing is said of signing or waiting that was not worked out, or that decides nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_waiting_cases import (
    OURS,
    Sketch,
    exact,
    issue,
    likes,
    quick,
    table,
    waiting_case,
    waiting_sketch,
    write,
)
from typer.testing import CliRunner

from detente.analysis import Driver, DriverKind
from detente.analysis import wait as wait_module
from detente.cli.app import app
from detente.engines.deal_space import Verdict
from detente.reports.wait_words import (
    breaking_sentences,
    drivers_that_matter,
    wait_answer_sentence,
    wait_sentence,
)

BREAKER = {"deal": "yes", "who": "a", "could": "end it", "assumption": OURS}
TWO = {"x": issue(), "u": issue()}


def comes(**more: object) -> Sketch:
    return {"what": "It comes.", "assumption": OURS, **more}


def said(folder: Path, sketch: Sketch) -> str:
    write(sketch, folder)
    result = CliRunner().invoke(app, ["wait", str(folder), "--draws", "0"])
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_who_gains_nothing_either_way_would_not_rather_sign() -> None:
    case = waiting_case(issues=TWO, judgements={"a": likes("x is y"), "b": likes("u is n")})
    assert wait_answer_sentence(case, quick(case)) == (
        "Nobody whose consent is needed gains by waiting: Ann would rather sign “Yes” today than "
        "wait; it is all the same to Ben whether to sign or to wait."
    )
    case = waiting_case("a", issues=TWO, judgements={"a": likes("u is n")})
    assert wait_answer_sentence(case, quick(case)) == (
        "Nobody whose consent is needed gains by waiting: it is all the same to Ann whether to "
        "sign “Yes” today or to wait."
    )


@pytest.mark.parametrize(
    "unsaid",
    [
        {"judgements": {"a": likes("x is y")}},
        {"tables": {"talks": table("a", "b", closes="2020-04-20")}},
        {"tables": {"talks": table("a", "b", opens="2030-04-20")}},
    ],
)
def test_who_would_wait_if_it_were_broken_is_not_said_where_nothing_is(unsaid: Sketch) -> None:
    case = waiting_case(breakers=[BREAKER], **unsaid)
    deal = quick(case).deals[0]
    assert deal.verdict is Verdict.UNDECIDED
    assert breaking_sentences(case, deal) == []


def test_no_gains_are_told_of_a_deal_that_can_be_signed_on_no_day(tmp_path: Path) -> None:
    never = {"talks": table("a", "b", closes="2020-04-20")}
    assert "gains by signing" not in said(tmp_path / "never", waiting_sketch(tables=never))
    assert "gains by signing" in said(tmp_path / "once", waiting_sketch())


def test_nothing_would_turn_whoever_has_a_red_line() -> None:
    clocks = {"k": comes(on="2020-05-11", then={"title": "It has come", "ends_as": {"x": "y"}})}
    views = {"a": likes("x is not z", refuses=["x is z"]), "b": likes("x is not n")}
    three = {"x": issue("No", "Yes", "Best")}
    deals = {"best": {"title": "Best", "table": "talks", "says": {"x": "z"}}}
    case = waiting_case(issues=three, clocks=clocks, judgements=views, deals=deals)
    red = quick(case).deals[0].parties[0]
    assert red.red_line
    turned = Driver(DriverKind.CLOCK, "k", "It comes.", 5.0, turns=True, claims=())
    red = replace(red, drivers=(turned,))
    assert drivers_that_matter(replace(red, red_line=False)) == [turned]
    assert drivers_that_matter(red) == []


def test_a_game_too_large_to_ask_what_decides_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    views = {"a": likes("x is y"), "b": likes("x is n")}
    case = waiting_case(judgements=views)
    small = wait_answer_sentence(case, quick(case))
    assert small.endswith(", and none of the things that may come decides that alone.")
    monkeypatch.setattr(wait_module, "MOST_SIZE", 10.0)
    answer = wait_module.analyse_wait(case, exact())
    assert not answer.looked_into
    assert wait_answer_sentence(case, answer) == "Ben gains by waiting rather than signing “Yes”."
    assert any("too large" in note for note in answer.notes)
    assert wait_sentence(case, answer, answer.deals[0]).startswith("Ann would sign")
