"""What is written and read again is what it was; and where a format has other terms, no comparison
changes."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.interchange import (
    ForeignDomain,
    ForeignIssue,
    ForeignProfile,
    Format,
    Written,
    read_foreign,
    to_engine,
    utilities,
    utility,
    write_genius,
    write_geniusweb,
    write_negmas,
)
from detente.interchange.foreign import Between, Evaluation, Line, PerOption, Triangle

NAMES = st.text(
    st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8
) | st.sampled_from(
    ["yes", "no", "1:30", "null", "a b", "<&>\"'", "10%", "-5", "d'accord", "x: y", "# z"]
)
FEW = st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 7.0])
NUMBERS = FEW | st.floats(-100, 100, allow_nan=False).map(lambda x: round(x, 6))
WITH_FILES = settings(max_examples=80, deadline=None)
SHARES = st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.75, 1.0])


def read_again(written: Written) -> ForeignDomain:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in written.files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        (domain,) = read_foreign(Path(folder))
    return domain


def same(one: ForeignDomain, other: ForeignDomain) -> None:
    """Compare what is in the files; notes are about how they were read."""
    assert one.format is other.format
    assert one.issues == other.issues
    bare = [[replace(p, notes=()) for p in domain.profiles] for domain in (one, other)]
    by_name = [sorted(profiles, key=lambda p: p.name) for profiles in bare]
    assert by_name[0] == by_name[1]


@st.composite
def issues(draw: st.DrawFn, kinds: tuple[str, ...]) -> tuple[ForeignIssue, ...]:
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    made = []
    for name in names:
        kind = draw(st.sampled_from(kinds))
        low = draw(st.integers(-5, 5))
        high = low + draw(st.integers(1, 4))
        if kind == "integer":
            options = tuple(map(str, range(low, high + 1)))
            made.append(ForeignIssue(name, options, "integer", low, high))
        elif kind == "steps":
            options = tuple(format(low + k * 0.5, "g") for k in range(3))
            made.append(ForeignIssue(name, options, "steps", low, low + 1.0))
        elif kind == "real":
            made.append(ForeignIssue(name, (), "real", low, high))
        else:
            options = tuple(draw(st.lists(NAMES, min_size=1, max_size=4, unique=True)))
            made.append(ForeignIssue(name, options))
    return tuple(made)


@st.composite
def per_option(draw: st.DrawFn, issue: ForeignIssue, values: st.SearchStrategy[float]) -> PerOption:
    n = len(issue.options)
    return PerOption(tuple(draw(st.lists(values, min_size=n, max_size=n))))


@st.composite
def profiles(
    draw: st.DrawFn,
    of: tuple[ForeignIssue, ...],
    evaluation: Callable[[ForeignIssue], st.SearchStrategy[Evaluation]],
    weights: st.SearchStrategy[float] = NUMBERS,
) -> tuple[ForeignProfile, ...]:
    return tuple(
        ForeignProfile(
            name,
            tuple(draw(evaluation(issue)) for issue in of),
            tuple(draw(weights) for _ in of),
            reservation=draw(st.none() | NUMBERS),
            discount=draw(st.none() | st.sampled_from([0.25, 0.5, 1.0])),
        )
        for name in draw(st.sampled_from([("a",), ("a", "b"), ("p 1", "q-2", "r_3")]))
    )


# --- Genius ----------------------------------------------------------------------------------


def genius_value(issue: ForeignIssue) -> st.SearchStrategy[Evaluation]:
    match issue.kind:
        case "integer":
            return st.builds(Line, NUMBERS, NUMBERS, st.just(issue.low), st.just(True))
        case "real":
            low, high = float(issue.low or 0), float(issue.high or 0)
            return (
                st.builds(Line, NUMBERS, NUMBERS, st.just(0.0), st.just(True))
                | st.builds(Line, st.just(0.0), NUMBERS)
                | st.just(Triangle(low, high, (low + high) / 2))
            )
    return per_option(issue, NUMBERS)


@WITH_FILES
@given(st.data())
def test_genius_files_say_what_the_domain_said(data: st.DataObject) -> None:
    of = data.draw(issues(("discrete", "integer", "real")))
    plain = data.draw(profiles(of, genius_value))
    own = tuple(replace(p, by_largest=True, cap=1.0) for p in plain)
    domain = ForeignDomain(Format.GENIUS, "d", of, own)
    written = write_genius(domain)
    assert not written.notes
    same(read_again(written), domain)


@WITH_FILES
@given(st.data())
def test_typed_files_say_what_the_domain_said(data: st.DataObject) -> None:
    of = data.draw(issues(("discrete",)))
    plain = data.draw(profiles(of, genius_value))
    typed = tuple(
        replace(
            p, factor=data.draw(FEW), opt_out=data.draw(st.none() | NUMBERS),
            time_effect=data.draw(st.none() | NUMBERS), side=data.draw(st.sampled_from(["us", "them"])),
            kind=data.draw(st.sampled_from(["", "patient", "hasty"])),
        )
        for p in plain
    )  # fmt: skip
    domain = ForeignDomain(Format.TYPES, "d", of, typed)
    written = write_genius(domain)
    assert not written.notes
    same(read_again(written), domain)


# --- GeniusWeb -------------------------------------------------------------------------------


def geniusweb_value(issue: ForeignIssue) -> st.SearchStrategy[Evaluation]:
    if issue.kind == "steps":
        low, high = issue.low or 0.0, issue.high or 0.0
        return st.builds(Between, st.just(low), SHARES, st.just(high), SHARES)
    return per_option(issue, SHARES)


@WITH_FILES
@given(st.data())
def test_geniusweb_files_say_what_the_domain_said(data: st.DataObject) -> None:
    of = data.draw(issues(("discrete", "steps")))
    weights = {1: (1.0,), 2: (0.3, 0.7), 3: (0.25, 0.35, 0.4)}[len(of)]
    plain = data.draw(profiles(of, geniusweb_value))
    own = []
    for profile in plain:
        package = data.draw(
            st.just(()) | st.tuples(*(st.sampled_from(["", *issue.options]) for issue in of))
        )
        worth = [
            Fraction(str(weight)) * Fraction(str(value))
            for weight, evaluation, issue, option in zip(
                weights, profile.evaluations, of, package or [""] * len(of), strict=True
            )
            if option
            for value in [
                evaluation.values[issue.options.index(option)]
                if isinstance(evaluation, PerOption)
                else round(evaluation.at(float(option)), 12)  # type: ignore[union-attr]  # not None here
            ]
        ]
        reservation = float(sum(worth)) if any(package) else None
        stated = package if any(package) else ()
        own.append(
            replace(
                profile, weights=weights, discount=None, reservation=reservation,
                reservation_package=stated,
            )
        )  # fmt: skip
    domain = ForeignDomain(Format.GENIUSWEB, "d", of, tuple(own))
    written = write_geniusweb(domain)
    assert not written.notes
    again = read_again(written)
    for one, other in zip(again.profiles, domain.profiles, strict=True):
        assert one.reservation == pytest.approx(other.reservation)
    exact = replace(
        again,
        profiles=tuple(
            replace(p, reservation=q.reservation)
            for p, q in zip(again.profiles, domain.profiles, strict=True)
        ),
    )
    same(exact, domain)


# --- NegMAS ----------------------------------------------------------------------------------


def negmas_value(issue: ForeignIssue) -> st.SearchStrategy[Evaluation]:
    if issue.kind == "real":
        return st.builds(Line, NUMBERS, NUMBERS)
    if issue.kind == "integer":
        return st.builds(Line, NUMBERS, NUMBERS) | per_option(issue, NUMBERS)
    return per_option(issue, NUMBERS)


@WITH_FILES
@given(st.data())
def test_negmas_files_say_what_the_domain_said(data: st.DataObject) -> None:
    of = data.draw(issues(("discrete", "integer", "real")))
    domain = ForeignDomain(Format.NEGMAS, "d", of, data.draw(profiles(of, negmas_value)))
    written = write_negmas(domain)
    assert not written.notes
    same(read_again(written), domain)


# --- from one to the other -------------------------------------------------------------------


@WITH_FILES
@given(st.data(), st.sampled_from([write_genius, write_geniusweb, write_negmas]))
def test_no_format_changes_how_a_party_compares(
    data: st.DataObject, write: Callable[[ForeignDomain], Written]
) -> None:
    of = data.draw(issues(("discrete", "integer")))
    domain = ForeignDomain(Format.DETENTE, "d", of, data.draw(profiles(of, negmas_value, FEW)))
    again = read_again(write(domain))
    assert [i.name for i in again.issues] == [i.name for i in of]
    assert [i.options for i in again.issues] == [i.options for i in of]
    rows = np.array(list(itertools.product(*(range(len(i.options)) for i in of))))
    names = [profile.name for profile in again.profiles]
    for at, profile in enumerate(domain.profiles):
        here, there = utilities(domain, at, rows), utilities(again, names.index(profile.name), rows)
        span = float(np.ptp(here))
        if span == 0:
            assert np.ptp(there) <= 1e-9
            continue
        scale = float(np.ptp(there)) / span
        assert scale > 0
        assert np.allclose(there - there.min(), (here - here.min()) * scale, rtol=0, atol=1e-9)
        stated = again.profiles[names.index(profile.name)].reservation
        if profile.reservation is not None and write is not write_geniusweb:
            assert stated is not None
            gap = (profile.reservation - here.min()) * scale
            assert stated - there.min() == pytest.approx(gap, abs=1e-9)
        else:
            assert stated is None


@WITH_FILES
@given(st.data())
def test_the_engine_ties_what_the_definition_ties(data: st.DataObject) -> None:
    """In exact fractions: floats of the same sum in another order may differ, points must not."""
    of = data.draw(issues(("discrete",)))
    plain = data.draw(
        profiles(of, lambda i: per_option(i, st.sampled_from([0.0, 1.0, 2.0, 3.0, 7.0])))
    )
    tenths = st.sampled_from([0.1, 0.2, 0.3, 0.6])
    own = tuple(
        replace(p, by_largest=True, weights=tuple(data.draw(tenths) for _ in of)) for p in plain
    )
    domain = ForeignDomain(Format.GENIUS, "d", of, own)
    here = to_engine(domain)
    rows = np.array(list(itertools.product(*(range(len(i.options)) for i in of))))
    totals = here.domain.totals(rows)
    for at, profile in enumerate(own):
        exact = []
        for row in rows:
            total = Fraction(0)
            for weight, evaluation, k in zip(
                profile.weights, profile.evaluations, row, strict=True
            ):
                assert isinstance(evaluation, PerOption)
                largest = Fraction(max(evaluation.values))
                if largest:
                    total += Fraction(str(weight)) * Fraction(evaluation.values[k]) / largest
            exact.append(total)
            assert utility(domain, at, row) == pytest.approx(float(total), abs=1e-12)
        assert here.domain.rounding[at] == 0
        assert [Fraction(int(t)) / Fraction(here.domain.scale[at]) for t in totals[:, at]] == exact
