"""Measure exact frontiers of spaces that nobody can list, against the sizes we mean to reach.

Run from the repository root: ``python benchmarks/exact_frontier.py``. About five minutes; with
``--quick`` one seed each. Before anything is timed, small spaces of every kind are listed and
compared. The peers that can be installed are measured by ``peers.py``.
"""

from __future__ import annotations

import argparse
import resource
import statistics
from collections.abc import Callable
from itertools import product

import numpy as np
from domains import fine, linked, scored
from ratio import seconds

from detente.engines.deal_space import (
    Domain,
    Meets,
    all_of,
    egalitarian_point,
    egalitarian_solution,
    exact_frontier,
    kalai_smorodinsky_solution,
    nash_point,
    nash_solution,
    pareto_front,
    utilitarian_solution,
)

Make = Callable[[int], Domain]

FINE: list[tuple[int, int, int, float]] = [
    (2, 10, 5, 0.002), (2, 20, 10, 0.010), (3, 15, 10, 0.1), (4, 10, 5, 0.15), (4, 15, 5, 1.5),
    (4, 15, 10, 12), (5, 15, 5, 15), (6, 10, 5, 5),
]  # fmt: skip
SCORED: list[tuple[int, int, int, float]] = [(4, 50, 10, 0.5), (6, 15, 10, 60)]
LINKED: list[tuple[int, int, int, int, float]] = [
    (2, 20, 5, 25, 0.3), (3, 20, 5, 25, 4), (4, 15, 5, 10, 8),
]  # fmt: skip


def check() -> None:
    """Compare with a list of all packages, links and ties included."""
    for seed in range(20):
        domain = linked(scored(3, 5, 4, seed), seed % 4, seed)
        codes = np.array(list(product(range(4), repeat=5)))
        totals = domain.totals(codes[domain.is_allowed(codes)])
        expected = {tuple(row) for row in totals[pareto_front(totals).efficient]}
        assert {tuple(row) for row in exact_frontier(domain).points} == expected


def answer(domain: Domain) -> int:
    """Find the frontier and, for two parties, the four named points on it."""
    front = exact_frontier(domain)
    if domain.n_columns == 2:
        middle = np.median(front.utilities, axis=0) * 0.5
        for solve in (
            nash_solution, kalai_smorodinsky_solution, egalitarian_solution, utilitarian_solution
        ):  # fmt: skip
            assert not solve(front.utilities, middle).is_empty
    return len(front.points)


def row(name: str, make: Make, target: float, seeds: range) -> None:
    times, sizes = [], []
    for seed in seeds:
        domain = make(seed)
        found: list[int] = []
        repeats = 5 if target < 0.5 else 1
        times.append(
            statistics.median(
                seconds(lambda d=domain, f=found: f.append(answer(d))) for _ in range(repeats)
            )
        )
        sizes.append(found[-1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"| {name} | {min(sizes):,} to {max(sizes):,} | {statistics.median(times):.4g} s "
        f"({min(times):.4g} to {max(times):.4g}) | {target:g} s | {peak:.2f} GiB |",
        flush=True,
    )


def zone(n_parties: int, seeds: range, target: float) -> None:
    """Find only what leaves everybody at 0.9 of the best least gain."""

    def make(seed: int) -> tuple[Domain, int]:
        domain = scored(n_parties, 15, 5, seed)
        best = egalitarian_point(domain, np.zeros(n_parties))
        return domain, int(0.9 * best.value)

    times, sizes = [], []
    for seed in seeds:
        domain, line = make(seed)
        rule = all_of(*(Meets(party, line) for party in range(n_parties)))
        found: list[int] = []
        times.append(
            seconds(
                lambda d=domain, r=rule, f=found: f.append(len(exact_frontier(d, rule=r).points))
            )
        )
        sizes.append(found[-1])
    print(
        f"| {n_parties} parties, 15 x 5, 100 points, lines at 0.9 | {min(sizes):,} to "
        f"{max(sizes):,} | {statistics.median(times):.4g} s ({min(times):.4g} to "
        f"{max(times):.4g}) | {target:g} s | |",
        flush=True,
    )


def solved(seeds: range) -> None:
    """Maximise the Nash product where the frontier cannot be held."""
    times, gaps = [], []
    for seed in seeds:
        domain = scored(6, 30, 10, seed)
        fine_scores = Domain(tuple(10 * table for table in domain.points))
        found = []
        times.append(seconds(lambda d=fine_scores, f=found: f.append(nash_point(d, np.zeros(6)))))
        assert found[-1].is_proven
        gaps.append(found[-1].gap)
    print(
        f"| Nash product, 6 parties, 30 x 10 | proven, gap at most {max(gaps):.1g} | "
        f"{statistics.median(times):.4g} s ({min(times):.4g} to {max(times):.4g}) | 3 s | |",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one seed each")
    seeds = range(1 if parser.parse_args().quick else 3)
    check()
    exact_frontier(linked(scored(3, 5, 4), 3))  # compiled, or loaded, before anything is timed
    print("| space | points | median (smallest to largest) | aim | peak memory so far |")
    print("|---|---|---|---|---|")
    for p, n, k, aim in FINE:
        row(f"{p} parties, {n} x {k}", lambda s, p=p, n=n, k=k: fine(p, n, k, s), aim, seeds)
    for p, n, k, links, aim in LINKED:
        row(
            f"{p} parties, {n} x {k}, {links} links",
            lambda s, p=p, n=n, k=k, m=links: linked(fine(p, n, k, s), m, s),
            aim,
            seeds,
        )
    zone(6, seeds, 0.2)
    solved(seeds)
    for p, n, k, aim in SCORED:
        row(f"{p} parties, {n} x {k}, 100 points", lambda s, p=p, n=n, k=k: scored(p, n, k, s),
            aim, seeds)  # fmt: skip
