"""A foreign domain written down as a case: parties, issues, a table, points; losses as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from detente.errors import ModelError
from detente.interchange.evaluate import is_additive, option_values
from detente.interchange.foreign import ForeignDomain, ForeignProfile, Format
from detente.interchange.names import names_of

__all__ = ["CaseText", "case_text", "one_line", "quoted"]

UNSETTLED = "unsettled"
"""The option that holds today, on every issue: a domain knows packages and no agreement, no more."""

WIDEST = 100

FORMAT_NAMES = {
    Format.GENIUS: "Genius XML",
    Format.TYPES: "bilateral XML with types and effects of time",
    Format.GENIUSWEB: "GeniusWeb JSON",
    Format.NEGMAS: "a NegMAS scenario",
    Format.NEGOLOG: "NegoLog JSON",
    Format.SCORABLE: "a scorable game",
    Format.DETENTE: "a case",
}

_PLAIN = re.compile(r"[^\W\d_][\w]*( [\w]+)*", re.ASCII)
_TWO_WAYS = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{3}")


@dataclass(frozen=True, slots=True)
class CaseText:
    """The text of a ``case.yaml``, and what it does not carry."""

    text: str
    parties: tuple[str, ...]
    issues: tuple[str, ...]
    notes: tuple[str, ...]


def case_text(
    domain: ForeignDomain,
    as_of: str,
    profiles: Sequence[int] | None = None,
    otherwise: float | None = None,
) -> CaseText:
    """Write a domain down as a case file.

    Every option keeps its text as a sentence under a name that a case file takes. Points are
    evaluations as the format scales them, beside their weights. A reservation value becomes the
    score below which a party walks away; where none is stated, that score is unknown: anything
    from the party's worst package to its best. Each issue gets an option for today, that it is
    not settled, and a rule that packages settle all or nothing; so a package of the case is a
    package of the domain, one for one.

    Parameters
    ----------
    domain : ForeignDomain
    as_of : str
        The day of the import; the files state none.
    profiles : sequence of int, optional
        Who sits at the table; if left out, :attr:`ForeignDomain.seats`.
    otherwise : float, optional
        What no agreement is worth to a party whose file states nothing.

    Raises
    ------
    ModelError
        If there is no profile, no issue with a choice, or an issue is a real range.
    """
    chosen = tuple(domain.seats if profiles is None else profiles)
    real = [issue.name for issue in domain.issues if issue.kind == "real"]
    if real:
        raise ModelError(
            f"domain {domain.name!r}: found a range of real numbers ({', '.join(real)}), expected "
            "listed options; say into how many steps to divide it (--real-steps)"
        )
    kept = [k for k, issue in enumerate(domain.issues) if len(issue.options) > 1]
    if not chosen or not kept:
        what = "no profile that could be read" if not chosen else "no issue with a choice"
        raise ModelError(f"domain {domain.name!r}: found {what}, expected at least one")
    return _Writer(domain, chosen, kept, otherwise).written(as_of)


class _Writer:
    def __init__(
        self,
        domain: ForeignDomain,
        chosen: tuple[int, ...],
        kept: list[int],
        otherwise: float | None,
    ) -> None:
        self.domain, self.kept, self.otherwise = domain, kept, otherwise
        self.profiles = [domain.profiles[k] for k in chosen]
        self.notes = list(domain.notes)
        titles = [_title(profile) for profile in self.profiles]
        self.parties = names_of(titles, taken=("talks", "all_or_nothing"))
        issues = [domain.issues[k].name for k in kept]
        self.issues = names_of(issues, taken=("talks", "all_or_nothing", *self.parties))
        self.options = [names_of(domain.issues[k].options, (UNSETTLED,)) for k in kept]
        self.titles = titles

    def written(self, as_of: str) -> CaseText:
        left_out = [p.name for p in self.domain.profiles if p not in self.profiles]
        if left_out:
            self.notes.append(f"profiles that do not sit at the table: {', '.join(left_out)}")
        for issue in self.domain.issues:
            if len(issue.options) == 1:
                self.notes.append(
                    f"issue {issue.name!r} has one option, {issue.options[0]!r}; left out, and its "
                    "points taken off the scores"
                )
        judgements = self._judgements()
        body = [
            *self._head(as_of),
            *self._parties(),
            *self._table(),
            *self._issues(),
            *self._rules(),
            *self._deals(),
            *judgements,
        ]
        notes = tuple(dict.fromkeys(self.notes))
        comments = ["# Not carried over, or read with doubt:" if notes else "# Nothing was lost."]
        comments += [f"# - {one_line(note)}" for note in notes]
        source = f"# Imported from {FORMAT_NAMES[self.domain.format]}: {one_line(self.domain.name)}"
        lines = [source, *comments, *body]
        text = "\n".join([*lines, *_assumptions(body)]) + "\n"
        return CaseText(text, tuple(self.parties), tuple(self.issues), notes)

    def _head(self, as_of: str) -> list[str]:
        return [
            "detente: 1",
            f"negotiation: {quoted(self.domain.name)}",
            f"as_of: {as_of}",
            "as_of_basis: The day of the import; the files state none.",
            "question: Which packages would everyone who must agree rather have than none?",
        ]

    def _parties(self) -> list[str]:
        lines = ["", "parties:"]
        for name, title, profile in zip(self.parties, self.titles, self.profiles, strict=True):
            lines += [f"  {name}:", f"    name: {quoted(title)}"]
            facts = _facts(profile)
            if facts:
                lines.append(f"    note: {quoted(facts)}")
                self.notes.append(f"{title}: {facts}")
        return lines

    def _table(self) -> list[str]:
        lines = ["", "tables:", "  talks:", "    title: Talks", "    seats:"]
        lines += [f"      {name}: always" for name in self.parties]
        agreement = self.domain.agreement
        if agreement is not None:
            by_title = dict(zip([p.name for p in self.profiles], self.parties, strict=True))
            must = [by_title[title] for title in agreement.must if title in by_title]
            absent = len(self.domain.profiles) - len(self.profiles)
            enough = max(1, min(len(self.parties), agreement.enough - absent))
            lines += [
                f"    must_agree: [{', '.join(must)}]",
                "    enough:",
                f"      at_least: {enough}",
                f"      of: [{', '.join(self.parties)}]",
            ]
        return [*lines, "    assumption: rules_as_stated"]

    def _rules(self) -> list[str]:
        """Let no package settle some issues only: packages here are the foreign ones, one for one."""
        if len(self.issues) < 2:
            return []
        lines = ["", "rules:", "  all_or_nothing:", "    together:"]
        lines += [f"      - {issue} is {UNSETTLED}" for issue in self.issues]
        return [*lines, "    assumption: rules_as_stated"]

    def _issues(self) -> list[str]:
        lines = ["", "issues:"]
        for at, name, options in zip(self.kept, self.issues, self.options, strict=True):
            issue = self.domain.issues[at]
            question = quoted(issue.title or issue.name)
            lines += [f"  {name}:", f"    question: {question}", "    options:"]
            lines.append(f"      {UNSETTLED}: It is not settled.")
            lines += [
                f"      {quoted(option)}: {quoted(text)}"
                for option, text in zip(options, issue.says or issue.options, strict=True)
            ]
            lines += [f"    today: {UNSETTLED}", "    assumption: nothing_is_settled_today"]
        return lines

    def _deals(self) -> list[str]:
        lines: list[str] = []
        taken = {*self.parties, *self.issues, "talks", "all_or_nothing"}
        names = names_of([title for title, _ in self.domain.proposals], taken)
        for name, (title, package) in zip(names, self.domain.proposals, strict=True):
            lines += [f"  {name}:", f"    title: {quoted(title)}", "    table: talks", "    says:"]
            lines += [
                f"      {issue}: {quoted(options[package[at]])}"
                for at, issue, options in zip(self.kept, self.issues, self.options, strict=True)
            ]
            lines.append("    assumption: rules_as_stated")
        return ["", "deals:", *lines] if lines else []

    def _judgements(self) -> list[str]:
        lines = ["", "judgements:"]
        for name, title, profile in zip(self.parties, self.titles, self.profiles, strict=True):
            at = self.domain.profiles.index(profile)
            lines.append(f"  {name}:")
            if profile.rules is not None or not profile.is_complete:
                why = "no sum over issues" if profile.rules is not None else "incomplete"
                self.notes.append(f"{title}: its utility is {why}; no points are written")
                lines.append("    assumption: points_as_stated")
                continue
            if not is_additive(self.domain, at):
                self.notes.append(
                    f"{title}: the format cuts its utility at {profile.cap:g}; here it is not cut"
                )
            lines += self._points(profile)
        return lines

    def _points(self, profile: ForeignProfile) -> list[str]:
        signs = [profile.weights[at] * profile.factor for at in self.kept]
        by_weight = all(sign >= 0 for sign in signs) and any(sign != 1 for sign in signs)
        lines = ["    points:"]
        for at, sign, issue, options in zip(
            self.kept, signs, self.issues, self.options, strict=True
        ):
            factor = 1.0 if by_weight else sign
            values = option_values(self.domain.issues[at], profile, at)
            pairs = [f"{UNSETTLED}: 0"] + [
                f"{quoted(option)}: {_number(factor * value)}"
                for option, value in zip(options, values, strict=True)
            ]
            in_one = f"      {issue}: {{{', '.join(pairs)}}}"
            if len(in_one) <= WIDEST:
                lines.append(in_one)
            else:
                lines += [f"      {issue}:", *(f"        {pair}" for pair in pairs)]
        if by_weight:
            lines.append("    weights:")
            lines += [
                f"      {issue}: {_number(sign)}"
                for issue, sign in zip(self.issues, signs, strict=True)
            ]
        return [*lines, *self._fallback(profile), "    assumption: points_as_stated"]

    def _fallback(self, profile: ForeignProfile) -> list[str]:
        """Say what no agreement is worth; where the file does not, anything it could be."""
        worth = [
            [profile.weights[at] * profile.factor * v for v in option_values(issue, profile, at)]
            for at, issue in enumerate(self.domain.issues)
        ]
        fixed = sum(values[0] for values in worth if len(values) == 1)
        if profile.reservation is not None:
            stated, ground = _number(profile.reservation - fixed), "reservation_as_stated"
        elif self.otherwise is not None:
            stated, ground = _number(self.otherwise - fixed), "reservation_as_asked"
        else:
            least, most = (sum(map(end, worth)) - fixed for end in (min, max))
            stated, ground = f"{_number(least)} to {_number(most)}", "reservation_not_stated"
            if least == most:
                stated = _number(least)
        return ["    without_a_deal:", f"      at_least: {stated}", f"      assumption: {ground}"]


ASSUMPTIONS = {
    "points_as_stated": ["text: Points as the file states them."],
    "reservation_as_stated": [
        "text: What no agreement is worth is the reservation value that the file states."
    ],
    "reservation_not_stated": [
        "text: >-",
        "  The file states no reservation value: no agreement may be worth anything from the party's",
        "  worst package to its best.",
        "check: Ask what the party can do without an agreement, and write that.",
    ],
    "reservation_as_asked": [
        "text: The file states no reservation value; the one given at the import stands for it."
    ],
    "rules_as_stated": ["text: Who sits here and whose consent it takes, as the format has it."],
    "nothing_is_settled_today": [
        "text: The files know packages and no agreement; until there is one, nothing is settled."
    ],
}


def _assumptions(body: Sequence[str]) -> list[str]:
    """Write down the assumptions that something rests on."""
    used = {line.split()[-1] for line in body if line.lstrip().startswith("assumption: ")}
    lines = ["", "assumptions:"]
    for name, entry in ASSUMPTIONS.items():
        if name in used:
            lines += [f"  {name}:", *(f"    {line}" for line in entry)]
    return lines


def _title(profile: ForeignProfile) -> str:
    return f"{profile.side} ({profile.kind})" if profile.side and profile.kind else profile.name


def _facts(profile: ForeignProfile) -> str:
    """Say in words what a profile states and a case has no place for."""
    facts = []
    if profile.discount is not None and profile.discount != 1:
        facts.append(f"at the end of the time its utility is multiplied by {profile.discount:g}")
    if profile.opt_out is not None:
        facts.append(f"opting out is worth {profile.opt_out:g} to it")
    if profile.time_effect is not None:
        facts.append(f"each period adds {profile.time_effect:g} to every utility")
    return f"As the file states: {', '.join(facts)}; not reckoned with." if facts else ""


def _number(value: float) -> str:
    """Write a number out in digits, in a way that cannot be read as thousands.

    Examples
    --------
    >>> _number(1.125), _number(1e-7), _number(-3.0), _number(0.1)
    ('1.1250', '0.0000001', '-3', '0.1')
    """
    text = format(Decimal(repr(float(value))), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        return "0"
    return f"{text}0" if _TWO_WAYS.fullmatch(text) else text


def one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def quoted(text: str) -> str:
    """Write a text as a YAML scalar that is read back as this text."""
    plain = one_line(text) or "(blank)"
    if _PLAIN.fullmatch(plain) and plain not in ("null", "true", "false"):
        return plain
    return json.dumps(plain, ensure_ascii=False)
