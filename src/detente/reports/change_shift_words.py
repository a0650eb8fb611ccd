"""What moves in a variation, party by party and deal by deal: clauses of sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from detente.analysis import Consent, Stance
from detente.analysis.change_answers import HoldShift, StanceShift, Variation, WaitShift
from detente.analysis.change_examined import TableStand
from detente.model import Case
from detente.reports.case_words import reason_words
from detente.reports.number_words import number_words
from detente.reports.wording import STANCE_WORDS, listed, party_words, the_party

__all__ = [
    "chances_words",
    "count_words",
    "counts_words",
    "holding_words",
    "stance_words",
    "stands_now",
    "waiting_words",
]


# --- would they agree? ----------------------------------------------------------------------


def stance_words(case: Case, shift: StanceShift) -> str:
    """Say how one party stands now, and how it stood."""
    who = the_party(case, shift.party)
    before, after = shift.before, shift.after
    if after is None or (before is not None and before.asked_as and not after.asked_as):
        return f"{who} is no longer asked"
    if before is None or (after.asked_as and not before.asked_as):
        asked = "can stop it now" if after.asked_as == "can block" else "is asked now"
        return f"{who} {asked}, and {stands_now(after)}{_since(case, after)}"
    if before.stance is after.stance:
        return f"{who} is asked in another way"
    was = STANCE_WORDS[before.stance]
    return f"{who} {stands_now(after)} (before: {was}){_since(case, after)}"


def stands_now(consent: Consent) -> str:
    """Say how a party stands, as what it does."""
    return {
        Stance.RED_LINE: "has a red line against it",
        Stance.DEPENDS: "could go either way, depending on the numbers",
        Stance.UNKNOWN: "is not known to agree",
    }.get(consent.stance, STANCE_WORDS[consent.stance])


def _since(case: Case, consent: Consent) -> str:
    words = reason_words(case, consent).removeprefix("red line: ")
    return f": {words}" if words else ""


# --- would it hold? -------------------------------------------------------------------------


def holding_words(
    case: Case, shift: HoldShift, about: str = "", without: Sequence[str] = ()
) -> Iterator[str]:
    """Say who no longer gains by stopping or breaking a deal, and who newly does.

    ``about`` says which deal, where something else than its title is to; ``without`` names what is
    left out, of bound, stop and break.
    """
    deal = about or f"“{case.title_of(shift.deal)}”"
    told = (
        ("bound", shift.no_longer_unbound, f"bound now by who agrees to {deal}"),
        ("bound", shift.now_unbound, f"to act for {deal} now, bound by nobody"),
        ("stop", shift.no_longer_stop, f"would no longer gain by stopping {deal} half-way"),
        ("stop", shift.now_stop, f"would now gain by stopping {deal} half-way"),
        ("break", shift.no_longer_break, f"would no longer gain by breaking {deal}"),
        ("break", shift.now_break, f"would now gain by breaking {deal}"),
    )
    for kind, parties, words in told:
        if parties and kind not in without:
            is_ = "is " if len(parties) == 1 else "are "
            yield f"{party_words(case, parties)} {is_ if kind == 'bound' else ''}{words}"


# --- would they rather wait? ----------------------------------------------------------------


def waiting_words(case: Case, shift: WaitShift, about: str = "") -> Iterator[str]:
    """Say who no longer gains by waiting rather than signing, and who newly does."""
    deal = about or f"“{case.title_of(shift.deal)}”"
    for parties, words in ((shift.no_longer_wait, "no longer"), (shift.now_wait, "now")):
        if parties:
            who = party_words(case, parties)
            yield f"{who} would {words} gain by waiting rather than signing {deal}"


def chances_words(case: Case, shifts: Iterable[WaitShift]) -> Iterator[str]:
    """Say once what becomes of the chances of all deals to be what is agreed first."""
    told = []
    for shift in shifts:
        before, after = (None if c is None else round(100 * c) for c in shift.agreed)
        if before is not None and after is not None and before != after:
            told.append(f"{after}% for “{case.title_of(shift.deal)}” (before: {before}%)")
    if told:
        chance = "chance" if len(told) == 1 else "chances"
        yield f"{chance} of being agreed first: {listed(told)}"


# --- how many packages are left? ------------------------------------------------------------


def counts_words(case: Case, variation: Variation) -> Iterator[str]:
    """Say where the number of packages that all could live with is another."""
    by_counts: dict[tuple[str, str], list[str]] = {}
    for before, after in variation.counts:
        if before.n_possible == after.n_possible:
            yield from _undecided(case, after)
            continue
        new, old = count_words(after), count_words(before)
        if before.n_packages == after.n_packages and before.n_possible is not None:
            old = number_words(before.n_possible)
        by_counts.setdefault((new, old), []).append(f"at “{case.title_of(after.table)}”")
    for (new, old), where in by_counts.items():
        yield f"{listed(where)}, all who must agree could live with {new} instead of {old}"


def _undecided(case: Case, table: TableStand) -> Iterator[str]:
    if table.n_undecided is not None:
        n = number_words(table.n_undecided)
        yield f"at “{case.title_of(table.table)}”, another number of packages cannot be ruled on: {n}"


def count_words(table: TableStand) -> str:
    """Say how many packages are possible, of how many."""
    if table.n_possible is None or table.n_packages is None:
        return "a number that was not counted"
    return f"{number_words(table.n_possible)} of {number_words(table.n_packages)} packages"
