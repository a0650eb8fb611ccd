"""The packages of a scope put to the parties: rows, consents, the zone and the frontier.

A frame holds the packages first, then the rows that have a name (today, endings, deals), so that
all levels of a party are comparable within it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from detente.analysis.consent import Standpoint, Verdicts
from detente.analysis.forum import Forum
from detente.analysis.packages import Package
from detente.analysis.preferences import Evaluation, evaluate
from detente.analysis.product import ProductForm
from detente.analysis.product_columns import NotInProductFormError
from detente.analysis.space import Bools, Codes, Space
from detente.analysis.unlisted import MOST_POINTS, Unlisted
from detente.engines.deal_space import (
    ParetoFront,
    Verdict,
    Zone,
    pareto_front,
    zone_of_possible_agreement,
)
from detente.errors import SpaceTooLargeError
from detente.ledger import PartyId
from detente.model import TODAY, Case, DealId

__all__ = ["MOST_LISTED", "Frame"]


MOST_LISTED = 300_000
"""Packages of a table, before rules, up to which they are listed; sums answer beyond."""


@dataclass(frozen=True, eq=False)
class Frame:
    """The packages of one forum under one comparison."""

    case: Case
    space: Space
    forum: Forum
    against: str | None
    codes: Codes
    n_packages: int
    n_struck: int
    too_large: str
    rows_of: Mapping[str, int]
    unlisted: Unlisted | None = None
    """Where packages are too many to be listed: who answers about all of them."""
    evaluations: dict[PartyId, Evaluation] = field(default_factory=dict)
    """What each party's preference says of every row; it does not depend on the comparison."""

    @classmethod
    def of(
        cls,
        case: Case,
        forum: Forum,
        against: str | None,
        most_points: int = MOST_POINTS,
    ) -> Frame:
        space = Space.of(case)
        unlisted, why_not = None, ""
        if space.size(forum.scope) > MOST_LISTED:
            try:
                unlisted = Unlisted(ProductForm.of(case, forum, against), most_points)
            except NotInProductFormError as error:
                why_not = str(error)
        packages, n_struck, too_large = space.encode([]), 0, ""
        if unlisted is None:
            try:
                packages, n_struck = space.packages(forum.scope, forum.title)
            except SpaceTooLargeError as error:
                too_large = f"{error}. It cannot be worked off as sums either: {why_not}"
        n = len(packages)
        names = [TODAY, *case.endings, *case.deals]
        codes = np.concatenate([packages, space.encode(case.outcome(name) for name in names)])
        rows_of = {name: n + k for k, name in enumerate(names)}
        return cls(case, space, forum, against, codes, n, n_struck, too_large, rows_of, unlisted)

    def compared_with(self, against: str | None) -> Frame:
        """The same packages under another comparison; rows and evaluations are shared."""
        if against == self.against:
            return self
        unlisted = self.unlisted
        if unlisted is not None:
            form = ProductForm.of(self.case, self.forum, against)
            unlisted = Unlisted(form, unlisted.most_points)
        return replace(self, against=against, unlisted=unlisted)

    @cached_property
    def parties(self) -> tuple[PartyId, ...]:
        """Everybody whose consent may matter, in a fixed order: the columns of every table."""
        blocking = (party.id for party in self.case.parties.values() if party.can_block)
        return tuple(dict.fromkeys((*self.forum.asked, *blocking)))

    @cached_property
    def standpoints(self) -> Mapping[PartyId, Standpoint]:
        return {party: self.standpoint(party) for party in self.parties}

    def standpoint(self, party: PartyId) -> Standpoint:
        holder = self.case.preference_holder(party)
        if holder not in self.evaluations:
            view = self.case.views.get(holder)
            self.evaluations[holder] = evaluate(self.case, self.space, view, self.codes)
        return Standpoint.of(
            self.case,
            self.space,
            party,
            self.evaluations[holder],
            self.rows_of,
            scope=self.forum.scope,
            at_stake=self.forum.at_stake,
            against=self.against,
        )

    @cached_property
    def verdicts(self) -> Verdicts:
        """Consent of every party to every row, shape (n_rows, n_parties)."""
        columns = [self.standpoints[party].verdicts() for party in self.parties]
        if not columns:
            return np.empty((len(self.codes), 0), dtype=np.int8)
        return np.column_stack(columns)

    @cached_property
    def required(self) -> Bools:
        """Whose consent each row needs, shape (n_rows, n_parties).

        A right to block bites where a row settles its term otherwise than today: what holds
        already is nobody's to block.
        """
        result = np.zeros((len(self.codes), len(self.parties)), dtype=np.bool_)
        today = self.codes[self.rows_of[TODAY]]
        for column, party in enumerate(self.parties):
            if party in self.forum.must_agree:
                result[:, column] = True
                continue
            for term in self.case.parties[party].can_block:
                touched = [self.space.column[issue] for issue in sorted(term.issues())]
                changed = (self.codes[:, touched] != today[touched]).any(axis=1)
                result[:, column] |= self.space.holds(term, self.codes) & changed
        return result

    @cached_property
    def quota_votes_missing(self) -> Bools:
        """Column k says where fewer than k + 1 of those counted can still agree to a row."""
        quota = self.forum.quota
        if quota is None:
            return np.zeros((len(self.codes), 0), dtype=np.bool_)
        counted = [self.parties.index(party) for party in quota.of]
        n_not_no = (self.verdicts[:, counted] != Verdict.NO).sum(axis=1)
        return np.asarray(n_not_no[:, None] <= np.arange(quota.at_least)[None, :])

    def _zone(self, n_rows: int) -> Zone | None:
        """Combine the consents to the first rows; None where nobody is asked."""
        quota = self.forum.quota
        if not self.forum.asked or not n_rows:
            return None
        counted = None
        if quota is not None:
            counted = np.array([party in quota.of for party in self.parties])
        return zone_of_possible_agreement(
            self.verdicts[:n_rows], self.required[:n_rows], quota.at_least if quota else 0, counted
        )

    @cached_property
    def zone(self) -> Zone | None:
        """The zone over all rows, named ones included."""
        return self._zone(len(self.codes))

    @cached_property
    def package_zone(self) -> Zone | None:
        """The zone over the packages alone."""
        return self._zone(self.n_packages)

    @cached_property
    def is_possible(self) -> Bools:
        """Say of each package whether everybody it needs would accept it."""
        zone = self.package_zone
        if zone is None:
            return np.zeros(self.n_packages, dtype=bool)
        return np.asarray(zone.verdict == Verdict.YES)

    @cached_property
    def ranking(self) -> tuple[PartyId, ...]:
        """Parties asked whose preference orders every package, and so can enter the frontier."""
        n = self.n_packages
        return tuple(
            party
            for party in self.forum.asked
            if not np.isnan(self.standpoints[party].evaluation.level[:n]).any()
        )

    @cached_property
    def front(self) -> ParetoFront | None:
        """The packages that no other package of the table dominates."""
        if not self.n_packages or not self.ranking:
            return None
        n = self.n_packages
        return pareto_front(
            np.column_stack([self.standpoints[p].evaluation.level[:n] for p in self.ranking])
        )

    def row_of_package(self, codes: Codes) -> int | None:
        """Return the package row with these codes, if the table can make it."""
        found = np.flatnonzero((self.codes[: self.n_packages] == codes).all(axis=1))
        return int(found[0]) if len(found) else None

    def package(self, row: int) -> Package:
        """Name what a row settles otherwise than today."""
        outcome = self.space.decode(self.codes[row])
        settles = {i: o for i, o in outcome.items() if o != self.case.issues[i].today}
        return Package(settles, self._deal_like(row))

    def _deal_like(self, row: int) -> DealId | None:
        for name in self.case.deals:
            if (self.codes[self.rows_of[name]] == self.codes[row]).all():
                return name
        return None
