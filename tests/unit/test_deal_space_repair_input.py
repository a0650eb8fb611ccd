"""What the repair of a deal refuses, and what it leaves alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from detente.engines.deal_space.median import median_options
from detente.engines.deal_space.repair.concession import concessions_for, least_concession
from detente.engines.deal_space.repair.conflicts import Answer, conflicts_of, largest_agreeing
from detente.engines.deal_space.repair.nearest import nearest_acceptable
from detente.engines.deal_space.repair.scope import scope_changes
from detente.engines.deal_space.repair.shortfall import fewest_refusals, least_shortfall
from detente.engines.deal_space.repair.zone import explain_empty_zone, largest_agreement
from detente.engines.deal_space.space.acceptance import Meets, all_of
from detente.engines.deal_space.space.domain import Domain, Link
from detente.errors import EngineInputError

DOMAIN = Domain(
    (np.array([(5, 0), (0, 4)]), np.array([(3, 2), (2, 3)])),
    (Link((0, 1), np.array([(True, True), (True, False)])),),
)
LINES = [Meets(0, 6), Meets(1, 4)]
DRAFT = np.array([0, 0])
SCOPE = np.array([True, False])
NO_COLUMN = [Meets(0, 6), Meets(2, 4)]

Call = Callable[[], object]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nearest_acceptable(DOMAIN, all_of(*NO_COLUMN), DRAFT), "column 2"),
        (lambda: nearest_acceptable(DOMAIN, LINES[0], DRAFT, wanted=NO_COLUMN), "column 2"),
        (lambda: nearest_acceptable(DOMAIN, LINES[0], [0]), r"target: found int64 of shape \(1,\)"),
        (lambda: nearest_acceptable(DOMAIN, LINES[0], [0.0, 1.0]), "target: found float64"),
        (lambda: nearest_acceptable(DOMAIN, LINES[0], [0, 2]), r"target\[1\]: found 2"),
        (lambda: nearest_acceptable(DOMAIN, LINES[0], [-2, 0]), r"target\[0\]: found -2"),
        (lambda: nearest_acceptable(DOMAIN, LINES[0], DRAFT, most_ties=0), "most_ties: found 0"),
        (lambda: nearest_acceptable(DOMAIN, LINES[0], DRAFT, seconds=-1), "seconds: found -1"),
        (lambda: least_shortfall(DOMAIN, []), "number of thresholds: found 0"),
        (lambda: least_shortfall(DOMAIN, NO_COLUMN), "column 2"),
        (lambda: fewest_refusals(DOMAIN, LINES, rule=NO_COLUMN[1]), "column 2"),
        (lambda: fewest_refusals(DOMAIN, []), "number of thresholds: found 0"),
        (lambda: least_concession(DOMAIN, []), "parties: found none"),
        (lambda: least_concession(DOMAIN, NO_COLUMN), "column 2"),
        (lambda: concessions_for(DOMAIN, LINES, [0]), "codes: found int64"),
        (lambda: concessions_for(DOMAIN, LINES, [0, 7]), r"codes\[0, 1\]: found 7"),
        (lambda: explain_empty_zone(DOMAIN, [1]), r"constraints\[0\]: found link 1"),
        (lambda: explain_empty_zone(DOMAIN, [*LINES, -1]), r"constraints\[2\]: found link -1"),
        (lambda: explain_empty_zone(DOMAIN, NO_COLUMN), "column 2"),
        (lambda: explain_empty_zone(DOMAIN, [Link((5,), np.array([True]))]), "issues: found"),
        (lambda: largest_agreement(DOMAIN, LINES, always=NO_COLUMN[1]), "column 2"),
        (lambda: scope_changes(DOMAIN, LINES, [1, 0], DRAFT), "in_scope: found int64"),
        (lambda: scope_changes(DOMAIN, LINES, [True], DRAFT), "in_scope: found bool of shape"),
        (lambda: scope_changes(DOMAIN, LINES, SCOPE, [0]), "today: found int64 of shape"),
        (lambda: scope_changes(DOMAIN, LINES, SCOPE, [0, -1]), r"today\[1\]: found -1"),
        (lambda: scope_changes(DOMAIN, LINES, SCOPE, [2, 0]), r"today\[0\]: found 2"),
        (lambda: conflicts_of(-1, lambda _: True), "n_constraints: found -1"),
        (lambda: conflicts_of(2, lambda _: True, max_calls=-1), "max_calls: found -1"),
        (lambda: largest_agreeing(2, lambda _: True, seconds=float("nan")), "seconds: found nan"),
    ],
)
def test_input_that_makes_no_sense_is_refused(call: Call, message: str) -> None:
    with pytest.raises(EngineInputError, match=message):
        call()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(True, (0,)), "at least the constraints"),
        (Answer(True, (0, 1, 2)), "none that does not exist"),
        (Answer(False, (0, 1, 2)), "only some of"),
    ],
)
def test_an_oracle_that_answers_another_question_is_found_out(answer: Answer, message: str) -> None:
    with pytest.raises(EngineInputError, match=message):
        conflicts_of(2, lambda _: answer)


RESULTS: list[Callable[[], Any]] = [
    lambda: nearest_acceptable(DOMAIN, all_of(*LINES), DRAFT),
    lambda: nearest_acceptable(DOMAIN, all_of(*LINES), DRAFT, most_listed=0),
    lambda: least_shortfall(DOMAIN, LINES),
    lambda: fewest_refusals(DOMAIN, LINES, most_listed=0),
    lambda: least_concession(DOMAIN, LINES),
    lambda: explain_empty_zone(DOMAIN, LINES, most_listed=0),
    lambda: scope_changes(DOMAIN, LINES, SCOPE, DRAFT),
    lambda: scope_changes(DOMAIN, LINES, SCOPE, DRAFT, most_listed=0),
    lambda: median_options([(1.0, 2.0), (2.0, 1.0)]),
]


def arrays_in(value: object) -> list[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, tuple):
        return [array for each in value for array in arrays_in(each)]
    return []


@pytest.mark.parametrize("result", RESULTS)
def test_results_are_read_only_and_say_how_they_were_found(result: Callable[[], Any]) -> None:
    found = result()
    arrays = [
        array
        for field in dataclasses.fields(found)
        for array in arrays_in(getattr(found, field.name))
    ]
    assert arrays
    assert not any(array.flags.writeable for array in arrays)
    assert found.method


def test_the_draft_is_left_alone() -> None:
    draft = DRAFT.copy()
    nearest_acceptable(DOMAIN, all_of(*LINES), draft)
    scope_changes(DOMAIN, LINES, SCOPE, draft)
    assert draft.tolist() == DRAFT.tolist()
    assert draft.flags.writeable


def test_thresholds_beyond_all_points_are_no_obstacle() -> None:
    """A line nobody can reach leaves no package; one below everything is always met."""
    huge = 1 << 61
    found = nearest_acceptable(DOMAIN, Meets(0, huge), DRAFT)
    assert (found.n_changes, found.at_least, found.is_proven) == (-1, 3, True)
    assert nearest_acceptable(DOMAIN, Meets(0, -huge), DRAFT).n_changes == 0
    lacking = least_shortfall(DOMAIN, [Meets(0, huge), Meets(1, huge)])
    assert lacking.total == pytest.approx(2 * huge)
    assert (lacking.missing_points.sum(axis=1) == 2 * huge - 10).all()
    with pytest.raises(EngineInputError, match=r"at most 2\*\*61"):
        least_shortfall(DOMAIN, [Meets(0, 1 << 70)])


def test_columns_of_different_scale_are_added_up_in_units_of_utility() -> None:
    domain = Domain((np.array([(1, 0), (0, 1)]),), scale=np.array([10.0, 4.0]))
    for n_listed in (0, 100):
        found = least_shortfall(domain, [Meets(0, 1), Meets(1, 1)], most_listed=n_listed)
        assert (found.packages.tolist(), found.total) == ([[1]], 0.1)
        assert found.missing.tolist() == [[0.1, 0.0]]
