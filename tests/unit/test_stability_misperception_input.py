"""What the views of a misperceived conflict must be like."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from detente.engines.stability import Concept, move_graph, preferences
from detente.engines.stability.misperception import misperceived_equilibria
from detente.errors import EngineInputError

GRAPH = move_graph(2, 2, [(0, 0, 1), (1, 1, 0)])
VIEW = preferences([[0, 1], [1, 0]])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: misperceived_equilibria(GRAPH, [VIEW], Concept.SEQ),
            "own_views: found 1 views, expected 2: one per party",
        ),
        (
            lambda: misperceived_equilibria(GRAPH, [VIEW, preferences([[0]])], Concept.SEQ),
            r"own_views\[1\]: preferences: found shape",
        ),
        (
            lambda: misperceived_equilibria(GRAPH, [VIEW, VIEW], Concept.SEQ, [None]),
            "feasible: found 1 entries, expected 2",
        ),
        (
            lambda: misperceived_equilibria(GRAPH, [VIEW, VIEW], Concept.SEQ, [None, [True]]),
            r"feasible\[1\]: found shape \(1,\), expected \(2,\)",
        ),
        (
            lambda: misperceived_equilibria(
                GRAPH, [VIEW, VIEW], Concept.SEQ, [[False, False], None]
            ),
            r"feasible\[0\]: found no state that exists",
        ),
        (
            lambda: misperceived_equilibria(
                GRAPH, [preferences([[0, 1], [1, 0]], unknown=[(0, 0, 1)]), VIEW], Concept.SEQ
            ),
            r"own_views\[0\]: preferences: found unknown ones",
        ),
    ],
)
def test_bad_views_are_refused_with_their_place(call: Callable[[], object], text: str) -> None:
    with pytest.raises(EngineInputError, match=text):
        call()


def test_tables_are_read_only() -> None:
    seen = misperceived_equilibria(GRAPH, [VIEW, VIEW], Concept.SEQ)
    assert not seen.stable.flags.writeable
    assert not seen.sees.flags.writeable
