"""What of a rule is still open when some of its thresholds are known to be met or missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from detente.engines._checks import Ints
from detente.engines.deal_space.space.acceptance import (
    AcceptanceRule,
    AtLeast,
    Meets,
    all_of,
    leaves_of,
)
from detente.errors import SpaceTooLargeError

__all__ = [
    "MET",
    "MISSED",
    "OPEN",
    "Bounds",
    "Residue",
    "bounded",
    "numbered",
    "program_of",
    "required",
    "residue",
    "simplified",
]  # fmt: skip

Status = Literal[-1, 0, 1]
MISSED, OPEN, MET = -1, 0, 1

Bounds = tuple[int, int]
"""How many packages: at least, at most."""

MOST_LINES = 4_096
"""Lines of a program: a rule whose thresholds are more entangled than that is not worked out."""


@dataclass(frozen=True, slots=True)
class Residue:
    """What statuses of the leaves leave of a rule.

    ``value`` is true or false if they decide it. Otherwise it still depends on the leaves in
    ``open``, given that those in ``met`` are met and that what is missed stays so; all other
    leaves may turn out as they like.
    """

    value: bool | None
    met: frozenset[int]
    open: frozenset[int]


NOTHING: frozenset[int] = frozenset()


def numbered(rule: AcceptanceRule) -> tuple[AcceptanceRule, tuple[Meets, ...]]:
    """Return the rule with leaf ``k`` written as ``Meets(k, 1)``, and the leaves."""
    leaves = leaves_of(rule)
    place = {leaf: k for k, leaf in enumerate(leaves)}

    def walk(at: AcceptanceRule) -> AcceptanceRule:
        if isinstance(at, Meets):
            return Meets(place[at], 1)
        return AtLeast(tuple(walk(part) for part in at.parts), at.weights, at.quota)

    return walk(rule), leaves


def residue(rule: AcceptanceRule, status: Sequence[int]) -> Residue:
    """Work out what is left of a numbered rule."""
    if isinstance(rule, Meets):
        leaf = frozenset((rule.column,))
        if status[rule.column] == OPEN:
            return Residue(None, NOTHING, leaf)
        is_met = status[rule.column] == MET
        return Residue(is_met, leaf if is_met else NOTHING, NOTHING)
    inner = [residue(part, status) for part in rule.parts]
    gained, can_gain = 0, 0
    for part, weight in zip(inner, rule.weights, strict=True):
        gained += weight if part.value else 0
        can_gain += weight if part.value is not False else 0
    if can_gain < rule.quota:
        return Residue(False, NOTHING, NOTHING)
    met: frozenset[int] = NOTHING
    weight_met = 0
    for part, weight in zip(inner, rule.weights, strict=True):
        # No more than it takes: what need not be remembered lets more rows become equal.
        if part.value and weight_met < rule.quota:
            met |= part.met
            weight_met += weight
    if gained >= rule.quota:
        return Residue(True, met, NOTHING)
    unsettled = [part for part in inner if part.value is None]
    met = met.union(*(part.met for part in unsettled))
    return Residue(None, met, NOTHING.union(*(part.open for part in unsettled)))


def simplified(rule: AcceptanceRule, status: Sequence[int]) -> AcceptanceRule | bool:
    """Return a numbered rule without the leaves that are decided."""
    if isinstance(rule, Meets):
        known = status[rule.column]
        return rule if known == OPEN else known == MET
    parts: list[AcceptanceRule] = []
    weights: list[int] = []
    quota = rule.quota
    for part, weight in zip(rule.parts, rule.weights, strict=True):
        inner = simplified(part, status)
        if isinstance(inner, bool):
            quota -= weight if inner else 0
        else:
            parts.append(inner)
            weights.append(weight)
    if quota <= 0:
        return True
    if sum(weights) < quota:
        return False
    if len(parts) == 1:
        return parts[0]
    if all(weight >= quota for weight in weights):
        weights, quota = [1] * len(parts), 1  # one of them is enough, whatever it weighs
    return AtLeast(tuple(parts), tuple(weights), quota)


def required(rule: AcceptanceRule, n_leaves: int) -> list[int]:
    """Return the leaves of a numbered rule without which it cannot be met."""
    found = []
    for leaf in range(n_leaves):
        status = [MET] * n_leaves
        status[leaf] = MISSED
        if residue(rule, status).value is False:
            found.append(leaf)
    return found


def program_of(rule: AcceptanceRule) -> Ints:
    """Write a numbered rule as lines (leaf, line if met, line if missed), the answer last.

    Line 0 is never, line 1 always, line 2 the first of the program: a decision diagram, from its
    end backwards.

    Raises
    ------
    SpaceTooLargeError
        If that takes more than :data:`MOST_LINES` lines.
    """
    leaves = [leaf.column for leaf in leaves_of(rule)]
    place = {leaf: k for k, leaf in enumerate(leaves)}
    n_known = max(leaves, default=-1) + 1
    lines: list[tuple[int, int, int]] = []
    known: dict[AcceptanceRule, int] = {}

    def line_of(at: AcceptanceRule | bool) -> int:
        if isinstance(at, bool):
            return int(at)
        if at not in known:
            leaf = min((each.column for each in leaves_of(at)), key=place.__getitem__)
            status = [OPEN] * n_known
            status[leaf] = MET
            met = line_of(simplified(at, status))
            status[leaf] = MISSED
            missed = line_of(simplified(at, status))
            lines.append((leaf, met, missed))
            if len(lines) > MOST_LINES:
                raise SpaceTooLargeError(
                    f"rule: found more than {MOST_LINES:,} ways in which its thresholds hang "
                    "together, expected fewer; split the rule"
                )
            known[at] = len(lines) + 1
        return known[at]

    line_of(simplified(rule, [OPEN] * n_known))
    return np.array(lines, dtype=np.intp).reshape(len(lines), 3)


def bounded(rule: AcceptanceRule, leaves: Sequence[Bounds], n_packages: int) -> Bounds:
    """Bound how many packages meet a numbered rule, given how many meet each of its leaves.

    The best bounds that hold however the leaves overlap, up to rounding, where all weights are
    equal; with one part, none or all, the bounds named after Frechet and Bonferroni.
    """
    if isinstance(rule, Meets):
        return leaves[rule.column]
    inner = [bounded(part, leaves, n_packages) for part in rule.parts]
    at_most = _at_most(inner, rule.weights, rule.quota, n_packages)
    refused = [(n_packages - most, n_packages - least) for least, most in inner]
    refusal = sum(rule.weights) - rule.quota + 1
    return n_packages - _at_most(refused, rule.weights, refusal, n_packages), at_most


def _at_most(parts: Sequence[Bounds], weights: Sequence[int], quota: int, n_packages: int) -> int:
    """Bound how many packages are in parts that weigh a quota together.

    Every such package is in parts that weigh what the quota asks beyond those left aside: so the
    others, each counted up to that weight, cover it so often.
    """
    if quota <= 0:
        return n_packages
    if sum(weights) < quota:
        return 0
    best = n_packages
    by_size = sorted(zip((most for _, most in parts), weights, strict=True), reverse=True)
    aside = 0
    for k in range(len(by_size)):
        need = quota - aside
        if need <= 0:
            break
        best = min(best, sum(min(weight, need) * most for most, weight in by_size[k:]) // need)
        aside += by_size[k][1]
    return best


def rule_of_all(n_leaves: int) -> AcceptanceRule:
    """Return the numbered rule that all of so many leaves are met."""
    return all_of(*(Meets(number, 1) for number in range(n_leaves)))
