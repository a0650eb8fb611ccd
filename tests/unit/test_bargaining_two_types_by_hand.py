"""A party of unknown type: cases that can be worked out by hand, and bad input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from detente.engines.bargaining.game import BargainingGame, bargaining_game
from detente.engines.bargaining.two_types import (
    TwoTypeBargain,
    bargain_with_two_types,
    belief_after_refusals,
)
from detente.errors import EngineInputError

PARTY = 1


def one_proposer(worth: float = 1.0, **more: Any) -> BargainingGame:
    """Party 0 always has the floor and one package; party 1 must consent, and gets ``worth``.

    Nothing of a period reaches into the next: everybody discounts everything, and the package pays
    at signing.
    """
    rules: dict[str, Any] = {
        "waiting": np.zeros((1, 2)),
        "kept": np.zeros((1, 2, 1)),
        "lump": np.array([[[1.0], [worth]]]),
        "chances": np.ones((1, 1, 1, 1, 1)),
        "phase": np.zeros(6, int),
        "recognition": np.array([[[1.0, 0.0]]]),
        "discount_rate": 1000.0,
        "terminal": "nothing",
        "noise": 1.0,
    }
    return bargaining_game(**(rules | more))


def solved(
    worths: tuple[float, float] = (1.0, -1.0), prior: float = 0.5, **more: Any
) -> TwoTypeBargain:
    deals, stalls = (one_proposer(worth, **more) for worth in worths)
    return bargain_with_two_types(deals, stalls, PARTY, prior, 9, [0])


def test_refusals_multiply_where_nothing_is_expected_of_later_periods() -> None:
    """Chances of refusal are then the same in every period: 1 / (1 + e) and 1 / (1 + 1/e)."""
    bargain = solved(prior=0.8)
    refuses = 1 / (1 + np.exp([1.0, -1.0]))
    times = np.arange(7)
    deals, stalls = 0.8 * refuses[0] ** times, 0.2 * refuses[1] ** times
    assert belief_after_refusals(bargain, 0, 6) == pytest.approx(deals / (deals + stalls))


def test_agreement_given_each_type_is_geometric_then() -> None:
    course = solved(prior=0.8).course
    refuses = 1 / (1 + np.exp([1.0, -1.0]))
    expected = 1 - refuses[None] ** np.arange(7)[:, None]
    assert course.agreed_by == pytest.approx(expected)
    overall = course.overall(course.agreed_by)
    assert overall == pytest.approx(0.8 * expected[:, 0] + 0.2 * expected[:, 1])


def test_refusal_nearly_reveals_types_that_are_far_apart() -> None:
    """Who would deal signs but for one time in e^20; who buys time refuses as surely."""
    bargain = solved((20.0, -20.0), prior=0.9)
    assert belief_after_refusals(bargain, 0, 3)[1:].max() < 1e-7
    assert bargain.course.agreed_by[1] == pytest.approx([1.0, 0.0], abs=1e-8)
    assert bargain.course.drift < 1e-12


def test_chances_too_small_for_a_float_still_tell() -> None:
    """Both types refuse for certain, as far as a float can hold; one yet far more certainly."""
    bargain = solved((-2000.0, -4000.0), prior=0.5)
    assert (bargain.consents == 0).all()
    assert belief_after_refusals(bargain, 0, 3) == pytest.approx(0.5)
    assert bargain.residual == 0


def test_a_certain_belief_is_never_shaken() -> None:
    for prior in (0.0, 1.0):
        assert (belief_after_refusals(solved(prior=prior), 0, 6) == prior).all()
        assert solved(prior=prior).course.expected_belief == pytest.approx(prior)


def test_what_the_party_tables_itself_tells_only_if_it_is_read() -> None:
    """Who would deal tables the package; who buys time says nothing."""
    floor = np.array([[[0.0, 1.0]]])
    games = one_proposer(1.0, recognition=floor), one_proposer(-1.0, recognition=floor)
    unread = bargain_with_two_types(*games, PARTY, 0.5, 9)
    read = bargain_with_two_types(*games, PARTY, 0.5, 9, reads="everything")
    assert unread.course.talks[1, 1][unread.beliefs == 0.5] == 1.0
    assert unread.course.drift == 0.0
    assert read.course.talks[1, 1][0] == 1.0
    assert read.course.drift == pytest.approx(0.0, abs=1e-15)
    consents = 1 / (1 + np.exp(-1.0))
    assert unread.course.agreed_by[1] == pytest.approx([consents, 0.0])
    assert read.course.agreed_by[1] == pytest.approx([consents, 0.0])


def test_drift_is_what_is_left_unread() -> None:
    """Where it has the floor half the time, what others believe of those left is too high."""
    floor = np.array([[[0.5, 0.5]]])
    games = one_proposer(4.0, recognition=floor), one_proposer(-1.0, recognition=floor)
    unread = bargain_with_two_types(*games, PARTY, 0.5, 9).course
    assert unread.drift > 0.01
    assert bargain_with_two_types(*games, PARTY, 0.5, 9, reads="everything").course.drift < 1e-12


def test_leaving_after_a_refusal_tells_the_types_apart_if_it_is_read() -> None:
    """Only the type that buys time leaves; who stays after a refusal would deal."""
    leave = {"exit_open": np.array([[False, True]]), "noise": 1.0}
    deals = one_proposer(1.0, exit_worth=np.full((1, 2, 2), -1.0), **leave)
    stalls = one_proposer(1.0, exit_worth=np.array([[[-1.0, -1.0], [-1.0, 0.5]]]), **leave)
    read = bargain_with_two_types(deals, stalls, PARTY, 0.5, 9, reads="everything").course
    assert read.talks[1, 0][-1] == pytest.approx(read.talks[1, 0].sum())
    assert read.talks[1, 1].sum() == 0.0
    assert read.drift < 1e-12


def test_arrays_of_the_result_are_read_only() -> None:
    bargain = solved()
    for found in (bargain, bargain.course):
        for field in fields(found):
            value = getattr(found, field.name)
            if isinstance(value, np.ndarray):
                assert not value.flags.writeable, field.name


def test_the_prior_is_among_the_beliefs_and_first_of_the_course() -> None:
    for prior in (0.0, 1e-7, 0.123, 0.5, 1.0):
        bargain = solved(prior=prior)
        assert (np.diff(bargain.beliefs) > 0).all()
        assert bargain.course.talks[0, 0][bargain.beliefs == prior] == 1.0


Change = Callable[[], object]
LOUD, OTHER = one_proposer(), one_proposer(-1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: bargain_with_two_types(LOUD, replace(OTHER, dt=2.0), PARTY, 0.5),
            r"buys_time\.dt: found 2\.0, expected 1\.0 as in would_deal",
        ),
        (
            lambda: bargain_with_two_types(LOUD, one_proposer(lump=np.zeros((1, 2, 1))), 1, 0.5),
            r"buys_time\.lump\[0, 0, 0\]: found 0\.0, expected 1\.0 as in would_deal; the two games",
        ),
        (
            lambda: bargain_with_two_types(LOUD, one_proposer(kept=np.zeros((1, 2, 2)),
                                                              lump=0.0), 1, 0.5),
            r"buys_time\.regime: found shape \(2,\), expected \(1,\)",
        ),
        (
            lambda: bargain_with_two_types(
                LOUD, one_proposer(terminal_waiting=0.0 * np.ones((1, 2)),
                                   terminal_kept=np.zeros((1, 2, 1))), 1, 0.5),
            r"buys_time\.terminal_waiting: found an array, expected None",
        ),
        (
            lambda: bargain_with_two_types(one_proposer(noise=None), one_proposer(noise=None), 1, 0.5),
            r"noise: found sharp consent, expected a positive number",
        ),
        (
            lambda: bargain_with_two_types(LOUD, OTHER, 2, 0.5),
            r"party: found 2, expected 0 to 1",
        ),
        (
            lambda: bargain_with_two_types(LOUD, OTHER, 1, 1.5),
            r"prior: found 1\.5, expected a chance from 0 to 1",
        ),
        (
            lambda: bargain_with_two_types(LOUD, OTHER, 1, float("nan")),
            r"prior: found nan, expected a chance",
        ),
        (
            lambda: bargain_with_two_types(LOUD, OTHER, 1, 0.5, 1),
            r"grid: found 1, expected at least 2 beliefs",
        ),
        (
            lambda: bargain_with_two_types(LOUD, OTHER, 1, 0.5, named=[1]),
            r"named: found 1 to 1, expected 0 to 0",
        ),
        (
            lambda: bargain_with_two_types(LOUD, OTHER, 1, 0.5, named=[0.5]),
            r"named: found float64 of shape \(1,\), expected a list of packages",
        ),
        (
            lambda: bargain_with_two_types(LOUD, OTHER, 1, 0.5, start=1),
            r"start: found 1, expected 0 to 0",
        ),
        (
            lambda: bargain_with_two_types(LOUD, OTHER, 1, 0.5, reads="all"),  # type: ignore[arg-type]  # as a caller without types may
            r"reads: found 'all', expected 'answers' or 'everything'",
        ),
        (
            lambda: belief_after_refusals(solved(), 1, 1),
            r"package: found 1, expected one of those named: \[0\]",
        ),
        (
            lambda: belief_after_refusals(solved(), 0, 4, period=3),
            r"times: found 4 from period 3 on, expected at most the 3 that are left",
        ),
        (
            lambda: belief_after_refusals(solved(), 0, 1, world=1),
            r"world: found 1, expected 0 to 0",
        ),
        (
            lambda: belief_after_refusals(solved(required=np.array([[[True], [False]]])), 0, 1),
            r"package: found 0, to which the party's consent is not asked for in world 0",
        ),
    ],
)  # fmt: skip
def test_bad_input_says_what_was_found_and_expected(call: Change, message: str) -> None:
    with pytest.raises(EngineInputError, match=message):
        call()
