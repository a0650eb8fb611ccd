"""What the parties of a case want, as statements about yes-or-no options or rankings of states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from detente.errors import SpaceTooLargeError
from detente.interchange.gmcr import (
    MOST_STATES,
    DecisionMaker,
    GmcrModel,
    fulfils,
    states_of,
    tiers_of,
)
from detente.interchange.gmcr_terms import Terms
from detente.ledger import PartyId
from detente.model import Case, IssueId, OptionId, OutcomeOrder, Points, RankedStatements

__all__ = ["has_preference", "with_preferences"]

Tiers = tuple[tuple[int, ...], ...]


def has_preference(case: Case, party: PartyId) -> bool:
    view = case.views.get(case.preference_holder(party))
    return view is not None and view.preference is not None


def with_preferences(
    case: Case, terms: Terms, parties: Sequence[PartyId], model: GmcrModel, notes: list[str]
) -> tuple[DecisionMaker, ...]:
    """Add what each party wants; ``notes`` gains what is not carried.

    The format takes all preferences as statements or all as rankings. As soon as one party ranks
    every state by an order, the others' statements are written as the rankings they amount to.
    """
    states = _few_states(model)
    outcomes = None if states is None else [_outcome(terms, state) for state in states]
    rankings: dict[PartyId, Tiers] = {}
    makers = []
    for name, maker in zip(parties, model.makers, strict=True):
        view = case.views.get(case.preference_holder(name))
        preference = view.preference if view is not None else None
        if view is not None and view.red_lines:
            notes.append(f"party {name}: {len(view.red_lines)} red lines")
        if view is not None and view.fallback is not None:
            notes.append(f"party {name}: what it falls back on")
        match preference:
            case RankedStatements(wishes):
                said = [terms.statement(wish.statement) for wish in wishes]
                kept = [each for each in said if each and () not in each]
                if len(kept) < len(said):
                    notes.append(
                        f"party {name}: {len(said) - len(kept)} wants that hold everywhere or "
                        "nowhere, and so decide nothing"
                    )
                maker = replace(maker, statements=tuple(kept))
            case OutcomeOrder(tiers):
                ranking = None if outcomes is None else _ranked(case, tiers, outcomes)
                if ranking is None:
                    notes.append(
                        f"party {name}: its order; the format asks for a place of every state, at "
                        f"most {MOST_STATES} of them here"
                    )
                else:
                    rankings[name] = ranking
            case Points():
                notes.append(f"party {name}: its points; the format knows no numbers")
            case None:
                notes.append(f"party {name}: that nothing is said of its preference")
        makers.append(maker)
    if not rankings or states is None:
        return tuple(makers)
    for name, maker in zip(parties, makers, strict=True):
        if name not in rankings:
            notes.append(
                f"party {name}: as others rank the states, what it wants is written as a ranking"
                + ("" if maker.statements else " in which all are equal")
            )
    return tuple(
        replace(maker, ranking=rankings.get(name) or tiers_of(maker, states))
        for name, maker in zip(parties, makers, strict=True)
    )


def _few_states(model: GmcrModel) -> list[int] | None:
    try:
        states = list(islice(states_of(model), MOST_STATES + 1))
    except SpaceTooLargeError:
        return None
    return states if len(states) <= MOST_STATES else None


def _outcome(terms: Terms, state: int) -> dict[IssueId, OptionId]:
    """Return the outcome that a state stands for."""
    outcome = dict(terms.today)
    for issue, parts in terms.parts.items():
        for option, literals in parts.items():
            if fulfils(state, literals):
                outcome[issue] = option
    return outcome


def _ranked(
    case: Case, tiers: Sequence[Sequence[str]], outcomes: Sequence[dict[IssueId, OptionId]]
) -> Tiers | None:
    """Give every state the place of its outcome; None where an outcome has none."""
    place: dict[tuple[tuple[IssueId, OptionId], ...], int] = {}
    for number, tier in enumerate(tiers):
        for name in tier:
            place.setdefault(tuple(sorted(case.outcome(name).items())), number)
    ranked: list[list[int]] = [[] for _ in tiers]
    for number, outcome in enumerate(outcomes, 1):
        at = place.get(tuple(sorted(outcome.items())))
        if at is None:
            return None
        ranked[at].append(number)
    return tuple(tuple(tier) for tier in ranked if tier)
