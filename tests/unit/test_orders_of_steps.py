"""An order of steps that holds is told, however many there are."""

from __future__ import annotations

import pytest
from random_hold_cases import random_case
from small_hold_cases import done_by, small_case, wants

from detente.analysis.hold import analyse_hold
from detente.engines.deal_space import Verdict
from detente.errors import CaseFileError
from detente.reports.hold_answer_words import binding_sentences, hold_sentence
from detente.reports.hold_words import performance_sentences


@pytest.mark.parametrize("n", [3, 12])
def test_where_some_order_holds_one_is_told(n: int) -> None:
    # A has what B does rather than anything, and its own last part (i0) rather undone: it stops
    # before i0 once all of B's parts are there.
    ours = [f"i{k}" for k in range(n - 1)]
    case = small_case(
        {name: {"yes": done_by("a", irreversible=True)} for name in ours}
        | {"theirs": {"yes": done_by("b", irreversible=True)}},
        {"a": wants("theirs is yes", "i0 is no"), "b": wants("i0 is yes")},
        says=dict.fromkeys([*ours, "theirs"], "yes"),
        parties="ab",
    )
    (hold,) = analyse_hold(case, {}).deals
    found = hold.performance
    assert 0 < found.n_holding < found.n_orders
    assert found.best is not None
    assert found.best.largest_step == 1
    assert {part for (part,) in found.best.steps} == set(found.parts)


@pytest.mark.parametrize("order", [["x", "x", "y"], ["x", ["x", "y"]], ["x", "y", "x"]])
def test_an_order_names_each_issue_once(order: list[str | list[str]]) -> None:
    with pytest.raises(CaseFileError, match="found 'x' again, expected each issue once"):
        small_case(
            {"x": {"yes": done_by("a")}, "y": {"yes": done_by("b")}},
            {"a": wants("y is yes"), "b": wants("x is yes")},
            says={"x": "yes", "y": "yes"},
            parties="ab",
            deal={"order": order},
        )


@pytest.mark.parametrize("b", [{"b": wants("y is yes")}, {}])
def test_parts_that_rules_allow_only_together_are_no_reason_to_stop(
    b: dict[str, dict[str, object]],
) -> None:
    case = small_case(
        {"x": {"yes": done_by("a")}, "y": {"yes": done_by("b")}},
        {"a": wants("x is yes"), **b},
        says={"x": "yes", "y": "yes"},
        parties="ab",
        rules={
            "together": {"where": "x is yes", "only_if": "y is yes"},
            "both": {"where": "y is yes", "only_if": "x is yes"},
        },
    )
    (hold,) = analyse_hold(case, {}).deals
    assert (hold.performance.n_orders, hold.performance.stops) == (0, ())
    assert hold.performance.verdict is Verdict.UNDECIDED
    first, second = performance_sentences(case, hold.performance)
    assert "one part after another" in first
    assert "together with" in second
    assert "of 0 orders" not in hold_sentence(case, hold)


def test_what_cannot_be_said_is_not_told_as_a_number_of_orders() -> None:
    # Whether A would stop after its first part depends on what B, of whom nothing is stated, wants.
    case = small_case(
        {"x": {"yes": done_by("a")}, "y": {"yes": done_by("a")}, "z": {"yes": done_by("b")}},
        {"a": wants("x is yes", "y is yes")},
        says={"x": "yes", "y": "yes"},
        parties="ab",
    )
    (hold,) = analyse_hold(case, {}).deals
    assert (hold.kept, hold.performance.verdict) == (Verdict.YES, Verdict.UNDECIDED)
    assert hold.performance.n_holding == hold.performance.n_orders == 2
    assert "cannot be said" in hold_sentence(case, hold)


def test_no_order_of_none_is_told_where_only_the_stated_one_would_hold() -> None:
    found = 0
    for seed in (812, *range(200)):
        case = random_case(seed)
        for hold in analyse_hold(case, {}).deals:
            told = " ".join(binding_sentences(case, hold))
            assert "Then 0 of" not in told
            found += "Then the order that it states holds" in told
    assert found
