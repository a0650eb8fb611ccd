"""Genius XML from a domain: one domain file, one file per profile."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from detente.errors import ModelError
from detente.interchange.foreign import (
    Evaluation,
    ForeignDomain,
    ForeignIssue,
    ForeignProfile,
    Format,
    Line,
    PerOption,
    Triangle,
)
from detente.interchange.names import file_names
from detente.interchange.normal import normal
from detente.interchange.written import Written, common_losses, scaled_note

__all__ = ["write_genius"]


def write_genius(domain: ForeignDomain) -> Written:
    """Write a domain as Genius XML, or in its dialect with types where it came from there.

    A profile in Genius's own terms is written as it is. Any other is put between 0 and 1, which
    changes no comparison; a note says how to get back to its points. Profiles that are no sum
    over issues, or not complete, are left out, and the notes say so.
    """
    notes = common_losses(domain)
    profiles = []
    for profile in domain.profiles:
        if profile.rules is not None or not profile.is_complete:
            notes.append(f"profile {profile.name}: no sum over issues, or incomplete; left out")
        elif domain.size is None and not _is_own(domain, profile):
            notes.append(f"profile {profile.name}: its use of a real range has no form; left out")
        else:
            profiles.append(profile)
    names = file_names([profile.name for profile in profiles])
    (domain_name,) = file_names([f"{domain.name}_domain"], taken=names)
    # a range of whole numbers is one for every profile, or for none
    own = all(_is_own(domain, profile) for profile in profiles)
    kinds = [
        issue.kind if issue.kind == "real" or (issue.kind == "integer" and own) else "discrete"
        for issue in domain.issues
    ]
    for issue, kind in zip(domain.issues, kinds, strict=True):
        if kind != issue.kind:
            notes.append(f"issue {issue.name}: its numbers are written as named options")
    files = {f"{domain_name}.xml": _domain_xml(domain, kinds, names, profiles)}
    for name, profile in zip(names, profiles, strict=True):
        if name != profile.name:
            notes.append(f"profile {profile.name}: its file is called {name}.xml")
        files[f"{name}.xml"] = _profile_xml(domain, profile, kinds, own, notes)
    return Written(files, tuple(dict.fromkeys(notes)))


def _is_own(domain: ForeignDomain, profile: ForeignProfile) -> bool:
    """Whether a profile is in the format's terms already."""
    if domain.format is Format.TYPES:
        terms = profile.cap is None and not profile.by_largest
    else:
        terms = profile.by_largest and profile.cap == 1 and profile.factor == 1
    return terms and all(
        _is_own_value(issue, evaluation)
        for issue, evaluation in zip(domain.issues, profile.evaluations, strict=True)
    )


def _is_own_value(issue: ForeignIssue, evaluation: Evaluation | None) -> bool:
    match issue.kind, evaluation:
        case "discrete", PerOption():
            return True
        case "integer", Line(origin=origin, clipped=clipped):
            return clipped and origin == issue.low
        case "real", Line(slope=slope, origin=origin, clipped=clipped):
            return origin == 0 and (clipped or slope == 0)
        case "real", Triangle():
            return True
    return False


def _domain_xml(
    domain: ForeignDomain,
    kinds: Sequence[str],
    names: Sequence[str],
    profiles: Sequence[ForeignProfile],
) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<negotiation_template>"]
    for name, profile in zip(names, profiles, strict=True):
        if domain.format is Format.TYPES and profile.side:
            file, side, kind = map(_attribute, (f"{name}.xml", profile.side, profile.kind))
            lines.append(f"  <agent utility_space={file} owner={side} personality={kind}/>")
    lines.append(f'  <utility_space number_of_issues="{len(domain.issues)}">')
    lines.append('    <objective index="0" name="root" type="objective" etype="objective">')
    for at, (issue, kind) in enumerate(zip(domain.issues, kinds, strict=True)):
        opening, inner = _issue_xml(issue, kind, at)
        lines += [f"      {opening}", *(f"        {line}" for line in inner), "      </issue>"]
    lines += ["    </objective>", "  </utility_space>", "</negotiation_template>"]
    return "\n".join(lines) + "\n"


def _issue_xml(
    issue: ForeignIssue, kind: str, at: int, values: Sequence[float] | None = None
) -> tuple[str, list[str]]:
    head = f'<issue index="{at + 1}" name={_attribute(issue.name)}'
    head += f' type="{kind}" vtype="{kind}" etype="{kind}"'
    ends = ""
    if issue.low is not None and issue.high is not None:
        low, high = (_end(number, kind) for number in (issue.low, issue.high))
        ends = f'lowerbound="{low}" upperbound="{high}"'
    if kind == "integer":
        return f"{head} {ends}>", []
    if kind == "real":
        return f"{head}>", [f"<range {ends}/>"]
    items = []
    for k, option in enumerate(issue.options):
        evaluation = "" if values is None else f' evaluation="{values[k]!r}"'
        items.append(f'<item index="{k + 1}" value={_attribute(option)}{evaluation}/>')
    return f"{head}>", items


def _end(number: float, kind: str) -> str:
    return str(int(number)) if kind == "integer" else repr(float(number))


def _profile_xml(
    domain: ForeignDomain,
    profile: ForeignProfile,
    kinds: Sequence[str],
    own: bool,
    notes: list[str],
) -> str:
    weights, reservation = profile.weights, profile.reservation
    tables: list[Sequence[float] | None] = [
        _table(issue, evaluation)
        for issue, evaluation in zip(domain.issues, profile.evaluations, strict=True)
    ]
    is_own = own or ("integer" not in (i.kind for i in domain.issues) and _is_own(domain, profile))
    if not is_own:
        scaled = normal(domain, profile)
        weights, tables, reservation = scaled.weights, list(scaled.values), scaled.reservation
        notes += scaled_note(profile, scaled)
        notes += _unheld(profile)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<utility_space>"]
    lines.append('  <objective index="0" name="root" type="objective" etype="objective">')
    for at, (issue, kind) in enumerate(zip(domain.issues, kinds, strict=True)):
        opening, inner = _issue_xml(issue, kind, at, tables[at])
        if kind in ("integer", "real"):
            inner.append(_evaluator(profile.evaluations[at], kind))
        lines += [f"    {opening}", *(f"      {line}" for line in inner), "    </issue>"]
    lines += [
        f'    <weight index="{at + 1}" value="{weight!r}"/>' for at, weight in enumerate(weights)
    ]
    lines.append("  </objective>")
    if reservation is not None:
        lines.append(f'  <reservation value="{reservation!r}"/>')
    if profile.discount is not None:
        lines.append(f'  <discount_factor value="{profile.discount!r}"/>')
    if is_own and domain.format is Format.TYPES:
        lines += _facts_xml(profile)
    return "\n".join([*lines, "</utility_space>"]) + "\n"


def _table(issue: ForeignIssue, evaluation: Evaluation | None) -> Sequence[float] | None:
    if isinstance(evaluation, PerOption):
        return evaluation.values
    if evaluation is None or issue.kind == "real":
        return None
    return [evaluation.at(number) for number in issue.numbers]


def _unheld(profile: ForeignProfile) -> list[str]:
    notes = []
    if profile.opt_out is not None:
        notes.append(f"profile {profile.name}: what opting out is worth")
    if profile.time_effect is not None:
        notes.append(f"profile {profile.name}: what each period adds")
    return notes


def _facts_xml(profile: ForeignProfile) -> list[str]:
    stated = (
        ("optout", profile.opt_out),
        ("timeeffect", profile.time_effect),
        ("weightmultiplyer", profile.factor),
    )
    return [f'  <{tag} value="{value!r}"/>' for tag, value in stated if value is not None]


def _evaluator(evaluation: Evaluation | None, kind: str) -> str:
    match evaluation:
        case Triangle(low, high, top):
            return (
                f'<evaluator ftype="triangular" parameter0="{low!r}" parameter1="{high!r}" '
                f'parameter2="{top!r}"/>'
            )
        case Line(slope, intercept, _, clipped):
            if kind == "integer":
                return f'<evaluator ftype="linear" slope="{slope!r}" offset="{intercept!r}"/>'
            if not clipped:
                return f'<evaluator ftype="constant" parameter0="{intercept!r}"/>'
            return f'<evaluator ftype="linear" parameter1="{slope!r}" parameter0="{intercept!r}"/>'
    raise ModelError(f"no evaluator of Genius for {evaluation!r}")


def _attribute(text: str) -> str:
    """Quote a text as an attribute's value; signs that XML cannot hold become spaces."""
    held = "".join(sign if sign.isprintable() or sign in "\t\n\r\xa0" else " " for sign in text)
    return quoteattr(held)
