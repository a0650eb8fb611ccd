"""Answers as plain data for programs; the schemas beside this file hold the shapes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from detente.analysis import (
    Analysis,
    Consent,
    DealAnswer,
    Demand,
    Finding,
    FrontierAnswer,
    NamedPoint,
    Number,
    Opening,
    Package,
    Repair,
    Scatter,
    TableAnswer,
)
from detente.engines.deal_space import Standing, Verdict
from detente.errors import CaseFileError, DetenteError, Place, Problem
from detente.model import Case, Ground, Quota
from detente.reports.answer_words import answer_basis, answer_sentence, table_sentence
from detente.reports.wording import deal_sentence

__all__ = ["deals_as_json", "error_as_json", "findings_as_json"]

VERDICTS = {Verdict.YES: "possible", Verdict.NO: "blocked", Verdict.UNDECIDED: "cannot be said"}

STANDINGS = {
    Standing.NOT: "beaten",
    Standing.POSSIBLY: "possibly unbeaten",
    Standing.NECESSARILY: "unbeaten",
}

Json = dict[str, Any]


def deals_as_json(analysis: Analysis) -> Json:
    """Return the answer to "which deals are possible?" as data, shape ``detente/deals/1``."""
    case, answer = analysis.case, analysis.deals
    return {
        "schema": "detente/deals/1",
        "negotiation": case.title,
        "as_of": str(case.as_of),
        "against": answer.against,
        "is_complete": answer.is_complete,
        "answer": answer_sentence(case, answer),
        "rests_on": list(answer_basis(answer)),
        "deals": [_deal(case, deal, answer.against) for deal in answer.deals],
        "tables": [_table(case, table) for table in answer.tables],
        "comparisons": [
            {
                "against": comparison.against,
                "verdicts": {d: VERDICTS[v] for d, v in comparison.verdicts.items()},
                "n_possible": {t: _exact(n) for t, n in comparison.n_possible.items()},
                "n_possible_between": {t: _bounds(n) for t, n in comparison.n_possible.items()},
            }
            for comparison in answer.comparisons
        ],
    }


def error_as_json(error: DetenteError) -> Json:
    """Return what stopped a verb as data, shape ``detente/error/1``."""
    problems = error.problems if isinstance(error, CaseFileError) else ()
    return {
        "schema": "detente/error/1",
        "kind": type(error).__name__,
        "message": str(error).split("\n")[0],
        "problems": [_problem(p) for p in problems],
    }


def findings_as_json(problems: Iterable[Problem], findings: Iterable[Finding]) -> Json:
    """Return what `check` found as data, shape ``detente/check/1``."""
    return {
        "schema": "detente/check/1",
        "problems": [_problem(p) for p in problems],
        "findings": [
            {
                "kind": f.kind,
                "about": f.about,
                "words": f.words,
                "fix": f.fix,
                "place": _place(f.place),
            }
            for f in findings
        ],
    }


def _problem(problem: Problem) -> Json:
    return {
        "place": _place(problem.place),
        "found": problem.found,
        "expected": problem.expected,
        "fix": problem.fix,
    }


def _place(place: Place) -> Json:
    return {"file": place.file, "line": place.line, "field": place.field}


def _number(value: float | None) -> float | None:
    """Return a number, or None for what is none: JSON knows no NaN."""
    return None if value is None or not math.isfinite(value) else value


def _exact(count: Number) -> int | None:
    return count if isinstance(count, int) else None


def _bounds(count: Number) -> list[int]:
    """Return the proven bounds of a number of packages; twice the number where it is exact."""
    return [count, count] if isinstance(count, int) else [count.at_least, count.at_most]


def _ground(ground: Ground) -> Json:
    return {
        "claims": list(ground.claims),
        "needs_all": ground.needs_all,
        "assumption": ground.assumption or None,
        "our_idea": ground.our_idea,
    }


def _quota(quota: Quota | None) -> Json | None:
    return None if quota is None else {"at_least": quota.at_least, "of": list(quota.of)}


def _package(package: Package) -> Json:
    return {"settles": dict(package.settles), "deal": package.deal}


def _deal(case: Case, answer: DealAnswer, against: str | None) -> Json:
    return {
        "id": answer.deal,
        "title": case.deals[answer.deal].title,
        "table": answer.table,
        "verdict": VERDICTS[answer.verdict],
        "sentence": deal_sentence(case, answer, against),
        "rests_on": list(answer.basis),
        "quota": _quota(answer.quota),
        "consents": [_consent(case, c) for c in answer.consents],
        "broken_rules": list(answer.broken_rules),
        "bound_by_nobody": [
            {"party": h.party, "issue": h.issue, "option": h.option} for h in answer.unbound
        ],
        "beyond_mandate": [{"party": p, "words": words} for p, words in answer.beyond_mandate],
        "does_not_stop": list(answer.still_running),
        "repair": {
            "kind": answer.repair_kind,
            "n_packages": answer.n_repairs,
            "packages": [_repair(r) for r in answer.repairs],
            "proof": answer.proof or None,
        },
        "among_deals": None
        if answer.among_deals is None
        else {
            "standing": STANDINGS[answer.among_deals.standing],
            "beaten_by": answer.among_deals.beaten_by,
        },
        "lacks": [
            {"party": lack.party, "at_least": lack.at_least, "at_most": lack.at_most}
            for lack in answer.lacks
        ],
        "efficient": answer.is_efficient,
        "improved_by": _package(answer.improved_by) if answer.improved_by else None,
    }


def _consent(case: Case, consent: Consent) -> Json:
    reason = consent.reason
    return {
        "party": consent.party,
        "name": case.title_of(consent.party),
        "decided_by": consent.holder,
        "asked_as": consent.asked_as or None,
        "stance": consent.stance.value,
        "verdict": VERDICTS[consent.stance.verdict],
        "reason": {
            "words": reason.words,
            "issues": list(reason.issues),
            "against": reason.against or None,
            "rests_on": _ground(reason.ground),
        },
    }


def _repair(repair: Repair) -> Json:
    return _package(repair.package) | {
        "changes": [{"issue": i, "from": a, "to": b} for i, a, b in repair.changes],
        "refused_by": list(repair.refused_by),
    }


def _table(case: Case, table: TableAnswer) -> Json:
    return {
        "id": table.table,
        "title": case.tables[table.table].title,
        "sentence": table_sentence(case, table),
        "asked": list(table.asked),
        "quota": _quota(table.quota),
        "n_packages": table.n_packages,
        "n_struck": table.n_struck,
        "is_listed": table.is_listed,
        "n_possible": _exact(table.n_possible),
        "n_possible_between": _bounds(table.n_possible),
        "n_undecided": _exact(table.n_undecided),
        "n_undecided_between": _bounds(table.n_undecided),
        "n_efficient": table.n_efficient,
        "n_possible_efficient": table.n_possible_efficient,
        "compared_on": list(table.compared_on),
        "not_compared_on": list(table.not_compared_on),
        "refusals": [
            {
                "party": r.party,
                "n_refused": _exact(r.n_refused),
                "n_refused_between": _bounds(r.n_refused),
                "n_opened_without": _exact(r.n_opened_without),
                "n_opened_without_between": _bounds(r.n_opened_without),
                "opens": r.opens,
            }
            for r in table.refusals
        ],
        "possible": [_package(p) for p in table.possible],
        "points": [_point(p) for p in table.points],
        "no_points_because": table.no_points_because or None,
        "frontier": _frontier(table.frontier) if table.frontier else None,
        "opening": _opening(table.opening) if table.opening else None,
        "scatter": _scatter(table.scatter) if table.scatter else None,
        "too_large": table.too_large or None,
    }


def _point(point: NamedPoint) -> Json:
    return {
        "name": point.name,
        "n_packages": point.n_packages,
        "packages": [_package(p) for p in point.packages],
        "utilities": _numbers(point.utilities),
        "gains": _numbers(point.gains),
        "method": point.method,
        "gap": _number(point.gap),
        "is_certain": point.is_certain,
        "reason": point.reason or None,
    }


def _opening(opening: Opening) -> Json:
    return {
        "conflicts": [[_demand(d) for d in conflict] for conflict in opening.conflicts],
        "ways_out": [
            {
                "unmet": [_demand(d) for d in way.unmet],
                "package": _package(way.package) if way.package else None,
            }
            for way in opening.ways_out
        ],
        "is_complete": opening.is_complete,
        "concessions": [
            {
                "party": c.party,
                "points": _number(c.points),
                "package": _package(c.package) if c.package else None,
                "is_proven": c.is_proven,
            }
            for c in opening.concessions
        ],
        "scope": [
            {"issue": c.issue, "added": c.is_added, "package": _package(c.package)}
            for c in opening.scope
        ],
        "seats": [{"party": s.party, "package": _package(s.package)} for s in opening.seats],
        "left_out": list(opening.left_out),
        "method": opening.method,
    }


def _demand(demand: Demand) -> Json:
    return {
        "kind": demand.kind,
        "party": demand.party,
        "words": demand.words,
        "rests_on": _ground(demand.ground),
    }


def _frontier(frontier: FrontierAnswer) -> Json:
    return {
        "parties": list(frontier.parties),
        "in_points": list(frontier.in_points),
        "n_points": frontier.n_points,
        "is_exact": frontier.is_exact,
        "loss": _numbers(frontier.loss),
        "method": frontier.method,
        "points": [
            _package(p.package) | {"levels": _numbers(p.levels), "n_packages": p.n_packages}
            for p in frontier.points
        ],
    }


def _numbers(values: Sequence[float]) -> list[float | None]:
    return [_number(value) for value in values]


def _scatter(scatter: Scatter) -> Json:
    axes = {
        axis: {
            "party": getattr(scatter, f"{axis}_party"),
            "in_points": getattr(scatter, f"{axis}_in_points"),
            "fallback": _number(getattr(scatter, f"{axis}_fallback")),
        }
        for axis in ("x", "y")
    }
    return axes | {
        "points": [
            {
                "x": p.x,
                "y": p.y,
                "n_packages": p.n_packages,
                "n_possible": p.n_possible,
                "efficient": p.is_efficient,
                "names": list(p.names),
            }
            for p in scatter.points
        ],
        "n_left_out": scatter.n_left_out,
        "frontier_only": scatter.is_frontier_only,
    }
