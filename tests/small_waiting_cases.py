"""Cases of a few lines about time, for tests of one thing each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from random_hold_cases import case_of

from detente.analysis import Reckoning, WaitAnswer, analyse_wait
from detente.analysis.reckoning import Span
from detente.model import Case

__all__ = [
    "EXACT",
    "NAMED",
    "OURS",
    "answer_of",
    "exact",
    "issue",
    "likes",
    "points",
    "quick",
    "table",
    "waiting_case",
    "waiting_sketch",
    "write",
]

Sketch = dict[str, Any]
OURS = "ours alone"
NAMED = {"a": "Ann", "b": "Ben", "c": "Cyd", "d": "Dot"}

EXACT = {
    "impatience": Span(0.1, 0.1, 0.1),
    "meets_every": Span(7.0, 7.0, 7.0),
    "doubt": Span(5.0, 5.0, 5.0),
}
"""Our own defaults as one number each, so that nothing is drawn but what a case says."""


def exact(**changed: Any) -> Reckoning:
    """Return a way of reckoning without draws, over a few periods unless said otherwise."""
    given: Any = {"draws": 0, **EXACT} | changed
    return Reckoning(**given)


def issue(*options: str | Sketch, **more: Any) -> Sketch:
    """Return an issue: today's option first; the options are called n, y, z, or by their own."""
    names = ("n", "y", "z", "w")
    listed = {
        name: option if isinstance(option, dict) else {"says": f"{option}."}
        for name, option in zip(names, options or ("No", "Yes"), strict=False)
    }
    return {"question": "How is it?", "options": listed, "today": "n", **more}


def table(*seats: str, **more: Any) -> Sketch:
    """Return a table at which these always sit, about everything unless said otherwise."""
    return {
        "title": "Talks",
        "scope": ["everything"],
        "seats": dict.fromkeys(seats, "always"),
        **more,
    }


def likes(*statements: str, **more: Any) -> Sketch:
    return {"wants": list(statements), "assumption": OURS, **more}


def points(values: Sketch, **more: Any) -> Sketch:
    return {"points": values, "assumption": OURS, **more}


def waiting_sketch(parties: str = "ab", **sections: Any) -> Sketch:
    """Return a case file: an issue ``x``, ``talks`` where both sit, and the deal ``yes`` on it."""
    return {
        "negotiation": "A small case",
        "as_of": "2020-05-01",
        "parties": {p: {"name": NAMED[p]} for p in parties},
        "issues": {"x": issue()},
        "tables": {"talks": table(*parties)},
        "deals": {"yes": {"title": "Yes", "table": "talks", "says": {"x": "y"}}},
        "judgements": {p: likes("x is y") for p in parties},
    } | sections


def waiting_case(parties: str = "ab", **sections: Any) -> Case:
    return case_of(waiting_sketch(parties, **sections))


def quick(case: Case, **changed: Any) -> WaitAnswer:
    """Answer with few periods and exact defaults."""
    return analyse_wait(case, exact(**changed))


def answer_of(parties: str = "ab", **sections: Any) -> WaitAnswer:
    return quick(waiting_case(parties, **sections))


def write(sketch: Sketch, folder: Path) -> Path:
    """Write a case folder for the command line."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.yaml").write_text(json.dumps(sketch), encoding="utf-8")
    return folder
