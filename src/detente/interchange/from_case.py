"""A case as a foreign domain: what is additive points over listed options, and a list of the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from detente.errors import ModelError, NotFoundError
from detente.interchange.foreign import (
    Agreement,
    ForeignDomain,
    ForeignIssue,
    ForeignProfile,
    Format,
    PerOption,
)
from detente.interchange.names import name_of
from detente.ledger import PartyId
from detente.model import (
    Case,
    Fallback,
    Is,
    Issue,
    IssueId,
    OptionId,
    PartyView,
    Points,
    Rule,
    Table,
    TableId,
)

__all__ = ["from_case", "left_behind"]


def from_case(case: Case, table: str | None = None) -> ForeignDomain:
    """Take from a case what other programs' formats can hold: options, points, reservation values.

    Parameters
    ----------
    case : Case
    table : str, optional
        The table whose issues and parties are meant; needed where there are several.

    Returns
    -------
    ForeignDomain
        Issues and options under the case's own short names; one profile for each party whose
        preference is in points and whose consent counts. Where points are a range, the best
        figure, else its middle. The reservation value is the score below which the party walks
        away, or what the outcome it falls back on is worth in its points. ``notes`` lists what is
        not carried.

    Raises
    ------
    NotFoundError
        If no table has that name, or there are several and none was named.
    ModelError
        If no party's preference is in points, or the table settles nothing.
    """
    at = _table(case, table)
    notes: list[str] = []
    scope = at.scope if at is not None else tuple(case.issues)
    issues = [case.issues[name] for name in scope]
    all_or_nothing = _all_or_nothing(case, issues)
    options = {issue.id: _options(issue, bool(all_or_nothing), notes) for issue in issues}
    if not issues:
        raise ModelError("found no issue on that table, expected at least one")
    parties = _parties(case, at)
    profiles = []
    for party in parties:
        view = case.views.get(case.preference_holder(party))
        if view is None or not isinstance(view.preference, Points):
            form = (
                "its preference is not in points" if view else "nothing is said of its preference"
            )
            notes.append(f"party {party}: {form}; no profile")
            continue
        profiles.append(_profile(case, party, view, view.preference, issues, options, notes))
    if not profiles:
        raise ModelError(
            "found no party whose preference is in points, expected at least one; other programs' "
            "formats know no statements and no orders"
        )
    notes += left_behind(case, at, len(all_or_nothing))
    notes.append("questions, sentences, who acts and what is so today; names alone are kept")
    foreign = tuple(
        ForeignIssue(str(issue.id), tuple(map(str, options[issue.id])), title=issue.question)
        for issue in issues
    )
    return ForeignDomain(
        Format.DETENTE,
        name_of(case.title),
        foreign,
        tuple(profiles),
        _agreement(at, [p.name for p in profiles], notes),
        notes=tuple(dict.fromkeys(notes)),
    )


def _table(case: Case, name: str | None) -> Table | None:
    known = ", ".join(case.tables) or "none"
    if name is not None:
        if name not in case.tables:
            raise NotFoundError(f"no table is called {name!r}; there are: {known}")
        return case.tables[TableId(name)]
    if len(case.tables) > 1:
        raise NotFoundError(f"found {len(case.tables)} tables, expected the name of one: {known}")
    return next(iter(case.tables.values()), None)


def _parties(case: Case, table: Table | None) -> list[PartyId]:
    if table is None:
        return list(case.views)
    listed = [*table.must_agree, *(table.enough.of if table.enough else ())]
    return list(dict.fromkeys(listed or [seat.party for seat in table.seats]))


def _agreement(table: Table | None, names: Iterable[str], notes: list[str]) -> Agreement | None:
    """Keep whose consent it takes, if it is not everybody's; no writer can hold that."""
    if table is None or table.enough is None:
        return None
    notes.append(
        f"at least {table.enough.at_least} of {', '.join(table.enough.of)} must agree: other "
        "programs take it that everybody must"
    )
    must = tuple(name for name in names if name in table.must_agree)
    return Agreement(must, table.enough.at_least)


def _all_or_nothing(case: Case, issues: list[Issue]) -> list[Rule]:
    """Return the rules by which a package settles every issue or none.

    Then today's options are in no package: they are how the case says that there is no agreement.
    """
    today = {Is(issue.id, frozenset({issue.today})) for issue in issues}
    return [
        rule
        for rule in case.rules
        if rule.kind == "together"
        and len(rule.conditions) == len(today)
        and set(rule.conditions) == today
    ]


def _options(issue: Issue, without_today: bool, notes: list[str]) -> list[OptionId]:
    agreed = [option.id for option in issue.options if not option.not_by_agreement]
    kept = [name for name in agreed if not (without_today and name == issue.today)]
    if len(agreed) < len(issue.options):
        notes.append(f"issue {issue.id}: options that only come about without a deal")
    return kept


def _profile(
    case: Case,
    party: PartyId,
    view: PartyView,
    points: Points,
    issues: list[Issue],
    options: Mapping[IssueId, list[OptionId]],
    notes: list[str],
) -> ForeignProfile:
    evaluations = []
    for issue in issues:
        of = points.values.get(issue.id)
        evaluations.append(
            PerOption(tuple(0.0 if of is None else of[o].middle for o in options[issue.id]))
        )
        if of is not None and any(of[o].low != of[o].high for o in options[issue.id]):
            notes.append(
                f"party {party}: the range of its points on {issue.id}; its middle is kept"
            )
    elsewhere = [name for name in points.values if name not in options]
    if elsewhere:
        notes.append(f"party {party}: points on issues of other tables: {', '.join(elsewhere)}")
    if view.red_lines:
        notes.append(f"party {party}: {len(view.red_lines)} red lines")
    return ForeignProfile(
        str(party),
        tuple(evaluations),
        (1.0,) * len(issues),
        reservation=_reservation(case, party, view.fallback, points, set(options), notes),
    )


def _reservation(
    case: Case,
    party: PartyId,
    fallback: Fallback | None,
    points: Points,
    scope: set[IssueId],
    notes: list[str],
) -> float | None:
    """Return what no agreement is worth; outcomes count with the issues of this table alone."""
    if fallback is None:
        return None
    if fallback.at_least is not None:
        floor = fallback.at_least
        if floor.low != floor.high:
            notes.append(
                f"party {party}: no deal is worth {floor.words} to it; no reservation value is "
                "written, as the formats know no ranges"
            )
            return None
        return floor.low
    worth = []
    for name in fallback.names:
        outcome = case.outcome(name)
        worth.append(
            sum(of[outcome[issue]].middle for issue, of in points.values.items() if issue in scope)
        )
    notes.append(
        f"party {party}: it falls back on {', '.join(fallback.names)}; only the points of that are "
        "kept, as its reservation value"
    )
    return min(worth) if fallback.mode == "worst_of" else max(worth)


def left_behind(case: Case, table: Table | None, n_held: int) -> list[str]:
    """Count what no format of others has a place for."""
    others = [name for name in case.tables if table is None or name != table.id]
    counts = {
        "rules between issues": len(case.rules) - n_held,
        "deals": len(case.deals),
        "endings": len(case.endings),
        "clocks": len(case.clocks),
        "disputed facts": len(case.facts),
        "levers": len(case.levers),
        "scenarios": len(case.scenarios),
        "norms": len(case.norms),
        "chances": len(case.chances),
        "parties that could break a deal": len(case.breakers),
        "explanations": len(case.explanations),
        "assumptions": len(case.assumptions),
        "claims": len(case.claims),
        "sources": len(case.sources),
        "tables" if table is None else "other tables": len(others),
    }
    notes = [f"{what}: {count}" for what, count in counts.items() if count]
    if any(party.can_block or party.may_not_offer for party in case.parties.values()):
        notes.append("what parties can block, and what they may not offer")
    return notes
