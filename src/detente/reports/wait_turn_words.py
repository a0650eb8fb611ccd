"""How it may go by which date, where answers turn, and whether it is ripe: in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from detente.analysis import BreakEven, Ripeness, Sweep, WaitAnswer, Way
from detente.model import Case
from detente.reports.case_words import per_cent
from detente.reports.wait_words import chance_between, inside, main_deal
from detente.reports.wording import listed, party_words, the_party

__all__ = [
    "break_even_sentence",
    "ripeness_sentence",
    "steady_sentence",
    "sweep_sentences",
    "way_sentence",
]

NO_MATTER = 30.0
"""Days of all that a party could gain or lose, below which time is said to leave it where it is."""


def steady_sentence(case: Case, answer: WaitAnswer) -> str:
    """Say of the main deal whether taking a clock faster or slower changes who gains by waiting."""
    deal = main_deal(case, answer)
    found = [s for s in answer.sweeps if deal is not None and s.deal == deal.deal]
    if deal is None or not found or any(p.is_asked and p.red_line for p in deal.parties):
        return ""
    turned = [sweep for sweep in found if sweep.turns]
    if turned:
        return " ".join(sweep_sentences(case, turned[0])[:2])
    sweep = found[0]
    clock = next(c for c in case.clocks.values() if c.id == sweep.clock)
    low, high = sweep.medians[0], sweep.medians[-1]
    return (
        f"That stays so whether “{inside(clock.what)}” is as likely as not within {low:.0f} days "
        f"or within {high:.0f}."
    )


# --- how it may go -----------------------------------------------------------------------------


def way_sentence(case: Case, way: Way, period: int) -> str:
    """Say how likely one way is by a date."""
    low, high = float(way.chance.low[period]), float(way.chance.high[period])
    middle = float(way.chance.middle[period])
    low, high = min(low, middle), max(high, middle)
    several = sum(clock.then.ending is not None for clock in case.clocks.values()) > 1
    come = "has come before any other ending" if several else "has come"
    what = {
        "deal": f"“{way.title}” has been agreed first",
        "other deal": "another package has been agreed first",
        "ending": f"“{way.title}” {come}, and nothing was agreed",
        "open": "nothing has been agreed, and no ending has come",
    }[way.kind]
    return f"{what}: {chance_between(case.scale, low, high)}"


# --- turning points -----------------------------------------------------------------------------


def break_even_sentence(case: Case, found: BreakEven) -> str:
    """Say at which belief a party turns."""
    who = the_party(case, found.party, opens=True)
    title = f"“{case.deals[found.deal].title}”"
    what = inside(case.chances[found.chance].what)
    stated = per_cent(*found.stated)
    if not found.at:
        side = "waiting" if found.waits_now else "signing"
        return (
            f"{who}: {side} pays, against {title}, whatever chance it gives to “{what}” (it is taken "
            f"to give it {stated})."
        )
    values = listed(per_cent(round(value, 2), round(value, 2)) for value in found.at)
    if found.waits_above is None:
        return (
            f"{who}: whether waiting pays, against {title}, turns where it gives {values} to "
            f"“{what}” (it is taken to give it {stated})."
        )
    side = "more" if found.waits_above else "less"
    return (
        f"{who}: waiting pays, against {title}, as long as it gives {side} than {values} to "
        f"“{what}” (it is taken to give it {stated})."
    )


def sweep_sentences(case: Case, sweep: Sweep) -> list[str]:
    """Say whether and where anybody turns as a clock is taken faster or slower."""
    clock = next(c for c in case.clocks.values() if c.id == sweep.clock)
    title = f"“{case.deals[sweep.deal].title}”"
    low, high = sweep.medians[0], sweep.medians[-1]
    what = inside(clock.what)
    between = f"as the time within which “{what}” is as likely as not goes from {low:.0f} to {high:.0f} days"
    sentences = []
    if not sweep.turns:
        sentences.append(f"Against {title} nobody changes sides {between}.")
    turned: Counter[str] = Counter()
    for party, value in sweep.turns:
        # between its first and its second turning point a party is where it was above the first
        signs_first = bool(sweep.gains[0, sweep.parties.index(party)] >= 0)
        below = signs_first is (turned[party] % 2 == 0)
        turned[party] += 1
        sides = ("signing", "waiting") if below else ("waiting", "signing")
        who = the_party(case, party, opens=True)
        sentences.append(
            f"{who} changes sides, against {title}, {between}: below {value:.0f} days it gains by "
            f"{sides[0]}, above by {sides[1]}."
        )
    for party, value in sweep.beyond:
        side = "signing" if sweep.gains[-1, sweep.parties.index(party)] < 0 else "waiting"
        who = the_party(case, party, opens=True)
        sentences.append(
            f"{who} would gain by {side} only if that time were above {value:,.0f} days."
        )
    return sentences


def ripeness_sentence(case: Case, ripeness: Sequence[Ripeness]) -> str:
    """Say, for one date, whether all are hurt by time and all see a way out."""
    here = [r for r in ripeness if r.in_office]
    if not here:
        return ""
    hurt = [r.party for r in here if r.drift < -NO_MATTER]
    eased = [r.party for r in here if r.drift > NO_MATTER]
    blind = [r.party for r in here if not r.way_out]
    sides = [
        f"{side} {party_words(case, parties)}"
        for side, parties in (("against", hurt), ("for", eased)) if parties
    ]  # fmt: skip
    first = f"Time works {' and '.join(sides)}" if sides else "Time works for and against nobody"
    second = "everybody sees a way out that suits all whom it needs"
    if blind:
        sees, it = ("sees", "it needs") if len(blind) == 1 else ("see", "they need")
        second = f"{party_words(case, blind)} {sees} no way out that would suit everybody {it}"
    ripe = " It is ripe." if len(hurt) == len(here) and not blind else ""
    return f"{first}; {second}.{ripe}"
