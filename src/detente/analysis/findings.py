"""What a careful reader should know about a case before trusting any answer from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from detente.analysis.binding import (
    asked_at,
    beyond_mandate,
    clocks_still_running,
    unbound_performers,
)
from detente.analysis.grounds import judgements_of, uses_of_claims
from detente.analysis.voices import voices_of
from detente.errors import Place
from detente.ledger import NORMALISER, PartyId, Quantity
from detente.model import Blank, Case, Deal, Ending, Ground, Performers, Table

__all__ = ["Finding", "FindingKind", "findings_of"]

FindingKind = Literal[
    "performer bound by nobody",
    "blank in a deal",
    "judgement without ground",
    "claim on which nothing rests",
    "party not heard",
    "disputed fact sizes an obligation",
    "source changed",
    "source not described",
    "nobody to perform",
    "consent not known",
    "beyond the mandate",
    "clock not stopped",
    "table closed until an event",
    "event that has come already",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not wrong but should be known: where, what, and what could be done."""

    kind: FindingKind
    about: str
    words: str
    fix: str
    place: Place

    def __str__(self) -> str:
        text = f"{self.place}: {self.words}"
        return f"{text}\n    fix: {self.fix}" if self.fix else text


def findings_of(case: Case, undescribed: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Return the findings of a case, the ones about deals first.

    Parameters
    ----------
    case
        The case.
    undescribed
        Files in ``sources/`` that the case does not mention, as the reader found them.
    """
    found = [
        f
        for deal in case.deals.values()
        for f in (*_holes(case, deal), *_running(case, deal), *_blanks(case, deal))
    ]
    found += _opened_later(case)
    found += _come_already(case)
    found += _nobody_to_perform(case)
    found += _unknown_consents(case)
    found += _facts(case)
    found += _voices(case)
    found += _grounds(case)
    found += _unused_claims(case)
    found += _sources(case, undescribed)
    return tuple(found)


def _holes(case: Case, deal: Deal) -> Iterator[Finding]:
    asked, quota = asked_at(case, deal)
    signers = (*asked, *(quota.of if quota else ()))
    for hole in unbound_performers(case, deal.says, signers):
        option = case.issues[hole.issue].option(hole.option)
        who = case.title_of(hole.party)
        yield Finding(
            "performer bound by nobody",
            deal.id,
            f"“{deal.title}” needs {who} to act ({hole.issue}: {option.says.rstrip('. ')}), "
            f"but {who} is not among those who agree, and nobody who agrees speaks for it",
            f"say who binds {who}: a signature, a principal, a guarantor; or settle {hole.issue} "
            "so that somebody who signs can do it",
            deal.place,
        )
    for party, words in beyond_mandate(case, deal):
        yield Finding(
            "beyond the mandate",
            deal.id,
            f"{case.title_of(party)} has no authority to offer “{words}”",
            "widen the mandate, or take the term out",
            deal.place,
        )


def _running(case: Case, deal: Deal) -> Iterator[Finding]:
    for clock in clocks_still_running(case, deal):
        ending = case.title_of(clock)
        yield Finding(
            "clock not stopped",
            deal.id,
            f"“{deal.title}” does not stop a clock: {ending} may still come; it is compared here "
            "as if it lasted",
            "settle the issue on which the clock runs, or reckon with it when you read the answer",
            deal.place,
        )


def _opened_later(case: Case) -> Iterator[Finding]:
    """Tables that some event opens, and that are therefore closed until then."""
    for table in case.tables.values():
        opening = [
            clock
            for clock in case.clocks.values()
            if table.id in clock.then.opens or any(table.id in p.opens for p in clock.then.perhaps)
        ]
        meets_now = any(seat.is_always_there for seat in table.seats)
        deals = [d for d in case.deals.values() if d.table == table.id and not d.ground.our_idea]
        if opening and table.meets is not None and meets_now and deals:
            what = " or ".join(f"“{clock.what.rstrip('. ')}”" for clock in opening)
            yield Finding(
                "table closed until an event",
                table.id,
                f"“{table.title}”: closed until {what} comes, since that opens it",
                "take it out of `opens:` if they meet today already",
                table.place,
            )


def _come_already(case: Case) -> Iterator[Finding]:
    """Dated events that lie before the day of the case."""
    for clock in case.clocks.values():
        if clock.on is not None and clock.on.last < case.as_of.first:
            yield Finding(
                "event that has come already",
                clock.id,
                f"“{clock.what.rstrip('. ')}” has come already: {clock.on} lies before {case.as_of}",
                "describe what follows from it as it is today, or mend the date",
                clock.place,
            )


def _blanks(case: Case, deal: Deal) -> Iterator[Finding]:
    def blank(what: str, written: Blank, fix: str) -> Finding:
        words = f"“{deal.title}”: {what}: {written}"
        return Finding("blank in a deal", deal.id, words, fix, deal.place)

    if isinstance(deal.order, Blank) and len(deal.terms) > 1:
        yield blank("who moves first", deal.order, "give the issues an `order:`")
    if not deal.terms:
        return
    unchecked = [t for t in deal.terms if isinstance(t.who_checks, Blank)]
    if unchecked and isinstance(unchecked[0].who_checks, Blank):
        which = _which(deal, [t.issue for t in unchecked])
        yield blank(f"who checks{which}", unchecked[0].who_checks, "name who checks")
    without = [t for t in deal.terms if isinstance(t.if_not, Blank)]
    if without and isinstance(without[0].if_not, Blank):
        which = _which(deal, [t.issue for t in without])
        yield blank(
            f"what follows if it is not carried out{which}", without[0].if_not, "add `if_not:`"
        )
    undated = [t.issue for t in deal.terms if not t.when]
    if undated:
        fix = "add `when:` under `terms:`"
        yield blank(f"by when it is due{_which(deal, undated)}", Blank(), fix)
    if deal.table is not None:
        silent = [i for i in case.tables[deal.table].scope if i not in deal.says]
        if silent:
            listed = ", ".join(silent)
            yield blank("nothing is said of", Blank(f"{listed}, which would stay as today"), "")


def _which(deal: Deal, issues: Sequence[str]) -> str:
    return "" if len(issues) == len(deal.terms) else f" ({', '.join(issues)})"


def _nobody_to_perform(case: Case) -> Iterator[Finding]:
    for issue in case.issues.values():
        for option in issue.options:
            nobody: Performers | None = option.done_by
            if nobody is None and option.id != issue.today and not option.not_by_agreement:
                if issue.divisible is not None:
                    yield Finding(
                        "nobody to perform", issue.id,
                        f"{issue.id}: it is not said who must act", "add `done_by:`", issue.place,
                    )  # fmt: skip
                    break
                yield Finding(
                    "nobody to perform", issue.id,
                    f"{issue.id} is {option.id}: it is not said who must act",
                    "add `done_by:` to the issue or the option", issue.place,
                )  # fmt: skip


def _unknown_consents(case: Case) -> Iterator[Finding]:
    def asked_of(table: Table) -> tuple[PartyId, ...]:
        return (*table.must_agree, *(table.enough.of if table.enough else ()))

    for table in case.tables.values():
        if not asked_of(table):
            yield Finding(
                "consent not known", table.id,
                f"“{table.title}”: it is not said whose consent a package needs",
                "add `must_agree:`", table.place,
            )  # fmt: skip
        for party in dict.fromkeys(asked_of(table)):
            holder = case.preference_holder(party)
            view = case.views.get(holder)
            if view is None or view.preference is None:
                yield Finding(
                    "consent not known", party,
                    f"{case.title_of(party)} must agree at “{table.title}”, "
                    "but nothing is stated of what it wants",
                    f"add `wants:`, `order:` or `points:` for {party} under judgements",
                    table.place,
                )  # fmt: skip


def _facts(case: Case) -> Iterator[Finding]:
    for fact in case.facts.values():
        issues = [i.id for i in case.issues.values() if i.sized_by == fact.id]
        issues += [i for i in fact.sizes if i not in issues]
        if not issues:
            continue
        said = "; ".join(f"{case.title_of(p)}: {number}" for p, number in fact.said_by)
        numbers = [n for _, n in fact.said_by if isinstance(n, Quantity)]
        span = ""
        if len(numbers) > 1:
            low, high = min(n.low for n in numbers), max(n.high for n in numbers)
            span = f" (from {low:g} to {high:g} {fact.unit})"
        yield Finding(
            "disputed fact sizes an obligation",
            fact.id,
            f"how much is owed under {', '.join(issues)} depends on “{fact.what}”, which is "
            f"disputed{span}: {said}",
            "find it out together, or write the obligation so that it does not depend on it",
            fact.place,
        )


def _voices(case: Case) -> Iterator[Finding]:
    if not case.claims:
        return
    for silent in voices_of(case).not_heard:
        n = len(silent.claims_about)
        about = f"{n} claims speak" if n > 1 else "1 claim speaks" if n else "no claim speaks"
        yield Finding(
            "party not heard",
            silent.party,
            f"{case.title_of(silent.party)} ({'; '.join(silent.why_it_matters)}) is not heard: "
            f"{about} about it, and none comes from it",
            "look for a source that speaks for it",
            case.parties[silent.party].place,
        )


def _grounds(case: Case) -> Iterator[Finding]:
    for judgement in judgements_of(case):
        if not judgement.ground.is_given:
            who = f"{case.title_of(judgement.about)} " if judgement.about else ""
            yield Finding(
                "judgement without ground",
                judgement.id,
                f"no ground is given for: {who}{judgement.words}",
                "add `because:` with claims, or `assumption:`",
                judgement.place,
            )
    entries: tuple[tuple[str, str, Ground, Place], ...] = (
        *((f"the deal “{d.title}”", d.id, d.ground, d.place) for d in case.deals.values()),
        *((f"the ending “{e.title}”", e.id, e.ground, e.place) for e in _endings(case)),
        *((f"the clock “{c.what}”", c.id, c.ground, c.place) for c in case.clocks.values()),
        *((f"the rule {r.id} ({r.words})", r.id, r.ground, r.place) for r in case.rules),
    )
    for words, name, ground, place in entries:
        if not ground.is_given:
            yield Finding(
                "judgement without ground",
                name,
                f"no ground is given for {words}",
                "add `because:` with claims, `assumption:`, or `our_idea: true`",
                place,
            )


def _endings(case: Case) -> Iterator[Ending]:
    """Endings that no clock brings: those of a clock rest on what the clock rests on."""
    return (e for e in case.endings.values() if str(e.id) not in map(str, case.clocks))


def _unused_claims(case: Case) -> Iterator[Finding]:
    uses = uses_of_claims(case)
    for claim in case.claims.values():
        if claim.id not in uses:
            yield Finding(
                "claim on which nothing rests",
                claim.id,
                f"nothing rests on claim {claim.id}",
                "name it under `because:` where it bears on something, or leave it as context",
                claim.place,
            )


def _sources(case: Case, undescribed: tuple[str, ...]) -> Iterator[Finding]:
    for source in case.sources.values():
        changed = ""
        if source.recorded_raw and source.recorded_raw.lower() != source.raw_sha256:
            changed = "the file is not the one whose hash was recorded"
        elif source.recorded_normaliser != NORMALISER:
            changed = f"its text was normalised by version {source.recorded_normaliser}"
        elif source.recorded_text and source.recorded_text.lower() != source.text_sha256:
            changed = "the normalised text is not the one whose hash was recorded"
        if changed:
            yield Finding(
                "source changed", source.id, f"{source.file or source.id}: {changed}",
                "restore the original; or, if the change is meant, take the hashes out and run "
                "`detente fmt`",
                source.place,
            )  # fmt: skip
    for name in undescribed:
        yield Finding(
            "source not described", name, f"{name} lies in sources/ but no entry describes it",
            "add a .yaml file of the same name beside it", Place(name, 1, ""),
        )  # fmt: skip
