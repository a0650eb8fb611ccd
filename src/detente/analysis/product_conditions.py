"""What a table can choose from, and conditions on it as tables over classes of options.

A condition of the case speaks of options by name; here it becomes a formula over the issues that
a table leaves open. Everything that is settled beforehand (issues outside the scope, issues with
one choice) is folded away, so a formula never names more issues than it hangs on.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detente.analysis.space import Bools, Codes, Space
from detente.model import AllOf, AnyOf, Condition, Is, IssueId, Rule, Statement

__all__ = [
    "Choices",
    "Every",
    "Formula",
    "Ints",
    "OnIssue",
    "Some",
    "Truth",
    "broken",
    "every",
    "issues_of",
    "narrow_clauses",
    "some",
    "truth_of",
    "width_of",
]

Ints = npt.NDArray[np.intp]

MOST_CLAUSES = 64
"""A condition is not multiplied out into more alternatives than this."""


@dataclass(frozen=True, slots=True)
class OnIssue:
    """One issue of the table is settled on one of these choices: bit ``k`` stands for choice k."""

    issue: int
    bits: int
    n_choices: int


@dataclass(frozen=True, slots=True)
class Every:
    """Every part holds."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Formula, ...]


Formula = bool | OnIssue | Every | Some


def every(parts: Iterable[Formula]) -> Formula:
    """Join parts by *and*; what is settled is folded, and an issue is named once."""
    return _joined(parts, conjunction=True)


def some(parts: Iterable[Formula]) -> Formula:
    """Join parts by *or*; what is settled is folded, and an issue is named once."""
    return _joined(parts, conjunction=False)


def _joined(parts: Iterable[Formula], *, conjunction: bool) -> Formula:
    kind = Every if conjunction else Some
    on_issue: dict[int, OnIssue] = {}
    others: dict[Formula, None] = {}
    waiting = list(parts)[::-1]
    while waiting:
        part = waiting.pop()
        if isinstance(part, kind):
            waiting.extend(part.parts[::-1])
        elif isinstance(part, bool):
            if part is not conjunction:
                return part
        elif isinstance(part, OnIssue):
            known = on_issue.get(part.issue)
            if known is not None:
                bits = known.bits & part.bits if conjunction else known.bits | part.bits
                part = OnIssue(part.issue, bits, part.n_choices)
            on_issue[part.issue] = part
        else:
            others[part] = None
    kept: list[Formula] = []
    for part in on_issue.values():
        settled = _settled(part)
        if settled is None:
            kept.append(part)
        elif settled is not conjunction:
            return settled
    kept += others
    if not kept:
        return conjunction
    return kept[0] if len(kept) == 1 else kind(tuple(kept))


def _settled(part: OnIssue) -> bool | None:
    if part.bits == 0:
        return False
    return True if part.bits == (1 << part.n_choices) - 1 else None


def issues_of(formula: Formula) -> tuple[int, ...]:
    """Return the open issues that a formula names, in order."""
    return tuple(sorted(_literals(formula)))


def _literals(formula: Formula) -> dict[int, list[OnIssue]]:
    """Return what a formula says of each issue, each saying once."""
    found: dict[int, list[OnIssue]] = defaultdict(list)
    waiting = [formula]
    while waiting:
        part = waiting.pop()
        if isinstance(part, OnIssue):
            if part not in found[part.issue]:
                found[part.issue].append(part)
        elif not isinstance(part, bool):
            waiting.extend(part.parts)
    return found


def narrow_clauses(formula: Formula) -> tuple[Formula, ...]:
    """Return formulas of which at least one holds where the formula does, as narrow as can be.

    Multiplying out *and* over *or* gives clauses that name fewer issues each; those that name the
    same issues are joined again, since one table says them all.
    """
    by_issues: dict[tuple[int, ...], list[Formula]] = defaultdict(list)
    for clause in _alternatives(formula):
        by_issues[issues_of(clause)].append(clause)
    return tuple(some(group) for group in by_issues.values())


def _alternatives(formula: Formula) -> list[Formula]:
    match formula:
        case bool():
            return [True] if formula else []
        case OnIssue():
            return [formula]
        case Some(parts):
            return [clause for part in parts for clause in _alternatives(part)]
        case Every(parts):
            expanded = [_alternatives(part) for part in parts]
            if math.prod(map(len, expanded)) > MOST_CLAUSES:
                return [formula]
            clauses = [every(chosen) for chosen in itertools.product(*expanded)]
            return [clause for clause in clauses if clause is not False]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """A formula as a table: its issues, the class of each choice, the truth of each combination."""

    issues: tuple[int, ...]
    classes: tuple[Ints, ...]
    holds: Bools


def width_of(formula: Formula) -> int:
    """Count the cells of a formula's table without building it."""
    return math.prod(len(set(_classes(said))) for said in _literals(formula).values())


def truth_of(formula: Formula) -> Truth:
    """Tabulate a formula over its issues; choices that it does not tell apart share a class."""
    literals = _literals(formula)
    issues = tuple(sorted(literals))
    classes = [_classes(literals[issue]) for issue in issues]
    # The first choice of each class stands for all of them.
    first = [[row.index(k) for k in range(max(row) + 1)] for row in classes]
    shape = tuple(map(len, first))
    columns: dict[OnIssue, Bools] = {}
    for axis, issue in enumerate(issues):
        for literal in literals[issue]:
            holds = np.array([bool(literal.bits >> choice & 1) for choice in first[axis]])
            columns[literal] = holds.reshape([-1 if a == axis else 1 for a in range(len(issues))])
    table = np.broadcast_to(_evaluated(formula, columns), shape)
    return Truth(issues, tuple(np.array(row, dtype=np.intp) for row in classes), table)


def _evaluated(formula: Formula, columns: dict[OnIssue, Bools]) -> Bools:
    match formula:
        case bool():
            return np.array(formula)
        case OnIssue():
            return columns[formula]
        case Every(parts) | Some(parts):
            join = np.logical_and if isinstance(formula, Every) else np.logical_or
            result = _evaluated(parts[0], columns)
            for part in parts[1:]:
                result = join(result, _evaluated(part, columns))
            return result


def _classes(said: list[OnIssue]) -> list[int]:
    """Number the choices of an issue so that those never told apart share a number."""
    numbers: dict[tuple[int, ...], int] = {}
    result = []
    for choice in range(said[0].n_choices):
        signature = tuple(literal.bits >> choice & 1 for literal in said)
        result.append(numbers.setdefault(signature, len(numbers)))
    return result


# --- what a table can choose from -----------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """The issues that a table leaves open, and which options of the case are its choices.

    Attributes
    ----------
    space : Space
        The issues of the case in order.
    open_issues : tuple of int
        For each issue of the engine, its place among the issues of the case. May be empty: the
        engine then gets one issue with one option that stands for nothing.
    options : tuple of tuple of int, one per open issue
        The option numbers of the case that an agreement can settle it on.
    settled : ndarray of int32, shape (n_issues_of_case,)
        Where every other issue is settled beforehand; for open issues, where it is today.
    without_choice : tuple of IssueId
        Issues of the scope that no agreement can settle: there is no package at all.
    """

    space: Space
    open_issues: tuple[int, ...]
    options: tuple[tuple[int, ...], ...]
    settled: Codes
    without_choice: tuple[IssueId, ...]

    @classmethod
    def of(cls, space: Space, scope: Iterable[IssueId]) -> Choices:
        """Take the choices of a scope, as :meth:`Space.packages` lists them."""
        inside = set(scope)
        settled = [issue.number(issue.today) for issue in space.issues]
        open_issues, options, without = [], [], []
        for column, issue in enumerate(space.issues):
            if issue.id not in inside:
                continue
            choices = [n for n, o in enumerate(issue.options) if not o.not_by_agreement]
            if len(choices) > 1:
                open_issues.append(column)
                options.append(tuple(choices))
            elif choices:
                settled[column] = choices[0]
            else:
                without.append(issue.id)
        codes = np.array(settled, dtype=np.int32)
        codes.flags.writeable = False
        return cls(space, tuple(open_issues), tuple(options), codes, tuple(without))

    @property
    def n_options(self) -> tuple[int, ...]:
        """Options of each issue of the engine."""
        return tuple(map(len, self.options)) or (1,)

    def case_codes(self, codes: npt.ArrayLike) -> Codes:
        """Turn rows of the engine, shape (n, n_engine_issues), into rows of the case."""
        rows = np.asarray(codes)
        result = np.tile(self.settled, (len(rows), 1))
        for issue, column in enumerate(self.open_issues):
            result[:, column] = np.array(self.options[issue], dtype=np.int32)[rows[:, issue]]
        return result

    def engine_codes(self, row: npt.ArrayLike) -> Ints | None:
        """Turn one row of the case into one of the engine; None if the table cannot make it."""
        codes = np.asarray(row)
        fixed = np.ones(len(self.settled), dtype=np.bool_)
        fixed[list(self.open_issues)] = False
        if self.without_choice or (codes[fixed] != self.settled[fixed]).any():
            return None
        found = np.zeros(len(self.n_options), dtype=np.intp)
        for issue, column in enumerate(self.open_issues):
            if int(codes[column]) not in self.options[issue]:
                return None
            found[issue] = self.options[issue].index(int(codes[column]))
        return found

    def formula(self, said: Condition | Statement, *, negated: bool = False) -> Formula:
        """Return what a condition, or its opposite, says of the open issues."""
        match said:
            case Is(issue, options, opposite):
                return self._on_issue(issue, options, negated is not opposite)
            case AllOf(parts):
                join = some if negated else every
                return join(self.formula(part, negated=negated) for part in parts)
            case AnyOf(parts):
                join = every if negated else some
                return join(self.formula(part, negated=negated) for part in parts)
            case Statement(then, _, given):
                if given is None:
                    return self.formula(then, negated=negated)
                if negated:
                    return every((self.formula(then, negated=True), self.formula(given)))
                return some((self.formula(then), self.formula(given, negated=True)))

    def _on_issue(self, issue: IssueId, options: Iterable[str], negated: bool) -> Formula:
        column = self.space.column[issue]
        named = set(options)
        if column not in self.open_issues:
            option = self.space.issues[column].options[int(self.settled[column])]
            return (option.id in named) is not negated
        at = self.open_issues.index(column)
        choices = self.options[at]
        bits = 0
        for k, number in enumerate(choices):
            if (self.space.issues[column].options[number].id in named) is not negated:
                bits |= 1 << k
        literal = OnIssue(at, bits, len(choices))
        settled = _settled(literal)
        return literal if settled is None else settled

    def differs_from_today(self, issues: Iterable[IssueId]) -> Formula:
        """Return the formula that one of these issues is settled otherwise than today."""
        return some(
            self._on_issue(issue, [self.space.issues[self.space.column[issue]].today], True)
            for issue in sorted(issues)
        )


def broken(rule: Rule, choices: Choices) -> Formula:
    """Return where a rule is broken, so that its clauses are as narrow as they can be.

    All of several conditions hold together or not at all exactly if each holds with the next.
    """
    first, *rest = rule.conditions
    if rule.kind == "never":
        return choices.formula(first)
    if rule.kind == "only_if":
        return every((choices.formula(first), choices.formula(rest[0], negated=True)))
    return some(
        every((choices.formula(one, negated=flip), choices.formula(other, negated=not flip)))
        for one, other in itertools.pairwise(rule.conditions)
        for flip in (False, True)
    )
