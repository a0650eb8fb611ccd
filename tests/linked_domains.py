"""Small linked spaces with few distinct points, and rules over them, to be listed in full."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from detente.engines.deal_space.space.acceptance import AcceptanceRule, AtLeast, Meets
from detente.engines.deal_space.space.domain import Domain, Interaction, Link

__all__ = ["Codes", "domains", "packages", "rules"]

Codes = npt.NDArray[np.intp]

POINTS = st.integers(-2, 3)
LAST = st.integers(0, 2)


@st.composite
def factors(
    draw: st.DrawFn, n_options: list[int]
) -> tuple[tuple[int, ...], list[Codes], list[int]]:
    """Draw issues, their classes, and how many classes there are; some may stay empty."""
    n_issues = len(n_options)
    issues = draw(
        st.lists(st.integers(0, n_issues - 1), min_size=1, max_size=min(3, n_issues), unique=True)
    )
    widths = [draw(st.integers(1, n_options[i] + 1)) for i in issues]
    classes = [
        np.array(
            draw(st.lists(st.integers(0, w - 1), min_size=n_options[i], max_size=n_options[i]))
        )
        for i, w in zip(issues, widths, strict=True)
    ]
    return tuple(issues), classes, widths


@st.composite
def domains(draw: st.DrawFn, max_columns: int = 3) -> Domain:
    """Draw few distinct points, so that ties are common, with links and interactions."""
    n_columns = draw(st.integers(1, max_columns))
    n_options = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    scale = draw(st.sampled_from([1, 1, 7, 10**6]))
    # Large points that differ in the last digit are where a solver's floats give out.
    last = draw(st.sampled_from([0, 0, 1])) if scale > 7 else 0

    def table(*shape: int) -> npt.NDArray[np.int64]:
        size = int(np.prod(shape))
        flat = draw(st.lists(POINTS, min_size=size, max_size=size))
        points = np.array(flat, dtype=np.int64).reshape(shape) * scale
        if last:
            points += np.array(draw(st.lists(LAST, min_size=size, max_size=size))).reshape(shape)
        return points

    points = tuple(table(n, n_columns) for n in n_options)
    links, interactions = [], []
    for _ in range(draw(st.integers(0, 2))):
        issues, classes, widths = draw(factors(n_options))
        size = int(np.prod(widths))
        allowed = draw(st.lists(st.sampled_from([True, True, False]), min_size=size, max_size=size))
        links.append(Link(issues, np.array(allowed).reshape(widths), tuple(classes)))
    for _ in range(draw(st.integers(0, 2))):
        issues, classes, widths = draw(factors(n_options))
        interactions.append(Interaction(issues, table(*widths, n_columns), tuple(classes)))
    return Domain(points, tuple(links), tuple(interactions))


def rules(domain: Domain) -> st.SearchStrategy[AcceptanceRule]:
    everything = domain.totals(packages(domain, allowed_only=False))
    leaves = st.builds(
        lambda column, row, above: Meets(column, int(everything[row, column]) + above),
        st.integers(0, domain.n_columns - 1),
        st.integers(0, len(everything) - 1),
        st.sampled_from([0, 0, 1]),
    )

    def quota(parts: list[AcceptanceRule], data: list[int], quota: int) -> AtLeast:
        return AtLeast(tuple(parts), tuple(data[: len(parts)]), quota)

    return st.recursive(
        leaves,
        lambda inner: st.builds(
            quota,
            st.lists(inner, min_size=0, max_size=3),
            st.lists(st.integers(1, 3), min_size=3, max_size=3),
            st.integers(-1, 5),
        ),
        max_leaves=5,
    )


def packages(domain: Domain, *, allowed_only: bool = True) -> Codes:
    codes = np.array(list(itertools.product(*map(range, domain.n_options))), dtype=np.intp)
    return codes[domain.is_allowed(codes)] if allowed_only else codes
