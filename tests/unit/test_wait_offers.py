"""What today's offer would have to contain, what our own ideas would come to, and ripeness."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import numpy as np
import pytest
from random_hold_cases import case_of
from small_waiting_cases import (
    OURS,
    Sketch,
    answer_of,
    exact,
    issue,
    likes,
    points,
    quick,
    table,
    waiting_case,
    waiting_sketch,
)

from detente.analysis import DealWaiting, WaitAnswer, analyse_wait
from detente.engines.deal_space import Verdict
from detente.model import DealId

SHORT = {"until": date(2020, 6, 1)}


def deal_of(answer: WaitAnswer, name: str = "yes") -> DealWaiting:
    deal = answer.deal(DealId(name))
    assert deal is not None
    return deal


def changes(deal: DealWaiting) -> list[dict[str, str]]:
    return [{issue: after for issue, _, after in offer.changes} for offer in deal.offers]


THREE = {"x": issue(), "u": issue("No", "Yes", "Most"), "v": issue()}
VIEWS = {
    "a": points({"x": {"n": 0, "y": 5}, "u": {"n": 3, "y": 1, "z": 0}, "v": {"n": 0, "y": 1}}),
    "b": points({"x": {"n": 4, "y": 0}, "u": {"n": 0, "y": 3, "z": 6}, "v": {"n": 1, "y": 0}}),
    "c": points({"v": {"n": 1, "y": 0}}),
}


# --- what would beat waiting ---------------------------------------------------------------------


@pytest.mark.parametrize("exclusive", ["true", "false"])
@pytest.mark.parametrize("rules", [{}, {"r": {"never": "u is z and v is n"}}])
def test_offers_are_the_nearest_packages_that_all_who_are_asked_would_sign(
    exclusive: str, rules: Sketch
) -> None:
    """Each package is put beside the deal as an idea of ours, which changes nothing else."""
    sketch = waiting_sketch(
        "abc", issues=THREE, tables={"talks": table("a", "b", "c", exclusive=exclusive)},
        judgements=VIEWS, rules=rules,
    )  # fmt: skip
    found = deal_of(quick(case_of(sketch), **SHORT))
    assert found.holdouts == ("b",)
    suits: dict[int, list[dict[str, str]]] = {}
    for x, u, v in itertools.product("ny", "nyz", "ny"):
        says = {k: o for k, o in (("x", x), ("u", u), ("v", v)) if o != "n"}
        if not says or (rules and (u, v) == ("z", "n")):
            continue
        ours = {"title": "Ours", "table": "talks", "says": says, "our_idea": True}
        deals = sketch["deals"] | {"ours": ours}
        beside = deal_of(quick(case_of(sketch | {"deals": deals}), **SHORT), "ours")
        if beside.verdict is Verdict.YES:
            changed = {
                k: o for k, o in (("x", x), ("u", u), ("v", v)) if o != ("y" if k == "x" else "n")
            }
            suits.setdefault(len(changed), []).append(changed)
    assert bool(suits) is not bool(rules)
    nearest = suits[min(suits)] if suits else []
    assert {} not in nearest
    assert found.n_offers == len(nearest)
    assert len(found.offers) == min(3, len(nearest))
    assert all(offer in nearest for offer in changes(found))


def test_a_deal_that_all_would_sign_needs_no_change() -> None:
    deal = deal_of(answer_of(issues=THREE))
    assert (changes(deal), deal.n_offers) == ([{}], 1)


def test_a_deal_of_the_same_terms_that_lasts_is_no_offer_in_its_place() -> None:
    """Two deals say the same, and only one of them may be broken."""
    twin = {"title": "Twin", "table": "talks", "says": {"x": "y"}}
    broken = {"deal": "yes", "who": "b", "could": "end it", "within": "1 to 2 days",
              "assumption": OURS, "then": "talks end"}  # fmt: skip
    sketch = waiting_sketch(breakers=[broken])
    sketch["deals"] = {"twin": twin} | sketch["deals"]
    deal = deal_of(quick(case_of(sketch)))
    assert deal.holdouts == ("a", "b")
    assert changes(deal) == []
    assert changes(deal_of(quick(case_of(sketch)), "twin")) == [{}]


def test_no_offers_where_a_deal_asks_others_than_its_table_or_is_on_none() -> None:
    deals = {"yes": {"title": "Yes", "table": "talks", "says": {"x": "y"}, "must_agree": ["b"]}}
    views = {"a": likes("x is y"), "b": likes("x is n", "u is y")}
    answer = answer_of(issues={"x": issue(), "u": issue()}, deals=deals, judgements=views)
    assert (deal_of(answer).offers, deal_of(answer).holdouts) == ((), ("b",))
    doers = {"x": issue("No", {"says": "Yes.", "done_by": ["b"]}), "u": issue()}
    lone = {"yes": {"title": "Yes", "says": {"x": "y"}}}
    assert deal_of(answer_of(issues=doers, deals=lone, judgements=views)).offers == ()


def test_enough_of_those_counted_are_enough_for_an_offer() -> None:
    tables = {"talks": table("a", "b", "c", must_agree=[],
                             enough={"at_least": 2, "of": ["a", "b", "c"]})}  # fmt: skip
    views = {"a": likes("x is y"), "b": likes("x is n", "u is y"), "c": likes("x is n")}
    answer = answer_of("abc", issues={"x": issue(), "u": issue()}, tables=tables, judgements=views)
    assert deal_of(answer).holdouts == ("b", "c")
    assert {} not in changes(deal_of(answer))
    assert {"x": "n", "u": "y"} in changes(deal_of(answer))


def test_the_search_for_offers_ends_and_says_so() -> None:
    many = {"x": issue()} | {f"i{k}": issue() for k in range(7)}
    nothing = " and ".join(f"{name} is n" for name in many)
    views = {"a": likes("x is y"), "b": likes(nothing)}
    answer = answer_of(issues=many, judgements=views)
    assert deal_of(answer).offers == ()
    (note,) = answer.notes
    assert note == "what would beat waiting was looked for in 60 packages nearest to “Yes”"


# --- our own ideas -------------------------------------------------------------------------------


def test_our_own_idea_is_measured_and_said_how_it_would_go_if_it_were_tabled() -> None:
    ours = {"title": "Ours", "table": "talks", "says": {"x": "y"}}
    views = {"a": likes("x is y"), "b": likes("x is y", "u is y")}
    base: dict[str, Any] = {"issues": {"x": issue(), "u": issue()}, "judgements": views}
    deals = {"yes": {"title": "Yes", "table": "talks", "says": {"u": "y"}}}
    idea = answer_of(**base, deals=deals | {"ours": ours | {"our_idea": True}})
    stated = answer_of(**base, deals=deals | {"ours": ours})
    assert [w.name for w in idea.ways if w.kind == "deal"] == ["yes"]
    would = deal_of(idea, "ours").if_tabled
    assert would is not None
    way = next(w for w in stated.ways if w.name == "ours")
    assert would.agreed == pytest.approx(way.chance.middle[-1])
    assert deal_of(stated, "ours").if_tabled is None
    assert deal_of(idea).if_tabled is None
    # and with everything tabled, it is among what may be agreed
    case = waiting_case(**base, deals=deals | {"ours": ours | {"our_idea": True}})
    every = analyse_wait(case, exact(tabled="all"))
    assert deal_of(every, "ours").if_tabled is None
    assert "ours" in [w.name for w in every.ways]


# --- draws ---------------------------------------------------------------------------------------


def test_the_share_of_worlds_in_which_it_would_be_signed() -> None:
    """It is as likely as not that today is worth more to Ann than the deal, and it is so evenly."""
    views = {"a": points({"x": {"n": "0 to 2", "y": 1}}), "b": likes("x is y")}
    tables = {"talks": table("a", "b", meets="0 times a week")}
    case = waiting_case(judgements=views, tables=tables, issues={"x": issue(), "u": issue()})
    answer = analyse_wait(case, exact(draws=400, **SHORT))
    (ann, ben) = deal_of(answer).parties
    assert (ann.gain, ann.verdict) == (0, Verdict.YES)
    assert ann.share == pytest.approx(0.5, abs=0.08)
    assert ben.share == 1
    assert deal_of(answer).share == ann.share
    assert ann.over_time.low[0] < 0 < ann.over_time.high[0]
    assert np.isnan(deal_of(quick(case, **SHORT)).share)


# --- ripeness ------------------------------------------------------------------------------------


def test_time_hurts_who_has_something_to_lose_and_a_way_out_suits_all_whom_it_needs() -> None:
    falls = {"what": "It falls", "half_likely_by": "60 days", "assumption": OURS,
             "then": {"title": "It has fallen", "ends_as": {"u": "y"}}}  # fmt: skip
    tables = {"talks": table("a", "b", scope=["x"])}
    both = {"x": issue(), "u": issue()}
    views = {"a": likes("u is n", "x is y"), "b": likes("u is y", "x is y")}
    answer = answer_of(issues=both, tables=tables, clocks={"k": falls}, judgements=views)
    first = {str(r.party): r for r in answer.ripeness if r.period == 0}
    assert first["a"].drift < -1000
    assert first["b"].drift > 1000
    assert all(r.way_out and r.in_office for r in first.values())
    assert len({r.period for r in answer.ripeness}) == 7
    hates = views | {"b": likes("u is y", "x is n")}
    answer = answer_of(issues=both, tables=tables, clocks={"k": falls}, judgements=hates)
    assert not any(r.way_out for r in answer.ripeness)


def test_a_cost_of_waiting_hurts_and_is_no_gain_where_it_has_ended_already() -> None:
    views = {p: likes("x is y", waiting_costs="high") for p in "ab"}
    forever = 1 / (1 - 0.9 ** (1 / 365.25))
    hurt = answer_of(judgements=views).ripeness[0].drift
    assert hurt == pytest.approx(-0.3 * forever)
    over = {"what": "It fell", "on": "2020-04-01", "assumption": OURS,
            "then": {"title": "It has fallen", "ends_as": {"u": "y"}}}  # fmt: skip
    both = {"x": issue(), "u": issue()}
    tables = {"talks": table("a", "b", scope=["x"])}
    answer = answer_of(issues=both, tables=tables, clocks={"k": over}, judgements=views)
    assert {r.drift for r in answer.ripeness} == {0}
