"""The outcome space as arrays: rows of option numbers, one column per issue of the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.errors import SpaceTooLargeError
from detente.model import (
    AllOf,
    AnyOf,
    Case,
    Condition,
    Is,
    Issue,
    IssueId,
    OptionId,
    Rule,
    Statement,
)

__all__ = ["LARGEST_SPACE", "Bools", "Codes", "Space"]

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]

LARGEST_SPACE = 1_050_000
"""Packages up to which a table is examined one by one; 2 to the power of 20 is within it."""


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """The issues of a case in a fixed order, and how outcomes become rows of numbers."""

    issues: tuple[Issue, ...]
    rules: tuple[Rule, ...]
    column: Mapping[IssueId, int]

    @classmethod
    def of(cls, case: Case) -> Space:
        issues = tuple(case.issues.values())
        return cls(issues, case.rules, {issue.id: n for n, issue in enumerate(issues)})

    def encode(self, outcomes: Iterable[Mapping[IssueId, OptionId]]) -> Codes:
        """Return outcomes as rows of option numbers, shape (n_outcomes, n_issues)."""
        rows = [[issue.number(outcome[issue.id]) for issue in self.issues] for outcome in outcomes]
        return np.array(rows, dtype=np.int32).reshape(len(rows), len(self.issues))

    def decode(self, row: Sequence[int] | Codes) -> dict[IssueId, OptionId]:
        """Return one row as an outcome."""
        return {
            issue.id: issue.options[int(code)].id
            for issue, code in zip(self.issues, row, strict=True)
        }

    def size(self, scope: Iterable[IssueId]) -> int:
        """Count the packages of a scope, before rules strike any."""
        n = 1
        for choices in self._choices(scope):
            n *= len(choices)
        return n

    def packages(self, scope: Iterable[IssueId], name: str = "this scope") -> tuple[Codes, int]:
        """List every feasible package that settles issues of ``scope`` otherwise than today.

        Issues outside the scope stay as they are today. Options that only come about without a
        deal are left out, and so is the package that changes nothing.

        Returns
        -------
        codes : ndarray of int32, shape (n_packages, n_issues)
        n_struck : int
            How many packages the rules made impossible.

        Raises
        ------
        SpaceTooLargeError
            If there are more than :data:`LARGEST_SPACE` packages before the rules.
        """
        scope = tuple(scope)
        size = self.size(scope)
        if size > LARGEST_SPACE:
            raise SpaceTooLargeError(
                f"{name}: found {size:,} packages, expected at most {LARGEST_SPACE:,} to be "
                "examined one by one; narrow the scope of the table, or the steps of a divisible "
                "issue. Named deals are still examined"
            )
        codes = np.empty((size, len(self.issues)), dtype=np.int32)
        repeat = size
        for column, choices in enumerate(self._choices(scope)):
            repeat //= len(choices)
            pattern = np.repeat(np.array(choices, dtype=np.int32), repeat)
            codes[:, column] = np.tile(pattern, size // len(pattern))
        feasible = self.feasible(codes)
        today = np.array([issue.number(issue.today) for issue in self.issues], dtype=np.int32)
        changes = (codes != today).any(axis=1)
        return codes[feasible & changes], int((~feasible).sum())

    def _choices(self, scope: Iterable[IssueId]) -> list[list[int]]:
        inside = set(scope)
        return [
            [n for n, option in enumerate(issue.options) if not option.not_by_agreement]
            if issue.id in inside
            else [issue.number(issue.today)]
            for issue in self.issues
        ]

    def feasible(self, codes: Codes) -> Bools:
        """Say of each row whether it breaks no rule."""
        result: Bools = np.ones(len(codes), dtype=np.bool_)
        for rule in self.rules:
            result = np.asarray(result & ~self.breaks(rule, codes))
        return result

    def breaks(self, rule: Rule, codes: Codes) -> Bools:
        """Say of each row whether it breaks this rule."""
        truth = np.column_stack([self.holds(condition, codes) for condition in rule.conditions])
        if rule.kind == "never":
            return np.asarray(truth[:, 0])
        if rule.kind == "only_if":
            return np.asarray(truth[:, 0] & ~truth[:, 1])
        return np.asarray(truth.any(axis=1) & ~truth.all(axis=1))

    def holds(self, condition: Condition | Statement, codes: Codes) -> Bools:
        """Say of each row whether the condition or statement holds there."""
        match condition:
            case Is(issue, options, negated):
                column = self.column[issue]
                numbers = [n for n, o in enumerate(self.issues[column].options) if o.id in options]
                inside = np.isin(codes[:, column], numbers)
                return np.asarray(~inside if negated else inside)
            case AllOf(parts):
                return np.asarray(np.all([self.holds(part, codes) for part in parts], axis=0))
            case AnyOf(parts):
                return np.asarray(np.any([self.holds(part, codes) for part in parts], axis=0))
            case Statement(then, _, given):
                truth = self.holds(then, codes)
                return truth if given is None else truth | ~self.holds(given, codes)
