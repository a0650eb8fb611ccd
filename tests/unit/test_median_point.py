"""At a table about one share or sum, the brief says where the median party stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.analysis import NamedPoint, analyse
from detente.casefile import read_case
from detente.reports.answer_words import point_sentence

CASE = """\
negotiation: A share
as_of: 2024-03-01
parties:
  upper: {{name: Upper village}}
  middle: {{name: Middle village}}
  lower: {{name: Lower village}}
tables:
  talks: {{title: Talks, seats: {{upper: always, middle: always, lower: always}}}}
issues:
  share:
    question: How many coins go to the mill?
    {kind}
    today: {today}
    done_by: upper
judgements:
  upper: {{points: {{share: {{{upper}}}}}, our_idea: true}}
  middle: {{points: {{share: {{{middle}}}}}, our_idea: true}}
  lower: {{points: {{share: {{{lower}}}}}, our_idea: true}}
"""
SHARE = "divisible: {low: 0, high: 3, step: 1, unit: coins}"


def point(
    tmp_path: Path,
    middle: str = "0: 2, 1: 5, 2: 3, 3: 0",
    today: str = "0",
    kind: str = SHARE,
) -> tuple[NamedPoint | None, str]:
    text = CASE.format(
        kind=kind, today=today, upper="0: 9, 1: 5, 2: 2, 3: 1", middle=middle,
        lower="0: 0, 1: 1, 2: 4, 3: 9",
    )  # fmt: skip
    (tmp_path / "case.yaml").write_text(text)
    case = read_case(tmp_path)
    (table,) = analyse(case, with_wait=False).deals.tables
    found = [p for p in table.points if p.name == "median"]
    return (found[0], point_sentence(case, found[0])) if found else (None, "")


def test_the_middle_of_three_single_peaks_is_the_median(tmp_path: Path) -> None:
    found, sentence = point(tmp_path)
    assert found is not None
    assert [dict(p.settles) for p in found.packages] == [{"share": "1"}]
    assert sentence.startswith("where the median party stands: ")


def test_a_median_that_stands_as_today_changes_nothing(tmp_path: Path) -> None:
    found, sentence = point(tmp_path, today="1")
    assert found is not None
    assert [dict(p.settles) for p in found.packages] == [{}]
    assert sentence == "where the median party stands: nothing changes"


def test_who_likes_a_middle_less_than_both_sides_has_no_peak(tmp_path: Path) -> None:
    found, sentence = point(tmp_path, middle="0: 5, 1: 0, 2: 5, 3: 0")
    assert found is not None
    assert (found.packages, found.reason) == ((), "not single-peaked: Middle village")
    assert "cannot be said" in sentence


@pytest.mark.parametrize(
    "kind", ["options: {0: None., 1: One., 2: Two., 3: Three.}"], ids=["named options"]
)
def test_options_without_an_order_have_no_median(tmp_path: Path, kind: str) -> None:
    assert point(tmp_path, kind=kind) == (None, "")
