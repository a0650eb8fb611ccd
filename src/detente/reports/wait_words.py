"""Who gains by waiting, in a practitioner's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from detente.analysis import (
    DealWaiting,
    Driver,
    DriverKind,
    PartyWaiting,
    WaitAnswer,
    Window,
)
from detente.engines.deal_space import Verdict
from detente.ledger import ClaimId, LikelihoodScale, PartyId
from detente.model import Case, DealId
from detente.reports.case_words import chance_words, clock_words, per_cent
from detente.reports.wording import (
    change_words,
    counted,
    listed,
    party_words,
    sentence_start,
)

__all__ = [
    "UNIT",
    "UNIT_EXPLAINED",
    "breaking_sentences",
    "chance_between",
    "day_words",
    "driver_sentence",
    "drivers_that_matter",
    "gain_words",
    "inside",
    "main_deal",
    "offer_sentence",
    "party_sentence",
    "short_day",
    "signable_sentence",
    "tabled_sentence",
    "wait_answer_basis",
    "wait_answer_sentence",
    "wait_sentence",
    "window_words",
]

UNIT = "days of having all that a party wants instead of none of it"
"""The unit of every gain. Whether it can have all of it at once is another matter."""


NOTHING = 0.05
"""Days below which a gain is told as next to nothing."""

UNIT_EXPLAINED = (
    "A deal is taken to be carried out when it is signed, and broken only by those who the case says "
    f"could break it. Gains are in {UNIT}. A deal that lasts for years may be worth more days than are looked at here. A world that "
    "fits what was stated is one draw from every range that the case leaves open."
)
"""What stands before the first gain that is told."""


def day_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def short_day(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"


# --- the answer in one sentence ---------------------------------------------------------------


def main_deal(case: Case, answer: WaitAnswer) -> DealWaiting | None:
    """Return the deal that the one sentence is about: the first that lies on a table and is open.

    A deal that is only our own idea is taken where none lies on a table, and not where too little
    is known of those that do.
    """
    known = [d for d in _looked_at(case, answer) if d.verdict is not Verdict.UNDECIDED]
    today = [deal for deal in known if deal.can_be_signed[0].first == 0]
    return next(iter(today or known), None)


def _looked_at(case: Case, answer: WaitAnswer) -> Sequence[DealWaiting]:
    stated = [deal for deal in answer.deals if not case.deals[deal.deal].ground.our_idea]
    return stated or answer.deals


def wait_answer_sentence(case: Case, answer: WaitAnswer) -> str:
    """Answer the question in one sentence."""
    deal = main_deal(case, answer)
    if deal is None:
        if not case.deals:
            return "There is no deal with a name to set against waiting."
        if not answer.deals:
            return (
                "It cannot be said who gains by waiting: too little is known of what anybody wants."
            )
        why = _why_not(case, _looked_at(case, answer)[0])
        return f"It cannot be said who gains by waiting: {why}"
    title = f"“{case.deals[deal.deal].title}”"
    waiting = [p for p in deal.asked if p.party in deal.holdouts and not p.red_line]
    refusing = [p.party for p in deal.asked if p.party in deal.holdouts and p.red_line]
    if not waiting and not refusing:
        until = _until(answer, deal)
        rather = _ids(p for p in deal.asked if p.verdict is Verdict.YES and p.gain > 0)
        same = _ids(p for p in deal.asked if p.verdict is Verdict.YES and p.gain == 0)
        told = []
        if rather:
            who = party_words(case, rather)
            told.append(f"{who} would rather sign {title} {_when(answer, deal)}{until}")
        if same:
            which = "" if rather else f" {title} {_day(answer, deal)}"
            told.append(
                f"it is all the same to {party_words(case, same)} whether to sign{which} or to wait"
            )
        return f"Nobody whose consent is needed gains by waiting: {'; '.join(told)}."
    if not waiting:
        verb = "crosses a red line" if len(refusing) == 1 else "crosses red lines"
        return (
            f"Waiting decides nothing about {title}: it {verb} of {party_words(case, refusing)}, "
            f"who would not sign it at any time."
        )
    gain = "gains" if len(waiting) == 1 else "gain"
    who = party_words(case, _ids(waiting))
    sentence = f"{who} {gain} by waiting rather than signing {title}"
    return f"{sentence_start(sentence)}{_because(case, waiting) if answer.looked_into else ''}."


def _why_not(case: Case, deal: DealWaiting) -> str:
    title = f"“{case.deals[deal.deal].title}”"
    if deal.unknown:
        who = party_words(case, deal.unknown, "or")
        return f"too little is known of what {who} wants, whose consent {title} needs."
    if deal.can_be_signed and not deal.asked:
        return f"nobody is asked to sign {title}."
    return f"{title} cannot be signed at any date that is looked at."


def _ids(parties: Iterable[PartyWaiting]) -> list[PartyId]:
    return [p.party for p in parties]


def _when(answer: WaitAnswer, deal: DealWaiting) -> str:
    return f"{_day(answer, deal)} than wait"


def _day(answer: WaitAnswer, deal: DealWaiting) -> str:
    first = deal.can_be_signed[0].first
    return "today" if first == 0 else f"on {day_words(answer.day_of(first))}"


def _until(answer: WaitAnswer, deal: DealWaiting) -> str:
    if not deal.windows or deal.windows[0].last is None:
        return ""
    return f", and until {day_words(answer.day_of(deal.windows[0].last))}"


def _because(case: Case, waiting: Sequence[PartyWaiting]) -> str:
    """Say what those who gain by waiting wait for: what would turn the most of them."""
    driver, who = _turning(waiting)
    if driver is None:
        return ", and none of the things that may come decides that alone"
    they = party_words(case, who) if len(who) < len(waiting) else "it" if len(who) == 1 else "they"
    if driver.kind is DriverKind.BREAKING:
        return f", since it may be broken: if nobody broke it, {they} would sign"
    what = inside(driver.what)
    if driver.kind is DriverKind.CLOCK:
        clock = next(c for c in case.clocks.values() if c.id == driver.name)
        what = f"“{what}” ({clock_words(clock)})"
    elif driver.kind is DriverKind.CHANCE:
        what = f"“{what}” ({chance_words(case.chances[driver.name].likelihood)})"
    else:
        what = f"“{case.deals[DealId(driver.name)].title}” instead"
    return f", and that turns on this: {what}; without it {they} would sign"


def _turning(waiting: Sequence[PartyWaiting]) -> tuple[Driver | None, list[PartyId]]:
    """Return what would turn the most of some parties if it could not come, and whom."""
    turned: dict[str, list[PartyId]] = {}
    seen: dict[str, Driver] = {}
    for party in waiting:
        for driver in party.drivers:
            if driver.turns:
                seen.setdefault(driver.name, driver)
                turned.setdefault(driver.name, []).append(party.party)
    order = {DriverKind.CLOCK: 0, DriverKind.CHANCE: 1, DriverKind.DEAL: 2, DriverKind.BREAKING: 3}
    # of two that turn as many, the one without which most would be gained by signing
    weight = {name: max(d.gain for p in waiting for d in p.drivers if d.turns and d.name == name)
              for name in seen}  # fmt: skip
    names = sorted(seen, key=lambda n: (-len(turned[n]), -weight[n], order[seen[n].kind]))
    return (seen[names[0]], turned[names[0]]) if names else (None, [])


def inside(words: str) -> str:
    """Put words into the middle of a sentence as they are, without their full stop."""
    return words.rstrip(". ")


def wait_answer_basis(case: Case, answer: WaitAnswer) -> tuple[ClaimId, ...]:
    """Return the claims that the one sentence rests on: the event, and the wants that decide."""
    deal = main_deal(case, answer)
    if deal is None:
        return ()
    waiting = [p for p in deal.asked if p.party in deal.holdouts and not p.red_line]
    about = waiting or deal.asked
    driver, _ = _turning(about)
    claims = dict.fromkeys(driver.claims if driver else ())
    for party in about:
        if party.why is not None:
            claims |= dict.fromkeys(party.why.ground.claims)
    return tuple(claims)


# --- one deal ---------------------------------------------------------------------------------


def wait_sentence(case: Case, answer: WaitAnswer, deal: DealWaiting) -> str:
    """Say of one deal who would sign it and who would rather wait, and when."""
    title = f"“{case.deals[deal.deal].title}”"
    if deal.verdict is Verdict.UNDECIDED:
        return f"Not said: {_why_not(case, deal)}"
    asked = deal.asked
    red = [p.party for p in asked if p.red_line]
    waits = [p.party for p in asked if p.verdict is Verdict.NO and not p.red_line]
    signs = [p.party for p in asked if p.verdict is Verdict.YES]
    first = deal.can_be_signed[0].first
    when = "today" if first == 0 else f"from {day_words(answer.day_of(first))} on"
    parts = []
    if signs:
        parts.append(f"{party_words(case, signs)} would sign {title} {when}")
    if waits:
        parts.append(f"{party_words(case, waits)} would rather wait")
    if red:
        parts.append(f"{party_words(case, red)} would not sign it at any time: a red line")
    sentence = f"{sentence_start('; '.join(parts))}."
    if not deal.holdouts:
        sentence += _window_sentence(answer, deal, all_of_them=len(signs) == len(asked))
    return sentence


def _window_sentence(answer: WaitAnswer, deal: DealWaiting, *, all_of_them: bool) -> str:
    if not deal.windows:
        return ""
    days = window_words(answer, deal.windows)
    if not all_of_them:
        return f" That is enough. Enough would sign {days}, if nothing comes by chance until then."
    return f" All of them would sign {days}, if nothing comes by chance until then."


def signable_sentence(answer: WaitAnswer, deal: DealWaiting) -> str:
    """Say on which days a deal can be signed at all, where that is not every day."""
    windows = deal.can_be_signed
    if not windows or (len(windows) == 1 and windows[0].first == 0 and windows[0].last is None):
        return ""
    return (
        f"It can be signed only {window_words(answer, windows)}: on other days its table is closed, "
        "somebody it needs is not in office, or an event has settled part of it."
    )


def window_words(answer: WaitAnswer, windows: Sequence[Window]) -> str:
    """Say on which days something holds."""
    if not windows:
        return "on no day"
    told = []
    for window in windows:
        start = "today" if window.first == 0 else day_words(answer.day_of(window.first))
        if window.last is None:
            told.append("on every day" if window.first == 0 else f"from {start} on")
        elif window.last == window.first:
            told.append(f"on {start}" if window.first else "today")
        else:
            told.append(f"from {start} to {day_words(answer.day_of(window.last))}")
    return listed(told)


def gain_words(gain: float) -> str:
    """Say a gain in its unit, rounded as far as it means something."""
    size = abs(gain)
    number = f"{size:.1f}" if size < 9.95 else f"{size:,.0f}"
    return f"{number} days"


def party_sentence(answer: WaitAnswer, party: PartyWaiting) -> str:
    """Say of one party whether it gains by signing or by waiting, and in how many worlds."""
    if party.red_line:
        return "It would not sign at any time: a red line."
    side = "signing" if party.gain >= 0 else "waiting"
    worlds = ""
    if answer.n_draws:
        share = party.share if party.gain >= 0 else 1 - party.share
        n = round(share * answer.n_draws)
        worlds = f" So it is in {n:,} of {answer.n_draws:,} worlds that fit what was stated."
    if party.gain == 0:
        return "It is all the same to it whether to sign or to wait."
    return f"It gains by {side}: worth {gain_words(party.gain)}.{worlds}"


def drivers_that_matter(party: PartyWaiting) -> list[Driver]:
    """Return what turns a gain, or changes it by a tenth or more; at most four.

    Nothing of whoever would not sign at any time: no gain decides what it does.
    """
    if party.red_line:
        return []
    least = 0.1 * abs(party.gain)
    found = [d for d in party.drivers if d.turns or abs(d.gain - party.gain) > max(least, 0.5)]
    return found[:4]


def driver_sentence(case: Case, party: PartyWaiting, driver: Driver) -> str:
    """Say what would be left of a gain without one of the things that may come."""
    worth = gain_words(driver.gain) if abs(driver.gain) >= NOTHING else "next to nothing"
    if driver.turns:
        then = "it would sign" if driver.gain >= 0 else "it would rather wait"
        left = f"{then} (worth {worth})"
    else:
        stronger = abs(driver.gain) > abs(party.gain)
        what = "signing" if party.gain >= 0 else "waiting"
        left = f"{what} would be worth {'more' if stronger else 'less'} ({worth})"
    return f"{_without(case, driver)}, {left}."


def _without(case: Case, driver: Driver) -> str:
    if driver.kind is DriverKind.BREAKING:
        return "If nobody broke what is agreed"
    if driver.kind is DriverKind.DEAL:
        return f"If “{case.deals[DealId(driver.name)].title}” could not be had"
    if driver.kind is DriverKind.CHANCE:
        return f"If “{inside(driver.what)}” were ruled out"
    return f"If “{inside(driver.what)}” could not come"


def breaking_sentences(case: Case, deal: DealWaiting) -> list[str]:
    """Say who would rather wait if the deal were never broken, and if it were broken at once."""
    if not deal.has_breakers or deal.verdict is Verdict.UNDECIDED:
        return []
    kept = party_words(case, deal.if_kept) or "nobody"
    broken = party_words(case, deal.if_broken) or "nobody"
    sentences = [
        f"If it were never broken, {kept} would rather wait; if it were broken at once, {broken} would."
    ]
    if kept == broken:
        sentences = [f"Whether it is never broken or broken at once, {kept} would rather wait."]
    if deal.unstated:
        who = party_words(case, deal.unstated)
        sentences.append(
            f"How soon {who} might break it is not said: it is reckoned here as if they never did."
        )
    return sentences


def offer_sentence(case: Case, deal: DealWaiting) -> str:
    """Say what today's offer would have to contain to beat waiting."""
    if not deal.holdouts:
        return ""
    if not deal.offers:
        if not deal.n_looked_at:
            return ""
        looked_at = counted(deal.n_looked_at, "other package")
        return (
            f"Nothing near it would beat waiting for everybody asked: {looked_at} that could be "
            "signed today fell short too."
        )
    options = [
        listed(change_words(case, change) for change in offer.changes) for offer in deal.offers
    ]
    more = deal.n_offers - len(deal.offers)
    tail = f" There are {counted(more, 'more package')} as near." if more > 0 else ""
    return f"It would beat waiting for everybody asked with {'; or with '.join(options)}.{tail}"


def tabled_sentence(case: Case, deal: DealWaiting) -> str:
    """Say how it would go with a deal that is only our own idea."""
    if deal.if_tabled is None:
        return ""
    chance = chance_between(case.scale, deal.if_tabled.agreed, deal.if_tabled.agreed)
    return f"It is our idea, and nobody is reckoned to propose it. Chance that it would be agreed first if somebody did: {chance}."


def chance_between(scale: LikelihoodScale, low: float, high: float) -> str:
    """Say a chance in words of the declared scale, with its range in per cent."""
    first, last = _word(scale, low), _word(scale, high)
    words = first if first == last else f"{first} to {last}"
    return f"{words} ({per_cent(round(low, 2), round(high, 2))})"


def _word(scale: LikelihoodScale, chance: float) -> str:
    ranges = sorted(scale.ranges.items(), key=lambda item: item[1])
    for word, (_, high) in ranges:
        if chance <= high:
            return word
    return ranges[-1][0]
