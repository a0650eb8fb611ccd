"""In words: what a refused deal lacks, why a table is empty, and what would open it."""

from __future__ import annotations

from collections.abc import Iterable

from detente.analysis import Concession, DealAnswer, Demand, Opening, Package, TableAnswer
from detente.model import Case
from detente.reports.wording import (
    listed,
    package_words,
    question_words,
    repair_sentence,
    sentence_start,
    the_party,
)

__all__ = [
    "closed_tables",
    "concession_sentence",
    "conflict_sentence",
    "demand_words",
    "lack_sentences",
    "opening_sentences",
    "takes_sentence",
    "way_out_sentence",
]


def takes_sentence(case: Case, deal: DealAnswer) -> str:
    """Answer in one sentence what the nearest deal is."""
    if deal.verdict.name == "YES":
        return f"Nothing: “{case.deals[deal.deal].title}” is possible as it stands."
    return repair_sentence(case, deal) or "No package of the table would find more consent."


def lack_sentences(case: Case, deal: DealAnswer) -> tuple[str, ...]:
    """Say for each who refuses a deal for want of points how many would bring it along."""
    return tuple(
        f"For {the_party(case, party)} the deal lacks {points:.6g} of its own points: a side "
        "payment, a guarantee, or pressure worth that much to it would do."
        for party, points in deal.lacks
    )


def demand_words(case: Case, demand: Demand) -> str:
    """Say what a package would have to meet, as a clause."""
    who = the_party(case, demand.party) if demand.party else ""
    match demand.kind:
        case "floor":
            return f"{who} has no less than with “{demand.words}”"
        case "score":
            return f"{who} has the {demand.words} points that it asks at least"
        case "red line":
            return f"the red line of {who} is kept (“{demand.words}”)"
        case "block":
            return f"{who} does not block it (“{demand.words}”)"
        case "quota":
            return f"{demand.words} agree"
        case _:
            return f"the rule holds: {demand.words}"


def conflict_sentence(case: Case, demands: tuple[Demand, ...]) -> str:
    """Say which demands cannot all be met."""
    if not demands:
        return "The rules of the case leave no package at all."
    words = [demand_words(case, demand) for demand in demands]
    if len(words) == 1:
        return f"No package meets this alone: {words[0]}."
    return f"No package meets all of these, but one would if any of them were dropped: {listed(words)}."


def way_out_sentence(case: Case, unmet: tuple[Demand, ...], package: Package | None) -> str:
    """Say which demands would have to be given up for all the others, and by which package."""
    what = listed(demand_words(case, demand) for demand in unmet)
    shown = f": {package_words(case, package)}" if package is not None else ""
    return f"All else can be met if it is given up that {what}{shown}."


def concession_sentence(case: Case, concession: Concession) -> str:
    """Say what it would take to open the table by moving one party alone."""
    who = the_party(case, concession.party, opens=True)
    if concession.points is None or concession.package is None:
        known = "" if concession.is_proven else ", as far as was found"
        return f"{who}: to move it alone is not enough{known}."
    known = "" if concession.is_proven else " (less may do)"
    return (
        f"{who}: {concession.points:.6g} of its own points{known}, for this package: "
        f"{package_words(case, concession.package)}."
    )


def opening_sentences(case: Case, opening: Opening) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Say everything about an empty table: a heading, and the sentences under it, in turn."""
    conflicts = tuple(conflict_sentence(case, c) for c in opening.conflicts)
    ways = tuple(way_out_sentence(case, way.unmet, way.package) for way in opening.ways_out)
    seats = (
        f"Without the consent of {the_party(case, seat.party)}: {package_words(case, seat.package)}."
        for seat in opening.seats
    )
    scope = (
        f"With “{question_words(case, change.issue)}” {'added' if change.is_added else 'left out'}: "
        f"{package_words(case, change.package)}."
        for change in opening.scope
    )
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("What cannot be had together", conflicts),
        ("What would have to be given up", ways),
        ("What would bring one of them along", (
            concession_sentence(case, c) for c in opening.concessions
        )),
        ("Whose seat decides", seats),
        ("Which change of scope opens it", scope),
        ("Not looked at for want of time", (f"{sentence_start(w)}." for w in opening.left_out)),
    )  # fmt: skip
    told = ((heading, tuple(sentences)) for heading, sentences in groups)
    return tuple((heading, sentences) for heading, sentences in told if sentences)


def closed_tables(tables: Iterable[TableAnswer]) -> tuple[TableAnswer, ...]:
    """Return the tables of which it is known why they are empty."""
    return tuple(table for table in tables if table.opening is not None)
