"""Stability under unknown preference of any small conflict, against its plain definition."""

from __future__ import annotations

from collections import deque
from functools import cache

import numpy as np
import pytest
from conflicts import Conflict, random_conflict
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.stability.classical.graph import graph_stability
from detente.engines.stability.space.preferences import Preferences, preferences
from detente.engines.stability.uncertain.deterrence import deterrence
from detente.engines.stability.uncertain.unknown import Extension, unknown_stability
from detente.engines.stability.verdicts import Concept

seeds = st.integers(0, 2**32 - 1)
MODELS = 2
every_concept = pytest.mark.parametrize("concept", list(Concept))


class Plain:
    """One conflict with some comparisons unknown, decided by the words of the definitions."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.conflict = conflict = random_conflict(rng)
        low = np.array(conflict.ranks).T
        wide = rng.random(low.shape) < rng.choice([0, 0.3])
        high = low + wide * rng.integers(1, 3, low.shape)
        n_pairs = int(rng.choice([0, 2, 6]))
        limits = [low.shape[1], low.shape[0], low.shape[0]]
        pairs = rng.integers(0, limits, (n_pairs, 3))
        much = np.empty_like(low)
        # The worst lowest rank of anything as good, less the same step for all: never too strong.
        step = int(rng.integers(0, 2))
        for party in conflict.parties:
            much[:, party] = low[:, party] - step
        self.stated: Preferences = preferences(low, high=high, unknown=pairs, much_below=much)
        self.low, self.high, self.much = low.T.tolist(), high.T.tolist(), much.T.tolist()
        self.listed = {(i, s, t) for i, s, t in pairs.tolist()}
        self.listed |= {(i, t, s) for i, s, t in self.listed}
        self.answers = cache(self._answers)

    def relation(self, party: int, here: int, there: int) -> str:
        """Say how ``there`` is against ``here``."""
        low, high = self.low[party], self.high[party]
        if here == there:
            return "equal"
        if (party, here, there) in self.listed:
            return "unknown"
        if low[there] > high[here]:
            return "better"
        if high[there] < low[here]:
            return "worse"
        return "equal" if low[here] == high[here] == low[there] == high[there] else "unknown"

    def _answers(self, party: int, start: int, concept: Concept) -> set[int]:
        """Return where legal sequences of the others lead; in SEQ of possible improvements."""
        seen: set[tuple[int, int]] = set()
        queue = deque([(-1, start)])
        while queue:
            last, here = queue.popleft()
            for mover in set(self.conflict.parties) - {party, last}:
                for there in self.conflict.moves[mover][here]:
                    gain = self.relation(mover, here, there)
                    if concept is Concept.SEQ and gain not in ("better", "unknown"):
                        continue
                    if (mover, there) not in seen:
                        seen.add((mover, there))
                        queue.append((mover, there))
        return {state for _, state in seen}

    def departures(self, extension: str, state: int, party: int) -> set[int]:
        tempting = {"better", "unknown"} if extension in "ac" else {"better"}
        moves = self.conflict.moves[party][state]
        return {q for q in moves if self.relation(party, state, q) in tempting}

    def deters(self, extension: str, state: int, party: int, end: int, *, strong: bool) -> bool:
        relation = self.relation(party, state, end)
        if relation == "unknown":
            return extension in "cd"
        if strong:
            return relation == "worse" and self.high[party][end] < self.much[party][state]
        return relation in ("worse", "equal")

    def holds(
        self, concept: Concept, extension: str, state: int, party: int, *, strong: bool
    ) -> bool:
        def sanctions(end: int) -> bool:
            ends = {end}
            if concept is Concept.SMR:
                ends |= self.conflict.moves[party][end]
            return all(self.deters(extension, state, party, t, strong=strong) for t in ends)

        return all(
            concept is not Concept.NASH
            and any(sanctions(end) for end in self.answers(party, q, concept))
            for q in self.departures(extension, state, party)
        )

    def table(self, concept: Concept, extension: str, *, strong: bool) -> list[list[bool]]:
        return [
            [
                state in self.conflict.feasible
                and self.holds(concept, extension, state, party, strong=strong)
                for party in self.conflict.parties
            ]
            for state in range(self.conflict.graph.n_states)
        ]


@every_concept
@given(seed=seeds)
def test_unknown_stability_is_the_plain_definition(concept: Concept, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(MODELS):
        plain = Plain(rng)
        for extension in Extension:
            result = unknown_stability(plain.conflict.graph, plain.stated, concept, extension)
            assert result.stable.tolist() == plain.table(concept, extension, strong=False)
            assert result.strong is not None
            assert result.strong.tolist() == plain.table(concept, extension, strong=True)


@every_concept
@given(seed=seeds)
def test_where_all_is_known_it_is_classical_stability(concept: Concept, seed: int) -> None:
    conflict: Conflict = random_conflict(np.random.default_rng(seed))
    classical = graph_stability(conflict.graph, conflict.preferences, concept)
    for extension in Extension:
        result = unknown_stability(conflict.graph, conflict.preferences, concept, extension)
        assert (result.stable == classical.stable).all()
        assert result.strong is None


@given(seeds)
def test_extensions_imply_each_other_as_their_definitions_say(seed: int) -> None:
    """The fewer tempting moves and the more that deters, the more is stable."""
    plain = Plain(np.random.default_rng(seed))
    for concept in Concept:
        a, b, c, d = (
            unknown_stability(plain.conflict.graph, plain.stated, concept, letter).stable
            for letter in Extension
        )
        for fewer, more in [(a, b), (a, c), (b, d), (c, d)]:
            assert not (fewer & ~more).any()


@given(seeds)
def test_certificates_hold_and_say_what_the_verdict_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain = Plain(rng)
    conflict, stated = plain.conflict, plain.stated
    state = int(rng.choice(sorted(conflict.feasible)))
    concept, extension = list(Concept)[rng.integers(4)], list(Extension)[rng.integers(4)]
    result = unknown_stability(conflict.graph, stated, concept, extension)
    assert result.strong is not None
    for party in conflict.parties:
        for strong, table in ((False, result.stable), (True, result.strong)):
            shown = deterrence(
                conflict.graph, stated, concept, state, party, extension=extension, strong=strong
            )
            assert shown.is_stable == table[state, party]
            assert {d.state for d in shown.departures} == plain.departures(extension, state, party)
            for departure in shown.departures:
                better = plain.relation(party, state, departure.state) == "better"
                assert departure.is_better == better
                here, last = departure.state, party
                for mover, there in departure.answer:
                    assert mover not in (party, last)
                    assert there in conflict.moves[mover][here]
                    if concept is Concept.SEQ:
                        assert plain.relation(mover, here, there) in ("better", "unknown")
                    here, last = there, mover
                if departure.deterred:
                    assert plain.deters(extension, state, party, here, strong=strong)
