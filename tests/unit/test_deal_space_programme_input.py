"""What programmes over a domain refuse, how they end early, and what they leave alone."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from detente.engines.deal_space.programme.builder import Expression, Programme, Status
from detente.engines.deal_space.programme.efficient import certify_efficient
from detente.engines.deal_space.programme.leximin import (
    egalitarian_point,
    kalai_smorodinsky_point,
)
from detente.engines.deal_space.programme.nash import nash_point
from detente.engines.deal_space.programme.points import NamedPoint
from detente.engines.deal_space.programme.quiet import without_solver_chatter
from detente.engines.deal_space.programme.utilitarian import utilitarian_point
from detente.engines.deal_space.space.acceptance import Meets, all_of
from detente.engines.deal_space.space.domain import Domain, Interaction, Link
from detente.errors import EngineInputError

POINTS = [nash_point, egalitarian_point, kalai_smorodinsky_point, utilitarian_point]
every_point = pytest.mark.parametrize("point_of", POINTS, ids=lambda f: str(f.__name__))
PointOf = Callable[..., NamedPoint]


def small() -> Domain:
    return Domain((np.array([(5, 0), (0, 4)]), np.array([(3, 0), (2, 3)])))


def hard(n_issues: int = 30) -> Domain:
    """Ten parties who want different things, in about equal measure."""
    rng = np.random.default_rng(0)
    values = rng.random((n_issues, 10, 10))
    values -= values.mean(axis=2, keepdims=True)
    return Domain(tuple(np.rint(1000 * v).astype(np.int64) for v in values))


def smallest_total(domain: Domain) -> tuple[Programme, Expression]:
    programme = Programme(domain)
    smallest = programme.add_continuous(-1e5, 1e5, 1000)
    for column in range(domain.n_columns):
        programme.require(programme.total(column) - smallest, low=0)
    return programme, smallest


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda p: p.total(2), "column: found 2, expected a column from 0 to 1"),
        (lambda p: p.option(0, 2), "found no such issue and option"),
        (lambda p: p.fix(2, 0), "found no such issue and option"),
        (lambda p: p.changes([0, 2]), r"codes\[0, 1\]: found 2"),
        (lambda p: p.add_continuous(0, float("inf")), "expected finite bounds"),
        (lambda p: p.add_continuous(0, 1, 0), "unit above 0"),
        (lambda p: p.require_rule(Meets(5, 1)), "column: found 5"),
    ],
)
def test_programmes_refuse_what_the_domain_does_not_have(
    ask: Callable[[Programme], object], message: str
) -> None:
    with pytest.raises(EngineInputError, match=message):
        ask(Programme(small()))


def test_a_table_too_large_for_a_programme_is_refused() -> None:
    issues = tuple(np.zeros((60, 1), dtype=np.int64) for _ in range(3))
    link = Link((0, 1, 2), np.ones((60, 60, 60), dtype=np.bool_))
    with pytest.raises(EngineInputError, match="216,000 combinations"):
        Programme(Domain(issues, (link,)))


@every_point
def test_points_refuse_what_does_not_fit(point_of: PointOf) -> None:
    with pytest.raises(EngineInputError, match=r"disagreement: found shape \(1,\)"):
        point_of(small(), [0])
    with pytest.raises(EngineInputError, match=r"disagreement\[0\]: found nan"):
        point_of(small(), [float("nan"), 0])
    with pytest.raises(EngineInputError, match=r"columns: found \(0, 0\)"):
        point_of(small(), [0, 0], columns=[0, 0])
    with pytest.raises(EngineInputError, match="time_limit: found -1"):
        point_of(small(), [0, 0], time_limit=-1)
    with pytest.raises(EngineInputError, match="tolerance: found 1"):
        point_of(small(), [0, 0], tolerance=1)


@every_point
def test_points_leave_their_input_alone_and_hand_out_read_only_arrays(point_of: PointOf) -> None:
    disagreement = np.array([1.0, 1.0])
    point = point_of(small(), disagreement)
    assert disagreement.tolist() == [1, 1]
    for array in (point.codes, point.utilities, point.gains):
        assert not array.flags.writeable


@every_point
def test_a_point_says_whether_the_rule_or_the_parties_leave_no_package(point_of: PointOf) -> None:
    assert "disagreement" in point_of(small(), (8, 1)).reason
    ruled = point_of(small(), (0, 0), rule=Meets(1, 100))
    assert ruled.is_empty
    assert ruled.is_proven
    assert "rule" in ruled.reason


def test_a_party_without_a_strict_gain_leaves_no_product() -> None:
    point = nash_point(small(), (8, 0))
    assert point.is_empty
    assert "more than" in point.reason


def test_a_product_beyond_a_float_is_infinite_and_still_compared() -> None:
    table = np.array([[1 << 55] * 20, [1 << 56] * 20])
    point = nash_point(Domain((table,), (), (), np.full(20, 1.0)), np.full(20, -1e300))
    assert point.codes.tolist() == [1]
    assert point.value == point.bound == float("inf")


@every_point
def test_a_time_limit_is_kept_and_said(point_of: PointOf) -> None:
    domain = hard()
    started = time.monotonic()
    point = point_of(domain, np.full(10, -2000.0), time_limit=1.0)
    assert time.monotonic() - started < 3
    if not point.is_empty:
        assert point.bound >= point.value
        assert point.is_proven == (point.gap <= point.tolerance)
        assert domain.utilities(point.codes[np.newaxis])[0].tolist() == point.utilities.tolist()


def test_a_solver_out_of_time_reports_a_package_and_a_bound() -> None:
    programme, smallest = smallest_total(hard())
    answer = programme.solve(smallest, time_limit=0.8)
    assert answer.status in (Status.FEASIBLE, Status.UNKNOWN)
    assert not answer.bound < answer.objective


def test_no_time_at_all_leaves_everything_open() -> None:
    programme, smallest = smallest_total(small())
    assert programme.solve(smallest, time_limit=0).status is Status.UNKNOWN
    assert not certify_efficient(small(), (0, 0), time_limit=1e-9).is_proven


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent another way on Windows")
def test_an_interrupt_is_noticed_long_before_the_time_is_up() -> None:
    programme, smallest = smallest_total(hard())
    # A process in the background of a shell is born deaf to it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    started = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            programme.solve(smallest, time_limit=60)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - started < 30


@pytest.mark.skipif(sys.platform == "win32", reason="the C library is found another way there")
def test_what_others_print_during_a_run_comes_out_and_the_solver_s_line_does_not(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with without_solver_chatter():
        ctypes.CDLL(None).printf(b"HighsMipSolverData::transform tmpSolver.run();\n")
        os.write(1, b"ours\n")
    assert capfd.readouterr().out == "ours\n"


def test_rows_added_to_a_copy_stay_there() -> None:
    programme = Programme(small())
    twin = programme.copy()
    twin.fix(0, 1)
    twin.forbid(1, 0)
    total = programme.total(0)
    assert twin.solve(total).codes.tolist() == [1, 1]
    assert programme.solve(total).codes.tolist() == [0, 0]
    twin.exclude([1, 1])
    assert twin.solve(total).status is Status.INFEASIBLE


def test_a_package_that_fails_a_further_check_is_struck_out() -> None:
    programme = Programme(small())
    total = programme.total(0)
    answer = programme.solve(total, accept=lambda codes: int(codes[1]) == 1)
    assert answer.codes.tolist() == [0, 1]
    assert answer.objective == 7
    assert answer.n_solves > 1


def test_a_rule_of_no_parts_and_an_interaction_worth_nothing_change_nothing() -> None:
    domain = small()
    flat = Interaction((0, 1), np.full((2, 2, 2), 9))
    programme = Programme(Domain(domain.points, (), (flat,)))
    programme.require_rule(all_of())
    assert programme.solve(programme.total(0)).objective == 17
