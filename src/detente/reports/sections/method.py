"""How the answers were found, and what the words mean. Here, and only here, stand terms of theory."""

from __future__ import annotations

from detente.analysis import Analysis
from detente.engines.stability import Concept
from detente.model import Case, OutcomeOrder, Points, RankedStatements
from detente.reports.answer_words import POINT_WORDS
from detente.reports.case_words import per_cent
from detente.reports.section import Section
from detente.reports.wording import listed, party_words

__all__ = ["method"]

NAMES = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai and Smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
    "median": "the median voter",
}


CONCEPT_NAMES = {
    Concept.NASH: "by the concept of Nash",
    Concept.GMR: "by general metarationality",
    Concept.SMR: "by symmetric metarationality",
    Concept.SEQ: "by sequential stability",
}


def method(analysis: Analysis) -> Section | None:
    """Print definitions, conventions and the declared scale of likelihood words."""
    case = analysis.case
    scale = [
        {"word": word, "range": per_cent(low, high)}
        for word, (low, high) in case.scale.ranges.items()
    ]
    return Section(
        id="method",
        title="Method notes",
        question="How were these answers found, and what do the words mean?",
        answer=_answer(analysis),
        template="method.html.j2",
        data={
            "scale": scale,
            "holds": analysis.hold is not None and bool(analysis.hold.deals),
            "concept": CONCEPT_NAMES[analysis.hold.concept] if analysis.hold else "",
            "scale_title": case.scale.title,
            "forms": _forms(case),
            "points": _points(analysis),
            "not_compared": _not_compared(analysis),
            "named": [
                {"words": POINT_WORDS[name], "name": NAMES[name]} for name in _named(analysis)
            ],
        },
    )


def _answer(analysis: Analysis) -> str:
    """Say whether packages were listed, and of which tables they were not."""
    one_by_one = "Every package in a table’s scope is examined one by one and put to every party."
    tables = [t for t in analysis.deals.tables if not t.is_listed]
    if not tables:
        return one_by_one
    titles = listed(f"“{analysis.case.tables[t.table].title}”" for t in tables)
    sums = (
        f"At {titles} there are too many packages to list: they are worked off issue by issue, as "
        "sums, and what no other package beats is kept; numbers that are too large to be counted "
        "are given between proven bounds."
    )
    return sums if len(tables) == len(analysis.deals.tables) else f"{one_by_one} {sums}"


def _forms(case: Case) -> list[str]:
    """Say in which form each party's wants are stated."""
    kinds: dict[str, list[str]] = {}
    for party, view in case.views.items():
        match view.preference:
            case RankedStatements():
                kind = "statements in order of importance"
            case OutcomeOrder():
                kind = "an order of deals and endings"
            case Points():
                kind = "points"
            case _:
                continue
        kinds.setdefault(kind, []).append(case.title_of(party))
    return [f"{kind}: {listed(names)}" for kind, names in kinds.items()]


def _named(analysis: Analysis) -> list[str]:
    """The points that are explained: the four of bargaining, and the median where there is one."""
    used = {point.name for table in analysis.deals.tables for point in table.points}
    return [name for name in NAMES if name != "median" or name in used]


def _points(analysis: Analysis) -> list[str]:
    """Say table by table why the named points are not computed, where they are not."""
    case = analysis.case
    return [
        f"“{case.tables[t.table].title}”: {t.no_points_because}"
        for t in analysis.deals.tables
        if t.no_points_because
    ]


def _not_compared(analysis: Analysis) -> list[str]:
    case = analysis.case
    return [
        f"“{case.tables[t.table].title}”: {party_words(case, t.not_compared_on)}"
        for t in analysis.deals.tables
        if t.not_compared_on
    ]
