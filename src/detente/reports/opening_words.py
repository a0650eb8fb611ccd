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
    "Told",
    "closed_tables",
    "concession_sentence",
    "conflict_sentence",
    "demand_words",
    "lack_sentences",
    "opening_sentences",
    "proof_words",
    "takes_sentence",
    "told_words",
    "way_out_sentence",
]


def takes_sentence(case: Case, deal: DealAnswer) -> str:
    """Answer in one sentence what the nearest deal is."""
    if deal.verdict.name == "YES":
        return f"Nothing: “{case.deals[deal.deal].title}” is possible as it stands."
    return repair_sentence(case, deal) or "No package of the table would find more consent."


def lack_sentences(case: Case, deal: DealAnswer) -> tuple[str, ...]:
    """Say for each who refuses a deal for want of points how many would bring it along."""
    found = []
    for lack in deal.lacks:
        points = f"{lack.at_most:.6g}"
        if lack.at_least < lack.at_most:
            points = f"{lack.at_least:.6g} to {lack.at_most:.6g}"
        found.append(
            f"For {the_party(case, lack.party)} the deal lacks {points} of its own points: a side "
            "payment, a guarantee, or pressure worth that much to it would bring it along."
        )
    return tuple(found)


def proof_words(deal: DealAnswer) -> str:
    """Say in plain words how it is known that no package is nearer; empty where it is not."""
    if not deal.proof:
        return ""
    if "programme" in deal.proof:
        return "An exact solver proved that no package with fewer changes would do."
    return "Every package with fewer changes was looked at; none would do."


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
        return f"No package gives this, even alone: {words[0]}."
    return (
        "No package gives all of this, but one would if any part of it were dropped: "
        f"{listed(words)}."
    )


def way_out_sentence(case: Case, unmet: tuple[Demand, ...]) -> str:
    """Say which demands would have to be given up for all the others."""
    return (
        f"Everything else can be had without this: {listed(demand_words(case, d) for d in unmet)}"
    )


def concession_sentence(case: Case, concession: Concession) -> str:
    """Say what it would take to open the table by moving one party alone."""
    who = the_party(case, concession.party, opens=True)
    if concession.points is None and concession.is_proven:
        return f"{who}: to move it alone is not enough"
    if concession.points is None:
        return f"{who}: nothing was found in the time allowed"
    known = "" if concession.is_proven else ", or less"
    return f"{who}: {concession.points:.6g} of its own points{known}"


Told = tuple[str, Package | None]
"""A sentence, and the package that shows it."""


def opening_sentences(case: Case, opening: Opening) -> tuple[tuple[str, tuple[Told, ...]], ...]:
    """Say everything about an empty table: a heading, and what stands under it, in turn."""
    conflicts: list[Told] = [(conflict_sentence(case, c), None) for c in opening.conflicts]
    ways = [(way_out_sentence(case, way.unmet), way.package) for way in opening.ways_out]
    along = [(concession_sentence(case, c), c.package) for c in opening.concessions]
    seats: list[Told] = [
        (f"Without the consent of {the_party(case, seat.party)}", seat.package)
        for seat in opening.seats
    ]
    moved = {True: "added to the scope", False: "left out of the scope"}
    scope: list[Told] = [
        (f"With “{question_words(case, c.issue)}” {moved[c.is_added]}", c.package)
        for c in opening.scope
    ]
    left: list[Told] = [(f"{sentence_start(words)}.", None) for words in opening.left_out]
    groups: tuple[tuple[str, list[Told]], ...] = (
        ("What cannot be had together", conflicts),
        ("What would have to be given up", ways),
        ("What would bring one of them along, if it alone were moved", along),
        ("Whose seat decides", seats),
        ("Which change of scope opens it", scope),
        ("Not looked at for want of time", left),
    )
    return tuple((heading, tuple(told)) for heading, told in groups if told)


def told_words(case: Case, told: Told) -> str:
    """Put a sentence and its package into one."""
    sentence, package = told
    if package is None:
        return sentence if sentence.endswith(".") else f"{sentence}."
    return f"{sentence}: {package_words(case, package)}."


def closed_tables(tables: Iterable[TableAnswer]) -> tuple[TableAnswer, ...]:
    """Return the tables of which it is known why they are empty."""
    return tuple(table for table in tables if table.opening is not None)
