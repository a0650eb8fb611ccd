"""Why no package of a table is possible, and what would open it: the demands in conflict, named.

Everything here is about packages that nobody who must agree would refuse for certain.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from detente.analysis.opening_answers import (
    Concession,
    Demand,
    Opening,
    ScopeChange,
    SeatChange,
    WayOut,
)
from detente.analysis.packages import Package
from detente.analysis.preferences import Form
from detente.analysis.product import ProductForm, verdict_rule
from detente.analysis.product_columns import NotInProductFormError, all_met, any_met
from detente.analysis.product_conditions import Ints
from detente.engines.deal_space import (
    AcceptanceRule,
    Conflicts,
    Constraint,
    Meets,
    concessions_for,
    explain_empty_zone,
    least_concession,
    nearest_acceptable,
)
from detente.model import Ground, IssueId

__all__ = ["opening_of"]

SECONDS = 6.0
"""For all of it; what was not looked at by then is said."""


def opening_of(form: ProductForm, *, seconds: float = SECONDS) -> Opening:
    """Explain a table that is known to hold no package that could be accepted.

    Parameters
    ----------
    form
        The table in product form.
    seconds
        What the answer may take; a part that stays open says so.
    """
    until = time.monotonic() + seconds
    demands, constraints = _demands(form)
    always = form.changes_something
    found = explain_empty_zone(form.domain, constraints, always=always, seconds=seconds / 2)
    conflicts = dict.fromkeys(_named(demands, members) for members in found.conflicting)
    ways: dict[tuple[Demand, ...], WayOut] = {}
    for members, row in zip(found.agreeing, found.witnesses, strict=True):
        unmet = _named(demands, [k for k in range(len(demands)) if k not in members])
        ways.setdefault(unmet, WayOut(unmet, None if row is None else form.package(row)))
    left_out = [] if found.is_complete else ["further conflicts"]
    seats, seats_left = _seats(form, until)
    scope, scope_left = _scope(form, until)
    return Opening(
        conflicts=tuple(sorted(conflicts, key=len)),
        ways_out=tuple(sorted(ways.values(), key=lambda way: len(way.unmet))),
        is_complete=found.is_complete,
        concessions=_concessions(form, found, constraints, max(0.5, until - time.monotonic())),
        scope=scope,
        seats=seats,
        left_out=(*left_out, *seats_left, *scope_left),
        method=found.method,
    )


def _demands(form: ProductForm) -> tuple[list[Demand], list[Constraint]]:
    """List what a package has to meet, each with its constraint."""
    case, forum = form.case, form.forum
    demands: list[Demand] = []
    constraints: list[Constraint] = []

    def add(demand: Demand, constraint: Constraint) -> None:
        demands.append(demand)
        constraints.append(constraint)

    for party, stand in form.parties.items():
        view = case.views.get(stand.holder)
        ground = Ground() if view is None else view.ground
        if party in forum.must_agree:
            least = stand.fallback.at_least if stand.fallback.mode == "at_least" else None
            names = " or ".join(case.title_of(name) for name in stand.fallback.names)
            floor = Demand("floor", party, names, ground)
            if least is not None:
                floor = Demand("score", party, str(least), ground)
            add(floor, stand.floor.conceivable)
            for part in stand.red_lines:
                line = part.red_line
                said = (
                    Demand("red line", party, line.statement.words, line.ground) if line else None
                )
                add(said or Demand("red line", party, ""), part.conceivable)
        else:
            for block in stand.blocks:
                words = block.term.words if block.term else ""
                rule = any_met((block.conceivable, stand.conceivable))
                add(Demand("block", party, words, ground), rule)
    if forum.quota is not None and form.enough is not None:
        n_counted = len(dict.fromkeys(forum.quota.of))
        add(Demand("quota", None, f"at least {forum.quota.at_least} of {n_counted}"), form.enough)
    rules = {rule.id: rule for rule in case.rules}
    for k, name in enumerate(form.struck_by):
        rule_of_case = rules.get(name)
        if rule_of_case is not None:
            add(Demand("rule", None, rule_of_case.words, rule_of_case.ground), k)
    return demands, constraints


def _named(demands: Sequence[Demand], members: Sequence[int]) -> tuple[Demand, ...]:
    """Return the demands, each once: one rule of the case may be several links."""
    return tuple(dict.fromkeys(demands[k] for k in members))


def _concessions(
    form: ProductForm, found: Conflicts, constraints: Sequence[Constraint], seconds: float
) -> tuple[Concession, ...]:
    """Ask of every party that states points what it would take if it alone were moved.

    Where that was not answered in time, a package that leaves nothing but its demand unmet does.
    """
    must = [form.parties[party] for party in form.forum.must_agree]
    movable = {
        stand.party: stand.floor.conceivable
        for stand in must
        if stand.form is Form.POINTS and isinstance(stand.floor.conceivable, Meets)
    }
    if not movable:
        return ()
    fixed: list[AcceptanceRule] = [form.changes_something]
    for stand in must:
        fixed += [part.conceivable for part in stand.red_lines]
        if stand.party not in movable:
            fixed.append(stand.floor.conceivable)
    fixed += [r for party, r in form.unrefused_by.items() if party not in form.forum.must_agree]
    if form.enough is not None:
        fixed.append(form.enough)
    least = least_concession(
        form.domain, list(movable.values()), rule=all_met(fixed), seconds=seconds
    )
    answers = []
    for k, (party, line) in enumerate(movable.items()):
        if least.is_enough[k]:
            points, row = float(least.utility[k]), least.packages[k]
        else:
            row = _without(found, constraints.index(line), len(constraints))
            points = math.nan
            if row is not None:
                lack = concessions_for(form.domain, [line], row)[0]
                points = float(lack / form.domain.scale[line.column])
        answers.append(
            Concession(
                party,
                None if row is None else points,
                None if row is None else form.package(row),
                bool(least.is_proven[k]),
            )
        )
    return tuple(answers)


def _without(found: Conflicts, demand: int, n_demands: int) -> Ints | None:
    """Return a package that meets every demand but this one, if one was found."""
    others = tuple(k for k in range(n_demands) if k != demand)
    for members, row in zip(found.agreeing, found.witnesses, strict=True):
        if set(others) <= set(members):
            return row
    return None


def _seats(form: ProductForm, until: float) -> tuple[tuple[SeatChange, ...], list[str]]:
    found: list[SeatChange] = []
    left: list[str] = []
    for party in form.parties:
        if time.monotonic() > until:
            return tuple(found), [*left, "further seats"]
        rule = verdict_rule(form.forum, form.parties, certain=False, but=party)
        package, is_known = _package_like_today(form, rule, until)
        if package is not None:
            found.append(SeatChange(party, package))
        elif not is_known:
            left.append(f"the seat of {form.case.title_of(party)}")
    return tuple(found), left


def _scope(form: ProductForm, until: float) -> tuple[tuple[ScopeChange, ...], list[str]]:
    """Move each issue of the case across the line of the scope, one at a time."""
    found: list[ScopeChange] = []
    left: list[str] = []
    for issue, other in _other_scopes(form):
        if time.monotonic() > until:
            return tuple(found), [*left, "further changes of scope"]
        package, is_known = None, False
        if other is not None:
            package, is_known = _package_like_today(other, other.conceivable, until)
        if package is not None:
            found.append(ScopeChange(issue, issue not in form.forum.scope, package))
        elif not is_known:
            left.append(f"“{form.case.issues[issue].question}” across the line of the scope")
    return tuple(found), left


def _other_scopes(form: ProductForm) -> Iterator[tuple[IssueId, ProductForm | None]]:
    scope = form.forum.scope
    for issue in form.case.issues:
        inside = tuple(i for i in scope if i != issue)
        moved = inside if issue in scope else (*scope, issue)
        if not moved:
            continue
        try:
            yield issue, ProductForm.of(form.case, replace(form.forum, scope=moved), form.against)
        except NotInProductFormError:
            yield issue, None


def _package_like_today(
    form: ProductForm, rule: AcceptanceRule, until: float
) -> tuple[Package | None, bool]:
    """Return a package that meets a rule and changes little in what holds today; and if it is sure.

    Without a package, the second element says whether it is proven that there is none.
    """
    if form.counts_today(rule):
        rule = all_met((rule, form.changes_something))
    narrow = form.narrowed(rule)
    today = np.full(form.domain.n_issues, -1) if form.today is None else form.today
    seconds = max(0.2, until - time.monotonic())
    near = nearest_acceptable(narrow.domain, narrow.rule, today, most_ties=1, seconds=seconds)
    package = form.package(near.packages[0]) if len(near.packages) else None
    return package, near.is_proven
