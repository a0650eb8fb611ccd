"""Who could live with what? Parties down, deals across, a sign and a word in every cell."""

from __future__ import annotations

from detente.analysis import Analysis, Consent, DealAnswer
from detente.engines.deal_space import Verdict
from detente.reports.section import Section
from detente.reports.wording import (
    STANCE_SIGNS,
    STANCE_WORDS,
    VERDICT_SIGNS,
    VERDICT_WORDS,
    against_words,
    listed,
    party_words,
)

__all__ = ["ASKED_WORDS", "TINTS", "cell", "matrix"]

ASKED_WORDS = {
    "must agree": "must agree",
    "counts": "is counted",
    "can block": "can block",
    "": "",
}
TINTS = {Verdict.YES: "yes", Verdict.NO: "no", Verdict.UNDECIDED: "open"}
"""Class of a cell; the tint only repeats what its sign and word say."""


def cell(consent: Consent) -> dict[str, object]:
    """Return sign, word and tint of one party's stand on one deal."""
    return {
        "sign": STANCE_SIGNS[consent.stance],
        "word": STANCE_WORDS[consent.stance],
        "tint": TINTS[consent.stance.verdict],
        "asked": ASKED_WORDS[consent.asked_as],
    }


def matrix(analysis: Analysis) -> Section | None:
    """Lay every party's stand on every named deal side by side."""
    case, answers = analysis.case, analysis.deals.deals
    parties = dict.fromkeys(c.party for d in answers for c in d.consents if c.asked_as)
    parties |= dict.fromkeys(c.party for d in answers for c in d.consents)
    if not parties:
        return None
    stands = {(d.deal, c.party): c for d in answers for c in d.consents}
    columns = [
        {
            "id": d.deal,
            "title": case.deals[d.deal].title,
            "sign": VERDICT_SIGNS[d.verdict],
            "word": VERDICT_WORDS[d.verdict],
            "tint": TINTS[d.verdict],
        }
        for d in answers
    ]
    rows = []
    for party in parties:
        found = [stands.get((d.deal, party)) for d in answers]
        cells = [cell(c) | {"deal": d.deal, "party": party} if c else None
                 for d, c in zip(answers, found, strict=True)]  # fmt: skip
        rows.append({"name": case.title_of(party), "cells": cells})
    return Section(
        id="matrix",
        title="Who could live with what",
        question=f"How does each party stand to each deal, against "
        f"{against_words(case, analysis.deals.against)}?",
        answer=_answer(analysis, answers),
        template="matrix.html.j2",
        data={"columns": columns, "rows": rows, "signs": _signs()},
        rests_on=analysis.deals.basis,
    )


def _answer(analysis: Analysis, answers: tuple[DealAnswer, ...]) -> str:
    case = analysis.case
    by_verdict: dict[Verdict, list[str]] = {}
    for deal in answers:
        title = f"“{case.deals[deal.deal].title}”"
        if deal.verdict is Verdict.NO and deal.blockers:
            title += f" (by {party_words(case, (c.party for c in deal.blockers))})"
        by_verdict.setdefault(deal.verdict, []).append(title)
    openings = (
        (Verdict.YES, "everyone who must agree could live with {}"),
        (Verdict.NO, "blocked: {}"),
        (Verdict.UNDECIDED, "cannot be said: {}"),
    )
    parts = [words.format(listed(by_verdict[v])) for v, words in openings if v in by_verdict]
    words = "; ".join(parts)
    return f"{words[0].upper()}{words[1:]}."


def _signs() -> list[dict[str, str]]:
    return [
        {"sign": STANCE_SIGNS[stance], "word": word, "tint": TINTS[stance.verdict]}
        for stance, word in STANCE_WORDS.items()
    ]
