"""Measure against NegMAS, in one process, in turns, the answers asserted equal first.

NegMAS (AGPL) is a peer to measure against, not a dependency of anything: install it beside Detente
in an environment of its own, ``pip install -e . negmas``, and run ``python benchmarks/peers.py``
there. With ``--long`` its enumerations of ten million packages run too, once each: minutes, and up
to 5 GB.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
from domains import fine, weighted
from ratio import compare, seconds

from detente.engines.deal_space import Domain, exact_frontier

try:
    from negmas import make_issue
    from negmas.preferences import (
        LinearAdditiveUtilityFunction,
        MOBANOSParetoSampler,
        pareto_frontier,
    )
except ImportError:
    sys.exit("peers.py: found no negmas, expected it installed: pip install negmas, in an "
             "environment of its own")  # fmt: skip

Points = set[tuple[int, ...]]


class Peer:
    """The same domain as NegMAS sees it."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.issues = [
            make_issue([str(o) for o in range(n)], name=f"i{i}")
            for i, n in enumerate(domain.n_options)
        ]
        self.ufuns = [
            LinearAdditiveUtilityFunction(
                values=[
                    {str(o): float(v) for o, v in enumerate(table[:, party])}
                    for table in domain.points
                ],
                weights=[1.0] * domain.n_issues,
                issues=self.issues,
            )
            for party in range(domain.n_columns)
        ]

    def enumerated(self) -> Points:
        """List every outcome and keep the efficient ones."""
        points, _ = pareto_frontier(self.ufuns, issues=self.issues)
        return {tuple(round(u) for u in point) for point in points}

    def sampled(self) -> Points:
        """Ask the exact sampler for two parties for its whole frontier."""
        sampler = MOBANOSParetoSampler()
        sampler.init(self.ufuns[0], self.ufuns[1])
        return {
            tuple(round(ufun(outcome)) for ufun in self.ufuns)
            for outcome in sampler.pareto_outcomes()
        }


def ours(domain: Domain) -> Points:
    return {tuple(int(v) for v in point) for point in exact_frontier(domain).points}


def in_turns(name: str, domain: Domain, method: str, rounds: int) -> None:
    peer = Peer(domain)
    call = getattr(peer, method)
    assert ours(domain) == call(), f"{name}: the two do not agree"
    comparison = compare(lambda: exact_frontier(domain), call, rounds)
    print(
        f"| {name} | {method} | {len(exact_frontier(domain).points):,} | {comparison} | "
        f"{1 / comparison.median:,.0f} |",
        flush=True,
    )


def once(name: str, domain: Domain) -> None:
    peer = Peer(domain)
    found: list[Points] = []
    theirs = seconds(lambda: found.append(peer.enumerated()))
    assert found[0] == ours(domain), f"{name}: the two do not agree"
    mine = float(np.median([seconds(lambda: exact_frontier(domain)) for _ in range(9)]))
    print(
        f"| {name} | enumerated, once | {len(found[0]):,} | {mine / theirs:.3g}, ours "
        f"{1000 * mine:.3g} ms, theirs {theirs:.3g} s | {theirs / mine:,.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="enumerate ten million packages too")
    long = parser.parse_args().long
    exact_frontier(fine(3, 3, 3))
    print("| space | NegMAS | points | ours / theirs: median (quartiles) | times faster |")
    print("|---|---|---|---|---|")
    in_turns("2 parties, 6 x 5", fine(2, 6, 5), "enumerated", 9)
    in_turns("4 parties, 6 x 5", fine(4, 6, 5), "enumerated", 5)
    in_turns("2 parties, 8 x 5", fine(2, 8, 5), "enumerated", 3)
    in_turns("2 parties, 10 x 5", fine(2, 10, 5), "sampled", 9)
    in_turns("2 parties, 20 x 5", fine(2, 20, 5), "sampled", 9)
    in_turns("2 parties, 20 x 10", fine(2, 20, 10), "sampled", 5)
    in_turns("2 parties, 20 x 10, weighted", weighted(2, 20, 10), "sampled", 5)
    if long:
        once("2 parties, 10 x 5", fine(2, 10, 5))
        once("4 parties, 10 x 5", fine(4, 10, 5))
