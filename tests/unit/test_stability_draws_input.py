"""What stability over draws refuses, and how it says so."""

from __future__ import annotations

import numpy as np
import pytest

from detente.engines.stability import Concept, move_graph
from detente.engines.stability import draws as module
from detente.engines.stability.draws import stability_over_draws
from detente.errors import EngineInputError, SpaceTooLargeError

GRAPH = move_graph(3, 2, [(0, 0, 1), (1, 1, 2)], feasible=[True, True, True])


@pytest.mark.parametrize("shape", [(3, 2), (0, 3, 2), (1, 2, 3), (1, 3, 3)])
def test_draws_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(
        EngineInputError, match=r"ranks: found shape .*, expected \(n_draws, 3, 2\)"
    ):
        stability_over_draws(GRAPH, np.zeros(shape), Concept.SEQ)


def test_numbers_that_are_not_finite_are_refused_with_their_place() -> None:
    ranks = np.zeros((2, 3, 2))
    ranks[1, 2, 0] = np.nan
    with pytest.raises(EngineInputError, match=r"ranks\[1, 2, 0\]: found nan"):
        stability_over_draws(GRAPH, ranks, Concept.SEQ)


def test_too_many_verdicts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_VERDICTS", 10)
    with pytest.raises(SpaceTooLargeError, match="found 12 numbers, expected at most 10"):
        stability_over_draws(GRAPH, np.zeros((2, 3, 2)), Concept.SEQ)


def test_draws_are_not_changed_and_verdicts_are_read_only() -> None:
    ranks = np.random.default_rng(0).random((5, 3, 2))
    before = ranks.copy()
    drawn = stability_over_draws(GRAPH, ranks, Concept.SMR)
    assert np.array_equal(ranks, before)
    assert not drawn.stable.flags.writeable
