"""The consent of one party as thresholds on columns: its floor, its red lines, what it can block.

A verdict has three values and a rule has two, so each part is said twice: ``certain`` is met where
the party says YES, ``conceivable`` where it does not say NO.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from detente.analysis.consent import Standpoint
from detente.analysis.preferences import ROUNDING, Form
from detente.analysis.product_columns import (
    ALWAYS,
    NEVER,
    Columns,
    NotInProductFormError,
    WholePoints,
    all_met,
    any_met,
)
from detente.analysis.product_conditions import Choices, Formula, OnIssue, every
from detente.engines.deal_space.space.acceptance import AcceptanceRule, Meets
from detente.engines.deal_space.space.domain import LARGEST_TOTAL, Domain, Link
from detente.engines.deal_space.space.domain import Points as Whole
from detente.ledger import PartyId
from detente.model import Fallback, OutcomeOrder, Points, RankedStatements, RedLine, Statement

__all__ = ["Level", "Part", "PartyForm", "party_form"]

MOST_STATEMENTS = 60
"""Ranked statements whose weights, each twice the next, fit in one column together."""

LARGEST_RANKED = 1 << 14
"""Packages of a table, before rules, up to which a named order is asked whether it names all."""

PartKind = Literal["floor", "red line", "block"]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing on which a party's consent hangs.

    ``floor``: the package is at least as good as the fallback. ``red line``: it does not cross
    it. ``block``: the term that the party can block does not stand in it, so that its consent is
    not needed on that account.
    """

    party: PartyId
    kind: PartKind
    certain: AcceptanceRule
    conceivable: AcceptanceRule
    red_line: RedLine | None = None
    term: Statement | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """The column that orders every package as a party does.

    ``form`` says whether totals are points, in units of utility, or only places. ``floor`` is the
    total of the fallback (middle of a range; the highest or lowest of several), or for statements
    the lowest total that is as good; None for an order and where no number says it.
    """

    column: int
    form: Form
    floor: int | None


@dataclass(frozen=True, slots=True)
class PartyForm:
    """One party of a forum. ``level`` is None where its preference does not order every package."""

    party: PartyId
    holder: PartyId
    form: Form
    fallback: Fallback
    level: Level | None
    unranked_because: str
    floor: Part
    red_lines: tuple[Part, ...]
    blocks: tuple[Part, ...]

    @property
    def certain(self) -> AcceptanceRule:
        """Met where the party says YES."""
        return all_met(part.certain for part in (*self.red_lines, self.floor))

    @property
    def conceivable(self) -> AcceptanceRule:
        """Met where the party does not say NO."""
        return all_met(part.conceivable for part in (*self.red_lines, self.floor))

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.floor, *self.red_lines, *self.blocks)


@dataclass(frozen=True, slots=True)
class _Stand:
    """What the preference gives: the level, the floor's two rules, and why there is no level."""

    certain: AcceptanceRule
    conceivable: AcceptanceRule
    level: Level | None = None
    unranked_because: str = ""


def party_form(standpoint: Standpoint, columns: Columns, links: tuple[Link, ...]) -> PartyForm:
    """Turn a party's stand into columns and thresholds.

    ``standpoint`` is the party put to the rows that have a name; its verdicts on packages are
    what the rules reproduce.
    """
    choices = columns.choices
    preference = None if standpoint.view is None else standpoint.view.preference
    try:
        match preference:
            case Points():
                stand = _by_points(standpoint, columns, preference)
            case RankedStatements():
                stand = _by_statements(standpoint, columns, preference)
            case OutcomeOrder():
                stand = _by_order(standpoint, columns, links)
            case _:
                stand = _Stand(NEVER, ALWAYS, None, "nothing is stated of what it wants")
        if isinstance(preference, RankedStatements | OutcomeOrder):
            stand = _by_score_alone(stand, standpoint.fallback)
        red_lines = [
            (red_line, columns.never(choices.formula(red_line.statement)))
            for red_line in standpoint.red_lines
        ]
        party = standpoint.case.parties[standpoint.party]
        blocks = []
        for term in party.can_block:
            bites = every((choices.formula(term), choices.differs_from_today(term.issues())))
            blocks.append((term, columns.never(bites)))
    except NotInProductFormError as error:
        raise NotInProductFormError(f"{standpoint.party}: {error}") from error
    name = standpoint.party
    return PartyForm(
        party=name,
        holder=standpoint.holder,
        form=standpoint.evaluation.form,
        fallback=standpoint.fallback,
        level=stand.level,
        unranked_because=stand.unranked_because,
        floor=Part(name, "floor", stand.certain, stand.conceivable),
        red_lines=tuple(Part(name, "red line", r, r, red_line=line) for line, r in red_lines),
        blocks=tuple(Part(name, "block", r, r, term=term) for term, r in blocks),
    )


def _by_score_alone(stand: _Stand, fallback: Fallback) -> _Stand:
    """A least score asked by a party that states no points: every package has zero."""
    score = fallback.at_least if fallback.mode == "at_least" else None
    if score is None:
        return stand
    return replace(
        stand,
        certain=ALWAYS if score.high <= ROUNDING else NEVER,
        conceivable=ALWAYS if score.low <= ROUNDING else NEVER,
    )


# --- points ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Sum:
    """Points of each choice by open issue, and of what is settled beforehand."""

    tables: tuple[Whole, ...]
    settled: int


def _by_points(standpoint: Standpoint, columns: Columns, stated: Points) -> _Stand:
    choices, fallback = columns.choices, standpoint.fallback
    at_least = fallback.at_least if fallback.mode == "at_least" else None
    whole = WholePoints.of(choices, stated, at_least)
    middle = _sum(choices, whole.middle)
    tables = [table.copy() for table in middle.tables]
    tables[0] += middle.settled
    level = columns.add(tables, (), whole.scale, whole.rounding)

    def reaches(some: _Sum, points: int) -> AcceptanceRule:
        return _threshold(columns, whole, some, points - whole.slack, middle, level)

    if whole.at_least is not None:
        lowest, score, highest = whole.at_least
        certain = reaches(_sum(choices, whole.low), highest)
        conceivable = reaches(_sum(choices, whole.high), lowest)
        return _Stand(certain, conceivable, Level(level, Form.POINTS, score))
    if not fallback.names:  # a least score with no number; nothing is compared
        return _Stand(NEVER, ALWAYS, Level(level, Form.POINTS, None))
    certainly, conceivably, floors = [], [], []
    for name in fallback.names:
        there = standpoint.evaluation.codes[standpoint.rows_of[name]]
        certainly.append(reaches(_difference(choices, whole.low, whole.high, there), 0))
        conceivably.append(reaches(_difference(choices, whole.high, whole.low, there), 0))
        floors.append(sum(int(table[there[column]]) for column, table in whole.middle.items()))
    worst_of = fallback.mode == "worst_of"
    join = any_met if worst_of else all_met
    floor = min(floors) if worst_of else max(floors)
    return _Stand(join(certainly), join(conceivably), Level(level, Form.POINTS, floor))


def _sum(choices: Choices, points: Mapping[int, Whole]) -> _Sum:
    tables = []
    for column, options in zip(choices.open_issues, choices.options, strict=True):
        of = points.get(column)
        tables.append(np.zeros(len(options), dtype=np.int64) if of is None else of[list(options)])
    settled = sum(
        int(table[choices.settled[column]])
        for column, table in points.items()
        if column not in choices.open_issues
    )
    return _Sum(tuple(tables) or (np.zeros(1, dtype=np.int64),), settled)


def _difference(
    choices: Choices, here: Mapping[int, Whole], there: Mapping[int, Whole], fallback: Whole
) -> _Sum:
    """Points above a fallback: an issue that both settle alike adds nothing, range or not."""
    difference = {}
    for column, table in here.items():
        option = fallback[column]
        difference[column] = table - there[column][option]
        difference[column][option] = 0
    return _sum(choices, difference)


def _threshold(
    columns: Columns, whole: WholePoints, some: _Sum, points: int, middle: _Sum, level: int
) -> AcceptanceRule:
    """Return the rule that a sum reaches so many points, on the level column where that will do."""
    least = [int((a - b).min()) for a, b in zip(some.tables, middle.tables, strict=True)]
    same = all(
        (a - b == d).all() for a, b, d in zip(some.tables, middle.tables, least, strict=True)
    )
    if same:
        at_least = points - some.settled - sum(least) + middle.settled
        return Meets(level, _within(at_least))
    # Counted from the least of each issue: fallbacks that differ beforehand share a column.
    least = [int(table.min()) for table in some.tables]
    tables = [table - d for table, d in zip(some.tables, least, strict=True)]
    column = columns.add(tables, (), whole.scale, whole.rounding)
    return Meets(column, _within(points - some.settled - sum(least)))


def _within(points: int) -> int:
    return max(-LARGEST_TOTAL, min(LARGEST_TOTAL, points))


# --- ranked statements ----------------------------------------------------------------------


def _by_statements(standpoint: Standpoint, columns: Columns, stated: RankedStatements) -> _Stand:
    choices, case, fallback = columns.choices, standpoint.case, standpoint.fallback
    formulas = [choices.formula(wish.statement) for wish in stated.wishes]
    varying = [formula for formula in formulas if not isinstance(formula, bool)]
    if len(varying) > MOST_STATEMENTS:
        raise NotInProductFormError(
            f"found {len(varying)} ranked statements on which packages differ, expected at most "
            f"{MOST_STATEMENTS}; drop the least important"
        )
    weighted = [(f, 1 << (len(varying) - 1 - k)) for k, f in enumerate(varying)]
    level = columns.add(columns.nothing(), weighted)
    floors = []
    for name in fallback.names:
        outcome = case.outcome(name)
        truth = [wish.statement.holds(outcome) for wish in stated.wishes]
        floors.append(_as_good_as(formulas, truth))
    if not floors:
        return _Stand(NEVER, ALWAYS, Level(level, Form.STATEMENTS, None))
    floor = min(floors) if fallback.mode == "worst_of" else max(floors)
    rule = Meets(level, floor)
    return _Stand(rule, rule, Level(level, Form.STATEMENTS, floor))


def _as_good_as(formulas: list[Formula], there: list[bool]) -> int:
    """Return the lowest total of a package that is as good as an outcome, statement by statement.

    A statement on which no two packages differ decides against the outcome, or for it, where all
    before it are equal.
    """
    total = 0
    for k, (formula, holds) in enumerate(zip(formulas, there, strict=True)):
        if not isinstance(formula, bool):
            total = 2 * total + holds
        elif formula is not holds:
            remaining = sum(not isinstance(later, bool) for later in formulas[k + 1 :])
            return (total if formula else total + 1) << remaining
    return total


# --- a named order --------------------------------------------------------------------------


def _by_order(standpoint: Standpoint, columns: Columns, links: tuple[Link, ...]) -> _Stand:
    """An order speaks only of what it names: each named package is recognised as a whole."""
    choices, evaluation = columns.choices, standpoint.evaluation
    fallback, rows_of = standpoint.fallback, standpoint.rows_of
    heights: dict[tuple[int, ...], int] = {}
    for codes, height in zip(evaluation.codes, evaluation.level, strict=True):
        row = choices.engine_codes(codes)
        if row is not None and not np.isnan(height):
            heights[tuple(row.tolist())] = int(height)
    level, because = _level_of_order(columns, heights, links)
    certainly, conceivably = [], []
    for name in fallback.names:
        floor = float(evaluation.level[rows_of[name]])
        if np.isnan(floor):
            certainly.append(NEVER)
            conceivably.append(ALWAYS)
            continue
        good = [columns.same_as(row)[0] for row, height in heights.items() if height >= floor]
        bad = [columns.same_as(row)[1] for row, height in heights.items() if height < floor]
        certainly.append(any_met(good))
        conceivably.append(all_met(bad))
    join = any_met if fallback.mode == "worst_of" else all_met
    return _Stand(join(certainly), join(conceivably), level, because)


def _level_of_order(
    columns: Columns, heights: Mapping[tuple[int, ...], int], links: tuple[Link, ...]
) -> tuple[Level | None, str]:
    choices = columns.choices
    n_options = choices.n_options
    size = 1
    for n in n_options:
        size *= n
    if size > LARGEST_RANKED:
        return None, "its order does not name every package"
    rows = np.array(list(itertools.product(*map(range, n_options))), dtype=np.intp)
    blank = tuple(np.zeros((n, 1), dtype=np.int64) for n in n_options)
    allowed = rows[Domain(blank, links).is_allowed(rows)]
    today = choices.engine_codes([issue.number(issue.today) for issue in choices.space.issues])
    skipped = None if today is None else tuple(today.tolist())
    for row in allowed.tolist():
        if tuple(row) not in heights and tuple(row) != skipped:
            return None, "its order does not name every package"
    named = [(_exactly(choices, row), height) for row, height in heights.items() if height]
    return Level(columns.add(columns.nothing(), named), Form.ORDER, None), ""


def _exactly(choices: Choices, row: tuple[int, ...]) -> Formula:
    """Return the formula that holds of one package alone."""
    if not choices.open_issues:
        return True
    sizes = choices.n_options
    return every(OnIssue(issue, 1 << choice, sizes[issue]) for issue, choice in enumerate(row))
