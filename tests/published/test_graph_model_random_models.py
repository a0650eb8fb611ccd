"""Forty random models with every verdict, solved once by a plain solver written apart from this one.

Twenty in option form (infeasible states, one-way options, ties) and twenty given as graphs whose
moves are mostly not transitive. The file lies outside the repository.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from yes_or_no import yes_or_no

from detente.engines.stability.classical.dispatch import stability
from detente.engines.stability.space.actions import ActionSpace
from detente.engines.stability.space.graph import MoveGraph, graph_of, move_graph
from detente.engines.stability.space.preferences import preferences
from detente.engines.stability.verdicts import Concept

SHARED = Path(__file__).parents[2].parent / "shared"
FILE = SHARED / "data" / "graph_model" / "gmcr_random_regression.json"


def shapes(model: dict[str, Any]) -> tuple[list[ActionSpace | MoveGraph], list[int]]:
    """Return the model in every form it has, and the numbers of its states in order."""
    if model["kind"] == "option":
        numbers: list[int] = model["feasible_decimal"]
        forth = [a for a, way in enumerate(model["direction"]) if way == "fwd"]
        back = [a for a, way in enumerate(model["direction"]) if way == "back"]
        space = yes_or_no(model["owner"], numbers, forth=forth, back=back)
        return [space, graph_of(space)], numbers
    arcs = [
        (party, start, end)
        for party, rows in enumerate(model["moves"])
        for start, ends in enumerate(rows)
        for end in ends
    ]
    n_states = len(model["payoffs"][0])
    return [move_graph(n_states, len(model["payoffs"]), arcs)], list(range(n_states))


@pytest.mark.skipif(not FILE.exists(), reason="the random models lie outside the repository")
def test_every_verdict_on_forty_random_models() -> None:
    models = json.loads(FILE.read_text(encoding="utf-8"))["models"]
    intransitive = 0
    assert len(models) == 40
    for model in models:
        forms, numbers = shapes(model)
        for moves in forms:
            ranks = np.zeros((moves.n_states, moves.n_parties), dtype=int)
            ranks[numbers] = np.array(model["payoffs"]).T
            for concept in Concept:
                found = stability(moves, preferences(ranks), concept)
                stable = found.stable[numbers]
                for party, expected in enumerate(model["stable"][concept.name]):
                    assert np.flatnonzero(stable[:, party]).tolist() == expected
                equilibria = [numbers[place] for place in model["equilibria"][concept.name]]
                assert found.equilibria.tolist() == equilibria
        intransitive += isinstance(forms[0], MoveGraph) and not all(forms[0].is_transitive)
    assert intransitive >= 10
