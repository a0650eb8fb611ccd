"""Which option holds once who has done what, which moves there are, and what follows a breach."""

from __future__ import annotations

from typing import Any

import pytest
from small_hold_cases import by_itself, done_by, small_case, wants

from detente.analysis.conflict import Conflict
from detente.analysis.conflict_actions import BROKEN, Breach
from detente.errors import SpaceTooLargeError
from detente.ledger import PartyId
from detente.model import Case, IssueId, OptionId

EVERYBODY = {p: wants("x is not no") for p in "abc"}


def conflict_of(case: Case, *breaches: Breach) -> Conflict:
    return Conflict.of(case, tuple(case.issues), breaches)


def breach(party: str, issue: str, leads_to: str, *answered_by: str, option: str = "yes") -> Breach:
    answering = tuple(map(PartyId, answered_by))
    return Breach(PartyId(party), IssueId(issue), OptionId(option), leads_to, answering)


def state(conflict: Conflict, **levels: str) -> int:
    """Return the state with these levels: ``a_x`` is what a works for on x, ``b_ends_x`` an end."""
    chosen = []
    for action in conflict.actions:
        ends = "_ends" if action.kind == "undoes" else ""
        key = "answers" if action.kind == "answers" else action.issue
        level = levels.pop(f"{action.party}{ends}_{key}" if action.party else f"time_{key}", None)
        wanted = BROKEN if level == "broken" else level
        chosen.append(0 if wanted is None else action.options.index(OptionId(wanted)))
    assert not levels
    return int(conflict.moves.state_of(chosen))


def can_go(conflict: Conflict, party: str, before: int, there: int) -> bool:
    number = conflict.parties.index(PartyId(party))
    return there in conflict.graph.moves(number, before).tolist()


def test_all_of_needs_everybody_and_any_of_anybody() -> None:
    anybody = {"says": "Done.", "done_by": {"any_of": ["a", "b"]}}
    conflict = conflict_of(
        small_case({"x": {"yes": done_by("a", "b")}, "y": {"yes": anybody}}, EVERYBODY)
    )
    assert conflict.outcome(state(conflict, a_x="yes")) == {"x": "no", "y": "no"}
    assert conflict.outcome(state(conflict, a_x="yes", b_x="yes")) == {"x": "yes", "y": "no"}
    assert conflict.outcome(state(conflict, b_y="yes")) == {"x": "no", "y": "yes"}
    assert conflict.outcome(state(conflict, a_y="yes", b_y="yes")) == {"x": "no", "y": "yes"}


def test_who_need_not_act_can_end_it_and_let_it_be_again() -> None:
    conflict = conflict_of(
        small_case({"x": {"yes": done_by("a", undone_by={"any_of": ["b"]})}}, EVERYBODY)
    )
    done, ended = state(conflict, a_x="yes"), state(conflict, a_x="yes", b_ends_x="yes")
    assert conflict.outcome(ended) == {"x": "no"}
    assert can_go(conflict, "b", done, ended)
    assert can_go(conflict, "b", ended, done)
    assert not can_go(conflict, "a", done, conflict.today)  # a is not said to be able to undo it


def test_what_is_done_for_good_can_be_joined_by_more_and_not_left() -> None:
    options = {
        "few": done_by("a", irreversible=True),
        "more": done_by("a", "b", irreversible=True),
        "other": done_by("b", irreversible=True),
    }
    conflict = conflict_of(small_case({"x": options}, EVERYBODY))
    few = state(conflict, a_x="few")
    assert not can_go(conflict, "a", few, conflict.today)
    assert can_go(conflict, "a", few, state(conflict, a_x="more"))
    assert conflict.outcome(state(conflict, a_x="more")) == {"x": "few"}
    assert conflict.outcome(state(conflict, a_x="more", b_x="more")) == {"x": "more"}
    assert not conflict.feasible[state(conflict, a_x="few", b_x="other")]


def test_two_options_cannot_hold_at_once_and_rules_forbid_states() -> None:
    issues = {"x": {"yes": done_by("a"), "also": done_by("b")}, "y": {"yes": done_by("c")}}
    rules = {"r": {"where": "y is yes", "only_if": "x is yes"}}
    conflict = conflict_of(small_case(issues, EVERYBODY, rules=rules))
    assert not conflict.feasible[state(conflict, a_x="yes", b_x="also")]
    assert not conflict.feasible[state(conflict, c_y="yes")]
    assert conflict.feasible[state(conflict, a_x="yes", c_y="yes")]
    assert not can_go(conflict, "a", state(conflict, a_x="yes", c_y="yes"), conflict.today)


def test_what_comes_by_itself_is_in_nobodys_hands() -> None:
    conflict = conflict_of(
        small_case({"x": {"yes": done_by("a"), "falls": by_itself()}}, EVERYBODY)
    )
    fallen = state(conflict, time_x="falls", a_x="yes")
    assert conflict.outcome(fallen) == {"x": "falls"}
    assert conflict.parties == ("a",)
    assert not can_go(conflict, "a", conflict.today, state(conflict, time_x="falls"))


def test_a_promise_can_be_broken_and_mended_and_not_unmade() -> None:
    case = small_case({"x": {"yes": done_by("a")}, "y": {"yes": by_itself()}}, EVERYBODY,
                      endings={"worse": {"title": "Worse", "sets": {"y": "yes"}}})  # fmt: skip
    conflict = conflict_of(case, breach("a", "x", "worse"))
    done, broken = state(conflict, a_x="yes"), state(conflict, a_x="broken")
    assert conflict.outcome(broken) == {"x": "no", "y": "yes"}
    assert can_go(conflict, "a", done, broken)
    assert can_go(conflict, "a", broken, done)
    assert can_go(conflict, "a", conflict.today, broken)
    assert not can_go(conflict, "a", done, conflict.today)
    assert not can_go(conflict, "a", broken, conflict.today)


def test_of_several_broken_promises_the_first_stated_counts_and_what_is_for_good_stays() -> None:
    issues = {"x": {"yes": done_by("a")}, "y": {"yes": done_by("b")},
              "z": {"one": by_itself(), "two": by_itself()},
              "w": {"yes": done_by("c", irreversible=True)}}  # fmt: skip
    endings = {n: {"title": n, "sets": {"z": n}} for n in ("one", "two")}
    case = small_case(issues, EVERYBODY, endings=endings)
    conflict = conflict_of(case, breach("b", "y", "two"), breach("a", "x", "one"))
    both = conflict.outcome(state(conflict, a_x="broken", b_y="broken", c_w="yes"))
    assert both == {"x": "no", "y": "no", "z": "two", "w": "yes"}
    only = conflict.outcome(state(conflict, a_x="broken", b_y="yes"))
    assert only == {"x": "no", "y": "no", "z": "one", "w": "no"}


def test_an_answered_breach_has_its_consequence_only_once_somebody_sees_to_it() -> None:
    case = small_case({"x": {"yes": done_by("a")}, "z": {"bad": by_itself()}}, EVERYBODY,
                      endings={"bad": {"title": "Bad", "sets": {"z": "bad"}}})  # fmt: skip
    conflict = conflict_of(case, breach("a", "x", "bad", "b", "c"))
    broken = state(conflict, a_x="broken")
    assert conflict.outcome(broken) == {"x": "no", "z": "no"}
    for party in "bc":
        answered = state(conflict, a_x="broken", **{f"{party}_answers": "yes"})
        assert can_go(conflict, party, broken, answered)
        assert conflict.outcome(answered) == {"x": "no", "z": "bad"}
    kept = state(conflict, a_x="yes", b_answers="yes")
    assert conflict.outcome(kept) == {"x": "yes", "z": "no"}


def test_a_party_can_be_promised_on_one_option_and_able_to_end_another() -> None:
    options = {"yes": done_by("a"), "also": done_by("b", undone_by={"any_of": ["a"]})}
    conflict = conflict_of(small_case({"x": options}, EVERYBODY), breach("a", "x", "today"))
    ended = state(conflict, b_x="also", a_ends_x="also")
    assert conflict.outcome(ended) == {"x": "no"}
    assert conflict.outcome(state(conflict, a_x="yes", a_ends_x="also")) == {"x": "yes"}


def test_of_many_options_those_that_the_case_speaks_of_are_moves() -> None:
    options = {f"o{n}": done_by("a") for n in range(9)}
    case = small_case({"x": options}, EVERYBODY, {"x": "o4"},
                      endings={"e": {"title": "E", "sets": {"x": "o7"}}})  # fmt: skip
    (action,) = conflict_of(case).actions
    assert action.options == ("no", "o4", "o7")


def test_too_many_states_are_an_error_that_says_what_to_do() -> None:
    issues = {f"x{n}": {"yes": done_by("a"), "also": done_by("b")} for n in range(10)}
    with pytest.raises(SpaceTooLargeError, match=r"1,048,576 states .* narrow the scope"):
        conflict_of(small_case(issues, {"a": wants("x0 is yes")}))


@pytest.mark.parametrize("n", [12, 16])
def test_too_many_moves_are_an_error_too_and_not_counted_for_minutes(n: int) -> None:
    issues = {f"x{k}": {"yes": done_by("a")} for k in range(n)}
    conflict = conflict_of(small_case(issues, {"a": wants("x0 is yes")}))
    with pytest.raises(SpaceTooLargeError, match="8,388,608 moves"):
        _ = conflict.graph


def test_nobody_with_a_move_is_a_conflict_of_states_that_stay() -> None:
    conflict = conflict_of(small_case({"x": {"yes": by_itself()}}, EVERYBODY))
    assert conflict.parties == conflict.unclear == ()
    assert conflict.n_states == 2
    assert len(conflict.graph.targets) == 0
    assert conflict.preferences.low.shape == (2, conflict.graph.n_parties)


# --- preferences ----------------------------------------------------------------------------


def view_of_a(view: dict[str, Any], **more: Any) -> Conflict:
    issues = {"x": {"yes": done_by("a"), "falls": by_itself()}, "y": {"yes": done_by("a")}}
    return conflict_of(small_case(issues, {"a": view}, **more))


def test_what_the_rules_make_impossible_takes_no_place_in_an_order() -> None:
    rules = {"r": {"where": "x is yes", "only_if": "y is yes"}}
    conflict = view_of_a(wants("x is yes", "y is no"), rules=rules)
    low, _ = conflict.ranks
    places: dict[tuple[str, ...], int] = {tuple(conflict.outcome(n).values()): int(low[n, 0]) for n in range(conflict.n_states)
              if conflict.feasible[n]}  # fmt: skip
    assert places["yes", "yes"] == 2  # x without y would be above it, and cannot be
    assert places["no", "no"] == 1
    assert places["no", "yes"] == 0


def test_a_range_that_is_in_every_outcome_alike_leaves_nothing_open() -> None:
    points = {"x": {"no": 0, "yes": 1}, "z": {"no": "1 to 3", "yes": 0}}
    case = small_case(
        {"x": {"yes": done_by("a")}, "z": {"yes": by_itself()}},
        {"a": {"points": points, "assumption": "ours alone"}},
    )
    assert Conflict.of(case, (IssueId("x"),)).unclear == ()
    assert Conflict.of(case, tuple(case.issues)).unclear == ("a",)  # time may bring z about


@pytest.mark.parametrize(
    "view",
    [
        {"order": ["deal"], "assumption": "ours alone"},
        {"points": {"x": {"no": 0, "yes": "1 to 2", "falls": 0}}, "assumption": "ours alone"},
        {"refuses": ["x is yes"], "assumption": "ours alone"},
    ],
)
def test_who_leaves_some_outcome_open_is_unclear(view: dict[str, Any]) -> None:
    assert view_of_a(view, says={"x": "yes"}).unclear == ("a",)
