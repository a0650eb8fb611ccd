"""GeniusWeb JSON from a domain: one domain file, one ``LinearAdditiveUtilitySpace`` per profile."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from detente.interchange.evaluate import is_additive, option_values
from detente.interchange.foreign import Between, ForeignDomain, ForeignIssue, ForeignProfile
from detente.interchange.geniusweb import KIND
from detente.interchange.names import file_names
from detente.interchange.normal import normal
from detente.interchange.written import Written, common_losses, scaled_note

__all__ = ["write_geniusweb"]

WEIGHT_DIGITS = 12


def write_geniusweb(domain: ForeignDomain) -> Written:
    """Write a domain as GeniusWeb JSON.

    Utilities of values run from 0 to 1 and weights sum to exactly 1, as the format asks; a
    profile that is otherwise is put between 0 and 1, which changes no comparison. A reservation
    value has no place there (the format states a package); nor have discounts and real ranges.
    """
    notes = common_losses(domain)
    profiles = []
    for profile in domain.profiles:
        if profile.rules is not None or not profile.is_complete or domain.size is None:
            why = "a real range" if domain.size is None else "no sum over issues, or incomplete"
            notes.append(f"profile {profile.name}: {why}; left out")
        else:
            profiles.append(profile)
    names = file_names([profile.name for profile in profiles])
    (domain_name,) = file_names([f"{domain.name}_domain"], taken=names)
    listed = [issue for issue in domain.issues if issue.kind != "real"]
    numbers = [_is_number_set(domain, profiles, at) for at in range(len(domain.issues))]
    for issue, is_number in zip(domain.issues, numbers, strict=True):
        if issue.kind == "real":
            notes.append(f"issue {issue.name}: a real range; left out")
        elif issue.kind != "discrete" and not is_number:
            notes.append(f"issue {issue.name}: its numbers are written as named values")
    head = {
        "name": domain.name,
        "issuesValues": {
            issue.name: _values(issue, numbers[domain.issues.index(issue)]) for issue in listed
        },
    }
    files = {f"{domain_name}.json": _json(head)}
    for name, profile in zip(names, profiles, strict=True):
        if name != profile.name:
            notes.append(f"profile {profile.name}: its file is called {name}.json")
        body = _profile(domain, profile, numbers, notes)
        files[f"{name}.json"] = _json({KIND: {**body, "domain": head, "name": name}})
    return Written(files, tuple(dict.fromkeys(notes)))


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _is_number_set(domain: ForeignDomain, profiles: Sequence[ForeignProfile], at: int) -> bool:
    """Whether an issue is equal steps, and every profile straight over all of them."""
    issue = domain.issues[at]
    if issue.kind not in ("steps", "integer") or len(issue.options) < 2:
        return False
    return _step(issue) is not None and all(
        isinstance(e := profile.evaluations[at], Between)
        and (e.low, e.high) == (issue.low, issue.high)
        for profile in profiles
    )


def _step(issue: ForeignIssue) -> Decimal | None:
    """Return the step between the numbers if it is one."""
    numbers = [Decimal(option) for option in issue.options]
    step = numbers[1] - numbers[0]
    is_one = all(b - a == step for a, b in itertools.pairwise(numbers))
    return step if is_one and step > 0 else None


def _values(issue: ForeignIssue, is_number: bool) -> dict[str, Any]:
    if not is_number:
        return {"values": list(issue.options)}
    return {"range": [issue.options[0], issue.options[-1], str(_step(issue))]}


def _profile(
    domain: ForeignDomain, profile: ForeignProfile, numbers: Sequence[bool], notes: list[str]
) -> dict[str, Any]:
    weights: Sequence[float] = profile.weights
    tables: Sequence[Sequence[float]] = [
        option_values(issue, profile, at) for at, issue in enumerate(domain.issues)
    ]
    is_own = (
        profile.factor == 1
        and is_additive(domain, domain.profiles.index(profile))
        and sum(Decimal(repr(weight)) for weight in weights) == 1
        and min(weights) >= 0
        and all(0 <= value <= 1 for table in tables for value in table)
    )
    if not is_own:
        scaled = normal(domain, profile)
        weights, tables = _to_one(scaled.weights), scaled.values
        notes += scaled_note(profile, scaled)
    utilities: dict[str, Any] = {}
    for at, issue in enumerate(domain.issues):
        table = tables[at]
        if numbers[at]:
            utilities[issue.name] = {
                "NumberValueSetUtilities": {
                    "lowValue": issue.low, "lowUtility": table[0],
                    "highValue": issue.high, "highUtility": table[-1],
                }
            }  # fmt: skip
        else:
            utilities[issue.name] = {
                "DiscreteValueSetUtilities": {
                    "valueUtilities": dict(zip(issue.options, table, strict=True))
                }
            }
    body: dict[str, Any] = {
        "issueUtilities": utilities,
        "issueWeights": {i.name: w for i, w in zip(domain.issues, weights, strict=True)},
    }
    if profile.reservation_package:
        stated = zip(domain.issues, profile.reservation_package, strict=True)
        body["reservationBid"] = {
            "issuevalues": {issue.name: option for issue, option in stated if option}
        }
    notes += _unheld(profile)
    return body


def _to_one(weights: Sequence[float]) -> tuple[float, ...]:
    """Round weights so that, as written, they sum to exactly 1."""
    rounded = [round(Decimal(repr(weight)), WEIGHT_DIGITS) for weight in weights]
    largest = rounded.index(max(rounded))
    rounded[largest] += 1 - sum(rounded)
    return tuple(map(float, rounded))


def _unheld(profile: ForeignProfile) -> list[str]:
    stated = {
        "its reservation value": None if profile.reservation_package else profile.reservation,
        "its discount": profile.discount if profile.discount != 1 else None,
        "what opting out is worth": profile.opt_out,
        "what each period adds": profile.time_effect,
    }
    return [
        f"profile {profile.name}: {what}, {value:g}"
        for what, value in stated.items()
        if value is not None
    ]
