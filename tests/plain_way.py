"""Carrying a deal out part by part, by plain definition: every set, every order, every way to stop."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from plain_hold import Hand, Outcome, Part, Plain, State

from detente.analysis.conflict_actions import BROKEN, Breach
from detente.engines.stability import Concept
from detente.ledger import PartyId
from detente.model import Blank, Case, Deal, IfNot, IssueId

__all__ = ["PlainDeal", "Way", "in_steps"]


@dataclass(frozen=True, eq=False)
class Way:
    """Carrying a deal out, one part after another, in every order."""

    plain: Plain
    deal: Deal
    parts: tuple[Part, ...]
    concept: Concept

    @property
    def outcome(self) -> Outcome:
        return self.plain.case.outcome(self.deal.id)

    @cached_property
    def sets(self) -> list[frozenset[Part]]:
        sizes = range(len(self.parts) + 1)
        return [frozenset(c) for n in sizes for c in itertools.combinations(self.parts, n)]

    def state(self, done: frozenset[Part]) -> State:
        """Return the state in which some parts are done.

        What the deal says and nobody has to act for is there as soon as the rules allow it.
        """
        plain = self.plain
        changes: dict[Hand, str] = {("does", p, i, None): option for p, i, option in done}
        without = plain.with_levels(plain.today, changes)
        for hand, levels in plain.hands.items():
            if hand[0] == "time" and hand[2] is not None and self.outcome[hand[2]] in levels:
                changes[hand] = self.outcome[hand[2]]
        with_all = plain.with_levels(plain.today, changes)
        return with_all if plain.is_possible(with_all) else without

    @cached_property
    def carried_out(self) -> State:
        return self.state(frozenset(self.parts))

    def is_possible(self, done: frozenset[Part]) -> bool:
        return self.plain.is_possible(self.state(done))

    def ways_to_stop(self, party: PartyId, done: frozenset[Part]) -> set[State]:
        """Return where a party can go from a half-carried-out deal instead of going on."""
        plain = self.plain
        own = [part for part in self.parts if part[0] == party]
        here = self.state(done)
        ends = set()
        if any(part not in done for part in own):
            breaks: dict[Hand, str] = {
                ("does", p, i, None): BROKEN
                for p, i, option in own
                if (p, i, option) not in done and BROKEN in plain.hands["does", p, i, None]
            }
            stop = plain.with_levels(here, breaks)
            if plain.is_possible(stop):
                ends.add(stop)
        onward = {self.state(more) for more in self.sets if more >= done}
        for there in plain.moves(party, here):
            undone = any(plain.level(there, ("does", p, i, None)) != o for p, i, o in own)
            answers = any(h[0] == "answers" and plain.level(there, h) == "yes" for h in plain.hands)
            if undone and there not in onward and not answers:
                ends.add(there)
        return ends

    @cached_property
    def gains(self) -> dict[frozenset[Part], set[PartyId]]:
        """Who is better off stopping, set by set; not at either end."""
        plain, found = self.plain, {}
        for done in self.sets:
            found[done] = {
                party
                for party in plain.parties
                if 0 < len(done) < len(self.parts)
                and self.is_possible(done)
                and any(
                    plain.guaranteed(self.concept, party, end)
                    > plain.ranks[party][self.carried_out]
                    for end in self.ways_to_stop(party, done)
                )
            }
        return found

    @cached_property
    def orders(self) -> list[tuple[frozenset[Part], ...]]:
        """Every order that the rules allow, as the sets it passes."""
        return [
            sets for sets in map(_passed, itertools.permutations(self.parts)) if self._allows(sets)
        ]

    def _allows(self, sets: Sequence[frozenset[Part]]) -> bool:
        return all(self.is_possible(done) for done in sets)

    @cached_property
    def passed(self) -> set[frozenset[Part]]:
        """Sets that can be come to one part after another, whether or not it can be gone on."""
        found = set()
        for order in itertools.permutations(self.parts):
            found |= set(itertools.takewhile(self.is_possible, _passed(order)))
        return found

    def holds(self, order: Sequence[frozenset[Part]]) -> bool:
        return not any(self.gains[done] for done in order)

    # --- once it is carried out -----------------------------------------------------------

    def takes_back(self, state: State) -> bool:
        """Say whether some term of the deal does not hold."""
        outcome = self.plain.outcome(state)
        return any(outcome[issue] != option for issue, option in self.deal.says.items())

    def tempting(self, party: PartyId) -> set[State]:
        """Return the moves by which a party takes back a term and is better off."""
        return set(filter(self.takes_back, self.plain.gains(party, self.carried_out)))

    def breaking(self, party: PartyId, concept: Concept | None = None) -> set[State]:
        """Return those of them with which it is better off whatever the others answer."""
        here, concept = self.plain.ranks[party][self.carried_out], concept or self.concept
        worth = {q: self.plain.guaranteed(concept, party, q) for q in self.tempting(party)}
        return {q for q in worth if worth[q] > here}

    # --- the order that is stated ---------------------------------------------------------

    @cached_property
    def stated(self) -> list[frozenset[Part]] | None:
        """Return the sets that the stated order passes, each step at once, the rest in any order."""
        if isinstance(self.deal.order, Blank):
            return None
        done: frozenset[Part] = frozenset()
        passed = []
        for step in self.deal.order:
            done |= {part for part in self.parts if part[1] in step}
            passed.append(done)
        listed = {issue for step in self.deal.order for issue in step}
        free = frozenset(part for part in self.parts if part[1] not in listed)
        return passed + [d for d in self.sets if done <= d <= done | free and self.is_possible(d)]

    def would_break(self) -> set[PartyId]:
        """Return who breaks it at the end, or on the way.

        On the way, who gains in its stated order; if it states none and no order holds, who gains
        somewhere.
        """
        found = {p for p in self.plain.parties if self.breaking(p)}
        if self.stated is not None:
            return found.union(*(self.gains[done] for done in self.stated))
        if not any(self.holds(order) for order in self.orders):
            found |= set().union(*(self.gains[done] for done in self.passed))
        return found


def _passed(order: Sequence[Part]) -> tuple[frozenset[Part], ...]:
    return tuple(frozenset(order[:n]) for n in range(len(order) + 1))


def in_steps(parts: Sequence[Part]) -> Iterator[tuple[frozenset[Part], ...]]:
    """Yield every order of steps, some parts in one step, as the sets after each step."""
    everything = frozenset(parts)

    def onward(done: frozenset[Part]) -> Iterator[tuple[frozenset[Part], ...]]:
        if done == everything:
            yield (done,)
            return
        rest = sorted(everything - done)
        for n in range(1, len(rest) + 1):
            for step in itertools.combinations(rest, n):
                for after in onward(done | set(step)):
                    yield (done, *after)

    return onward(frozenset())


@dataclass(frozen=True, eq=False)
class PlainDeal:
    """One deal: who is bound, who must do what, and what is attached to not doing it."""

    case: Case
    deal: Deal
    concept: Concept = Concept.SEQ

    @cached_property
    def issues(self) -> tuple[IssueId, ...]:
        scope = self.case.tables[self.deal.table].scope if self.deal.table else ()
        return tuple(dict.fromkeys([*scope, *self.deal.says]))

    @cached_property
    def bound(self) -> list[PartyId]:
        """Who agrees, those they act for, and those who act for them."""
        agree = self.deal.must_agree
        if agree is None and self.deal.table:
            agree = self.case.tables[self.deal.table].must_agree
        pairs = {(p.id, p.acts_for) for p in self.case.parties.values()}
        return [
            p
            for p in self.case.parties
            if any(p == q or (p, q) in pairs or (q, p) in pairs for q in agree or ())
        ]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        found: list[Part] = []
        for name in self.issues:
            option = self.case.outcome(self.deal.id)[name]
            done_by = self.case.issues[name].option(option).done_by
            if option == self.case.today[name] or done_by is None:
                continue
            acting = list(done_by.parties)
            if done_by.any_one:
                acting = ([p for p in acting if p in self.bound] or acting)[:1]
            found += [(party, name, option) for party in acting]
        return tuple(found)

    @cached_property
    def holes(self) -> set[PartyId]:
        """Who could have to act though nobody binds it."""
        found: set[PartyId] = set()
        for issue, option in self.deal.says.items():
            done_by = self.case.issues[issue].option(option).done_by
            if done_by is None or option == self.case.today[issue]:
                continue
            if not (done_by.any_one and set(done_by.parties) & set(self.bound)):
                found |= set(done_by.parties) - set(self.bound)
        return found

    @cached_property
    def in_hand(self) -> list[Part]:
        """Who has which term in hand: who must act for it, then who can undo it."""
        found = list(self.parts)
        for issue, option in self.deal.says.items():
            undone_by = self.case.issues[issue].option(option).undone_by
            found += [(party, issue, option) for party in (undone_by.parties if undone_by else ())]
        return list(dict.fromkeys(found))

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        found = []
        for party, issue, option in self.in_hand:
            term = next(t for t in self.deal.terms if t.issue == issue)
            if_not = self.deal.if_not if isinstance(term.if_not, Blank) else term.if_not
            if party in self.bound and isinstance(if_not, IfNot) and if_not.leads_to:
                found.append(Breach(party, issue, option, if_not.leads_to, if_not.answered_by))
        return tuple(found)

    @cached_property
    def own_way(self) -> Way:
        """The deal's way with what the case attaches to breaking it."""
        return self.way(self.breaches)

    def way(self, breaches: tuple[Breach, ...]) -> Way:
        return Way(Plain(self.case, self.issues, breaches), self.deal, self.parts, self.concept)
