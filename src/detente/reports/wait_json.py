"""Who gains by waiting, as plain data for programs: shape ``detente/wait/1``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from detente.analysis import (
    Analysis,
    DealWaiting,
    Driver,
    Fan,
    PartyWaiting,
    Sweep,
    WaitAnswer,
    Window,
)
from detente.model import Case
from detente.reports.hold_json import why_as_json
from detente.reports.hold_words import HELD_WORDS
from detente.reports.wait_words import (
    wait_answer_basis,
    wait_answer_sentence,
    wait_sentence,
)

__all__ = ["wait_as_json"]

Json = dict[str, Any]
DIGITS = 6


def wait_as_json(analysis: Analysis, answer: WaitAnswer) -> Json:
    """Return the answer to "who gains by waiting?" as data, with what each gain turns on."""
    case = analysis.case
    return {
        "schema": "detente/wait/1",
        "negotiation": case.title,
        "as_of": str(case.as_of),
        "answer": wait_answer_sentence(case, answer),
        "rests_on": list(wait_answer_basis(case, answer)),
        "days_per_period": answer.step,
        "dates": [answer.day_of(period).isoformat() for period in range(answer.n_periods + 1)],
        "n_worlds_drawn": answer.n_draws,
        "seed": answer.seed,
        "deals": [_deal(case, answer, deal) for deal in answer.deals],
        "ways": [
            {"kind": way.kind, "name": way.name or None, "title": way.title, "chance": _fan(way.chance)}
            for way in answer.ways
        ],
        "events": [
            {"date": answer.day_of(period).isoformat(), "name": name, "what": what}
            for period, name, what in answer.events
        ],
        "clocks_of_chance": [
            {"name": name, "what": what, "median_days": {"low": _n(low), "middle": _n(mid), "high": _n(high)}}
            for name, what, low, mid, high in answer.medians
        ],
        "break_evens": [
            {
                "party": b.party, "deal": b.deal, "chance": b.chance, "stated": list(b.stated),
                "at": [_n(v) for v in b.at], "waits_above": b.waits_above, "waits_now": b.waits_now,
            }
            for b in answer.break_evens
        ],
        "sweeps": [_sweep(sweep) for sweep in answer.sweeps],
        "ripeness": [
            {
                "party": r.party, "date": answer.day_of(r.period).isoformat(), "drift": _n(r.drift),
                "time_hurts": r.drift < 0, "sees_a_way_out": r.way_out, "in_office": r.in_office,
            }
            for r in answer.ripeness
        ],
        "halving_the_period": {
            "largest_change": _n(answer.halving),
            "turns": [{"party": p, "deal": d} for p, d in answer.halving_turns],
        },
        "assumed": [{"what": a.what, "taken": a.words} for a in answer.assumed],
        "notes": list(answer.notes),
        "not_every_package_at": list(answer.narrowed),
        "method": answer.method,
    }  # fmt: skip


def _deal(case: Case, answer: WaitAnswer, deal: DealWaiting) -> Json:
    return {
        "deal": deal.deal,
        "sentence": wait_sentence(case, answer, deal),
        "everybody_would_sign": HELD_WORDS[deal.verdict],
        "not_known_of": list(deal.unknown),
        "hold_out": list(deal.holdouts),
        "share_of_worlds": _n(deal.share),
        "can_be_signed": _windows(answer, deal.can_be_signed),
        "everybody_would_sign_on": _windows(answer, deal.windows),
        "parties": [_party(answer, party) for party in deal.parties],
        "would_beat_waiting": [
            [{"issue": i, "before": before, "after": after} for i, before, after in offer.changes]
            for offer in deal.offers
        ],
        "n_would_beat_waiting": deal.n_offers,
        "n_packages_looked_at": deal.n_looked_at,
        "can_be_broken": deal.has_breakers,
        "would_wait_if_never_broken": list(deal.if_kept),
        "would_wait_if_broken_at_once": list(deal.if_broken),
        "how_soon_not_said_of": list(deal.unstated),
        "chance_agreed_if_tabled": None if deal.if_tabled is None else _n(deal.if_tabled.agreed),
    }


def _party(answer: WaitAnswer, party: PartyWaiting) -> Json:
    return {
        "party": party.party,
        "is_asked": party.is_asked,
        "red_line": party.red_line,
        "would_sign": party.verdict.name.lower(),
        "gain": _n(party.gain),
        "share_of_worlds": _n(party.share),
        "would_sign_on": _windows(answer, party.windows),
        "over_time": _fan(party.over_time),
        "turns_on": [_driver(driver) for driver in party.drivers],
        "compared_with": party.against,
        "because": why_as_json(party.why),
    }


def _driver(driver: Driver) -> Json:
    return {
        "kind": driver.kind.value,
        "name": driver.name,
        "gain_without_it": _n(driver.gain),
        "turns": driver.turns,
        "rests_on": list(driver.claims),
    }


def _sweep(sweep: Sweep) -> Json:
    return {
        "clock": sweep.clock,
        "deal": sweep.deal,
        "median_days": [_n(m) for m in sweep.medians],
        "parties": list(sweep.parties),
        "gains": [[_n(g) for g in row] for row in sweep.gains.tolist()],
        "turns": [{"party": p, "median_days": _n(m)} for p, m in sweep.turns],
        "turns_beyond": [{"party": p, "median_days": _n(m)} for p, m in sweep.beyond],
    }


def _windows(answer: WaitAnswer, windows: Sequence[Window]) -> list[Json]:
    return [
        {
            "first": answer.day_of(w.first).isoformat(),
            "last": None if w.last is None else answer.day_of(w.last).isoformat(),
        }
        for w in windows
    ]


def _fan(fan: Fan) -> Json:
    return {
        "low": [_n(v) for v in fan.low.tolist()],
        "middle": [_n(v) for v in fan.middle.tolist()],
        "high": [_n(v) for v in fan.high.tolist()],
    }


def _n(value: float) -> float | None:
    """Round what is a number; what is none is null."""
    number = float(value)
    return round(number, DIGITS) if math.isfinite(number) else None
