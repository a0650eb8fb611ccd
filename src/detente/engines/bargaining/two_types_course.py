"""How talks with a party of unknown type go: what is believed at every date, and how they end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.engines._checks import Floats, Ints, frozen
from detente.engines.bargaining.two_types_course_kernels import Tally, follow
from detente.engines.bargaining.two_types_rows import TypedRows
from detente.engines.bargaining.two_types_rules import Rules

__all__ = ["TwoTypeCourse", "course_with_types"]


@dataclass(frozen=True, slots=True, eq=False)
class TwoTypeCourse:
    """What becomes of the talks, given the party's type; row t is the start of period t, T the end.

    An axis of 2 is the type: 0 would deal, 1 buys time. M beliefs, those of the bargain. Over both
    types it is ``prior * given[0] + (1 - prior) * given[1]``: see :meth:`overall`.

    Attributes
    ----------
    prior : float
    start : int
        The world it starts in.
    talks : ndarray of float, shape (T + 1, 2, M)
        Talks are on, and this is what everybody else believes.
    belief : ndarray of float, shape (T + 1, 2, M)
        The same wherever things stand; where talks have ended, what was believed then.
    agreed_by : ndarray of float, shape (T + 1, 2)
        A first agreement was made in an earlier period.
    signed_by : ndarray of float, shape (T + 1, 2, n_named + 1)
        And it was this named package; in the last column any that is not named.
    in_force : ndarray of float, shape (T + 1, 2)
        A package is in force.
    exited : ndarray of float, shape (T + 1, 2, n)
        This party has ended the talks.
    broken : ndarray of float, shape (T + 1, 2)
        Talks ended for good after a breakdown.
    expected_belief : ndarray of float, shape (T + 1,)
        The mean of the belief over both types.
    drift : float
        Certificate: the furthest that mean is ever from the prior. Who learns by Bayes' rule
        expects to believe tomorrow what they believe today. So 0, up to rounding, wherever all that
        tells the types apart is read; above 0 by as much as is left unread.
    largest_error : float
        Certificate: the furthest that chances at any date are from adding up to 1.
    """

    prior: float
    start: int
    talks: Floats
    belief: Floats
    agreed_by: Floats
    signed_by: Floats
    in_force: Floats
    exited: Floats
    broken: Floats
    expected_belief: Floats
    drift: float
    largest_error: float

    def overall(self, given: Floats) -> Floats:
        """Return a chance over both types, of one that has them as its second axis."""
        return np.asarray(self.prior * given[:, 0] + (1.0 - self.prior) * given[:, 1])


def course_with_types(
    rules: Rules, rows: TypedRows, begins: Ints, start: int, prior: float, named: Ints
) -> TwoTypeCourse:
    """Follow the talks from a world and a belief on."""
    n_periods, n_beliefs, n = len(rules.phase), len(rules.beliefs), rules.floor.shape[2]
    dates = n_periods + 1
    column = np.full(rules.regime.shape, len(named), dtype=np.intp)
    column[named[::-1]] = np.arange(len(named))[::-1]
    tally = Tally(
        np.zeros((dates, 2, n_beliefs)),
        np.zeros((dates, 2, n_beliefs)),
        np.zeros((dates, 2)),
        np.zeros((n_periods, 2, len(named) + 1)),
        np.zeros((dates, 2, n)),
        np.zeros((dates, 2)),
    )
    follow(rules, rows, begins, start, prior, column, tally)
    signed_by = np.zeros((dates, 2, len(named) + 1))
    np.cumsum(tally.agreed, axis=0, out=signed_by[1:])
    ended = tally.exited.sum(axis=2) + tally.broken
    everything = tally.talks.sum(axis=2) + tally.in_force + ended
    means = tally.belief @ rules.beliefs
    expected = prior * means[:, 0] + (1.0 - prior) * means[:, 1]
    return TwoTypeCourse(
        prior=prior,
        start=start,
        talks=frozen(tally.talks),
        belief=frozen(tally.belief),
        agreed_by=frozen(signed_by.sum(axis=2)),
        signed_by=frozen(signed_by),
        in_force=frozen(tally.in_force),
        exited=frozen(tally.exited),
        broken=frozen(tally.broken),
        expected_belief=frozen(expected),
        drift=float(np.abs(expected - prior).max()),
        largest_error=float(np.abs(everything - 1.0).max()),
    )
