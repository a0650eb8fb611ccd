"""The packages of a forum that are too many to list: counted, and their frontier found, by sums.

What :class:`~detente.analysis.frame.Frame` reads off a list, this asks the engines. Every answer
says how it was found, and what it leaves open where the budget did not allow more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from detente.analysis.packages import Between, Number, Package, number
from detente.analysis.preferences import Floats
from detente.analysis.product import Narrowed, ProductForm
from detente.analysis.product_columns import all_met
from detente.analysis.product_consent import Level
from detente.engines.deal_space import (
    AcceptanceRule,
    AtLeast,
    Count,
    Domain,
    Frontier,
    approximate_frontier,
    count_packages,
    exact_frontier,
    is_met,
)
from detente.engines.deal_space.space.diagram import Diagram, diagram_of
from detente.errors import SpaceTooLargeError, TooEntangledError
from detente.ledger import PartyId

__all__ = ["MOST_POINTS", "Rows", "Unlisted", "ZoneFrontier", "difference"]

MOST_POINTS = 50_000
"""Points of a frontier that are held before it is approximated: seconds at six parties."""

MOST_FRONT_POINTS = 30_000
"""Points of the frontier of all packages; beyond it only the possible ones are compared."""

THINNED_TO = 4_000
"""Points of a frontier that is approximated."""

POINTS_PER_ROW, PAIRS_PER_ROW, CELLS_PER_POINT = 25, 50, 40
"""What a count may hold, and compare, by the budget of points: about as long as the frontier takes."""

MOST_COLUMNS = 12
"""Columns of one question; many more would be carried along at great cost, and to no end."""

T = TypeVar("T")

Rows = npt.NDArray[np.intp]
"""Packages as rows of the engine: one option for each issue."""


@dataclass(frozen=True, slots=True, eq=False)
class ZoneFrontier:
    """A frontier among the packages that meet a rule, and whose levels its columns are.

    An envoy and his principal share a column; ``place`` says which one is whose, party by party.
    """

    frontier: Frontier
    levels: Mapping[PartyId, Level]
    place: tuple[int, ...]

    @property
    def utilities(self) -> Floats:
        """Each party's level at each point, shape (n_points, n_parties)."""
        return np.asarray(self.frontier.utilities[:, list(self.place)])

    @property
    def is_empty(self) -> bool:
        return not len(self.frontier.points)

    def n_packages_at(self, points: Sequence[int]) -> int | None:
        """Count the packages that tie at some points; None where they could not be counted."""
        try:
            return sum(self.frontier.n_packages_at(point) for point in points)
        except SpaceTooLargeError:
            return None


@dataclass(frozen=True, eq=False)
class Unlisted:
    """Answers about all packages of a product form.

    ``most_points`` is the budget: points of a frontier that are held before it is approximated.
    """

    form: ProductForm
    most_points: int = MOST_POINTS
    _counts: dict[frozenset[AcceptanceRule], Number] = field(default_factory=dict)
    _frontiers: dict[tuple[object, ...], Frontier | SpaceTooLargeError] = field(
        default_factory=dict
    )

    @cached_property
    def diagram(self) -> Diagram:
        """The packages that the rules leave; what they are worth is left aside."""
        unvalued = tuple(np.zeros((n, 1), dtype=np.int64) for n in self.form.domain.n_options)
        return diagram_of(Domain(unvalued, self.form.domain.links))

    @cached_property
    def too_entangled(self) -> str:
        """Why nothing can be said of all packages; empty where it can."""
        try:
            _ = self.diagram
        except TooEntangledError as error:
            return str(error)
        return ""

    @cached_property
    def n_packages(self) -> int:
        """How many packages the rules leave; the one that changes nothing is none."""
        return self.diagram.n_packages - self.form.counts_today()

    @cached_property
    def n_struck(self) -> int:
        return self.form.domain.size - self.diagram.n_packages

    def count(self, rule: AcceptanceRule, share: float = 0.25) -> Number:
        """Count the packages that meet a rule, exactly or between bounds; in a share of the budget."""
        key = _conjunction(rule)
        if key not in self._counts:
            rows = max(100, self.most_points // POINTS_PER_ROW)
            cells = max(1000, int(share * CELLS_PER_POINT * self.most_points))

            def counted(narrow: Narrowed) -> Count:
                return count_packages(
                    narrow.domain,
                    narrow.rule,
                    most_rows=rows,
                    most_pairs=PAIRS_PER_ROW * rows,
                    most_cells=cells,
                )

            try:
                count = self._asked(counted, rule, ())
            except TooEntangledError:
                return number(0, self.form.domain.size)
            today = int(self.form.counts_today(rule))
            # Today, where it meets the rule, is in every count, and so in every true bound.
            self._counts[key] = number(
                max(0, count.at_least - today), max(0, count.at_most - today)
            )
        return self._counts[key]

    def packages_that(self, rule: AcceptanceRule) -> AcceptanceRule:
        """Leave out the package that changes nothing from those that meet a rule."""
        if self.form.counts_today(rule):
            return all_met((rule, self.form.changes_something))
        return rule

    @cached_property
    def n_possible(self) -> Number:
        return self._known_to_be(self.count(self.form.certain, share=0.5), empty=self.zone_is_empty)

    @cached_property
    def n_conceivable(self) -> Number:
        return self.count(self.form.conceivable, share=0.5)

    @property
    def n_undecided(self) -> Number:
        if _conjunction(self.form.certain) == _conjunction(self.form.conceivable):
            return 0
        return difference(self.n_conceivable, self.n_possible)

    @cached_property
    def zone_is_empty(self) -> bool | None:
        """Whether no package is possible; None where the frontier could not tell."""
        if self.zone is None:
            return None
        if not self.zone.is_empty:
            return False  # every point has a package that meets the rule
        return True if self.zone.frontier.is_exact else None

    def _known_to_be(self, count: Number, *, empty: bool | None) -> Number:
        if empty is None or isinstance(count, int) or count.at_least > 0:
            return count
        return 0 if empty else number(1, count.at_most)

    # --- frontiers --------------------------------------------------------------------------

    @cached_property
    def zone(self) -> ZoneFrontier | None:
        """The possible packages that no other possible one beats.

        None if nobody can be compared, or rules and red lines are too entangled.
        """
        try:
            return self.frontier(self.form.certain, self.form.ranking, thin=True)
        except SpaceTooLargeError:
            return None

    @cached_property
    def front(self) -> ZoneFrontier | None:
        """The packages that no other one beats; None where it is too large, or nobody compares."""
        if self.zone is None or not self.zone.frontier.is_exact:
            return None  # the whole frontier is larger still
        try:
            return self.frontier(
                all_met(()),
                self.form.ranking,
                thin=False,
                most_points=min(self.most_points, MOST_FRONT_POINTS),
            )
        except SpaceTooLargeError:
            return None

    def frontier(
        self,
        rule: AcceptanceRule,
        levels: Mapping[PartyId, Level],
        *,
        thin: bool,
        most_points: int | None = None,
    ) -> ZoneFrontier | None:
        """Find the frontier among the packages that meet a rule, exactly if it fits the budget.

        Raises
        ------
        SpaceTooLargeError
            If it does not, and ``thin`` does not allow an approximation.
        """
        if not levels:
            return None
        rule = self.packages_that(rule)
        columns = tuple(dict.fromkeys(level.column for level in levels.values()))
        place = tuple(columns.index(level.column) for level in levels.values())
        exact = self._exact(rule, columns, most_points or self.most_points)
        if isinstance(exact, Frontier):
            return ZoneFrontier(exact, levels, place)
        if not thin:
            raise exact
        most = min(THINNED_TO, self.most_points)

        def approximate(narrow: Narrowed) -> Frontier:
            here = [narrow.place[column] for column in columns]
            return approximate_frontier(narrow.domain, here, rule=narrow.rule, most_points=most)

        return ZoneFrontier(self._asked(approximate, rule, columns), levels, place)

    def _exact(
        self, rule: AcceptanceRule, columns: tuple[int, ...], most_points: int
    ) -> Frontier | SpaceTooLargeError:
        """Find an exact frontier, or why there is none; asked twice, work once."""
        key = (_conjunction(rule), columns, most_points)

        def exact(narrow: Narrowed) -> Frontier:
            here = [narrow.place[column] for column in columns]
            return exact_frontier(narrow.domain, here, rule=narrow.rule, most_points=most_points)

        if key not in self._frontiers:
            try:
                self._frontiers[key] = self._asked(exact, rule, columns)
            except SpaceTooLargeError as error:
                self._frontiers[key] = error
        return self._frontiers[key]

    def _asked(self, ask: Callable[[Narrowed], T], rule: AcceptanceRule, keep: Sequence[int]) -> T:
        """Ask about the packages that meet a rule; with red lines as columns where links entangle.

        Raises
        ------
        TooEntangledError
            If neither way is feasible.
        """
        try:
            return ask(self.form.narrowed(rule, keep))
        except TooEntangledError:
            narrow = self.form.narrowed(rule, keep, as_links=False)
            if narrow.domain.n_columns > MOST_COLUMNS:
                raise
            return ask(narrow)

    # --- packages ---------------------------------------------------------------------------

    def package(self, row: Rows) -> Package:
        return self.form.package(row)

    def n_settled(self, rows: Rows) -> Rows:
        """On how many issues each package differs from today."""
        codes = self.form.case_codes(rows)
        today = np.array([i.number(i.today) for i in self.form.choices.space.issues])
        return np.asarray((codes != today).sum(axis=1))

    def is_possible(self, rows: Rows) -> npt.NDArray[np.bool_]:
        return is_met(self.form.certain, self.form.domain.totals(rows))


def _conjunction(rule: AcceptanceRule) -> frozenset[AcceptanceRule]:
    """Return what has to be met all together, so that order and nesting make no difference."""
    if isinstance(rule, AtLeast) and rule.quota == len(rule.parts) == sum(rule.weights):
        return frozenset().union(*map(_conjunction, rule.parts))
    return frozenset({rule})


def difference(all_of_them: Number, some: Number) -> Number:
    """Return how many are left of a number when some of them are taken out."""
    if isinstance(all_of_them, int) and isinstance(some, int):
        return all_of_them - some
    whole = all_of_them if isinstance(all_of_them, Between) else Between(all_of_them, all_of_them)
    part = some if isinstance(some, Between) else Between(some, some)
    return number(max(0, whole.at_least - part.at_most), max(0, whole.at_most - part.at_least))
