"""Which packages could each table agree on, and how do the most opposed two see them?"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from detente.analysis import Analysis, Package, Scatter, TableAnswer
from detente.ledger import ClaimId, PartyId
from detente.model import TODAY, Case
from detente.reports.answer_words import point_sentence, table_sentence
from detente.reports.charts import axis_title, keys_of, scatter_spec, svg_of
from detente.reports.number_words import number_words
from detente.reports.section import Section
from detente.reports.wording import (
    is_long,
    listed,
    option_words,
    package_words,
    party_words,
    question_words,
    sentence_start,
    the_party,
)

__all__ = ["grounds_of_views", "package_rows", "possible"]


def possible(analysis: Analysis) -> Section | None:
    """Show every table: how many packages are possible, who refuses most, and the picture."""
    case, tables = analysis.case, analysis.deals.tables
    if not tables:
        return None
    return Section(
        id="possible",
        title="Possible deals",
        question="Which packages could everyone who must agree live with?",
        answer=table_sentence(case, tables[0]),
        template="possible.html.j2",
        data={"tables": [_table(analysis, table) for table in tables]},
        rests_on=grounds_of_views(case, tables[0].asked),
    )


def grounds_of_views(case: Case, parties: tuple[PartyId, ...]) -> tuple[ClaimId, ...]:
    """Return the claims on which the views of these parties rest."""
    claims: dict[ClaimId, None] = {}
    for party in parties:
        view = case.views.get(case.preference_holder(party))
        if view is not None:
            claims |= dict.fromkeys(view.ground.claims)
            claims |= dict.fromkeys(view.fallback.ground.claims if view.fallback else ())
    return tuple(claims)


def _table(analysis: Analysis, table: TableAnswer) -> dict[str, Any]:
    case = analysis.case
    named = [d.deal for d in analysis.deals.deals if d.table == table.table]
    scatter = table.scatter if named or table is analysis.deals.tables[0] else None
    asked = party_words(case, table.asked)
    if table.quota is not None:
        of = party_words(case, table.quota.of)
        asked = f"{party_words(case, case.tables[table.table].must_agree)}" or ""
        asked = (f"{asked}, and " if asked else "") + f"at least {table.quota.at_least} of {of}"
    inside = case.tables[table.table].inside
    best = table.n_possible_efficient
    if best is None and table.frontier is not None:
        best = table.frontier.n_points  # of different levels, each with one package at least
    elif best is None and isinstance(table.n_possible, int):
        best = table.n_possible
    return {
        "id": table.table,
        "title": case.tables[table.table].title,
        "sentence": table_sentence(case, table),
        "inside": case.tables[inside].title if inside else "",
        "asked": sentence_start(asked),
        "claims": grounds_of_views(case, table.asked),
        "struck": number_words(table.n_struck) if table.n_struck else "",
        "is_best": table.frontier is not None and table.frontier.is_exact,
        "n_more": number_words(best - len(table.possible))
        if best and best > len(table.possible)
        else "",
        "loss": _loss_words(case, table),
        "packages": [
            {"name": _name(case, p), "deal": p.deal, "terms": package_rows(case, p)}
            for p in table.possible
        ],
        "refusals": [
            {
                "name": case.title_of(r.party),
                "n": number_words(r.n_refused),
                "without": number_words(r.n_opened_without),
                "opens": bool(r.opens),
            }
            for r in table.refusals
        ],
        "n_packages": number_words(table.n_packages),
        "points": [
            {
                "sentence": point_sentence(case, point),
                "terms": package_rows(case, point.packages[0])
                if point.packages and is_long(point.packages[0])
                else [],
            }
            for point in table.points
        ],
        "no_points_because": table.no_points_because,
        "picture": _picture(case, table, scatter) if scatter else None,
    }


def _loss_words(case: Case, table: TableAnswer) -> str:
    """Say how much better a package may be that an approximate frontier leaves out."""
    front = table.frontier
    if front is None or front.is_exact:
        return ""
    if not front.is_loss_useful:
        return (
            "There are too many for all of them to be found, and better ones may be missing; how "
            "much better cannot usefully be said."
        )
    parts = [
        f"{loss:.6g} {'points' if points else 'places'} for {the_party(case, party)}"
        for party, loss, points in zip(front.parties, front.loss, front.in_points, strict=True)
    ]
    return (
        "There are too many for all of them to be found, and better ones may be missing. What is "
        "proven concerns packages that give everybody more than they ask by at least these amounts: "
        f"{listed(parts)}. For each of them, one of those found is worse by no more than that."
    )


def _name(case: Case, package: Package) -> str:
    return package_words(case, package) if package.deal else ""


def package_rows(case: Case, package: Package) -> list[dict[str, str]]:
    """Return what a package settles, question by question."""
    return [
        {"question": question_words(case, issue), "option": option_words(case, issue, option)}
        for issue, option in package.settles.items()
    ]


def _picture(case: Case, table: TableAnswer, scatter: Scatter) -> dict[str, Any]:
    title = f"Packages of {case.tables[table.table].title}"
    x, y = case.title_of(scatter.x_party), case.title_of(scatter.y_party)
    description = (
        f"Each mark is one or more packages, placed by {x} from left to right and by {y} from "
        f"bottom to top. {sentence_start(number_words(table.n_possible))} of "
        f"{number_words(table.n_packages)} are acceptable to everyone who "
        "must agree. The table below says the same."
    )
    spec = scatter_spec(case, scatter)
    return {
        "svg": Markup(svg_of(spec, f"chart-{table.table}", title, description)),  # noqa: S704
        "x": axis_title(case, scatter.x_party, "more", in_points=scatter.x_in_points),
        "y": axis_title(case, scatter.y_party, "more", in_points=scatter.y_in_points),
        "x_name": x,
        "y_name": y,
        "rows": _twin(case, scatter),
        "rest": _rest(scatter),
        "left_out": scatter.n_left_out,
        "frontier_only": scatter.is_frontier_only,
        "keys": [
            {"letter": k.letter, "title": case.title_of(k.name), "is_deal": k.is_deal}
            for k in keys_of(case, scatter)
        ],
        "in_order": not (scatter.x_in_points and scatter.y_in_points),
    }


def _twin(case: Case, scatter: Scatter) -> list[dict[str, Any]]:
    """Say the picture as rows: what has a name, is possible, or is beaten by nothing."""
    letters = {k.name: k.letter for k in keys_of(case, scatter)}
    rows = []
    for p in scatter.points:
        if not (p.names or p.n_possible or p.is_efficient):
            continue
        names = sorted(p.names, key=lambda name: letters[name])
        rows.append(
            {
                "keys": [(letters[n], case.title_of(n), _kind(case, n)) for n in names],
                "x": _level(p.x, scatter.x_fallback),
                "y": _level(p.y, scatter.y_fallback),
                "x_points": f"{p.x:g}" if scatter.x_in_points else "",
                "y_points": f"{p.y:g}" if scatter.y_in_points else "",
                "n": p.n_packages,
                "possible": p.n_possible,
                "efficient": p.is_efficient,
                "order": (letters[names[0]] if names else "~", -p.x, -p.y),
            }
        )
    return sorted(rows, key=lambda row: row["order"])


def _kind(case: Case, name: str) -> str:
    return "deal" if name in case.deals else "today" if name == TODAY else "ending"


def _level(level: float, fallback: float | None) -> str:
    if fallback is None:
        return ""
    if abs(level - fallback) < 1e-9:
        return "= as without a deal"
    return "+ better than without a deal" if level > fallback else "− worse than without a deal"  # noqa: RUF001


def _rest(scatter: Scatter) -> int:
    return sum(
        p.n_packages for p in scatter.points if not (p.names or p.n_possible or p.is_efficient)
    )
