"""Bargaining with a party that may be of two types: it would deal, or it buys time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Floats, Ints, frozen
from detente.engines.bargaining.game import BargainingGame
from detente.engines.bargaining.two_types_backward import Named, go_back
from detente.engines.bargaining.two_types_course import TwoTypeCourse, course_with_types
from detente.engines.bargaining.two_types_rules import Rules, check_same, ends_of, rules_of
from detente.errors import EngineInputError

__all__ = ["Reads", "TwoTypeBargain", "bargain_with_two_types", "belief_after_refusals"]

Reads = Literal["answers", "everything"]


@dataclass(frozen=True, slots=True, eq=False)
class TwoTypeBargain:
    """Values over the belief that a party would deal, and how the talks go from the prior.

    M beliefs; an axis of 2 is the party's type, 0 would deal, 1 buys time.

    Attributes
    ----------
    party : int
    beliefs : ndarray of float, shape (M,)
        Chances that the party would deal, in ascending order from 0 to 1; the prior among them.
    value, waiting : ndarray of float, shape (T + 1, W, M, n)
        What being in talks, and letting the period pass, is worth at each belief; in the party's
        own column what it is worth over both types. The last row is terminal.
    value_of_type, waiting_of_type : ndarray of float, shape (T + 1, W, M, 2)
        The same for the party, which knows its type.
    named : ndarray of int, shape (n_named,)
    signed : ndarray of float, shape (T + 1, W, M, n, n_named)
        What signing a named package is worth, if that is believed then.
    signed_of_type : ndarray of float, shape (T + 1, W, M, 2, n_named)
    consents : ndarray of float, shape (T, W, M, 2, n_named)
        Chance that a type consents to a named package of somebody else; NaN where the party is not
        asked.
    refusal_tells : ndarray of float, shape (T, W, M, n_named)
        Weight of evidence of a refusal: log of how much likelier it is from the type that would
        deal. Below 0: it speaks for buying time.
    course : TwoTypeCourse
        From the prior, in the world that was asked for.
    reads : {"answers", "everything"}
    residual : float
        Certificate: the most by which any type's chance of consent differs from what it would be,
        given what is believed after its answer.
    n_unsettled : int
        How many answers have such a residual above 1e-9.
    interpolation_error : float
        The most that a value at any date, world and belief of the grid changes with a grid of
        nearly twice as many beliefs.
    interpolation_error_at_prior : float
        The same at the first date, in the starting world, at the prior.
    course_error : float
        The most that the chance of an agreement by any date, given a type, changes.
    method : str
    """

    party: int
    beliefs: Floats
    value: Floats
    waiting: Floats
    value_of_type: Floats
    waiting_of_type: Floats
    named: Ints
    signed: Floats
    signed_of_type: Floats
    consents: Floats
    refusal_tells: Floats
    course: TwoTypeCourse
    reads: Reads
    residual: float
    n_unsettled: int
    interpolation_error: float
    interpolation_error_at_prior: float
    course_error: float
    method: str


def bargain_with_two_types(
    would_deal: BargainingGame,
    buys_time: BargainingGame,
    party: int,
    prior: float,
    grid: int = 65,
    named: npt.ArrayLike = (),
    *,
    start: int = 0,
    reads: Reads = "answers",
) -> TwoTypeBargain:
    """Solve a negotiation in which everybody else does not know which of two types a party is.

    The party is either of a type that would deal or of one that buys time, knows which, and plays
    ``would_deal`` or ``buys_time``. Everybody else, and the analyst, hold one common belief: the
    chance mu that it would deal. Consent is noisy. What a type does, and what everything is worth,
    is found backwards over period, world and mu, by the definitions of :func:`solve_bargaining`
    with these additions:

    - Where somebody else tables a package to which the party's consent counts, the party answers
      first, and everybody hears it, also where others then refuse. Everybody else answers at the
      belief that follows: after a consent mu q / (mu q + (1 - mu) q'), q and q' the chances that
      either type consents, after a refusal the same with 1 - q and 1 - q'. A belief of 0 or 1 is
      never shaken. Who leaves after a refusal is still settled in the order of the columns.
    - A type's chance of consent is logistic in what signing is worth at the belief after a consent,
      less the larger of what waiting and leaving are worth at the belief after a refusal. That
      belief hangs on q and q' themselves: a fixed point. There may be several; taken is the one
      that is met first on the way from a refusal that tells nothing in the direction in which a
      refusal then points (steps may pass over a pair that lies close together).
    - Where the party has the floor, each type does what is best for it as long as nothing is read
      from that. With ``reads="answers"`` nothing is: not what the party tables or its silence, nor
      whether it leaves after a refusal. With ``reads="everything"`` all of it is, by Bayes' rule,
      although neither type reckons with it: one that gives itself away tables no less. The truth
      of a party that hides lies in between; run both.

    What is computed is exact for beliefs on the grid, given linear interpolation in between, and
    so exact at beliefs 0 and 1, where it is the equilibrium of either game, and for types that do
    not differ. Elsewhere interpolation is an approximation, whose error is reported. It is largest
    next to beliefs at which somebody changes what it tables, where values of others jump. Two more
    are not errors of computation but conventions: a party weighs its answer as if all others
    consented (as in :func:`solve_bargaining`; it does not consent only to look willing), and
    it does not reckon with what its own proposals tell.

    Parameters
    ----------
    would_deal, buys_time : BargainingGame
        With noise; the same but for the party's own waiting, kept, lump, discount_rate, belief_of,
        broken_worth, terminal_waiting, terminal_kept and what exits are worth to it.
    party : int
        Whose type is not known.
    prior : float
        Belief at the start, from 0 to 1.
    grid : int
        Number of beliefs, closer together towards 0 and 1 (evenly spaced in arcsin(sqrt(mu))); the
        prior is added.
    named : array_like of int
        Packages whose worth, and the answers to them, are kept.
    start : int
        World at the start of the first period.
    reads : {"answers", "everything"}
        What everybody else learns from.

    Returns
    -------
    TwoTypeBargain

    Raises
    ------
    EngineInputError
        If the games differ in something else, consent is sharp, or there is no such party, belief,
        package or world.

    Notes
    -----
    Everything is solved once more, on a grid of nearly twice as many beliefs, to report the error.
    For W worlds, n parties, D packages, T periods and M beliefs the cost is T W D M times some
    twenty evaluations of an answer and n + 1 interpolations for each of n proposers: 5 parties, 100
    packages, 4 worlds, 60 periods and 33 beliefs take about 4 s on one core, twice that where
    talks resume after a breakdown.

    Examples
    --------
    A deal is worth 1 a year to a party that would deal and -1 to one that buys time. After one
    refusal that is still an open question, after three no longer.

    >>> import numpy as np
    >>> from detente.engines.bargaining.game import bargaining_game
    >>> def game(worth):
    ...     return bargaining_game(
    ...         waiting=np.zeros((1, 2)), kept=np.array([[[1.0], [worth]]]), noise=5.0,
    ...         chances=np.ones((1, 1, 1, 1, 1)), phase=np.zeros(5, int),
    ...         recognition=np.array([[[1.0, 0.0]]]), discount_rate=0.1,
    ...     )
    >>> bargain = bargain_with_two_types(game(1.0), game(-1.0), party=1, prior=0.7, named=[0])
    >>> belief_after_refusals(bargain, package=0, times=3).round(2)
    array([0.7 , 0.55, 0.39, 0.24])
    >>> bargain.course.agreed_by[-1].round(2)
    array([1.  , 0.58])
    """
    check_same(would_deal, buys_time, party)
    kept = _checked(would_deal, prior, grid, named, start, reads)
    rules = rules_of(would_deal, buys_time, party, reads == "everything")
    ends = ends_of(would_deal, buys_time, party)
    angles = _angles(grid, prior)
    found = _solve(rules._replace(beliefs=_beliefs(angles, prior)), ends, kept, start, prior)
    between = np.zeros(2 * len(angles) - 1)
    between[::2], between[1::2] = angles, (angles[1:] + angles[:-1]) / 2
    finer = _solve(rules._replace(beliefs=_beliefs(between, prior)), ends, kept, start, prior)
    here = int(np.flatnonzero(found.rules.beliefs == prior)[0])
    away = np.abs(found.value - finer.value[:, :, ::2])
    return TwoTypeBargain(
        party=party,
        beliefs=frozen(found.rules.beliefs),
        value=found.over_types(found.value),
        waiting=found.over_types(found.waiting),
        value_of_type=found.of_types(found.value),
        waiting_of_type=found.of_types(found.waiting),
        named=frozen(kept),
        signed=found.over_types(found.named.signed),
        signed_of_type=found.of_types(found.named.signed),
        consents=frozen(found.named.consents),
        refusal_tells=frozen(found.named.evidence),
        course=found.course,
        reads=reads,
        residual=found.residual,
        n_unsettled=found.n_unsettled,
        interpolation_error=float(away.max()),
        interpolation_error_at_prior=float(away[0, start, here].max()),
        course_error=float(np.abs(found.course.agreed_by - finer.course.agreed_by).max()),
        method="backward induction over a grid of beliefs, linear in between",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What one grid gives, in columns."""

    rules: Rules
    value: Floats
    waiting: Floats
    named: Named
    course: TwoTypeCourse
    residual: float
    n_unsettled: int

    def over_types(self, columns: Floats) -> Floats:
        """Weigh the party's two columns with the belief; the parties' axis is the fourth."""
        x, beliefs = self.rules.party, self.rules.beliefs
        found = columns[:, :, :, :-1].copy()
        weight = beliefs.reshape((-1,) + (1,) * (columns.ndim - 4))
        found[:, :, :, x] = weight * columns[:, :, :, x] + (1.0 - weight) * columns[:, :, :, -1]
        return frozen(found)

    def of_types(self, columns: Floats) -> Floats:
        return frozen(columns[:, :, :, [self.rules.party, -1]])


def _solve(
    rules: Rules, ends: tuple[Floats, Floats], kept: Ints, start: int, prior: float
) -> _Found:
    """Go backwards and forwards on one grid."""
    talks, in_force = ends
    n_periods, n_beliefs = len(rules.phase), len(rules.beliefs)
    n_worlds, n_columns = talks.shape
    value = np.zeros((n_periods + 1, n_worlds, n_beliefs, n_columns))
    value[-1] = talks[:, None]
    waiting = value.copy()
    worth = np.repeat(in_force[:, :, None], n_beliefs, axis=2)
    shape = (n_periods, n_worlds, n_beliefs)
    named = Named(
        kept,
        np.zeros((n_periods + 1, *shape[1:], n_columns, len(kept))),
        np.full((*shape, 2, len(kept)), np.nan),
        np.full((*shape, len(kept)), np.nan),
    )
    begins = np.zeros((n_periods, n_worlds, n_beliefs + 1), dtype=np.intp)
    rows, residual, n_unsettled = go_back(rules, value, waiting, worth, named, begins)
    course = course_with_types(rules, rows, begins, start, prior, kept)
    return _Found(rules, value, waiting, named, course, residual, n_unsettled)


def _angles(grid: int, prior: float) -> Floats:
    """Return the grid as angles, the prior's among them."""
    even = np.linspace(0.0, 1.0, grid)
    own = 2.0 / np.pi * np.arcsin(np.sqrt(prior))
    return np.unique(np.append(even[np.abs(even - own) > 1e-9], own))


def _beliefs(angles: Floats, prior: float) -> Floats:
    """Return the beliefs at these angles: closer together towards 0 and 1."""
    beliefs = np.sin(0.5 * np.pi * angles) ** 2
    beliefs[np.argmin(np.abs(beliefs - prior))] = prior
    beliefs[0], beliefs[-1] = 0.0, 1.0
    return np.asarray(beliefs)


def _checked(
    game: BargainingGame,
    prior: float,
    grid: int,
    named: npt.ArrayLike,
    start: int,
    reads: str,
) -> Ints:
    """Check the rest of the input, and return the named packages."""
    if not 0 <= prior <= 1:
        raise EngineInputError(f"prior: found {prior}, expected a chance from 0 to 1")
    if grid < 2:
        raise EngineInputError(f"grid: found {grid}, expected at least 2 beliefs")
    if not 0 <= start < game.n_worlds:
        raise EngineInputError(f"start: found {start}, expected 0 to {game.n_worlds - 1}")
    if reads not in ("answers", "everything"):
        raise EngineInputError(f"reads: found {reads!r}, expected 'answers' or 'everything'")
    kept = np.array(named, dtype=np.intp if np.size(named) == 0 else None)
    if kept.ndim != 1 or kept.dtype.kind not in "iu":
        raise EngineInputError(
            f"named: found {kept.dtype} of shape {kept.shape}, expected a list of packages"
        )
    if kept.size and not 0 <= kept.min() <= kept.max() < game.n_packages:
        raise EngineInputError(
            f"named: found {kept.min()} to {kept.max()}, expected 0 to {game.n_packages - 1}"
        )
    return kept.astype(np.intp)


def belief_after_refusals(
    bargain: TwoTypeBargain, package: int, times: int, period: int = 0, world: int | None = None
) -> Floats:
    """Return what an observer believes before, and after, so many refusals of a package in a row.

    A refusal in each period from ``period`` on, all in one world, by the party that is asked for
    its consent; nothing else is learnt in between. The weight of evidence of each refusal is
    interpolated linearly between the beliefs of the grid.

    Parameters
    ----------
    bargain : TwoTypeBargain
    package : int
        One of those named.
    times : int
    period : int
        Of the first refusal.
    world : int, optional
        If left out, the one in which the course starts.

    Returns
    -------
    ndarray of float, shape (times + 1,)
        From the prior on: chances that the party would deal.

    Raises
    ------
    EngineInputError
        If the package is not named or the party not asked, or there is no such period or world.
    """
    places = np.flatnonzero(bargain.named == package)
    if not len(places):
        raise EngineInputError(
            f"package: found {package}, expected one of those named: {bargain.named.tolist()}"
        )
    n_periods, n_worlds = bargain.refusal_tells.shape[:2]
    where = bargain.course.start if world is None else world
    if not 0 <= where < n_worlds:
        raise EngineInputError(f"world: found {where}, expected 0 to {n_worlds - 1}")
    if times < 0 or period < 0 or period + times > n_periods:
        raise EngineInputError(
            f"times: found {times} from period {period} on, expected at most the "
            f"{n_periods - period} that are left"
        )
    found = np.full(times + 1, bargain.course.prior)
    for k in range(times):
        tells = bargain.refusal_tells[period + k, where, :, places[0]]
        if np.isnan(tells).any():
            raise EngineInputError(
                f"package: found {package}, to which the party's consent is not asked for in "
                f"world {where}; name one that it is asked for"
            )
        if 0 < found[k] < 1:
            odds = np.log(found[k]) - np.log1p(-found[k])
            odds += np.interp(found[k], bargain.beliefs, tells)
            found[k + 1] = 1.0 / (1.0 + np.exp(-odds))
        else:
            found[k + 1] = found[k]
    return frozen(found)
