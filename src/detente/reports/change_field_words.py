"""Fields of a case that no question reckons with, named so that a reader knows what was left aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detente.analysis.change_fields import Altered
from detente.model import Case
from detente.reports.wording import listed, the_party

__all__ = ["field_phrases"]

OF_PARTIES = {
    "Party.may": "what {} may do",
    "Party.may_not": "what {} may not do",
    "Party.backs": "whom {} backs",
    "Party.depends_on": "on whom {} depends",
    "Party.talks_with": "with whom {} is in touch",
    "Party.size": "how many {} are",
    "Party.in_office_from": "when {} takes office",
    "Party.in_office_until": "until when {} is in office",
    "Party.replaced_by": "who takes the place of {}",
}
"""With the parties meant."""

OF_ENTRIES = {
    "Consequence.overlay": "what else follows {}",
    "Deal.exchanges": "what is given for what in {}",
    "IfNot.words": "in words, what follows if {} is not carried out",
    "Term.act": "what exactly is to be done under {}",
    "Term.when": "by when a term of {} is due",
    "Term.condition": "what has to happen before a term of {} is due",
    "Table.go_between": "who goes between at {}",
    "Table.inside": "what {} is part of",
    "Table.secrecy": "how public {} is",
    "DisputedFact.said_by": "what the sides say on {}",
}
"""With the titles of the entries meant."""


def field_phrases(case: Case, fields: Sequence[Altered]) -> list[str]:
    """Name what differs, like things together."""
    by_phrase: dict[str, dict[str, None]] = {}
    for one in fields:
        phrase, thing = _phrase(case, one)
        by_phrase.setdefault(phrase, {})[thing] = None
    return [phrase.format(listed(things)) for phrase, things in by_phrase.items()]


def _phrase(case: Case, one: Altered) -> tuple[str, str]:
    if one.field in OF_PARTIES:
        return OF_PARTIES[one.field], the_party(case, one.inside or one.entry)
    title = f"“{_title(case, one.entry)}”"
    if one.field in OF_ENTRIES:
        return OF_ENTRIES[one.field], title
    field = one.field.split(".")[1].strip("_").replace("_", " ")
    return f"the entry “{field}” of {{}}", title


def _title(case: Case, name: str) -> str:
    """Return what people call an entry of any section."""
    sections: Iterable[dict[str, str]] = (
        {str(c.id): c.what for c in case.clocks.values()},
        {str(c.id): c.what for c in case.chances.values()},
        {str(f.id): f.what for f in case.facts.values()},
        {str(i.id): i.question for i in case.issues.values()},
        {n.id: n.says for n in case.norms.values()},
    )
    for titles in sections:
        if name in titles:
            return titles[name].strip().rstrip(".")
    return case.title_of(name)
