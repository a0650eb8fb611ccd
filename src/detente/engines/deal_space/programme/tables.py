"""Links and interactions as rows over the yes/no variables of a programme."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Ints
from detente.engines.deal_space.space.domain import Interaction, Link, Points
from detente.errors import EngineInputError

__all__ = ["Cells", "Row", "cells_of", "link_rows"]

MOST_CELLS = 100_000
"""Combinations of one link or interaction that a programme takes."""


@dataclass(frozen=True, slots=True)
class Row:
    """``low <= sum of coefficients <= high`` over (issue, option) pairs and cell numbers."""

    options: dict[tuple[int, int], int]
    cells: tuple[tuple[int, int], ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Variables for combinations that matter: which, their points, and what ties them down.

    ``otherwise`` is what each column gets if none of them is 1; None if one always is.
    """

    points: Points
    otherwise: Points | None
    rows: tuple[Row, ...]


def cells_of(term: Interaction) -> Cells:
    """Give a variable to each combination, or only to the uncommon ones where these are few."""
    groups = _groups(term)
    shape = term.points.shape[:-1]
    live = [
        cell
        for cell in itertools.product(*map(range, _checked(shape)))
        if all(group[k] for group, k in zip(groups, cell, strict=True))
    ]
    points = term.points[tuple(np.array(live).T)]
    kinds, kind, counts = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    common = int(counts.argmax())
    if 2 * int(counts[common]) < len(live):
        return Cells(points, None, tuple(_marginals(term.issues, groups, live, whole=True)))
    chosen = np.flatnonzero(kind.ravel() != common)
    kept = [live[k] for k in chosen]
    rows = list(_marginals(term.issues, groups, kept, whole=False))
    for number, cell in enumerate(kept):
        # All its classes taken, it cannot stay 0.
        ones = _ones(term.issues, groups, cell)
        rows.append(Row(dict.fromkeys(ones, -1), ((number, 1),), 1 - len(cell), math.inf))
    return Cells(points[chosen], kinds[common], tuple(rows))


def link_rows(link: Link) -> tuple[int, tuple[Row, ...]]:
    """Return how many cell variables a link needs, and its rows: the smaller of two forms.

    Either a choice on all issues but one leaves only certain options on that one (a no-good that
    names them all at once), or one variable per allowed combination.
    """
    groups = _groups(link)
    _checked(link.allowed.shape)
    if len(link.issues) == 1:
        return 0, (Row(_ones_of(link.issues[0], groups[0], link.allowed), (), 1, math.inf),)
    axes = range(link.allowed.ndim)
    forms = [list(_implications(link, groups, axis)) for axis in axes]
    if len(link.issues) == 2:
        return 0, tuple(forms[0] + forms[1])
    shortest = min(forms, key=len)
    live = [
        cell
        for cell in zip(*(map(int, a) for a in np.nonzero(link.allowed)), strict=True)
        if all(group[k] for group, k in zip(groups, cell, strict=True))
    ]
    if len(live) + sum(map(len, groups)) > len(shortest):
        return 0, tuple(shortest)
    return len(live), tuple(_marginals(link.issues, groups, live, whole=True))


def _groups(factor: Link | Interaction) -> list[list[list[int]]]:
    """For each issue and class, the options in it."""
    shape = factor.allowed.shape if isinstance(factor, Link) else factor.points.shape[:-1]
    return [
        [[int(o) for o in np.flatnonzero(classes == k)] for k in range(width)]
        for classes, width in zip(factor.classes, shape, strict=True)
    ]


def _checked(shape: tuple[int, ...]) -> tuple[int, ...]:
    if math.prod(shape) > MOST_CELLS:
        raise EngineInputError(
            f"domain: found a link or an interaction with {math.prod(shape):,} combinations, "
            f"expected at most {MOST_CELLS:,} for a programme; let options that it does not tell "
            "apart share a class"
        )
    return shape


def _ones(
    issues: tuple[int, ...], groups: list[list[list[int]]], cell: tuple[int, ...]
) -> list[tuple[int, int]]:
    return [
        (issue, option)
        for issue, group, k in zip(issues, groups, cell, strict=True)
        for option in group[k]
    ]


def _ones_of(issue: int, group: list[list[int]], classes: Bools) -> dict[tuple[int, int], int]:
    return {(issue, option): 1 for k in np.flatnonzero(classes) for option in group[int(k)]}


def _marginals(
    issues: tuple[int, ...],
    groups: list[list[list[int]]],
    cells: list[tuple[int, ...]],
    *,
    whole: bool,
) -> Iterator[Row]:
    """Cells with a class add up to it (to at most it, if not all cells are there)."""
    for axis, issue in enumerate(issues):
        for k, options in enumerate(groups[axis]):
            inside = tuple((number, 1) for number, cell in enumerate(cells) if cell[axis] == k)
            if options and (inside or whole):
                ones = {(issue, option): -1 for option in options}
                yield Row(ones, inside, 0 if whole else -math.inf, 0)


def _implications(link: Link, groups: list[list[list[int]]], axis: int) -> Iterator[Row]:
    """All choices on the other issues, and what they leave on this one."""
    table: Bools = np.moveaxis(link.allowed, axis, -1)
    others = [k for k in range(link.allowed.ndim) if k != axis]
    live: Ints = np.array([bool(group) for group in groups[axis]])
    for cell in itertools.product(*(range(n) for n in table.shape[:-1])):
        chosen = [groups[k][c] for k, c in zip(others, cell, strict=True)]
        if not all(chosen) or table[cell][live].all():
            continue
        ones = _ones_of(link.issues[axis], groups[axis], table[cell])
        for k, options in zip(others, chosen, strict=True):
            ones.update({(link.issues[k], option): -1 for option in options})
        yield Row(ones, (), 1 - len(others), math.inf)
