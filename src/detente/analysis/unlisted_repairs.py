"""The nearest package to a deal where packages are not listed, and whether another one beats it."""

from __future__ import annotations

import numpy as np

from detente.analysis.deal_answers import Repair, RepairKind
from detente.analysis.listed_repairs import SHOWN_REPAIRS
from detente.analysis.packages import Package
from detente.analysis.product_columns import all_met
from detente.analysis.unlisted import Rows, Unlisted
from detente.engines.deal_space import (
    AcceptanceRule,
    NearestAcceptable,
    Verdict,
    certify_efficient,
    is_met,
    largest_agreement,
    nearest_acceptable,
)
from detente.ledger import PartyId
from detente.model import Deal

__all__ = ["efficiency_unlisted", "repairs_unlisted"]

SECONDS = 5.0
"""For each question that has to be solved for."""

Found = tuple[RepairKind, tuple[Repair, ...], int | None, str]


def repairs_unlisted(unlisted: Unlisted, deal: Deal, verdict: Verdict) -> Found:
    """Return the nearest packages that all would accept, else those the fewest refuse; and why.

    The last element says how it is known that nothing is nearer.
    """
    form = unlisted.form
    target = form.row_of(deal.id)
    if unlisted.too_entangled:
        return "not examined", (), 0, ""
    if verdict is Verdict.YES or not unlisted.n_packages:
        return "none", (), 0, ""
    if target is None or not form.forum.asked:
        return "not examined", (), 0, ""
    near = _nearest(unlisted, form.certain, target)
    if len(near.packages):
        return "possible", *_named(unlisted, near, target)
    if unlisted.zone_is_empty is not True and not near.is_proven:
        return "not examined", (), 0, ""
    return _closest(unlisted, target)


def _nearest(unlisted: Unlisted, rule: AcceptanceRule, target: Rows) -> NearestAcceptable:
    narrow = unlisted.form.narrowed(unlisted.packages_that(rule))
    return nearest_acceptable(
        narrow.domain, narrow.rule, target, most_ties=SHOWN_REPAIRS, seconds=SECONDS
    )


def _named(
    unlisted: Unlisted, near: NearestAcceptable, target: Rows
) -> tuple[tuple[Repair, ...], int | None, str]:
    """Name packages that were found; how many there are, and what is proven of them."""
    rows = _best_first(unlisted, near.packages, target)
    repairs = tuple(_repair(unlisted, row, target) for row in rows)
    known = f"not fewer than {near.at_least} changes: {near.method}"
    return repairs, len(near.packages) if near.has_all else None, known


def _closest(unlisted: Unlisted, target: Rows) -> Found:
    """Find the packages that the fewest refuse; among them, those with the fewest changes."""
    form = unlisted.form
    consents = form.unrefused_by
    always = unlisted.packages_that(all_met(()))
    agreement = largest_agreement(
        form.domain, list(consents.values()), always=always, seconds=SECONDS
    )
    refusing = len(consents) - max((len(s) for s in agreement.agreeing), default=0)
    here = refused_by(unlisted, target)
    if not agreement.is_complete or not agreement.agreeing or refusing >= len(here):
        kind: RepairKind = "none" if agreement.is_complete else "not examined"
        return kind, (), 0, ""
    rules = list(consents.values())
    found, is_known = [], True
    for members in agreement.agreeing:
        near = _nearest(unlisted, all_met(rules[m] for m in members), target)
        if len(near.packages):
            found.append(_named(unlisted, near, target))
        else:
            is_known = False  # there is a package, but none was found in time
    if not found:
        return "not examined", (), 0, ""
    fewest = min(len(repairs[0].changes) for repairs, _, _ in found)
    best = [f for f in found if len(f[0][0].changes) == fewest]
    repairs = tuple(repair for some, _, _ in best for repair in some)[:SHOWN_REPAIRS]
    counts = [n for _, n, _ in best]
    n = None if None in counts else sum(k for k in counts if k is not None)
    proof = "; ".join(dict.fromkeys(known for _, _, known in found)) if is_known else ""
    return "closest", repairs, n, proof


def refused_by(unlisted: Unlisted, row: Rows) -> tuple[PartyId, ...]:
    """Return who refuses a package and could not be done without."""
    totals = unlisted.form.domain.totals(row[None])
    return tuple(
        party for party, rule in unlisted.form.unrefused_by.items() if not is_met(rule, totals)[0]
    )


def _repair(unlisted: Unlisted, row: Rows, target: Rows) -> Repair:
    form = unlisted.form
    here, there = (form.choices.space.decode(c) for c in form.case_codes(np.array([target, row])))
    return Repair(
        package=form.package(row),
        changes=tuple((i, here[i], there[i]) for i in here if here[i] != there[i]),
        refused_by=refused_by(unlisted, row),
    )


def _best_first(unlisted: Unlisted, rows: Rows, target: Rows) -> list[Rows]:
    """Order equally near packages: the smallest step of a share or sum first."""
    form = unlisted.form
    issues = form.choices.space.issues
    shares = [k for k, issue in enumerate(issues) if issue.divisible is not None]
    codes, goal = form.case_codes(rows), form.case_codes(target[None])
    steps = abs(codes[:, shares] - goal[:, shares]).sum(axis=1)
    return [rows[k] for k in np.argsort(steps, kind="stable")]


def efficiency_unlisted(unlisted: Unlisted, deal: Deal) -> tuple[bool | None, Package | None]:
    """Say whether no package beats a deal, or which one does; None where it stayed open."""
    form = unlisted.form
    row = form.row_of(deal.id)
    if (
        unlisted.too_entangled
        or row is None
        or not form.ranking
        or not form.domain.is_allowed(row[None])[0]
    ):
        return None, None
    levels = form.ranking
    narrow = form.narrowed(
        unlisted.packages_that(all_met(())), keep=[level.column for level in levels.values()]
    )
    columns = list(dict.fromkeys(narrow.place[level.column] for level in levels.values()))
    found = certify_efficient(
        narrow.domain, row, columns=columns, rule=narrow.rule, time_limit=SECONDS
    )
    if found.is_efficient:
        return True, None
    if len(found.dominated_by):
        return False, form.package(found.dominated_by)
    return None, None
