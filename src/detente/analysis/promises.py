"""What signing attaches to breaking a deal, and what would have to be attached for it to hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

from detente.analysis.conflict_actions import Breach
from detente.analysis.hold_answers import Binding, Bond, Part, Promise
from detente.analysis.keeping import Signed
from detente.analysis.performance import Way
from detente.ledger import PartyId
from detente.model import TODAY, Case, Deal, IfNot

__all__ = ["MOST_PROMISES", "binding_of", "breaches_stated", "would_break"]

MOST_PROMISES = 5
"""Parties among whom every set of promises is tried: 31 of them at most."""

Built = Callable[[Sequence[Breach]], tuple[Signed, Way]]


def breaches_stated(
    deal: Deal, parts: Sequence[Part], bonds: Mapping[PartyId, Bond]
) -> tuple[Breach, ...]:
    """Return what the case attaches to breaking each part of those whom the deal binds.

    Words alone attach nothing, and whom nobody binds meets no consequence.
    """
    terms = {term.issue: term for term in deal.terms}
    found = []
    for part in parts:
        term = terms.get(part.issue)
        if term is None or bonds[part.party] is Bond.NOBODY:
            continue
        if_not = term.if_not if isinstance(term.if_not, IfNot) else deal.if_not
        if isinstance(if_not, IfNot) and if_not.leads_to:
            found.append(
                Breach(part.party, part.issue, part.option, if_not.leads_to, if_not.answered_by)
            )
    return tuple(found)


def would_break(signed: Signed, way: Way) -> tuple[PartyId, ...]:
    """Return who gains by breaking the deal once carried out, or by stopping on the way.

    On the way counts only who gains whatever the order of steps.
    """
    stays = signed.stays(signed.concept)
    at_the_end = [p for p, stay in stays.items() if stay is False]
    on_the_way = [] if way.count_orders(way.safe) else list(way.those_who_gain())
    return tuple(dict.fromkeys([*at_the_end, *on_the_way]))


def binding_of(
    case: Case, base: tuple[Signed, Way], bonds: Mapping[PartyId, Bond], build: Built
) -> Binding | None:
    """Find the fewest parties to whose part a consequence would have to be attached.

    For each the mildest outcome that the case names and that it likes no better than the deal:
    today, or an ending. Every set of parties is tried, smaller ones first. None where the deal
    holds as it is.
    """
    signed, way = base
    tempted = would_break(signed, way)
    if not tempted:
        return None
    acting = {part.party for part in way.parts}
    deterrents = {party: _mildest(case, signed, party) for party in tempted}
    bindable = [p for p in tempted if p in acting and deterrents[p]]
    not_deterred = tuple(p for p in tempted if p not in bindable)
    best: tuple[tuple[Promise, ...], tuple[PartyId, ...]] = ((), tempted)
    for size in range(1, min(len(bindable), MOST_PROMISES) + 1):
        for chosen in combinations(bindable[:MOST_PROMISES], size):
            stated = [b for b in signed.conflict.breaches if b.party not in chosen]
            breaches = [
                Breach(part.party, part.issue, part.option, deterrents[part.party])
                for part in way.parts
                if part.party in chosen
            ]
            now, then = build((*stated, *breaches))
            left = would_break(now, then)
            promises = tuple(Promise(p, deterrents[p], bonds[p]) for p in chosen)
            if not left:
                orders = then.count_orders(then.safe), then.count_orders(then.feasible)
                return Binding(
                    promises,
                    True,
                    (),  # those whom nothing deters have then no reason left
                    (),
                    orders,
                    then.best_order(),
                    then.always_before(),
                )
            if len(left) < len(best[1]):
                best = promises, left
    return Binding(best[0], False, not_deterred, best[1])


def _mildest(case: Case, signed: Signed, party: PartyId) -> str:
    """Return the outcome with a name that the party likes best among those no better than the deal.

    Of several it likes alike, the one nearest to today.
    """
    conflict = signed.conflict
    number = conflict.parties.index(party)
    ranks = conflict.ranks[0][:, number]
    here = int(ranks[signed.carried_out])
    names = [n for n in (TODAY, *case.endings) if ranks[conflict.rows_of[n]] <= here]

    def mildness(name: str) -> tuple[int, int]:
        n_changes = sum(o != case.today[i] for i, o in case.outcome(name).items())
        return int(ranks[conflict.rows_of[name]]), -n_changes

    return max(names, key=mildness, default="")
