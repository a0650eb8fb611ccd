"""Who gains by waiting, in cases whose answers can be worked out by hand."""

from __future__ import annotations

import math
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

from detente.analysis import DealWaiting, DriverKind, WaitAnswer, Window, analyse_wait
from detente.engines.deal_space import Verdict
from detente.model import DealId

DELTA = 0.9 ** (1 / 365.25)
"""What lies a day ahead counts so much."""

FOR_EVER = 1 / (1 - DELTA)
"""A day's worth of 1, every day from now on."""

NEVER = {"talks": table("a", "b", meets="0 times a week")}
"""A table that never meets: nobody reckons with anything that might be agreed there later."""

ALONE = {"talks": table("a", meets="0 times a week")}


def comes(**more: Any) -> Sketch:
    return {"what": "It comes.", "assumption": OURS, **more}


def brings(**sets: str) -> Sketch:
    return {"title": "It has come", "ends_as": sets}


def deal_of(answer: WaitAnswer, name: str = "yes") -> DealWaiting:
    deal = answer.deal(DealId(name))
    assert deal is not None
    return deal


def gain_of(answer: WaitAnswer, party: str = "a", deal: str = "yes") -> float:
    return next(p.gain for p in deal_of(answer, deal).parties if p.party == party)


THREE = {"x": issue("No", "Yes", "Best")}


def worth(yes: float, best: float = 1.0, **more: Any) -> Sketch:
    """Return points out of 1,000: nothing today, so much for ``yes``, so much for the best."""
    return points({"x": {"n": 0, "y": round(1000 * yes), "z": round(1000 * best)}}, **more)


# --- waiting alone --------------------------------------------------------------------------


def test_with_nothing_to_wait_for_a_gain_is_the_difference_for_ever() -> None:
    answer = answer_of("a", issues=THREE, tables=ALONE, judgements={"a": worth(0.25)})
    assert gain_of(answer) == pytest.approx(0.25 * FOR_EVER)
    assert deal_of(answer).verdict is Verdict.YES


def test_waiting_for_an_event_that_may_come_any_day() -> None:
    """W = d (1 - q) W + d q E, where q is the chance of a day: so W is known exactly."""
    median, yes = 60.0, 0.4
    strikes = comes(half_likely_by=f"{median:g} days", then=brings(x="z"))
    answer = answer_of(
        "a", issues=THREE, tables=ALONE, judgements={"a": worth(yes)}, clocks={"k": strikes}
    )
    q = 1 - 2 ** (-1 / median)
    waiting = DELTA * q * FOR_EVER / (1 - DELTA * (1 - q))
    signing = DELTA * q * FOR_EVER / (1 - DELTA * (1 - q)) + yes / (1 - DELTA * (1 - q))
    # the event comes under the deal as well: signing adds what the deal is worth until then
    assert gain_of(answer) == pytest.approx(signing - waiting)


def test_a_deal_may_stop_a_clock() -> None:
    median, yes = 60.0, 0.4
    strikes = comes(half_likely_by=f"{median:g} days", only_while="x is n", then=brings(x="z"))
    answer = answer_of(
        "a", issues=THREE, tables=ALONE, judgements={"a": worth(yes)}, clocks={"k": strikes}
    )
    q = 1 - 2 ** (-1 / median)
    waiting = DELTA * q * FOR_EVER / (1 - DELTA * (1 - q))
    assert gain_of(answer) == pytest.approx(yes * FOR_EVER - waiting)
    party = deal_of(answer).parties[0]
    assert party.verdict is Verdict.NO
    (driver,) = party.drivers
    assert (driver.kind, driver.name, driver.turns) == (DriverKind.CLOCK, "k", True)
    assert driver.gain == pytest.approx(yes * FOR_EVER)
    assert party.against == "k"


def test_a_dated_event_and_the_day_on_which_the_deal_stops_being_better() -> None:
    """Signing is worth 0.995 for ever, waiting 1 from day 40 on: they cross 17.4 days before."""
    on = comes(on="2020-06-10", only_while="x is n", then=brings(x="z"))
    answer = answer_of(
        "a", issues=THREE, tables=ALONE, judgements={"a": worth(0.995)}, clocks={"k": on}
    )
    deal = deal_of(answer)
    fan = deal.parties[0].over_time.middle
    days = np.arange(40)
    assert fan[:40] == pytest.approx((0.995 - DELTA ** (40.0 - days)) * FOR_EVER)
    last = 40 - math.ceil(math.log(0.995) / math.log(DELTA))
    assert deal.windows == deal.parties[0].windows == (Window(0, last),)
    assert last == 22
    # from then on the event has settled the issue: there is nothing left to sign
    assert deal.can_be_signed == (Window(0, 39),)
    assert np.isnan(fan[40:]).all()
    assert answer.events == ((40, "k", "It comes."),)


def test_costs_of_waiting_count_until_something_is_signed_or_over() -> None:
    costly = {"a": worth(0.25, waiting_costs="70 points a week")}
    answer = answer_of("a", issues=THREE, tables=ALONE, judgements=costly)
    assert gain_of(answer) == pytest.approx((0.25 + 0.01) * FOR_EVER)
    on = comes(on="2020-06-10", then=brings(x="z"))
    answer = answer_of("a", issues=THREE, tables=ALONE, judgements=costly, clocks={"k": on})
    until = (1 - DELTA**40) * FOR_EVER
    assert gain_of(answer) == pytest.approx((0.25 + 0.01) * until)


def test_words_for_costs_of_waiting_and_points_where_there_are_none() -> None:
    def gain(cost: str, view: Sketch) -> float:
        one = {"a": view | {"waiting_costs": cost}}
        return gain_of(answer_of("a", tables=ALONE, judgements=one))

    assert gain("none", likes("x is y")) == pytest.approx(FOR_EVER)
    assert gain("high", likes("x is y")) == pytest.approx(1.3 * FOR_EVER)
    # points mean nothing beside wants that have none
    assert gain("2 points a week", likes("x is y")) == pytest.approx(FOR_EVER)
    one = {"a": likes("x is y", waiting_costs="2 points a week")}
    answer = answer_of("a", tables=ALONE, judgements=one)
    (assumed,) = (a.words for a in answer.assumed if a.what == "waiting costs of Ann")
    assert assumed == "none, since “2 points a week” cannot be compared with what it wants"


def test_a_deal_that_is_broken_is_worth_what_it_is_until_then() -> None:
    """Broken with chance h a day: S = v + d ((1 - h) S + h W), W = 0; and for ever if never."""
    breaker: Sketch = {"deal": "yes", "who": "a", "could": "end it", "assumption": OURS}
    one = {"issues": THREE, "tables": ALONE, "judgements": {"a": worth(0.25)}}
    answer = answer_of("a", **one, breakers=[breaker | {"within": "30 days"}])
    h = 1 - 2 ** (-1 / 30)
    assert gain_of(answer) == pytest.approx(0.25 / (1 - DELTA * (1 - h)))
    assert deal_of(answer).has_breakers
    assert not deal_of(answer).unstated
    driver = next(d for d in deal_of(answer).parties[0].drivers if d.name == "breakers")
    assert driver.gain == pytest.approx(0.25 * FOR_EVER)
    unsaid = answer_of("a", **one, breakers=[breaker])
    assert gain_of(unsaid) == pytest.approx(0.25 * FOR_EVER)
    assert deal_of(unsaid).unstated == ("a",)


def test_who_would_wait_if_the_deal_were_broken_at_once_or_never() -> None:
    """What cannot be undone stays: broken at once the deal is worse than nothing to Ann."""
    issues = {"x": issue("No", {"says": "Yes.", "irreversible": True}), "u": issue()}
    says = {"x": "y", "u": "y"}
    answer = answer_of(
        "a", issues=issues, tables=ALONE, judgements={"a": likes("u is y", "x is n")},
        deals={"yes": {"title": "Yes", "table": "talks", "says": says}},
        breakers=[{"deal": "yes", "who": "a", "could": "end it", "sets": {"u": "n"},
                   "within": "60 days", "assumption": OURS}],
    )  # fmt: skip
    deal = deal_of(answer)
    assert (deal.if_kept, deal.if_broken) == ((), ("a",))


def test_a_private_gain_counts_once_at_signing() -> None:
    deal = {"title": "Yes", "table": "talks", "says": {"x": "y"}}
    paid = deal | {"private_gain": {"a": {"says": "A reward.", "worth": "10 to 30 days"}}}
    views = {"a": likes("x is n"), "b": likes("x is y")}
    without = answer_of(tables=NEVER, judgements=views, deals={"yes": deal})
    with_it = answer_of(tables=NEVER, judgements=views, deals={"yes": paid})
    assert gain_of(with_it) - gain_of(without) == pytest.approx(20.0)
    assert gain_of(with_it, "b") == pytest.approx(gain_of(without, "b"))


# --- two parties ----------------------------------------------------------------------------


def test_two_parties_over_two_days() -> None:
    """The second day is the last meeting; then things stay as they are. All of it by hand."""
    views = {"a": worth(0.25), "b": points({"x": {"n": 900, "y": 1000, "z": 0}})}
    answer = quick(
        waiting_case(issues=THREE, judgements=views, tables={"talks": table("a", "b", meets="daily")}),
        until=date(2020, 5, 3),
    )  # fmt: skip
    day = {"a": (0.0, 0.25), "b": (0.9, 1.0)}
    last = {p: (deal - today) * FOR_EVER for p, (today, deal) in day.items()}  # S - C at the end
    floor = (1 - math.exp(-1)) / 2
    says_yes = {p: 1 / (1 + math.exp(-g / 5)) for p, g in last.items()}
    for party, other in (("a", "b"), ("b", "a")):
        # with either of them having the floor, the deal comes if the one who is asked consents
        comes_up = floor * says_yes[other] + floor * says_yes[party]
        gain = day[party][1] - day[party][0] + DELTA * (1 - comes_up) * last[party]
        assert gain_of(answer, party) == pytest.approx(gain)
    way = next(w for w in answer.ways if w.kind == "deal")
    first = {p: gain_of(answer, p) for p in day}
    agreed = floor * sum(1 / (1 + math.exp(-g / 5)) for g in first.values())
    after = agreed + (1 - agreed) * floor * sum(says_yes.values())
    assert way.chance.middle == pytest.approx([0, agreed, after])


def test_whom_a_deal_leaves_as_it_is_never_holds_out() -> None:
    """Equal is enough: no rounding decides, whatever clocks a deal stops."""
    issues = {"x": issue(), "u": issue("No", "Yes", "Maybe"), "v": issue()}
    for median in (7, 11, 23, 47, 71):
        stopped = comes(half_likely_by=f"{median} days", only_while="x is n", then=brings(v="y"))
        answer = answer_of(
            issues=issues, clocks={"k": stopped},
            judgements={"a": likes("x is y"), "b": points({"u": {"n": 3, "y": 10, "z": 0}})},
            breakers=[{"deal": "yes", "who": "a", "could": "end it", "within": "30 days",
                       "assumption": OURS}],
        )  # fmt: skip
        assert gain_of(answer, "b") == 0
        assert not deal_of(answer).holdouts
        assert deal_of(answer).windows == (Window(0, None),)
        assert {r.drift for r in answer.ripeness if r.party == "b"} == {0}


def test_another_deal_may_be_what_is_waited_for() -> None:
    tables = {"talks": table("a", "b", scope=["x"]), "other": table("a", "b", scope=["u"])}
    deals = {
        "yes": {"title": "Yes", "table": "talks", "says": {"x": "y"}},
        "more": {"title": "More", "table": "other", "says": {"u": "y"}},
    }
    case = waiting_sketch(
        issues={"x": issue(), "u": issue()}, tables=tables, deals=deals,
        judgements={"a": likes("x is y", "u is y"), "b": likes("u is y", "x is y")},
    )  # fmt: skip
    answer = quick(case_of(case))
    ben = next(p for p in deal_of(answer).parties if p.party == "b")
    (driver,) = (d for d in ben.drivers if d.turns)
    assert (driver.kind, driver.name, ben.against) == (DriverKind.DEAL, "more", "more")
    # without it the table is still there and takes its turns, and nothing is tabled
    alone = quick(case_of(case | {"deals": deals | {"more": deals["more"] | {"our_idea": True}}}))
    ours = deal_of(alone, "more")
    assert ours.if_tabled is None  # a table without any stated deal has all of its packages
    assert driver.gain > 0


# --- searching for turning points -----------------------------------------------------------


def test_the_median_at_which_somebody_turns() -> None:
    """v = d q / (1 - d (1 - q)) where waiting for the event is worth as much as the deal."""
    yes = 0.9
    for low, high in ((100, 600), (100, 200)):
        strikes = comes(
            half_likely_between=f"{low} to {high} days", only_while="x is n", then=brings(x="z")
        )
        answer = answer_of(
            "a", issues=THREE, tables=ALONE, judgements={"a": worth(yes)}, clocks={"k": strikes}
        )
        step = DELTA**answer.step
        q = yes * (1 - step) / (step * (1 - yes))
        turning = answer.step * math.log(2) / -math.log1p(-q)
        (sweep,) = answer.sweeps
        inside = low < turning < high
        found = sweep.turns if inside else sweep.beyond
        assert not (sweep.beyond if inside else sweep.turns)
        (at,) = (median for _, median in found)
        assert at == pytest.approx(turning, abs=1e-3 * (high - low if inside else 64 * high))
        q_low = 1 - 2 ** (-answer.step / low)
        waiting = step * q_low / (1 - step * (1 - q_low))
        assert sweep.gains[0, 0] == pytest.approx((yes - waiting) * answer.step / (1 - step))


def test_the_belief_at_which_waiting_and_signing_are_the_same() -> None:
    """On day 40 a table may open where the best is signed at once: worth its chance, discounted."""
    yes = 0.5
    tables = ALONE | {"other": table("a", meets="1000 times a day")}
    deals = {
        "yes": {"title": "Yes", "table": "talks", "says": {"x": "y"}},
        "best": {"title": "Best", "table": "other", "says": {"x": "z"}},
    }
    sketch = waiting_sketch(
        "a", issues=THREE, tables=tables, deals=deals,
        clocks={"k": comes(on="2020-06-10", then={"perhaps": {"luck": {"opens": "other"}}})},
        chances={"luck": {"what": "They meet", "likelihood": "10 to 30%", "assumption": OURS}},
        judgements={"a": worth(yes, believes={"luck": "60 to 90%"})},
    )  # fmt: skip
    answer = quick(case_of(sketch))
    (found,) = (b for b in answer.break_evens if b.deal == "yes")
    (at,) = found.at
    assert at == pytest.approx(yes / DELTA**40, abs=1e-3)
    assert (found.waits_above, found.waits_now) == (True, True)
    assert found.stated == (0.6, 0.9)
    # the analyst's chance decides how it goes, not what the party does
    best = next(w for w in answer.ways if w.name == "best")
    assert best.chance.middle[-1] == pytest.approx(0.2)
    luck = next(d for d in deal_of(answer).parties[0].drivers if d.name == "luck")
    assert luck.turns
    assert luck.gain == pytest.approx(yes * FOR_EVER)


def test_a_party_without_a_chance_of_its_own_is_taken_to_have_ours() -> None:
    then = {"perhaps": {"p": {"closes": "talks"}, "q": {"closes": "talks"}}}
    answer = answer_of(
        clocks={"k": comes(on="2020-06-01", then=then)},
        chances={
            "p": {"what": "P", "likelihood": "50%", "assumption": OURS},
            "q": {"what": "Q", "likelihood": "20 to 30%", "assumption": OURS},
        },
        judgements={"a": likes("x is y", believes={"p": "20%"}), "b": likes("x is y")},
    )
    stated = {(b.party, b.chance): b.stated for b in answer.break_evens}
    assert stated == {("a", "p"): (0.2, 0.2), ("a", "q"): (0.2, 0.3)}


def test_a_chance_that_follows_two_clocks_is_one_question() -> None:
    perhaps = {"perhaps": {"luck": {"closes": "talks"}}}
    answer = answer_of(
        clocks={"j": comes(on="2020-06-01", then=perhaps),
                "k": comes(half_likely_by="20 days", then=perhaps)},
        chances={"luck": {"what": "Luck", "likelihood": "50%", "assumption": OURS}},
    )  # fmt: skip
    names = [d.name for d in deal_of(answer).parties[0].drivers]
    assert len(names) == len(set(names))
    assert "luck" in names


def test_what_turns_is_what_the_game_without_it_turns() -> None:
    """A driver's gain is the gain in the same case with that clock left out."""
    clocks = {
        "j": comes(half_likely_by="60 days", only_while="x is n", then=brings(x="z")),
        "k": comes(on="2020-07-01", only_while="x is n", then=brings(x="z")),
    }
    one: dict[str, Any] = {"issues": THREE, "judgements": {"a": worth(0.9), "b": likes("x is y")}}
    until = date(2020, 9, 1)
    answer = quick(waiting_case(clocks=clocks, **one), until=until)
    for party in deal_of(answer).parties:
        for driver in party.drivers:
            if driver.kind is DriverKind.CLOCK:
                rest = {k: v for k, v in clocks.items() if k != driver.name}
                without = quick(waiting_case(clocks=rest, **one), until=until)
                gain = gain_of(without, party.party)
                assert driver.gain == pytest.approx(gain)
                assert driver.turns is ((gain >= 0) is not (party.gain >= 0))


@pytest.mark.parametrize("opens", [{}, {"opens": "2020-05-09"}])
def test_halving_is_what_half_the_step_changes(opens: Sketch) -> None:
    case = waiting_case(
        clocks={"k": comes(half_likely_by="20 days", then=brings(x="y"))},
        tables={"talks": table("a", "b", **opens)},
    )
    whole, half = (quick(case, step=s, until=date(2020, 6, 10)) for s in (4.0, 2.0))
    assert whole.halving == pytest.approx(
        max(abs(gain_of(whole, p) - gain_of(half, p)) for p in "ab")
    )
    assert not whole.halving_turns


def test_the_same_answer_twice_and_row_0_is_the_answer_without_draws() -> None:
    case = waiting_case(
        clocks={"k": comes(half_likely_between="20 to 60 days", then=brings(x="y"))}
    )
    short = {"until": date(2020, 6, 10)}
    first, again = (analyse_wait(case, exact(draws=4, **short)) for _ in range(2))
    alone = analyse_wait(case, exact(**short))
    other = analyse_wait(case, exact(draws=4, seed=7, **short))
    for party in "ab":
        assert gain_of(first, party) == gain_of(again, party) == gain_of(alone, party)
    for one, two, three in zip(first.ways, again.ways, alone.ways, strict=True):
        assert np.array_equal(one.chance.low, two.chance.low)
        assert np.allclose(one.chance.middle, three.chance.middle, rtol=0, atol=1e-12)
    assert not np.array_equal(first.ways[0].chance.low, other.ways[0].chance.low)
