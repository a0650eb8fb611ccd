"""Smallest sets that turn an answer: the winning coalitions of the Security Council.

L. S. Shapley and M. Shubik, A Method for Evaluating the Distribution of Power in a Committee System,
American Political Science Review 48(3), 1954: the Council then had eleven members, and a decision
needed seven votes, those of the five permanent members among them. The minimal winning coalitions are
therefore the five with two of the six others.
"""

from __future__ import annotations

from collections.abc import Collection
from math import comb

from detente.engines.search import Outcome, smallest_sets

PERMANENT, MEMBERS, VOTES = frozenset(range(5)), 11, 7


def wins(members: Collection[int]) -> bool:
    return len(members) >= VOTES and set(members) >= PERMANENT


def test_the_minimal_winning_coalitions_of_the_security_council_are_the_five_with_any_two() -> None:
    found = smallest_sets(
        MEMBERS, lambda s: Outcome.TURNS if wins(s) else Outcome.FAILS, most=MEMBERS
    )
    assert found.is_complete
    assert len(found.found) == comb(6, 2)
    assert all(len(s) == VOTES and set(s) >= PERMANENT for s in found.found)
    assert len(found.subsets_tried(found.found[0])) == 2**VOTES - 1
