"""The verb ``change`` in a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from change_cases import road_and_water
from typer.testing import CliRunner

from detente import casefile
from detente.cli.change import change

DRY = {"title": "Do dry", "sets": {"lower.without_a_deal": "today"}}
WET = {"title": "Do wet", "sets": {"lower.without_a_deal": "rains"}}


@pytest.fixture
def run(tmp_path: Path) -> Any:
    app = typer.Typer()
    app.command()(change)
    sketch = road_and_water(levers={"dry": DRY, "wet": WET})
    sketch["scenarios"] = {"flood": {"title": "A flood", "sets": {"road.today": "open"}}}
    (tmp_path / "case.yaml").write_text(json.dumps(sketch))

    def call(*options: str) -> Any:
        return CliRunner().invoke(app, [str(tmp_path), *options], catch_exceptions=False)

    return call


def test_it_prints_a_sentence_first_and_then_everything(run: Any) -> None:
    result = run()
    assert result.exit_code == 0
    assert " ".join(result.stdout.split()).startswith(
        "“The swap” would find the consent of everyone who must agree if this were done: “Do dry”."
    )
    for heading in ("As it is", "Each lever alone", "The smallest sets", "Who holds which lever"):
        assert heading in result.stdout


def test_only_what_is_named_is_shown(run: Any) -> None:
    result = run("--lever", "dry", "--scenario", "flood", "--most", "1", "--json")
    data = json.loads(result.stdout)
    assert [v["names"] for v in data["variations"]] == [["dry"], ["flood"], ["dry", "flood"]]
    assert data["events"] == ["flood"]


def test_what_is_to_turn_can_be_named(run: Any) -> None:
    data = json.loads(run("--turn", "swap.checked", "--json").stdout)
    assert [search["conclusion"] for search in data["searches"]] == ["swap.checked"]
    against = json.loads(run("--against", "today", "--json").stdout)
    assert against["conclusions"][0]["now"] == "yes"


@pytest.mark.parametrize(
    "options",
    [("--turn", "swap.best"), ("--lever", "x"), ("--scenario", "x"), ("--against", "x")],
)
def test_an_unknown_name_is_wrong_usage(run: Any, options: tuple[str, str]) -> None:
    result = run(*options)
    assert result.exit_code == 2
    assert repr(options[1]) in result.stderr
    assert "there are: " in result.stderr


def test_an_interruption_prints_what_was_found(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, calls = casefile.Variations.__call__, 0

    def impatient(self: Any, names: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise KeyboardInterrupt
        return plain(self, names)

    monkeypatch.setattr(casefile.Variations, "__call__", impatient)
    result = run()
    assert result.exit_code == 130
    assert "Stopped. What was found by then is above" in result.stderr
    assert "Each lever alone" in result.stdout
