"""The parts of a case in words: parties, options, statements, numbers, dates, chances.

Names in the file (``who_governs is damascus``) are for its editors. What a brief prints are the
questions and options behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from detente.analysis import Consent
from detente.ledger import Claim, Likelihood, Period, Quantity, Unknown
from detente.model import (
    AllOf,
    AnyOf,
    Case,
    Clock,
    Condition,
    Fallback,
    IfNot,
    Is,
    IssueId,
    Lever,
    OptionId,
    Performers,
    RankedStatements,
    Scenario,
    Statement,
)
from detente.reports.wording import listed, option_words, party_words, question_words

__all__ = [
    "CREDIBILITY_WORDS",
    "RELIABILITY_WORDS",
    "chance_words",
    "clock_words",
    "condition_words",
    "fallback_words",
    "if_not_words",
    "overlay_words",
    "per_cent",
    "performer_words",
    "period_words",
    "readable",
    "reason_words",
    "speaker_words",
    "statement_words",
    "with_stop",
]

RELIABILITY_WORDS = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
"""Admiralty letters of a source."""

CREDIBILITY_WORDS = {
    1: "confirmed by other sources",
    2: "probably true",
    3: "possibly true",
    4: "doubtful",
    5: "improbable",
    6: "truth cannot be judged",
}
"""Admiralty numbers of a single piece of information; never combined with the letter."""

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def with_stop(words: str) -> str:
    """End a sentence once.

    Examples
    --------
    >>> with_stop("The siege is lifted"), with_stop("Who checks?")
    ('The siege is lifted.', 'Who checks?')
    """
    words = words.strip()
    return words if words.endswith((".", "?", "!", "…", ".”", "?”", ".)")) else f"{words}."


# --- statements -------------------------------------------------------------------------------


def condition_words(case: Case, condition: Condition) -> str:
    """Say a condition as question and answer, the way the case asks it."""
    match condition:
        case Is(issue, options, negated):
            answers = _answers(case, issue, options)
            return f"“{question_words(case, issue)} {'Anything but: ' if negated else ''}{answers}”"
        case AllOf(parts):
            return " and ".join(_part(case, part, AnyOf) for part in parts)
        case AnyOf(parts):
            return " or ".join(_part(case, part, AllOf) for part in parts)


def _answers(case: Case, issue_id: IssueId, options: frozenset[OptionId]) -> str:
    """Name the options; a run of steps up to an end of a scale is said by its bound."""
    issue = case.issues[issue_id]
    meant = [o.id in options for o in issue.options]
    n = sum(meant)
    if issue.divisible is not None and 2 < n < len(meant):
        if all(meant[:n]):
            return f"at most {option_words(case, issue_id, issue.options[n - 1].id)}"
        if all(meant[-n:]):
            return f"at least {option_words(case, issue_id, issue.options[-n].id)}"
    ordered = [o.id for o in issue.options if o.id in options]
    return listed((option_words(case, issue_id, o) for o in ordered), "or")


def _part(case: Case, part: Condition, other: type) -> str:
    words = condition_words(case, part)
    return f"({words})" if isinstance(part, other) else words


def statement_words(case: Case, statement: Statement) -> str:
    """Say a statement, with the condition under which it applies."""
    words = condition_words(case, statement.then)
    if statement.given is None:
        return words
    return f"{words}, where {condition_words(case, statement.given)}"


def readable(case: Case, words: str) -> str:
    """Put questions and answers in place of every statement quoted in ``words``."""
    for statement in _statements(case):
        words = words.replace(f"“{statement.words}”", statement_words(case, statement))
    return words


def _statements(case: Case) -> Iterable[Statement]:
    for view in case.views.values():
        if isinstance(view.preference, RankedStatements):
            yield from (wish.statement for wish in view.preference.wishes)
        yield from (red_line.statement for red_line in view.red_lines)
    for party in case.parties.values():
        yield from (*party.may_not_offer, *party.can_block)


def reason_words(case: Case, consent: Consent) -> str:
    """Say what decides a party's stand on a deal."""
    words = consent.reason.words
    for ending, new in (
        (": only in the package", "it gets {} only with this deal"),
        (": only without it", "it gets {} only without this deal"),
    ):
        if words.endswith(ending):
            return new.format(readable(case, words.removesuffix(ending)))
    return readable(case, words)


# --- numbers, dates, chances --------------------------------------------------------------------


def period_words(period: Period | None) -> str:
    """Say a day or a month as people write it; leave other words as they are.

    Examples
    --------
    >>> from datetime import date
    >>> period_words(Period(date(2016, 11, 27), date(2016, 11, 27), "2016-11-27"))
    '27 November 2016'
    """
    if period is None:
        return ""
    first, last = period.first, period.last
    if period.is_one_day:
        return f"{first.day} {MONTHS[first.month - 1]} {first.year}"
    if period.words == f"{first:%Y-%m}":
        return f"{MONTHS[first.month - 1]} {first.year}"
    if period.words.startswith("week of"):
        return f"week of {first.day} {MONTHS[first.month - 1]} {first.year}"
    return period.words if not (period.words[:4].isdigit() and "-" in period.words) else (
        f"{first.day} {MONTHS[first.month - 1]} {first.year} to "
        f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    )  # fmt: skip


def per_cent(low: float, high: float) -> str:
    """Write a chance as a range in per cent.

    Examples
    --------
    >>> per_cent(0.05, 0.2)
    '5 to 20 %'
    """
    ends = (f"{100 * low:.3g}", f"{100 * high:.3g}")
    return f"{ends[0]} %" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]} %"


def chance_words(likelihood: Likelihood | Unknown) -> str:
    """Say a chance with the range it stands for."""
    if isinstance(likelihood, Unknown):
        return f"not known ({likelihood})" if likelihood.reason != "unknown" else "not known"
    span = per_cent(likelihood.low, likelihood.high)
    if any(letter.isalpha() for letter in likelihood.words):
        return f"{likelihood.words} ({span})"
    return span


def clock_words(clock: Clock) -> str:
    """Say when a clock strikes."""
    if clock.on is not None:
        return f"on {period_words(clock.on)}"
    if clock.likely_by:
        return "; ".join(f"{chance_words(p)} within {when}" for p, when in clock.likely_by)
    parts = []
    if clock.half_likely_by is not None:
        parts.append(f"as likely as not within {clock.half_likely_by}")
    if clock.half_likely_between is not None:
        parts.append(f"that time itself lies between {_and(clock.half_likely_between)}")
    return "; ".join(parts)


def _and(quantity: Quantity) -> str:
    return str(quantity).replace(" to ", " and ")


# --- who --------------------------------------------------------------------------------------


def performer_words(case: Case, performers: Performers | None) -> str:
    if performers is None:
        return "not said"
    if performers.any_one and len(performers.parties) > 1:
        return f"any one of {party_words(case, performers.parties, 'or')}"
    return party_words(case, performers.parties)


def if_not_words(case: Case, if_not: IfNot) -> str:
    """Say what follows if a term is not carried out, and who has to see to it."""
    if not if_not.leads_to:
        return if_not.words
    ending = f"leads to “{case.title_of(if_not.leads_to)}”"
    if if_not.answered_by:
        ending += f" if {party_words(case, if_not.answered_by, 'or')} will have it so"
    return f"{if_not.words.strip().rstrip('.')} ({ending})"


def speaker_words(case: Case, claim: Claim) -> str:
    """Say who says it, and from whom he has it."""
    return ", citing ".join(case.speakers[name].name for name in claim.by)


def fallback_words(case: Case, fallback: Fallback) -> str:
    """Say what a party gets without a deal."""
    titles = [f"“{case.title_of(name)}”" for name in fallback.names]
    match fallback.mode:
        case "at_least":
            return f"it walks away below {fallback.at_least} points"
        case "best_of":
            return f"whichever it likes best of {listed(titles)}"
        case "worst_of":
            return f"whichever it likes least of {listed(titles)}"
        case _:
            return listed(titles)


def overlay_words(case: Case, thing: Lever | Scenario | Clock) -> tuple[str, ...]:
    """Say what an overlay changes, entry by entry, in the file's own words."""
    overlay = thing.then.overlay if isinstance(thing, Clock) else thing.overlay
    found = [f"{_entry(case, c.path)} becomes {_value(case, c.value)}" for c in overlay.sets]
    found += [f"{_entry(case, c.path)} gains {_value(case, c.value)}" for c in overlay.gives]
    found += [f"{_entry(case, c.path)} loses {_value(case, c.value)}" for c in overlay.takes]
    return tuple(found)


FIELD_WORDS = {
    "wants": "what it wants",
    "refuses": "red lines",
    "without_a_deal": "what it expects without a deal",
    "must_agree": "who must agree",
    "who_checks": "who checks",
    "if_not": "what follows if it is not done",
    "can_block": "what it can block",
    "may": "what it may do",
    "may_not": "what it may not do",
}


def _entry(case: Case, path: str) -> str:
    head, *rest = path.split(".")
    fields = [FIELD_WORDS.get(field) or _name(case, field) for field in rest]
    if head in case.issues:
        return f"“{question_words(case, IssueId(head))}” ({' '.join(fields)})"
    name = _name(case, head)
    return f"{name}: {', '.join(fields)}" if fields else name


def _name(case: Case, name: str) -> str:
    """Name an entry of the case; other words of the file lose their underscores."""
    if name in case.chances:
        return case.chances[name].what
    if name in case.issues:
        return f"“{question_words(case, IssueId(name))}”"
    return case.title_of(name).replace("_", " ")


def _value(case: Case, value: object) -> str:
    match value:
        case str():
            return _simple_statement(case, value) or f"“{_name(case, value)}”".replace("““", "“")
        case list() | tuple():
            return listed(_value(case, item) for item in value) or "nothing"
        case Mapping():
            words = (f"{_name(case, str(k))}: {_value(case, v)}" for k, v in value.items())
            return "; ".join(words) or "nothing"
        case _:
            return str(value)


def _simple_statement(case: Case, words: str) -> str:
    """Say "X is [not] Y" as question and answer; empty for anything else."""
    found = re.fullmatch(r"(\S+) is (not )?(\S+)", words.strip())
    if found is None or found[1] not in case.issues:
        return ""
    issue = case.issues[IssueId(found[1])]
    if found[3] not in {option.id for option in issue.options}:
        return ""
    return condition_words(case, Is(issue.id, frozenset({OptionId(found[3])}), bool(found[2])))
