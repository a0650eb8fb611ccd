"""How does the answer change with what a deal is compared with?"""

from __future__ import annotations

from typing import Any

from detente.analysis import Analysis, Comparison
from detente.engines.deal_space import Verdict
from detente.ledger import ClaimId
from detente.model import TODAY, Case, EndingId
from detente.reports.number_words import number_words
from detente.reports.section import Section
from detente.reports.sections.matrix import TINTS
from detente.reports.wording import (
    VERDICT_SIGNS,
    VERDICT_WORDS,
    against_words,
    listed,
    sentence_start,
)

__all__ = ["comparisons", "turning_sentence"]


def comparisons(analysis: Analysis) -> Section | None:
    """Set each deal against each party's own fallback, today, and every ending."""
    case, answer = analysis.case, analysis.deals
    if not answer.deals or len(answer.comparisons) < 2:
        return None
    tables = [t for t in answer.tables if not t.too_large]
    rows = [_row(analysis, c, [t.table for t in tables]) for c in answer.comparisons]
    return Section(
        id="comparisons",
        title="Compared with what?",
        question="Against what each expects, against today, and against each ending: "
        "which deals are possible?",
        answer=turning_sentence(analysis) or "Every deal fares the same against each of them.",
        template="comparisons.html.j2",
        data={
            "deals": [{"id": d.deal, "title": case.deals[d.deal].title} for d in answer.deals],
            "tables": [case.tables[t.table].title for t in tables],
            "rows": rows,
        },
        rests_on=_basis(case, answer.comparisons),
    )


def turning_sentence(analysis: Analysis) -> str:
    """Say for which deals the verdict turns on the comparison; empty where it does for none."""
    case, answer = analysis.case, analysis.deals
    same = (c.verdicts for c in answer.comparisons if c.against == answer.against)
    main = next(same, {deal.deal: deal.verdict for deal in answer.deals})
    words = []
    for other in answer.comparisons:
        turned: dict[Verdict, list[str]] = {}
        for deal in answer.deals:
            verdict = other.verdicts[deal.deal]
            if verdict is not main[deal.deal]:
                turned.setdefault(verdict, []).append(f"“{case.deals[deal.deal].title}”")
        if turned:
            instead = against_words(case, other.against)
            becomes = listed(
                f"{listed(titles)} would be {_turned(verdict)}"
                for verdict, titles in turned.items()
            )
            words.append(f"compared with {instead} instead, {becomes}")
    return f"{sentence_start('; '.join(words))}." if words else ""


def _turned(verdict: Verdict) -> str:
    return "open" if verdict is Verdict.UNDECIDED else VERDICT_WORDS[verdict]


def _row(analysis: Analysis, comparison: Comparison, tables: list[Any]) -> dict[str, Any]:
    case = analysis.case
    name = against_words(case, comparison.against)
    ground = None
    if comparison.against is None:
        name = "what each party expects without it"
    elif comparison.against in case.endings:
        ground = case.endings[EndingId(comparison.against)].ground
    cells = []
    for deal in analysis.deals.deals:
        verdict = comparison.verdicts[deal.deal]
        sign, word = VERDICT_SIGNS[verdict], VERDICT_WORDS[verdict]
        cells.append({"sign": sign, "word": word, "tint": TINTS[verdict]})
    return {
        "name": sentence_start(name),
        "ground": ground,
        "cells": cells,
        "counts": [number_words(comparison.n_possible[table]) for table in tables],
        "is_main": comparison.against == analysis.deals.against,
        "is_today": comparison.against == TODAY,
    }


def _basis(case: Case, rows: tuple[Comparison, ...]) -> tuple[ClaimId, ...]:
    claims: dict[ClaimId, None] = {}
    for row in rows:
        if row.against in case.endings:
            claims |= dict.fromkeys(case.endings[EndingId(str(row.against))].ground.claims)
    return tuple(claims)
