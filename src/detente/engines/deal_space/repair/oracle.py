"""Can these constraints be met together? Cheap ways to know first, then a programme."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.engines._checks import Bools, Floats, Ints, frozen
from detente.engines.deal_space.programme.builder import Expression, Programme, Status
from detente.engines.deal_space.programme.clock import Clock
from detente.engines.deal_space.repair.best import MOST_LISTED, checked_rule, listed
from detente.engines.deal_space.repair.conflicts import Answer
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets, all_of, is_met
from detente.engines.deal_space.space.domain import Domain, Link, Points
from detente.errors import EngineInputError

__all__ = ["Constraint", "TogetherOracle"]

Constraint = AcceptanceRule | Link | int
"""A part of an acceptance rule, a link, or the index of one of the domain's links."""

MOST_STEPS = 40
"""Steps of one local search; each looks at every package that differs on one issue."""


class TogetherOracle:
    """Says of constraints, by index, whether one package meets them all; remembers packages.

    Cheapest first: a threshold above the sum of the largest points is out of reach on its own; a
    small domain is listed once; a package seen before, or one a few steps from it, may meet what
    is asked; at last a mixed-integer programme decides. Every package shown is checked in whole
    numbers, and answers for all the constraints that it meets.
    """

    def __init__(
        self,
        domain: Domain,
        constraints: Sequence[Constraint],
        always: AcceptanceRule | None = None,
        clock: Clock | None = None,
        most_listed: int = MOST_LISTED,
    ) -> None:
        self.n_solves = 0
        self._always = all_of() if always is None else always
        self._clock = Clock(None) if clock is None else clock
        self._rules, self._links, kept = _sorted_out(domain, constraints)
        checked_rule(domain, self._always, *self._rules.values())
        self._domain = Domain(domain.points, kept, domain.interactions)
        self._n = len(constraints)
        self._most, least = _range_of(domain)
        self._span = np.maximum(self._most - least, 1).astype(np.float64)
        self._packages: Ints = np.empty((0, domain.n_issues), dtype=np.intp)
        self._met: Bools = np.empty((0, self._n), dtype=np.bool_)
        self._is_listed = domain.size <= most_listed
        if self._is_listed:
            self._remember(listed(domain))

    def __call__(self, asked: tuple[int, ...]) -> Answer:
        """Answer for the constraints asked about, ascending."""
        for k in asked:
            if k in self._rules and not is_met(self._rules[k], self._most[np.newaxis])[0]:
                return Answer(False, (k,))
        answer = self._from_memory(asked)
        if answer is not None or self._is_listed:
            return Answer(False) if answer is None else answer
        if len(self._packages):
            missing = self._missing(self._packages, asked)
            self._search(self._packages[missing.argmin()], asked, held=())
            answer = self._from_memory(asked)
        if answer is None:
            solved = self._programme(asked).solve(Expression(), time_limit=self._clock.left)
            self.n_solves += solved.n_solves
            if solved.is_empty:
                return Answer(False if solved.status is Status.INFEASIBLE else None)
            self._remember(solved.codes[np.newaxis])
            self._search(solved.codes, tuple(range(self._n)), held=asked)
            answer = self._from_memory(asked)
        # The programme checks in whole numbers what is checked here: it cannot have shown less.
        return Answer(None) if answer is None else answer

    def learn(self, codes: Ints) -> None:
        """Remember a package that is known already."""
        self._remember(codes[np.newaxis])

    def meets(self, codes: Ints) -> Bools:
        """Say of packages which constraints they meet, shape (n_packages, n_constraints)."""
        totals = self._domain.totals(codes)
        met = np.empty((len(codes), self._n), dtype=np.bool_)
        for k, rule in self._rules.items():
            met[:, k] = is_met(rule, totals)
        for k, link in self._links.items():
            met[:, k] = link.allowed[
                tuple(c[codes[:, i]] for i, c in zip(link.issues, link.classes, strict=True))
            ]
        return met

    def _from_memory(self, asked: tuple[int, ...]) -> Answer | None:
        rows = np.flatnonzero(self._met[:, asked].all(axis=1))
        if not rows.size:
            return None
        best = rows[self._met[rows].sum(axis=1).argmax()]
        members = tuple(map(int, np.flatnonzero(self._met[best])))
        return Answer(True, members, frozen(self._packages[best].copy()))

    def _remember(self, codes: Ints) -> None:
        codes = codes[self._is_possible(codes)]
        self._packages = np.concatenate([self._packages, codes])
        self._met = np.concatenate([self._met, self.meets(codes)])

    def _is_possible(self, codes: Ints) -> Bools:
        return self._domain.is_allowed(codes) & is_met(self._always, self._domain.totals(codes))

    def _missing(self, codes: Ints, goal: tuple[int, ...]) -> Floats:
        """How far packages are from a goal: thresholds as a share of their column's span."""
        totals = self._domain.totals(codes)
        unmet = ~self.meets(codes)
        missing = np.zeros(len(codes))
        for k in goal:
            rule = self._rules.get(k)
            if isinstance(rule, Meets):
                short = np.maximum(rule.at_least - totals[:, rule.column], 0)
                missing += short / self._span[rule.column]
            else:
                missing += unmet[:, k]
        return missing

    def _search(self, codes: Ints, goal: tuple[int, ...], held: tuple[int, ...]) -> None:
        """Take the best step on one issue for as long as it brings the goal nearer."""
        value = self._missing(codes[np.newaxis], goal)[0]
        for _ in range(MOST_STEPS):
            if value == 0:
                break
            near = _neighbours(codes, self._domain.n_options)
            near = near[self._is_possible(near)]
            near = near[self.meets(near)[:, held].all(axis=1)]
            missing = self._missing(near, goal)
            if not len(near) or missing.min() >= value:
                break
            codes, value = near[missing.argmin()], missing.min()
            self._remember(codes[np.newaxis])

    def _programme(self, asked: tuple[int, ...]) -> Programme:
        links = tuple(self._links[k] for k in asked if k in self._links)
        domain = self._domain
        if links:
            domain = Domain(domain.points, (*domain.links, *links), domain.interactions)
        programme = Programme(domain)
        for rule in (self._always, *(self._rules[k] for k in asked if k in self._rules)):
            programme.require_rule(rule)
        return programme


def _sorted_out(
    domain: Domain, constraints: Sequence[Constraint]
) -> tuple[dict[int, AcceptanceRule], dict[int, Link], tuple[Link, ...]]:
    """Return rules and links by place, and the domain's links that are not among them."""
    rules: dict[int, AcceptanceRule] = {}
    links: dict[int, Link] = {}
    named: list[int] = []
    for k, each in enumerate(constraints):
        if isinstance(each, Link):
            # A domain checks its links, and fills in the classes that were left out.
            links[k] = Domain(domain.points, (each,)).links[0]
        elif isinstance(each, int):
            if not 0 <= each < len(domain.links):
                raise EngineInputError(
                    f"constraints[{k}]: found link {each}, expected one of the domain's "
                    f"{len(domain.links)} links, counted from 0"
                )
            links[k] = domain.links[each]
            named.append(each)
        else:
            rules[k] = each
    return rules, links, tuple(link for k, link in enumerate(domain.links) if k not in named)


def _range_of(domain: Domain) -> tuple[Points, Points]:
    """Return points that no package exceeds, and that none falls below, column by column."""
    most, least = np.zeros((2, domain.n_columns), dtype=np.int64)
    for table in (*domain.points, *(term.points for term in domain.interactions)):
        flat = table.reshape(-1, domain.n_columns)
        most, least = most + flat.max(axis=0), least + flat.min(axis=0)
    return most, least


def _neighbours(codes: Ints, n_options: tuple[int, ...]) -> Ints:
    """Return every package that differs on one issue."""
    issue = np.repeat(np.arange(len(codes)), n_options)
    option = np.concatenate([np.arange(n) for n in n_options])
    differs = option != codes[issue]
    near = np.tile(codes, (int(differs.sum()), 1))
    near[np.arange(len(near)), issue[differs]] = option[differs]
    return near
