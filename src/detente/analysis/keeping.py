"""Once a deal has been carried out: who could break it, by which move, and what stops them?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detente.analysis.conflict import Conflict
from detente.analysis.hold_answers import Bond, Change, Keeping, Kept, Step, Temptation
from detente.analysis.preferring import why_rather
from detente.engines.stability import (
    Concept,
    Departure,
    Deterrence,
    Extension,
    MoveGraph,
    Preferences,
    deterrence,
    guaranteed_ranks,
    margins,
    preferences,
)
from detente.ledger import PartyId
from detente.model import IssueId, OptionId

__all__ = ["Signed"]

MOST_ANSWERS_TOLD = 3


@dataclass(frozen=True, eq=False)
class Signed:
    """A deal as the state in which it has been carried out, and everybody's moves from there.

    Where too little is known of somebody to order the states, a verdict is yes or no only if it is
    so whatever that party wants.
    """

    conflict: Conflict
    carried_out: int
    concept: Concept

    @cached_property
    def graph(self) -> MoveGraph:
        return self.conflict.graph

    @cached_property
    def preferences(self) -> Preferences:
        """Everybody's ranks, those who are unclear having all states alike: they never answer."""
        low, high = self.conflict.ranks
        n = self.conflict.n_states
        ranks = np.where((low == high).all(axis=0), low, 0)[:n]
        return preferences(ranks)

    @cached_property
    def guaranteed(self) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
        """What each party can count on in each state, shape (n_states, n_parties)."""
        return np.asarray(guaranteed_ranks(self.graph, self.preferences, self.concept))

    # --- verdicts ------------------------------------------------------------------------

    def stays(self, concept: Concept) -> dict[PartyId, bool | None]:
        """Say for each party whether it would leave the deal as it is; None where it depends."""
        return {party: self._stays(concept, i) for i, party in enumerate(self.conflict.parties)}

    def _stays(self, concept: Concept, party: int) -> bool | None:
        if self._considers(concept, party, sure=False).is_stable:
            return True
        if not self.conflict.unclear:
            return False
        return None if self._considers(concept, party, sure=True).is_stable else False

    def _considers(self, concept: Concept, party: int, *, sure: bool) -> Deterrence:
        """Return what a party could leave the deal for, and how it would be answered.

        With ``sure`` only what breaks for certain is left without an answer: moves surely better,
        and anybody of whom too little is known might answer. Otherwise every move is considered
        that might be better, and those give no answers.
        """
        key = (concept, party, sure)
        if key not in self._found:
            wants = self.conflict.preferences if sure else self._without_others(party)
            extension = Extension.D if sure else Extension.A
            self._found[key] = deterrence(
                self.graph, wants, concept, self.carried_out, party, extension=extension
            )
        return self._found[key]

    @cached_property
    def _found(self) -> dict[tuple[Concept, int, bool], Deterrence]:
        return {}

    def _without_others(self, party: int) -> Preferences:
        """Return the preferences as if those unclear, this party apart, never gained by a move."""
        if not self.conflict.unclear:
            return self.preferences
        n = self.conflict.n_states
        low, high = (np.array(ranks[:n]) for ranks in self.conflict.ranks)
        for number, name in enumerate(self.conflict.parties):
            if number != party and name in self.conflict.unclear:
                low[:, number] = high[:, number] = 0
        return preferences(low, high=None if (low == high).all() else high)

    # --- the answer ----------------------------------------------------------------------

    def keeping(self, bonds: dict[PartyId, Bond], must_act: Collection[PartyId]) -> list[Keeping]:
        """Examine every party that can move."""
        found = margins(self.graph, self.preferences, self.concept, [self.carried_out])
        by_concept = {concept: self.stays(concept) for concept in Concept}
        result = []
        for number, party in enumerate(self.conflict.parties):
            verdicts = {concept: stays[party] for concept, stays in by_concept.items()}
            kept, unclear = _kept(verdicts), party in self.conflict.unclear
            breaking = self._breaking(number) if verdicts[self.concept] is False else []
            held = [
                d
                for d in self._considers(self.concept, number, sure=False).departures
                if d.deterred and d.is_better
            ]
            margin = float(found.margin[0, number])
            result.append(
                Keeping(
                    party=party,
                    bond=bonds.get(party, Bond.NOBODY),
                    must_act=party in must_act,
                    kept=kept,
                    verdicts=tuple(verdicts.items()),
                    breaking=self._temptation(number, breaking[0]) if breaking else None,
                    held_by=tuple(
                        self._temptation(number, d)
                        for d in self._by_appeal(number, held)[:MOST_ANSWERS_TOLD]
                    ),
                    n_breaking=len(breaking),
                    margin=int(margin) if np.isfinite(margin) and not unclear else None,
                    nearest=()
                    if unclear or found.move[0, number] < 0
                    else self.changes(self.carried_out, int(found.move[0, number])),
                    depends_on=self.conflict.unclear if verdicts[self.concept] is None else (),
                )
            )
        return result

    def _breaking(self, party: int) -> list[Departure]:
        """Return the moves that surely break the deal, the most tempting first."""
        sure = bool(self.conflict.unclear)
        found = self._considers(self.concept, party, sure=sure).departures
        return self._by_appeal(party, [d for d in found if not d.deterred and d.is_better])

    def _by_appeal(self, party: int, departures: list[Departure]) -> list[Departure]:
        """Best for the party first, then what changes least, then the smallest number."""

        def appeal(departure: Departure) -> tuple[int, int, int]:
            rank = int(self.conflict.ranks[0][departure.state, party])
            n_changes = len(self.conflict.changes(self.carried_out, departure.state))
            return -rank, n_changes, departure.state

        return sorted(departures, key=appeal)

    def _temptation(self, party: int, departure: Departure) -> Temptation:
        conflict = self.conflict
        low, high = conflict.ranks
        steps, at = [], departure.state
        for mover, state in departure.answer:
            gains = bool(low[state, mover] > high[at, mover])
            steps.append(Step(conflict.parties[mover], self.changes(at, state), gains))
            at = state
        return Temptation(
            changes=self.changes(self.carried_out, departure.state),
            why=why_rather(
                conflict.case,
                conflict.parties[party],
                conflict.outcome(departure.state),
                conflict.outcome(self.carried_out),
            ),
            places=int(low[departure.state, party] - high[self.carried_out, party]),
            answer=tuple(steps),
        )

    def breaks_to(self, party: PartyId, sets: Mapping[IssueId, OptionId]) -> bool:
        """Say whether a party gains, undeterred, by a move that brings some options about.

        Where none are named, by any move.
        """
        number = self.conflict.parties.index(party)
        if self._stays(self.concept, number) is not False:
            return False
        outcomes = [self.conflict.outcome(d.state) for d in self._breaking(number)]
        return any(all(o[i] == option for i, option in sets.items()) for o in outcomes)

    def changes(self, before: int, after: int) -> tuple[Change, ...]:
        return tuple(Change(*change) for change in self.conflict.changes(before, after))


def _kept(stays: dict[Concept, bool | None]) -> Kept:
    """Classify by the first concept, from the one that asks most, under which the party stays."""
    for concept, kept in (
        (Concept.NASH, Kept.NO_REASON),
        (Concept.SEQ, Kept.DETERRED),
        (Concept.GMR, Kept.THREATENED),
    ):
        if stays[concept] is None:
            return Kept.UNKNOWN
        if stays[concept]:
            return kept
    return Kept.BREAKS
