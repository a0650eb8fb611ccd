"""A NegMAS scenario from a domain: a domain file, one utility function per profile, in YAML.

All texts are in quotation marks: readers of YAML 1.1 take yes, no and 1:30 for something else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from detente.interchange.evaluate import is_additive, option_values
from detente.interchange.foreign import ForeignDomain, ForeignIssue, ForeignProfile, Line
from detente.interchange.names import file_names
from detente.interchange.written import Written, common_losses

__all__ = ["write_negmas"]

LONGEST_KEY = 1000
"""YAML ends a name on one line after 1024 signs, unless it is marked as one."""


def write_negmas(domain: ForeignDomain) -> Written:
    """Write a domain as a NegMAS scenario.

    Any numbers will do there, so points stay as they are; where a format divides an issue by its
    largest evaluation, the result of that is written. A reservation value that is not stated is
    left out: NegMAS then takes minus infinity.
    """
    notes = common_losses(domain)
    profiles = []
    for profile in domain.profiles:
        if profile.rules is not None or not profile.is_complete:
            notes.append(f"profile {profile.name}: no sum over issues, or incomplete; left out")
        elif not _fits_reals(domain, profile):
            notes.append(f"profile {profile.name}: its use of a real range has no form; left out")
        else:
            profiles.append(profile)
    names = file_names([profile.name for profile in profiles], taken=("center",))
    (domain_name,) = file_names([f"{domain.name}_domain"], taken=(*names, "center"))
    for issue in domain.issues:
        if issue.kind == "steps":
            notes.append(f"issue {issue.name}: its numbers are written as named values")
    files = {f"{domain_name}.yml": _domain(domain, domain_name)}
    for name, profile in zip(names, profiles, strict=True):
        if name != profile.name:
            notes.append(f"profile {profile.name}: its file is called {name}.yml")
        if not is_additive(domain, domain.profiles.index(profile)):
            notes.append(f"profile {profile.name}: its utility is no longer cut at {profile.cap:g}")
        notes += _unheld(profile)
        files[f"{name}.yml"] = _function(domain, profile, name)
    return Written(files, tuple(dict.fromkeys(notes)))


def _fits_reals(domain: ForeignDomain, profile: ForeignProfile) -> bool:
    """Whether every real range is used along a straight line that nothing cuts."""
    for issue, evaluation in zip(domain.issues, profile.evaluations, strict=True):
        if issue.kind == "real" and not (isinstance(evaluation, Line) and not evaluation.clipped):
            return False
    return domain.size is not None or profile.cap is None


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _domain(domain: ForeignDomain, name: str) -> str:
    lines = [f"name: {_text(name)}", "type: DiscreteCartesianOutcomeSpace", "issues:"]
    if domain.size is None:
        lines[1] = "type: CartesianOutcomeSpace"
    for issue in domain.issues:
        lines.append(f"- name: {_text(issue.name)}")
        if issue.low is not None and issue.high is not None and issue.kind != "steps":
            is_whole = issue.kind == "integer"
            lines.append(f"  type: {'ContiguousIssue' if is_whole else 'ContinuousIssue'}")
            low, high = (
                str(int(end)) if is_whole else repr(end) for end in (issue.low, issue.high)
            )
            lines += ["  values:", f"  - {low}", f"  - {high}"]
        else:
            lines += ["  type: CategoricalIssue", "  values:"]
            lines += [f"  - {_text(option)}" for option in issue.options]
    return "\n".join(lines) + "\n"


def _function(domain: ForeignDomain, profile: ForeignProfile, name: str) -> str:
    lines = ["type: LinearAdditiveUtilityFunction", f"name: {_text(name)}"]
    if profile.reservation is not None:
        lines.append(f"reserved_value: {profile.reservation!r}")
    lines.append("values:")
    for at, issue in enumerate(domain.issues):
        lines += _value(issue, profile, at)
    lines.append("weights:")
    lines += [f"- {weight * profile.factor!r}" for weight in profile.weights]
    if profile.discount is not None:
        head = ["type: ExpDiscountedUFun", f"name: {_text(name)}"]
        head.append(f"discount: {profile.discount!r}")
        if profile.reservation is not None:
            head.append(f"reserved_value: {profile.reservation!r}")
        lines = [*head, "ufun:", *(f"  {line}" for line in lines)]
    return "\n".join(lines) + "\n"


def _value(issue: ForeignIssue, profile: ForeignProfile, at: int) -> Sequence[str]:
    evaluation = profile.evaluations[at]
    if isinstance(evaluation, Line) and not evaluation.clipped and issue.kind != "steps":
        bias = evaluation.intercept - evaluation.slope * evaluation.origin
        return ["- type: AffineFun", f"  slope: {evaluation.slope!r}", f"  bias: {bias!r}"]
    table = option_values(issue, profile, at)
    names = issue.options if issue.kind == "integer" else [_text(o) for o in issue.options]
    lines = ["- type: TableFun", "  mapping:"]
    for name, value in zip(names, table, strict=True):
        if len(name) <= LONGEST_KEY:
            lines.append(f"    {name}: {value!r}")
        else:
            lines += [f"    ? {name}", f"    : {value!r}"]
    return lines


def _unheld(profile: ForeignProfile) -> list[str]:
    notes = []
    if profile.opt_out is not None:
        notes.append(f"profile {profile.name}: what opting out is worth, {profile.opt_out:g}")
    if profile.time_effect is not None:
        notes.append(f"profile {profile.name}: what each period adds, {profile.time_effect:g}")
    return notes
