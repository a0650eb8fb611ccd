"""What a package is worth by the format's own definition, and the domain the engines work on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from detente.engines.deal_space.space.acceptance import AcceptanceRule, AtLeast, Meets, all_of
from detente.engines.deal_space.space.domain import (
    LARGEST_TABLE,
    LARGEST_TOTAL,
    Domain,
    Interaction,
    Points,
)
from detente.engines.deal_space.space.scaling import domain_of
from detente.errors import ModelError, SpaceTooLargeError
from detente.interchange.foreign import (
    LEAST_LARGEST,
    ForeignDomain,
    ForeignIssue,
    ForeignProfile,
    PerOption,
)
from detente.interchange.nonlinear import HyperRectangles, box_utilities, rank_utilities

__all__ = ["ForEngine", "exact_values", "is_additive", "to_engine", "utilities", "utility"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

CAP_SLACK = 1e-9
"""A best package this little above the cap is a rounded sum, not one that the cap cuts."""

LARGEST_DENOMINATOR = 10**6

MOST_SCALE = 1 << 53
"""Points per unit that a float holds exactly."""


# --- plain evaluation ----------------------------------------------------------------------


def option_values(issue: ForeignIssue, profile: ForeignProfile, at: int) -> tuple[float, ...]:
    """Return what each option is worth before weight and factor, as the format scales it."""
    evaluation = profile.evaluations[at]
    if evaluation is None:
        raise ModelError(
            f"profile {profile.name!r}, issue {issue.name!r}: found no evaluation that can be "
            f"read, expected one; {'; '.join(profile.notes)}"
        )
    if not isinstance(evaluation, PerOption):
        return tuple(evaluation.at(number) for number in issue.numbers)
    if not profile.by_largest:
        return evaluation.values
    largest = max(evaluation.values)
    if largest < LEAST_LARGEST:
        return (0.0,) * len(evaluation.values)
    return tuple(value / largest for value in evaluation.values)


def utility(domain: ForeignDomain, profile: int, package: Sequence[float]) -> float:
    """Evaluate one package by the format's own definition.

    Parameters
    ----------
    domain : ForeignDomain
    profile : int
        Whose utility.
    package : sequence of number, one per issue
        The number of an option; for a real range, the number itself.

    Raises
    ------
    ModelError
        If the profile does not say what an issue is worth.
    """
    of = domain.profiles[profile]
    if of.rules is not None:
        return float(utilities(domain, profile, np.array([package], dtype=np.intp))[0])
    total = 0.0
    for at, (issue, chosen) in enumerate(zip(domain.issues, package, strict=True)):
        evaluation = of.evaluations[at]
        if (
            issue.kind == "real"
            and evaluation is not None
            and not isinstance(evaluation, PerOption)
        ):
            value = evaluation.at(chosen)
        else:
            value = option_values(issue, of, at)[int(chosen)]
        total += of.weights[at] * value
    total *= of.factor
    return total if of.cap is None else min(of.cap, total)


def utilities(domain: ForeignDomain, profile: int, codes: npt.ArrayLike) -> Floats:
    """Evaluate packages of shape (n_packages, n_issues), by number of option, all at once.

    Raises
    ------
    ModelError
        If the profile does not say what an issue is worth, or an issue is a real range.
    """
    rows, of = np.asarray(codes, dtype=np.intp), domain.profiles[profile]
    if domain.size is None:
        raise ModelError(_REAL.format(name=domain.name))
    if of.rules is not None:
        if isinstance(of.rules, HyperRectangles):
            numbers = [np.array(i.numbers)[rows[:, k]] for k, i in enumerate(domain.issues)]
            return box_utilities(of.rules, np.column_stack(numbers))
        return rank_utilities(of.rules, [issue.options for issue in domain.issues], rows)
    total = np.zeros(len(rows))
    for at, issue in enumerate(domain.issues):
        values = np.array(option_values(issue, of, at))
        total += of.weights[at] * values[rows[:, at]]
    total *= of.factor
    return total if of.cap is None else np.minimum(of.cap, total)


_REAL = (
    "domain {name!r}: found an issue that is any number of a range, expected listed options; "
    "replace it by steps first"
)


# --- for the engines -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class ForEngine:
    """A foreign domain as arrays: one column per chosen profile.

    Attributes
    ----------
    domain : Domain
        Its issues and options in the foreign order.
    names : tuple of str, one per column
    reservations : tuple of float or None, one per column
        As stated; None stays None.
    rule : AcceptanceRule
        Whose consent it takes; a profile without reservation value accepts anything.
    listed : tuple of int
        Columns that are no sum over issues and were evaluated package by package.
    """

    domain: Domain
    names: tuple[str, ...]
    reservations: tuple[float | None, ...]
    rule: AcceptanceRule
    listed: tuple[int, ...]


def is_additive(domain: ForeignDomain, profile: int) -> bool:
    """Say whether a profile's utility is a sum over issues: no rules, and a cap that never cuts."""
    of = domain.profiles[profile]
    if of.rules is not None:
        return False
    if of.cap is None:
        return True
    best = sum(
        of.weights[at]
        * (max if of.weights[at] * of.factor > 0 else min)(option_values(issue, of, at))
        for at, issue in enumerate(domain.issues)
    )
    return best * of.factor <= of.cap + CAP_SLACK


def to_engine(domain: ForeignDomain, profiles: Sequence[int] | None = None) -> ForEngine:
    """Turn a foreign domain into the engines' product form, exactly where that is possible.

    An additive profile becomes whole points: the smallest number of points per unit at which
    what every option adds is whole, each number of the file read as the simplest fraction that
    gives it; so packages that tie by the format's definition tie here, also where floats would
    not. Where weights have too many digits for that, points are rounded, ``domain.rounding``
    bounds what it moves, and what ties through evaluations alone, between issues of one weight,
    still ties. A profile that is no sum over issues is evaluated package by package.

    Parameters
    ----------
    domain : ForeignDomain
    profiles : sequence of int, optional
        The columns. If left out, one profile per party: :attr:`ForeignDomain.seats`.

    Raises
    ------
    ModelError
        If there is no profile, an issue is a real range, or a profile is not complete.
    SpaceTooLargeError
        If a profile is no sum over issues, and there are more than 2**20 packages.

    Notes
    -----
    Listing takes time and memory in proportion to the packages times the columns listed.

    Examples
    --------
    A third of the largest evaluation is a third, not the nearest float:

    >>> from detente.interchange.foreign import ForeignIssue, Format
    >>> pay = ForeignIssue("pay", ("low", "middle", "high"))
    >>> us = ForeignProfile("us", (PerOption((0.0, 1.0, 3.0)),), (0.5,), by_largest=True)
    >>> here = to_engine(ForeignDomain(Format.GENIUS, "d", (pay,), (us,)))
    >>> here.domain.points[0].ravel(), here.domain.scale
    (array([0, 1, 3]), array([6.]))
    """
    chosen = tuple(domain.seats if profiles is None else profiles)
    if not chosen:
        raise ModelError(
            f"domain {domain.name!r}: found no profile that could be read, expected at least one; "
            + "; ".join(domain.notes)
        )
    size = domain.size
    if size is None:
        raise ModelError(_REAL.format(name=domain.name))
    listed = tuple(k for k, profile in enumerate(chosen) if not is_additive(domain, profile))
    if listed and size > LARGEST_TABLE:
        of = domain.profiles[chosen[listed[0]]]
        raise SpaceTooLargeError(
            f"profile {of.name!r}: found {_why(of)} over {size:,} packages, expected a sum over "
            f"issues, or at most {LARGEST_TABLE:,} packages; no exact answer can be given for it"
        )
    columns = [
        _listed_column(domain, profile, size) if k in listed else _column(domain, profile)
        for k, profile in enumerate(chosen)
    ]
    whole = _joined(domain, columns)
    return ForEngine(
        whole,
        tuple(domain.profiles[p].name for p in chosen),
        tuple(domain.profiles[p].reservation for p in chosen),
        _rule(domain, chosen, whole),
        listed,
    )


def _why(of: ForeignProfile) -> str:
    if of.rules is None:
        return f"utilities that the format cuts off at {of.cap:g}"
    return "hyper-rectangles" if isinstance(of.rules, HyperRectangles) else "ranks with rules"


def _rule(domain: ForeignDomain, chosen: Sequence[int], whole: Domain) -> AcceptanceRule:
    votes = {}
    for column, at in enumerate(chosen):
        least = domain.profiles[at].reservation
        if least is not None:
            slack = float(whole.rounding[column])
            votes[domain.profiles[at].name] = Meets(column, whole.points_for(column, least, slack))
        else:
            votes[domain.profiles[at].name] = Meets(column, -LARGEST_TOTAL)
    everybody = tuple(votes.values())
    if domain.agreement is None:
        return all_of(*everybody)
    must = [votes[name] for name in domain.agreement.must if name in votes]
    absent = len(domain.profiles) - len(chosen)
    enough = max(0, domain.agreement.enough - absent)
    return all_of(*must, AtLeast(everybody, (1,) * len(everybody), enough))


def exact_values(issue: ForeignIssue, profile: ForeignProfile, at: int) -> tuple[Fraction, ...]:
    """Return what each option of an issue adds, weight and factor in, as an exact fraction."""
    outer = _exact(profile.weights[at]) * _exact(profile.factor)
    return tuple(outer * value for value in _evaluations(issue, profile, at))


def _evaluations(issue: ForeignIssue, profile: ForeignProfile, at: int) -> list[Fraction]:
    evaluation = profile.evaluations[at]
    if not isinstance(evaluation, PerOption):
        return [_exact(value) for value in option_values(issue, profile, at)]
    values = [_exact(value) for value in evaluation.values]
    if not profile.by_largest:
        return values
    largest = max(values)
    if largest < LEAST_LARGEST:
        return [Fraction(0)] * len(values)
    return [value / largest for value in values]


def _exact(number: float) -> Fraction:
    """Read a float as what it was before it was written: 0.1 is one tenth, 0.0909... one eleventh.

    The simplest fraction of a small denominator that gives this very float, else its decimals.
    """
    simple = Fraction(number).limit_denominator(LARGEST_DENOMINATOR)
    return simple if float(simple) == number else Fraction(repr(float(number)))


def _column(domain: ForeignDomain, profile: int) -> Domain:
    """Return an additive profile as a domain of one column."""
    of = domain.profiles[profile]
    exact = [exact_values(issue, of, at) for at, issue in enumerate(domain.issues)]
    most = sum((max(map(abs, values)) for values in exact), Fraction(0))
    scale = 1
    for values in exact:
        scale = math.lcm(scale, *(value.denominator for value in values))
        if scale > MOST_SCALE or most * scale >= LARGEST_TOTAL // 2:
            return _rounded_column(domain, of, most)
    tables = [np.array([[int(value * scale)] for value in values]) for values in exact]
    return Domain(tuple(tables), scale=np.array([float(scale)]))


def _rounded_column(domain: ForeignDomain, of: ForeignProfile, most: Fraction) -> Domain:
    """Put a column whose weights have too many digits on a binary grid, tie for tie.

    Within an issue the options' evaluations have a common measure; it is the measure's worth that
    is rounded. So 1/4 of a weight twice is 1/2 of it, though no point is exact.
    """
    # a quarter is left for what rounding adds
    exponent = math.floor(math.log2(LARGEST_TOTAL // 4) - math.log2(most))
    scale = Fraction(2) ** min(1000, exponent)
    tables, off = [], Fraction(0)
    for at, issue in enumerate(domain.issues):
        outer = _exact(of.weights[at]) * _exact(of.factor)
        values = _evaluations(issue, of, at)
        measure = math.lcm(*(value.denominator for value in values))
        if measure > LARGEST_DENOMINATOR:
            points = [round(outer * value * scale) for value in values]
        else:
            worth = round(outer * scale / measure)
            points = [worth * int(value * measure) for value in values]
        tables.append(np.array([[point] for point in points], dtype=np.int64))
        off += max(
            abs(point / scale - outer * value) for point, value in zip(points, values, strict=True)
        )
    return Domain(tuple(tables), scale=np.array([float(scale)]), rounding=np.array([float(off)]))


def _listed_column(domain: ForeignDomain, profile: int, size: int) -> Domain:
    """Return any profile as a domain of one column, all of it in one interaction."""
    shape = tuple(len(issue.options) for issue in domain.issues)
    codes = np.column_stack(np.unravel_index(np.arange(size), shape))
    values = utilities(domain, profile, codes)
    zeros = [np.zeros((n, 1)) for n in shape]
    # an array has at most 64 axes; issues with one option need none
    told_apart = [k for k, n in enumerate(shape) if n > 1] or [0]
    table = values.reshape(*(shape[k] for k in told_apart), 1)
    return domain_of(zeros, interactions=[(tuple(told_apart), table)])


def _joined(domain: ForeignDomain, columns: Sequence[Domain]) -> Domain:
    tables: list[Points] = [
        np.hstack([column.points[at] for column in columns]) for at in range(len(domain.issues))
    ]
    listed = [term for column in columns for term in column.interactions]
    interactions = []
    if listed:
        shape = listed[0].points.shape[:-1]
        nothing = np.zeros((*shape, 1), dtype=np.int64)
        parts = [c.interactions[0].points if c.interactions else nothing for c in columns]
        interactions = [Interaction(listed[0].issues, np.concatenate(parts, axis=-1))]
    return Domain(
        tuple(tables),
        interactions=tuple(interactions),
        scale=np.concatenate([column.scale for column in columns]),
        rounding=np.concatenate([column.rounding for column in columns]),
    )
