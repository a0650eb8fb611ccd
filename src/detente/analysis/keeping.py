"""Once a deal has been carried out: who could break it, by which move, and what stops them?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detente.analysis.conflict import Conflict
from detente.analysis.hold_answers import Bond, Change, Keeping, Kept, Step, Temptation
from detente.analysis.preferring import why_rather
from detente.engines.stability import (
    Answer,
    Concept,
    MoveGraph,
    Preferences,
    certificate,
    guaranteed_ranks,
    margins,
    preferences,
)
from detente.ledger import PartyId

__all__ = ["Signed"]

MOST_ANSWERS_TOLD = 3


@dataclass(frozen=True, eq=False)
class Signed:
    """A deal as the state in which it has been carried out, and everybody's moves from there.

    Parties of whom too little is known to order the states get no verdict, and nothing is taken
    from them as an answer: their places are all alike.
    """

    conflict: Conflict
    carried_out: int
    concept: Concept

    @cached_property
    def graph(self) -> MoveGraph:
        return self.conflict.graph

    @cached_property
    def preferences(self) -> Preferences:
        low, high = self.conflict.ranks
        n = self.conflict.n_states
        ranks = np.where((low == high).all(axis=0), low, 0)[:n]
        return preferences(ranks)

    @cached_property
    def guaranteed(self) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
        """What each party can count on in each state, shape (n_states, n_parties)."""
        return np.asarray(guaranteed_ranks(self.graph, self.preferences, self.concept))

    def stays(self, concept: Concept) -> dict[PartyId, bool]:
        """Say for each party whether it would leave the deal as it is."""
        return {
            party: certificate(self.graph, self.preferences, concept, self.carried_out, i).is_stable
            for i, party in enumerate(self.conflict.parties)
        }

    def keeping(self, bonds: dict[PartyId, Bond], must_act: Collection[PartyId]) -> list[Keeping]:
        """Examine every party that can move."""
        found = margins(self.graph, self.preferences, self.concept, [self.carried_out])
        by_concept = {concept: self.stays(concept) for concept in Concept}
        result = []
        for number, party in enumerate(self.conflict.parties):
            kept = Kept.UNKNOWN
            answers: tuple[Answer, ...] = ()
            if party not in self.conflict.unclear:
                kept = _kept({c: stays[party] for c, stays in by_concept.items()})
                answers = certificate(
                    self.graph, self.preferences, self.concept, self.carried_out, number
                ).answers
            breaking = [a for a in answers if not a.deters]
            held = [a for a in answers if a.deters]
            margin = float(found.margin[0, number])
            result.append(
                Keeping(
                    party=party,
                    bond=bonds.get(party, Bond.NOBODY),
                    must_act=party in must_act,
                    kept=kept,
                    verdicts=tuple((c, stays[party]) for c, stays in by_concept.items()),
                    breaking=self._temptation(number, self._best(number, breaking))
                    if breaking
                    else None,
                    held_by=tuple(
                        self._temptation(number, a)
                        for a in sorted(held, key=lambda a: self._appeal(number, a))[
                            :MOST_ANSWERS_TOLD
                        ]
                    ),
                    n_breaking=len(breaking),
                    margin=int(margin) if np.isfinite(margin) and kept != Kept.UNKNOWN else None,
                )
            )
        return result

    def _best(self, party: int, answers: list[Answer]) -> Answer:
        return min(answers, key=lambda a: self._appeal(party, a))

    def _appeal(self, party: int, answer: Answer) -> tuple[int, int, int]:
        """Best for the party first, then what changes least, then the smallest number."""
        rank = int(self.preferences.low[answer.improvement, party])
        n_changes = len(self.conflict.changes(self.carried_out, answer.improvement))
        return -rank, n_changes, answer.improvement

    def _temptation(self, party: int, answer: Answer) -> Temptation:
        conflict, ranks = self.conflict, self.preferences.low
        steps, at = [], answer.improvement
        for mover, state in answer.steps:
            gains = bool(ranks[state, mover] > ranks[at, mover])
            steps.append(Step(conflict.parties[mover], self.changes(at, state), gains))
            at = state
        return Temptation(
            changes=self.changes(self.carried_out, answer.improvement),
            why=why_rather(
                conflict.case,
                conflict.parties[party],
                conflict.outcome(answer.improvement),
                conflict.outcome(self.carried_out),
            ),
            places=int(ranks[answer.improvement, party] - ranks[self.carried_out, party]),
            answer=tuple(steps),
        )

    def changes(self, before: int, after: int) -> tuple[Change, ...]:
        return tuple(Change(*change) for change in self.conflict.changes(before, after))


def _kept(stays: dict[Concept, bool]) -> Kept:
    if stays[Concept.NASH]:
        return Kept.NO_REASON
    if stays[Concept.SEQ]:
        return Kept.DETERRED
    return Kept.THREATENED if stays[Concept.GMR] else Kept.BREAKS
