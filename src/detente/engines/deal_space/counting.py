"""How many packages meet a rule, when nobody can list them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from detente.engines.deal_space.acceptance import AcceptanceRule, Meets, leaves_of
from detente.engines.deal_space.counting_bounds import Bound, bounds_on
from detente.engines.deal_space.counting_course import course_of
from detente.engines.deal_space.counting_meeting import Bridge, Step, bridged, joined, loosened
from detente.engines.deal_space.counting_rule import numbered, required
from detente.engines.deal_space.counting_sides import Question
from detente.engines.deal_space.counting_tilt import cut_of, tilt_of
from detente.engines.deal_space.diagram import Diagram, diagram_of
from detente.engines.deal_space.domain import Domain
from detente.errors import EngineInputError, SpaceTooLargeError

__all__ = ["Bound", "Count", "count_each", "count_packages"]

MOST_ROWS = 400_000
"""Rows that one side holds: about 100 bytes each at six columns, in several copies."""

MOST_PAIRS = 250_000_000_000
"""Pairs of rows times thresholds that are compared, 64 at a time: one to two seconds."""

MOST_CELLS = 8_000_000
"""Cells of a grid, eight bytes each, in several copies."""

EXACT_ROWS = "rows from both ends"


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    at_least: int
    at_most: int
    n_packages: int
    is_exact: bool
    method: str
    bounds: tuple[Bound, ...]
    largest: int
    most_rows: int


def count_packages(
    domain: Domain,
    rule: AcceptanceRule,
    *,
    most_rows: int = MOST_ROWS,
    most_pairs: int = MOST_PAIRS,
    most_cells: int = MOST_CELLS,
    step: Step | None = None,
) -> Count:
    (count,) = count_each(
        domain,
        (rule,),
        most_rows=most_rows,
        most_pairs=most_pairs,
        most_cells=most_cells,
        step=step,
    )
    return count


def count_each(
    domain: Domain,
    rules: Sequence[AcceptanceRule],
    *,
    most_rows: int = MOST_ROWS,
    most_pairs: int = MOST_PAIRS,
    most_cells: int = MOST_CELLS,
    step: Step | None = None,
) -> tuple[Count, ...]:
    asked = [leaf.column for rule in rules for leaf in leaves_of(rule)]
    _check(domain, asked, most_rows=most_rows, most_pairs=most_pairs, most_cells=most_cells)
    diagram = diagram_of(domain.columns(list(dict.fromkeys(asked))) if asked else domain)
    place = {column: k for k, column in enumerate(dict.fromkeys(asked))}
    budget = _Budget(most_rows, most_pairs, most_cells)
    return tuple(_counted(diagram, place, domain, rule, budget, step) for rule in rules)


@dataclass(frozen=True, slots=True)
class _Budget:
    most_rows: int
    most_pairs: int
    most_cells: int


def _counted(
    diagram: Diagram, place: dict[int, int], domain: Domain, rule: AcceptanceRule,
    budget: _Budget, step: Step | None,
) -> Count:  # fmt: skip
    if diagram.is_empty:
        return Count(0, 0, 0, True, "the links allow no package", (), 0, budget.most_rows)
    plain, stated = numbered(rule)
    columns = list(dict.fromkeys(leaf.column for leaf in stated))
    leaves = tuple(Meets(columns.index(leaf.column), leaf.at_least) for leaf in stated)
    course = course_of(diagram, [place[column] for column in columns])
    needed = [leaves[number] for number in required(plain, len(leaves))]
    tilt, cut = np.zeros(len(needed)), None
    if len(needed) > 1:
        at = [columns[leaf.column] for leaf in needed]
        tables = [table[:, at] for table in domain.points]
        tilt = tilt_of(tables, [leaf.at_least for leaf in needed])
        cut = cut_of(course, needed, tilt)
    question = Question(course, plain, leaves, cut)
    bridge = bridged(question, budget.most_rows, step)
    n = diagram.n_packages
    if bridge.has_met:
        try:
            n_met, _ = joined(question, bridge, budget.most_pairs)
        except SpaceTooLargeError:
            pass
        else:
            method = EXACT_ROWS if bridge.largest > 1 else "decided at once"
            bound = Bound(EXACT_ROWS, n_met, n_met)
            return Count(n_met, n_met, n, True, method, (bound,), bridge.largest, budget.most_rows)
    bounds = [Bound("what is settled half-way", bridge.forward.met, n)]
    loose = loosened(question, bridge, budget.most_rows)
    if loose is not None:
        with suppress(SpaceTooLargeError):
            met = joined(question, loose, budget.most_pairs)
            bounds.append(Bound("ranges from both ends", *met))
    if columns:
        bounds += bounds_on(question, domain.columns(columns), tilt, budget.most_cells)
    return _summed_up(bounds, n, bridge, budget)


def _summed_up(bounds: Sequence[Bound], n: int, bridge: Bridge, budget: _Budget) -> Count:
    at_least = max(bound.at_least for bound in bounds)
    at_most = min(bound.at_most for bound in bounds)
    lower = next(b.method for b in bounds if b.at_least == at_least)
    upper = next(b.method for b in bounds if b.at_most == at_most)
    return Count(
        at_least,
        at_most,
        n,
        at_least == at_most,
        f"at least: {lower}; at most: {upper}",
        tuple(bounds),
        bridge.largest,
        budget.most_rows,
    )


def _check(domain: Domain, columns: Sequence[int], **budget: int) -> None:
    wrong = [column for column in columns if not 0 <= column < domain.n_columns]
    if wrong:
        raise EngineInputError(
            f"rule: found column {wrong[0]}, expected one from 0 to {domain.n_columns - 1}"
        )
    for name, value in budget.items():
        if value < 1:
            raise EngineInputError(f"{name}: found {value}, expected at least 1")
