"""Packages as two parties see them: the data of one picture and of its table."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np

from detente.analysis.deal_answers import Scatter, ScatterPoint
from detente.analysis.frame import Frame
from detente.analysis.preferences import Floats, Form
from detente.ledger import PartyId

__all__ = ["scatter_of"]

MOST_POINTS = 400
"""Plain points beyond this many are thinned evenly; special ones are always kept."""


def scatter_of(frame: Frame) -> Scatter | None:
    """Choose the two parties whose views of the packages differ most, and lay them out.

    Only parties whose preference orders every row can be an axis. The most opposed pair is the
    one with the lowest rank correlation; ties go to the pair that comes first.
    """
    if not frame.n_packages or frame.package_zone is None:
        return None
    able = [p for p in frame.ranking if frame.standpoints[p].evaluation.is_complete]
    if len(able) < 2:
        return None
    x_party, y_party = _most_opposed(frame, able)
    x = frame.standpoints[x_party].evaluation.level
    y = frame.standpoints[y_party].evaluation.level
    points, left_out = _points(frame, x, y)
    return Scatter(
        x_party=x_party,
        y_party=y_party,
        x_in_points=frame.standpoints[x_party].evaluation.form is Form.POINTS,
        y_in_points=frame.standpoints[y_party].evaluation.form is Form.POINTS,
        x_fallback=frame.standpoints[x_party].floor(),
        y_fallback=frame.standpoints[y_party].floor(),
        points=points,
        n_left_out=left_out,
    )


def _most_opposed(frame: Frame, able: list[PartyId]) -> tuple[PartyId, PartyId]:
    n = frame.n_packages
    places = {}
    for party in able:
        _, place = np.unique(frame.standpoints[party].evaluation.level[:n], return_inverse=True)
        centred = place - place.mean()
        norm = float(np.sqrt((centred**2).sum()))
        places[party] = centred / norm if norm > 0 else centred
    return min(
        combinations(able, 2), key=lambda pair: round(float(places[pair[0]] @ places[pair[1]]), 9)
    )


def _points(frame: Frame, x: Floats, y: Floats) -> tuple[tuple[ScatterPoint, ...], int]:
    n = frame.n_packages
    at, where = np.unique(np.column_stack([x[:n], y[:n]]), axis=0, return_inverse=True)
    where = where.reshape(-1)
    count = np.bincount(where, minlength=len(at))
    possible = np.bincount(where, weights=frame.is_possible, minlength=len(at))
    efficient = np.zeros(len(at), dtype=bool)
    if frame.front is not None:
        efficient[where[frame.front.efficient]] = True
    names = defaultdict(list)
    for name, row in frame.rows_of.items():
        names[float(x[row]), float(y[row])].append(name)
    special: list[ScatterPoint] = []
    plain: list[ScatterPoint] = []
    for k, (here_x, here_y) in enumerate(at.tolist()):
        named = tuple(names.pop((here_x, here_y), ()))
        n_here, ok = int(count[k]), int(possible[k])
        point = ScatterPoint(here_x, here_y, n_here, ok, bool(efficient[k]), named)
        (special if named or ok or efficient[k] else plain).append(point)
    special += [ScatterPoint(a, b, 0, 0, False, tuple(some)) for (a, b), some in names.items()]
    special, dropped = _thinned(special, 2 * MOST_POINTS)
    plain, left_out = _thinned(plain, MOST_POINTS)
    ordered = sorted((*special, *plain), key=lambda p: (p.x, p.y))
    return tuple(ordered), left_out + dropped


def _thinned(points: list[ScatterPoint], most: int) -> tuple[list[ScatterPoint], int]:
    """Keep every named point and an even spread of the others."""
    named = [p for p in points if p.names]
    others = [p for p in points if not p.names]
    if len(others) <= most:
        return points, 0
    keep = np.linspace(0, len(others) - 1, most).round().astype(int)
    return named + [others[k] for k in sorted(set(keep.tolist()))], len(others) - len(
        set(keep.tolist())
    )
