"""Nearest packages, and packages closest to an agreement, against plain sorting."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.deal_space import Verdict, closest_to_agreement, nearest_packages


class Draft(NamedTuple):
    codes: npt.NDArray[np.int64]
    target: list[int]
    admissible: list[bool]
    verdicts: npt.NDArray[np.int8]
    required: list[bool]
    shortfalls: npt.NDArray[np.float64]


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    n, n_issues, n_parties = (
        draw(st.integers(1, 8)),
        draw(st.integers(1, 3)),
        draw(st.integers(1, 3)),
    )

    def table(value: st.SearchStrategy[int], width: int) -> npt.NDArray[np.int64]:
        row = st.lists(value, min_size=width, max_size=width)
        return np.array(draw(st.lists(row, min_size=n, max_size=n)))

    return Draft(
        table(st.integers(0, 2), n_issues),
        draw(st.lists(st.integers(-1, 2), min_size=n_issues, max_size=n_issues)),
        draw(st.lists(st.booleans(), min_size=n, max_size=n)),
        table(st.sampled_from([0, 0, 1, 2]), n_parties).astype(np.int8),
        draw(st.lists(st.booleans(), min_size=n_parties, max_size=n_parties)),
        # Quarters add up exactly, so the oracle's equality is the right one.
        table(st.integers(0, 3), n_parties) / 4,
    )


def n_changes(draft: Draft, package: int) -> int:
    return sum(a != b for a, b in zip(draft.codes[package].tolist(), draft.target, strict=True))


def refusers(draft: Draft, package: int) -> list[int]:
    return [
        party
        for party, needs in enumerate(draft.required)
        if needs and draft.verdicts[package, party] == Verdict.NO
    ]


def lowest(packages: list[int], keys: list[tuple[float, ...]]) -> list[int]:
    return [package for package, key in zip(packages, keys, strict=True) if key == min(keys)]


@given(drafts(), st.booleans())
def test_nearest_packages_are_those_of_plain_sorting(draft: Draft, with_shortfall: bool) -> None:
    shortfall = draft.shortfalls.sum(axis=1)
    packages = [package for package, allowed in enumerate(draft.admissible) if allowed]
    keys: list[tuple[float, ...]] = [
        (n_changes(draft, p), shortfall[p] if with_shortfall else 0) for p in packages
    ]
    nearest = nearest_packages(
        draft.codes, draft.target, draft.admissible, shortfall if with_shortfall else None
    )
    assert nearest.packages.tolist() == lowest(packages, keys)
    if packages:
        assert nearest.n_changes == min(keys)[0]
        assert nearest.shortfall == (min(keys)[1] if with_shortfall else None)
    else:
        assert nearest.n_changes == -1
        assert nearest.shortfall is None
        assert nearest.changed.shape == (0, len(draft.target))


@given(drafts(), st.booleans())
def test_closest_packages_are_those_of_plain_sorting(draft: Draft, with_shortfalls: bool) -> None:
    packages = list(range(len(draft.codes)))
    keys: list[tuple[float, ...]] = []
    for package in packages:
        who = refusers(draft, package)
        missing = sum(draft.shortfalls[package, who]) if with_shortfalls else 0
        keys.append((len(who), missing, n_changes(draft, package)))
    closest = closest_to_agreement(
        draft.verdicts,
        draft.required,
        draft.codes,
        draft.target,
        draft.shortfalls if with_shortfalls else None,
    )
    assert closest.packages.tolist() == lowest(packages, keys)
    assert closest.n_refusals == min(keys)[0]
    assert closest.shortfall == (min(keys)[1] if with_shortfalls else None)
    assert closest.n_changes == min(keys)[2]


@given(drafts())
def test_certificates_show_what_changed_and_who_refuses(draft: Draft) -> None:
    nearest = nearest_packages(draft.codes, draft.target, draft.admissible)
    closest = closest_to_agreement(draft.verdicts, draft.required, draft.codes, draft.target)
    assert (nearest.changed == (draft.codes[nearest.packages] != draft.target)).all()
    assert (nearest.changed.sum(axis=1) == nearest.n_changes).all()
    assert (closest.changed == (draft.codes[closest.packages] != draft.target)).all()
    assert (closest.changed.sum(axis=1) == closest.n_changes).all()
    for package, refuses in zip(closest.packages.tolist(), closest.refused_by, strict=True):
        assert np.flatnonzero(refuses).tolist() == refusers(draft, package)
        assert refuses.sum() == closest.n_refusals


@given(drafts(), st.data())
def test_order_of_packages_does_not_matter(draft: Draft, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(draft.codes))))
    allowed = np.array(draft.admissible)
    still = nearest_packages(draft.codes, draft.target, allowed).packages
    moved = nearest_packages(draft.codes[order], draft.target, allowed[order]).packages
    assert sorted(order[package] for package in moved) == still.tolist()


def test_required_consent_may_differ_from_package_to_package() -> None:
    closest = closest_to_agreement(
        verdicts=[(0, 2), (0, 2)],
        required=[(True, True), (False, True)],
        codes=[(0,), (1,)],
        target=(0,),
    )
    assert closest.packages.tolist() == [1]
    assert closest.n_refusals == 0


def test_rounding_of_shortfalls_does_not_decide() -> None:
    nearest = nearest_packages([(1,), (2,)], (0,), [True, True], [0.1 + 0.2, 0.3])
    assert nearest.packages.tolist() == [0, 1]
