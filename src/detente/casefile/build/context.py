"""What every builder needs: names that exist, places, and one list of problems."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeVar

from detente.casefile.dates import parse_period
from detente.casefile.folder import LoadedFolder
from detente.casefile.numbers import parse_likelihood, parse_quantity
from detente.casefile.schema import CaseSchema
from detente.casefile.schema.common import Grounded
from detente.casefile.schema.what import PerformersSchema
from detente.casefile.statements import parse_condition, parse_statement
from detente.casefile.text_problem import TextProblem
from detente.casefile.validate import closest
from detente.casefile.yaml_text import FieldPath, dotted
from detente.errors import Place
from detente.ledger import (
    ICD203,
    SCALES,
    ClaimId,
    Likelihood,
    LikelihoodScale,
    PartyId,
    Period,
    Quantity,
    Unknown,
)
from detente.model import (
    TODAY,
    AllOf,
    Condition,
    Ground,
    Issue,
    IssueId,
    OptionId,
    Performers,
    Statement,
)

__all__ = ["Context"]

T = TypeVar("T")
KINDS = {
    "parties": "a party",
    "tables": "a table",
    "issues": "an issue",
    "deals": "a deal",
    "endings": "an ending",
    "outcomes": "today, an ending or a deal",
    "clocks": "a clock",
    "facts": "a disputed fact",
    "chances": "an entry under chances",
    "claims": "a claim",
    "sources": "a source",
    "speakers": "a speaker or a party",
    "assumptions": "an entry under assumptions",
}


def _in_a_name(sign: str) -> bool:
    """Letters and digits of any script, with their vowel signs, accents and joiners."""
    return sign.isalnum() or sign in "_\u200c\u200d" or unicodedata.category(sign)[0] == "M"


class Context:
    """Looks names up, parses texts, and turns every failure into a problem with its place."""

    def __init__(self, case: CaseSchema, folder: LoadedFolder) -> None:
        self.case = case
        self.folder = folder
        self.issues: dict[IssueId, Issue] = {}
        self.scale: LikelihoodScale = ICD203
        endings = [*case.endings, *(n for n, c in case.clocks.items() if c.then.ends_as)]
        self.names: Mapping[str, Iterable[str]] = {
            "parties": case.parties,
            "tables": case.tables,
            "issues": case.issues,
            "deals": case.deals,
            "endings": endings,
            "outcomes": [TODAY, *endings, *case.deals],
            "clocks": case.clocks,
            "facts": case.facts,
            "chances": case.chances,
            "claims": case.claims,
            "sources": case.sources,
            "speakers": ["author", *case.speakers, *case.parties],
            "assumptions": case.assumptions,
        }

    def report(self, where: FieldPath, found: str, expected: str, fix: str = "") -> None:
        self.folder.report(where, found, expected, fix)

    def place(self, where: FieldPath) -> Place:
        return self.folder.place(where)

    def has_problem(self, where: FieldPath) -> bool:
        """Whether anything was wrong in an entry or inside it."""
        entry = dotted(where)
        return any(
            p.place.field == entry or p.place.field.startswith((f"{entry}.", f"{entry}["))
            for p in self.folder.problems
        )

    # --- names ---------------------------------------------------------------------------

    def check_names(self) -> None:
        """Names are words that can stand in a statement, and no two things share one."""
        sections = (
            "parties", "tables", "issues", "rules", "deals", "endings", "clocks", "facts",
            "levers", "scenarios", "chances", "norms", "claims", "speakers", "assumptions",
            "explanations", "sources",
        )  # fmt: skip
        owner: dict[str, str] = {}
        for section in sections:
            more = ".-" if section in ("sources", "scenarios", "claims") else ""
            for name in getattr(self.case, section):
                where = (section, name)
                self.check_name(name, where, more)
                self._check_title(getattr(self.case, section)[name], where)
                if name == TODAY and section in ("deals", "endings", "clocks"):
                    fix = f"{TODAY!r} stands for things as they are; choose a name of its own"
                    self.report(where, repr(name), "another name", fix)
                if section in ("claims", "speakers", "assumptions", "explanations", "sources"):
                    continue
                if name in owner:
                    found = f"{name!r}, which is also under {owner[name]}"
                    self.report(where, found, "a name of its own", "give it another name")
                owner.setdefault(name, section)

    def _check_title(self, entry: object, where: FieldPath) -> None:
        """Report what people would call an entry, if it is blank."""
        for field in ("name", "title", "question", "what"):
            words = getattr(entry, field, None)
            if isinstance(words, str) and not words.strip():
                self.report((*where, field), "blanks", "some words", "say what people call it")

    def check_name(self, name: str, where: FieldPath, more: str = "") -> None:
        """Report a name that could not stand in a statement or a path; ``more`` signs will do."""
        signs = [c if _in_a_name(c) or c in more else " " for c in name]
        if " " in signs or not _in_a_name(name[:1]):
            fix = "write it like this: " + ("_".join("".join(signs).split()) or "a_name")
            self.report(where, f"the name {name!r}", "a name of letters, digits and _", fix)

    def name(self, kind: str, name: str, where: FieldPath) -> bool:
        """Say whether there is such a thing; report it if not."""
        known = self.names[kind]
        if name in known:
            return True
        listed = list(known)
        some = ", ".join(listed[:12]) + (", ..." if len(listed) > 12 else "")
        expected = f"{KINDS[kind]} of this case: {some}" if some else KINDS[kind]
        section = "`endings:` or `deals:`" if kind == "outcomes" else f"`{kind}:`"
        fix = closest(name, listed) or f"name one that is there, or define it under {section}"
        self.report(where, repr(name), expected, fix)
        return False

    def list_of(
        self, kind: str, names: Iterable[str], where: FieldPath, make: Callable[[str], T]
    ) -> tuple[T, ...]:
        """Look up each name; keep those that exist, once each."""
        kept = []
        for n, name in enumerate(names):
            inside = (*where, n) if (*where, n) in self.folder.places else where
            if self.name(kind, name, inside) and name not in kept:
                kept.append(name)
        return tuple(make(name) for name in kept)

    def parties(self, names: Iterable[str], where: FieldPath) -> tuple[PartyId, ...]:
        return self.list_of("parties", names, where, PartyId)

    def party(self, name: str | None, where: FieldPath) -> PartyId | None:
        return PartyId(name) if name and self.name("parties", name, where) else None

    def settled(
        self, says: Mapping[str, str], where: FieldPath, *, by_agreement: bool
    ) -> dict[IssueId, OptionId]:
        """Check a mapping of issues to options."""
        result: dict[IssueId, OptionId] = {}
        for issue_name, option_name in says.items():
            inside = (*where, issue_name)
            if not self.name("issues", issue_name, inside):
                continue
            issue = self.issues.get(IssueId(issue_name))
            if issue is None:
                continue
            known = [option.id for option in issue.options]
            if option_name not in known:
                some = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
                fix = closest(option_name, known)
                self.report(inside, repr(option_name), f"an option of {issue_name}: {some}", fix)
            elif by_agreement and issue.option(OptionId(option_name)).not_by_agreement:
                found = f"{option_name!r}, which only comes about without a deal"
                fix = "remove `not_by_agreement` from the option, or make this an ending"
                self.report(inside, found, "an option that can be agreed", fix)
            else:
                result[issue.id] = OptionId(option_name)
        return result

    # --- small languages -----------------------------------------------------------------

    def _parsed(self, where: FieldPath, parse: Callable[[], T]) -> T | None:
        try:
            return parse()
        except TextProblem as problem:
            self.report(where, problem.found, problem.expected, problem.fix)
            return None

    def statement(self, text: str, where: FieldPath) -> Statement | None:
        return self._parsed(where, lambda: parse_statement(text, self.issues))

    def term(self, text: str, where: FieldPath) -> Statement | None:
        """Read what is refused, blocked or beyond a mandate: "X if A" is X together with A.

        In a want, "X if A" is met wherever A does not hold; to refuse "X if A" is to refuse X
        where A does.
        """
        found = self.statement(text, where)
        if found is None or found.given is None:
            return found
        return Statement(AllOf((found.given, found.then)), found.words)

    def terms(self, texts: Sequence[str], where: FieldPath) -> tuple[Statement, ...]:
        found = (self.term(text, (*where, n)) for n, text in enumerate(texts))
        return tuple(s for s in found if s is not None)

    def condition(self, text: str | None, where: FieldPath) -> Condition | None:
        if text is None:
            return None
        return self._parsed(where, lambda: parse_condition(text, self.issues))

    def period(self, text: str | None, where: FieldPath) -> Period | None:
        return self._parsed(where, lambda: parse_period(text)) if text else None

    def likelihood(self, text: str, where: FieldPath) -> Likelihood | Unknown:
        found = self._parsed(where, lambda: parse_likelihood(text, self.scale))
        return Unknown("not readable") if found is None else found

    def number(
        self,
        text: str | None,
        where: FieldPath,
        kind: Literal["any", "time", "rate", "share"] = "any",
        unit: str | None = None,
    ) -> Quantity | Unknown:
        if text is None:
            return Unknown()
        units = None if unit is None else [unit, ""]
        found = self._parsed(where, lambda: parse_quantity(text, kind=kind, units=units))
        return Unknown("not readable") if found is None else found

    def quantity(
        self,
        text: str | None,
        where: FieldPath,
        kind: Literal["any", "time", "rate", "share"] = "any",
        unit: str | None = None,
    ) -> Quantity | None:
        """Like :meth:`number`, where "unknown" says no more than leaving it out."""
        found = self.number(text, where, kind, unit)
        return found if isinstance(found, Quantity) else None

    # --- what entries share --------------------------------------------------------------

    def ground(self, entry: Grounded, where: FieldPath) -> Ground:
        if entry.because and entry.because_all:
            found = "both `because` and `because_all`"
            self.report(where, found, "one of them", "keep the one that is meant")
        field = "because_all" if entry.because_all else "because"
        claims = self.list_of(
            "claims", entry.because or entry.because_all, (*where, field), ClaimId
        )
        assumption = entry.assumption or ""
        if assumption in self.case.assumptions:
            assumption = self.case.assumptions[assumption].text
        elif assumption and " " not in assumption.strip():
            self.name("assumptions", assumption, (*where, "assumption"))
        return Ground(claims, bool(entry.because_all), assumption, entry.our_idea)

    def performers(
        self, written: list[str] | PerformersSchema | None, where: FieldPath
    ) -> Performers | None:
        if written is None:
            return None
        if isinstance(written, list):
            parties = self.parties(written, where)
            return Performers(parties) if parties else None
        any_one = bool(written.any_of)
        field = "any_of" if any_one else "all_of"
        parties = self.parties(written.any_of or written.all_of, (*where, field))
        return Performers(parties, any_one) if parties else None

    def choose_scale(self) -> None:
        if self.case.scale in SCALES:
            self.scale = SCALES[self.case.scale]
            return
        expected = "one of " + ", ".join(SCALES)
        self.report(("scale",), repr(self.case.scale), expected, closest(self.case.scale, SCALES))
