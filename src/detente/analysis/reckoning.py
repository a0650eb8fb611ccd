"""How time is reckoned with where a case is silent, and what its ranges become in each draw.

Row 0 of every drawn quantity is the middle of what was stated; the other rows are drawn from its
range. Every default here is an assumption of ours, and is listed as one beside each answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from detente.ledger import Likelihood, Quantity, Unknown, per_day, time_unit
from detente.model import OutcomeOrder, PartyView

__all__ = ["DAYS_A_YEAR", "Assumed", "Draws", "Floats", "Reckoning", "Span", "waiting_cost"]

Floats = npt.NDArray[np.float64]

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Span:
    """A middle value and the range around it."""

    low: float
    middle: float
    high: float

    @staticmethod
    def of_factor(low: float, best: float | None, high: float) -> Span:
        """Return the span of a time or a rate: its middle is the best figure, else by factor."""
        middle = math.sqrt(low * high) if best is None else min(max(best, low), high)
        return Span(low, middle, high)


@dataclass(frozen=True, slots=True)
class Assumed:
    """A default that was used because the case does not say."""

    what: str
    words: str


WAITING_COSTS: Mapping[str, Span] = MappingProxyType(
    {
        "none": Span(0.0, 0.0, 0.0),
        "low": Span(0.0, 0.02, 0.05),
        "medium": Span(0.05, 0.1, 0.2),
        "high": Span(0.2, 0.3, 0.45),
        "very high": Span(0.45, 0.65, 0.9),
    }
)
"""What a day without a deal costs, as a share of having all that a party wants instead of none of it."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How far, in which steps, and with which defaults time is reckoned with.

    Attributes
    ----------
    until : date, optional
        The last day; if left out, it is chosen from the clocks.
    step : float, optional
        Length of a period in days; if left out, it is chosen so that there are at most 400.
    draws : int
        Worlds drawn from what was stated, beside the middle one.
    seed : int
        Of the generator of the draws.
    tabled : {"stated", "all"}
        Which packages are reckoned to be proposed. "stated": the named deals of each table that are
        not only an idea of the analyst's; every package of a table that has none. "all": every
        package of every table, where tables are exclusive; else every named deal.
    impatience : Span
        Discount rate per year.
    meets_every : Span
        Days between meetings of a table of which it is not said how often it meets.
    doubt : Span
        How uncertain consent is: the logistic scale, in days of having all that a party
        wants instead of none of it.
    waiting_costs : mapping of str to Span
        What the words for waiting costs stand for.
    """

    until: date | None = None
    step: float | None = None
    draws: int = 100
    seed: int = 20_161_127
    tabled: Literal["stated", "all"] = "stated"
    impatience: Span = Span(0.05, 0.10, 0.20)
    meets_every: Span = Span(2.0, 7.0, 21.0)
    doubt: Span = Span(2.0, 5.0, 15.0)
    waiting_costs: Mapping[str, Span] = field(default_factory=lambda: WAITING_COSTS)


class Draws:
    """Draws every quantity of one case, always in the same order."""

    def __init__(self, n: int, seed: int) -> None:
        self.n = n
        self._generator = np.random.default_rng(seed)

    def between(self, span: Span, *, by_factor: bool = False) -> Floats:
        """Return the middle, then ``n`` values from the range, shape (n + 1,).

        Half of them lie below the middle and half above, each half drawn evenly, or, ``by_factor``,
        evenly in the logarithm, as for times and rates: so the middle is the middle of the draws.
        """
        share = self._generator.random(self.n)
        low, middle, high = span.low, span.middle, span.high
        logs = by_factor and low > 0
        if logs:
            low, middle, high = np.log(low), np.log(middle), np.log(high)
        if low < middle < high:
            at, there = [0.0, 0.5, 1.0], [low, middle, high]
        else:
            at, there = [0.0, 1.0], [low, high]
        drawn = np.interp(share, at, there)
        return np.concatenate([[span.middle], np.exp(drawn) if logs else drawn])

    def likelihood(self, likelihood: Likelihood | Unknown) -> Floats:
        """Return a chance in every draw; of an unknown one anything from 0 to 1."""
        if isinstance(likelihood, Unknown):
            return self.between(Span(0.0, 0.5, 1.0))
        low, high = likelihood.low, likelihood.high
        return self.between(Span(low, (low + high) / 2, high))

    def quantity(self, quantity: Quantity) -> Floats:
        return self.between(Span(quantity.low, quantity.middle, quantity.high))

    def weights(self, n_statements: int) -> Floats:
        """Return weights of ranked statements, shape (n + 1, n_statements), adding up to 1.

        An earlier statement weighs at least as much as all later ones together. The weights that
        agree with this form a simplex; they are drawn from it evenly, and row 0 is its centre.
        """
        corners = np.zeros((n_statements, n_statements))
        for k in range(n_statements):
            corners[k, k] = 1.0
            for earlier in range(k - 1, -1, -1):
                corners[k, earlier] = corners[k, earlier + 1 : k + 1].sum()
            corners[k] /= corners[k].sum()
        shares = self._generator.dirichlet(np.ones(n_statements), self.n)
        shares = np.vstack([np.full(n_statements, 1 / n_statements), shares])
        return np.asarray(shares @ corners)

    def heights(self, order: OutcomeOrder) -> Floats:
        """Return what the places of an order are worth, best first, shape (n + 1, n_tiers).

        The best is worth 1, the worst 0; what lies between is drawn evenly, and in row 0 in even
        steps.
        """
        n = len(order.tiers)
        even = np.linspace(1.0, 0.0, n) if n > 1 else np.ones(1)
        inner = np.sort(self._generator.random((self.n, max(n - 2, 0))), axis=1)[:, ::-1]
        ends = np.ones((self.n, 1)), np.zeros((self.n, 1 if n > 1 else 0))
        return np.vstack([even, np.hstack([ends[0], inner, ends[1]])[:, :n]])


def waiting_cost(
    view: PartyView | None, scale: float | None, reckoning: Reckoning, draws: Draws
) -> tuple[Floats, str]:
    """Return what a day without a deal costs a party in every draw, and why it had to be assumed.

    The cost is a share of ``scale``, what lies between having all that it wants and none of it, in its own
    points; None where it has none. The words are empty where the case says it.
    """
    stated = Unknown() if view is None else view.waiting_costs
    if isinstance(stated, str):
        return draws.between(reckoning.waiting_costs[stated]), ""
    if isinstance(stated, Quantity):
        is_rate = stated.unit.startswith("points per ") and time_unit(
            stated.unit.rpartition(" ")[2]
        )
        if is_rate and scale is not None:
            daily = per_day(stated)
            span = Span(daily.low / scale, daily.middle / scale, daily.high / scale)
            return draws.between(span), ""
        reason = f"“{stated.words}” cannot be compared with what it wants"
        return draws.between(Span(0.0, 0.0, 0.0)), reason
    return draws.between(Span(0.0, 0.0, 0.0)), "nothing is said of it"
