"""Random domains for the measurements: additive points, links between two issues."""

from __future__ import annotations

import numpy as np

from detente.engines.deal_space import Domain, Link

__all__ = ["fine", "linked", "scored", "weighted"]


def fine(n_parties: int, n_issues: int, n_options: int, seed: int = 0) -> Domain:
    """Give every option uniform points on a grid of a thousand million."""
    rng = np.random.default_rng(seed)
    return Domain(
        tuple(rng.integers(0, 10**9 + 1, (n_options, n_parties)) for _ in range(n_issues))
    )


def weighted(n_parties: int, n_issues: int, n_options: int, seed: int = 0) -> Domain:
    """Weigh issues unequally, uniformly among all weights; points on a grid of 10^9 in all."""
    rng = np.random.default_rng(seed)
    weights = 1e9 * rng.dirichlet(np.ones(n_issues), n_parties)
    return Domain(
        tuple(
            np.rint(weights[:, issue] * rng.random((n_options, n_parties))).astype(np.int64)
            for issue in range(n_issues)
        )
    )


def scored(n_parties: int, n_issues: int, n_options: int, seed: int = 0) -> Domain:
    """Give every party 100 points to spread over issues, as teams do; options get a share of them.

    Weights are uniform among all that add up to 100, options uniform in theirs, whole points.
    """
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(n_issues), n_parties)
    return Domain(
        tuple(
            np.rint(100 * weights[:, issue] * rng.random((n_options, n_parties))).astype(np.int64)
            for issue in range(n_issues)
        )
    )


def linked(domain: Domain, n_links: int, seed: int = 0) -> Domain:
    """Tie random pairs of issues: this option of the one allows half of those of the other."""
    rng = np.random.default_rng(seed)
    links = []
    for _ in range(n_links):
        first, second = (int(issue) for issue in rng.permutation(domain.n_issues)[:2])
        allowed = np.ones((domain.n_options[first], domain.n_options[second]), dtype=np.bool_)
        some = rng.random(domain.n_options[second]) < 0.5
        some[rng.integers(len(some))] = True
        allowed[rng.integers(domain.n_options[first])] = some
        links.append(Link((first, second), allowed))
    return Domain(domain.points, tuple(links))
