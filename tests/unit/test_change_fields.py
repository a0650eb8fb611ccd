"""The table of what each question reckons with says what is really read, no more and no less."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from change_cases import read, road_and_water
from change_waiting_cases import clocks_and_chances, who_and_where
from random_hold_cases import random_case

from detente.analysis.change_examined import Examined
from detente.analysis.change_fields import ENTRIES, READ_BY, Lens
from detente.analysis.change_seen import Sight
from detente.analysis.conclusions import conclusions_of
from detente.casefile import read_case
from detente.model import Case

ROOT = Path(__file__).parents[2]
ASIDE = {"id", "title", "name", "what", "ground", "place", "words"}
"""What names an entry, or says in words what stands elsewhere in terms."""

ASIDE_FOR: dict[Lens, set[str]] = {
    # Of keeping, it is also told who checks and which clocks run on; no conclusion rests on that.
    "hold": {"Deal.who_checks", "Term.who_checks", "Clock.while_", "Clock.then",
             "Consequence.ending"},
    # Compared to tell one breaker from another.
    "wait": {f"Breaker.{field}" for field in ("who", "could", "only_if", "stopped_by", "unknown")},
}  # fmt: skip
"""What is read and yet changes no conclusion."""

QUOTAS = {
    "talks": {
        "title": "Talks",
        "seats": {"upper": "always", "lower": "always"},
        "enough": {"at_least": 1, "of": ["upper", "lower"]},
    }
}


@contextmanager
def reads_of_fields() -> Iterator[set[str]]:
    """Note every field of an entry that is read."""
    seen: set[str] = set()
    names = {kind: {field.name for field in dataclasses.fields(kind)} for kind in ENTRIES}

    def watch(kind: Any) -> None:
        def read_one(self: Any, name: str) -> Any:
            if name in names[kind]:
                seen.add(f"{kind.__name__}.{name}")
            return object.__getattribute__(self, name)

        kind.__getattribute__ = read_one  # taken off again below

    for kind in ENTRIES:
        watch(kind)
    try:
        yield seen
    finally:
        for kind in ENTRIES:
            del kind.__getattribute__


def some_cases() -> list[Case]:
    paths = ["examples/aleppo-2016", "tests/golden/cases/village"]
    cases = [read_case(ROOT / path) for path in paths]
    cases.append(read(road_and_water(tables=QUOTAS)))
    mandate = road_and_water()
    mandate["parties"]["miller"]["may_not_offer"] = ["water is shared"]
    cases.append(read(mandate))
    cases += [read(who_and_where()), read(clocks_and_chances())]
    return [*cases, *(random_case(seed) for seed in range(12))]


@pytest.fixture(scope="module")
def read_for() -> dict[Lens, set[str]]:
    """What is read for each question, over cases that hold a bit of everything."""
    found: dict[Lens, set[str]] = {
        "deals": set(), "hold": set(), "checks": set(), "wait": set(),
    }  # fmt: skip
    for case in some_cases():
        for conclusion in conclusions_of(case):
            with reads_of_fields() as seen:
                conclusion.verdict(Examined(case, sight=BlindSight()))
            found[conclusion.lens] |= seen
    return found


class BlindSight(Sight):
    """Looks at nothing, so that only what the work itself reads is noted."""

    def fingerprint(self, case: Case, lens: Lens, deal: str = "") -> object:
        return (id(case), lens, deal)


@pytest.mark.parametrize("lens", ["deals", "hold", "checks", "wait"])
def test_what_is_read_is_in_the_table(lens: Lens, read_for: dict[Lens, set[str]]) -> None:
    told = {field for field, lenses in READ_BY.items() if lens in lenses}
    unsaid = {field for field in read_for[lens] - told if field.split(".")[1] not in ASIDE}
    assert unsaid <= {"Term.issue", "PartyView.party"} | ASIDE_FOR.get(lens, set())


@pytest.mark.parametrize("lens", ["deals", "hold", "checks", "wait"])
def test_what_is_in_the_table_is_read(lens: Lens, read_for: dict[Lens, set[str]]) -> None:
    told = {field for field, lenses in READ_BY.items() if lens in lenses}
    assert told - read_for[lens] == set()


def test_the_table_names_fields_that_exist() -> None:
    there = {f"{kind.__name__}.{f.name}" for kind in ENTRIES for f in dataclasses.fields(kind)}
    assert set(READ_BY) <= there
