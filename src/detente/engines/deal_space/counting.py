"""How many packages meet a rule, when nobody can list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.engines.deal_space.acceptance import AcceptanceRule, Meets, leaves_of
from detente.engines.deal_space.counting_course import Course, Cut, course_of, cut_of
from detente.engines.deal_space.counting_lines import line_of
from detente.engines.deal_space.counting_grid import on_a_grid
from detente.engines.deal_space.counting_pairs import Budget, Listed, n_met
from detente.engines.deal_space.counting_rule import Bounds, bounded, numbered, required
from detente.engines.deal_space.counting_sides import Question, Side, begun, extended, shrunk
from detente.engines.deal_space.diagram import Diagram, diagram_of
from detente.engines.deal_space.domain import Domain
from detente.engines.deal_space.sweep import Step
from detente.errors import EngineInputError, SpaceTooLargeError

__all__ = ["Bound", "Count", "count_each", "count_packages"]

MOST_ROWS = 400_000
MOST_PAIRS = 2e11
MOST_GRID=2_000_000
ROWS_IN_RANGES = 30_000


@dataclass(frozen=True, slots=True)
class Bound:
    name: str
    at_least: int
    at_most: int
    weights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    at_least: int
    at_most: int
    n_packages: int
    is_exact: bool
    method: str
    bounds: tuple[Bound, ...]
    most_rows: int
    largest: int


def count_packages(
    domain: Domain,
    rule: AcceptanceRule,
    *,
    most_rows: int = MOST_ROWS,
    most_pairs: float = MOST_PAIRS,
    step: Step | None = None,
) -> Count:
    leaves = leaves_of(rule)
    wrong = [leaf.column for leaf in leaves if not 0 <= leaf.column < domain.n_columns]
    if wrong:
        raise EngineInputError("columns")
    if most_rows < 1:
        raise EngineInputError("most_rows")
    columns = tuple(dict.fromkeys(leaf.column for leaf in leaves))
    diagram = diagram_of(domain.columns(columns) if columns else domain)
    return _counted(diagram, domain, columns, rule, most_rows, most_pairs, step)


def _counted(diagram: Diagram, domain, columns, rule, most_rows, most_pairs, step) -> Count:
    n = diagram.n_packages
    if not n:
        return Count(0, 0, 0, True, "the links allow no package", (), most_rows, 0)
    place = {column: k for k, column in enumerate(columns)}
    plain, leaves = numbered(rule)
    leaves = tuple(Meets(place[leaf.column], leaf.at_least) for leaf in leaves)
    course = course_of(diagram, range(len(columns)))
    needed = [leaves[k] for k in required(plain, len(leaves))]
    cut = cut_of(course, domain, columns, needed) if len(needed) > 1 else None
    question = Question(course, plain, leaves, cut)
    import time
    t=time.time()
    forward, backward = begun(question, forward=True), begun(question, forward=False)
    largest = 1
    is_loose = False
    gave_up=False
    while forward.boundary < backward.boundary and len(forward.rows) and len(backward.rows):
        found = None
        if not is_loose:
            for side in sorted((forward, backward), key=lambda s: len(s.rows)):
                found = extended(question, side, most_rows)
                if found is not None:
                    break
            else:
                is_loose = True
                if backward.boundary-forward.boundary>3: gave_up=True; break
        if found is None:
            some = min(most_rows, ROWS_IN_RANGES)
            side = min(forward, backward, key=lambda s: len(s.rows))
            found = extended(question, shrunk(side, some), None)
            found = shrunk(found, some)
        if found.forward:
            forward = found
        else:
            backward = found
        if DEBUG: print(f"   {time.time()-t:.3f}", forward.boundary, backward.boundary, len(forward.rows), len(backward.rows), is_loose, forward.rows.high is None, backward.rows.high is None)
        largest = max(largest, len(found.rows))
    least, most = forward.met, forward.met
    try:
        if gave_up: raise SpaceTooLargeError("x")
        least += _joined(question, forward, backward, Budget(most_pairs), high=False)
        if is_loose:
            most += _joined(question, forward, backward, Budget(most_pairs), high=True)
        else:
            most = least
        bounds = [Bound("rows", least, most)]
    except SpaceTooLargeError:
        least,most=forward.met,n
        bounds = [Bound("rows", forward.met, n)]
    if DEBUG: print("join", time.time()-t)
    if least < most:
        per_leaf: list[Bounds] = []
        for column in range(len(columns)):
            line = line_of(diagram, [pays[:, :, column] for pays in course.pays])
            for k, leaf in enumerate(leaves):
                if leaf.column == column:
                    per_leaf.append((k, line.reach(leaf.at_least) if line else (0, n)))
        per_leaf = [b for _, b in sorted(per_leaf)]
        if DEBUG: print("leaf", per_leaf)
        bounds.append(Bound("columns", *bounded(plain, per_leaf, n)))
        if cut is not None:
            line = line_of(diagram, cut.pays)
            if line:
                bounds.append(Bound("weighted", 0, line.reach(cut.wanted)[1]))
        if DEBUG: print("lines", time.time()-t)
        g = on_a_grid(course, course.pays, plain, leaves, MOST_GRID)
        if g: bounds.append(Bound("grid", *g))
        if DEBUG: print("grid", time.time()-t)
    low, high = max(b.at_least for b in bounds), min(b.at_most for b in bounds)
    return Count(low, high, n, low == high, "", tuple(bounds), most_rows, largest)

DEBUG=False

def _joined(question: Question, forward: Side, backward: Side, budget: Budget, *, high: bool) -> int:
    f, b = forward.rows, backward.rows
    fp, bp = (f.most, b.most) if high else (f.low, b.low)
    found = 0
    of = np.argsort(f.node, kind="stable"); ob = np.argsort(b.node, kind="stable")
    nodes = np.arange(question.course.n_nodes(forward.boundary) + 1)
    sf = np.searchsorted(f.node[of], nodes); sb = np.searchsorted(b.node[ob], nodes)
    for node in np.flatnonzero((np.diff(sf) > 0) & (np.diff(sb) > 0)):
        i, j = of[sf[node]:sf[node+1]], ob[sb[node]:sb[node+1]]
        found += n_met(question.rule, question.leaves, Listed(fp[i], f.counts[i]), Listed(bp[j], b.counts[j]), budget)
    return found
