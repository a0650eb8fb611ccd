"""Mixed-integer programming over a space of packages that nobody can list."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence

import numpy as np

from detente.engines._checks import Ints
from detente.engines.deal_space.programme.columns import Column, Source, column_of
from detente.engines.deal_space.programme.expression import Answer, Expression, Number, Status
from detente.engines.deal_space.programme.rules import encode, insist
from detente.engines.deal_space.programme.solve import Model, solve_model
from detente.engines.deal_space.programme.tables import Row, cells_of, link_rows
from detente.engines.deal_space.space.acceptance import AcceptanceRule
from detente.engines.deal_space.space.domain import Domain, Points
from detente.errors import EngineInputError

__all__ = ["Answer", "Expression", "Programme", "Status"]


class Programme:
    """Questions to a domain for HiGHS: which package maximises this, subject to that?

    One yes/no variable per option, exactly one per issue; links are rows, interactions variables
    tied to the options, acceptance rules rows (:mod:`~detente.engines.deal_space.programme.rules`). Expressions are in
    points and the variables' own units; coefficients are brought to about 1 inside, so that
    points of any size may be used. **Every package handed out is checked in whole numbers**
    against the links, the rules and all rows that stand in whole numbers; one that passes in
    floats only is struck out and the question asked again.

    Parameters
    ----------
    domain : Domain

    Notes
    -----
    HiGHS proves its bounds in floats: a row may be violated by 1e-6 after scaling, that is, by
    between one part in 10**6 (small points) and one part in 10**9 (large ones) of its largest
    coefficient. Columns of whole points up to about 10**7 are resolved to the last point.

    Examples
    --------
    The most the first party can have if the second must have 3 points:

    >>> points = [np.array([(5, 0), (0, 4)]), np.array([(3, 0), (2, 3)])]
    >>> programme = Programme(Domain(tuple(points)))
    >>> programme.require(programme.total(1), low=3)
    >>> answer = programme.solve(programme.total(0))
    >>> answer.codes, answer.objective, answer.status.name
    (array([0, 1]), 7.0, 'OPTIMAL')
    """

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._low: list[float] = []
        self._high: list[float] = []
        self._unit: list[float] = []
        self._whole: list[bool] = []
        self._rows: list[tuple[Expression, Number | None, Number | None]] = []
        self._rules: list[AcceptanceRule] = []
        self._indicators: dict[AcceptanceRule, Expression] = {}
        self._columns: dict[int, Column] = {}
        self._cells: dict[int, tuple[tuple[int, ...], Points, Points | None]] = {}
        self._first = np.cumsum([0, *domain.n_options])
        for n_options in domain.n_options:
            ones = [self._variable(0, 1, 1.0, whole=True) for _ in range(n_options)]
            self.require(sum((one for one in ones), Expression()), 1, 1)
        self._n_options = len(self._low)
        for link in domain.links:
            n_cells, rows = link_rows(link)
            self._add_rows(rows, tuple(self._cell() for _ in range(n_cells)))

    # --- what can be asked about ---------------------------------------------

    def option(self, issue: int, option: int) -> Expression:
        """Return 1 where an issue is settled by this option, else 0."""
        if not (0 <= issue < self.domain.n_issues and 0 <= option < self.domain.n_options[issue]):
            raise EngineInputError(
                f"option ({issue}, {option}): found no such issue and option, expected one of the "
                "domain's"
            )
        return Expression({}, {int(self._first[issue]) + option: 1})

    def total(self, column: int) -> Expression:
        """Return the package's points in a column."""
        found = self.column(column)
        if found.is_too_wide:
            raise EngineInputError(
                f"column {column}: found points that differ by 1 and by more than 10**9 in one "
                "column, expected at most 10**9 times the smallest difference; use coarser points"
                + (", or only thresholds: its order is strict" if found.items else "")
            )
        return Expression({column: 1})

    def changes(self, target: Sequence[int] | Ints) -> Expression:
        """Return on how many issues the package differs from a target package."""
        return self.domain.n_issues - self._agreement(target)

    def indicator(self, rule: AcceptanceRule) -> Expression:
        """Return a variable that can be 1 only where the rule is met, or a constant 1 or 0.

        It may be 0 where the rule is met, unless an objective or a row pulls it up.
        """
        if rule not in self._indicators:
            self._indicators[rule] = encode(self, rule)
        return self._indicators[rule]

    def add_binary(self) -> Expression:
        """Add a variable that is 0 or 1."""
        return self._variable(0, 1, 1.0, whole=True)

    def add_integer(self, low: int, high: int) -> Expression:
        """Add a variable that is a whole number between two."""
        return self._variable(low, high, 1.0, whole=True)

    def add_continuous(self, low: float, high: float, unit: float = 1.0) -> Expression:
        """Add a variable between finite bounds; ``unit`` says what is large for it, as 1e9."""
        if not (math.isfinite(low) and math.isfinite(high) and math.isfinite(unit) and unit > 0):
            raise EngineInputError(
                f"variable: found bounds {low} and {high} and unit {unit}, expected finite bounds "
                "and a finite unit above 0"
            )
        return self._variable(low, high, unit, whole=False)

    def least(self, column: int) -> int:
        """Return points that no package falls below in a column; links may leave the least out."""
        return self.column(column).least

    def largest(self, column: int) -> int:
        """Return points that no package exceeds in a column; links may leave the largest out."""
        return self.column(column).largest

    def unit(self, column: int) -> float:
        """Return the largest weight of one variable in a column, at least 1: its natural unit."""
        return float(max(map(abs, self.column(column).coefficients.values()), default=1))

    def is_lexicographic(self, column: int) -> bool:
        """Whether each weight outweighs all smaller ones, so that thresholds become clauses."""
        return self.column(column).items is not None

    def column(self, column: int) -> Column:
        """Return a column as a weighted sum of variables, which are made when first needed."""
        if not 0 <= column < self.domain.n_columns:
            raise EngineInputError(
                f"column: found {column}, expected a column from 0 to {self.domain.n_columns - 1}"
            )
        if column not in self._columns:
            self._columns[column] = column_of(self._sources(column))
        return self._columns[column]

    # --- what must hold --------------------------------------------------------

    def require(
        self, expression: Expression, low: Number | None = None, high: Number | None = None
    ) -> None:
        """Add a row: the expression lies between these bounds, None for no bound."""
        self._rows.append((expression, low, high))

    def require_rule(self, rule: AcceptanceRule) -> None:
        """Leave only packages that meet the rule."""
        insist(self, rule)
        self._rules.append(rule)

    def fix(self, issue: int, option: int) -> None:
        """Settle an issue by this option."""
        self.require(self.option(issue, option), 1, None)

    def forbid(self, issue: int, option: int) -> None:
        """Leave no package with this option."""
        self.require(self.option(issue, option), None, 0)

    def exclude(self, codes: Sequence[int] | Ints) -> None:
        """Leave this one package out."""
        self.require(self._agreement(codes), None, self.domain.n_issues - 1)

    def copy(self) -> Programme:
        """Return a programme to which rows can be added without adding them to this one."""
        twin = copy.copy(self)
        for name in ("_low", "_high", "_unit", "_whole", "_rows", "_rules", "_indicators",
                     "_columns", "_cells"):  # fmt: skip
            setattr(twin, name, copy.copy(getattr(self, name)))
        return twin

    # --- solving ---------------------------------------------------------------

    def solve(
        self,
        objective: Expression,
        *,
        maximise: bool = True,
        time_limit: float | None = None,
        gap: float = 0.0,
        accept: Callable[[Ints], bool] | None = None,
    ) -> Answer:
        """Find the best package, and prove how good a package can be.

        Parameters
        ----------
        objective : Expression
        maximise : bool, default True
        time_limit : float, optional
            Seconds for all solver runs together; none by default.
        gap : float, default 0
            Stop when the proven bound is within this share of the objective (less its constant
            part); the answer is then labelled feasible, unless equality is proven.
        accept : callable, optional
            A further check of a package in whole numbers. One that fails is struck out, and
            what the bound says is unaffected only if it could not have been allowed.

        Returns
        -------
        Answer
        """
        model = Model(
            domain=self.domain,
            first=tuple(map(int, self._first)),
            low=tuple(self._low),
            high=tuple(self._high),
            unit=tuple(self._unit),
            whole=tuple(self._whole),
            rows=tuple(self._rows),
            rules=tuple(self._rules),
            columns={k: self.column(k) for k in self._named(objective)},
        )
        return solve_model(
            model, objective, maximise=maximise, time_limit=time_limit, gap=gap, accept=accept
        )

    # --- inside ----------------------------------------------------------------

    def _named(self, objective: Expression) -> set[int]:
        return {c for row in (objective, *(row for row, _, _ in self._rows)) for c in row.columns}

    def _variable(self, low: float, high: float, unit: float, *, whole: bool) -> Expression:
        self._low.append(low)
        self._high.append(high)
        self._unit.append(unit)
        self._whole.append(whole)
        return Expression({}, {len(self._low) - 1: 1})

    def _cell(self) -> int:
        """Add a variable for a combination; options that are whole make it so."""
        (number,) = self.add_continuous(0, 1).variables
        return number

    def _agreement(self, target: Sequence[int] | Ints) -> Expression:
        (codes,) = self.domain._checked(np.array([target]))
        return sum((self.option(i, int(o)) for i, o in enumerate(codes)), Expression())

    def _add_rows(self, rows: Sequence[Row], cells: Sequence[int]) -> None:
        for row in rows:
            variables: dict[int, Number] = {
                int(self._first[issue]) + option: value
                for (issue, option), value in row.options.items()
            }
            variables.update({cells[number]: value for number, value in row.cells})
            low, high = (None if math.isinf(bound) else int(bound) for bound in (row.low, row.high))
            self.require(Expression({}, variables), low, high)

    def _sources(self, column: int) -> list[Source]:
        sources = [
            Source(
                tuple(range(int(first), int(first) + len(table))),
                tuple(map(int, table[:, column])),
                None,
            )
            for first, table in zip(self._first, self.domain.points, strict=False)
        ]
        for k, term in enumerate(self.domain.interactions):
            points = term.points[..., column]
            if points.min() == points.max():
                sources.append(Source((), (), int(points.min())))
                continue
            if k not in self._cells:
                cells = cells_of(term)
                variables = tuple(self._cell() for _ in range(len(cells.points)))
                self._add_rows(cells.rows, variables)
                self._cells[k] = (variables, cells.points, cells.otherwise)
            variables, table, otherwise = self._cells[k]
            sources.append(
                Source(
                    variables,
                    tuple(map(int, table[:, column])),
                    None if otherwise is None else int(otherwise[column]),
                )
            )
        return sources
