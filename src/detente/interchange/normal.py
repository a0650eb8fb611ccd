"""Utilities put between 0 and 1, issue by issue, in the one way that changes no comparison."""

from __future__ import annotations

from dataclasses import dataclass

from detente.errors import ModelError
from detente.interchange.evaluate import option_values
from detente.interchange.foreign import ForeignDomain, ForeignProfile

__all__ = ["Normal", "normal"]


@dataclass(frozen=True, slots=True)
class Normal:
    """Weights that sum to 1, values from 0 to 1: utility = (points - least) / span.

    ``least`` and ``span`` take a utility here back to the profile's own points.
    """

    weights: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]
    reservation: float | None
    least: float
    span: float


def normal(domain: ForeignDomain, profile: ForeignProfile) -> Normal:
    """Put an additive profile between 0 and 1.

    Each issue's points are moved so that its worst option is 0, and divided by what its best is
    worth then; the weight is that worth's share of the sum. Order, ties and ratios of gains stay.

    Raises
    ------
    ModelError
        If the profile is no sum over listed options.

    Examples
    --------
    >>> from detente.interchange.foreign import ForeignIssue, Format, PerOption
    >>> pay = ForeignIssue("pay", ("low", "high"))
    >>> us = ForeignProfile("us", (PerOption((-2.0, 6.0)),), (1.0,), reservation=2.0)
    >>> scaled = normal(ForeignDomain(Format.DETENTE, "d", (pay,), (us,)), us)
    >>> scaled.weights, scaled.values, scaled.reservation
    ((1.0,), ((0.0, 1.0),), 0.5)
    """
    if profile.rules is not None or domain.size is None:
        raise ModelError(f"profile {profile.name!r}: found no sum over listed options")
    points = [
        [profile.weights[at] * profile.factor * v for v in option_values(issue, profile, at)]
        for at, issue in enumerate(domain.issues)
    ]
    least = sum(min(values) for values in points)
    spans = [max(values) - min(values) for values in points]
    span = sum(spans) or 1.0  # where nothing matters to the party, there is nothing to scale
    n_issues = len(points)
    return Normal(
        tuple(each / span if any(spans) else 1 / n_issues for each in spans),
        tuple(
            tuple((value - min(values)) / own if own else 0.0 for value in values)
            for values, own in zip(points, spans, strict=True)
        ),
        None if profile.reservation is None else (profile.reservation - least) / span,
        least,
        span,
    )
