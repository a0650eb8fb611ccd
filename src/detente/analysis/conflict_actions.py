"""What each party has in its hands, level by level, and which changes of level are open to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from detente.analysis.space import Bools
from detente.ledger import PartyId
from detente.model import Case, Issue, IssueId, Option, OptionId

__all__ = [
    "BROKEN",
    "Action",
    "Breach",
    "Change",
    "allowed_changes",
    "controls",
    "performers_of",
    "ways_to_act",
]

MANY_OPTIONS = 6
"""Of an issue with more options, only those that the case speaks of count as moves."""

BROKEN = OptionId("(broken)")
"""The level of an action that was promised and is not kept; the issue stands as if it were undone."""

ActionKind = Literal["does", "undoes", "answers", "time"]


@dataclass(frozen=True, slots=True)
class Action:
    """What one party has in its hands on one issue, level by level.

    ``does``: which option it works for, today's first. ``undoes``: a party that need not act for
    an option and can end it. ``answers``: whether it sees to it that a broken promise has its
    consequence. ``time``: what comes about without anybody's agreement; nobody controls it.
    """

    kind: ActionKind
    party: PartyId | None
    issue: IssueId | None
    options: tuple[OptionId, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a move changes: one action, from which level to which."""

    action: Action
    before: OptionId
    after: OptionId


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise with a consequence: whose action, on which level it is kept, and what follows."""

    party: PartyId
    issue: IssueId
    option: OptionId
    leads_to: str
    answered_by: tuple[PartyId, ...] = ()


def ways_to_act(case: Case, issues: Iterable[IssueId], breaches: Sequence[Breach]) -> list[Action]:
    """List the actions on some issues, and those that promises add."""
    found: list[Action] = []
    for name in issues:
        issue = case.issues[name]
        options = _that_matter(case, issue)
        performers = dict.fromkeys(
            p for o in options if o.done_by and o.id != issue.today for p in o.done_by.parties
        )
        for party in performers:
            own = [
                o.id
                for o in options
                if o.done_by and o.id != issue.today and party in o.done_by.parties
            ]
            promised = any(b.party == party and b.issue == name for b in breaches)
            levels = (issue.today, *own, *([BROKEN] if promised else []))
            found.append(Action("does", party, name, levels))
        for option in options:
            for party in option.undone_by.parties if option.undone_by else ():
                if option.done_by is None or party not in option.done_by.parties:
                    found.append(Action("undoes", party, name, (issue.today, option.id)))
        by_itself = [o.id for o in options if o.done_by is None and o.id != issue.today]
        if by_itself:
            found.append(Action("time", None, name, (issue.today, *by_itself)))
    answering = dict.fromkeys(p for breach in breaches for p in breach.answered_by)
    found += [
        Action("answers", party, None, (OptionId("no"), OptionId("yes"))) for party in answering
    ]
    return found


def _that_matter(case: Case, issue: Issue) -> list[Option]:
    if len(issue.options) <= MANY_OPTIONS:
        return list(issue.options)
    spoken_of = {issue.today}
    for things in (case.deals, case.endings):
        spoken_of |= {case.outcome(name)[issue.id] for name in things}
    return [option for option in issue.options if option.id in spoken_of]


def controls(actions: Sequence[Action], parties: Sequence[PartyId]) -> Bools:
    table = np.zeros((len(actions), max(1, len(parties))), dtype=np.bool_)
    for number, action in enumerate(actions):
        if action.party is not None:
            table[number, parties.index(action.party)] = True
    return table


def allowed_changes(case: Case, actions: Sequence[Action]) -> list[Bools | None]:
    """Say which changes of level are open: what is done for good stays, a promise is not unmade."""
    result: list[Bools | None] = []
    for action in actions:
        size = len(action.options)
        table = np.ones((size, size), dtype=np.bool_)
        if action.kind == "does" and action.issue is not None:
            issue = case.issues[action.issue]
            for here, name in enumerate(action.options):
                for there, other in enumerate(action.options):
                    table[here, there] = here == there or _may_change(issue, action, name, other)
        # What can be reached in steps can be reached in one: a party needs no rest between them.
        for middle in range(size):
            table |= table[:, [middle]] & table[[middle], :]
        result.append(None if table.all() else table)
    return result


def _may_change(issue: Issue, action: Action, name: OptionId, other: OptionId) -> bool:
    if name == BROKEN:
        return other != issue.today  # broken is not the same as never begun; it can be mended
    option = issue.option(name)
    if name != issue.today and option.irreversible:
        if other == BROKEN or not issue.option(other).irreversible:
            return False
        # To join what more of them do for good is not to undo one's own part.
        return performers_of(option) < performers_of(issue.option(other))
    if name != issue.today and option.undone_by and action.party not in option.undone_by.parties:
        return False
    promised = BROKEN in action.options
    return not (promised and name != issue.today and other == issue.today)


def performers_of(option: Option) -> set[PartyId]:
    return set(option.done_by.parties) if option.done_by else set()
