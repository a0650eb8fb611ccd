"""A party of unknown type: against the plain definition, and what must hold of any such game."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_two_types import PlainPeriod, PlainTree, logistic, posterior
from two_type_games import Pair, pairs

from detente.engines.bargaining.game import BargainingGame
from detente.engines.bargaining.solve import solve_bargaining
from detente.engines.bargaining.two_types import (
    Reads,
    TwoTypeBargain,
    bargain_with_two_types,
    belief_after_refusals,
)

Kind = TypeVar("Kind", bound=np.generic)
Numbers = npt.NDArray[np.float64]
PRIORS = st.sampled_from([0.1, 0.3, 0.5, 0.8])
READS: st.SearchStrategy[Reads] = st.sampled_from(["answers", "everything"])

few = settings(max_examples=40)


def columns(bargain: TwoTypeBargain, over_types: Numbers, of_type: Numbers) -> Numbers:
    """Put the types' own numbers into the party's place and the last one; axis 3."""
    found = np.concatenate([over_types, of_type[:, :, :, 1:]], axis=3)
    found[:, :, :, bargain.party] = of_type[:, :, :, 0]
    return found


class Period(PlainPeriod):
    """One period of an engine's result, with what it says about waiting, signing and consents."""

    def __init__(self, pair: Pair, bargain: TwoTypeBargain, t: int) -> None:
        waiting = columns(bargain, bargain.waiting, bargain.waiting_of_type)[t]
        signed = columns(bargain, bargain.signed, bargain.signed_of_type)[t]
        points = bargain.beliefs

        def at(table: Numbers, belief: float) -> list[float]:
            return [float(np.interp(belief, points, table[:, c])) for c in range(table.shape[1])]

        def consents(w: int, d: int, belief: float) -> tuple[float, float]:
            (place,) = np.flatnonzero(np.abs(points - belief) < 1e-12)
            found = bargain.consents[t, w, place, :, d]
            return float(found[0]), float(found[1])

        super().__init__(
            pair[:2],
            pair[2],
            bargain.reads,
            lambda w, belief: at(waiting[w], belief),
            lambda w, d, belief: at(signed[w, :, :, d], belief),
            consents,
        )


@few
@given(pair=pairs(), prior=PRIORS, reads=READS)
def test_every_meeting_is_worth_what_the_plain_definition_says(
    pair: Pair, prior: float, reads: Reads
) -> None:
    game = pair[0]
    named = range(game.n_packages)
    bargain = bargain_with_two_types(*pair, prior, 4, named, reads=reads)
    value = columns(bargain, bargain.value, bargain.value_of_type)
    for t in range(game.n_periods):
        period = Period(pair, bargain, t)
        for w in range(game.n_worlds):
            for g, belief in enumerate(bargain.beliefs):
                expected = period.value(w, float(belief))
                assert value[t, w, g] == pytest.approx(expected, abs=1e-7)


@few
@given(pair=pairs(), prior=PRIORS)
def test_chances_of_consent_are_right_for_what_is_believed_after_either_answer(
    pair: Pair, prior: float
) -> None:
    game, _, x = pair
    bargain = bargain_with_two_types(*pair, prior, 5, range(game.n_packages))
    assert game.noise is not None
    assert bargain.residual < 1e-9
    assert bargain.n_unsettled == 0
    for t in range(game.n_periods):
        period = Period(pair, bargain, t)
        for w, d in np.ndindex(game.n_worlds, game.n_packages):
            for belief in bargain.beliefs.tolist():
                q = period.consents(w, d, belief)
                if not period.asked(w, d, x, -1):
                    assert np.isnan(q).all()
                    continue
                yes = posterior(belief, *q)
                no = posterior(belief, 1 - q[0], 1 - q[1])
                for k, c in enumerate((x, game.n_parties)):
                    gain = period.signed(w, d, yes)[c] - period.refusing(w, c, no)
                    assert q[k] == pytest.approx(logistic(gain / game.noise), abs=1e-7)


@few
@given(pair=pairs(), prior=PRIORS)
def test_worth_goes_from_one_period_to_the_one_before_as_where_types_are_known(
    pair: Pair, prior: float
) -> None:
    """Waiting and a package in force say nothing: at any one belief the plain recursion holds."""
    game, other, x = pair
    bargain = bargain_with_two_types(*pair, prior, 3, range(game.n_packages))
    value = columns(bargain, bargain.value, bargain.value_of_type)
    waiting = columns(bargain, bargain.waiting, bargain.waiting_of_type)
    signed = columns(bargain, bargain.signed, bargain.signed_of_type)
    tree = PlainTree((game, other), x, "answers")
    for t in range(game.n_periods):
        for g, w, d in np.ndindex(len(bargain.beliefs), game.n_worlds, game.n_packages):
            tree.memo.clear()
            for v in range(game.n_worlds):
                tree.memo["value", t + 1, v, 0.5] = value[t + 1, v, g].tolist()
                lump = [
                    0.0 if own.out[v, i] else float(own.lump[v, i, d])
                    for own, i in map(tree.own, tree.columns)
                ]
                kept = signed[t + 1, v, g, :, d] - lump
                tree.memo["in force", t + 1, v, d, 0.5] = kept.tolist()
            assert waiting[t, w, g] == pytest.approx(tree.waiting(t, w, 0.5), abs=1e-9)
            assert signed[t, w, g, :, d] == pytest.approx(tree.signed(t, w, d, 0.5), abs=1e-9)


@settings(max_examples=8)
@given(
    pair=pairs(terminal="stated", n=2, packages=2, periods=2, worlds=1, tables=1, noise=1.0),
    reads=READS,
)
def test_a_fine_grid_comes_to_the_exact_tree_of_beliefs(pair: Pair, reads: Reads) -> None:
    tree = PlainTree(pair[:2], pair[2], reads)
    expected = tree.value(0, 0, 0.4)
    assume(not tree.doubtful)
    bargain = bargain_with_two_types(*pair, 0.4, 65, reads=reads)
    found = columns(bargain, bargain.value, bargain.value_of_type)
    place = int(np.flatnonzero(bargain.beliefs == 0.4)[0])
    assert found[0, 0, place] == pytest.approx(expected, abs=4e-4 + 3 * bargain.interpolation_error)


@few
@given(pair=pairs(), prior=PRIORS, reads=READS)
def test_where_the_type_is_certain_it_is_the_equilibrium_of_that_game(
    pair: Pair, prior: float, reads: Reads
) -> None:
    named = range(pair[0].n_packages)
    bargain = bargain_with_two_types(*pair, prior, 3, named, reads=reads)
    for game, place, kind in ((pair[1], 0, 1), (pair[0], -1, 0)):
        known = solve_bargaining(game, named)
        of_type = known.value[:, :, pair[2]]
        np.testing.assert_allclose(bargain.value[:, :, place], known.value, atol=1e-9)
        np.testing.assert_allclose(bargain.waiting[:, :, place], known.waiting, atol=1e-9)
        np.testing.assert_allclose(bargain.signed[:, :, place], known.signed, atol=1e-9)
        np.testing.assert_allclose(bargain.value_of_type[:, :, place, kind], of_type, atol=1e-9)


@few
@given(pair=pairs(), prior=PRIORS, reads=READS)
def test_types_that_do_not_differ_are_never_told_apart(
    pair: Pair, prior: float, reads: Reads
) -> None:
    game, _, x = pair
    named = range(game.n_packages)
    bargain = bargain_with_two_types(game, game, x, prior, 5, named, reads=reads)
    known = solve_bargaining(game, named)
    for g, belief in enumerate(bargain.beliefs):
        np.testing.assert_allclose(bargain.value[:, :, g], known.value, atol=1e-9)
        elsewhere = bargain.course.belief[:, :, g].sum()
        assert (elsewhere > 0) == (belief == prior)
    assert (np.nan_to_num(bargain.refusal_tells) == 0).all()
    assert bargain.course.drift < 1e-12
    assert bargain.interpolation_error < 1e-9


@few
@given(pair=pairs(), prior=PRIORS, reads=READS)
def test_naming_the_types_the_other_way_round_changes_nothing(
    pair: Pair, prior: float, reads: Reads
) -> None:
    game, other, x = pair
    one = bargain_with_two_types(game, other, x, prior, 5, reads=reads)
    two = bargain_with_two_types(other, game, x, 1 - prior, 5, reads=reads)
    np.testing.assert_allclose(two.beliefs, 1 - one.beliefs[::-1], atol=1e-12)
    np.testing.assert_allclose(two.value, one.value[:, :, ::-1], atol=1e-8)
    both = one.course.agreed_by[:, ::-1]
    np.testing.assert_allclose(two.course.agreed_by, both, atol=1e-8)


# --- the course ---------------------------------------------------------------------------


@few
@given(pair=pairs(), prior=PRIORS, reads=READS)
def test_things_stand_somewhere_at_every_date(pair: Pair, prior: float, reads: Reads) -> None:
    course = bargain_with_two_types(*pair, prior, 5, [0], reads=reads).course
    assert course.largest_error < 1e-12
    np.testing.assert_allclose(course.belief.sum(axis=2), 1.0, atol=1e-12)
    np.testing.assert_allclose(course.agreed_by, course.signed_by.sum(axis=2), atol=1e-12)
    assert (np.diff(course.agreed_by, axis=0) >= -1e-15).all()


@few
@given(pair=pairs(), prior=PRIORS)
def test_the_expected_belief_is_the_prior_if_everything_is_read(pair: Pair, prior: float) -> None:
    course = bargain_with_two_types(*pair, prior, 5, reads="everything").course
    assert course.drift < 1e-12
    given_each = course.belief @ bargain_with_two_types(*pair, prior, 5).beliefs
    assert (given_each[:, 0] >= given_each[:, 1] - 1e-12).all()


@few
@given(pair=pairs(exits=False), prior=PRIORS)
def test_the_expected_belief_is_the_prior_if_the_party_never_has_the_floor(
    pair: Pair, prior: float
) -> None:
    game, other, x = pair
    floor = game.recognition.copy()
    floor[:, :, x] = 0.0
    quiet = [replace(g, recognition=floor) for g in (game, other)]
    assert bargain_with_two_types(quiet[0], quiet[1], x, prior, 5).course.drift < 1e-12


def watched(game: BargainingGame, d: int, lump: float, leaves: float) -> BargainingGame:
    """Add somebody who only watches, and is paid if a package is signed or talks are ended."""

    def wider(array: npt.NDArray[Kind], axis: int) -> npt.NDArray[Kind]:
        return np.asarray(np.insert(array, array.shape[axis], 0, axis=axis))

    n = game.n_parties
    pay = wider(game.lump, 1)
    pay[:, n, d] = lump
    exits = wider(wider(game.exit_worth, 1), 2)
    exits[:, :n, n] = leaves
    return replace(
        game,
        waiting=wider(game.waiting, 1),
        kept=wider(game.kept, 1),
        lump=pay,
        exit_worth=exits,
        exit_open=wider(game.exit_open, 1),
        broken_worth=wider(game.broken_worth, 1),
        recognition=wider(game.recognition, 2),
        may_table=wider(game.may_table, 1),
        required=wider(game.required, 1),
        counted=wider(game.counted, 0),
        out=wider(game.out, 1),
        belief_of=wider(game.belief_of, 0),
        discount_rate=wider(game.discount_rate, 0),
        terminal="nothing",
    )


@few
@given(
    pair=pairs(breakdowns=False, terminal="nothing"),
    prior=PRIORS,
    paid=st.sampled_from([(1.0, 0.0), (0.0, 1.0)]),
)
def test_who_is_paid_at_signing_or_leaving_values_it_at_the_chance_of_that(
    pair: Pair, prior: float, paid: tuple[float, float]
) -> None:
    """Backwards and forwards must come to the same, on any grid: both move beliefs alike."""
    game, other, x = pair
    games = [watched(g, 0, *paid) for g in (game, other)]
    bargain = bargain_with_two_types(games[0], games[1], x, prior, 4, [0], reads="everything")
    course, place = bargain.course, int(np.flatnonzero(bargain.beliefs == prior)[0])
    signed = course.overall(course.signed_by)[-1, 0]
    left = course.overall(course.exited)[-1].sum()
    expected = paid[0] * signed + paid[1] * left
    assert bargain.value[0, 0, place, -1] == pytest.approx(expected, abs=1e-10)


@few
@given(pair=pairs(), prior=PRIORS)
def test_beliefs_after_refusals_go_by_bayes_rule_from_point_to_point(
    pair: Pair, prior: float
) -> None:
    game, _, _ = pair
    bargain = bargain_with_two_types(*pair, prior, 5, [0])
    tells, w = bargain.refusal_tells[:, 0, :, 0], 0
    assume(not np.isnan(tells).any())
    found = belief_after_refusals(bargain, 0, 1, 0, w)
    place = int(np.flatnonzero(bargain.beliefs == prior)[0])
    q = 1 - bargain.consents[0, w, place, :, 0]
    assert found == pytest.approx([prior, posterior(prior, float(q[0]), float(q[1]))], abs=1e-8)
    many = belief_after_refusals(bargain, 0, game.n_periods)
    assert ((many >= 0) & (many <= 1)).all()
    assert many[:2] == pytest.approx(found)
