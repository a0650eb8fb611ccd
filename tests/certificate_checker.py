"""Check a certificate of stability by the words of the definition, step by step."""

from __future__ import annotations

from conflicts import Conflict, improvements, reached

from detente.engines.stability.classical.certificates import Answer, Certificate
from detente.engines.stability.verdicts import Concept

__all__ = ["faults"]


def faults(conflict: Conflict, concept: Concept, shown: Certificate) -> list[str]:
    """Return what is wrong with a certificate; nothing if it proves its verdict."""
    state, party = shown.state, shown.party
    found = []
    if [answer.improvement for answer in shown.answers] != sorted(
        improvements(conflict, state, party)
    ):
        found.append("not every improvement, once and in order")
    if shown.rank != conflict.ranks[party][state]:
        found.append("not the rank of the state")
    for answer in shown.answers:
        fault = (
            _fault(conflict, concept, shown, answer)
            if answer.deters
            else _missed(conflict, concept, shown, answer)
        )
        if fault:
            found.append(f"{answer}: {fault}")
    return found


def _fault(conflict: Conflict, concept: Concept, shown: Certificate, answer: Answer) -> str:
    """Say why an answer does not deter, or why another should have been shown."""
    rank = conflict.ranks[shown.party]
    last, here = shown.party, answer.improvement
    for mover, there in answer.steps:
        if mover in (last, shown.party):
            return "somebody moves who may not"
        if there not in conflict.moves[mover][here]:
            return "no such move"
        if concept is Concept.SEQ and conflict.ranks[mover][there] <= conflict.ranks[mover][here]:
            return "no improvement"
        last, here = mover, there
    back = conflict.moves[shown.party][here] if concept is Concept.SMR else set()
    if answer.left_with != max(rank[state] for state in back | {here}):
        return "left with something else"
    if answer.left_with > shown.rank:
        return "better off than before"
    best = [state for state in back if rank[state] == max(rank[other] for other in back)]
    if answer.counter != min(best, default=-1):
        return "not the best counter-move"
    return "" if answer.steps == _expected(conflict, concept, shown, answer) else "not the first"


def _missed(conflict: Conflict, concept: Concept, shown: Certificate, answer: Answer) -> str:
    """Say which end would have deterred, where none is said to."""
    if answer.counter != -1 or answer.left_with != conflict.ranks[shown.party][answer.improvement]:
        return "left with something else"
    ends = _deterring_ends(conflict, concept, shown, answer)
    return f"deterred at {sorted(ends)}" if ends else ""


def _deterring_ends(
    conflict: Conflict, concept: Concept, shown: Certificate, answer: Answer
) -> set[int]:
    rank, moves = conflict.ranks[shown.party], conflict.moves[shown.party]
    if concept is Concept.NASH:
        return set()
    others = set(conflict.parties) - {shown.party}
    ends = reached(conflict, others, answer.improvement, improving=concept is Concept.SEQ)
    return {
        end
        for end in ends
        if rank[end] <= shown.rank
        and (concept is not Concept.SMR or all(rank[back] <= shown.rank for back in moves[end]))
    }


def _expected(
    conflict: Conflict, concept: Concept, shown: Certificate, answer: Answer
) -> tuple[tuple[int, int], ...]:
    """List answers, shorter ones first and equally long ones in order, and take the first."""
    ends = _deterring_ends(conflict, concept, shown, answer)
    seen: set[tuple[int, int]] = set()
    ways: list[tuple[tuple[int, int], ...]] = [()]
    while ways:
        longer = []
        for way in ways:
            last, here = way[-1] if way else (shown.party, answer.improvement)
            for mover in sorted(set(conflict.parties) - {shown.party, last}):
                rank = conflict.ranks[mover]
                for there in sorted(conflict.moves[mover][here]):
                    if concept is Concept.SEQ and rank[there] <= rank[here]:
                        continue
                    # A second way to the same node, no shorter and later in order, adds nothing.
                    if (mover, there) not in seen:
                        seen.add((mover, there))
                        longer.append((*way, (mover, there)))
        for end in sorted(ends):
            complete = [way for way in longer if way[-1][1] == end]
            if complete:
                return min(complete)
        ways = longer
    return ()
