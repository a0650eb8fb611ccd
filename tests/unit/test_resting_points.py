"""Where things come to rest, in cases with and without named deals."""

from __future__ import annotations

from pathlib import Path

from detente.analysis import analyse_hold
from detente.casefile import read_case
from detente.engines.stability import Concept
from detente.model import Case
from detente.reports.road_words import resting_sentences

DILEMMA = """\
detente: 1
negotiation: Two neighbours and two dogs
as_of: 2024-05-02
parties: {ann: {name: Ann}, ben: {name: Ben}}
issues:
  ann_dog:
    question: Does Ann tie up her dog?
    options: {loose: Her dog runs loose., tied: {says: Her dog is tied up., done_by: ann}}
    today: loose
  ben_dog:
    question: Does Ben tie up his dog?
    options: {loose: His dog runs loose., tied: {says: His dog is tied up., done_by: ben}}
    today: loose
judgements:
  ann: {wants: [ben_dog is tied, ann_dog is loose], our_idea: true}
  ben: {wants: [ann_dog is tied, ben_dog is loose], our_idea: true}
"""


def case_of(text: str, folder: Path) -> Case:
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return read_case(folder)


def test_without_deals_the_resting_points_worth_a_look_are_told(tmp_path: Path) -> None:
    case = case_of(DILEMMA, tmp_path)
    roads = analyse_hold(case, {}, Concept.SEQ).roads
    assert roads.roads == ()
    resting = roads.resting
    assert resting is not None
    assert resting.named == ("today",)
    assert resting.n_states == 2  # both loose, both tied: the second is better for both
    (best,) = resting.best
    assert dict(best.settles) == {"ann_dog": "tied", "ben_dog": "tied"}
    told = " ".join(resting_sentences(case, roads))
    assert "Today is itself a resting point" in told
    assert "(1) Her dog is tied up; His dog is tied up." in told


def test_who_would_leave_today_is_named(tmp_path: Path) -> None:
    text = DILEMMA.replace("[ben_dog is tied, ann_dog is loose]", "[ann_dog is tied]")
    case = case_of(text, tmp_path)
    roads = analyse_hold(case, {}, Concept.SEQ).roads
    assert roads.resting is not None
    assert roads.resting.leave_today == ("ann",)
    (today, *_) = resting_sentences(case, roads)
    assert today.startswith("Today is no resting point: Ann gains by moving alone")


def test_where_wants_are_unclear_that_is_said_and_nothing_is_picked(tmp_path: Path) -> None:
    case = case_of(DILEMMA[: DILEMMA.index("  ben: {wants")], tmp_path)
    roads = analyse_hold(case, {}, Concept.SEQ).roads
    assert roads.resting is not None
    assert (roads.resting.unclear, roads.resting.best) == (("ben",), ())
    (today, *_) = resting_sentences(case, roads)
    assert "as far as their wants are stated" in today or today.startswith("Today is no")
