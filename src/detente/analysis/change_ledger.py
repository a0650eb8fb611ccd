"""Who holds which lever, who must authorise it, and what it is worth to whom, before and after events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from detente.analysis.change_answers import (
    Effect,
    HeldLever,
    LeverFlaw,
    PartyLeverage,
    Variation,
    Worth,
)
from detente.ledger import PartyId
from detente.model import Case, Lever, Overlay

__all__ = ["flaws_of", "ledger_of"]


def ledger_of(
    case: Case,
    levers: Sequence[str],
    singly: Mapping[str, Variation],
    events: Sequence[str],
    after: Callable[[str, str], Variation],
) -> tuple[PartyLeverage, ...]:
    """Draw up the ledger: party by party the levers in its hands, those in nobody's last.

    Parameters
    ----------
    case
        The case.
    levers
        The levers to enter, by name.
    singly
        Each of them alone beside the base.
    events
        Scenarios after which the ledger is drawn up again.
    after
        The variation that a lever makes once an event has come, beside the case after the event.
    """
    worth = {
        name: (Worth("", singly[name]), *(Worth(event, after(event, name)) for event in events))
        for name in levers
    }
    held = {name: _held(case.levers[name], worth[name]) for name in levers}
    holders = [party for party in case.parties if any(_holds(case, n, party) for n in levers)]
    entries = [
        PartyLeverage(party, tuple(held[n] for n in levers if _holds(case, n, party)))
        for party in holders
    ]
    nobody = tuple(held[n] for n in levers if not case.levers[n].in_the_hands_of)
    return (*entries, PartyLeverage(None, nobody)) if nobody else tuple(entries)


def _holds(case: Case, lever: str, party: PartyId) -> bool:
    return party in case.levers[lever].in_the_hands_of


def _held(lever: Lever, worth: tuple[Worth, ...]) -> HeldLever:
    others = tuple(p for p in lever.must_authorise if p not in lever.in_the_hands_of)
    return HeldLever(lever.id, lever.must_authorise, others, lever.believed, worth)


def flaws_of(
    case: Case, levers: Sequence[str], singly: Mapping[str, Variation]
) -> Iterator[tuple[str, LeverFlaw]]:
    """Tell of levers that nobody holds, and of those by which nothing in the case changes."""
    for name in levers:
        lever, variation = case.levers[name], singly.get(name)
        if not lever.in_the_hands_of:
            yield name, LeverFlaw.NOBODY_HOLDS
        without_effect = variation is not None and variation.effect is Effect.NO_CHANGE
        if lever.overlay == Overlay() or without_effect:
            yield name, LeverFlaw.NOTHING_FOLLOWS
