"""An order of steps that holds is told, however many there are."""

from __future__ import annotations

import pytest
from small_hold_cases import done_by, small_case, wants

from detente.analysis.hold import analyse_hold
from detente.errors import CaseFileError


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
