"""One call of HiGHS, through scipy, that Ctrl-C can leave."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Bools, Floats, Ints
from detente.engines.deal_space.programme.quiet import without_solver_chatter

__all__ = ["Matrix", "Raw", "run_highs"]

POLL = 0.1
"""Seconds between two looks at whether the person at the keyboard wants out."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Rows of a programme, ready for the solver: ``low <= A x <= high``."""

    starts: Ints
    indices: Ints
    coefficients: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """What the solver said, in its own floats: nothing here is verified yet."""

    values: Floats | None
    objective: float
    bound: float
    is_optimal: bool
    is_infeasible: bool


def run_highs(
    cost: Floats,
    rows: Matrix,
    low: Floats,
    high: Floats,
    whole: Bools,
    *,
    time_limit: float | None,
    gap: float,
) -> Raw:
    """Minimise; raise KeyboardInterrupt within a tenth of a second of the signal.

    scipy hands control to HiGHS until it is done, with the interpreter unlocked, and Python
    delivers signals to its main thread only. So HiGHS runs in another thread and this one waits
    in short naps. An abandoned run cannot be stopped from here; it ends at its time limit, or
    with the process.
    """
    # scipy takes a quarter of a second to import, which only those who solve should wait for.
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    matrix = csr_array(
        (rows.coefficients, rows.indices, rows.starts), shape=(len(rows.low), len(cost))
    )
    options = {"mip_rel_gap": gap} | ({} if time_limit is None else {"time_limit": time_limit})
    results: list[object] = []

    def run() -> None:
        try:
            results.append(
                milp(
                    cost,
                    integrality=whole.astype(np.int64),
                    bounds=Bounds(low, high),
                    constraints=LinearConstraint(matrix, rows.low, rows.high),
                    options=options,
                )
            )
        except BaseException as error:  # noqa: BLE001 - handed to the thread that asked
            results.append(error)

    worker = threading.Thread(target=run, daemon=True)
    with without_solver_chatter():
        worker.start()
        while worker.is_alive():
            worker.join(POLL)
    (result,) = results
    if isinstance(result, BaseException):
        raise result
    values = getattr(result, "x", None)
    objective, bound = getattr(result, "fun", None), getattr(result, "mip_dual_bound", None)
    status = getattr(result, "status", None)
    return Raw(
        values=None if values is None else np.asarray(values, dtype=np.float64),
        objective=math.nan if objective is None else float(objective),
        bound=-math.inf if bound is None or math.isnan(bound) else float(bound),
        is_optimal=status == 0,
        is_infeasible=status == 2,
    )
