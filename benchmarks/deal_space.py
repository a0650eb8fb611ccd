"""Measure pareto_front against the definition and a plain numpy loop.

Run from the repository root: ``python benchmarks/deal_space.py``. About a minute.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from ratio import compare, seconds

from detente.engines.deal_space import nash_solution, pareto_front

Table = npt.NDArray[np.float64]


def additive(n_issues: int, n_options: int, n_parties: int, seed: int = 0) -> Table:
    """Score every package: each party gives each option of each issue 0 to 100 points."""
    rng = np.random.default_rng(seed)
    table = np.zeros((1, n_parties))
    for _ in range(n_issues):
        points = rng.integers(0, 101, size=(n_options, n_parties))
        table = (table[:, None, :] + points[None, :, :]).reshape(-1, n_parties)
    return table


def by_definition(table: Table) -> npt.NDArray[np.bool_]:
    """Compare each outcome with every other."""
    efficient = np.empty(len(table), dtype=np.bool_)
    for row, utilities in enumerate(table):
        better = (table >= utilities).all(axis=1) & (table > utilities).any(axis=1)
        efficient[row] = not better.any()
    return efficient


def by_loop(table: Table) -> npt.NDArray[np.bool_]:
    """Take the largest total left, and drop what it dominates; totals are exact here."""
    left = np.argsort(-table.sum(axis=1), kind="stable")
    efficient = np.zeros(len(table), dtype=np.bool_)
    while left.size:
        first = table[left[0]]
        efficient[left[0]] = True
        rest = table[left[1:]]
        dominated = (rest <= first).all(axis=1) & (rest < first).any(axis=1)
        left = left[1:][~dominated]
    return efficient


def against(
    peer: Callable[[Table], npt.NDArray[np.bool_]], shapes: list[tuple[int, int, int]]
) -> None:
    for n_issues, n_options, n_parties in shapes:
        table = additive(n_issues, n_options, n_parties)
        front = pareto_front(table)
        assert (front.efficient == peer(table)).all()
        comparison = compare(lambda t=table: pareto_front(t), lambda t=table: peer(t))
        print(
            f"| {peer.__name__} | {n_parties} | {len(table):,} | {front.indices.size:,} "
            f"| {comparison} |",
            flush=True,
        )


def alone(shapes: list[tuple[int, int, int]]) -> None:
    for n_issues, n_options, n_parties in shapes:
        table = additive(n_issues, n_options, n_parties)
        n_efficient = pareto_front(table).indices.size
        front = np.median([seconds(lambda t=table: pareto_front(t)) for _ in range(3)])
        middle = np.median(table, axis=0)
        nash = seconds(lambda t=table, d=middle: nash_solution(t, d))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(
            f"| {n_parties} | {len(table):,} | {n_efficient:,} | {front:.2f} s | {nash:.2f} s "
            f"| {peak:.2f} GiB |",
            flush=True,
        )


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}")
    print("| peer | parties | outcomes | efficient | ours / peer: median (quartiles) |")
    print("|---|---|---|---|---|")
    against(by_definition, [(4, 5, 2), (4, 5, 4), (5, 5, 4)])
    against(by_loop, [(4, 5, 2), (6, 5, 2), (4, 5, 4), (5, 5, 4), (6, 5, 4), (6, 5, 6), (7, 4, 8)])
    print("| parties | outcomes | efficient | front | Nash | peak memory so far |")
    print("|---|---|---|---|---|---|")
    alone([(10, 4, 2), (10, 4, 4), (10, 4, 6), (10, 4, 8)])
