"""What the engines for orders and for draws refuse, and what they leave alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from detente.engines.deal_space import Domain, Link, Meets
from detente.engines.deal_space.draws.evaluate import (
    accepted_over_draws,
    efficient_over_draws,
    evaluate_draws,
    points_over_draws,
    totals_over_draws,
)
from detente.engines.deal_space.orders.options import (
    efficient_under_orders,
    scale_against,
    scale_in_favour,
)
from detente.engines.deal_space.orders.pairs import efficient_under_pairs, pairs_of_order
from detente.errors import EngineInputError

DOMAIN = Domain(
    (np.array([(1, 0), (0, 1)]), np.array([(0, 0), (1, 1), (2, 2)])),
    (Link((0, 1), np.array([[True, True, True], [True, True, False]])),),
)
ORDER = [(0, 1), (0, 1, 1)]
CODES = np.array([(0, 0), (1, 1)])
KNOWN = np.zeros((2, 3, 3), dtype=bool)
VALUES = np.array([[(1.0, 0.0), (0.0, 1.0)], [(2.0, 0.0), (0.0, 2.0)]])
PACKAGES = np.array([(0,), (1,)])
TOTALS = np.array([[(1.0, 0.0), (0.0, 1.0)]] * 2)
NOBODY = np.zeros(2)

Call = tuple[Callable[..., object], list[Any]]
CALLS: list[Call] = [
    (efficient_under_orders, [DOMAIN, CODES, [ORDER], [1]]),
    (efficient_under_pairs, [KNOWN, KNOWN.copy()]),
    (evaluate_draws, [[VALUES], PACKAGES, NOBODY]),
    (points_over_draws, [TOTALS, NOBODY]),
    (efficient_over_draws, [TOTALS]),
    (accepted_over_draws, [TOTALS, Meets(0, 1), NOBODY]),
    (totals_over_draws, [[VALUES], PACKAGES]),
]
every_engine = pytest.mark.parametrize(
    ("engine", "arguments"), CALLS, ids=[call[0].__name__ for call in CALLS]
)


def arrays_of(result: object) -> Iterator[npt.NDArray[Any]]:
    if isinstance(result, np.ndarray):
        yield result
    elif dataclasses.is_dataclass(result):
        for field in dataclasses.fields(result):
            yield from arrays_of(getattr(result, field.name))
    elif isinstance(result, list | tuple):
        for each in result:
            yield from arrays_of(each)


@every_engine
def test_results_are_read_only_and_inputs_stay_as_they_are(
    engine: Callable[..., object], arguments: list[Any]
) -> None:
    given = list(arrays_of([a for a in arguments if not isinstance(a, Domain)]))
    before = [array.copy() for array in given]
    found = list(arrays_of(engine(*arguments)))
    assert found
    assert not any(array.flags.writeable for array in found)
    for array, copy in zip(given, before, strict=True):
        assert array.flags.writeable
        assert np.array_equal(array, copy)
        assert not any(np.shares_memory(array, result) for result in found)


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: efficient_under_orders(DOMAIN, CODES, []), "orders: found no party"),
    (lambda: efficient_under_orders(DOMAIN, CODES, [ORDER], [2]), r"columns: found \(2,\)"),
    (lambda: efficient_under_orders(DOMAIN, CODES, [ORDER], [1, 1]), r"columns: found \(1, 1\)"),
    (lambda: efficient_under_orders(DOMAIN, [(1, 2)], [ORDER]), r"codes\[0\]: found a package"),
    (lambda: efficient_under_orders(DOMAIN, [(0, 3)], [ORDER]), r"codes\[0, 1\]: found 3"),
    (lambda: efficient_under_orders(DOMAIN, CODES, [ORDER[:1]]), r"orders\[0\]: found ranks for"),
    (
        lambda: efficient_under_orders(DOMAIN, CODES, [ORDER, [(0, np.nan), (1, 2, 3)]]),
        r"orders\[1\]: order\[0\]: found",
    ),
    (lambda: scale_in_favour(ORDER, (0,)), r"package: found \[0\]"),
    (lambda: scale_in_favour([[]], (0,)), r"order\[0\]: found \[\]"),
    (lambda: scale_against(ORDER, (1, 1), (0, 2)), "rival: found a package that is somewhere wor"),
    (lambda: efficient_under_pairs(KNOWN, KNOWN[:1]), r"better: found bool of shape \(1, 3, 3\)"),
    (lambda: efficient_under_pairs(KNOWN.astype(int), KNOWN), "at_least: found int64"),
    (lambda: pairs_of_order([1.0]), r"ranks: found shape \(1,\)"),
    (lambda: totals_over_draws([], PACKAGES), "values: found no issue"),
    (lambda: totals_over_draws([VALUES[0]], PACKAGES), r"values\[0\]: found shape \(2, 2\)"),
    (lambda: totals_over_draws([VALUES], [(2,)]), r"codes\[0, 0\]: found 2"),
    (lambda: totals_over_draws([VALUES], [0]), r"codes: found int64 of shape \(1,\)"),
    (
        lambda: totals_over_draws([VALUES * np.nan], PACKAGES),
        r"values\[0\]\[0, 0, 0\]: found nan",
    ),
    (lambda: totals_over_draws([[["x"]]], PACKAGES), r"values\[0\]: found no table of numbers"),
    (
        lambda: totals_over_draws([VALUES, np.concatenate([VALUES, VALUES])], [(0, 0)]),
        r"values: found \[2, 4\] draws",
    ),
    (lambda: totals_over_draws([np.full((1, 2, 1), 1 << 61)], PACKAGES), "values: a package could"),
    (lambda: totals_over_draws([np.full((1, 1, 1), 1e308)] * 2, [(0, 0)]), "more than a float"),
    (lambda: totals_over_draws([VALUES], PACKAGES, [((1,), VALUES)]), r"issues \(1,\)"),
    (
        lambda: totals_over_draws([VALUES], PACKAGES, [((0,), VALUES[:, :1])]),
        r"interactions\[0\]: found shape \(2, 1, 2\)",
    ),
    (lambda: efficient_over_draws([[1.0]]), r"totals: found shape \(1, 1\)"),
    (lambda: efficient_over_draws([[[np.inf]]]), r"totals\[0, 0, 0\]: found inf"),
    (lambda: accepted_over_draws(TOTALS, Meets(2, 0)), "rule: found column 2"),
    (lambda: accepted_over_draws(TOTALS, Meets(0, 0), [np.nan, 0]), r"floors\[0\]: found nan"),
    (lambda: accepted_over_draws(TOTALS, Meets(0, 0), [0]), r"floors: found shape \(1,\)"),
    (lambda: points_over_draws(TOTALS, [np.inf, 0]), r"disagreement\[0\]: found inf"),
    (lambda: points_over_draws(TOTALS, NOBODY, tolerance=1), "tolerance: found 1"),
    (lambda: points_over_draws(TOTALS * 1e308, [-1e308, 0]), "beyond the range of a float"),
    (
        lambda: evaluate_draws([VALUES], PACKAGES, NOBODY, parties=[0, 0]),
        r"parties: found \[0, 0\]",
    ),
    (lambda: evaluate_draws([VALUES], PACKAGES, NOBODY, parties=[]), r"parties: found \[\]"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_what_does_not_fit_is_refused_with_its_place(
    call: Callable[[], object], message: str
) -> None:
    with pytest.raises(EngineInputError, match=message):
        call()
