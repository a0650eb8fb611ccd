"""Packages in force beside which talks go on, what is left of broken ones, and which there are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from random_hold_cases import case_of
from small_waiting_cases import (
    OURS,
    Sketch,
    exact,
    issue,
    likes,
    quick,
    table,
    waiting_case,
    waiting_sketch,
)

from detente.analysis import Reckoning, Window, analyse_wait, waiting_model
from detente.analysis.waiting_model import Turned, WaitingModel
from detente.analysis.waiting_packages import MOST_PACKAGES
from detente.analysis.waiting_worlds import Stand, Worlds
from detente.engines.bargaining import BargainingGame
from detente.errors import SpaceTooLargeError
from detente.model import Case, DealId, IssueId, OptionId, TableId

FOR_EVER = 1 / (1 - 0.9 ** (1 / 365.25))
TWO = {"x": issue(), "u": issue()}


def worlds_of(case: Case) -> Worlds:
    return WaitingModel(case, exact()).space.worlds


def deal(name: str, at: str | None, **says: str) -> Sketch:
    found: Sketch = {"title": name, "says": says}
    return found if at is None else found | {"table": at}


def beside(**more: Any) -> Sketch:
    """Return a case with two tables that leave each other open, and a deal at each."""
    tables = {
        "one": table("a", "b", scope=["x"], exclusive="false"),
        "two": table("a", "b", scope=["u"], exclusive="false"),
    }
    deals = {"first": deal("First", "one", x="y"), "second": deal("Second", "two", u="y")}
    views = {p: likes("x is y", "u is y") for p in "ab"}
    return waiting_sketch(issues=TWO, tables=tables, deals=deals, judgements=views) | more


def breaker(of: str, **more: Any) -> Sketch:
    return {"deal": of, "who": "a", "could": "end it", "assumption": OURS, **more}


IRREVERSIBLE = {"says": "Yes.", "irreversible": True}


# --- what stands ---------------------------------------------------------------------------------


def test_an_exclusive_deal_ends_the_talks_and_nothing_stands_beside_it() -> None:
    assert worlds_of(waiting_case()).stands == (Stand(),)


def test_two_deals_can_be_signed_in_either_order_and_stand_beside_each_other() -> None:
    worlds = worlds_of(case_of(beside()))
    assert set(worlds.stands) == {Stand(), Stand((0,)), Stand((1,)), Stand((0, 1))}
    assert worlds.stands[0] == Stand()
    assert worlds.after_signing(Stand((1,)), 0) == Stand((0, 1))
    assert not worlds.fits(Stand((1,)), 1)
    assert worlds.says(Stand((0, 1))) == {"x": "y", "u": "y"}


def test_what_nobody_can_break_leaves_nothing_behind() -> None:
    """Else a table with a few options that cannot be undone would have too many worlds."""
    many = {f"i{k}": issue("No", IRREVERSIBLE) for k in range(8)}
    case = waiting_case(
        issues=many, deals={"yes": deal("Yes", "talks", i0="y")},
        judgements={p: likes("i0 is y") for p in "ab"},
    )  # fmt: skip
    assert worlds_of(case).stands == (Stand(),)
    assert quick(case).deals[0].verdict.name == "YES"


def test_what_cannot_be_undone_is_left_once_a_deal_is_broken() -> None:
    says = deal("Yes", "talks", x="y", u="y")
    issues = {"x": issue("No", IRREVERSIBLE), "u": issue()}
    left = Stand((), ((IssueId("x"), OptionId("y")),))
    for exclusive, stands in (("true", {Stand(), left}),
                              ("false", {Stand(), Stand((0,)), left})):  # fmt: skip
        sketch = waiting_sketch(
            issues=issues, deals={"yes": says}, breakers=[breaker("yes", within="30 days")],
            tables={"talks": table("a", "b", exclusive=exclusive)},
        )  # fmt: skip
        worlds = worlds_of(case_of(sketch))
        named = WaitingModel(case_of(sketch), exact()).space.named[DealId("yes")]
        assert worlds.after_breaking(Stand(), named) == left
        if exclusive == "false":
            assert set(worlds.stands) == stands
        else:  # packages without a name are broken like the deal, and leave the same
            assert set(worlds.stands) == stands


def test_breaking_undoes_what_the_breaker_says_and_nothing_where_the_rest_could_not_stand() -> None:
    issues = {"x": issue("No", IRREVERSIBLE), "u": issue("No", IRREVERSIBLE)}
    says = {"yes": deal("Yes", "talks", x="y", u="y")}
    sets = breaker("yes", sets={"u": "n"}, within="30 days")
    case = waiting_case(issues=issues, deals=says, breakers=[sets])
    space = WaitingModel(case, exact()).space
    assert space.candidates[space.named[DealId("yes")]].remains == {"x": "y"}
    rule = {"r": {"where": "x is y", "only_if": "u is y"}}
    case = waiting_case(issues=issues, deals=says, breakers=[sets], rules=rule)
    space = WaitingModel(case, exact()).space
    d = space.named[DealId("yes")]
    assert space.candidates[d].remains is None
    assert not space.worlds.can_break(d)
    assert not quick(case).deals[0].has_breakers


def test_the_chance_of_breaking_is_that_of_each_deal_in_force() -> None:
    case = case_of(beside(breakers=[breaker("first", within="30 days")]))
    worlds = worlds_of(case)
    chances = worlds.breaking(np.array([[0.1, 0.0]]), 2.0)[0]
    both, second, nothing = (worlds.place[s] for s in (Stand((0, 1)), Stand((1,)), Stand()))
    assert chances[both, second] == pytest.approx(1 - np.exp(-0.2))
    assert chances[both, both] == pytest.approx(np.exp(-0.2))
    assert chances[second, second] == chances[nothing, nothing] == 1
    at_once = worlds.breaking(np.array([[np.inf, 0.0]]), 2.0)[0]
    assert at_once[both, second] == pytest.approx(1)


def test_too_many_deals_beside_one_another_are_refused() -> None:
    many = {f"i{k}": issue() for k in range(7)}
    case = waiting_case(
        issues=many, tables={"talks": table("a", "b", exclusive="false")},
        deals={f"d{k}": deal(f"D{k}", "talks", **{f"i{k}": "y"}) for k in range(7)},
        judgements={p: likes("i0 is y") for p in "ab"},
    )  # fmt: skip
    with pytest.raises(
        SpaceTooLargeError, match="more than 64 ways in which deals may be in force"
    ):
        analyse_wait(case, exact())


# --- what that is worth --------------------------------------------------------------------------


def test_signing_one_deal_does_not_give_up_the_other() -> None:
    """Where one ends the talks, Ben, who wants the other more, holds out; beside it he does not."""
    views = {"a": likes("x is y", "u is y"), "b": likes("u is y", "x is y")}
    answer = quick(case_of(beside(judgements=views)))
    assert [d.holdouts for d in answer.deals] == [(), ()]
    closed = beside(judgements=views)
    for entry in closed["tables"].values():
        entry["exclusive"] = "true"
    assert [d.holdouts for d in quick(case_of(closed)).deals] == [("b",), ("a",)]
    note = "what is agreed at one table leaves others open, so only named deals are reckoned with"
    assert answer.notes == (note,)
    assert answer.narrowed == ("one", "two")


def test_a_deal_in_force_is_worth_what_it_is_until_it_is_broken() -> None:
    """A period in which it cannot be broken yet, then broken with chance h a day; no talks else."""
    sketch = beside(breakers=[breaker("first", within="30 days")])
    sketch["judgements"] = {
        p: {"points": {"x": {"n": 0, "y": 1}}, "assumption": OURS} for p in "ab"
    }
    for entry in sketch["tables"].values():
        entry["meets"] = "0 times a week"
    gain = quick(case_of(sketch)).deals[0].parties[0].gain
    keeps, day = 2 ** (-1 / 30), 0.9 ** (1 / 365.25)
    assert gain == pytest.approx(1 + day / (1 - day * keeps))


def test_after_a_breakdown_talks_resume_or_end() -> None:
    """Where they end, today goes on for ever; where they resume, it may be signed again: so signing
    costs less of what waiting would bring."""
    gains = {}
    for then in ("talks resume", "talks end"):
        case = waiting_case(breakers=[breaker("yes", within="30 days", then=then)])
        gains[then] = quick(case).deals[0].parties[0].gain
    keeps, day = 2 ** (-1 / 30), 0.9 ** (1 / 365.25)
    once = 1 / (1 - day * keeps)
    assert 0 < gains["talks end"] < gains["talks resume"] < once
    never = waiting_case(
        breakers=[breaker("yes", within="30 days", then="talks end")],
        tables={"talks": table("a", "b", meets="0 times a week")},
    )
    assert quick(never).deals[0].parties[0].gain == pytest.approx(once)


def test_talks_end_only_where_nobody_who_breaks_a_deal_lets_them_resume() -> None:
    each = [breaker("yes", within="30 days", who=who) for who in "ab"]
    gains = [
        quick(waiting_case(breakers=[one | {"then": t} for one, t in zip(each, then, strict=True)]))
        .deals[0].parties[0].gain
        for then in (("talks end", "talks resume"), ("talks resume",) * 2, ("talks end",) * 2)
    ]  # fmt: skip
    assert gains[0] == gains[1] > gains[2]


def test_where_talks_end_every_draw_ends_with_its_own_values() -> None:
    """What going on without talks is worth is drawn with everything else."""
    views = {"a": {"points": {"x": {"n": "0 to 4", "y": 5}, "u": {"n": 0, "y": 1}}, "assumption": OURS},
             "b": likes("x is y")}  # fmt: skip
    sketch = waiting_sketch(
        issues=TWO, judgements=views, tables={"talks": table("a", "b", meets="0 times a week")},
        breakers=[breaker("yes", within="30 days", then="talks end")],
    )  # fmt: skip
    model = WaitingModel(case_of(sketch), exact(draws=3))
    drawn = model.drawn()
    waiting = drawn["waiting"][:, 0, 0]
    assert len(set(waiting.tolist())) == 4
    assert drawn["broken_worth"][:, 0, 0] == pytest.approx(waiting * FOR_EVER)


# --- what may not stand together -----------------------------------------------------------------


def test_what_a_rule_forbids_beside_an_event_or_a_deal_can_no_longer_be_signed() -> None:
    rules = {"r": {"never": "x is y and u is y"}}
    event = {"what": "It comes", "on": "2020-06-01", "assumption": OURS,
             "then": {"title": "It", "ends_as": {"u": "y"}}}  # fmt: skip
    case = waiting_case(issues=TWO, rules=rules, clocks={"k": event},
                        tables={"talks": table("a", "b", scope=["x"])})  # fmt: skip
    assert quick(case).deals[0].can_be_signed == (Window(0, 30),)
    sketch = beside(rules=rules)
    model = WaitingModel(case_of(sketch), exact())
    stand = model.space.worlds.place[Stand((0,))]
    assert not model.space.open_to_sign[stand].any()
    assert model.space.open_to_sign[0].all()


# --- how much can be held ------------------------------------------------------------------------


def test_a_hazard_that_grows_is_held_in_blocks_where_there_are_many_worlds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    law = {"what": "It", "likely_by": {"10%": "20 days", "90%": "90 days"}, "assumption": OURS}
    case = waiting_case(clocks={"law": law})
    whole = WaitingModel(case, exact(step=5.0)).game()
    assert len(whole.chances) == 36
    monkeypatch.setattr(waiting_model, "MOST_CHANCES", 40 * (1 + Reckoning().draws))
    blocks = WaitingModel(case, exact(step=5.0)).game()
    assert len(blocks.chances) == 9  # of four chances each, and one in ten is kept for dates
    assert len(blocks.phase) == 36

    def stays(game: BargainingGame) -> float:
        return float(np.prod(game.chances[game.phase, 0, 0, 0, 0]))

    assert stays(blocks) == pytest.approx(stays(whole))
    halved = WaitingModel(case, exact(step=5.0)).game(Turned(parts=2))
    assert len(halved.chances) == 9
    assert stays(halved) == pytest.approx(stays(whole))


def test_more_than_can_be_held_is_refused_before_it_is_worked_out() -> None:
    clocks = {
        f"k{n}": {"what": "It", "half_likely_by": "20 days", "assumption": OURS} for n in range(8)
    }
    case = waiting_case(clocks=clocks)
    with pytest.raises(SpaceTooLargeError, match="of 256 worlds to another, in 20001 draws"):
        analyse_wait(case, exact(draws=20_000))


# --- which packages there are --------------------------------------------------------------------


def tabled(case: Case, mode: Any = "stated") -> list[str | None]:
    space = WaitingModel(case, exact()).space
    every = range(len(space.candidates))
    return [space.candidates[d].deal for d in every if space.gathered.is_tabled(d, mode)]


def test_what_is_tabled_are_stated_deals_or_all_packages_of_a_table_without_any() -> None:
    assert tabled(waiting_case(issues=TWO)) == ["yes"]
    assert tabled(waiting_case(issues=TWO), "all") == ["yes", None, None]
    assert tabled(waiting_case(issues=TWO, deals={})) == [None, None, None]
    ours = {
        "yes": deal("Yes", "talks", x="y"),
        "ours": deal("Ours", "talks", u="y") | {"our_idea": True},
    }
    assert tabled(waiting_case(issues=TWO, deals=ours)) == ["yes"]
    only = {"ours": deal("Ours", "talks", u="y") | {"our_idea": True}}
    assert tabled(waiting_case(issues=TWO, deals=only)) == ["ours", None, None]


def test_our_idea_on_no_table_is_measured_and_not_tabled() -> None:
    doers = {"x": issue("No", {"says": "Yes.", "done_by": ["a"]})}
    deals = {"ours": deal("Ours", None, x="y") | {"our_idea": True}}
    case = waiting_case(issues=doers, deals=deals,
                        tables={"talks": table("a", "b", meets="0 times a week")})  # fmt: skip
    assert "ours" not in tabled(case)
    assert "ours" in tabled(case, "all")
    answer = quick(case)
    assert [w.kind for w in answer.ways] == ["open"]
    found = answer.deals[0].if_tabled
    assert found is not None
    assert found.agreed == pytest.approx(1 - np.exp(-180 / 7))


def test_who_comes_more_often_has_the_floor_more_often() -> None:
    seats = {"a": "always", "b": "sometimes", "c": "1 in 4"}
    case = waiting_case("abc", tables={"talks": {"title": "Talks", "seats": seats}})
    ranges = [(s.attends.low + s.attends.high) / 2 for s in case.tables[TableId("talks")].seats]
    (chances,) = WaitingModel(case, exact()).rates.recognition[0]
    _, ben, cyd = ranges
    assert ranges[0] == 1
    assert 0 < ben < 1
    nobody, one, both = (1 - ben) * (1 - cyd), ben * (1 - cyd) + (1 - ben) * cyd, ben * cyd
    assert chances[0] == pytest.approx(nobody + one / 2 + both / 3)
    assert chances[1] == pytest.approx(ben * (1 - cyd) / 2 + both / 3)
    assert chances.sum() == pytest.approx(1)


def test_options_that_only_come_about_by_themselves_and_what_rules_forbid_are_in_no_package() -> (
    None
):
    issues = {
        "x": issue("No", "Yes", {"says": "It comes.", "not_by_agreement": True}),
        "u": issue(),
    }
    rules = {"r": {"never": "x is y and u is y"}}
    case = waiting_case(issues=issues, deals={}, rules=rules)
    space = WaitingModel(case, exact()).space
    assert [dict(c.package.settles) for c in space.candidates] == [{"u": "y"}, {"x": "y"}]


@pytest.mark.parametrize(("n", "whole"), [(10, True), (11, False)])
def test_of_a_table_with_too_many_packages_the_best_are_reckoned_with(n: int, whole: bool) -> None:
    many = {f"i{k}": issue() for k in range(n)}
    case = waiting_case(
        issues=many, deals={"yes": deal("Yes", "talks", i0="y", i1="y")},
        judgements={"a": likes(*(f"i{k} is y" for k in range(n))), "b": likes("i0 is n")},
    )  # fmt: skip
    assert (2**n - 1 <= MOST_PACKAGES) is whole
    answer = analyse_wait(case, exact(step=30.0))
    assert answer.narrowed == (() if whole else ("talks",))
    assert len(answer.deals) == 1
