"""Measure what is done on listed moves: stability, margins, roads, groups, draws, inverse analysis.

Run from the repository root: ``python benchmarks/moves.py``. About a minute. Draws are compared with
a loop over single draws, answers asserted equal first; the rest is told in seconds, the least of three.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from ratio import compare
from stability import least_seconds, random_model

from detente.engines.stability import (
    Concept,
    MoveGraph,
    Preferences,
    coalition_stability,
    graph_of,
    graph_stability,
    inverse,
    limited_move_stability,
    margins,
    move_graph,
    preferences,
    roads_between,
    simultaneous_stability,
    stability_over_draws,
)


def tell(what: str, call: Callable[[], object], times: int = 3) -> None:
    print(f"| {what} | {least_seconds(call, times):.4f} |", flush=True)


def intransitive(n_states: int, n_moves: int, n_parties: int) -> tuple[MoveGraph, Preferences]:
    rng = np.random.default_rng(0)
    arcs = np.column_stack(
        [rng.integers(0, limit, n_moves) for limit in (n_parties, n_states, n_states)]
    )
    ranks = np.column_stack([rng.permutation(n_states) for _ in range(n_parties)])
    return move_graph(n_states, n_parties, arcs), preferences(ranks)


def draws_against_a_loop(n_actions: int, n_parties: int, n_draws: int) -> None:
    rng = np.random.default_rng(0)
    space, _ = random_model(n_actions, n_parties)
    graph = graph_of(space)
    ranks = rng.integers(0, 5, (n_draws, space.n_states, n_parties), dtype=np.int32)

    def at_once() -> np.ndarray:
        return stability_over_draws(graph, ranks, Concept.SEQ).stable

    def one_by_one() -> np.ndarray:
        return np.stack([graph_stability(graph, preferences(r), Concept.SEQ).stable for r in ranks])

    assert (at_once() == one_by_one()).all()
    name = f"{n_draws:,} draws, {space.n_states} states, {n_parties} parties"
    print(f"| {name} | {compare(at_once, one_by_one, 5)} |", flush=True)


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}")
    print("| sequential stability over draws | ours / a loop: median (quartiles) |")
    print("|---|---|")
    draws_against_a_loop(3, 2, 5_000)
    draws_against_a_loop(6, 3, 2_000)
    draws_against_a_loop(8, 4, 500)
    print("| on listed moves | seconds |")
    print("|---|---|")
    space, wants = random_model(16, 5)
    graph = graph_of(space)
    name = f"2^16 states, 5 parties, {len(graph.targets):,} moves"
    for concept in Concept:
        tell(f"{concept}: {name}", lambda c=concept: graph_stability(graph, wants, c))
    tell(
        f"margins of 20 states, SEQ: {name}", lambda: margins(graph, wants, Concept.SEQ, range(20))
    )
    tell(f"roads to 100 states: {name}", lambda: roads_between(graph, wants, 0, range(1, 101)))
    tell(f"limited move, 5 ahead: {name}", lambda: limited_move_stability(graph, wants, 5))
    tell(f"simultaneous: {name}", lambda: simultaneous_stability(space, wants))
    few, order = random_model(12, 5)
    small = graph_of(few)
    tell(
        "all 31 groups, SEQ: 2^12 states, 5 parties",
        lambda: coalition_stability(small, order, Concept.SEQ),
        1,
    )
    tell(
        "inverse, SEQ, one party varied: 2^12 states",
        lambda: inverse(small, order, 7, Concept.SEQ, [0]),
    )
    wild, ranks = intransitive(200_000, 2_000_000, 5)
    name = "200,000 states, 5 parties, 2 million intransitive moves"
    for concept in Concept:
        tell(f"{concept}: {name}", lambda c=concept: graph_stability(wild, ranks, c))
