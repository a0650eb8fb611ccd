"""Utilities that are no sum over issues: hyper-rectangles, and ranks struck out by rules.

Both are Genius's. They are read and evaluated package by package; an exact answer about all
packages exists only where these can be listed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import eq
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = [
    "Aggregate",
    "Box",
    "HyperRectangles",
    "OutcomeRule",
    "RankRule",
    "RankRules",
    "box_utilities",
    "rank_utilities",
]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Box:
    """A hyper-rectangle: worth ``utility`` inside; ``outside``: worth it everywhere but inside.

    ``bounds`` are (issue, least, greatest), ends included; no bounds: everywhere.
    """

    utility: float
    bounds: tuple[tuple[int, int, int], ...]
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The sum, least or greatest of some boxes and of further aggregates times their weights."""

    kind: Literal["sum", "min", "max"]
    weight: float
    boxes: tuple[Box, ...]
    parts: tuple[Aggregate, ...] = ()


@dataclass(frozen=True, slots=True)
class HyperRectangles:
    """The aggregate divided by ``largest``, at most 1."""

    largest: float
    root: Aggregate


@dataclass(frozen=True, slots=True)
class RankRule:
    """When the rank of ``issue`` counts nothing.

    Attributes
    ----------
    issue : int
    equals : tuple of (issue, option)
        All of them must hold; none: always.
    total_of : tuple of int
        Issues whose numbers are added up; the total must lie within ``least`` to ``greatest``.
        None: no such condition.
    has : tuple of str
        The issue's option must contain one of these texts; none: no such condition.
    lacks : str
        The issue's option must not contain this text; "": no such condition.
    """

    issue: int
    equals: tuple[tuple[int, str], ...] = ()
    total_of: tuple[int, ...] = ()
    least: int = 0
    greatest: int = 0
    has: tuple[str, ...] = ()
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """When the whole package is worth 0.

    ``numeric`` are (issue, sign): the number must not have the other sign, so 0 counts as either,
    unless ``strict``. ``has`` and ``lacks`` are (issue, text): what its option must contain, and
    must not.
    """

    numeric: tuple[tuple[int, Literal["positive", "negative"]], ...] = ()
    has: tuple[tuple[int, str], ...] = ()
    lacks: tuple[tuple[int, str], ...] = ()
    strict: bool = False


@dataclass(frozen=True, slots=True)
class RankRules:
    """The mean over ranked issues of rank by greatest rank, where no rule strikes it out.

    ``ranks`` are (issue, a rank for each option).
    """

    ranks: tuple[tuple[int, tuple[int, ...]], ...]
    rank_rules: tuple[RankRule, ...] = ()
    outcome_rules: tuple[OutcomeRule, ...] = ()


# --- hyper-rectangles --------------------------------------------------------------------------


def box_utilities(rules: HyperRectangles, numbers: Floats) -> Floats:
    """Evaluate packages given by their numbers, shape (n_packages, n_issues)."""
    return np.minimum(_aggregate(rules.root, numbers) / rules.largest, 1.0)


def _aggregate(part: Aggregate, numbers: Floats) -> Floats:
    columns = [_box(box, numbers) for box in part.boxes]
    columns += [inner.weight * _aggregate(inner, numbers) for inner in part.parts]
    if not columns:
        return np.zeros(len(numbers))
    total = columns[0]
    for column in columns[1:]:
        match part.kind:
            case "sum":
                total = total + column
            case "min":
                total = np.minimum(total, column)
            case "max":
                total = np.maximum(total, column)
    return total


def _box(box: Box, numbers: Floats) -> Floats:
    inside = np.ones(len(numbers), dtype=np.bool_)
    for issue, least, greatest in box.bounds:
        inside &= (least <= numbers[:, issue]) & (numbers[:, issue] <= greatest)
    return np.where(inside ^ (box.outside and bool(box.bounds)), box.utility, 0.0)


# --- ranks -------------------------------------------------------------------------------------


def rank_utilities(rules: RankRules, options: Sequence[Sequence[str]], codes: Ints) -> Floats:
    """Evaluate packages given by numbers of options, shape (n_packages, n_issues)."""
    total = np.zeros(len(codes))
    for issue, ranks in rules.ranks:
        greatest = max(ranks)
        share = np.array([rank / greatest if greatest else 0.0 for rank in ranks])
        struck = np.zeros(len(codes), dtype=np.bool_)
        for rule in rules.rank_rules:
            if rule.issue == issue:
                struck |= _strikes(rule, options, codes)
        total += np.where(struck, 0.0, share[codes[:, issue]])
    total /= max(1, len(rules.ranks))
    for outcome_rule in rules.outcome_rules:
        total[_is_worthless(outcome_rule, options, codes)] = 0.0
    return total


def _strikes(rule: RankRule, options: Sequence[Sequence[str]], codes: Ints) -> Bools:
    holds = np.ones(len(codes), dtype=np.bool_)
    for issue, option in rule.equals:
        holds &= _where(options[issue], codes[:, issue], partial(eq, option))
    if rule.total_of:
        total = np.zeros(len(codes))
        for issue in rule.total_of:
            total += _numbers(options[issue], codes[:, issue])
        holds &= (rule.least <= total) & (total <= rule.greatest)
    here, column = options[rule.issue], codes[:, rule.issue]
    if rule.has:
        holds &= _where(here, column, lambda text: any(part in text for part in rule.has))
    if rule.lacks:
        holds &= _where(here, column, lambda text: rule.lacks not in text)
    return holds


def _is_worthless(rule: OutcomeRule, options: Sequence[Sequence[str]], codes: Ints) -> Bools:
    holds = np.ones(len(codes), dtype=np.bool_)
    for issue, sign in rule.numeric:
        numbers = _numbers(options[issue], codes[:, issue]) * (1 if sign == "positive" else -1)
        holds &= numbers > 0 if rule.strict else numbers >= 0
    for issue, part in rule.has:
        holds &= _where(options[issue], codes[:, issue], partial(_contains, part))
    for issue, part in rule.lacks:
        holds &= ~_where(options[issue], codes[:, issue], partial(_contains, part))
    return holds


def _contains(part: str, text: str) -> bool:
    return part in text


def _numbers(options: Sequence[str], column: Ints) -> Floats:
    return np.array([float(text) for text in options])[column]


def _where(options: Sequence[str], column: Ints, test: Callable[[str], bool]) -> Bools:
    return np.array([test(text) for text in options], dtype=np.bool_)[column]
