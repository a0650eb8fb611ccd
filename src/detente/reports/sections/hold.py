"""Once signed, would it hold? Four answers per deal, and what each rests on."""

from __future__ import annotations

from typing import Any

from detente.analysis import Analysis, DealHold, Keeping
from detente.engines.deal_space import Verdict
from detente.model import Case
from detente.reports.hold_answer_words import (
    bearer_sentence,
    binding_sentences,
    bond_sentences,
    group_sentences,
    hold_answer_basis,
    hold_answer_sentence,
    hold_sentence,
    moving_sentences,
    stated_sentence,
)
from detente.reports.hold_words import (
    BOND_WORDS,
    CONCEPT_WORDS,
    HELD_SIGNS,
    HELD_WORDS,
    carried_out_cell,
    good_cell,
    keeping_sentences,
    performance_sentences,
    stop_sentence,
)
from detente.reports.section import Section
from detente.reports.sections.matrix import TINTS

__all__ = ["hold"]


def hold(analysis: Analysis) -> Section | None:
    """Show who could break each deal, by which move, what stops them, and what would hold it."""
    case, answer = analysis.case, analysis.hold
    if answer is None or not answer.deals:
        return None
    return Section(
        id="hold",
        title="Would it hold?",
        question="Once signed, would it be carried out and kept? Who could break it, and what stops them?",
        answer=hold_answer_sentence(case, answer),
        template="hold.html.j2",
        data={
            "reckoned": CONCEPT_WORDS[answer.concept],
            "columns": [
                ("agreed", "Would all sign?"),
                ("carried_out", "Would it be carried out?"),
                ("kept", "Would it then be kept?"),
                ("good", "Good for those who bear it?"),
            ],
            "deals": [_deal(case, deal, n == 0) for n, deal in enumerate(answer.deals)],
        },
        rests_on=hold_answer_basis(answer),
    )


def _verdict(verdict: Verdict) -> dict[str, str]:
    return cell_of(verdict, HELD_SIGNS[verdict], HELD_WORDS[verdict])


def cell_of(verdict: Verdict, sign: str, word: str) -> dict[str, str]:
    return {"sign": sign, "word": word, "tint": TINTS[verdict]}


def _deal(case: Case, hold: DealHold, is_first: bool) -> dict[str, Any]:
    shown = [k for k in hold.keeping if k.must_act or k.breaking or k.held_by or k.depends_on]
    return {
        "id": hold.deal,
        "title": case.deals[hold.deal].title,
        "sentence": "" if is_first else hold_sentence(case, hold),  # it is the answer above
        "claims": hold.basis,
        "examined": not hold.too_large,
        "agreed": _verdict(hold.agreed),
        "carried_out": cell_of(*carried_out_cell(hold)),
        "kept": _verdict(hold.kept),
        "good": cell_of(*good_cell(hold)),
        "performance": performance_sentences(case, hold.performance),
        "stops": [
            {
                "words": stop_sentence(case, stop, hold.concept),
                "claims": stop.why.ground.claims,
                "assumption": stop.why.ground.assumption,
            }
            for stop in hold.performance.stops_that_matter
        ],
        "parties": [_party(case, hold, keeping) for keeping in shown],
        "groups": [*group_sentences(case, hold), *moving_sentences(case, hold)],
        "bonds": bond_sentences(case, hold),
        "binding": binding_sentences(case, hold),
        "bearers": [
            {
                "words": bearer_sentence(case, bearer),
                "claims": bearer.why.ground.claims if bearer.why else (),
            }
            for bearer in hold.good
        ],
        "stated": [
            {"words": stated_sentence(case, stated), "ground": stated.breaker.ground}
            for stated in hold.stated
        ],
    }


def _party(case: Case, hold: DealHold, keeping: Keeping) -> dict[str, Any]:
    moves = ([keeping.breaking] if keeping.breaking else []) + list(keeping.held_by)
    claims = dict.fromkeys(claim for move in moves for claim in move.why.ground.claims)
    return {
        "name": case.title_of(keeping.party),
        "bond": BOND_WORDS[keeping.bond],
        "is_hole": keeping.party in hold.holes,
        "sentences": keeping_sentences(case, keeping, hold.concept),
        "claims": tuple(claims),
    }
