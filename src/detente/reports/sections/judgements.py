"""What the analyst holds without a source, and what rests on nothing at all."""

from __future__ import annotations

from collections import Counter
from typing import Any

from detente.analysis import Analysis, judgements_of
from detente.model import Assumption, Case, Judgement
from detente.reports.case_words import readable, with_stop
from detente.reports.section import Section

__all__ = ["counts_of_grounds", "judgements"]


def judgements(analysis: Analysis) -> Section | None:
    """List assumptions, judgements without ground, and all judgements by party."""
    case = analysis.case
    held = judgements_of(case)
    if not held and not case.assumptions:
        return None
    by_party: dict[str, list[Judgement]] = {}
    for judgement in held:
        by_party.setdefault(case.title_of(judgement.about) if judgement.about else "", []).append(
            judgement
        )
    groups = [_group(case, name, rows) for name, rows in by_party.items()]
    return Section(
        id="judgements",
        title="Judgements and assumptions",
        question="What do we hold, and on what ground?",
        answer=_answer(analysis),
        template="judgements.html.j2",
        data={
            "groups": groups,
            "bare": [
                {"who": case.title_of(j.about) if j.about else "", **_row(case, j)}
                for j in held
                if not j.ground.is_given
            ],
            "assumptions": [_assumption(case, a, held) for a in case.assumptions.values()],
        },
    )


def _group(case: Case, name: str, held: list[Judgement]) -> dict[str, Any]:
    """Judgements of one party; what they all share is said once, above them."""
    unknown = Counter(j.unknown for j in held).most_common(1)[0][0]
    grounds = {j.ground for j in held}
    shared = held[0].ground if len(grounds) == 1 and len(held) > 1 else None
    rows = [_row(case, j) for j in held]
    for row in rows:
        row["unknown"] = "" if row["unknown"] == unknown else row["unknown"]
        row["ground"] = None if shared else row["ground"]
    return {
        "name": name or "How likely things are",
        "unknown": unknown,
        "ground": shared,
        "rows": rows,
    }


def counts_of_grounds(case: Case) -> tuple[int, int, int, int]:
    """Count judgements: all, on claims, on an assumption alone, on nothing."""
    held = judgements_of(case)
    claims = sum(bool(j.ground.claims) for j in held)
    bare = sum(not j.ground.is_given for j in held)
    return len(held), claims, len(held) - claims - bare, bare


def _answer(analysis: Analysis) -> str:
    n, claims, assumed, bare = counts_of_grounds(analysis.case)
    if not n:
        return f"{len(analysis.case.assumptions)} assumptions and no judgement."
    words = f"Of {n} judgement{'s' if n != 1 else ''}, {claims} rest on claims, {assumed} on an assumption or our own idea"
    return f"{words}, and {bare} on nothing stated."


def _row(case: Case, judgement: Judgement) -> dict[str, Any]:
    kind, _, words = judgement.words.partition(": ")
    return {
        "kind": kind if words else "",
        "words": _plain(case, words) if words else judgement.words,
        "unknown": judgement.unknown,
        "ground": judgement.ground,
    }


def _plain(case: Case, words: str) -> str:
    quoted = f"“{words}”"
    found = readable(case, quoted)
    return words if found == quoted else found


def _assumption(case: Case, assumption: Assumption, held: tuple[Judgement, ...]) -> dict[str, Any]:
    on_it = sum(j.ground.assumption == assumption.text for j in held)
    others = sum(
        thing.ground.assumption == assumption.text
        for things in (case.parties, case.clocks, case.tables, case.deals, case.endings)
        for thing in things.values()
    ) + sum(rule.ground.assumption == assumption.text for rule in case.rules)
    parts = [f"{on_it} judgement{'s' if on_it != 1 else ''}"] if on_it else []
    if others:
        parts.append(f"{others} other entr{'ies' if others != 1 else 'y'}")
    return {
        "text": with_stop(assumption.text),
        "if_wrong": assumption.if_wrong,
        "check": assumption.check,
        "carries": " and ".join(parts) or "nothing yet",
    }
