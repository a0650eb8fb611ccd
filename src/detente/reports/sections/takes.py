"""What is the nearest deal, and what would it take to reach it?"""

from __future__ import annotations

from typing import Any

from detente.analysis import Analysis, DealAnswer
from detente.engines.deal_space import Verdict
from detente.model import Case
from detente.reports.opening_words import (
    Told,
    closed_tables,
    lack_sentences,
    opening_sentences,
    proof_words,
    takes_sentence,
    told_words,
)
from detente.reports.section import Section
from detente.reports.sections.possible import grounds_of_views, package_rows
from detente.reports.wording import is_long, option_words, question_words

__all__ = ["takes"]


def takes(analysis: Analysis) -> Section | None:
    """Show for each deal that is not possible the nearest one; for each empty table what opens it."""
    case, answer = analysis.case, analysis.deals
    refused = [deal for deal in answer.deals if deal.verdict is not Verdict.YES]
    closed = closed_tables(answer.tables)
    if not refused and not closed:
        return None
    sentence = (
        takes_sentence(case, answer.deals[0])
        if answer.deals
        else "Nothing that this table can agree on; the demands in conflict are below."
    )
    claims = dict.fromkeys(claim for deal in refused for claim in deal.basis)
    for table in closed:
        claims |= dict.fromkeys(grounds_of_views(case, table.asked))
    return Section(
        id="takes",
        title="The nearest deal, and what it would take",
        question="What is the nearest deal, and what would it take to reach it?",
        answer=sentence,
        template="takes.html.j2",
        data={
            "deals": [_deal(analysis, deal) for deal in refused],
            "tables": [
                {
                    "title": case.tables[table.table].title,
                    "groups": [
                        (heading, [_told(case, told) for told in group])
                        for heading, group in opening_sentences(case, table.opening)
                    ],
                    "is_complete": table.opening.is_complete,
                }
                for table in closed
                if table.opening is not None
            ],
        },
        rests_on=tuple(claims),
    )


def _told(case: Case, told: Told) -> dict[str, Any]:
    """Return a sentence with its package, and all the package's terms where they are many."""
    _, package = told
    return {
        "words": told_words(case, told),
        "terms": package_rows(case, package) if package is not None and is_long(package) else [],
    }


def _deal(analysis: Analysis, deal: DealAnswer) -> dict[str, Any]:
    case = analysis.case
    first = deal.repairs[0] if deal.repairs else None
    return {
        "id": deal.deal,
        "title": case.deals[deal.deal].title,
        "sentence": takes_sentence(case, deal),
        "changes": [
            {
                "question": question_words(case, issue),
                "before": option_words(case, issue, before),
                "after": option_words(case, issue, after),
            }
            for issue, before, after in (first.changes if first else ())
        ],
        "package": package_rows(case, first.package) if first else [],
        "lacks": lack_sentences(case, deal),
        "proof": proof_words(deal),
        "claims": deal.basis,
    }
