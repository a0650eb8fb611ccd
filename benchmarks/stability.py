"""Measure the classical stability concepts on action spaces, and against the plain definition.

Run from the repository root: ``python benchmarks/stability.py``. About half a minute; with
``--largest`` also 2^24 states, half a minute and 1 GB more. On one thread unless said; "MiB more"
is what preparation, work and verdicts take beside space and ranks.

For the record, and not run here: gmcr-py (GMCR+ 0.4.1, the existing Python tool) took 63.7 s for the
four concepts at 2^11 states and five parties on two cores, and on 2^12 states did not finish SMR in
nine minutes.
"""

from __future__ import annotations

import resource
import sys
import tracemalloc
from collections.abc import Callable
from time import perf_counter

import numpy as np
import numpy.typing as npt
from ratio import compare

from detente.engines.stability.cube import cube_stability, prepare
from detente.engines.stability.space.actions import ActionSpace, action_space
from detente.engines.stability.space.graph import graph_of
from detente.engines.stability.space.preferences import Preferences, preferences
from detente.engines.stability.verdicts import Concept

ONE_WAY = [[True, True], [False, True]]

Model = tuple[ActionSpace, Preferences]
Verdicts = npt.NDArray[np.bool_]


def random_model(
    n_actions: int, n_parties: int, distinct: int = 0, infeasible: float = 0, one_way: int = 0
) -> Model:
    """Deal out yes-or-no actions evenly; ranks at random, strict unless only some are distinct."""
    rng = np.random.default_rng(0)
    n_states = 1 << n_actions
    allowed = [None] * n_actions
    for k in range(one_way):
        allowed[k * n_actions // one_way] = ONE_WAY
    ranks = np.empty((n_states, n_parties), dtype=np.int32, order="F")
    for party in range(n_parties):
        if distinct:
            ranks[:, party] = rng.integers(0, distinct, n_states, dtype=np.int32)
        else:
            ranks[:, party] = rng.permutation(np.arange(n_states, dtype=np.int32))
    controls = np.arange(n_actions) * n_parties // n_actions
    feasible = rng.random(n_states) >= infeasible if infeasible else None
    return action_space([2] * n_actions, controls, allowed, feasible), preferences(ranks)


def by_passes(model: Model) -> list[Verdicts]:
    prepared = prepare(*model)
    return [cube_stability(prepared, concept, most_threads=1).stable for concept in Concept]


def by_definition(model: Model) -> list[Verdicts]:
    """Look for an answer to every improvement of every party at every state."""
    space, stated = model
    graph, ranks = graph_of(space), stated.low.T.tolist()
    parties = range(space.n_parties)
    moves = [
        [graph.moves(party, state).tolist() for state in range(space.n_states)] for party in parties
    ]
    gains = [
        [[t for t in moves[p][s] if ranks[p][t] > ranks[p][s]] for s in range(space.n_states)]
        for p in parties
    ]

    def reached(steps: list[list[list[int]]], mover: int, start: int) -> set[int]:
        # Every party's moves are transitive: that nobody moves twice in a row changes nothing.
        seen: set[int] = set()
        todo = [start]
        while todo:
            here = todo.pop()
            for other in parties:
                if other != mover:
                    new = set(steps[other][here]) - seen
                    seen |= new
                    todo.extend(new)
        return seen

    exists = np.ones(space.n_states, dtype=bool) if space.feasible is None else space.feasible
    tables = [np.repeat(exists[:, None], space.n_parties, axis=1) for _ in Concept]
    for p in parties:
        for s in np.flatnonzero(exists).tolist():
            limit = ranks[p][s]
            for q in gains[p][s]:
                ends = [t for t in reached(moves, p, q) if ranks[p][t] <= limit]
                kept = [t for t in ends if all(ranks[p][v] <= limit for v in moves[p][t])]
                sequential = any(ranks[p][t] <= limit for t in reached(gains, p, q))
                for table, deterred in zip(tables, (False, ends, kept, sequential), strict=True):
                    table[s, p] &= bool(deterred)
    return tables


def against_the_definition(shapes: list[tuple[str, dict[str, float], int]]) -> None:
    for name, shape, rounds in shapes:
        model = random_model(**shape)
        pairs = zip(by_passes(model), by_definition(model), strict=True)
        assert all((ours == plain).all() for ours, plain in pairs)
        ratio = compare(lambda m=model: by_passes(m), lambda m=model: by_definition(m), rounds)
        print(f"| {name} | {ratio} |", flush=True)


def least_seconds(call: Callable[[], object], times: int) -> float:
    """Return the least: other programs on the machine can only add."""
    taken = []
    for _ in range(times):
        start = perf_counter()
        call()
        taken.append(perf_counter() - start)
    return min(taken)


def alone(name: str, shape: dict[str, float], times: int, threads: int = 1) -> None:
    model = random_model(**shape)
    ready = least_seconds(lambda: prepare(*model), times)
    prepared = prepare(*model)
    each = [
        least_seconds(lambda c=concept: cube_stability(prepared, c, threads), times)
        for concept in Concept
    ]
    del prepared
    tracemalloc.start()
    prepared = prepare(*model)
    for concept in Concept:
        cube_stability(prepared, concept, threads)
    more = tracemalloc.get_traced_memory()[1] / 1024**2
    tracemalloc.stop()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = " | ".join(f"{seconds:.4f}" for seconds in (ready, *each, sum(each)))
    print(f"| {name} | {threads} | {cells} | {more:,.0f} | {peak:,.0f} |", flush=True)


HARD = {"infeasible": 0.4, "one_way": 4}

if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}")
    print("| four concepts, preparation included | ours / plain definition: median (quartiles) |")
    print("|---|---|")
    against_the_definition(
        [
            ("2^6, 3 parties", {"n_actions": 6, "n_parties": 3}, 5),
            ("2^8, 4 parties", {"n_actions": 8, "n_parties": 4}, 2),
            ("2^8, 4 parties, hard", {"n_actions": 8, "n_parties": 4, **HARD}, 2),
        ]
    )
    print("| seconds | threads | prepare | Nash | GMR | SMR | SEQ | four | MiB more | peak MiB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    five = {"n_parties": 5}
    alone("2^11, 5 parties", {"n_actions": 11, **five}, 20)
    alone("2^16, 5 parties", {"n_actions": 16, **five}, 10)
    alone("2^20, 5 parties", {"n_actions": 20, **five}, 3)
    alone("2^20, 5 parties", {"n_actions": 20, **five}, 3, threads=2)
    alone("2^20, 5 parties, 4 distinct ranks", {"n_actions": 20, **five, "distinct": 4}, 3)
    alone("2^20, 5 parties, 40 % infeasible, 4 one-way", {"n_actions": 20, **five, **HARD}, 3)
    alone("2^20, 10 parties", {"n_actions": 20, "n_parties": 10}, 2)
    alone("2^22, 5 parties", {"n_actions": 22, **five}, 1)
    if "--largest" in sys.argv:
        alone("2^24, 6 parties", {"n_actions": 24, "n_parties": 6}, 1)
