"""What the case holds: parties, tables, clocks, levers, and what we think of chances and breakers."""

from __future__ import annotations

from typing import Any

from detente.analysis import Analysis
from detente.ledger import Likelihood, Period
from detente.model import Case, Party, Rule, Table
from detente.reports.case_words import (
    chance_words,
    clock_words,
    condition_words,
    overlay_words,
    performer_words,
    period_words,
    statement_words,
)
from detente.reports.section import Section
from detente.reports.sections.holes import fact_words
from detente.reports.wording import listed, option_words, party_words, question_words, the_party

__all__ = ["clock_rows", "holds"]


def holds(analysis: Analysis) -> Section | None:
    """Print the case itself, in words."""
    case = analysis.case
    counts = [
        (len(case.parties), "party", "parties"),
        (len(case.tables), "table", "tables"),
        (len(case.issues), "issue", "issues"),
        (len(case.deals), "named deal", "named deals"),
        (len(case.clocks), "clock", "clocks"),
        (len(case.levers), "lever", "levers"),
    ]
    found = listed(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)
    return Section(
        id="holds",
        title="What the case holds",
        question="Who, where, about what, and what could happen?",
        answer=f"{found}.",
        template="holds.html.j2",
        data={
            "parties": [_party(case, p) for p in case.parties.values()],
            "tables": [_table(case, t) for t in case.tables.values()],
            "issues": [_issue(case, i) for i in case.issues],
            "rules": [{"words": _rule(case, r), "ground": r.ground} for r in case.rules],
            "clocks": clock_rows(case),
            "endings": [_ending(case, e) for e in case.endings],
            "levers": [_lever(case, name) for name in case.levers],
            "scenarios": [
                {"title": s.title, "changes": overlay_words(case, s), "ground": s.ground}
                for s in case.scenarios.values()
            ],
            "facts": [
                {
                    "words": fact_words(case, f),
                    "gains": [(case.title_of(p), why) for p, why in f.gains_by_misstating],
                    "ground": f.ground,
                }
                for f in case.facts.values()
            ],
            "chances": [
                {"what": c.what, "likelihood": chance_words(c.likelihood), "ground": c.ground}
                for c in case.chances.values()
            ],
            "breakers": _breakers(case),
            "norms": [
                {
                    "says": n.says,
                    "by": party_words(case, n.broken_by),
                    "how": n.how,
                    "ground": n.ground,
                }
                for n in case.norms.values()
            ],
            "explanations": [
                {
                    "text": e.text,
                    "of": case.title_of(e.of) if e.of else "",
                    "for": e.supported_by,
                    "against": e.contradicted_by,
                }
                for e in case.explanations.values()
            ],
        },
    )


def _party(case: Case, party: Party) -> dict[str, Any]:
    facts: list[tuple[str, str]] = []

    def note(what: str, words: str) -> None:
        if words:
            facts.append((what, words))

    note("Also called", ", ".join(alias.name for alias in party.aliases))
    note("Part of", case.title_of(party.part_of) if party.part_of else "")
    note("Acts for", case.title_of(party.acts_for) if party.acts_for else "")
    note("May", "; ".join(party.may))
    note("May not", "; ".join(party.may_not))
    note("May not offer", "; ".join(statement_words(case, s) for s in party.may_not_offer))
    note("Can block", "; ".join(statement_words(case, s) for s in party.can_block))
    note("Backs", party_words(case, party.backs))
    note("Depends on", party_words(case, party.depends_on))
    note("Talks with", party_words(case, party.talks_with))
    note("Bears", listed(party.bears))
    note("Size", str(party.size) if party.size else "")
    note("In office", _between(party.in_office_from, party.in_office_until))
    note("Replaced by", case.title_of(party.replaced_by) if party.replaced_by else "")
    note("Note", party.note)
    return {
        "name": party.name,
        "kind": party.kind,
        "roles": "; ".join(party.roles),
        "facts": facts,
        "ground": party.ground,
    }


def _between(start: Period | None, end: Period | None) -> str:
    parts = [
        f"from {period_words(start)}" if start else "",
        f"until {period_words(end)}" if end else "",
    ]
    return " ".join(part for part in parts if part)


def _table(case: Case, table: Table) -> dict[str, Any]:
    seats = [
        case.title_of(s.party) + ("" if s.is_always_there else f" ({_attends(s.attends)})")
        for s in table.seats
    ]
    absent = [p for p in table.must_agree if not _has_a_seat(case, table, p)]
    agree = party_words(case, table.must_agree)
    if table.enough is not None:
        quota = f"at least {table.enough.at_least} of {party_words(case, table.enough.of)}"
        agree = f"{agree}, and {quota}" if agree else quota
    facts = [
        ("Covers", table.scope_in_words),
        ("Settles", listed(f"“{question_words(case, i)}”" for i in table.scope)),
        ("Seats", listed(seats)),
        ("Must agree", agree),
        ("Must agree without a seat", party_words(case, absent)),
        ("Part of", case.title_of(table.inside) if table.inside else ""),
        ("Go-between", case.title_of(table.go_between) if table.go_between else ""),
        ("Open", _between(table.opens, table.closes)),
        ("Meets", str(table.meets) if table.meets else ""),
        ("Secrecy", table.secrecy),
        ("Beside others", "" if table.exclusive else "a package here leaves other tables open"),
        ("Note", table.note),
    ]
    return {
        "title": table.title,
        "facts": [(what, words) for what, words in facts if words],
        "ground": table.ground,
    }


def _attends(likelihood: Likelihood) -> str:
    return likelihood.words


def _has_a_seat(case: Case, table: Table, party: str) -> bool:
    """Say whether the party, or somebody who acts for it or is part of it, sits there."""
    for seat in table.seats:
        at: str | None = seat.party
        seen: set[str] = set()
        while at is not None and at not in seen:
            if at == party:
                return True
            seen.add(at)
            entry = next(p for p in case.parties.values() if p.id == at)
            at = entry.acts_for or entry.part_of
    return False


def _issue(case: Case, name: Any) -> dict[str, Any]:
    issue = case.issues[name]
    options = []
    if issue.divisible is not None:
        d = issue.divisible
        today = f"today: {issue.option(issue.today).says}"
        options = [{"says": f"{d.low:g} to {d.high:g} {d.unit}, in steps of {d.step:g}; {today}",
                    "marks": "", "who": "", "ground": issue.ground}]  # fmt: skip
    else:
        for option in issue.options:
            marks = [
                "today" if option.id == issue.today else "",
                "cannot be undone" if option.irreversible else "",
                "only comes about without a deal" if option.not_by_agreement else "",
            ]
            done = option.done_by is not None and option.id != issue.today
            options.append(
                {
                    "says": option_words(case, issue.id, option.id),
                    "marks": ", ".join(mark for mark in marks if mark),
                    "who": performer_words(case, option.done_by) if done else "",
                    "ground": option.ground,
                }
            )
    return {
        "question": question_words(case, issue.id),
        "options": options,
        "later": issue.arises_after_signing,
        "note": issue.note,
        "ground": issue.ground,
    }


def _rule(case: Case, rule: Rule) -> str:
    words = [condition_words(case, condition) for condition in rule.conditions]
    if rule.kind == "never":
        return f"Never: {words[0]}"
    if rule.kind == "only_if":
        return f"{words[0]} – only if: {words[1]}"
    return f"All together or none: {'; '.join(words)}"


def clock_rows(case: Case) -> list[dict[str, Any]]:
    """Return every clock with its date or range and what follows."""
    rows = []
    for clock in case.clocks.values():
        then = clock.then
        follows = []
        if then.ending is not None:
            looks = " (may be recorded as a settlement)" if then.ending.looks_like_a_deal else ""
            follows.append(f"“{then.ending.title}”{looks}")
        follows += [
            f"{the_party(case, new)} takes the place of {the_party(case, old)}"
            for old, new in then.replaces
        ]
        follows += [f"“{case.title_of(table)}” opens" for table in then.opens]
        follows += [f"“{case.title_of(table)}” closes" for table in then.closes]
        follows += overlay_words(case, clock)
        rows.append(
            {
                "what": clock.what,
                "when": clock_words(clock),
                "while": condition_words(case, clock.while_) if clock.while_ else "",
                "then": "; ".join(follows),
                "note": clock.note,
                "ground": clock.ground,
            }
        )
    return rows


def _ending(case: Case, name: Any) -> dict[str, Any]:
    ending = case.endings[name]
    return {
        "title": ending.title,
        "sets": [
            {"question": question_words(case, i), "option": option_words(case, i, o)}
            for i, o in ending.sets.items()
        ],
        "looks": ending.looks_like_a_deal,
        "ground": ending.ground,
    }


def _lever(case: Case, name: str) -> dict[str, Any]:
    lever = case.levers[name]
    return {
        "title": lever.title,
        "hands": party_words(case, lever.in_the_hands_of),
        "authorise": party_words(case, lever.must_authorise),
        "believed": chance_words(lever.believed) if lever.believed else "not known",
        "changes": overlay_words(case, lever),
        "note": lever.note,
        "ground": lever.ground,
    }


def _breakers(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "deal": case.deals[b.deal].title,
            "who": case.title_of(b.who),
            "could": b.could,
            "stopped": (party_words(case, b.stopped_by) or "nobody")
            + (f", only if: {b.only_if}" if b.only_if else ""),
            "within": str(b.within) if b.within else "",
            "ground": b.ground,
        }
        for b in case.breakers
    ]
