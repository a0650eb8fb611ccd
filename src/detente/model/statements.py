"""Statements about outcomes: what a party wants, refuses, or what a rule forbids.

A condition is true or false of an outcome. ``if`` in a statement is the material conditional of
option prioritising: "X if A" holds wherever A does not hold, or X does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType

__all__ = ["AllOf", "AnyOf", "Condition", "Is", "IssueId", "OptionId", "Statement"]

IssueId = NewType("IssueId", str)
OptionId = NewType("OptionId", str)


@dataclass(frozen=True, slots=True)
class Is:
    """The issue is settled on one of these options (or, negated, on none of them)."""

    issue: IssueId
    options: frozenset[OptionId]
    negated: bool = False

    def holds(self, outcome: Mapping[IssueId, OptionId]) -> bool:
        return (outcome[self.issue] in self.options) is not self.negated

    def issues(self) -> frozenset[IssueId]:
        return frozenset({self.issue})


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]

    def holds(self, outcome: Mapping[IssueId, OptionId]) -> bool:
        return all(part.holds(outcome) for part in self.parts)

    def issues(self) -> frozenset[IssueId]:
        return frozenset().union(*(part.issues() for part in self.parts))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def holds(self, outcome: Mapping[IssueId, OptionId]) -> bool:
        return any(part.holds(outcome) for part in self.parts)

    def issues(self) -> frozenset[IssueId]:
        return frozenset().union(*(part.issues() for part in self.parts))


Condition = Is | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Statement:
    """A condition that may apply only under another one, with the words it was written in."""

    then: Condition
    words: str
    given: Condition | None = None

    def holds(self, outcome: Mapping[IssueId, OptionId]) -> bool:
        applies = self.given is None or self.given.holds(outcome)
        return not applies or self.then.holds(outcome)

    def issues(self) -> frozenset[IssueId]:
        return self.then.issues() | (self.given.issues() if self.given else frozenset())
