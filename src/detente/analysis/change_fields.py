"""What in a case each question reckons with, and what differs between two cases.

A lever that changes what nothing reckons with has no effect here, which is not to say that it has
none. The table below says what is reckoned with; a test holds it to what is really read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from detente.model import (
    Blank,
    Breaker,
    Case,
    Chance,
    Clock,
    Consequence,
    Deal,
    DisputedFact,
    Ending,
    IfNot,
    Issue,
    Norm,
    Option,
    Party,
    PartyView,
    Rule,
    Seat,
    Table,
    Term,
)

__all__ = [
    "ENTRIES",
    "NAMED_BY",
    "READ_BY",
    "SECTIONS",
    "Altered",
    "Lens",
    "altered",
    "by_name",
    "value_of",
    "whole",
]

Lens = Literal["deals", "hold", "checks", "wait"]
"""The questions that are asked again of every variation of a case: who would agree, who would stop or
break it, whether it is said who checks, and who would rather wait."""

DEALS: frozenset[Lens] = frozenset({"deals"})
HOLD: frozenset[Lens] = frozenset({"hold"})
CHECKS: frozenset[Lens] = frozenset({"checks"})
WAIT: frozenset[Lens] = frozenset({"wait"})
BOTH = DEALS | HOLD
ALL = BOTH | WAIT

READ_BY: Mapping[str, frozenset[Lens]] = {
    "Party.part_of": BOTH,
    "Party.acts_for": ALL,
    "Party.may_not_offer": DEALS | WAIT,
    "Party.can_block": DEALS | WAIT,
    "Party.bears": HOLD,
    "Seat.party": DEALS | WAIT,
    "Table.scope": ALL,
    "Table.seats": DEALS | WAIT,
    "Table.must_agree": ALL,
    "Table.enough": ALL,
    "Issue.options": ALL,
    "Issue.today": ALL,
    "Option.done_by": ALL,
    "Option.undone_by": HOLD,
    "Option.irreversible": HOLD | WAIT,
    "Option.not_by_agreement": DEALS | WAIT,
    "Rule.kind": ALL,
    "Rule.conditions": ALL,
    "Deal.table": ALL,
    "Deal.terms": BOTH | CHECKS | WAIT,
    "Deal.order": HOLD,
    "Deal.who_checks": CHECKS,
    "Deal.if_not": HOLD,
    "Deal.must_agree": ALL,
    "Deal.leaves_out": HOLD,
    "Term.option": ALL,
    "Term.who_checks": CHECKS,
    "Term.if_not": HOLD,
    "IfNot.leads_to": HOLD,
    "IfNot.answered_by": HOLD,
    "Ending.sets": ALL,
    "Clock.while_": DEALS | WAIT,
    "Clock.then": DEALS | WAIT,
    "Consequence.ending": DEALS | WAIT,
    "PartyView.preference": ALL,
    "PartyView.red_lines": DEALS | WAIT,
    "PartyView.fallback": DEALS | WAIT,
    "Breaker.deal": HOLD | WAIT,
    "Breaker.who": HOLD,
    "Breaker.sets": HOLD | WAIT,
    "Breaker.within": WAIT,
    "Breaker.ends_talks": WAIT,
    "Seat.attends": WAIT,
    "Table.opens": WAIT,
    "Table.closes": WAIT,
    "Table.meets": WAIT,
    "Table.exclusive": WAIT,
    "Deal.private_gain": WAIT,
    "Deal.ground": WAIT,
    "Clock.on": WAIT,
    "Clock.half_likely_by": WAIT,
    "Clock.half_likely_between": WAIT,
    "Clock.likely_by": WAIT,
    "Consequence.replaces": WAIT,
    "Consequence.opens": WAIT,
    "Consequence.closes": WAIT,
    "Consequence.perhaps": WAIT,
    "PartyView.waiting_costs": WAIT,
    "PartyView.time_left": WAIT,
    "PartyView.believes": WAIT,
    "Chance.likelihood": WAIT,
}
"""What the questions reckon with. What is not here is reckoned with by none of them; what says in
words what stands elsewhere in terms (titles, notes, places, grounds) is left aside."""

ENTRIES = (
    Party, Seat, Table, Issue, Option, Rule, Deal, Term, IfNot, Ending, Clock, Consequence,
    PartyView, Breaker, Chance, DisputedFact, Norm,
)  # fmt: skip
"""Parts of a case whose fields are looked at one by one; anything else is a value."""

SECTIONS = (
    "parties", "tables", "issues", "rules", "deals", "endings", "clocks", "views", "breakers",
    "chances", "facts", "norms",
)  # fmt: skip

ASIDE = frozenset({"id", "place", "ground", "party", "issue"})
"""Fields that name an entry, or say where it stands and what it rests on. Of a deal's ground it is
looked at whether it is only our own idea: then nobody is reckoned to table it."""

NAMED_BY = {Term: "issue", Option: "id", Seat: "party"}
"""What tells the members of a list apart, where each is looked at by itself."""


@dataclass(frozen=True, slots=True)
class Altered:
    """One field that differs between two cases, and the questions that reckon with it.

    ``field`` is ``Class.field``; ``entry`` names the entry of the case, ``inside`` the term, option
    or seat within it, empty where there is none.
    """

    entry: str
    inside: str
    field: str
    read_by: tuple[Lens, ...]


def altered(before: Case, after: Case) -> tuple[Altered, ...]:
    """Return every field in which two variations of a case differ, in the order of the case."""
    found: dict[Altered, None] = {}
    for section in SECTIONS:
        old, new = by_name(getattr(before, section)), by_name(getattr(after, section))
        for name in dict.fromkeys((*old, *new)):
            was, is_ = old.get(name, _nothing(section, name)), new.get(name)
            is_ = _nothing(section, name) if is_ is None else is_
            if was is not None and is_ is not None and was != is_:
                found |= dict.fromkeys(_between(str(name), "", was, is_))
    return tuple(found)


def _nothing(section: str, name: Any) -> Any:
    """Return the entry that stands for none: of a party of which nothing is said, of no ending."""
    if section == "views":
        return PartyView(name)
    return Ending(name, "", {}) if section == "endings" else None


def by_name(entries: Any) -> Mapping[Any, Any]:
    """Return a section's entries by their names; those without one, by number."""
    if isinstance(entries, Mapping):
        return entries
    return {getattr(entry, "id", n): entry for n, entry in enumerate(entries)}


def _between(entry: str, inside: str, old: Any, new: Any) -> Iterator[Altered]:
    """Compare two states of an entry field by field."""
    kind = type(new).__name__
    for field in dataclasses.fields(new):
        key = f"{kind}.{field.name}"
        if key == "Deal.ground" and old.ground.our_idea != new.ground.our_idea:
            yield Altered(entry, inside, key, _readers(key))  # what is only our idea nobody tables
        if field.name in ASIDE or key == "Consequence.ending":  # it stands among the endings
            continue
        a, b = whole(getattr(old, field.name)), whole(getattr(new, field.name))
        if isinstance(a, ENTRIES) and isinstance(b, ENTRIES):
            yield from _between(entry, inside, a, b)
        elif _are_entries(a) and _are_entries(b) and (a or b):
            yield from _among(entry, key, a, b)
        elif value_of(a) != value_of(b):
            yield Altered(entry, inside, key, _readers(key))


def _among(entry: str, key: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Altered]:
    """Compare two lists of entries: who is in them, then each by itself."""
    name = NAMED_BY[type((*old, *new)[0])]
    olds = {str(getattr(one, name)): one for one in old}
    news = {str(getattr(one, name)): one for one in new}
    if list(olds) != list(news):
        yield Altered(entry, "", key, _readers(key))
    for inside, one in olds.items():
        if inside in news:
            yield from _between(entry, inside, one, news[inside])


def _are_entries(value: Any) -> bool:
    return isinstance(value, tuple) and all(type(one) in NAMED_BY for one in value)


def whole(value: Any) -> Any:
    """Return an entry for a blank: a consequence that is left open is one without words and without an outcome."""
    return IfNot("") if isinstance(value, Blank) else value


def _readers(key: str) -> tuple[Lens, ...]:
    return tuple(sorted(READ_BY.get(key, ())))


def value_of(value: Any) -> object:
    """Write a value so that it can be compared, wherever it stands in the files."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (f.name for f in dataclasses.fields(value) if f.name != "place")
        return (type(value).__name__, *(value_of(getattr(value, name)) for name in fields))
    if isinstance(value, Mapping):
        return tuple((key, value_of(one)) for key, one in value.items())
    if isinstance(value, tuple):
        return tuple(map(value_of, value))
    return value
