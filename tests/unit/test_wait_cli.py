"""`detente wait` on small cases: its data, its words, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from random_hold_cases import case_of
from small_waiting_cases import (
    OURS,
    Sketch,
    exact,
    issue,
    likes,
    points,
    table,
    waiting_sketch,
    write,
)
from typer.testing import CliRunner, Result

from detente.analysis import analyse_wait
from detente.cli.app import app


def comes(**more: Any) -> Sketch:
    return {"what": "It comes", "assumption": OURS, **more}


LUCK = {"luck": {"what": "Luck", "likelihood": "20 to 40%", "assumption": OURS}}
QUOTA = {"at_least": 2, "of": ["a", "b", "c"]}
BROKEN = [{"deal": "yes", "who": "a", "could": "end it", "within": "30 days", "then": "talks end",
           "assumption": OURS}]  # fmt: skip

CASES: dict[str, Sketch] = {
    "plain": waiting_sketch(),
    "nothing known": waiting_sketch(judgements={}),
    "one of two known": waiting_sketch(judgements={"a": likes("x is y")}),
    "no deal": waiting_sketch(deals={}),
    "nobody asked": waiting_sketch(deals={"yes": {"title": "Yes", "says": {"x": "y"}}}),
    "never open": waiting_sketch(tables={"talks": table("a", "b", opens="2029-01-01")}),
    "red line": waiting_sketch(judgements={p: likes("x is y", refuses=["x is y"]) for p in "ab"}),
    "quota": waiting_sketch("abc", tables={"talks": table("a", "b", "c", must_agree=[], enough=QUOTA)}),
    "broken": waiting_sketch(breakers=BROKEN),
    "beside": waiting_sketch(
        issues={"x": issue(), "u": issue()}, breakers=BROKEN,
        tables={"talks": table("a", "b", scope=["x"], exclusive="false"),
                "other": table("a", "b", scope=["u"], exclusive="false")},
        deals={"yes": {"title": "Yes", "table": "talks", "says": {"x": "y"}},
               "more": {"title": "More", "table": "other", "says": {"u": "y"}, "our_idea": True}},
    ),
    "clocks": waiting_sketch(
        clocks={
            "j": comes(on="2020-05-20", then={"perhaps": {"luck": {"closes": "talks"}}}),
            "k": comes(half_likely_between="20 to 90 days", only_while="x is n",
                       then={"title": "Best", "ends_as": {"x": "z"}}),
            "l": comes(likely_by={"10%": "20 days", "90%": "90 days"}),
        },
        chances=LUCK, issues={"x": issue("No", "Yes", "Best")},
        judgements={"a": points({"x": {"n": 0, "y": "1 to 3", "z": 4}}, believes={"luck": "80%"},
                                time_left="2 months"),
                    "b": likes("x is y", waiting_costs="high")},
    ),
}  # fmt: skip


def wait(case: Path, *more: str) -> Result:
    done = CliRunner().invoke(app, ["wait", str(case), *more])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def schema() -> Any:
    file = files("detente.reports") / "schemas" / "wait-1.json"
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("draws", ["0", "3"])
def test_the_data_has_the_promised_shape(name: str, draws: str, tmp_path: Path) -> None:
    case = write(CASES[name], tmp_path / "case")
    done = wait(case, "--json", "--draws", draws, "--until", "2020-06-10")
    assert done.exit_code == 0
    data = json.loads(done.stdout)
    jsonschema.validate(data, schema())
    assert data["n_worlds_drawn"] == int(draws)
    assert len(data["dates"]) == 41
    assert (data["dates"][0], data["dates"][-1]) == ("2020-05-01", "2020-06-10")
    shares = [way["chance"]["middle"] for way in data["ways"]]
    if shares:
        assert [sum(row) for row in zip(*shares, strict=True)] == pytest.approx(
            [1.0] * 41, abs=1e-5
        )


@pytest.mark.parametrize("name", CASES)
def test_the_words_begin_with_the_answer(name: str, tmp_path: Path) -> None:
    case = write(CASES[name], tmp_path / "case")
    options = ("--draws", "2", "--until", "2020-06-10")
    data = json.loads(wait(case, "--json", *options).stdout)
    said = " ".join(wait(case, *options).stdout.split())
    assert said.startswith(data["answer"])
    for deal in data["deals"]:
        assert deal["sentence"] in said
    assert "Until 10 June 2020, in steps of 1 day." in said
    for bad in ("nan", "None", " .", " ,"):
        assert bad not in said


@pytest.mark.parametrize(
    ("until", "says"),
    [("tomorrow", "'tomorrow'"), ("2020-02-31", "'2020-02-31'"), ("2020-05-01", "2020-05-01"),
     ("2019-12-31", "2020-05-01"), ("", "''")],
)  # fmt: skip
def test_a_last_day_that_is_none_is_wrong_usage(until: str, says: str, tmp_path: Path) -> None:
    done = wait(write(CASES["plain"], tmp_path / "case"), "--until", until)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "--until" in done.stderr
    assert says in done.stderr


@pytest.mark.parametrize("wrong", [("--draws", "-1"), ("--draws", "many"), ("--tabled", "some")])
def test_other_wrong_usage(wrong: tuple[str, str], tmp_path: Path) -> None:
    assert wait(write(CASES["plain"], tmp_path / "case"), *wrong).exit_code == 2


def test_too_many_clocks_are_refused_in_words(tmp_path: Path) -> None:
    clocks = {f"k{n}": comes(half_likely_by="20 days") for n in range(9)}
    done = wait(write(waiting_sketch(clocks=clocks), tmp_path / "case"))
    assert done.exit_code == 1
    assert "found 512 worlds in 9 clocks and dates" in " ".join(done.stderr.split())


def test_everything_may_be_tabled(tmp_path: Path) -> None:
    case = write(CASES["beside"], tmp_path / "case")
    few, every = (
        json.loads(
            wait(case, "--json", "--draws", "0", "--until", "2020-05-20", "--tabled", mode).stdout
        )
        for mode in ("stated", "all")
    )
    assert [deal["chance_agreed_if_tabled"] is None for deal in every["deals"]] == [True, True]
    assert {way["name"] for way in few["ways"]} <= {way["name"] for way in every["ways"]}


def test_the_command_and_the_library_say_the_same(tmp_path: Path) -> None:
    case = write(CASES["clocks"], tmp_path / "case")
    data = json.loads(wait(case, "--json", "--draws", "0", "--until", "2020-06-10").stdout)
    defaults = {
        name: getattr(type(exact())(), name) for name in ("impatience", "meets_every", "doubt")
    }
    last = case_of(CASES["clocks"])
    answer = analyse_wait(last, exact(until=date(2020, 6, 10), **defaults))
    for deal, entry in zip(answer.deals, data["deals"], strict=True):
        for party, found in zip(deal.parties, entry["parties"], strict=True):
            assert found["gain"] == pytest.approx(party.gain, abs=1e-5)
