"""Who gains by waiting? Each deal against waiting, how it may go, and on what it turns."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
from markupsafe import Markup

from detente.analysis import Analysis, DealWaiting, PartyWaiting, WaitAnswer
from detente.engines.deal_space import Verdict
from detente.model import Case
from detente.reports.charts import svg_of
from detente.reports.section import Section
from detente.reports.sections.matrix import TINTS
from detente.reports.wait_pictures import gains_spec, ways_spec
from detente.reports.wait_turn_words import (
    HOW_CHANCES_READ,
    WHEN_RIPE,
    ripeness_sentence,
    steady_sentence,
    turning_sentences,
)
from detente.reports.wait_words import (
    UNIT_EXPLAINED,
    breaking_sentences,
    chance_between,
    day_words,
    driver_sentence,
    drivers_that_matter,
    gain_words,
    offer_sentence,
    party_sentence,
    short_day,
    signable_sentence,
    tabled_sentence,
    wait_answer_basis,
    wait_answer_sentence,
    wait_sentence,
    window_words,
)

__all__ = ["wait"]

MINUS = "\u2212"
SIGNS = {
    Verdict.YES: ("+", "signs"),
    Verdict.NO: (MINUS, "waits"),
    Verdict.UNDECIDED: ("?", "not known"),
}
DATES_SHOWN = 5
"""Dates in a table that stands beside a picture."""


def wait(analysis: Analysis) -> Section | None:
    """Show who gains by waiting against each deal, until when, and what happens by which date."""
    case, answer = analysis.case, analysis.wait
    if answer is None or not answer.deals:
        return None
    periods = shown_periods(answer)
    return Section(
        id="wait",
        title="Who gains by waiting?",
        question="For whom is waiting better than signing, until when, and what happens by which date?",
        answer=" ".join(
            filter(None, (wait_answer_sentence(case, answer), steady_sentence(case, answer)))
        ),
        template="wait.html.j2",
        data={
            "deals": [_deal(case, answer, deal, periods) for deal in answer.deals],
            "ways": _ways(case, answer, periods),
            "dates": [short_day(answer.day_of(period)) for period in periods],
            "gain_dates": [short_day(answer.day_of(p)) for p in periods if p < answer.n_periods],
            "turning": turning_sentences(case, answer),
            "unit": UNIT_EXPLAINED,
            "how_chances_read": HOW_CHANCES_READ,
            "when_ripe": WHEN_RIPE,
            "ripeness": _ripeness(case, answer),
            "assumed": [(a.what, a.words) for a in answer.assumed],
            "notes": answer.notes,
            "step": f"{answer.step:g}",
            "halving": gain_words(answer.halving),
            "halving_turns": len(answer.halving_turns),
            "n_draws": answer.n_draws,
            "until": day_words(answer.day_of(answer.n_periods)),
        },
        rests_on=wait_answer_basis(case, answer),
    )


def shown_periods(answer: WaitAnswer) -> list[int]:
    """Return the dates that tables show: evenly spread, and each dated event."""
    even = np.linspace(0, answer.n_periods, DATES_SHOWN).round().astype(int)
    return sorted({*map(int, even), *(period for period, _, _ in answer.events)})


def _deal(case: Case, answer: WaitAnswer, deal: DealWaiting, periods: list[int]) -> dict[str, Any]:
    title = case.deals[deal.deal].title
    parties = deal.parties if deal.can_be_signed else ()  # else there is nothing to weigh
    asked = [p for p in parties if p.is_asked]
    spec = gains_spec(case, answer, deal)
    picture = ""
    if spec is not None:
        what = f"What signing “{title}” is worth beyond waiting, over time"
        told = " ".join(f"{case.title_of(p.party)}: {party_sentence(answer, p)}" for p in asked)
        picture = Markup(svg_of(spec, f"wait-{_safe(deal.deal)}", what, told))  # noqa: S704  # our own picture
    return {
        "id": deal.deal,
        "title": title,
        "ours": case.deals[deal.deal].ground.our_idea,
        "sentence": wait_sentence(case, answer, deal),
        "first_day": _first_day(answer, deal),
        "signable": signable_sentence(answer, deal),
        "picture": picture,
        "parties": [_party(case, answer, p, periods) for p in asked],
        "others": [
            {"name": case.title_of(p.party), "gain": _signed(p)}
            for p in parties if not p.is_asked
        ],
        "sentences": [
            s for s in (
                *breaking_sentences(case, deal), offer_sentence(case, deal), tabled_sentence(case, deal)
            ) if s
        ],
    }  # fmt: skip


def _first_day(answer: WaitAnswer, deal: DealWaiting) -> str:
    """Name the day that gains are of: the first on which the deal can be signed."""
    first = deal.can_be_signed[0].first if deal.can_be_signed else 0
    return short_day(answer.day_of(first)) if first else "Today"


def _safe(name: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else f"-{ord(c):x}-" for c in name)


def _signed(party: PartyWaiting) -> str:
    return f"{'+' if party.gain >= 0 else MINUS}{gain_words(party.gain)}"


def _party(
    case: Case, answer: WaitAnswer, party: PartyWaiting, periods: list[int]
) -> dict[str, Any]:
    sign, word = SIGNS[party.verdict]
    claims = dict.fromkeys(party.why.ground.claims if party.why else ())
    for driver in party.drivers[:1]:
        claims |= dict.fromkeys(driver.claims)
    return {
        "name": case.title_of(party.party),
        "cell": {"sign": sign, "word": word, "tint": TINTS[party.verdict]},
        "gain": _signed(party),
        "sentence": party_sentence(answer, party),
        "windows": window_words(answer, party.windows),
        "claims": tuple(claims),
        "drivers": [driver_sentence(case, party, driver) for driver in drivers_that_matter(party)],
        "over_time": [
            _at(party, period) for period in periods if period < len(party.over_time.middle)
        ],
    }


def _at(party: PartyWaiting, period: int) -> str:
    fan = party.over_time
    if period >= len(fan.middle) or np.isnan(fan.middle[period]):
        return "–"
    middle = float(fan.middle[period])
    return f"{'+' if middle >= 0 else MINUS}{gain_words(middle).removesuffix(' days')}"


def _ways(case: Case, answer: WaitAnswer, periods: list[int]) -> dict[str, Any] | None:
    spec = ways_spec(answer)
    if spec is None:
        return None
    names = {
        "deal": "Agreed first: {}",
        "other deal": "Agreed first: another package",
        "ending": "{}, with nothing agreed",
        "open": "Nothing agreed, and no ending",
    }
    rows: list[dict[str, Any]] = []
    for way in answer.ways:
        cells = []
        for period in periods:
            low, middle, high = (
                float(a[period]) for a in (way.chance.low, way.chance.middle, way.chance.high)
            )
            words = chance_between(case.scale, min(low, middle), max(high, middle))
            cells.append({"middle": f"{100 * middle:.0f}%", "words": words})
        rows.append({"name": names[way.kind].format(way.title), "cells": cells})
    told = "; ".join(f"{row['name']}: {row['cells'][-1]['words']}" for row in rows)
    until = day_words(answer.day_of(periods[-1]))
    picture = svg_of(spec, "wait-ways", "How it may go, by date", f"By {until}: {told}.")
    return {"picture": Markup(picture), "rows": rows}  # noqa: S704  # our own picture


def _ripeness(case: Case, answer: WaitAnswer) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for period, rows in groupby(answer.ripeness, key=lambda r: r.period):
        words = ripeness_sentence(case, list(rows))
        if words and (not found or found[-1]["words"] != words):
            found.append({"date": day_words(answer.day_of(period)), "words": words})
    return found
