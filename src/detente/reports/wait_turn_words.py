"""How it may go by which date, where answers turn, and whether it is ripe: in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from detente.analysis import BreakEven, Ripeness, Sweep, WaitAnswer, Way
from detente.model import Case, DealId
from detente.reports.case_words import per_cent
from detente.reports.wait_words import chance_between, inside, main_deal
from detente.reports.wording import listed, party_words, the_party

__all__ = [
    "break_even_sentence",
    "ripeness_sentence",
    "steady_sentence",
    "sweep_sentences",
    "turning_sentences",
    "way_sentence",
]

NO_MATTER = 30.0
"""Days of having all that a party wants instead of none of it, below which time is said to leave it where it is."""


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
        f"That stays so whether “{inside(clock.what)}” is as likely as not within {low:,.0f} days "
        f"or only within {high:,.0f}."
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


HOW_CHANCES_READ = (
    "A deal that somebody would rather put off may still be agreed: the less a party would lose by "
    "signing, the likelier it is taken to consent. An ending counts as long as nothing is agreed after it."
)
"""What stands beside the chances of how it may go."""


# --- turning points -----------------------------------------------------------------------------


def turning_sentences(case: Case, answer: WaitAnswer) -> list[str]:
    """Say where answers turn; what turns none of several deals is said of them together."""
    sentences: list[str] = []
    for clock in dict.fromkeys(sweep.clock for sweep in answer.sweeps):
        mine = [sweep for sweep in answer.sweeps if sweep.clock == clock]
        quiet = [sweep for sweep in mine if not sweep.turns and not sweep.beyond]
        for sweep in mine:
            if sweep.turns or sweep.beyond:
                sentences += sweep_sentences(case, sweep)
        if quiet:
            titles = _titles(case, (sweep.deal for sweep in quiet))
            sentences.append(f"Against {titles} nobody changes sides {_between(case, quiet[0])}.")
    firm: dict[tuple[str, str, bool], list[BreakEven]] = {}
    for found in answer.break_evens:
        if found.at:
            sentences.append(break_even_sentence(case, found))
        else:
            firm.setdefault((found.party, found.chance, found.waits_now), []).append(found)
    sentences += (_firm_sentence(case, same) for same in firm.values())
    return sentences


def _titles(case: Case, deals: Iterable[DealId], last: str = "or") -> str:
    return listed((f"“{case.deals[deal].title}”" for deal in deals), last)


def _firm_sentence(case: Case, same: Sequence[BreakEven]) -> str:
    """Say of one party that no belief turns it, against all deals where that is so."""
    found = same[0]
    who = the_party(case, found.party, opens=True)
    titles = _titles(case, (one.deal for one in same), "and")
    side = "waiting" if found.waits_now else "signing"
    what = inside(case.chances[found.chance].what)
    return (
        f"{who}: {side} pays, against {titles}, whatever chance it gives to “{what}” (it is taken "
        f"to give it {per_cent(*found.stated)})."
    )


def break_even_sentence(case: Case, found: BreakEven) -> str:
    """Say at which belief a party turns."""
    who = the_party(case, found.party, opens=True)
    title = f"“{case.deals[found.deal].title}”"
    what = inside(case.chances[found.chance].what)
    stated = per_cent(*found.stated)
    if not found.at:
        return _firm_sentence(case, [found])
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
    title = f"“{case.deals[sweep.deal].title}”"
    between = _between(case, sweep)
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
            f"{who} changes sides, against {title}, {between}: below {value:,.0f} days it gains by "
            f"{sides[0]}, above by {sides[1]}."
        )
    for party, value in sweep.beyond:
        side = "signing" if sweep.gains[-1, sweep.parties.index(party)] < 0 else "waiting"
        who = the_party(case, party, opens=True)
        sentences.append(
            f"{who} would gain by {side} only if that time were above {value:,.0f} days."
        )
    return sentences


def _between(case: Case, sweep: Sweep) -> str:
    clock = next(c for c in case.clocks.values() if c.id == sweep.clock)
    low, high = sweep.medians[0], sweep.medians[-1]
    what = f"the time within which “{inside(clock.what)}” is as likely as not"
    return f"as {what} goes from {low:,.0f} to {high:,.0f} days"


WHEN_RIPE = (
    "A moment is ripe when time works against everybody whose consent is needed and everybody sees a "
    "way out. What follows holds if nothing has come by chance until then."
)
"""What stands before the dates."""


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
    second = "everybody sees a way out: a deal that would suit it and all whose consent that needs"
    if blind:
        sees, it = ("sees", "it") if len(blind) == 1 else ("see", "them")
        second = (
            f"{party_words(case, blind)} {sees} no way out: no deal that would suit {it} and all "
            "whose consent that needs"
        )
    ripe = " It is ripe." if len(hurt) == len(here) and not blind else ""
    return f"{first}; {second}.{ripe}"
