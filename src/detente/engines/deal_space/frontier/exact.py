"""The exact frontier of a space of packages that nobody can list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from detente.engines._checks import Floats, Ints, frozen
from detente.engines.deal_space.frontier.sweep import MOST_POINTS, Step, Trail, swept
from detente.engines.deal_space.frontier.tied import Tied
from detente.engines.deal_space.space.acceptance import AcceptanceRule, is_met, leaves_of
from detente.engines.deal_space.space.diagram import Diagram, diagram_of
from detente.engines.deal_space.space.domain import Domain, Points
from detente.engines.deal_space.space.maxima import first_equal, is_undominated
from detente.errors import EngineInputError

__all__ = ["Frontier", "approximate_frontier", "exact_frontier"]


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """The packages that no other package dominates, as points with one package each.

    Attributes
    ----------
    points : ndarray of int64, shape (n_points, n_compared)
        The different totals on the frontier, in whole points, from the largest in the first
        column downwards.
    utilities : ndarray, shape (n_points, n_compared)
        The same in units of utility.
    codes : ndarray of int, shape (n_points, n_issues)
        One package for each point: the option it takes on each issue. :meth:`packages_at` lists
        those that tie with it.
    columns : tuple of int
        Which columns of the domain were compared.
    n_packages : int
        How many packages the links allow.
    loss : ndarray, shape (n_compared,)
        The certificate: every package that the links allow, and that meets the rule with so much
        to spare in every column, has a package here that is at most this much less in each column,
        in units of utility. All zero if the frontier is exact; if it is not, there may be packages
        that meet the rule with less to spare even where the frontier is empty.
    is_exact : bool
    width : int
        The most that links kept open at once; 1 without links.
    largest : int
        The most points that were held at one issue.
    method : str
    """

    points: Points
    utilities: Floats
    codes: Ints
    columns: tuple[int, ...]
    n_packages: int
    loss: Floats
    is_exact: bool
    width: int
    largest: int
    method: str
    _tied: Tied | None

    def n_packages_at(self, point: int) -> int:
        """Count the packages that tie at a point; exact, however many.

        Raises
        ------
        EngineInputError
            If the frontier is approximate: what was thinned out cannot be counted.
        """
        return self._ties().count(self.points[point])

    def packages_at(self, point: int, most: int = 100) -> Ints:
        """List packages that tie at a point, shape (at most ``most``, n_issues), in a fixed order.

        Raises
        ------
        EngineInputError
            If the frontier is approximate.
        """
        found = list(islice(self._ties().packages(self.points[point]), most))
        return np.array(found, dtype=np.intp).reshape(len(found), self.codes.shape[1])

    def _ties(self) -> Tied:
        if self._tied is None:
            raise EngineInputError(
                "packages: found an approximate or empty frontier, expected an exact one; only "
                "there are all ties known"
            )
        return self._tied


def exact_frontier(
    domain: Domain,
    columns: Sequence[int] | None = None,
    *,
    rule: AcceptanceRule | None = None,
    most_points: int = MOST_POINTS,
    step: Step | None = None,
) -> Frontier:
    """Find every package that no other one dominates, without listing the packages.

    A package dominates another if it is worth at least as much in every column compared and more
    in one. With a rule, only packages that meet it are looked at, and they are compared among
    themselves. Exact: points are whole numbers; packages worth the same do not dominate each
    other, and count as one point.

    Parameters
    ----------
    domain : Domain
    columns : sequence of int, optional
        The columns to compare, each once; all of them if left out.
    rule : AcceptanceRule, optional
        What a package must meet; it may look at any column.
    most_points : int
        The budget: points held at one issue. About 150 bytes each at six columns, beside batches
        of at most 300 MB.
    step : callable, optional
        Called with the issues settled and their number. What it raises passes through.

    Returns
    -------
    Frontier
        Empty if the links or the rule leave no package.

    Raises
    ------
    SpaceTooLargeError
        If the budget does not hold the frontier: see :func:`approximate_frontier`. If the links
        are too entangled, it is a :class:`TooEntangledError`.
    EngineInputError
        If a column does not exist or stands twice, or the budget is below 1.

    Notes
    -----
    Issues are settled one after the other, those tied by links first (see :mod:`detente.engines.deal_space.space.diagram`), and
    dominated partial packages are dropped: a frontier of sums is made of frontiers of parts.
    Cost grows with the points held and with the width of the links, not with the number of
    packages.

    References
    ----------
    H. T. Kung, F. Luccio, F. P. Preparata, "On finding the maxima of a set of vectors", Journal
    of the ACM 22(4), 1975, pp. 469-476, for the problem.

    Examples
    --------
    Twenty issues with ten options each, and two parties who want opposite things:

    >>> from detente.engines.deal_space import domain_of
    >>> front = exact_frontier(domain_of([[(k, 9 - k) for k in range(10)]] * 20))
    >>> front.n_packages, len(front.points), front.points[0]
    (100000000000000000000, 181, array([180,   0]))
    >>> front.n_packages_at(1)
    20
    """
    return _frontier(domain, columns, rule, most_points, step, thin=False)


def approximate_frontier(
    domain: Domain,
    columns: Sequence[int] | None = None,
    *,
    rule: AcceptanceRule | None = None,
    most_points: int,
    step: Step | None = None,
) -> Frontier:
    """Find a frontier within a budget of points, with a proven bound on what it misses.

    As :func:`exact_frontier`, but wherever more than ``most_points`` points would be held, one of
    each cell of a grid stays. The largest loss found is added up over issues; ``loss`` states the
    sum: an additive epsilon, column by column [1]_. If the budget is never reached, the frontier
    is exact and says so.

    Parameters
    ----------
    domain, columns, rule, step
        As for :func:`exact_frontier`.
    most_points : int
        Points kept at one issue, at least 1; batches before thinning may hold more.

    Returns
    -------
    Frontier

    Raises
    ------
    TooEntangledError
        If the links are too entangled.
    EngineInputError
        As for :func:`exact_frontier`.

    References
    ----------
    .. [1] C. H. Papadimitriou, M. Yannakakis, "On the approximability of trade-offs and optimal
       access of web sources", Proceedings of the 41st Annual Symposium on Foundations of Computer
       Science, 2000, pp. 86-92, for the idea of such a bound.

    Examples
    --------
    >>> from detente.engines.deal_space import domain_of
    >>> domain = domain_of([[(k, 9 - k) for k in range(10)]] * 20)
    >>> front = approximate_frontier(domain, most_points=30)
    >>> front.is_exact, len(front.points) <= 30, bool((front.loss < 60).all())
    (False, True, True)
    """
    return _frontier(domain, columns, rule, most_points, step, thin=True)


def _frontier(
    domain: Domain,
    columns: Sequence[int] | None,
    rule: AcceptanceRule | None,
    most_points: int,
    step: Step | None,
    *,
    thin: bool,
) -> Frontier:
    compared = _checked_columns(domain, columns, rule)
    if most_points < 1:
        raise EngineInputError(f"most_points: found {most_points}, expected at least 1")
    diagram = diagram_of(domain)
    if diagram.is_empty:
        return _empty(domain, compared, diagram)
    sweep = swept(diagram, compared, rule, most_points=most_points, thin=thin, step=step)
    points, rows = sweep.points, np.arange(len(sweep.points))
    if rule is not None:
        # Clipped columns and thinning decide nothing in the end: the packages themselves do.
        codes = _traced(diagram, sweep.trails, rows)
        rows = rows[is_met(rule, domain.totals(codes))]
    shown = np.ascontiguousarray(points[rows][:, : len(compared)])
    first = np.arange(len(shown))
    if rule is not None:  # rows may differ in columns that only the rule looks at
        first = np.flatnonzero(first_equal(shown) == first)
        first = first[is_undominated(shown[first])]
    loss = sweep.loss[: len(compared)]
    if not len(first):
        return _empty(domain, compared, diagram, loss)
    first = first[np.lexsort(tuple(-shown[first].T[::-1]))]
    codes = _traced(diagram, sweep.trails, rows[first])
    is_exact = not loss.any()
    scale = domain.scale[list(compared)]
    found = frozen(shown[first])
    return Frontier(
        points=found,
        utilities=frozen(found / scale),
        codes=frozen(codes),
        columns=compared,
        n_packages=diagram.n_packages,
        loss=frozen(loss / scale),
        is_exact=is_exact,
        width=diagram.width,
        largest=sweep.largest,
        method=_method(diagram, rule, most_points, is_exact=is_exact),
        _tied=Tied(diagram, sweep.trails, compared, domain, rule) if is_exact else None,
    )


def _method(
    diagram: Diagram, rule: AcceptanceRule | None, most_points: int, *, is_exact: bool
) -> str:
    how = "issue by issue" if diagram.width == 1 else f"issue by issue, links {diagram.width} wide"
    what = "exact" if is_exact else f"thinned to {most_points:,} points where there were more"
    return f"{how}; {what}" + ("" if rule is None else "; what cannot meet the rule cut off")


def _empty(
    domain: Domain, compared: tuple[int, ...], diagram: Diagram, loss: Points | None = None
) -> Frontier:
    """Return a frontier without a point: nothing is left, or nothing of what thinning kept."""
    n = len(compared)
    lost = np.zeros(n, dtype=np.int64) if loss is None else loss
    is_exact = not lost.any()
    method = "the links allow no package"
    if diagram.n_packages:
        method = "issue by issue; no package is left"
    if not is_exact:
        method = "issue by issue; thinned, and no package that was kept meets the rule"
    return Frontier(
        points=frozen(np.empty((0, n), dtype=np.int64)),
        utilities=frozen(np.empty((0, n))),
        codes=frozen(np.empty((0, domain.n_issues), dtype=np.intp)),
        columns=compared,
        n_packages=diagram.n_packages,
        loss=frozen(lost / domain.scale[list(compared)]),
        is_exact=is_exact,
        width=diagram.width,
        largest=0,
        method=method,
        _tied=None,
    )


def _traced(diagram: Diagram, trails: tuple[Trail, ...], rows: Ints) -> Ints:
    """Follow rows of the last layer back to their packages."""
    codes = np.empty((len(rows), len(diagram.layers)), dtype=np.intp)
    at = rows
    for layer, trail in zip(reversed(diagram.layers), reversed(trails), strict=True):
        codes[:, layer.issue] = trail.option[at]
        at = trail.parent[at]
    return codes


def _checked_columns(
    domain: Domain, columns: Sequence[int] | None, rule: AcceptanceRule | None
) -> tuple[int, ...]:
    compared = tuple(range(domain.n_columns)) if columns is None else tuple(map(int, columns))
    asked = [leaf.column for leaf in leaves_of(rule)] if rule is not None else []
    wrong = [c for c in (*compared, *asked) if not 0 <= c < domain.n_columns]
    if wrong or len(set(compared)) != len(compared) or not compared:
        raise EngineInputError(
            f"columns: found {compared} (and {asked} in the rule), expected different columns "
            f"from 0 to {domain.n_columns - 1}, at least one to compare"
        )
    return compared
