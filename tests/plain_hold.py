"""Keeping a deal, by plain definition: who holds what in its hands, and what follows, in plain sets.

Nothing here knows how the analysis works. A state is what everybody has done, hand by hand; moves
compare two states; answers are searched one move after another.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from math import prod

from detente.analysis.conflict_actions import BROKEN, Action, Breach
from detente.engines.stability import Concept
from detente.ledger import PartyId
from detente.model import (
    TODAY,
    Case,
    Issue,
    IssueId,
    Option,
    OptionId,
    OutcomeOrder,
    Points,
    RankedStatements,
)

__all__ = ["Hand", "Outcome", "Part", "Plain", "State", "hand_of"]

Hand = tuple[str, PartyId | None, IssueId | None, OptionId | None]
"""Kind, whose, on which issue, and for what ends an option, which."""
State = tuple[str, ...]
"""The level of every hand."""
Part = tuple[PartyId, IssueId, OptionId]
Outcome = Mapping[IssueId, OptionId]


def hand_of(action: Action) -> Hand:
    ends = action.options[1] if action.kind == "undoes" else None
    return action.kind, action.party, action.issue, ends


def performers(option: Option) -> set[PartyId]:
    return set(option.done_by.parties) if option.done_by else set()


def is_larger(more: Option, option: Option) -> bool:
    """Say whether the same act by more parties makes it: both for good, nobody left out."""
    both = more.irreversible and option.irreversible and more.done_by and option.done_by
    return bool(both) and performers(option) < performers(more)


@dataclass(frozen=True, eq=False)
class Plain:
    """The states, moves, outcomes and wants around some issues of a case."""

    case: Case
    issues: tuple[IssueId, ...]
    breaches: tuple[Breach, ...] = ()

    # --- hands, states and moves --------------------------------------------------------

    @cached_property
    def hands(self) -> dict[Hand, tuple[str, ...]]:
        """Every hand with its levels, that of having done nothing first."""
        hands: dict[Hand, tuple[str, ...]] = {}
        for name in self.issues:
            issue = self.case.issues[name]
            for party in self.case.parties:
                own = [o.id for o in issue.options if party in performers(o)]
                promised = any((b.party, b.issue) == (party, name) for b in self.breaches)
                if own:
                    levels = (issue.today, *own, *([BROKEN] if promised else []))
                    hands["does", party, name, None] = levels
                for option in issue.options:
                    ends = option.undone_by is not None and party in option.undone_by.parties
                    if ends and party not in performers(option):
                        hands["undoes", party, name, option.id] = (issue.today, option.id)
            by_itself = [o.id for o in issue.options if not o.done_by and o.id != issue.today]
            if by_itself:
                hands["time", None, name, None] = (issue.today, *by_itself)
        for breach in self.breaches:
            for party in breach.answered_by:
                hands["answers", party, None, None] = ("no", "yes")
        return hands

    @property
    def size(self) -> int:
        """How many states there are before the impossible ones are left out."""
        return prod(map(len, self.hands.values()))

    @cached_property
    def states(self) -> list[State]:
        return [s for s in itertools.product(*self.hands.values()) if self.is_possible(s)]

    @cached_property
    def parties(self) -> list[PartyId]:
        return list(dict.fromkeys(p for _, p, _, _ in self.hands if p is not None))

    @cached_property
    def today(self) -> State:
        return tuple(levels[0] for levels in self.hands.values())

    def with_levels(self, state: State, changes: Mapping[Hand, str]) -> State:
        return tuple(changes.get(h, level) for h, level in zip(self.hands, state, strict=True))

    def level(self, state: State, hand: Hand) -> str:
        return dict(zip(self.hands, state, strict=True))[hand]

    @cached_property
    def open_changes(self) -> dict[Hand, dict[str, set[str]]]:
        """From which level of a hand its party may go to which, in one go or several."""
        found: dict[Hand, dict[str, set[str]]] = {}
        for hand, levels in self.hands.items():
            table = {a: {b for b in levels if a == b or self._may(hand, a, b)} for a in levels}
            for _ in levels:
                table = {a: set().union(*(table[b] for b in table[a])) for a in levels}
            found[hand] = table
        return found

    def _may(self, hand: Hand, old: str, new: str) -> bool:
        kind, party, name, _ = hand
        if kind != "does" or name is None:
            return kind != "time"
        issue = self.case.issues[name]
        if old == BROKEN:  # can be mended, not made never promised
            return new != issue.today
        if old == issue.today:
            return True
        option = issue.option(OptionId(old))
        if option.irreversible:
            return new != BROKEN and is_larger(issue.option(OptionId(new)), option)
        if option.undone_by is not None and party not in option.undone_by.parties:
            return False
        return not (new == issue.today and BROKEN in self.hands[hand])

    @cached_property
    def moves(self) -> Callable[[PartyId, State], list[State]]:
        @cache
        def of(party: PartyId, state: State) -> list[State]:
            choices = [
                sorted(self.open_changes[hand][level]) if hand[1] == party else [level]
                for hand, level in zip(self.hands, state, strict=True)
            ]
            ends = itertools.product(*choices)
            return [s for s in ends if s != state and self.is_possible(s)]

        return of

    # --- outcomes -----------------------------------------------------------------------

    def holding(self, issue: Issue, state: State) -> list[Option]:
        """Return which options hold, those left out of which others are parts."""
        level = dict(zip(self.hands, state, strict=True))
        by_itself = level.get(("time", None, issue.id, None), issue.today)
        if by_itself != issue.today:
            return [issue.option(OptionId(by_itself))]
        found = []
        for option in issue.options:
            if option.done_by is None or option.id == issue.today:
                continue
            ended = any(
                kind == "undoes" and name == issue.id and ends == option.id and at == ends
                for (kind, _, name, ends), at in level.items()
            )
            works = [
                at == option.id
                or (
                    at not in (issue.today, BROKEN)
                    and is_larger(issue.option(OptionId(at)), option)
                )
                for party in option.done_by.parties
                for at in [level["does", party, issue.id, None]]
            ]
            if not ended and (any(works) if option.done_by.any_one else all(works)):
                found.append(option)
        return [o for o in found if not any(is_larger(more, o) for more in found)]

    @cached_property
    def is_possible(self) -> Callable[[State], bool]:
        """Whether no two options of an issue hold at once, and no rule is broken."""

        @cache
        def of(state: State) -> bool:
            if any(len(self.holding(self.case.issues[i], state)) > 1 for i in self.issues):
                return False
            outcome = self.undertaken(state)
            return not any(rule.is_broken_by(outcome) for rule in self.case.rules)

        return of

    def undertaken(self, state: State) -> dict[IssueId, OptionId]:
        """Return the outcome, consequences of broken promises left out."""
        outcome = dict(self.case.today)
        for name in self.issues:
            for option in self.holding(self.case.issues[name], state):
                outcome[name] = option.id
        return outcome

    @cached_property
    def outcome(self) -> Callable[[State], dict[IssueId, OptionId]]:
        """What holds in a state, consequences of broken promises included."""

        @cache
        def of(state: State) -> dict[IssueId, OptionId]:
            outcome = self.undertaken(state)
            for breach in self.breaches:
                broken = self.is_broken(breach, state)
                answers = [
                    self.level(state, ("answers", p, None, None)) for p in breach.answered_by
                ]
                if broken and (not answers or "yes" in answers):
                    follows = dict(self.case.outcome(breach.leads_to))
                    for name, option in outcome.items():
                        if self.case.issues[name].option(option).irreversible:
                            follows[name] = option
                    return follows
            return outcome

        return of

    def is_broken(self, breach: Breach, state: State) -> bool:
        """Say whether a party does not do what it promised, or undoes what it promised to leave."""
        level = dict(zip(self.hands, state, strict=True))
        own: Hand = "does", breach.party, breach.issue, None
        kept = self.case.issues[breach.issue].today, breach.option
        ends = level.get(("undoes", breach.party, breach.issue, breach.option))
        return ends == breach.option or (
            breach.option in self.hands.get(own, ()) and level[own] not in kept
        )

    # --- wants --------------------------------------------------------------------------

    @cached_property
    def named(self) -> list[Outcome]:
        return [self.case.outcome(n) for n in (TODAY, *self.case.endings, *self.case.deals)]

    @cached_property
    def varying(self) -> set[IssueId]:
        """Issues on which any two outcomes differ: elsewhere a range tells nothing apart."""
        every = [*map(self.outcome, self.states), *self.named]
        return {i for i in self.case.issues if len({outcome[i] for outcome in every}) > 1}

    def worth(self, party: PartyId, outcome: Outcome) -> tuple[Fraction, ...] | None:
        """Return what an outcome is worth, to be compared; None where that is not certain."""
        view = self.case.views.get(self.case.preference_holder(party))
        match view.preference if view else None:
            case RankedStatements(wishes):
                return tuple(Fraction(w.statement.holds(outcome)) for w in wishes)
            case Points(values):
                told = [
                    options[outcome[issue]]
                    for issue, options in values.items()
                    if issue in self.varying
                ]
                if any(q.low != q.high for q in told):
                    return None
                return (sum((Fraction(str(q.low)) for q in told), Fraction(0)),)
            case OutcomeOrder(tiers):
                for height, tier in enumerate(reversed(tiers)):
                    if any(self.case.outcome(name) == outcome for name in tier):
                        return (Fraction(height),)
        return None

    @cached_property
    def ranks(self) -> dict[PartyId, dict[State, int]]:
        """Return each party's places of the states; all alike where they are not certain."""
        found = {}
        for party in self.parties:
            worth = [self.worth(party, self.outcome(s)) for s in self.states]
            every = [*worth, *(self.worth(party, outcome) for outcome in self.named)]
            places = sorted({w for w in every if w is not None})
            clear = None not in every
            found[party] = {
                s: places.index(w) if clear and w is not None else 0
                for s, w in zip(self.states, worth, strict=True)
            }
        return found

    # --- answers ------------------------------------------------------------------------

    def reached(self, without: PartyId, state: State, *, improving: bool) -> set[State]:
        """Return where the others can bring it; nobody needs two moves, all being open at once."""
        seen: set[State] = set()
        queue = deque([state])
        while queue:
            here = queue.popleft()
            for party in self.parties:
                if party == without:
                    continue
                rank = self.ranks[party]
                for there in self.moves(party, here):
                    if there not in seen and (not improving or rank[there] > rank[here]):
                        seen.add(there)
                        queue.append(there)
        return seen

    @cached_property
    def guaranteed(self) -> Callable[[Concept, PartyId, State], int]:
        """The place a party may be left with once it is in a state."""

        @cache
        def of(concept: Concept, party: PartyId, state: State) -> int:
            rank = self.ranks[party]
            if concept is Concept.NASH:
                return rank[state]
            ends = self.reached(party, state, improving=concept is Concept.SEQ)
            left = [rank[end] for end in ends]
            if concept is Concept.SMR:
                left = [max([rank[e], *(rank[b] for b in self.moves(party, e))]) for e in ends]
            return min([rank[state], *left])

        return of

    def gains(self, party: PartyId, state: State) -> set[State]:
        rank = self.ranks[party]
        return {q for q in self.moves(party, state) if rank[q] > rank[state]}
