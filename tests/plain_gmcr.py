"""What a GMCR+ save file and a case of yes-or-no issues mean, read plainly: states, moves, orders.

Nothing here is taken from the readers under test. A state is a tuple of yes (True) or no.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from detente.model import Case, Issue, OutcomeOrder, Performers, RankedStatements

__all__ = ["Plain", "State", "plain_of_case", "plain_of_file"]

State = tuple[bool, ...]


@dataclass(frozen=True)
class Plain:
    """States, each party's moves, and each party's order as sets of equal states, best first."""

    states: frozenset[State]
    moves: tuple[frozenset[tuple[State, State]], ...]
    orders: tuple[tuple[frozenset[State], ...], ...]


def plain_of_file(data: Mapping[str, Any]) -> Plain:
    """Read the parsed JSON of a save file."""
    n = len(data["options"])
    # The first option is the lowest digit, so it varies fastest.
    every = [tuple(reversed(bits)) for bits in product([False, True], repeat=n)]
    states = [s for s in every if not any(_holds(s, p) for p in data.get("infeasibles", []))]
    moves, orders = [], []
    for maker in data["decisionMakers"]:
        own = set(maker["options"])
        moves.append(
            frozenset(
                (s, t)
                for s in states
                for t in states
                if s != t
                and all(
                    a == b or (k in own and _permitted(data["options"][k], a))
                    for k, (a, b) in enumerate(zip(s, t, strict=True))
                )
            )
        )
        if data.get("useManualPreferenceRanking"):
            tiers = [t if isinstance(t, list) else [t] for t in maker["preferenceRanking"]]
            orders.append(tuple(frozenset(states[k - 1] for k in tier) for tier in tiers))
        else:
            orders.append(
                _by_truth(states, [[_holds(s, w) for w in maker["preferences"]] for s in states])
            )
    return Plain(frozenset(states), tuple(moves), tuple(orders))


def _permitted(option: Mapping[str, Any], before: bool) -> bool:
    return option["permittedDirection"] in ("both", "back" if before else "fwd")


def _holds(state: State, statement: Any) -> bool:
    if isinstance(statement, dict):
        return any(_holds(state, member) for member in statement["members"])
    return all(state[number] is (answer == "Y") for number, answer in statement)


def _by_truth(
    states: Sequence[State], truth: Sequence[Sequence[bool]]
) -> tuple[frozenset[State], ...]:
    """Order by the first statement in which two states differ; of a longer list, it outweighs."""
    keys = [tuple(each) for each in truth]
    return tuple(
        frozenset(s for s, own in zip(states, keys, strict=True) if own == key)
        for key in sorted(set(keys), reverse=True)
    )


def plain_of_case(case: Case) -> Plain:
    """Read a case whose issues are all settled yes or no; parties in its order."""
    issues = list(case.issues.values())
    every = [tuple(reversed(bits)) for bits in product([False, True], repeat=len(issues))]

    def outcome(state: State) -> dict[Any, Any]:
        return {i.id: "yes" if yes else "no" for i, yes in zip(issues, state, strict=True)}

    states = [s for s in every if not any(r.is_broken_by(outcome(s)) for r in case.rules)]
    moves, orders = [], []
    for party in case.parties:
        moves.append(
            frozenset(
                (s, t)
                for s in states
                for t in states
                if s != t
                and all(
                    a == b or _may(issue, str(party), a)
                    for issue, a, b in zip(issues, s, t, strict=True)
                )
            )
        )
        view = case.views.get(party)
        match view.preference if view else None:
            case RankedStatements(wishes):
                truth = [[w.statement.holds(outcome(s)) for w in wishes] for s in states]
                orders.append(_by_truth(states, truth))
            case OutcomeOrder(tiers):
                named = {
                    tuple(case.outcome(name)[i.id] == "yes" for i in issues): place
                    for place, tier in enumerate(tiers)
                    for name in tier
                }
                assert set(named) == set(states)
                orders.append(
                    tuple(
                        frozenset(s for s in states if named[s] == place)
                        for place in range(len(tiers))
                    )
                )
            case _:
                orders.append((frozenset(states),))
    return Plain(frozenset(states), tuple(moves), tuple(orders))


def _may(issue: Issue, party: str, is_yes: bool) -> bool:
    """Whether a party may change an issue from yes (or no) to the other."""
    (other,) = (option for option in issue.options if option.id != issue.today)
    leaves_today = (issue.today == "yes") is is_yes
    if leaves_today:
        return _among(other.done_by, party)
    return not other.irreversible and _among(other.undone_by or other.done_by, party)


def _among(performers: Performers | None, party: str) -> bool:
    if performers is None:
        return False
    assert performers.any_one or len(performers.parties) == 1
    return party in performers.parties
