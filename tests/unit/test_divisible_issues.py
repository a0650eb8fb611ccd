"""Shares and sums: every step is an option named by its number, and a number finds its option."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.casefile import examine_case
from detente.model import Is, Issue, RankedStatements

CASE = """\
negotiation: A share
as_of: 2024-03-01
parties: {{upper: {{name: Upper village}}}}
issues:
  share:
    question: How much?
    divisible: {{low: {low}, high: {high}, step: {step}, unit: coins}}
    today: {today}
judgements:
  upper: {{wants: ["share is {wish}"]}}
"""


def read(tmp_path: Path, scale: str, today: str, wish: str) -> tuple[Issue, frozenset[str]]:
    low, high, step = scale.split()
    text = CASE.format(low=low, high=high, step=step, today=today, wish=wish)
    (tmp_path / "case.yaml").write_text(text)
    reading = examine_case(tmp_path)
    assert reading.problems == ()
    assert reading.case is not None
    (view,) = reading.case.views.values()
    assert isinstance(view.preference, RankedStatements)
    condition = view.preference.wishes[0].statement.then
    while not isinstance(condition, Is):
        (condition,) = condition.parts
    (issue,) = reading.case.issues.values()
    return issue, frozenset(condition.options)


def test_steps_are_named_in_decimals(tmp_path: Path) -> None:
    issue, _ = read(tmp_path, "-0.3 0.3 0.1", "0", "0.1")
    assert [o.id for o in issue.options] == ["-0.3", "-0.2", "-0.1", "0", "0.1", "0.2", "0.3"]


@pytest.mark.parametrize(
    ("wish", "meant"),
    [
        ("1000001", {"1000001"}),
        ("1,000,002", {"1000002"}),
        ("at least 1000002", {"1000002", "1000003"}),
        ("at most 1000001", {"1000000", "1000001"}),
        ("not 1000003", {"1000003"}),
    ],
)
def test_numbers_of_many_digits_are_told_apart(tmp_path: Path, wish: str, meant: set[str]) -> None:
    _, options = read(tmp_path, "1000000 1000003 1", "1000000", wish)
    assert options == meant


@pytest.mark.parametrize(
    "scale",
    ["0 nan 1", "0 inf 1", "-inf 0 1", "0 1 nan", "0 1 0", "0 1 -1", "1 0 1", "1 1 1", "0 10 3",
     "0 1e-10 1", "0 1e9 1", "1e12 1000000000001 0.01", "-1e308 1e308 1", "0 1e400 1"],
)  # fmt: skip
def test_a_scale_that_cannot_be_walked_is_a_problem(tmp_path: Path, scale: str) -> None:
    low, high, step = scale.split()
    text = CASE.format(low=low, high=high, step=step, today="0", wish="0")
    (tmp_path / "case.yaml").write_text(text)
    problems = examine_case(tmp_path).problems
    assert problems
    assert all(p.place.field.startswith("issues.share.divisible") for p in problems)


@pytest.mark.parametrize("weight", ["nan", "inf", "-1", "1e300", "much"])
def test_a_weight_that_is_no_sensible_number_is_a_problem(tmp_path: Path, weight: str) -> None:
    text = CASE.format(low=0, high=2, step=1, today="0", wish="0").replace(
        'wants: ["share is 0"]',
        f"points: {{share: {{low: 0, high: 5}}}}, weights: {{share: {weight}}}",
    )
    (tmp_path / "case.yaml").write_text(text)
    (problem,) = examine_case(tmp_path).problems
    assert problem.place.field == "judgements.upper.weights.share"
