"""What would change this, as plain data for programs: shape ``detente/change/1``."""

from __future__ import annotations

from typing import Any

from detente.analysis import Consent, Number
from detente.analysis.change_answers import (
    ChangeAnswer,
    HeldLever,
    HoldShift,
    Search,
    StanceShift,
    Turn,
    Variation,
    WaitShift,
)
from detente.analysis.change_examined import TableStand
from detente.engines.deal_space import Verdict
from detente.model import Case
from detente.reports.change_answer_words import (
    change_answer_basis,
    change_answer_sentence,
    search_sentence,
)
from detente.reports.change_sentences import variation_sentences
from detente.reports.change_words import conclusion_words

__all__ = ["change_as_json"]

Json = dict[str, Any]

ANSWERS = {Verdict.YES: "yes", Verdict.NO: "no", Verdict.UNDECIDED: "cannot be said"}


def change_as_json(case: Case, answer: ChangeAnswer) -> Json:
    """Return the answer to "what would change this?" as data, with what every search tried."""
    main = answer.main
    return {
        "schema": "detente/change/1",
        "negotiation": case.title,
        "as_of": str(case.as_of),
        "answer": change_answer_sentence(case, answer),
        "about": None if main is None else main.id,
        "rests_on": list(change_answer_basis(case, answer)),
        "is_complete": answer.is_complete,
        "n_variations": answer.n_variations,
        "conclusions": [
            {
                "id": conclusion.id,
                "about": conclusion.about,
                "kind": conclusion.kind,
                "now": ANSWERS[verdict],
                "words": conclusion_words(case, conclusion, verdict),
            }
            for conclusion, verdict in zip(answer.conclusions, answer.base.verdicts, strict=True)
        ],
        "tables": [_table(table) for table in answer.base.tables],
        "variations": [_variation(case, variation) for variation in answer.variations],
        "searches": [_search(case, search) for search in answer.searches],
        "ledger": [
            {"party": entry.party, "levers": [_held(case, held) for held in entry.levers]}
            for entry in answer.ledger
        ],
        "events": list(answer.events),
        "flaws": [{"lever": lever, "flaw": flaw.value} for lever, flaw in answer.flaws],
    }


def _table(stand: TableStand) -> Json:
    return {
        "table": stand.table,
        "n_packages": stand.n_packages,
        "possible": _number(stand.n_possible),
        "undecided": _number(stand.n_undecided),
    }


def _number(number: Number | None) -> Json | None:
    if number is None:
        return None
    if isinstance(number, int):
        return {"at_least": number, "at_most": number}
    return {"at_least": number.at_least, "at_most": number.at_most}


def _variation(case: Case, variation: Variation) -> Json:
    return {
        "names": list(variation.names),
        "effect": variation.effect.value,
        "impossible_because": variation.impossible or None,
        "turns": [_turn(turn) for turn in variation.turns],
        "stances": [_stance(shift) for shift in variation.stances],
        "holding": [_holding(shift) for shift in variation.holding],
        "waiting": [_waiting(shift) for shift in variation.waiting],
        "counts": [
            {"before": _table(before), "after": _table(after)} for before, after in variation.counts
        ],
        "changes": [
            {
                "entry": one.entry,
                "inside": one.inside or None,
                "field": one.field,
                "reckoned_with_by": list(one.read_by),
            }
            for one in variation.altered
        ],
        "words": variation_sentences(case, variation),
    }


def _turn(turn: Turn) -> Json:
    return {
        "conclusion": turn.conclusion.id,
        "before": ANSWERS[turn.before],
        "after": ANSWERS[turn.after],
    }


def _stance(shift: StanceShift) -> Json:
    return {
        "deal": shift.deal,
        "party": shift.party,
        "before": _consent(shift.before),
        "after": _consent(shift.after),
        "towards": shift.towards,
    }


def _consent(consent: Consent | None) -> Json | None:
    if consent is None:
        return None
    return {
        "stance": consent.stance.value,
        "asked_as": consent.asked_as or None,
        "because": consent.reason.words,
        "rests_on": list(consent.reason.ground.claims),
    }


def _holding(shift: HoldShift) -> Json:
    return {
        "deal": shift.deal,
        "no_longer_stop": list(shift.no_longer_stop),
        "now_stop": list(shift.now_stop),
        "no_longer_break": list(shift.no_longer_break),
        "now_break": list(shift.now_break),
        "no_longer_unbound": list(shift.no_longer_unbound),
        "now_unbound": list(shift.now_unbound),
    }


def _waiting(shift: WaitShift) -> Json:
    before, after = (None if chance is None else round(chance, 6) for chance in shift.agreed)
    return {
        "deal": shift.deal,
        "no_longer_wait": list(shift.no_longer_wait),
        "now_wait": list(shift.now_wait),
        "chance_agreed_before": before,
        "chance_agreed_after": after,
    }


def _search(case: Case, search: Search) -> Json:
    return {
        "conclusion": search.conclusion.id,
        "before": ANSWERS[search.before],
        "sought": ANSWERS[search.sought],
        "sentence": search_sentence(case, search),
        "smallest_sets": [list(names) for names in search.found],
        "levers": list(search.levers),
        "cannot_matter": list(search.cannot_matter),
        "tried_in_vain": [list(names) for names in search.failing],
        "exclude_each_other": [
            {"levers": list(names), "because": why} for names, why in search.excluded
        ],
        "make_no_case": [{"levers": list(names), "because": why} for names, why in search.no_case],
        "most_at_a_time": search.most,
        "sizes_done": search.sizes_done,
        "n_tried": search.n_tried,
        "is_complete": search.is_complete,
    }


def _held(case: Case, held: HeldLever) -> Json:
    believed = held.believed
    return {
        "lever": held.lever,
        "title": case.title_of(held.lever),
        "must_authorise": list(held.must_authorise),
        "needs_others": list(held.needs_others),
        "believed": None
        if believed is None
        else {"words": believed.words, "low": believed.low, "high": believed.high},
        "worth": [
            {
                "after": worth.event or None,
                "effect": worth.variation.effect.value,
                "turns": [_turn(turn) for turn in worth.variation.turns],
                "moves": [_stance(shift) for shift in worth.variation.stances],
            }
            for worth in held.worth
        ],
    }
