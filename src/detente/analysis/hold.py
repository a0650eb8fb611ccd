"""Would it hold? For each deal: who could break it, by which move, and what stops them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from detente.analysis.binding import (
    asked_at,
    clocks_still_running,
    is_bound,
    unbound_performers,
)
from detente.analysis.conflict import Conflict
from detente.analysis.conflict_actions import Breach
from detente.analysis.consent import Stance
from detente.analysis.hold_answers import (
    Bearer,
    Binding,
    Bond,
    DealHold,
    HoldAnswer,
    Keeping,
    Part,
    Performance,
    Promised,
    StatedBreaker,
)
from detente.analysis.keeping import Signed
from detente.analysis.performance import MOST_PARTS, Way
from detente.analysis.preferences import Form, evaluate
from detente.analysis.preferring import why_rather
from detente.analysis.promises import binding_of, breaches_stated
from detente.analysis.roads import roads_of
from detente.analysis.space import Space
from detente.engines.deal_space import Verdict
from detente.engines.stability import Concept, coalition_certificate, coalition_improvements
from detente.errors import NotFoundError, SpaceTooLargeError
from detente.ledger import ClaimId, PartyId
from detente.model import TODAY, Blank, Breaker, Case, Deal, DealId, IssueId

__all__ = ["analyse_hold", "hold_of"]

MOST_STATES_TO_BIND = 1 << 16
"""States up to which consequences are tried out one set after another."""

MOST_GROUPS = 128
"""Groups of parties that are examined, smaller ones first."""


def analyse_hold(
    case: Case,
    agreed: Mapping[DealId, Verdict],
    concept: Concept = Concept.SEQ,
    deals: Iterable[str] | None = None,
) -> HoldAnswer:
    """Answer the second question for every named deal, and the roads from today.

    Parameters
    ----------
    case
        The case.
    agreed
        For each deal whether everybody who must agree would rather have it, from
        :func:`~detente.analysis.analyse_deals`: an output of its own, not used here.
    concept
        Which answers count as stopping a party; see :class:`~detente.engines.stability.Concept`.
    deals
        The deals to examine; all, if left out.

    Raises
    ------
    NotFoundError
        If a deal does not exist.

    Notes
    -----
    The issues of a deal are those of its table's scope, or, where that is too much, its own; all else
    stays as it is today. A move breaks the deal only if it takes back one of its terms. Who
    must act for an option has one action for it, whoever signs. Signing attaches to an action what
    the case states under ``if_not`` and takes no move away. On the way a party compares stopping
    with the deal carried out.
    """
    names = [DealId(name) for name in (case.deals if deals is None else deals)]
    for name in names:
        if name not in case.deals:
            known = ", ".join(case.deals) or "none"
            raise NotFoundError(f"no deal is called {name!r}; there are: {known}")
    found = tuple(
        _Holding(case, case.deals[name], concept).answer(agreed.get(name, Verdict.UNDECIDED))
        for name in names
    )
    holes = {name: _Holding(case, deal, concept).holes for name, deal in case.deals.items()}
    roads = roads_of(case, holes, concept)
    basis = dict.fromkeys(claim for hold in found for claim in hold.basis)
    return HoldAnswer(concept, found, roads, tuple(basis))


def hold_of(case: Case, deal: DealId, concept: Concept = Concept.SEQ) -> DealHold:
    """Say of one deal whether it would be carried out and kept; not what would hold it, nor how to get there.

    Whether it would be agreed is left open. Much quicker than :func:`analyse_hold`, for when the same
    is asked of many variations of a case.
    """
    holding = _Holding(case, case.deals[deal], concept, with_binding=False)
    return holding.answer(Verdict.UNDECIDED)


@dataclass(frozen=True, eq=False)
class _Holding:
    """The work on one deal."""

    case: Case
    deal: Deal
    concept: Concept
    with_binding: bool = True
    """Whether to search for the consequences that would hold it."""
    only_its_own: bool = False
    """Whether the other issues of its table are left as they are today."""

    @cached_property
    def issues(self) -> tuple[IssueId, ...]:
        return tuple(self.deal.says) if self.only_its_own else self.in_scope

    @cached_property
    def in_scope(self) -> tuple[IssueId, ...]:
        scope = self.case.tables[self.deal.table].scope if self.deal.table else ()
        return tuple(dict.fromkeys((*scope, *self.deal.says)))

    @cached_property
    def holes(self) -> tuple[PartyId, ...]:
        """Those who must act for the deal though nobody who agrees speaks for them."""
        unbound = unbound_performers(self.case, self.deal.says, self.signers)
        return tuple(dict.fromkeys(hole.party for hole in unbound))

    @cached_property
    def signers(self) -> tuple[PartyId, ...]:
        must_agree, quota = asked_at(self.case, self.deal)
        return tuple(dict.fromkeys((*must_agree, *(quota.of if quota else ()))))

    @cached_property
    def bonds(self) -> dict[PartyId, Bond]:
        return {party: self._bond(party) for party in self.case.parties}

    def _bond(self, party: PartyId) -> Bond:
        if party in self.signers:
            return Bond.SIGNS
        bound = is_bound(self.case, party, self.signers)
        return Bond.THROUGH_ANOTHER if bound else Bond.NOBODY

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        bound = [p for p, bond in self.bonds.items() if bond is not Bond.NOBODY]
        bare = Conflict.of(self.case, self.issues)
        outcome = self.case.outcome(self.deal.id)
        return tuple(Part(*part) for part in bare.parts_of(outcome, bound))

    def build(self, breaches: Sequence[Breach]) -> tuple[Signed, Way]:
        bound = [p for p, bond in self.bonds.items() if bond is not Bond.NOBODY]
        conflict = Conflict.of(self.case, self.issues, breaches)
        state = conflict.state_of(self.case.outcome(self.deal.id), bound)
        signed = Signed(conflict, state, self.concept, self.deal.says)
        _ = signed.graph  # listed at once: there may be too many moves
        return signed, Way(signed, self.parts[:MOST_PARTS])

    def answer(self, agreed: Verdict) -> DealHold:
        try:
            stated = breaches_stated(self.case, self.deal, self.parts, self.bonds)
            signed, way = self.build(stated)
        except SpaceTooLargeError as error:
            if set(self.issues) > set(self.deal.says):
                narrow = replace(self, only_its_own=True)
                left_out = tuple(i for i in self.issues if i not in self.deal.says)
                return replace(narrow.answer(agreed), held_as_today=left_out)
            return self._unexamined(agreed, str(error))
        conflict = signed.conflict
        if not conflict.feasible[signed.carried_out]:
            return self._unexamined(
                agreed, "it breaks a rule of the case, so it cannot be carried out"
            )
        acting = tuple(dict.fromkeys(part.party for part in self.parts))
        keeping = tuple(signed.keeping(self.bonds, acting))
        performance = self._performance(way)
        binding: Binding | None = None
        few = conflict.n_states <= MOST_STATES_TO_BIND and not performance.too_many
        if self.with_binding and few:
            # With consequences there are more states: then it is not said what would bind.
            with suppress(SpaceTooLargeError):
                base = (signed, way)
                binding = binding_of(self.case, self.deal, base, self.bonds, self.build)
        good = tuple(_bearers(self.case, self.deal))
        groups, groups_up_to = _coalitions(signed, keeping)
        return DealHold(
            deal=self.deal.id,
            too_large="",
            agreed=agreed,
            keeping=keeping,
            performance=performance,
            good=good,
            binding=binding,
            stated=tuple(self._beside(b, signed, keeping, performance) for b in self._stated()),
            coalitions=groups,
            groups_up_to=groups_up_to,
            unchecked=isinstance(self.deal.who_checks, Blank)
            and all(isinstance(term.who_checks, Blank) for term in self.deal.terms),
            promised=tuple(
                dict.fromkeys(Promised(b.party, b.leads_to, b.answered_by) for b in stated)
            ),
            moves_on=signed.moves_on(),
            concept=self.concept,
            n_states=int(conflict.feasible.sum()),
            clocks=clocks_still_running(self.case, self.deal),
            basis=self._basis(keeping, performance),
        )

    def _unexamined(self, agreed: Verdict, why: str) -> DealHold:
        return DealHold(
            self.deal.id, why, agreed, (), Performance((), 0, 0, None, (), None, too_many=why),
            tuple(_bearers(self.case, self.deal)), None, (), (), None, False, (), self.concept, 0,
            clocks_still_running(self.case, self.deal), self.deal.ground.claims,
        )  # fmt: skip

    def _performance(self, way: Way) -> Performance:
        if len(self.parts) > MOST_PARTS:
            why = f"{len(self.parts)} parts have more orders than can be examined one by one"
            return Performance(self.parts, 0, 0, None, (), None, too_many=why)
        found = way.performance(self.deal.order)
        unclear = way.signed.conflict.unclear
        if not unclear:
            return found
        # Any answer of anybody counts here, so that what gains is a gain whatever they want.
        any_answer = Way(replace(way.signed, concept=Concept.GMR), way.parts)
        refuted = found.n_orders > 0 and any_answer.count_orders(any_answer.safe) == 0
        return replace(found, unclear=unclear, is_sure=refuted)

    def _stated(self) -> list[Breaker]:
        return [breaker for breaker in self.case.breakers if breaker.deal == self.deal.id]

    def _beside(
        self, breaker: Breaker, signed: Signed, keeping: Sequence[Keeping], performance: Performance
    ) -> StatedBreaker:
        """Set what the analyst says of a party beside what the model shows of it."""
        own = next((k for k in keeping if k.party == breaker.who), None)
        if own is None:
            return StatedBreaker(breaker, "no such move")
        if dict(own.verdicts)[self.concept] is None:
            return StatedBreaker(breaker, "not known")
        if not breaker.sets:
            return StatedBreaker(breaker, "not in terms")
        found = signed.found_of(breaker.who, breaker.sets)
        stops = any(
            stop.party == breaker.who
            and all(stop.outcome[issue] == option for issue, option in breaker.sets.items())
            for stop in performance.stops
        )
        return StatedBreaker(breaker, "stops" if stops and found != "breaks" else found)

    def _basis(self, keeping: Sequence[Keeping], performance: Performance) -> tuple[ClaimId, ...]:
        """Return the claims behind the verdict: of the deal, its terms, and what decides."""
        claims = dict.fromkeys(self.deal.ground.claims)
        for issue in self.deal.says:
            claims |= dict.fromkeys(self.case.issues[issue].ground.claims)
        whys = [k.breaking.why for k in keeping if k.breaking]
        whys += [t.why for k in keeping for t in k.held_by]
        whys += [stop.why for stop in performance.stops]
        for why in whys:
            claims |= dict.fromkeys(why.ground.claims)
        for breaker in self._stated():
            claims |= dict.fromkeys(breaker.ground.claims)
        return tuple(claims)


def _coalitions(
    signed: Signed, keeping: Sequence[Keeping]
) -> tuple[tuple[tuple[PartyId, ...], ...], int | None]:
    """Return the smallest groups that gain together where none of their members would alone.

    A group gains if by its own moves, one after another, it takes back a term of the deal and reaches
    a state that each member has rather than the deal, and the others have no answer, each step of it
    a gain for who takes it, that leaves a member no better off. Where no answers count, any such
    state is enough. Where somebody might answer whose wants are unclear, and under the wider concepts,
    no group is told.

    Returns
    -------
    groups
    groups_up_to
        The size up to which groups were examined, None if all were.
    """
    conflict = signed.conflict
    wide = signed.concept in (Concept.GMR, Concept.SMR)  # not defined for groups here
    if wide or (conflict.unclear and signed.concept is not Concept.NASH):
        return (), 0
    alone = {k.party for k in keeping if dict(k.verdicts)[signed.concept] is not True}
    concept = Concept.NASH if signed.concept is Concept.NASH else Concept.SEQ
    able = [n for n, party in enumerate(conflict.parties) if party not in alone]
    found: list[tuple[int, ...]] = []
    n_examined, size = 0, 1
    for size in range(2, len(able) + 1):
        groups = [
            group
            for group in combinations(able, size)
            if not any(set(smaller) <= set(group) for smaller in found)
        ]
        n_examined += len(groups)
        if n_examined > MOST_GROUPS:
            break
        found += [group for group in groups if _takes_back(signed, concept, group)]
    else:
        size = 0
    named = tuple(tuple(conflict.parties[n] for n in group) for group in found)
    return named, size - 1 if size else None


def _takes_back(signed: Signed, concept: Concept, group: tuple[int, ...]) -> bool:
    """Say whether a group has a joint gain that takes back a term and that nothing deters."""
    at = signed.carried_out
    gains = coalition_improvements(signed.graph, signed.preferences, group, at)
    if not signed.takes_back(gains).any():
        return False
    found = coalition_certificate(signed.graph, signed.preferences, concept, group, at)
    left = [move.improvement for move in found.moves if not move.deterred]
    return bool(left) and bool(signed.takes_back(left).any())


def _bearers(case: Case, deal: Deal) -> Iterable[Bearer]:
    """Say how the deal, carried out, is for those who bear the cost, are left out or cannot sign."""
    space = Space.of(case)
    rows = space.encode([case.outcome(deal.id), case.today])
    concerned = dict.fromkeys(
        [p.id for p in case.parties.values() if p.bears] + list(deal.leaves_out)
    )
    for party in concerned:
        view = case.views.get(case.preference_holder(party))
        seen = evaluate(case, space, view, rows)
        low, high = (float(bound[0]) for bound in seen.against(1))
        stance, why = Stance.UNKNOWN, None
        if seen.form is not Form.NONE and not np.isnan([low, high]).any():
            stance = _stance(low, high)
            if stance is Stance.BETTER:
                why = why_rather(case, party, case.outcome(deal.id), case.today)
            elif stance is Stance.WORSE:
                why = why_rather(case, party, case.today, case.outcome(deal.id))
        yield Bearer(party, case.parties[party].bears, TODAY, stance, why)


def _stance(low: float, high: float) -> Stance:
    if low > 0:
        return Stance.BETTER
    if high < 0:
        return Stance.WORSE
    return Stance.EQUAL if low == high == 0 else Stance.DEPENDS
