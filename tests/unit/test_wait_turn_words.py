"""How it may go, where it would turn and whether it is ripe: every sentence at its edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from small_waiting_cases import OURS, quick, waiting_case

from detente.analysis import BreakEven, Fan, Ripeness, Sweep, Way
from detente.ledger import ICD203, PartyId
from detente.model import DealId
from detente.reports.wait_turn_words import (
    break_even_sentence,
    ripeness_sentence,
    steady_sentence,
    sweep_sentences,
    turning_sentences,
    way_sentence,
)
from detente.reports.wait_words import chance_between


def test_ways_in_words_of_the_scale() -> None:
    case = waiting_case()
    chance = Fan(np.array([0.0, 0.5]), np.array([0.0, 0.3]), np.array([0.0, 0.4]))
    kinds = {
        "deal": "“It” has been agreed first: ",
        "other deal": "another package has been agreed first: ",
        "ending": "“It” has come, and nothing was agreed: ",
        "open": "nothing has been agreed, and no ending has come: ",
    }
    for kind, start in kinds.items():
        way = Way(kind, "k", "It", chance)
        assert way_sentence(case, way, 0).startswith(start)
        # the middle counts too, where it lies outside of what the draws spread over
        assert "30 to 50 %" in way_sentence(case, way, 1)
    assert chance_between(ICD203, 0.0, 0.0).startswith("almost no chance (0")
    assert chance_between(ICD203, 1.0, 1.0).startswith("almost certain (100")
    assert chance_between(ICD203, 0.1, 0.9).startswith("very unlikely to very likely (10 to 90 %")


def test_break_even_beliefs() -> None:
    case = waiting_case(
        chances={"luck": {"what": "Luck.", "likelihood": "50%", "assumption": OURS}}
    )
    found = BreakEven(PartyId("a"), DealId("yes"), "luck", (0.1, 0.3), (0.52,), True, False)
    taken = "to “Luck” (it is taken to give it 10 to 30 %)."
    assert break_even_sentence(case, found) == (
        f"Ann: waiting pays, against “Yes”, as long as it gives more than 52 % {taken}"
    )
    less = break_even_sentence(case, replace(found, waits_above=False))
    assert "as long as it gives less than 52 % to" in less
    both = break_even_sentence(case, replace(found, at=(0.2, 0.6), waits_above=None))
    assert f"turns where it gives 20 % and 60 % {taken}" in both
    never = break_even_sentence(case, replace(found, at=(), waits_above=None, waits_now=True))
    assert never == f"Ann: waiting pays, against “Yes”, whatever chance it gives {taken}"


def sweep(gains: list[float], turns: list[float], beyond: list[float]) -> Sweep:
    medians = np.linspace(10, 90, len(gains))
    ann = PartyId("a")
    table_ = np.array(gains)[:, None]
    return Sweep("k", DealId("yes"), medians, (ann,), table_, tuple((ann, t) for t in turns),
                 tuple((ann, t) for t in beyond))  # fmt: skip


def test_sides_change_at_each_turning_point_in_turn() -> None:
    case = waiting_case(
        clocks={"k": {"what": "It comes.", "half_likely_by": "60 days", "assumption": OURS}}
    )
    twice = sweep_sentences(case, sweep([1, -1, 1], [30, 70], []))
    assert [s.split(": ")[1] for s in twice] == [
        "below 30 days it gains by signing, above by waiting.",
        "below 70 days it gains by waiting, above by signing.",
    ]
    (nobody,) = sweep_sentences(case, sweep([1, 2, 3], [], []))
    assert nobody == (
        "Against “Yes” nobody changes sides as the time within which “It comes” is as likely as not "
        "goes from 10 to 90 days."
    )
    far = sweep_sentences(case, sweep([-3, -2, -1], [], [1234.0]))
    assert far[1] == "Ann would gain by signing only if that time were above 1,234 days."
    answer = quick(case)
    assert steady_sentence(case, answer) == ""
    still = replace(answer, sweeps=(sweep([1, 2, 3], [], []),))
    assert steady_sentence(case, still) == (
        "That stays so whether “It comes” is as likely as not within 10 days or only within 90."
    )
    turned = replace(answer, sweeps=(sweep([1, -1, 1], [30, 70], []),))
    assert steady_sentence(case, turned).count("changes sides") == 2


def test_what_turns_none_of_several_deals_is_said_once() -> None:
    luck = {"luck": {"what": "Luck.", "likelihood": "50%", "assumption": OURS}}
    clock = {"k": {"what": "It comes.", "half_likely_by": "60 days", "assumption": OURS}}
    case = waiting_case(chances=luck, clocks=clock)
    still = sweep([1, 2, 3], [], [])
    firm = BreakEven(PartyId("a"), DealId("yes"), "luck", (0.1, 0.3), (), None, True)
    turns = replace(firm, at=(0.5,), waits_above=True)
    answer = replace(
        quick(case),
        sweeps=(still, sweep([1, -1], [30], []), still),
        break_evens=(firm, turns, firm, replace(firm, waits_now=False)),
    )
    said = turning_sentences(case, answer)
    starts = (
        "Ann changes sides, against “Yes”, as the time within which “It comes”",
        "Against “Yes” or “Yes” nobody changes sides as the time",
        "Ann: waiting pays, against “Yes”, as long as",
        "Ann: waiting pays, against “Yes” and “Yes”, whatever chance",
        "Ann: signing pays, against “Yes”, whatever chance",
    )
    assert len(said) == len(starts)
    for sentence, start in zip(said, starts, strict=True):
        assert sentence.startswith(start)


def test_ripeness_in_words() -> None:
    case = waiting_case("abc")

    def ripe(*found: tuple[float, bool, bool]) -> str:
        rows = [Ripeness(PartyId(p), 0, *r) for p, r in zip("abc", found, strict=False)]
        return ripeness_sentence(case, rows)

    hurt, eased, same = (-50.0, True, True), (50.0, True, True), (0.0, True, True)
    way_out = "everybody sees a way out: a deal that would suit it and all whose consent that needs"
    assert ripe(hurt, hurt) == f"Time works against Ann and Ben; {way_out}. It is ripe."
    assert ripe(hurt, eased) == f"Time works against Ann and for Ben; {way_out}."
    assert ripe(same) == f"Time works for and against nobody; {way_out}."
    assert ripe(hurt, (-50.0, False, True)) == (
        "Time works against Ann and Ben; Ben sees no way out: no deal that would suit it and "
        "all whose consent that needs."
    )
    blind = ripe((-50.0, False, True), (-50.0, False, True))
    assert "Ann and Ben see no way out: no deal that would suit them and all" in blind
    assert ripe((-50.0, True, False)) == ripe() == ""
