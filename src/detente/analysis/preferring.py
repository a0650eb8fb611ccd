"""Why a party would have one outcome rather than another."""

from __future__ import annotations

from collections.abc import Mapping

from detente.analysis.hold_answers import Preferring
from detente.ledger import PartyId
from detente.model import Case, Ground, IssueId, OptionId, Points, RankedStatements

__all__ = ["why_rather"]

Outcome = Mapping[IssueId, OptionId]


def why_rather(case: Case, party: PartyId, better: Outcome, worse: Outcome) -> Preferring:
    """Say what decides between two outcomes of which a party likes the first at least as much."""
    view = case.views.get(case.preference_holder(party))
    if view is None:
        return Preferring(None, False, None, Ground())
    match view.preference:
        case RankedStatements(wishes):
            for wish in wishes:
                met = wish.statement.holds(better)
                if met is not wish.statement.holds(worse):
                    return Preferring(wish.statement, met, None, wish.ground)
            return Preferring(None, False, None, view.ground)
        case Points(values):
            there, here = (
                round(sum(options[outcome[i]].middle for i, options in values.items()), 9)
                for outcome in (better, worse)
            )
            return Preferring(None, False, (there, here), view.ground)
        case _:
            return Preferring(None, False, None, view.ground)
