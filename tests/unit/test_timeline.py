"""Clocks and dates as worlds: what has struck when, what is open, who sits in whose place."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from small_waiting_cases import (
    OURS,
    Sketch,
    exact,
    issue,
    likes,
    quick,
    table,
    waiting_case,
)

from detente.analysis import analyse, analyse_wait
from detente.analysis.reckoning import Draws, Reckoning
from detente.analysis.timeline import MOST_WORLDS, Timeline, World, median_span
from detente.errors import SpaceTooLargeError
from detente.ledger import PartyId
from detente.model import Case, ClockId


def timeline_of(case: Case, **changed: Any) -> Timeline:
    reckoning = exact(**changed)
    return Timeline.of(case, reckoning, Draws(reckoning.draws, reckoning.seed))


def comes(**more: Any) -> Sketch:
    return {"what": "It comes.", "assumption": OURS, **more}


def luck(chance: str) -> Sketch:
    return {"luck": {"what": "Luck", "likelihood": chance, "assumption": OURS}}


def states(timeline: Timeline) -> list[tuple[int, ...]]:
    return [timeline.states[w] for w in timeline.along]


def world(timeline: Timeline, *state: int) -> World:
    return timeline.worlds[timeline.states.index(state)]


# --- when --------------------------------------------------------------------------------------


def test_dates_are_past_ahead_or_beyond() -> None:
    days = {"past": "2020-04-01", "today": "2020-05-01", "soon": "2020-05-06", "late": "2020-07-01"}
    clocks = {f"k_{name}": comes(on=day) for name, day in days.items()}
    timeline = timeline_of(waiting_case(clocks=clocks), until=date(2020, 6, 1))
    assert [t.name for t in timeline.past] == ["k_past", "k_today"]
    assert [t.name for t in timeline.ahead] == ["k_soon"]
    assert [t.name for t in timeline.beyond] == ["k_late"]
    assert timeline.states[timeline.start] == (1, 1, 0, 0)
    assert timeline.n_periods == 31
    assert states(timeline)[4:6] == [(1, 1, 0, 0), (1, 1, 1, 0)]
    assert timeline.day_of(5) == date(2020, 5, 6)


def test_a_date_counts_from_the_first_period_that_begins_on_it_or_after() -> None:
    clocks = {f"k{day}": comes(on=f"2020-05-0{day + 1}") for day in (1, 2, 3, 4, 5)}
    timeline = timeline_of(waiting_case(clocks=clocks), step=2.0, until=date(2020, 5, 6))
    assert timeline.n_periods == 3  # the fifth day ends in the third period
    assert [timeline.period_of(t) for t in timeline.ticks] == [1, 1, 2, 2, 3]
    assert not timeline.beyond


def test_a_date_within_the_last_period_is_not_said_to_be_beyond_it() -> None:
    """The last day is 61 days away, and the 31st period of two days ends a day later."""
    case = waiting_case(clocks={"k": comes(on="2020-07-02")})
    answer = quick(case, step=2.0, until=date(2020, 7, 1))
    assert answer.events == ((31, "k", "It comes."),)
    assert not answer.notes


def test_what_lies_beyond_is_told_in_words() -> None:
    case = waiting_case(
        tables={"talks": table("a", "b", opens="2021-05-01")},
        clocks={"k": comes(on="2021-06-01")},
        judgements={p: likes("x is y", time_left="3 years") for p in "ab"},
    )
    answer = quick(case, until=date(2020, 6, 1))
    assert answer.notes == (
        "“It comes” lies beyond the last day",
        "“Talks: they open” lies beyond the last day",
        "“The time of Ann is up” lies beyond the last day",
        "“The time of Ben is up” lies beyond the last day",
    )


def test_what_a_clock_changes_in_entries_is_said_not_to_be_reckoned_with() -> None:
    change = {"sets": {"talks.closes": "2020-06-01"}}
    case = waiting_case(clocks={"k": comes(half_likely_by="20 days", then=change)})
    answer = quick(case)
    assert answer.notes == ("what “It comes” changes in entries of the case is not reckoned with",)
    plain = quick(waiting_case())
    assert answer.deals[0].parties[0].gain == pytest.approx(plain.deals[0].parties[0].gain)


@pytest.mark.parametrize(
    ("clock", "horizon", "step"),
    [
        ({"half_likely_by": "20 days"}, 180, 1),
        ({"half_likely_by": "100 days"}, 300, 1),
        ({"half_likely_by": "10 months"}, 914, 7),
        ({"half_likely_by": "5 years"}, 1098, 7),
        ({"likely_by": {"10%": "20 days", "90%": "300 days"}}, 450, 2),
        ({"on": "2020-12-27"}, 300, 1),
        ({"on": "2019-12-27"}, 180, 1),
        ({"on": "2025-12-27"}, 1098, 7),
    ],
)
def test_the_horizon_reaches_beyond_the_clocks_in_at_most_400_steps(
    clock: Sketch, horizon: float, step: float
) -> None:
    timeline = timeline_of(waiting_case(clocks={"k": comes(**clock)}))
    assert (timeline.horizon, timeline.step) == (horizon, step)


def test_the_median_of_a_clock_and_our_own_doubt_about_it() -> None:
    def span(**stated: str) -> tuple[float, float, float]:
        found = median_span(waiting_case(clocks={"k": comes(**stated)}).clocks[ClockId("k")])
        return found.low, found.middle, found.high

    assert span(half_likely_by="60 days") == (60, 60, 60)
    assert span(half_likely_by="15 to 120 days") == pytest.approx((15, (15 * 120) ** 0.5, 120))
    assert span(half_likely_between="15 to 120 days") == pytest.approx((15, (15 * 120) ** 0.5, 120))
    assert span(half_likely_by="60 days", half_likely_between="15 to 120 days") == (15, 60, 120)
    assert span(on="2020-06-01") == (np.inf, np.inf, np.inf)


# --- what follows only perhaps -------------------------------------------------------------------


@pytest.mark.parametrize(("chance", "branch"), [("30%", 2), ("80%", 1), ("unknown", 1)])
@pytest.mark.parametrize("on", ["2020-04-01", "2020-05-11"])
def test_of_what_may_follow_a_date_the_likeliest_is_shown(
    chance: str, branch: int, on: str
) -> None:
    then = {"perhaps": {"luck": {"closes": "talks"}}}
    case = waiting_case(clocks={"k": comes(on=on, then=then)}, chances=luck(chance))
    timeline = timeline_of(case)
    assert states(timeline)[-1] == (branch,)
    assert ("talks" in timeline.worlds[timeline.along[-1]].open_tables) is (branch == 2)
    answer = quick(case)
    already = "“It comes” has come already; of what may follow it, the likeliest is taken to have"
    assert any(note.startswith(already) for note in answer.notes) is (on == "2020-04-01")
    if on == "2020-04-01":  # it is known to have come: nothing is left to chance
        agreed = sum(w.chance.middle[-1] for w in answer.ways if w.kind == "deal")
        assert agreed == pytest.approx(float(branch == 2), abs=1e-3)


def test_several_things_that_may_follow_hold_independently_and_in_each_ones_own_eyes() -> None:
    then = {"perhaps": {"p": {"closes": "talks"}, "q": {"opens": "talks"}}}
    chances = {name: {"what": name, "likelihood": likelihood, "assumption": OURS}
               for name, likelihood in (("p", "20%"), ("q", "50%"))}  # fmt: skip
    views = {"a": likes("x is y", believes={"p": "90%"}), "b": likes("x is y")}
    case = waiting_case(clocks={"k": comes(on="2020-06-01", then=then)}, chances=chances,
                        judgements=views)  # fmt: skip
    (tick,) = timeline_of(case).ticks
    kept = [[str(p.chance) for p in branch] for branch in tick.branches]
    assert kept == [["p", "q"], ["p"], ["q"], []]
    assert tick.chances[None][0] == pytest.approx([0.1, 0.1, 0.4, 0.4])
    assert tick.chances[PartyId("a")][0] == pytest.approx([0.45, 0.45, 0.05, 0.05])
    assert PartyId("b") not in tick.chances


# --- conditions ----------------------------------------------------------------------------------


def test_a_dated_clock_that_does_not_run_on_its_day_never_strikes() -> None:
    never = {"k": comes(on="2020-06-01", only_while="x is y", then={"closes": "talks"})}
    assert states(timeline_of(waiting_case(clocks=never)))[-1] == (0,)
    both = {"x": issue(), "u": issue()}
    settled = comes(on="2020-05-11", then={"title": "It", "ends_as": {"u": "y"}})
    stopped = comes(on="2020-06-01", only_while="u is n", then={"closes": "talks"})
    scope = {"talks": table("a", "b", scope=["x"])}
    case = waiting_case(issues=both, tables=scope, clocks={"j": settled, "k": stopped})
    assert states(timeline_of(case))[-1] == (1, 0)
    deal = quick(case).deals[0]
    assert deal.can_be_signed[0].last is None


def test_dates_on_one_day_do_not_stop_each_other() -> None:
    both = {"x": issue(), "u": issue(), "v": issue()}
    clocks = {
        name: comes(on="2020-06-01", only_while=f"{other} is n",
                    then={"title": name, "ends_as": {own: "y"}})
        for name, own, other in (("j", "u", "v"), ("k", "v", "u"))
    }  # fmt: skip
    timeline = timeline_of(waiting_case(issues=both, clocks=clocks))
    assert states(timeline)[-1] == (1, 1)


# --- what holds in a world -----------------------------------------------------------------------


def test_what_an_event_settles_is_off_every_table_that_may_settle_it() -> None:
    tables = {"talks": table("a", "b", scope=["x"]), "other": table("a", "b", scope=["x", "u"]),
              "third": table("a", "b", scope=["u"])}  # fmt: skip
    ending = comes(half_likely_by="20 days", then={"title": "It", "ends_as": {"x": "y"}})
    timeline = timeline_of(
        waiting_case(issues={"x": issue(), "u": issue()}, tables=tables, clocks={"k": ending})
    )
    before, after = timeline.worlds
    assert (dict(before.sets), before.is_ended) == ({}, False)
    assert before.open_tables == {"talks", "other", "third"}
    assert (dict(after.sets), after.is_ended) == ({"x": "y"}, True)
    assert after.open_tables == {"third"}


def test_tables_open_and_close_by_date_and_by_events() -> None:
    tables = {"talks": table("a", "b", closes="2020-05-10"),
              "other": table("a", "b", opens="2020-05-06"), "third": table("a", "b")}  # fmt: skip
    clocks = {"k": comes(on="2020-05-20", then={"opens": "third", "closes": "other"})}
    timeline = timeline_of(waiting_case(tables=tables, clocks=clocks))
    shown = {day: sorted(timeline.worlds[timeline.along[day]].open_tables) for day in range(21)}
    assert [shown[d] for d in (4, 5, 9, 10, 18, 19)] == [
        ["talks"], ["other", "talks"], ["other", "talks"], ["other"], ["other"], ["third"],
    ]  # fmt: skip


def test_a_table_that_closed_before_the_day_of_the_case_stays_closed() -> None:
    case = waiting_case(tables={"talks": table("a", "b", closes="2020-04-01")})
    answer = quick(case)
    assert answer.deals[0].can_be_signed == ()
    assert [(w.kind, w.chance.middle[-1]) for w in answer.ways] == [("open", 1.0)]


@pytest.mark.parametrize("then", [{"opens": "talks", "closes": "talks"},
                                  {"opens": "talks", "title": "It", "ends_as": {"x": "y"}}])  # fmt: skip
def test_a_table_that_can_never_open_is_no_error(then: Sketch) -> None:
    case = waiting_case(clocks={"k": comes(half_likely_by="20 days", then=then)})
    assert quick(case).deals[0].can_be_signed == ()


def test_places_are_handed_on_and_newcomers_come_only_where_they_did() -> None:
    clocks = {
        "j": comes(on="2020-06-01", then={"replaces": {"a": "c"}}),
        "k": comes(half_likely_by="20 days", then={"perhaps": {"luck": {"replaces": {"c": "d"}}}}),
    }
    views = {p: likes("x is y") for p in "abcd"}
    seats = {"talks": table("a", "b")}
    case = waiting_case("abcd", tables=seats, clocks=clocks, chances=luck("50%"), judgements=views)
    timeline = timeline_of(case)
    a, c, d = (PartyId(p) for p in "acd")
    start, one, other, both = (world(timeline, *s) for s in ((0, 0), (1, 0), (1, 2), (1, 1)))
    none: frozenset[PartyId] = frozenset()
    assert (start.in_place_of(a), start.gone, start.not_yet) == (a, none, frozenset({c, d}))
    assert (one.in_place_of(a), one.gone, one.not_yet) == (c, frozenset({a}), frozenset({d}))
    assert (other.in_place_of(a), other.gone, other.not_yet) == (c, frozenset({a}), frozenset({d}))
    assert (both.in_place_of(a), both.gone, both.not_yet) == (d, frozenset({a, c}), none)


# --- too many ------------------------------------------------------------------------------------


def test_too_many_clocks_are_refused_with_their_number() -> None:
    clocks = {f"k{n}": comes(half_likely_by="20 days") for n in range(9)}
    case = waiting_case(clocks=clocks)
    with pytest.raises(SpaceTooLargeError, match="found 512 worlds in 9 clocks and dates") as error:
        analyse_wait(case)
    assert str(MOST_WORLDS) in str(error.value)
    found = analyse(case, with_hold=False, reckoning=Reckoning(draws=0))
    assert found.wait is None
    assert found.no_wait == str(error.value)
