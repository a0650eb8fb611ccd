"""Blanks and holes: what is not settled, not bound, not heard, not known."""

from __future__ import annotations

from typing import Any

from detente.analysis import Analysis, DealAnswer, FindingKind
from detente.ledger import ClaimId, Quantity
from detente.model import Blank, Case, Deal, DisputedFact, IssueId
from detente.reports.case_words import with_stop
from detente.reports.section import Section
from detente.reports.sections.deals import hole_words
from detente.reports.wording import (
    listed,
    party_words,
    question_words,
    sentence_start,
    the_party,
)

__all__ = ["biggest_holes", "blanks_of", "fact_words", "holes"]

ELSEWHERE: tuple[FindingKind, ...] = (
    "blank in a deal",
    "performer bound by nobody",
    "disputed fact sizes an obligation",
    "party not heard",
    "judgement without ground",
    "claim on which nothing rests",
    "beyond the mandate",
)
"""Kinds of findings that have sentences of their own here or in another section."""


def holes(analysis: Analysis) -> Section | None:
    """List what every deal leaves open, and what the case leaves open."""
    case = analysis.case
    rows = [_of_deal(case, answer) for answer in analysis.deals.deals]
    rows = [row for row in rows if row["holes"] or row["blanks"]]
    facts = [
        {"words": fact_words(case, fact), "claims": fact.ground.claims}
        for fact in case.facts.values()
        if _sized(case, fact)
    ]
    others = [with_stop(f.words) for f in analysis.findings if f.kind not in ELSEWHERE]
    unused = tuple(ClaimId(f.about) for f in analysis.findings
                   if f.kind == "claim on which nothing rests")  # fmt: skip
    if not (rows or facts or others or unused):
        return None
    return Section(
        id="holes",
        title="Blanks and holes",
        question="What do the deals and the case leave open?",
        answer=_answer(analysis, len(facts)),
        template="holes.html.j2",
        data={"deals": rows, "facts": facts, "others": others, "unused": unused},
    )


def _answer(analysis: Analysis, n_facts: int) -> str:
    case = analysis.case
    unbound = dict.fromkeys(h.party for d in analysis.deals.deals for h in d.unbound)
    blank = [d for d in analysis.deals.deals if blanks_of(case, case.deals[d.deal])]
    parts = []
    if unbound:
        parts.append(f"{party_words(case, unbound)} must act and are bound by nobody"
                     if len(unbound) > 1 else
                     f"{party_words(case, unbound)} must act and is bound by nobody")  # fmt: skip
    if blank:
        n, total = len(blank), len(analysis.deals.deals)
        parts.append(f"{n} of {total} deals {'have' if n > 1 else 'has'} blanks")
    if n_facts:
        parts.append(
            f"{n_facts} disputed fact{'s' if n_facts > 1 else ''} would size an obligation"
        )
    words = "; ".join(parts) or "small things only"
    return f"{words[0].upper()}{words[1:]}."


def _of_deal(case: Case, answer: DealAnswer) -> dict[str, Any]:
    deal = case.deals[answer.deal]
    return {
        "id": deal.id,
        "title": deal.title,
        "holes": [f"{words}." for words in hole_words(case, answer)],
        "blanks": blanks_of(case, deal),
        "claims": deal.ground.claims,
    }


def blanks_of(case: Case, deal: Deal) -> list[dict[str, str]]:
    """Return what a deal does not say, and for which of its terms."""
    found = []

    def note(what: str, issues: list[IssueId], said: str = "") -> None:
        which = "" if len(issues) == len(deal.terms) else listed(
            f"“{question_words(case, issue)}”" for issue in issues
        )  # fmt: skip
        found.append({"what": what, "which": which, "said": said})

    every = [term.issue for term in deal.terms]
    if isinstance(deal.order, Blank) and len(every) > 1:
        note("who moves first", every, _said(deal.order))
    unchecked = [t.issue for t in deal.terms
                 if isinstance(t.who_checks, Blank) and isinstance(deal.who_checks, Blank)]  # fmt: skip
    if unchecked:
        note("who checks", unchecked, _said(deal.who_checks))
    loose = [t.issue for t in deal.terms
             if isinstance(t.if_not, Blank) and isinstance(deal.if_not, Blank)]  # fmt: skip
    if loose:
        note("what follows if it is not carried out", loose, _said(deal.if_not))
    undated = [t.issue for t in deal.terms if not t.when]
    if undated:
        note("by when it is due", undated)
    if deal.table is not None:
        silent = [i for i in case.tables[deal.table].scope if i not in deal.says]
        if silent:
            which = listed(f"“{question_words(case, i)}”" for i in silent)
            found.append({"what": "whether anything changes", "which": which,
                          "said": "taken to stay as today"})  # fmt: skip
    return found


def _said(blank: object) -> str:
    words = str(blank)
    return "" if words == "not stated" else words


def _sized(case: Case, fact: DisputedFact) -> list[IssueId]:
    issues = [i.id for i in case.issues.values() if i.sized_by == fact.id]
    return [*issues, *(i for i in fact.sizes if i not in issues)]


def fact_words(case: Case, fact: DisputedFact) -> str:
    """Say what is disputed, what each side says, and which obligation grows with it."""
    sized = listed(f"“{question_words(case, i)}”" for i in _sized(case, fact))
    owed = f"; what is owed under {sized} depends on it" if sized else ""
    numbers = [(p, n) for p, n in fact.said_by if isinstance(n, Quantity)]
    silent = party_words(case, (p for p, n in fact.said_by if not isinstance(n, Quantity)), "or")
    said = "; ".join(f"{the_party(case, p)} says {n}" for p, n in numbers)
    gap = f"no number of {silent} is known" if silent else ""
    words = "; ".join(part for part in (said, gap) if part)
    return f"Disputed: {fact.what}{owed}. {sentence_start(words)}."


def biggest_holes(analysis: Analysis) -> list[dict[str, Any]]:
    """Choose what the cover must say: about the first deal, whom nobody binds, what is blank."""
    case = analysis.case
    found: list[dict[str, Any]] = []
    for answer in analysis.deals.deals[:1]:
        deal = case.deals[answer.deal]
        for hole in dict.fromkeys(h.party for h in answer.unbound):
            terms = [h for h in answer.unbound if h.party == hole]
            claims = [c for h in terms for c in _term_ground(case, h.issue)]
            words = hole_words(case, answer)[
                list(dict.fromkeys(h.party for h in answer.unbound)).index(hole)
            ]
            found.append({"words": f"{words}.", "claims": tuple(dict.fromkeys(claims))})
        blanks = [b["what"] for b in blanks_of(case, deal) if not b["which"]]
        if blanks:
            words = f"“{deal.title}” does not say {listed(blanks, 'or')}."
            found.append({"words": words, "claims": ()})
    for fact in case.facts.values():
        if _sized(case, fact):
            found.append({"words": fact_words(case, fact), "claims": fact.ground.claims})
    return found


def _term_ground(case: Case, issue: IssueId) -> tuple[ClaimId, ...]:
    return case.issues[issue].ground.claims
