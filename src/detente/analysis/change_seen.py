"""What a question sees of a case: where two cases look the same to it, its answer is the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from detente.analysis.change_fields import (
    ENTRIES,
    NAMED_BY,
    READ_BY,
    SECTIONS,
    Lens,
    by_name,
    value_of,
    whole,
)
from detente.model import Case, IfNot, OutcomeOrder

__all__ = ["Sight"]


class Sight:
    """Looks at cases for questions; entries that are equal are looked at once."""

    def __init__(self) -> None:
        self._looked_at: dict[tuple[str, object], list[tuple[Any, dict[Lens, int]]]] = {}
        self._numbers: dict[object, int] = {}

    def fingerprint(self, case: Case, lens: Lens, deal: str = "") -> object:
        """Return what stands for all that a question reckons with in a case.

        Whether one deal would hold does not turn on the others, unless something speaks of them by
        name.
        """
        narrow = lens != "deals" and deal != "" and not _speaks_of_deals(case)
        day = value_of(case.as_of) if lens == "wait" else ()
        entries = tuple(
            (section, name, self._number(section, name, entry, lens))
            for section in SECTIONS
            for name, entry in by_name(getattr(case, section)).items()
            if not (narrow and section == "deals" and name != deal)
        )
        return day, entries

    def _number(self, section: str, name: object, entry: Any, lens: Lens) -> int:
        """Return a number that is the same for all states of an entry that look the same."""
        states = self._looked_at.setdefault((section, name), [])
        numbers = next((numbers for known, numbers in states if known == entry), None)
        if numbers is None:
            numbers = {}
            states.append((entry, numbers))
        if lens not in numbers:
            numbers[lens] = self._numbers.setdefault(_seen(entry, lens), len(self._numbers))
        return numbers[lens]


def _speaks_of_deals(case: Case) -> bool:
    """Say whether an order ranks deals by name, or breaking one leads to another."""
    ordered = any(isinstance(view.preference, OutcomeOrder) for view in case.views.values())
    consequences = [
        if_not
        for deal in case.deals.values()
        for if_not in (deal.if_not, *(term.if_not for term in deal.terms))
    ]
    return ordered or any(
        isinstance(found, IfNot) and found.leads_to in case.deals for found in consequences
    )


def _seen(value: Any, lens: Lens) -> object:
    value = whole(value)
    if isinstance(value, ENTRIES):
        kind = type(value).__name__
        return (
            kind,
            getattr(value, "ground", None),  # answers name what they rest on
            *(
                _seen(getattr(value, field), lens)
                for field in _read_fields(type(value), lens)
            ),
        )  # fmt: skip
    if isinstance(value, Mapping):
        return tuple((key, _seen(one, lens)) for key, one in value.items())
    if isinstance(value, tuple):
        return tuple(_seen(one, lens) for one in value)
    return value_of(value)


def _read_fields(kind: type[Any], lens: Lens) -> Iterable[str]:
    names = [field.name for field in dataclasses.fields(kind)]
    own = NAMED_BY.get(kind)
    return (n for n in names if n == own or lens in READ_BY.get(f"{kind.__name__}.{n}", ()))
