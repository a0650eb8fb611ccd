"""The cover: what a head of mission reads in a minute, on one printed page."""

from __future__ import annotations

from typing import Any

from detente.analysis import Analysis, DealAnswer
from detente.engines.deal_space import Verdict
from detente.ledger import ClaimId
from detente.reports.answer_words import answer_basis, answer_sentence, table_sentence
from detente.reports.case_words import period_words, reason_words
from detente.reports.change_answer_words import change_answer_basis, change_answer_sentence
from detente.reports.hold_answer_words import hold_answer_basis, hold_in_short
from detente.reports.hold_words import HELD_SIGNS, HELD_WORDS, carried_out_cell
from detente.reports.sections.comparisons import turning_sentence
from detente.reports.sections.heard import not_heard_who_must_agree
from detente.reports.sections.holds import clock_rows
from detente.reports.sections.holes import biggest_holes
from detente.reports.sections.judgements import counts_of_grounds
from detente.reports.sections.matrix import TINTS
from detente.reports.wait_words import wait_answer_basis, wait_answer_sentence
from detente.reports.wording import (
    VERDICT_SIGNS,
    VERDICT_WORDS,
    against_words,
    party_words,
    the_party,
)

__all__ = ["cover"]


def cover(analysis: Analysis) -> dict[str, Any]:
    """Return what the cover prints: the answer, the deals, the holes, the ground, the clocks."""
    case, answer = analysis.case, analysis.deals
    on_table = answer.deals[0].table if answer.deals else None
    tables = [t for t in answer.tables if on_table is None or t.table == on_table]
    waiting = analysis.wait if analysis.wait and analysis.wait.deals else None
    return {
        "title": case.title,
        "as_of": period_words(case.as_of),
        "as_of_basis": case.as_of_basis,
        "question": case.question,
        "answer": answer_sentence(case, answer),
        "claims": tuple(answer_basis(answer)),
        "against": against_words(case, answer.against) if answer.against else "",
        "deals": [_deal(analysis, deal) for deal in answer.deals],
        "hold": hold_in_short(case, analysis.hold) if analysis.hold else "",
        "hold_claims": hold_answer_basis(analysis.hold) if analysis.hold else (),
        "wait": wait_answer_sentence(case, waiting) if waiting else "",
        "wait_claims": wait_answer_basis(case, waiting) if waiting else (),
        "change": change_answer_sentence(case, analysis.change) if analysis.change else "",
        "change_claims": change_answer_basis(case, analysis.change) if analysis.change else (),
        "space": table_sentence(case, tables[0]) if tables else "",
        "turns": turning_sentence(analysis),
        "holes": biggest_holes(analysis),
        "not_heard": _not_heard(analysis),
        "rests": _rests(analysis),
        "clocks": clock_rows(case),
    }


def _deal(analysis: Analysis, answer: DealAnswer) -> dict[str, Any]:
    case = analysis.case
    lines = [
        {
            "who": the_party(case, c.party, opens=True),
            "why": reason_words(case, c),
            "claims": c.reason.ground.claims,
            "assumption": bool(c.reason.ground.assumption and not c.reason.ground.claims),
        }
        for c in (answer.blockers if answer.verdict is Verdict.NO else answer.undecided)
    ]
    asked = party_words(case, (c.party for c in answer.consents if c.is_asked))
    words = ""
    if answer.broken_rules:
        words = "it breaks a rule of the case"
    elif answer.verdict is Verdict.YES and asked:
        words = f"{asked} could live with it"
    elif not lines:
        words = "it is not said whose consent it needs"
        if answer.quota:
            fewer = answer.verdict is Verdict.NO
            words = "too few would agree" if fewer else "enough of those asked could live with it"
    return {
        "holding": _holding(analysis, answer),
        "id": answer.deal,
        "title": case.deals[answer.deal].title,
        "ours": case.deals[answer.deal].ground.our_idea,
        "sign": VERDICT_SIGNS[answer.verdict],
        "word": VERDICT_WORDS[answer.verdict],
        "tint": TINTS[answer.verdict],
        "words": words,
        "lines": lines,
        "claims": answer.basis,
    }


def _holding(analysis: Analysis, answer: DealAnswer) -> list[tuple[str, str, str]]:
    """Say of one deal whether it would be carried out and kept: what, sign, word."""
    holds = analysis.hold.deals if analysis.hold else ()
    found = next((hold for hold in holds if hold.deal == answer.deal), None)
    if found is None or not (found.performance.parts or found.keeping):
        return []
    _, sign, word = carried_out_cell(found)
    kept = found.kept
    return [("carried out", sign, word), ("kept", HELD_SIGNS[kept], HELD_WORDS[kept])]


def _not_heard(analysis: Analysis) -> dict[str, Any] | None:
    """Say who must agree and is not heard, and how much is said about them all the same."""
    case = analysis.case
    parties = not_heard_who_must_agree(analysis)
    if not parties or not case.claims:
        return None
    claims: dict[ClaimId, None] = {}
    for silent in analysis.voices.not_heard:
        if silent.party in parties:
            claims |= dict.fromkeys(silent.claims_about)
    who = party_words(case, parties, "or")
    them = "it" if len(parties) == 1 else "them"
    n = len(claims)
    about = {
        0: f"no claim is about {them}",
        1: f"the one claim about {them} is somebody else’s word",
    }.get(n, f"all {n} claims about {them} are other people’s words")
    return {"words": f"Nobody speaks for {who}, who must agree: {about}."}


def _rests(analysis: Analysis) -> str:
    case, voices = analysis.case, analysis.voices
    n, on_claims, assumed, bare = counts_of_grounds(case)
    n_sources, n_claims = len(case.sources), voices.n_claims
    first = f"{n_sources} source{'s' if n_sources != 1 else ''}, {n_claims} claim{'s' if n_claims != 1 else ''}"
    if voices.n_unnamed:
        first += f" ({voices.n_unnamed} from unnamed voices)"
    return (
        f"{first}; {n} judgement{'s' if n != 1 else ''}, of which {on_claims} rest on claims, {assumed} on an assumption "
        f"or our own idea and {bare} on nothing stated."
    )
