"""What people read in the terminal stays put: every example, every help page, 80 columns wide.

Set DETENTE_UPDATE_GOLDEN=1 to write the texts anew, then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from detente.casefile import example_names
from detente.cli.app import app

HERE = Path(__file__).parent / "terminal"
ROOT = Path(__file__).parents[2]
VERBS = (
    "check", "deals", "hold", "wait", "change", "report", "new", "examples", "fmt", "import", "export",
    "schema",
)  # fmt: skip

RUNS = {
    **{f"help-{verb}": [verb, "--help"] for verb in VERBS},
    "help": ["--help"],
    **{
        f"{verb}-{name.rsplit('/', 1)[-1]}": [verb, f"examples/{name}"]
        for name in example_names()
        for verb in ("check", "deals", "hold")
    },
    "deals-aleppo-2016-against-today": ["deals", "examples/aleppo-2016", "--against", "today"],
    "no-such-case": ["check", "examples/nowhere"],
    "no-such-ending": ["deals", "examples/aleppo-2016", "--against", "spring"],
    "hold-aleppo-2016-any-answer": [
        "hold",
        "examples/aleppo-2016",
        "--deal",
        "kerry_package",
        "--concept",
        "gmr",
    ],
    "wait-aleppo-2016": ["wait", "examples/aleppo-2016", "--draws", "20"],
    "wait-raiffa-1982-panama-canal": [
        "wait",
        "examples/published/raiffa-1982-panama-canal",
        "--draws",
        "20",
    ],
    "wait-until-yesterday": ["wait", "examples/aleppo-2016", "--until", "2016-11-26"],
    "change-aleppo-2016": [
        "change",
        "examples/aleppo-2016",
        "--lever",
        "authority",
        "--lever",
        "damascus_governs",
        "--scenario",
        "other_candidate_wins",
        "--turn",
        "kerry_package.beats_waiting",
    ],
    "no-such-lever": ["change", "examples/aleppo-2016", "--lever", "autority"],
    "no-such-deal": ["hold", "examples/aleppo-2016", "--deal", "peace"],
    "no-such-verb": ["dealz"],
}


@pytest.mark.parametrize("name", RUNS)
def test_the_terminal_says_what_it_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for key, value in {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}.items():
        monkeypatch.setenv(key, value)
    result = CliRunner().invoke(app, RUNS[name], prog_name="detente")
    said = "\n".join(line.rstrip() for line in result.output.splitlines())
    said = f"$ detente {' '.join(RUNS[name])}\n{said}\n[status {result.exit_code}]\n"
    file = HERE / f"{name}.txt"
    if os.environ.get("DETENTE_UPDATE_GOLDEN"):
        HERE.mkdir(exist_ok=True)
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8")
    if result.exit_code == 0:
        assert max(map(len, said.splitlines()[1:])) <= 80
