"""Who can do what to bring an outcome about or to end it: a case as states and moves.

Every performer of an option has an action of its own: which option of that issue it works for. An
option holds once those who must act for it do; until then, and again when one of them stops, the
issue stands as it does today. States are the combinations of actions; each stands for one outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import numpy.typing as npt

from detente.analysis.conflict_actions import (
    Action,
    Breach,
    allowed_changes,
    controls,
    ways_to_act,
)
from detente.analysis.conflict_outcomes import outcomes_of, with_consequences
from detente.analysis.preferences import Evaluation, Floats, Form, evaluate
from detente.analysis.space import Bools, Codes, Space
from detente.engines.stability import ActionSpace, MoveGraph, Preferences, action_space, graph_of
from detente.engines.stability import preferences as stated_preferences
from detente.errors import SpaceTooLargeError
from detente.ledger import PartyId
from detente.model import TODAY, Case, IssueId, OptionId

__all__ = ["MOST_CONFLICT_MOVES", "MOST_CONFLICT_STATES", "Conflict"]

MOST_CONFLICT_STATES = 1 << 19
"""States up to which a deal is examined move by move."""

MOST_CONFLICT_MOVES = 1 << 23
"""Moves up to which it is: some seconds of work for each concept."""

LEFT_BY_RULES = 1 / 8
"""Share of the moves that rules are expected to leave, before they are counted one by one."""


@dataclass(frozen=True, eq=False)
class Conflict:
    """The states and moves around some issues of a case, as arrays with their names.

    ``codes`` holds the outcome that each state stands for, consequences of broken promises
    included, and after them the outcomes that have a name; ``rows_of`` says which row is whose.
    """

    case: Case
    space: Space
    issues: tuple[IssueId, ...]
    actions: tuple[Action, ...]
    parties: tuple[PartyId, ...]
    breaches: tuple[Breach, ...]
    moves: ActionSpace
    codes: Codes
    rows_of: Mapping[str, int]

    @classmethod
    def of(cls, case: Case, issues: Sequence[IssueId], breaches: Sequence[Breach] = ()) -> Conflict:
        """Compile the moves on some issues; every other issue stays as it is today.

        Raises
        ------
        SpaceTooLargeError
            If there are more than :data:`MOST_CONFLICT_STATES` states.
        """
        space = Space.of(case)
        actions = ways_to_act(case, issues, breaches)
        parties = tuple(dict.fromkeys(a.party for a in actions if a.party is not None))
        sizes = [len(action.options) for action in actions]
        if prod(sizes) > MOST_CONFLICT_STATES:
            raise SpaceTooLargeError(
                f"found {prod(sizes):,} states of who has done what, expected at most "
                f"{MOST_CONFLICT_STATES:,}; narrow the scope of the table, or the steps of a "
                "divisible issue"
            )
        if not actions:
            actions, sizes = [Action("time", None, None, (OptionId("nothing"),))], [1]
        free = action_space(sizes, controls(actions, parties), allowed_changes(case, actions))
        levels = free.levels_of(np.arange(free.n_states))
        codes, clash = outcomes_of(case, space, actions, levels, issues)
        feasible = space.feasible(codes) & ~clash
        codes = with_consequences(case, space, actions, levels, codes, breaches)
        moves = action_space(sizes, free.controls, free.allowed, feasible)
        names = [TODAY, *case.endings, *case.deals]
        named = space.encode(case.outcome(name) for name in names)
        rows_of = {name: free.n_states + k for k, name in enumerate(names)}
        return cls(
            case, space, tuple(issues), tuple(actions), parties, tuple(breaches), moves,
            np.concatenate([codes, named]), rows_of,
        )  # fmt: skip

    # --- states -------------------------------------------------------------------------

    @property
    def n_states(self) -> int:
        return self.moves.n_states

    @cached_property
    def graph(self) -> MoveGraph:
        return self.graph_within(MOST_CONFLICT_MOVES)

    def graph_within(self, most_moves: int) -> MoveGraph:
        """List every move.

        Raises
        ------
        SpaceTooLargeError
            If there are more, or so many before rules forbid some that to count them takes long.
        """
        if self._most_moves() * LEFT_BY_RULES > most_moves:
            raise SpaceTooLargeError(
                f"found far more than {most_moves:,} moves between {self.n_states:,} states of who "
                "has done what, expected at most that many to be listed; narrow the scope of the "
                "table, or the steps of a divisible issue"
            )
        return graph_of(self.moves, most_moves)

    def _most_moves(self) -> int:
        """Return how many moves there would be if no rule forbade a state."""
        total = 0
        for party in range(self.moves.n_parties):
            own = self.moves.controls[:, party].tolist()
            sizes, allowed = self.moves.sizes.tolist(), self.moves.allowed
            total += prod(
                size if not has else size**2 if table is None else int(table.sum())
                for size, table, has in zip(sizes, allowed, own, strict=True)
            )
        return total

    @cached_property
    def feasible(self) -> Bools:
        mask = self.moves.feasible
        return np.ones(self.n_states, dtype=np.bool_) if mask is None else mask

    @property
    def today(self) -> int:
        """The state in which nobody has done anything."""
        return 0

    def state_of(self, outcome: Mapping[IssueId, OptionId], bound: Iterable[PartyId] = ()) -> int:
        """Return the state in which those who must act have brought an outcome about.

        Where any one performer is enough, the first of those bound acts, else the first.
        """
        wanted = {(party, issue) for party, issue, _ in self.parts_of(outcome, bound)}
        levels = []
        for action in self.actions:
            level = 0
            if action.issue is not None:
                option = outcome[action.issue]
                acts = action.kind == "time" or (action.party, action.issue) in wanted
                if action.kind != "undoes" and acts and option in action.options:
                    level = action.options.index(option)
            levels.append(level)
        return int(self.moves.state_of(levels))

    def parts_of(
        self, outcome: Mapping[IssueId, OptionId], bound: Iterable[PartyId] = ()
    ) -> tuple[tuple[PartyId, IssueId, OptionId], ...]:
        """Say who has to do what for an outcome, part by part."""
        signed = set(bound)
        parts = []
        for name in self.issues:
            issue, option = self.case.issues[name], outcome[name]
            performers = issue.option(option).done_by
            if option == issue.today or performers is None:
                continue
            acting = performers.parties
            if performers.any_one:
                acting = (tuple(p for p in acting if p in signed) or acting)[:1]
            parts += [(party, name, option) for party in acting]
        return tuple(parts)

    def action_number(self, party: PartyId, issue: IssueId) -> int:
        """Return the action by which a party does its part on an issue."""
        return next(
            n
            for n, a in enumerate(self.actions)
            if a.kind == "does" and a.party == party and a.issue == issue
        )

    def outcome(self, state: int) -> dict[IssueId, OptionId]:
        return self.space.decode(self.codes[state])

    def changes(self, before: int, after: int) -> tuple[tuple[Action, OptionId, OptionId], ...]:
        """Return what one move changes: action, from which level, to which."""
        old, new = self.moves.levels_of(before), self.moves.levels_of(after)
        return tuple(
            (action, action.options[a], action.options[b])
            for action, a, b in zip(self.actions, old, new, strict=True)
            if a != b
        )

    # --- preferences --------------------------------------------------------------------

    @cached_property
    def evaluations(self) -> tuple[Evaluation, ...]:
        return tuple(self.evaluation(party) for party in self.parties)

    def evaluation(self, party: PartyId) -> Evaluation:
        """Evaluate every state and every named outcome as one party sees them."""
        view = self.case.views.get(self.case.preference_holder(party))
        rows, back = self._distinct
        seen = evaluate(self.case, self.space, view, rows)
        return Evaluation(seen.form, seen.level[back], self.codes, seen.tables)

    @cached_property
    def _distinct(self) -> tuple[Codes, npt.NDArray[np.intp]]:
        """The distinct outcomes, and which of them each row is: few, where states are many."""
        sizes = np.array([len(issue.options) for issue in self.space.issues], dtype=np.int64)
        if np.log2(sizes.astype(float)).sum() > 62:
            rows, back = np.unique(self.codes, axis=0, return_inverse=True)
            return rows.astype(np.int32), back.reshape(-1)
        weights = np.concatenate([[1], np.cumprod(sizes[:-1])])
        _, first, back = np.unique(self.codes @ weights, return_index=True, return_inverse=True)
        return self.codes[first], back.reshape(-1)

    @cached_property
    def ranks(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Lowest and highest place of every row for every party; alike where all is known.

        What the rules make impossible takes no place in anybody's order; it stands at 0.
        """
        possible = np.ones(len(self.codes), dtype=np.bool_)
        possible[: self.n_states] = self.feasible
        columns = [_places(evaluation, possible) for evaluation in self.evaluations]
        if not columns:  # nobody has a move: one column still, as in the graph, of who has no wants
            nobody = np.zeros((len(self.codes), 1), dtype=np.int32)
            return nobody, nobody
        low = np.column_stack([c[0] for c in columns]).astype(np.int32)
        high = np.column_stack([c[1] for c in columns]).astype(np.int32)
        return low, high

    @cached_property
    def preferences(self) -> Preferences:
        low, high = self.ranks
        n = self.n_states
        certain = bool((low == high).all())
        return stated_preferences(low[:n], high=None if certain else high[:n])

    @cached_property
    def unclear(self) -> tuple[PartyId, ...]:
        """Parties of whose preferences too little is stated to order all states."""
        low, high = self.ranks
        return tuple(
            party for k, party in enumerate(self.parties) if (low[:, k] != high[:, k]).any()
        )


def _places(evaluation: Evaluation, possible: Bools) -> tuple[Floats, Floats]:
    """Return the lowest and the highest place a party may give each row, of those possible."""
    level = evaluation.level
    if evaluation.form is Form.NONE:
        return np.zeros(len(level)), possible.astype(np.float64)
    low, high = level, level
    if evaluation.tables and any((a != b).any() for _, a, b in evaluation.tables):
        low, high = np.zeros(len(level)), np.zeros(len(level))
        for column, least, most in evaluation.tables:
            options = evaluation.codes[:, column]
            if len(np.unique(options[possible])) > 1:  # else its range is in every outcome alike
                low, high = low + least[options], high + most[options]
        low, high = np.round(low, 9), np.round(high, 9)
    unnamed = np.isnan(level) & possible
    named = possible & ~unnamed
    known = np.concatenate([low[named], high[named]])
    places = np.unique(known)
    bottom, top = np.searchsorted(places, low), np.searchsorted(places, high)
    # What an order does not name may stand below everything it names, or above.
    return (
        np.where(possible, np.where(unnamed, -1, bottom), 0).astype(np.float64),
        np.where(possible, np.where(unnamed, len(places), top), 0).astype(np.float64),
    )
