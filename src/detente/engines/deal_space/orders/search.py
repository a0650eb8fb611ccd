"""Is there a package that beats this one, on all scales or on some? By list, walk or programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Ints
from detente.engines.deal_space.programme.builder import Expression, Programme, Status
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, all_of, any_of
from detente.engines.deal_space.space.diagram import Diagram, diagram_of
from detente.engines.deal_space.space.domain import Domain, Interaction, Points
from detente.engines.deal_space.space.maxima import first_equal, is_undominated
from detente.errors import SpaceTooLargeError

__all__ = ["MOST_LISTED", "MOST_ROWS", "Question", "Search"]

MOST_LISTED = 20_000
"""Packages that are compared one by one: beyond, a walk is quicker."""

MOST_ROWS = 100_000
"""Partial packages that a walk carries over one issue before a programme takes over."""

MOST_CANDIDATES = 4_000_000
"""Continuations that a walk looks at, at one issue."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A package, and how every option compares with its own.

    ``signs[issue]`` has shape (n_options, n_orders): 1 where a party with an order finds the
    option better than the package's, -1 where worse, else 0. With ``may_lose``, being better on
    one issue makes good for being worse on others; without, nobody may be worse anywhere.
    """

    package: Ints
    signs: tuple[Points, ...]
    may_lose: bool

    @property
    def n_orders(self) -> int:
        return int(self.signs[0].shape[1])


class Search:
    """Finds beaters in one domain; what does not depend on the package is worked out once."""

    def __init__(
        self,
        domain: Domain,
        columns: Sequence[int],
        *,
        most_listed: int,
        most_rows: int,
    ) -> None:
        self.method = "walked"
        self._domain = domain
        self._columns = np.array(columns, dtype=np.intp)
        self._most_rows = most_rows
        self._listed: Ints | None = None
        self._diagram: Diagram | None = None
        if domain.size <= most_listed:
            codes = np.indices(domain.n_options, dtype=np.intp).reshape(domain.n_issues, -1).T
            self._listed = codes[domain.is_allowed(codes)]
            self._totals = domain.totals(self._listed)[:, self._columns]
            self.method = "listed"
            return
        try:
            self._diagram = diagram_of(domain)
        except SpaceTooLargeError:
            self.method = "found by programming"

    def find(self, question: Question) -> Ints | None:
        """Return a package that beats the question's, or None if there is none."""
        need = self._domain.totals(question.package[np.newaxis])[0, self._columns]
        if self._listed is not None:
            return _by_list(question, need, self._listed, self._totals)
        if self._diagram is not None:
            walk = _Walk(question, need, self._diagram, self._columns)
            try:
                return walk.find(self._most_rows)
            except SpaceTooLargeError:
                self.method = "walked, or found by programming"
        return _by_programme(question, need, self._domain, self._columns)


def _by_list(question: Question, need: Points, codes: Ints, totals: Points) -> Ints | None:
    rows = np.flatnonzero((totals >= need).all(axis=1))
    better = np.zeros((len(rows), question.n_orders), dtype=np.bool_)
    worse = np.zeros_like(better)
    for issue, signs in enumerate(question.signs):
        found = signs[codes[rows, issue]]
        better |= found > 0
        worse |= found < 0
    ok = ((better | ~worse) if question.may_lose else ~worse).all(axis=1)
    ok &= better.any(axis=1) | (totals[rows] > need).any(axis=1)
    return codes[rows[ok.argmax()]].copy() if ok.any() else None


# --- the walk ------------------------------------------------------------------------------------


class _Walk:
    """A walk through the diagram, carrying partial packages that may still beat the package.

    A row holds, for each party with an order, -1 (worse somewhere, better nowhere), 0 (level) or
    1 (better somewhere), and the totals of the parties with points, clipped where they are sure
    to end above the package's. What settles an issue never makes a row that was ahead in a column
    fall behind, and neither does the end: nobody at -1 or below the package's total, and
    somebody at 1 or above it. So a row that another one at its node is ahead of can go.
    """

    def __init__(self, question: Question, need: Points, diagram: Diagram, columns: Ints) -> None:
        self._question = question
        self._need = need
        self._layers = diagram.layers
        self._columns = columns
        better = [(question.signs[layer.issue] > 0).any(axis=0) for layer in diagram.layers]
        better.append(np.zeros(question.n_orders, dtype=np.bool_))
        # Whether a party can still be better on an issue to come; [k] once k layers are done.
        self._hope = np.logical_or.accumulate(np.stack(better)[::-1], axis=0)[::-1]

    def find(self, most_rows: int) -> Ints | None:
        """Return a package that beats the question's, or None."""
        n_orders, width = self._question.n_orders, self._question.n_orders + len(self._columns)
        rows, node = np.zeros((1, width), dtype=np.int64), np.zeros(1, dtype=np.int64)
        trails: list[tuple[Ints, Ints]] = []
        for done in range(len(self._layers)):
            if len(rows) * self._layers[done].target.shape[1] > MOST_CANDIDATES:
                raise _too_many(len(rows))
            rows, node, trail = self._settled(done, rows, node)
            if not len(rows):
                return None
            if len(rows) > most_rows:
                raise _too_many(len(rows))
            trails.append(trail)
        beats = (rows[:, :n_orders] > 0).any(axis=1) | (rows[:, n_orders:] > self._need).any(axis=1)
        return self._traced(trails, int(beats.argmax())) if beats.any() else None

    def _settled(
        self, done: int, rows: Points, node: Ints
    ) -> tuple[Points, Ints, tuple[Ints, Ints]]:
        """Settle one issue for every row; drop those that are lost, and those behind another."""
        layer, n_orders = self._layers[done], self._question.n_orders
        signs = self._question.signs[layer.issue]
        target = layer.target[node]
        if not self._question.may_lose:
            target = np.where((signs < 0).any(axis=1), -1, target)
        row, option = np.nonzero(target >= 0)
        after = target[row, option]
        state, step = rows[row, :n_orders], signs[option]
        state = np.where(step > 0, 1, np.where((step < 0) & (state == 0), -1, state))
        totals = rows[row, n_orders:] + layer.points[node[row], option][:, self._columns]
        most = least = np.zeros_like(totals)
        if done + 1 < len(self._layers):
            following = self._layers[done + 1]
            most = following.most[after][:, self._columns]
            least = following.least[after][:, self._columns]
        alive = ((state >= 0) | self._hope[done + 1]).all(axis=1)
        alive &= (totals + most >= self._need).all(axis=1)
        totals = np.minimum(totals, self._need + 1 - least)
        # Equal in a node's number and in its negative means at the same node.
        at = after[:, np.newaxis]
        points = np.concatenate([state, totals, at, -at], axis=1)[alive]
        kept = np.flatnonzero(first_equal(points) == np.arange(len(points)))
        kept = kept[is_undominated(points[kept], rows.shape[1])]
        origin = np.flatnonzero(alive)[kept]
        trail = (row[origin], option[origin])
        return np.ascontiguousarray(points[kept][:, :-2]), after[origin], trail

    def _traced(self, trails: list[tuple[Ints, Ints]], row: int) -> Ints:
        codes = np.empty(len(trails), dtype=np.intp)
        for layer, (parent, option) in zip(reversed(self._layers), reversed(trails), strict=True):
            codes[layer.issue] = option[row]
            row = int(parent[row])
        return codes


def _too_many(n: int) -> SpaceTooLargeError:
    return SpaceTooLargeError(f"orders: found {n:,} partial packages that may still matter")


# --- the programme -------------------------------------------------------------------------------


def _by_programme(question: Question, need: Points, domain: Domain, columns: Ints) -> Ints | None:
    """Ask for any package that meets the conditions, counted in columns of their own."""
    n = question.n_orders
    asked = _with_counts(question, domain, columns)
    better = [Meets(k, 1) for k in range(n)]
    nowhere_worse = [Meets(n + k, 0) for k in range(n)]
    totals = [int(total) for total in need]
    as_much = [Meets(2 * n + k, total) for k, total in enumerate(totals)]
    more = [Meets(2 * n + k, total + 1) for k, total in enumerate(totals)]
    level: list[AcceptanceRule] = [*nowhere_worse]
    if question.may_lose:
        level = [any_of(*pair) for pair in zip(better, nowhere_worse, strict=True)]
    programme = Programme(asked)
    programme.require_rule(all_of(*level, *as_much, any_of(*better, *more)))
    answer = programme.solve(Expression())
    if not answer.is_empty:
        return answer.codes.copy()
    if answer.status is not Status.INFEASIBLE:
        raise SpaceTooLargeError(
            "orders: found neither a package that beats the one asked about nor a proof that there "
            "is none; use coarser points, or narrow the scope"
        )
    return None


def _with_counts(question: Question, domain: Domain, columns: Ints) -> Domain:
    """Put two columns in front for each order: issues better, and minus the issues worse."""
    n = 2 * question.n_orders
    return Domain(
        tuple(
            np.concatenate([signs > 0, -(signs < 0).astype(np.int64), table[:, columns]], axis=1)
            for signs, table in zip(question.signs, domain.points, strict=True)
        ),
        domain.links,
        tuple(
            Interaction(
                term.issues,
                np.concatenate(
                    [np.zeros((*term.points.shape[:-1], n), np.int64), term.points[..., columns]],
                    axis=-1,
                ),
                term.classes,
            )
            for term in domain.interactions
        ),
    )
