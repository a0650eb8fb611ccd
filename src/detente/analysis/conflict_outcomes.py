"""Which outcome a state stands for: who works for what, and what follows from broken promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from detente.analysis.conflict_actions import BROKEN, Action, Breach, performers_of
from detente.analysis.space import Bools, Codes, Space
from detente.ledger import PartyId
from detente.model import Case, Issue, IssueId, Option, OptionId

__all__ = ["outcomes_of", "with_consequences"]


def outcomes_of(
    case: Case,
    space: Space,
    actions: Sequence[Action],
    levels: npt.NDArray[np.intp],
    issues: Iterable[IssueId],
) -> tuple[Codes, Bools]:
    """Return the outcome of every state, and where two options would hold at once."""
    today = space.encode([case.today])[0]
    codes = np.repeat(today[None, :], len(levels), axis=0)
    clash = np.zeros(len(levels), dtype=np.bool_)
    for name in issues:
        own = [n for n, action in enumerate(actions) if action.issue == name]
        sizes = [len(actions[n].options) for n in own]
        index = np.zeros(len(levels), dtype=np.intp)
        for n, size in zip(own, sizes, strict=True):
            index = index * size + levels[:, n]
        table = [
            _settled(case.issues[name], [actions[n] for n in own], chosen)
            for chosen in product(*(range(size) for size in sizes))
        ]
        numbers = [case.issues[name].number(option) for option, _ in table]
        codes[:, space.column[name]] = np.array(numbers, dtype=np.int32)[index]
        clash |= np.array([several for _, several in table], dtype=np.bool_)[index]
    return codes, clash


def _settled(
    issue: Issue, actions: Sequence[Action], levels: Sequence[int]
) -> tuple[OptionId, bool]:
    """Return which option of an issue holds, and whether two of them would."""
    works_for: dict[PartyId, OptionId] = {}
    ended: set[OptionId] = set()
    for action, level in zip(actions, levels, strict=True):
        option = action.options[level]
        if action.kind == "time" and level:
            return option, False
        if action.kind == "does" and action.party is not None:
            works_for[action.party] = option
        elif action.kind == "undoes" and level:
            ended.add(option)
    holding = [
        option
        for option in issue.options
        if option.done_by is not None
        and option.id not in (issue.today, *ended)
        and _is_done(issue, option, works_for)
    ]
    # Where more of them have left, it no longer counts that some had.
    last = [o for o in holding if not any(_is_part_of(o, more) for more in holding)]
    return (last[0].id if last else issue.today), len(last) > 1


def _is_done(issue: Issue, option: Option, works_for: Mapping[PartyId, OptionId]) -> bool:
    """Say whether those who must act do: for this option, or for one that contains it for good."""
    if option.done_by is None:
        return False
    acts = []
    for party in option.done_by.parties:
        own = works_for.get(party)
        larger = own is not None and own not in (BROKEN, issue.today)
        acts.append(own == option.id or (larger and _is_part_of(option, issue.option(own))))  # type: ignore[arg-type]  # larger: not None
    return any(acts) if option.done_by.any_one else all(acts)


def _is_part_of(option: Option, more: Option) -> bool:
    """Say whether the same act by more parties makes ``more``: both for good, nobody left out."""
    both = option.done_by is not None and more.done_by is not None
    if not (both and option.irreversible and more.irreversible):
        return False
    return performers_of(option) < performers_of(more)


def with_consequences(
    case: Case,
    space: Space,
    actions: Sequence[Action],
    levels: npt.NDArray[np.intp],
    codes: Codes,
    breaches: Sequence[Breach],
) -> Codes:
    """Replace the outcome wherever a promise is broken by what follows from that.

    Of several broken promises the first that was stated counts. What cannot be undone stays.
    """
    result = codes.copy()
    met = np.zeros(len(levels), dtype=np.bool_)
    for breach in breaches:
        for number, action in enumerate(actions):
            if (action.party, action.issue) != (breach.party, breach.issue):
                continue
            if action.kind == "does" and breach.option in action.options:
                kept = [0, action.options.index(breach.option)]  # not yet done, or done
                broken = ~np.isin(levels[:, number], kept)
            elif action.kind == "undoes" and action.options[-1] == breach.option:
                broken = levels[:, number] > 0
            else:
                continue
            if breach.answered_by:
                answers = [
                    levels[:, n] == 1
                    for n, a in enumerate(actions)
                    if a.kind == "answers" and a.party in breach.answered_by
                ]
                broken &= np.any(answers, axis=0)
            follows = space.encode([case.outcome(breach.leads_to)])[0]
            rows = np.flatnonzero(broken & ~met)
            replaced = np.repeat(follows[None, :], len(rows), axis=0)
            for column, issue in enumerate(space.issues):
                for_good = [n for n, o in enumerate(issue.options) if o.irreversible]
                stays = np.isin(codes[rows, column], for_good)
                replaced[stays, column] = codes[rows[stays], column]
            result[rows] = replaced
            met |= broken
    return result
