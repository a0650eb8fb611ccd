"""What would change this? Levers and scenarios beside the base, smallest sets, and who holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from detente.analysis import Analysis
from detente.analysis.change_answers import ChangeAnswer, Effect, Search, Variation
from detente.analysis.conclusions import Conclusion
from detente.engines.deal_space import Verdict
from detente.model import Case, Ground
from detente.reports.change_answer_words import (
    HOW_SEARCHED,
    authority_words,
    believed_words,
    change_answer_basis,
    change_answer_sentence,
    event_worth_words,
    flaw_sentences,
    holder_words,
    search_sentence,
    search_sentences,
)
from detente.reports.change_sentences import variation_sentences
from detente.reports.change_shift_words import count_words
from detente.reports.change_words import (
    OF_A_TABLE_ASKED,
    QUESTION_WORDS,
    names_words,
    title_words,
    verdict_cell,
    worth_words,
)
from detente.reports.section import Section
from detente.reports.sections.matrix import TINTS
from detente.reports.wording import sentence_start

__all__ = ["change", "change_section", "columns_of"]

QUIET = (Effect.NOT_RECKONED, Effect.NOTHING, Effect.NO_CHANGE)
"""Those that change none of the answers: told in a list of their own."""

MOST_SETS_TOLD = 60
"""Sets tried in vain that are printed; of more, the smaller ones."""


def change(analysis: Analysis) -> Section | None:
    """Show what would turn the answers, where that was asked."""
    return None if analysis.change is None else change_section(analysis.case, analysis.change)


def change_section(case: Case, answer: ChangeAnswer) -> Section | None:
    """Show what each lever and scenario turns, the smallest sets of levers, and whose they are."""
    if not answer.variations and not answer.searches:
        return None
    columns = columns_of(answer)
    tables = [t.table for t in answer.base.tables if t.n_possible is not None]
    return Section(
        id="change",
        title="What would change this?",
        question="Which lever, or which other course of events, would turn these answers, and in whose "
        "hands is it?",
        answer=change_answer_sentence(case, answer),
        template="change.html.j2",
        data={
            "columns": _heads(case, columns),
            "tables": [case.title_of(table) for table in tables],
            "groups": _groups(case, answer, columns, tables),
            "levers": [_told(case, v) for v in answer.variations],
            "searches": [_search(case, search) for search in answer.searches],
            "how_searched": HOW_SEARCHED,
            "ledger": _ledger(case, answer),
            "flaws": flaw_sentences(case, answer),
            "is_complete": answer.is_complete,
        },
        rests_on=change_answer_basis(case, answer),
    )


def columns_of(answer: ChangeAnswer) -> list[Conclusion]:
    """Return the conclusions worth a column: those searched for, and the main ones on deals.

    That a table has a package is told by how many it has.
    """
    shown = {search.conclusion for search in answer.searches}
    deals = {c.about for c in answer.conclusions if c.kind == "holds"}
    return [c for c in answer.conclusions if c in shown or (c.is_main and c.about in deals)]


def _heads(case: Case, columns: Sequence[Conclusion]) -> list[dict[str, Any]]:
    """Group the columns by what they are about."""
    heads: list[dict[str, Any]] = []
    for column in columns:
        if not heads or heads[-1]["about"] != column.about:
            heads.append({"about": column.about, "title": case.title_of(column.about), "kinds": []})
        of_table = column.about in case.tables
        words = OF_A_TABLE_ASKED if of_table else QUESTION_WORDS[column.kind]
        heads[-1]["kinds"].append(words)
    return heads


def _groups(
    case: Case, answer: ChangeAnswer, columns: Sequence[Conclusion], tables: Sequence[str]
) -> list[dict[str, Any]]:
    base: dict[str, Any] = {
        "title": "As it is",
        "rows": [_row(case, answer, answer.base, columns, tables)],
    }
    shown = [v for v in answer.variations if v.effect not in QUIET]
    singles = [v for v in shown if len(v.names) == 1]
    kinds: tuple[tuple[str, Iterable[Variation]], ...] = (
        ("Each lever alone", (v for v in singles if v.names[0] in case.levers)),
        ("Each other course of events alone", (v for v in singles if v.names[0] in case.scenarios)),
        ("All of these together", (v for v in shown if len(v.names) > 1)),
    )
    as_is = base["rows"][0]
    groups = [
        {"title": title, "rows": [row for row in rows if _is_told(row, as_is)]}
        for title, variations in kinds
        for rows in [[_row(case, answer, v, columns, tables) for v in variations]]
    ]
    return [base, *(group for group in groups if group["rows"])]


def _is_told(row: dict[str, Any], as_is: dict[str, Any]) -> bool:
    """Say whether a row differs from the case as it is in anything that has a column."""
    turned = any(cell is None or cell["before"] for cell in row["cells"])
    return turned or row["counts"] != as_is["counts"]


def _row(
    case: Case,
    answer: ChangeAnswer,
    variation: Variation,
    columns: Sequence[Conclusion],
    tables: Sequence[str],
) -> dict[str, Any]:
    is_base = not variation.names
    cells: list[dict[str, str] | None] = []
    for column in columns:
        if variation.impossible:
            cells.append(None)
            continue
        at = answer.conclusions.index(column)
        verdict, was = variation.verdicts[at], answer.base.verdicts[at]
        sign, word = verdict_cell(verdict)
        before = "" if verdict is was else f"instead of {verdict_cell(was)[1]}"
        tint = TINTS[verdict] if is_base or before else ""
        if not (is_base or before):
            sign, word = "=", "the same"
        cells.append({"sign": sign, "word": word, "tint": tint, "before": before})
    counts = {str(table.table): table for table in variation.tables}
    return {
        "name": sentence_start(title_words(case, variation.names[0]) if len(variation.names) == 1
                               else names_words(case, variation.names)),
        "cells": cells,
        "counts": [count_words(counts[table]).removesuffix(" packages") if table in counts else "–"
                   for table in tables],
    }  # fmt: skip


def _ground(case: Case, variation: Variation) -> Ground | None:
    if len(variation.names) != 1:
        return None
    name = variation.names[0]
    return case.levers[name].ground if name in case.levers else case.scenarios[name].ground


def _told(case: Case, variation: Variation) -> dict[str, Any]:
    return {
        "title": names_words(case, variation.names),
        "sentences": variation_sentences(case, variation),
        "quiet": variation.effect in QUIET,
        "ground": _ground(case, variation),
    }


def _search(case: Case, search: Search) -> dict[str, Any]:
    failing = [names for names in search.failing if names]
    return {
        "sentence": search_sentence(case, search),
        "tint": TINTS[Verdict.YES if search.found else Verdict.NO],
        "sign": "+" if search.found else "–",
        "found": [names_words(case, names) for names in search.found],
        "how": search_sentences(case, search),
        "failing": [names_words(case, names) for names in failing[:MOST_SETS_TOLD]],
        "n_more": max(0, len(failing) - MOST_SETS_TOLD),
    }


def _ledger(case: Case, answer: ChangeAnswer) -> list[dict[str, Any]]:
    """Enter every lever under each who holds it; what it does is told once."""
    told: dict[str, str] = {}
    entries = []
    for leverage in answer.ledger:
        holder = holder_words(case, leverage)
        rows = []
        for held in leverage.levers:
            where = told.setdefault(held.lever, holder)
            again = where is not holder
            rows.append(
                {
                    "title": title_words(case, held.lever),
                    "authority": authority_words(case, held, leverage),
                    "believed": believed_words(held),
                    "now": f"as under: {where}"
                    if again
                    else worth_words(case, held.worth[0].variation),
                    "after": [] if again else event_worth_words(case, held),
                    "ground": case.levers[held.lever].ground,
                }
            )
        entries.append({"holder": holder, "levers": rows})
    return entries
