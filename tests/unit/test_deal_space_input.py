"""What the deal-space engines refuse, and what they leave alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from detente.engines.deal_space import (
    BargainingSolution,
    closest_to_agreement,
    egalitarian_solution,
    kalai_smorodinsky_solution,
    nash_solution,
    nearest_packages,
    pareto_front,
    utilitarian_solution,
    zone_of_possible_agreement,
)
from detente.errors import EngineInputError

Solve = Callable[..., BargainingSolution]
SOLUTIONS: list[Solve] = [
    nash_solution,
    kalai_smorodinsky_solution,
    egalitarian_solution,
    utilitarian_solution,
]

UTILITIES = np.array([(3.0, 1.0, 2.0), (2.0, 2.0, 2.0), (1.0, 1.0, 2.0)])
DISAGREEMENT = np.array([0.0, 0.0, 0.0])
VERDICTS = np.array([(0, 2), (1, 0), (2, 2)], dtype=np.int8)
REQUIRED = np.array([True, True])
COUNTED = np.array([True, True])
CODES = np.array([(0, 0), (0, 1), (1, 1)])
TARGET = np.array([0, 0])
ADMISSIBLE = np.array([False, True, True])
SHORTFALL = np.array([0.0, 1.0, 2.0])
SHORTFALLS = np.array([(1.0, 0.0), (0.0, 1.0), (0.0, 0.0)])

Call = tuple[Callable[..., object], list[npt.NDArray[Any] | int]]
SOLVE_CALLS: list[Call] = [(solve, [UTILITIES, DISAGREEMENT]) for solve in SOLUTIONS]
CALLS: list[Call] = [
    (pareto_front, [UTILITIES]),
    (pareto_front, [UTILITIES[:, :2]]),
    (pareto_front, [UTILITIES[:, :1]]),
    *SOLVE_CALLS,
    (zone_of_possible_agreement, [VERDICTS, REQUIRED, 1, COUNTED]),
    (nearest_packages, [CODES, TARGET, ADMISSIBLE, SHORTFALL]),
    (closest_to_agreement, [VERDICTS, REQUIRED, CODES, TARGET, SHORTFALLS]),
]
every_engine = pytest.mark.parametrize(
    ("engine", "arguments"), CALLS, ids=[f"{i}-{call[0].__name__}" for i, call in enumerate(CALLS)]
)


def arrays_of(result: object) -> dict[str, npt.NDArray[Any]]:
    assert dataclasses.is_dataclass(result)
    fields = {field.name: getattr(result, field.name) for field in dataclasses.fields(result)}
    return {name: value for name, value in fields.items() if isinstance(value, np.ndarray)}


@every_engine
def test_inputs_are_not_modified(
    engine: Callable[..., object], arguments: list[npt.NDArray[Any] | int]
) -> None:
    before = [np.copy(argument) for argument in arguments]
    engine(*arguments)
    for argument, copy in zip(arguments, before, strict=True):
        assert np.array_equal(argument, copy)
        if isinstance(argument, np.ndarray):
            assert argument.flags.writeable


@every_engine
def test_results_cannot_be_edited(
    engine: Callable[..., object], arguments: list[npt.NDArray[Any] | int]
) -> None:
    result = engine(*arguments)
    found = arrays_of(result)
    assert found
    for name, array in found.items():
        assert not array.flags.writeable, name
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.method = "another"  # type: ignore[attr-defined]


@every_engine
def test_results_do_not_share_memory_with_the_input(
    engine: Callable[..., object], arguments: list[npt.NDArray[Any] | int]
) -> None:
    for array in arrays_of(engine(*arguments)).values():
        for argument in arguments:
            assert not np.shares_memory(array, np.asarray(argument))


def test_results_cannot_be_edited_when_there_is_no_solution() -> None:
    for solve in SOLUTIONS:
        for array in arrays_of(solve([[0.0]], [1.0])).values():
            assert not array.flags.writeable


def test_indices_of_a_front_cannot_be_edited() -> None:
    assert not pareto_front(UTILITIES).indices.flags.writeable


@pytest.mark.parametrize("engine", [pareto_front, *SOLUTIONS])
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_refused_with_its_place(
    engine: Callable[..., object], wrong: float
) -> None:
    arguments = [(0.0, 0.0)] if engine is not pareto_front else []
    with pytest.raises(EngineInputError, match=rf"utilities\[1, 0\]: found {wrong}"):
        engine([(1.0, 2.0), (wrong, 0.0)], *arguments)


@pytest.mark.parametrize("engine", [pareto_front, *SOLUTIONS])
@pytest.mark.parametrize("shape", [(0, 2), (2, 0), (2,), (1, 2, 2), ()])
def test_a_table_of_another_shape_is_refused(
    engine: Callable[..., object], shape: tuple[int, ...]
) -> None:
    arguments = [(0.0, 0.0)] if engine is not pareto_front else []
    with pytest.raises(EngineInputError, match="utilities: found shape"):
        engine(np.zeros(shape), *arguments)


@pytest.mark.parametrize("solve", SOLUTIONS)
@pytest.mark.parametrize("wrong", [(0.0,), (0.0, 0.0, 0.0), 0.0, ((0.0, 0.0),)])
def test_disagreement_of_another_shape_is_refused(solve: Solve, wrong: npt.ArrayLike) -> None:
    with pytest.raises(EngineInputError, match="disagreement: found shape"):
        solve([(1.0, 1.0)], wrong)


@pytest.mark.parametrize("solve", SOLUTIONS)
def test_disagreement_that_is_not_a_number_is_refused(solve: Solve) -> None:
    with pytest.raises(EngineInputError, match=r"disagreement\[1\]: found nan"):
        solve([(1.0, 1.0)], (0.0, np.nan))


@pytest.mark.parametrize("solve", SOLUTIONS)
@pytest.mark.parametrize("wrong", [-1e-9, 1.0, np.nan, np.inf])
def test_a_tolerance_that_is_not_a_share_is_refused(solve: Solve, wrong: float) -> None:
    with pytest.raises(EngineInputError, match="tolerance: found"):
        solve([(1.0, 1.0)], (0.0, 0.0), tolerance=wrong)


@pytest.mark.parametrize("solve", SOLUTIONS)
def test_a_gain_beyond_the_range_of_a_float_is_refused(solve: Solve) -> None:
    with pytest.raises(EngineInputError, match="beyond the range of a float"):
        solve([(1e308, 1.0)], (-1e308, 0.0))


@pytest.mark.parametrize("solve", SOLUTIONS)
def test_no_rational_outcome_is_an_empty_result_with_a_reason(solve: Solve) -> None:
    solution = solve([(5.0, 0.0), (0.0, 5.0)], (1.0, 1.0))
    assert solution.is_empty
    assert solution.reason == "No outcome gives every party at least its disagreement utility."
    assert solution.ideal is None


@pytest.mark.parametrize("wrong", [[(0, 3)], [(0, -1)], [(0.5, 1)], [(np.nan, 1)]])
def test_a_verdict_other_than_no_undecided_and_yes_is_refused(wrong: npt.ArrayLike) -> None:
    with pytest.raises(EngineInputError, match=r"verdicts\[0, \d\]: found"):
        zone_of_possible_agreement(wrong, REQUIRED)


@pytest.mark.parametrize("shape", [(0, 2), (2, 0), (2,)])
def test_verdicts_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(EngineInputError, match="verdicts: found shape"):
        zone_of_possible_agreement(np.zeros(shape, dtype=np.int8), REQUIRED)


@pytest.mark.parametrize("wrong", [[True], [1, 0], [[True, True]], [True, True, True]])
def test_required_that_does_not_match_is_refused(wrong: npt.ArrayLike) -> None:
    with pytest.raises(EngineInputError, match="required: found"):
        zone_of_possible_agreement(VERDICTS, wrong)


@pytest.mark.parametrize("wrong", [[True], [1, 0], [[True, True]]])
def test_counted_that_does_not_match_is_refused(wrong: npt.ArrayLike) -> None:
    with pytest.raises(EngineInputError, match="counted: found"):
        zone_of_possible_agreement(VERDICTS, REQUIRED, 1, wrong)


@pytest.mark.parametrize(("quota", "counted"), [(-1, [True, True]), (3, None), (2, [True, False])])
def test_a_quota_nobody_could_reach_is_refused(quota: int, counted: list[bool] | None) -> None:
    with pytest.raises(EngineInputError, match=f"quota: found {quota}"):
        zone_of_possible_agreement(VERDICTS, REQUIRED, quota, counted)


@pytest.mark.parametrize("wrong", [CODES.astype(np.float64), CODES[0], CODES[:0], CODES[:, :0]])
def test_codes_that_are_not_a_table_of_integers_are_refused(wrong: npt.NDArray[Any]) -> None:
    with pytest.raises(EngineInputError, match="codes: found"):
        nearest_packages(wrong, TARGET, ADMISSIBLE)


@pytest.mark.parametrize("wrong", [[0], [0, 0, 0], [0.0, 0.0]])
def test_a_target_that_does_not_match_is_refused(wrong: npt.ArrayLike) -> None:
    with pytest.raises(EngineInputError, match="target: found"):
        nearest_packages(CODES, wrong, ADMISSIBLE)


@pytest.mark.parametrize("wrong", [[True], [1, 0, 1], [[True, True, True]]])
def test_admissible_that_does_not_match_is_refused(wrong: npt.ArrayLike) -> None:
    with pytest.raises(EngineInputError, match="admissible: found"):
        nearest_packages(CODES, TARGET, wrong)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ([1.0], r"shortfall: found shape \(1,\)"),
        ([0.0, np.nan, 0.0], r"shortfall\[1\]: found nan"),
        ([0.0, 0.0, -1.0], r"shortfall\[2\]: found -1.0"),
    ],
)
def test_a_shortfall_that_is_none_is_refused(wrong: npt.ArrayLike, says: str) -> None:
    with pytest.raises(EngineInputError, match=says):
        nearest_packages(CODES, TARGET, ADMISSIBLE, wrong)


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_a_negative_or_endless_tolerance_is_refused(wrong: float) -> None:
    with pytest.raises(EngineInputError, match="tolerance: found"):
        nearest_packages(CODES, TARGET, ADMISSIBLE, tolerance=wrong)


def test_tables_of_different_lengths_are_refused() -> None:
    with pytest.raises(EngineInputError, match="codes: found 2 packages, expected 3"):
        closest_to_agreement(VERDICTS, REQUIRED, CODES[:2], TARGET)


def test_shortfalls_by_package_and_party_name_their_place() -> None:
    with pytest.raises(EngineInputError, match=r"shortfalls\[0, 1\]: found -1.0"):
        closest_to_agreement(VERDICTS, REQUIRED, CODES, TARGET, [(0, -1), (0, 0), (0, 0)])
