"""What signing attaches to breaking a deal, and what would have to be attached for it to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, combinations

from detente.analysis.conflict_actions import Breach
from detente.analysis.hold_answers import Binding, Bond, Part, Promise
from detente.analysis.keeping import Signed
from detente.analysis.performance import Way
from detente.ledger import PartyId
from detente.model import TODAY, Case, Deal, IfNot, IssueId, OptionId

__all__ = ["MOST_PROMISES", "binding_of", "breaches_stated", "in_hand", "would_break"]

MOST_PROMISES = 5
"""Parties among whom every set of promises is tried."""

MOST_TRIED = 96
"""Sets of promises with their outcomes that are tried, each with the whole analysis."""

Built = Callable[[Sequence[Breach]], tuple[Signed, Way]]


def breaches_stated(
    case: Case, deal: Deal, parts: Sequence[Part], bonds: Mapping[PartyId, Bond]
) -> tuple[Breach, ...]:
    """Return what the case attaches to breaking each term by those whom the deal binds.

    Words alone attach nothing, and whom nobody binds meets no consequence.
    """
    terms = {term.issue: term for term in deal.terms}
    found = []
    for party, issue, option in in_hand(case, deal, parts):
        term = terms[issue]
        if bonds[party] is Bond.NOBODY:
            continue
        if_not = term.if_not if isinstance(term.if_not, IfNot) else deal.if_not
        if isinstance(if_not, IfNot) and if_not.leads_to:
            found.append(Breach(party, issue, option, if_not.leads_to, if_not.answered_by))
    return tuple(found)


def in_hand(
    case: Case, deal: Deal, parts: Sequence[Part]
) -> tuple[tuple[PartyId, IssueId, OptionId], ...]:
    """Return who has which term of a deal in hand: its performers, and those who can undo it."""
    found = [(part.party, part.issue, part.option) for part in parts if part.issue in deal.says]
    for issue, option in deal.says.items():
        undone_by = case.issues[issue].option(option).undone_by
        found += [(party, issue, option) for party in (undone_by.parties if undone_by else ())]
    return tuple(dict.fromkeys(found))


def would_break(signed: Signed, way: Way, deal: Deal) -> tuple[PartyId, ...]:
    """Return who gains by breaking the deal once carried out, or by stopping on the way.

    On the way counts who gains in the order that the deal states; if it states none, whoever gains
    where no order holds.
    """
    stays = signed.stays(signed.concept)
    at_the_end = [p for p, stay in stays.items() if stay is False]
    return tuple(dict.fromkeys([*at_the_end, *way.those_who_gain(deal.order)]))


def binding_of(
    case: Case, deal: Deal, base: tuple[Signed, Way], bonds: Mapping[PartyId, Bond], build: Built
) -> Binding | None:
    """Find the fewest parties to whose part a consequence would have to be attached.

    For each the mildest outcome that the case names, that it likes no better than the deal, and that
    is enough: today, or an ending. Every set of parties is tried, smaller ones first, and for each
    every choice of outcomes, milder ones first. None where the deal holds as it is.
    """
    signed, way = base
    tempted = would_break(signed, way, deal)
    if not tempted:
        return None
    held = in_hand(case, deal, way.parts)
    acting = {party for party, _, _ in held}
    deterrents = {party: _deterrents(case, signed, party) for party in tempted}
    bindable = [p for p in tempted if p in acting and deterrents[p]]
    not_deterred = tuple(p for p in tempted if p not in bindable)
    best: tuple[tuple[Promise, ...], tuple[PartyId, ...]] = ((), tempted)
    sizes = range(1, min(len(bindable), MOST_PROMISES) + 1)
    choices = chain.from_iterable(
        _choices(bindable[:MOST_PROMISES], deterrents, size) for size in sizes
    )
    is_complete = len(bindable) <= MOST_PROMISES
    for n_tried, (chosen, outcomes) in enumerate(choices):
        if n_tried == MOST_TRIED:
            is_complete = False
            break
        leads_to = dict(zip(chosen, outcomes, strict=True))
        stated = [b for b in signed.conflict.breaches if b.party not in chosen]
        breaches = [
            Breach(party, issue, option, leads_to[party])
            for party, issue, option in held
            if party in chosen
        ]
        now, then = build((*stated, *breaches))
        left = would_break(now, then, deal)
        promises = tuple(Promise(p, leads_to[p], bonds[p]) for p in chosen)
        if not left:
            # Those whom nothing deters have then no reason left.
            orders = then.count_orders(then.safe), then.count_orders(then.feasible)
            found = then.best_order(), then.always_before()
            return Binding(promises, True, (), (), orders, *found)
        if len(left) < len(best[1]):
            best = promises, left
    return Binding(best[0], False, not_deterred, best[1], is_complete=is_complete)


def _choices(
    parties: Sequence[PartyId], deterrents: Mapping[PartyId, Sequence[str]], size: int
) -> Iterator[tuple[tuple[PartyId, ...], tuple[str, ...]]]:
    """Yield every set of so many parties with every choice of outcomes, milder ones first."""
    sets = list(combinations(parties, size))
    hardest = sum(len(deterrents[party]) - 1 for party in parties)
    for harshness in range(hardest + 1):
        for chosen in sets:
            for steps in _shared_out(harshness, [len(deterrents[p]) - 1 for p in chosen]):
                yield chosen, tuple(deterrents[p][k] for p, k in zip(chosen, steps, strict=True))


def _shared_out(total: int, most: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the ways to share a total out under a limit for each, ascending."""
    if not most:
        if total == 0:
            yield ()
        return
    for first in range(max(0, total - sum(most[1:])), min(total, most[0]) + 1):
        for rest in _shared_out(total - first, most[1:]):
            yield (first, *rest)


def _deterrents(case: Case, signed: Signed, party: PartyId) -> tuple[str, ...]:
    """Return the outcomes with a name that a party likes no better than the deal, mildest first.

    Of several it likes alike, the one nearest to today stands for all.
    """
    conflict = signed.conflict
    number = conflict.parties.index(party)
    ranks = conflict.ranks[0][:, number]
    by_rank: dict[int, list[str]] = {}
    for name in (TODAY, *case.endings):
        rank = int(ranks[conflict.rows_of[name]])
        if rank <= ranks[signed.carried_out]:
            by_rank.setdefault(rank, []).append(name)

    def n_changes(name: str) -> int:
        return sum(option != case.today[i] for i, option in case.outcome(name).items())

    return tuple(min(by_rank[rank], key=n_changes) for rank in sorted(by_rank, reverse=True))
