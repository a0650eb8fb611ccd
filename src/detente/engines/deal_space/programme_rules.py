"""Acceptance rules as rows of a programme: a yes/no variable that forces its rule when it is 1."""

from __future__ import annotations

from typing import Protocol

from detente.engines.deal_space.acceptance import AcceptanceRule, AtLeast, Meets
from detente.engines.deal_space.programme_columns import Column, clauses_of
from detente.engines.deal_space.programme_expression import Expression, Number

__all__ = ["encode", "insist"]

ALWAYS = Expression({}, {}, 1)
NEVER = Expression()


class Programme(Protocol):
    """What rules need of a programme."""

    def add_binary(self) -> Expression: ...
    def column(self, column: int) -> Column: ...
    def indicator(self, rule: AcceptanceRule) -> Expression: ...
    def is_lexicographic(self, column: int) -> bool: ...
    def largest(self, column: int) -> int: ...
    def least(self, column: int) -> int: ...
    def require(
        self, expression: Expression, low: Number | None = None, high: Number | None = None
    ) -> None: ...
    def total(self, column: int) -> Expression: ...


def insist(programme: Programme, rule: AcceptanceRule) -> None:
    """Add rows that hold exactly where the rule is met; thresholds that must hold stay plain."""
    if isinstance(rule, Meets):
        _reach(programme, rule, ALWAYS)
    elif rule.quota > sum(rule.weights):
        programme.require(NEVER, low=1)
    elif rule.quota > sum(rule.weights) - min(rule.weights, default=0):
        for part in rule.parts:
            insist(programme, part)
    else:
        programme.require(encode(programme, rule), low=1)


def encode(programme: Programme, rule: AcceptanceRule) -> Expression:
    """Return a variable that can be 1 only where the rule is met, or a constant 1 or 0.

    One direction is enough, as rules are monotone: the solver may set a variable to 0 where the
    rule is met, and never gains by it.
    """
    match rule:
        case Meets(column, at_least):
            if at_least <= programme.least(column):
                return ALWAYS
            if at_least > programme.largest(column):
                return NEVER
            met = programme.add_binary()
            _reach(programme, rule, met)
            return met
        case AtLeast(_, _, quota):
            return _encode_quota(programme, rule) if quota > 0 else ALWAYS


def _encode_quota(programme: Programme, rule: AtLeast) -> Expression:
    missing = rule.quota
    votes: list[tuple[int, Expression]] = []
    for part, weight in zip(rule.parts, rule.weights, strict=True):
        part_met = programme.indicator(part)
        if part_met.variables:
            votes.append((weight, part_met))
        else:
            missing -= weight * int(part_met.constant)
    if missing <= 0:
        return ALWAYS
    if sum(weight for weight, _ in votes) < missing:
        return NEVER
    if len(votes) == 1:
        return votes[0][1]
    met = programme.add_binary()
    # A weight beyond the quota counts as the quota: the same rule, and a tighter relaxation.
    votes = [(min(weight, missing), vote) for weight, vote in votes]
    needed = sum(weight for weight, _ in votes)
    for weight, vote in votes:
        if needed - weight < missing:  # a vote that cannot be done without
            programme.require(vote - met, low=0)
    total = sum((vote * weight for weight, vote in votes), Expression())
    programme.require(total - met * missing, low=0)
    return met


def _reach(programme: Programme, rule: Meets, met: Expression) -> None:
    """Require the threshold where ``met`` is 1."""
    if programme.is_lexicographic(rule.column):
        if rule.at_least > programme.largest(rule.column):
            programme.require(-met, low=0)
        for clause in clauses_of(programme.column(rule.column), rule.at_least):
            programme.require(clause - met, low=0)
        return
    least = programme.least(rule.column)
    if rule.at_least > least:
        total = programme.total(rule.column)
        programme.require(total - met * (rule.at_least - least), low=least)
