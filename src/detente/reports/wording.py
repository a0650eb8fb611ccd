"""Answers in a practitioner's words: the one place where results become sentences.

The command line, the brief and every later screen take their sentences from here, so that they
say the same thing in the same words. Game-theory terms do not occur.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from detente.analysis import (
    Consent,
    DealAnswer,
    Number,
    Package,
    Repair,
    Stance,
)
from detente.engines.deal_space import Verdict
from detente.ledger import PartyId
from detente.model import TODAY, Case, IssueId, OptionId, Quota
from detente.reports.number_words import number_words

__all__ = [
    "STANCE_SIGNS",
    "STANCE_WORDS",
    "VERDICT_SIGNS",
    "VERDICT_WORDS",
    "against_words",
    "among_sentence",
    "change_words",
    "consent_sentence",
    "counted",
    "deal_sentence",
    "everyone",
    "is_long",
    "listed",
    "option_words",
    "package_words",
    "party_words",
    "question_words",
    "quoted_option",
    "repair_sentence",
    "sentence_start",
    "terms_words",
    "the_party",
]

STANCE_WORDS = {
    Stance.BETTER: "would rather have it",
    Stance.EQUAL: "could live with it",
    Stance.WORSE: "would rather not",
    Stance.RED_LINE: "red line",
    Stance.DEPENDS: "depends on the numbers",
    Stance.UNKNOWN: "not known",
}
"""How a party stands to a deal, in words."""

STANCE_SIGNS = {
    Stance.BETTER: "+",
    Stance.EQUAL: "=",
    Stance.WORSE: "−",  # noqa: RUF001  # a minus sign, read aloud as one
    Stance.RED_LINE: "×",  # noqa: RUF001
    Stance.DEPENDS: "±",
    Stance.UNKNOWN: "?",
}
"""The same as a sign, always printed beside the word."""

FEW_WORDS = 2
"""An option of so few words says little without its question; nor does one that several share."""

LETTERS_THAT_TELL = 5
"""Words of so many letters are taken to name something; shorter ones mostly join others."""

TELL_NOTHING = frozenset({"their", "there", "these", "those", "which", "would", "could", "should"})

MOST_IN_A_SENTENCE, SHORTENED_TO = 10, 6
"""Terms of a package that are told in a sentence; of more, so many are, and the rest counted."""

VERDICT_WORDS = {
    Verdict.YES: "possible",
    Verdict.NO: "blocked",
    Verdict.UNDECIDED: "cannot be said",
}

VERDICT_SIGNS = {Verdict.YES: "+", Verdict.NO: "×", Verdict.UNDECIDED: "?"}  # noqa: RUF001
"""The same as a sign, always printed beside the word."""


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words as a person would.

    Examples
    --------
    >>> listed(["Russia", "Iran", "Turkey"])
    'Russia, Iran and Turkey'
    """
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(count: Number, one: str, many: str = "") -> str:
    return f"{number_words(count)} {one if count == 1 else many or one + 's'}"


COMMON_NOUNS = frozenset({
    "administration", "alliance", "army", "authority", "board", "coalition", "council", "emirate",
    "federation", "forces", "front", "government", "groups", "house", "kingdom", "leadership",
    "ministry", "movement", "nations", "office", "opposition", "party", "people", "presidency",
    "regime", "republic", "rest", "side", "state", "states", "union",
})  # fmt: skip
"""English nouns that take an article inside a name: the Assad government, the United States."""

OPENING_WORDS = frozenset(
    {"armed", "local", "many", "most", "opposition", "other", "people", "rest", "some"}
)
"""First words of a name that are no names themselves: small inside a sentence."""


def the_party(case: Case, party: str, *, opens: bool = False) -> str:
    """Name a party inside a sentence, or at its start with ``opens``.

    An article goes before names that are made of a common noun ("the Conquest Front").
    """
    name = case.title_of(party)
    words = name.lower().split()
    if words[0] in OPENING_WORDS:
        name = name[0].lower() + name[1:]
    is_letter = len(words[-1]) == 1  # "Party A" of a redacted copy
    bare = is_letter or words[0] in ("the", "many", "most", "some", "other")
    if not bare and COMMON_NOUNS & set(words):
        name = f"the {name}"
    return sentence_start(name) if opens else name


def sentence_start(words: str) -> str:
    """Write the first letter large and leave the rest alone."""
    return words[:1].upper() + words[1:]


def party_words(case: Case, parties: Iterable[PartyId], last: str = "and") -> str:
    return listed((the_party(case, party) for party in parties), last)


def option_words(case: Case, issue: IssueId, option: OptionId) -> str:
    """Return an option as its sentence, without the full stop."""
    return case.issues[issue].option(option).says.strip().rstrip(".")


def question_words(case: Case, issue: IssueId) -> str:
    """Return the question of an issue, with one question mark."""
    return f"{case.issues[issue].question.strip().rstrip('?')}?"


def quoted_option(case: Case, issue: IssueId, option: OptionId) -> str:
    """Quote an option, with its question if alone it says too little of what that asks about.

    It does if it shares a telling word with the question, and no other option reads the same.
    """
    words, question = option_words(case, issue, option), question_words(case, issue)
    shared = sum(
        words == o.says.strip().rstrip(".") for i in case.issues.values() for o in i.options
    )
    if len(words.split()) > FEW_WORDS and _telling(words) & _telling(question) and shared == 1:
        return f"“{words}”"
    return f"“{question} {words}”"


def _telling(words: str) -> set[str]:
    found = set(re.findall(r"\w+", words.casefold()))
    return {word for word in found if len(word) >= LETTERS_THAT_TELL} - TELL_NOTHING


def package_words(case: Case, package: Package) -> str:
    """Name a package by its deal, or by what it settles; by the first of very many terms."""
    if package.deal is not None:
        return f"“{case.deals[package.deal].title}”"
    if not package.settles:
        return "nothing changes"
    options = {i: option_words(case, i, o) for i, o in package.settles.items()}
    often = Counter(options.values())
    terms = [
        words
        if len(words.split()) > FEW_WORDS and often[words] == 1
        else f"{question_words(case, issue)} {words}"
        for issue, words in options.items()
    ]
    if is_long(package):
        terms[SHORTENED_TO:] = [f"and {len(terms) - SHORTENED_TO} more terms"]
    return "; ".join(terms)


def is_long(package: Package) -> bool:
    """Say whether a package settles too much for a sentence."""
    return package.deal is None and len(package.settles) > MOST_IN_A_SENTENCE


def change_words(case: Case, change: tuple[IssueId, OptionId, OptionId]) -> str:
    """Say what one term becomes instead of what."""
    issue, before, after = change
    return f"“{option_words(case, issue, after)}” instead of “{option_words(case, issue, before)}”"


def against_words(case: Case, against: str | None) -> str:
    """Say what the parties compare a deal with."""
    if against is None:
        return "what each of them expects without it"
    return "things going on as today" if against == TODAY else f"“{case.title_of(against)}”"


def consent_sentence(case: Case, consent: Consent) -> str:
    """Say how one party stands to a deal, against what, and what decides it."""
    who = the_party(case, consent.party, opens=True)
    if consent.stance is Stance.RED_LINE:
        return f"{who}: {consent.reason.words}."
    against = ""
    if consent.reason.against:
        against = f" than {against_words(case, consent.reason.against)}"
    match consent.stance:
        case Stance.BETTER:
            opening = f"{who} would rather have it{against}"
        case Stance.WORSE:
            opening = f"{who} would rather not: it has more from{against.removeprefix(' than')}"
            opening = opening if against else f"{who} would rather not"
        case Stance.EQUAL:
            opening = f"{who} could live with it: no worse{against}" if against else who
        case Stance.DEPENDS:
            opening = f"{who}: it depends on where in their ranges the numbers lie"
        case _:
            opening = f"{who}: not known"
    return f"{opening} ({consent.reason.words})."


def terms_words(case: Case, consent: Consent) -> str:
    """Name the questions on which a stand turns; empty where it turns on no single term."""
    return listed(f"“{question_words(case, issue)}”" for issue in consent.reason.issues[:2])


def _blocker(case: Case, consent: Consent) -> str:
    terms = terms_words(case, consent)
    return the_party(case, consent.party) + (f" (over {terms})" if terms else "")


def deal_sentence(case: Case, deal: DealAnswer, against: str | None) -> str:
    """Answer in one sentence whether everyone who must agree would rather have this deal."""
    title = f"“{case.deals[deal.deal].title}”"
    compared = against_words(case, against)
    if deal.broken_rules:
        return f"{title} cannot be: it breaks the rule {listed(deal.broken_rules)}."
    if deal.quota is None and not any(c.asked_as == "must agree" for c in deal.consents):
        return f"{title}: it is not said whose consent it needs."
    if deal.verdict is Verdict.YES:
        if not any(c.asked_as and c.stance is Stance.BETTER for c in deal.consents):
            return (
                f"{title} is possible: nobody who is asked is worse off than with {compared}, "
                "but nobody gains either."
            )
        return f"{title} is possible: {everyone(deal.quota)} could live with it, compared with {compared}."
    if deal.verdict is Verdict.UNDECIDED:
        who = party_words(case, (c.party for c in deal.undecided))
        about = f"it is not known how {who} would stand to it" if who else "too little is stated"
        return f"{title}: cannot be said; {about}."
    blockers = deal.blockers
    if not blockers:
        return f"{title} is blocked: too few of those counted would agree."
    reasons = listed(_blocker(case, c) for c in blockers)
    also = ", and too few of those counted would agree" if _misses_quota(deal) else ""
    return f"{title} is blocked by {reasons}, compared with {compared}{also}."


def _misses_quota(deal: DealAnswer) -> bool:
    """Say whether so many of those counted refuse that the others are too few."""
    if deal.quota is None:
        return False
    stances = {consent.party: consent.stance for consent in deal.consents}
    n_left = sum(stances[party].verdict is not Verdict.NO for party in deal.quota.of)
    return n_left < deal.quota.at_least


def among_sentence(case: Case, deal: DealAnswer) -> str:
    """Say which other deal of the table is better all round; empty where none is for certain."""
    if deal.among_deals is None or deal.among_deals.beaten_by is None:
        return ""
    other = case.deals[deal.among_deals.beaten_by].title
    return f"“{other}” is at least as good for everyone asked, and better for somebody."


def everyone(quota: Quota | None) -> str:
    return "everyone who must agree" if quota is None else "enough of those asked"


def repair_sentence(case: Case, deal: DealAnswer) -> str:
    """Say what it would take to make a blocked deal possible."""
    if deal.repair_kind == "not examined":
        if case.deals[deal.deal].table is None:
            return "It lies on no table, so no other package was examined."
        return "No other package was examined: there are too many, or nobody is asked."
    if deal.repair_kind == "none":
        if deal.verdict is Verdict.NO:
            return (
                "No change of its terms that this table can make would bring more of them to agree."
            )
        return ""
    repair = deal.repairs[0]
    n = len(repair.changes)
    others = None if deal.n_repairs is None else deal.n_repairs - 1
    more = f" ({counted(others, 'other package')} would take as few)" if others else ""
    if others is None:
        more = " (other packages would take as few)"
    changes = _changes_words(case, repair)
    if deal.repair_kind == "possible":
        who = "all" if deal.quota is None else "enough of them"
        return f"The nearest package that {who} would accept changes {counted(n, 'term')}{more}: {changes}."
    still = party_words(case, repair.refused_by)
    still = f", still refused by {still}," if still else ", refused for certain by nobody,"
    if deal.quota is not None:
        still = ""
    return (
        f"No package is certain to be acceptable to {'all' if deal.quota is None else 'enough'}; the "
        f"nearest that fewer refuse{still} changes {counted(n, 'term')}{more}: {changes}."
    )


def _changes_words(case: Case, repair: Repair) -> str:
    """Tell the changed terms; the first of very many."""
    words = [change_words(case, change) for change in repair.changes]
    if len(words) > MOST_IN_A_SENTENCE:
        words[SHORTENED_TO:] = [f"{len(words) - SHORTENED_TO} more"]
    return listed(words)
