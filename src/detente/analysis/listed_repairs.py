"""The nearest package to a deal where packages are listed."""

from __future__ import annotations

import numpy as np

from detente.analysis.deal_answers import Repair, RepairKind
from detente.analysis.frame import Frame
from detente.engines.deal_space import Verdict, closest_to_agreement, nearest_packages

__all__ = ["SHOWN_REPAIRS", "repairs_listed"]

SHOWN_REPAIRS = 6


def repairs_listed(
    frame: Frame, row: int, verdict: Verdict, *, tabled: bool
) -> tuple[RepairKind, tuple[Repair, ...], int]:
    """Return the nearest packages that all would accept, else those the fewest refuse.

    On no table, a changed term would change who must act and so who is asked; other packages are
    not examined there, nor where there are too many to list.
    """
    n = frame.n_packages
    if verdict is Verdict.YES:
        return "none", (), 0
    if frame.too_large or not tabled or not frame.forum.asked:
        return "not examined", (), 0
    if n == 0:
        return "none", (), 0
    target, packages = frame.codes[row], frame.codes[:n]
    near = nearest_packages(packages, target, frame.is_possible)
    if len(near.packages):
        order = _best_first(frame, near.packages, row)
        repairs = tuple(_repair(frame, int(k), row) for k in order[:SHOWN_REPAIRS])
        return "possible", repairs, len(near.packages)
    shortfalls = np.column_stack([frame.standpoints[p].shortfall()[:n] for p in frame.parties])
    missing = frame.quota_votes_missing
    verdicts = np.hstack([frame.verdicts, np.where(missing, Verdict.NO, Verdict.YES)])
    required = np.hstack([frame.required, np.ones_like(missing)])
    shortfalls = np.hstack([shortfalls, np.zeros((n, missing.shape[1]))])
    closest = closest_to_agreement(verdicts[:n], required[:n], packages, target, shortfalls)
    refusing = int((required & (verdicts == Verdict.NO))[row].sum())
    if closest.n_refusals >= refusing:
        return "none", (), 0  # no package is refused by fewer than the deal itself
    order = _best_first(frame, closest.packages, row)
    repairs = tuple(_repair(frame, int(k), row) for k in order[:SHOWN_REPAIRS])
    return "closest", repairs, len(closest.packages)


def _best_first(
    frame: Frame, rows: np.ndarray[tuple[int], np.dtype[np.intp]], target: int
) -> list[int]:
    """Order equally near packages: the smallest step of a share or sum first, then unbeaten ones."""
    shares = [k for k, issue in enumerate(frame.space.issues) if issue.divisible is not None]
    steps = abs(frame.codes[rows][:, shares] - frame.codes[target, shares]).sum(axis=1)
    front = frame.front
    beaten = np.zeros(len(rows), dtype=np.bool_) if front is None else ~front.efficient[rows]
    return [int(rows[k]) for k in np.lexsort((rows, beaten, steps))]


def _repair(frame: Frame, row: int, target: int) -> Repair:
    here, there = frame.space.decode(frame.codes[target]), frame.space.decode(frame.codes[row])
    refused = frame.required[row] & (frame.verdicts[row] == Verdict.NO)
    return Repair(
        package=frame.package(row),
        changes=tuple((i, here[i], there[i]) for i in here if here[i] != there[i]),
        refused_by=tuple(p for p, no in zip(frame.parties, refused, strict=True) if no),
    )
