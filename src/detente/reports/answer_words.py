"""The answer in one sentence, and what is said of each table and each named point."""

from __future__ import annotations

import math
from collections.abc import Sequence

from detente.analysis import DealsAnswer, NamedPoint, TableAnswer
from detente.engines.deal_space import Verdict
from detente.ledger import ClaimId
from detente.model import Case
from detente.reports.number_words import could_be_any, number_words
from detente.reports.wording import (
    against_words,
    counted,
    deal_sentence,
    everyone,
    listed,
    option_words,
    package_words,
    party_words,
)

__all__ = ["POINT_WORDS", "answer_basis", "answer_sentence", "point_sentence", "table_sentence"]

POINT_WORDS = {
    "nash": "largest product of gains",
    "kalai_smorodinsky": "evenest shares of what each could gain",
    "egalitarian": "largest least gain",
    "utilitarian": "largest total",
    "median": "where the median party stands",
}
"""What a named point maximises; whose name it bears stands in the method notes."""


def table_sentence(case: Case, table: TableAnswer) -> str:
    """Say how many packages of a table everyone who must agree could live with."""
    title = f"“{case.tables[table.table].title}”"
    if table.too_large:
        return table.too_large + "."
    if not table.asked:
        return f"{title}: it is not said whose consent a package needs."
    if not table.n_packages:
        return f"{title}: the rules leave no package that changes anything."
    opening = f"{title}: of {counted(table.n_packages, 'package')} in scope"
    who = everyone(table.quota)
    if could_be_any(table.n_possible):
        more = ""
        if could_be_any(table.n_undecided):
            more = f"; {number_words(table.n_undecided)} more cannot be ruled out"
        return f"{opening}, {who} could live with {number_words(table.n_possible)}{more}."
    if could_be_any(table.n_undecided):
        return (
            f"{opening} none is certain to be acceptable to {who}, and "
            f"{number_words(table.n_undecided)} cannot be ruled out."
        )
    parties = [r.party for r in table.refusals if r.opens]
    without = f" Without {party_words(case, parties, 'or')} there would be some." if parties else ""
    return f"{opening} none is acceptable to {who}.{without}"


def _main_table(answer: DealsAnswer) -> TableAnswer | None:
    return answer.tables[0] if answer.tables else None


def point_sentence(case: Case, point: NamedPoint) -> str:
    """Say which package is a named point, or why none is, without the theory's terms."""
    what = POINT_WORDS[point.name]
    if not point.packages and point.name == "median":
        return f"{what}: cannot be said, since some like a middle less than both sides of it"
    if point.name == "median":
        return f"{what}: {listed((package_words(case, p) for p in point.packages), 'or')}"
    if not point.packages:
        why = "gives every one of them more" if point.name == "nash" else "leaves nobody worse off"
        return f"{what}: none, since no package {why} than going without"
    totals = ", ".join(
        f"{case.title_of(party)} {points:g}"
        for party, points in zip(point.parties, point.utilities, strict=True)
    )
    more = ""
    if point.n_packages is not None and point.n_packages > 1:
        more = f"; {number_words(point.n_packages - 1)} more alike"
    if math.isinf(point.gap):
        more += "; it is not known how much better another could be"
    elif point.gap > 0:
        more += f"; one that is better by up to {point.gap:.2%} is not excluded"
    if not point.is_certain:
        more += "; not certain to be accepted by all"
    return f"{what}: {package_words(case, point.packages[0])} (points: {totals}{more})"


def answer_sentence(case: Case, answer: DealsAnswer) -> str:
    """Answer the first question in one sentence.

    The first deal of the case is the one on the table; what is said of the others follows it.
    """
    if not answer.deals:
        table = _main_table(answer)
        return table_sentence(case, table) if table else "There is no deal and no table to examine."
    first = answer.deals[0]
    title = f"“{case.deals[first.deal].title}”"
    compared = against_words(case, answer.against)
    if first.verdict is Verdict.YES:
        return f"Yes: {deal_sentence(case, first, answer.against)}"
    if first.verdict is Verdict.UNDECIDED:
        return f"Not decided: {deal_sentence(case, first, answer.against)}"
    who = party_words(case, (c.party for c in first.blockers)) or "too few"
    blocked = f"{who} would rather have {compared} than {title}"
    if answer.against is None:
        blocked = f"{who} would rather go without {title} than sign it"
    if not first.blockers:
        blocked = f"too few of those counted would rather have {title} than {compared}"
    if first.repair_kind == "possible":
        repair = first.repairs[0]
        away = counted(len(repair.changes), "changed term")
        named = repair.package.deal
        if named:
            near = f"“{case.deals[named].title}”, {away} away, is a deal"
        else:
            new = listed(
                f"“{option_words(case, issue, after)}”" for issue, _, after in repair.changes
            )
            near = f"with {away} ({new}) it becomes one"
            if first.n_repairs is None or first.n_repairs > 1:
                near = f"with {away} (such as {new}) it becomes one"
        return (
            f"Not as proposed: {blocked}; but {near} that {everyone(first.quota)} could live with."
        )
    possible = [d for d in answer.deals[1:] if d.verdict is Verdict.YES]
    if possible:
        others = listed(f"“{case.deals[d.deal].title}”" for d in possible)
        return f"No: {blocked}; but {others} would find the consent needed for it."
    table = next((t for t in answer.tables if t.table == first.table), None)
    if first.repair_kind == "not examined" or table is None:
        return f"No: {blocked}. Other packages were not examined."
    certain = "certain to be acceptable" if could_be_any(table.n_undecided) else "acceptable"
    who = "all who must agree" if first.quota is None else "enough of those asked"
    return f"No: {blocked}, and no package at that table is {certain} to {who}."


def answer_basis(answer: DealsAnswer) -> Sequence[ClaimId]:
    """Return the claims on which the one-sentence answer rests: those of the first deal."""
    return answer.deals[0].basis if answer.deals else answer.basis
