"""From rows in points to floats near 1, to HiGHS, and back to a package checked in whole numbers."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from detente.engines._checks import Floats, Ints, frozen
from detente.engines.deal_space.programme.columns import Column
from detente.engines.deal_space.programme.expression import Answer, Expression, Number, Status
from detente.engines.deal_space.programme.highs import Matrix, Raw, run_highs
from detente.engines.deal_space.space.acceptance import AcceptanceRule, is_met
from detente.engines.deal_space.space.domain import Domain

__all__ = ["Model", "solve_model"]

MOST_RETRIES = 30
"""Packages that may fail the check in whole numbers before the solver's floats are given up."""

SMALL_POINTS = 1e4
"""Largest coefficient up to which a row is scaled to 1: the last point then is 1e-4 or more."""

LARGEST_COEFFICIENT = 1024.0
"""Where a row of larger points is scaled to, so that the solver's 1e-6 is one part in 10**9."""

RESOLVED = 1e-6
"""Least size of a step, as a share of the largest coefficient, that bounds are rounded to."""

Row = tuple[Expression, Number | None, Number | None]
Accept = Callable[[Ints], bool]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Everything a solver run needs. Variables of options come first, issue by issue."""

    domain: Domain
    first: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    unit: tuple[float, ...]
    whole: tuple[bool, ...]
    rows: tuple[Row, ...]
    rules: tuple[AcceptanceRule, ...]
    columns: Mapping[int, Column]

    def flat(self, expression: Expression) -> tuple[dict[int, Number], Number]:
        """Return coefficients of variables in their own units, and the constant."""
        total = dict(expression.variables)
        constant = expression.constant
        for number, factor in expression.columns.items():
            column = self.columns[number]
            constant += factor * column.constant
            for variable, points in column.coefficients.items():
                total[variable] = total.get(variable, 0) + factor * points
        return total, constant

    def scaled(self, flat: Mapping[int, Number]) -> tuple[dict[int, float], float]:
        """Return coefficients of the solver's variables, near 1, and what they were divided by."""
        sized = {k: float(v) * self.unit[k] for k, v in flat.items() if v}
        largest = max(map(abs, sized.values()), default=1.0)
        divisor = 2.0 ** (math.frexp(largest)[1] - 1)
        if largest > SMALL_POINTS:
            divisor /= min(LARGEST_COEFFICIENT, 2.0 ** math.frexp(largest / SMALL_POINTS)[1])
        return {k: v / divisor for k, v in sized.items()}, divisor

    def codes(self, values: Floats) -> Ints:
        parts = np.split(values[: self.first[-1]], self.first[1:-1])
        return np.array([int(part.argmax()) for part in parts], dtype=np.intp)

    def is_right(self, codes: Ints, accept: Accept | None) -> bool:
        """Check a package in whole numbers against all that stands in whole numbers."""
        rows = codes[np.newaxis]
        totals = self.domain.totals(rows)
        if not self.domain.is_allowed(rows)[0]:
            return False
        if not all(is_met(rule, totals)[0] for rule in self.rules):
            return False
        for expression, low, high in self.rows:
            value = self.exactly(expression, codes)
            if value is not None and (
                (low is not None and value < low) or (high is not None and value > high)
            ):
                return False
        return accept is None or accept(codes)

    def exactly(self, expression: Expression, codes: Ints) -> Number | None:
        """Return what a sum of totals and options is worth; None if it holds other variables."""
        if any(k >= self.first[-1] for k in expression.variables):
            return None
        chosen = {first + int(option) for first, option in zip(self.first, codes, strict=False)}
        value = sum((v for k, v in expression.variables.items() if k in chosen), 0)
        if expression.columns:
            totals = self.domain.totals(codes[np.newaxis])[0]
            value += sum(factor * int(totals[k]) for k, factor in expression.columns.items())
        return value + expression.constant


def solve_model(
    model: Model,
    objective: Expression,
    *,
    maximise: bool,
    time_limit: float | None,
    gap: float,
    accept: Accept | None,
) -> Answer:
    """Solve, check in whole numbers, strike out what fails and solve again."""
    started = time.monotonic()
    sign = -1.0 if maximise else 1.0
    flat, constant = model.flat(objective)
    scaled, divisor = model.scaled(flat)
    # The solver stops within 1e-6 of the optimum: weighted up, that is one part in 10**9.
    weight = LARGEST_COEFFICIENT / max(map(abs, scaled.values()), default=1.0)
    cost = np.zeros(len(model.low))
    for variable, coefficient in scaled.items():
        cost[variable] = sign * coefficient * weight
    worst = math.inf if maximise else -math.inf
    for attempt in range(1, MOST_RETRIES + 1):
        left = None if time_limit is None else time_limit - (time.monotonic() - started)
        if left is not None and left <= 0:
            break
        raw = _run(model, cost, left, gap)
        bound = float(constant) + sign * raw.bound * divisor / weight
        worst = min(worst, bound) if maximise else max(worst, bound)
        if raw.is_infeasible:
            return _nothing(Status.INFEASIBLE, math.nan, attempt)
        if raw.values is None:
            break
        codes = model.codes(raw.values)
        if model.is_right(codes, accept):
            return _found(model, objective, raw, codes, worst, maximise, attempt)
        one_out = Expression({}, {f + int(o): 1 for f, o in zip(model.first, codes, strict=False)})
        model = replace(model, rows=(*model.rows, (one_out, None, len(codes) - 1)))
    return _nothing(Status.UNKNOWN, worst, attempt)


def _run(model: Model, cost: Floats, time_limit: float | None, gap: float) -> Raw:
    starts, indices, coefficients = [0], [], []
    bounds = []
    for expression, low, high in model.rows:
        flat, constant = model.flat(expression)
        scaled, divisor = model.scaled(flat)
        indices += list(scaled)
        coefficients += list(scaled.values())
        starts.append(len(indices))
        bounds.append(
            (
                -math.inf if low is None else float(low - constant) / divisor,
                math.inf if high is None else float(high - constant) / divisor,
            )
        )
    low_rows, high_rows = np.array(bounds, dtype=np.float64).T
    unit = np.array(model.unit)
    raw = run_highs(
        cost,
        Matrix(
            np.array(starts), np.array(indices, dtype=np.intp), np.array(coefficients),
            low_rows, high_rows,
        ),
        np.array(model.low) / unit,
        np.array(model.high) / unit,
        np.array(model.whole),
        time_limit=time_limit,
        gap=gap,
    )  # fmt: skip
    return raw if raw.values is None else replace(raw, values=raw.values * unit)


def _found(
    model: Model,
    objective: Expression,
    raw: Raw,
    codes: Ints,
    bound: float,
    maximise: bool,
    attempt: int,
) -> Answer:
    """Label a checked package: optimal if the bound is met, to the last step where steps show."""
    value = model.exactly(objective, codes)
    flat, constant = model.flat(objective)
    largest = max((abs(float(v) * model.unit[k]) for k, v in flat.items() if v), default=0.0)
    resolution = 2e-9 * largest
    values = np.empty(0) if raw.values is None else raw.values
    if value is None:
        value = sum(float(v) * float(values[k]) for k, v in flat.items()) + constant
    step = 0
    if objective.is_whole and not any(k >= model.first[-1] for k in objective.variables):
        step = math.gcd(*(int(v) for v in flat.values()))
    slack = (bound - value) if maximise else (value - bound)
    if slack <= resolution or (step > RESOLVED * largest and slack < 0.999 * step):
        return Answer(
            Status.OPTIMAL, frozen(codes), float(value), float(value), frozen(values), attempt
        )
    return Answer(Status.FEASIBLE, frozen(codes), float(value), bound, frozen(values), attempt)


def _nothing(status: Status, bound: float, attempt: int) -> Answer:
    none: Ints = np.empty(0, dtype=np.intp)
    return Answer(status, frozen(none), math.nan, bound, frozen(np.empty(0)), attempt)
