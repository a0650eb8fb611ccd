"""Once a deal has been carried out: who could break it, by which move, and what stops them?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from detente.analysis.conflict import Conflict
from detente.analysis.conflict_actions import Change
from detente.analysis.hold_answers import (
    Bond,
    Keeping,
    Kept,
    MoveOn,
    Preferring,
    Step,
    Temptation,
)
from detente.analysis.preferring import why_rather
from detente.analysis.space import Bools
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
    terms: Mapping[IssueId, OptionId]
    """What the deal settles: a move that takes none of it back breaks nothing."""

    @cached_property
    def graph(self) -> MoveGraph:
        """Every move, save those that only go on from the deal carried out, all its terms in place."""
        full = self.conflict.graph
        kept = np.ones(len(full.targets), dtype=np.bool_)
        for party in range(full.n_parties):
            start, end = full.starts[party, self.carried_out : self.carried_out + 2]
            kept[start:end] = self.takes_back(full.targets[start:end])
        return full if kept.all() else full.keeping(kept)

    def takes_back(self, states: npt.ArrayLike) -> Bools:
        """Say of states whether some term of the deal no longer holds there."""
        space = self.conflict.space
        columns = [space.column[issue] for issue in self.terms]
        agreed = [space.issues[space.column[i]].number(o) for i, o in self.terms.items()]
        there = self.conflict.codes[np.asarray(states, dtype=np.intp)][:, columns]
        return np.asarray((there != np.array(agreed, dtype=np.int32)).any(axis=1))

    def moves_on(self) -> tuple[MoveOn, ...]:
        """Return for each party the best of its gains that take back no term, if it has any."""
        low, high = self.conflict.ranks
        found = []
        for number, party in enumerate(self.conflict.parties):
            targets = self.conflict.graph.moves(number, self.carried_out)
            gains = low[targets, number] > high[self.carried_out, number]
            states = targets[gains & ~self.takes_back(targets)].tolist()
            if states and party not in self.conflict.unclear:
                state = min(states, key=lambda s: self._appeal(number, s))
                found.append(
                    MoveOn(party, self.changes(self.carried_out, state), self._why(number, state))
                )
        return tuple(found)

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
                    margin=int(margin)
                    if np.isfinite(margin) and not unclear and verdicts[self.concept] is not None
                    else None,
                    nearest=()
                    if unclear or found.move[0, number] < 0
                    else self.changes(self.carried_out, int(found.move[0, number])),
                    depends_on=self.conflict.unclear if verdicts[self.concept] is None else (),
                )
            )
        return result

    def _breaking(self, party: int) -> list[Departure]:
        """Return the moves that surely break the deal, those that change least first."""
        sure = bool(self.conflict.unclear)
        found = self._considers(self.concept, party, sure=sure).departures
        return self._by_appeal(party, [d for d in found if not d.deterred and d.is_better])

    def _by_appeal(self, party: int, departures: list[Departure]) -> list[Departure]:
        return sorted(departures, key=lambda departure: self._appeal(party, departure.state))

    def _appeal(self, party: int, state: int) -> tuple[int, int, int]:
        """What changes least first, then the best for the party, then the smallest number."""
        rank = int(self.conflict.ranks[0][state, party])
        return len(self.conflict.changes(self.carried_out, state)), -rank, state

    def _why(self, party: int, state: int) -> Preferring:
        """Say why a party would rather be in a state than have the deal."""
        return why_rather(
            self.conflict.case,
            self.conflict.parties[party],
            self.conflict.outcome(state),
            self.conflict.outcome(self.carried_out),
        )

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
            why=self._why(party, departure.state),
            places=int(low[departure.state, party] - high[self.carried_out, party]),
            answer=tuple(steps),
        )

    def found_of(
        self, party: PartyId, sets: Mapping[IssueId, OptionId]
    ) -> Literal["breaks", "deterred", "would not gain", "no such move"]:
        """Say what comes of the moves by which a party would bring some options about."""
        number = self.conflict.parties.index(party)

        def brings(state: int) -> bool:
            outcome = self.conflict.outcome(state)
            return all(outcome[issue] == option for issue, option in sets.items())

        if self._stays(self.concept, number) is False and any(
            brings(d.state) for d in self._breaking(number)
        ):
            return "breaks"
        departures = self._considers(self.concept, number, sure=False).departures
        if any(brings(d.state) and d.is_better for d in departures):
            return "deterred"
        moves = self.conflict.graph.moves(number, self.carried_out).tolist()
        return "would not gain" if any(map(brings, moves)) else "no such move"

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
