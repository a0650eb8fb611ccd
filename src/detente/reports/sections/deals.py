"""For each named deal: who blocks it, over what and why, and the nearest package."""

from __future__ import annotations

from typing import Any

from detente.analysis import Analysis, Consent, DealAnswer, Repair
from detente.model import Blank, Case, Deal, IssueId, PartyView, Term
from detente.reports.case_words import (
    fallback_words,
    if_not_words,
    performer_words,
    readable,
    reason_words,
)
from detente.reports.number_words import number_words
from detente.reports.section import Section
from detente.reports.sections.matrix import TINTS, cell
from detente.reports.sections.possible import package_rows
from detente.reports.wording import (
    VERDICT_SIGNS,
    VERDICT_WORDS,
    against_words,
    among_sentence,
    deal_sentence,
    listed,
    option_words,
    party_words,
    question_words,
    repair_sentence,
    the_party,
)

__all__ = ["deals", "hole_words"]


def deals(analysis: Analysis) -> Section | None:
    """Examine every named deal in turn."""
    answers = analysis.deals.deals
    if not answers:
        return None
    n = len(answers)
    count = {word: sum(VERDICT_WORDS[d.verdict] == word for d in answers) for word in
             VERDICT_WORDS.values()}  # fmt: skip
    found = listed(f"{k} {word}" for word, k in count.items() if k)
    return Section(
        id="deals",
        title="Deal by deal",
        question="Who blocks which deal, over what, and what is the nearest package?",
        answer=f"Of {n} named deals: {found}." if n > 1 else f"The one named deal: {found[2:]}.",
        template="deals.html.j2",
        data={"deals": [_deal(analysis, answer) for answer in answers]},
        rests_on=analysis.deals.basis,
    )


def hole_words(case: Case, answer: DealAnswer) -> list[str]:
    """Say who would have to act for a deal although nobody who agrees binds them."""
    by_party: dict[str, list[str]] = {}
    for hole in answer.unbound:
        words = f"“{option_words(case, hole.issue, hole.option)}”"
        by_party.setdefault(hole.party, []).append(words)
    return [
        f"{the_party(case, party, opens=True)} would have to act ({listed(terms)}), but nobody who "
        "agrees binds it"
        for party, terms in by_party.items()
    ]


def _deal(analysis: Analysis, answer: DealAnswer) -> dict[str, Any]:
    case, deal = analysis.case, analysis.case.deals[answer.deal]
    asked = [c for c in answer.consents if c.asked_as]
    others = [c for c in answer.consents if not c.asked_as]
    return {
        "id": deal.id,
        "title": deal.title,
        "table": case.tables[deal.table].title if deal.table else "",
        "sign": VERDICT_SIGNS[answer.verdict],
        "word": VERDICT_WORDS[answer.verdict],
        "tint": TINTS[answer.verdict],
        "sentence": deal_sentence(case, answer, analysis.deals.against),
        "claims": answer.basis,
        "ground": deal.ground,
        "note": deal.note,
        "terms": [_term(case, deal, term) for term in deal.terms],
        "order": _order(case, deal),
        "exchanges": [
            {"give": _questions(case, e.give), "get": _questions(case, e.get)}
            for e in deal.exchanges
        ],
        "quota": answer.quota,
        "quota_of": party_words(case, answer.quota.of) if answer.quota else "",
        "asked": [_consent(analysis, deal, c) for c in asked],
        "others": [_consent(analysis, deal, c) for c in others],
        "still_running": [case.title_of(clock) for clock in answer.still_running],
        "beaten": among_sentence(case, answer),
        "repair": repair_sentence(case, answer),
        "repairs": [_repair(case, r) for r in answer.repairs],
        "more_repairs": _more_repairs(answer),
        "holes": hole_words(case, answer),
        "beyond": [
            {"who": the_party(case, p, opens=True), "words": readable(case, f"“{words}”")}
            for p, words in answer.beyond_mandate
        ],
        "leaves_out": party_words(case, deal.leaves_out),
        "private_gain": [
            {"who": case.title_of(gain.party), "words": gain.words} for gain in deal.private_gain
        ],
        "efficient": answer.is_efficient,
        "improved_by": package_rows(case, answer.improved_by) if answer.improved_by else [],
    }


def _more_repairs(answer: DealAnswer) -> str:
    """Say how many packages are as near as those shown; empty if none is."""
    if answer.n_repairs is None:
        return "And others as near, which were not counted."
    more = answer.n_repairs - len(answer.repairs)
    return f"And {number_words(more)} more packages as near." if more > 0 else ""


def _consent(analysis: Analysis, deal: Deal, consent: Consent) -> dict[str, Any]:
    case = analysis.case
    holder = consent.holder
    against = consent.reason.against
    ground = consent.reason.ground
    view: PartyView | None = case.views.get(holder)
    return cell(consent) | {
        "anchor": f"{deal.id}-{consent.party}",
        "name": case.title_of(consent.party),
        "for": case.title_of(holder) if holder != consent.party else "",
        "why": reason_words(case, consent),
        "against": against_words(case, against) if against else "",
        "expects": fallback_words(case, view.fallback)
        if view and view.fallback and analysis.deals.against is None
        else "",
        "fallback_ground": view.fallback.ground if view and view.fallback else None,
        "ground": ground,
    }


def _term(case: Case, deal: Deal, term: Term) -> dict[str, Any]:
    issue = case.issues[term.issue]
    option = issue.option(term.option)
    same = term.option == issue.today
    checks = deal.who_checks if isinstance(term.who_checks, Blank) else term.who_checks
    if_not = deal.if_not if isinstance(term.if_not, Blank) else term.if_not
    return {
        "question": question_words(case, issue.id),
        "option": option_words(case, issue.id, option.id),
        "today": option_words(case, issue.id, issue.today),
        "same": same,
        "act": term.act,
        "condition": term.condition,
        "who": "" if same else performer_words(case, option.done_by),
        "irreversible": option.irreversible,
        "when": term.when,
        "checks": "" if isinstance(checks, Blank) else party_words(case, checks),
        "if_not": "" if isinstance(if_not, Blank) else if_not_words(case, if_not),
        "ground": option.ground if option.ground.is_given else issue.ground,
    }


def _order(case: Case, deal: Deal) -> str:
    if isinstance(deal.order, Blank):
        return ""
    steps = (listed(f"“{question_words(case, i)}”" for i in step) for step in deal.order)
    return ", then ".join(steps)


def _questions(case: Case, issues: tuple[IssueId, ...]) -> str:
    return listed(f"“{question_words(case, issue)}”" for issue in issues)


def _repair(case: Case, repair: Repair) -> dict[str, Any]:
    return {
        "name": f"“{case.deals[repair.package.deal].title}”" if repair.package.deal else "",
        "deal": repair.package.deal or "",
        "changes": [
            {
                "question": question_words(case, issue),
                "before": option_words(case, issue, before),
                "after": option_words(case, issue, after),
            }
            for issue, before, after in repair.changes
        ],
        "refused_by": party_words(case, repair.refused_by),
    }
