"""Acceptance rules as rows of a programme: a yes/no variable that forces its rule when it is 1."""

from __future__ import annotations

import math
from typing import Protocol

from detente.engines.deal_space.programme.columns import Column, clauses_of
from detente.engines.deal_space.programme.expression import Expression, Number
from detente.engines.deal_space.space.acceptance import AcceptanceRule, AtLeast, Meets

__all__ = ["encode", "insist"]

RESOLVED = 1 << 17
"""Steps of a column, above its least total, up to which one row tells them all apart."""

ALWAYS = Expression({}, {}, 1)
NEVER = Expression()


class Programme(Protocol):
    """What rules need of a programme."""

    def add_binary(self) -> Expression: ...
    def add_integer(self, low: int, high: int) -> Expression: ...
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
    column = programme.column(rule.column)
    if rule.at_least <= column.least:
        return
    if rule.at_least > column.largest:
        programme.require(-met, low=0)
        return
    # Rounded up to the next total that can be, which is never nearer to another than a step.
    wanted = -((column.constant - rule.at_least) // column.step)
    least = (column.least - column.constant) // column.step
    if wanted - least > RESOLVED:
        _reach_in_two_digits(programme, rule.column, wanted, least, met)
        return
    total = programme.total(rule.column) - column.constant
    programme.require(total - met * ((wanted - least) * column.step), low=least * column.step)


def _reach_in_two_digits(
    programme: Programme, number: int, wanted: int, least: int, met: Expression
) -> None:
    """Require a threshold that one row would not resolve to the last point.

    The solver takes 0.999999 for 1, so that in one row a point in a million can get lost, and a
    package with it. Counting in steps, let the total be ``high * base + low``, each summed over
    the variables' own digits, so that ``low`` may exceed the base and carry. It reaches the
    threshold exactly if there is a carry, with ``carry * base <= low``, such that ``high +
    carry`` beats the threshold's first digit, or equals it (``equal``) and what is left of
    ``low`` reaches the second.
    """
    programme.total(number)  # refused where even two digits would not do
    column = programme.column(number)
    base = 1 << math.isqrt(wanted - least).bit_length()
    digits = {k: divmod(v // column.step, base) for k, v in column.coefficients.items()}
    high = Expression({}, {k: digit for k, (digit, _) in digits.items() if digit})
    low = Expression({}, {k: digit for k, (_, digit) in digits.items() if digit})
    carry = programme.add_integer(0, column.n_sources)
    equal = programme.add_binary()
    first, second = divmod(wanted, base)
    # Each source adds less than one base to the low digit.
    least_high = least // base - column.n_sources
    programme.require(high + carry + equal - met * (first + 1 - least_high), low=least_high)
    programme.require(low - carry * base - equal * second, low=0)
