"""GeniusWeb profiles: JSON, weights times utilities of values, a package as reservation.

``LinearAdditiveUtilitySpace`` over discrete and number value sets. A number set is a first and a
last number and a step; utilities run straight from the low value's to the high value's, and are 0
outside. The reservation is a package; its utility is what no agreement is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from detente.interchange.evaluate import exact_values
from detente.interchange.files import (
    as_mapping,
    as_number,
    as_text,
    load_json,
    shown,
    wrong,
)
from detente.interchange.foreign import (
    MOST_OPTIONS,
    MOST_OPTIONS_IN_ALL,
    Between,
    Evaluation,
    ForeignDomain,
    ForeignIssue,
    ForeignProfile,
    Format,
    PerOption,
    too_many,
)

__all__ = ["is_geniusweb_domain", "is_geniusweb_profile", "read_geniusweb"]

KIND = "LinearAdditiveUtilitySpace"
OTHER_KINDS = (
    "PartialOrdering",
    "FullOrdering",
    "DefaultPartialOrdering",
    "SumOfGroupsUtilitySpace",
)


def is_geniusweb_profile(data: Any) -> bool:
    return isinstance(data, dict) and len(data) == 1 and next(iter(data)) in (KIND, *OTHER_KINDS)


def is_geniusweb_domain(data: Any) -> bool:
    return isinstance(data, dict) and "issuesValues" in data


def read_geniusweb(files: Sequence[Path], name: str) -> ForeignDomain:
    """Read a GeniusWeb domain and its profiles; each profile repeats the domain.

    Parameters
    ----------
    files : sequence of path
        Profiles, and at most one domain file; other JSON files go into the notes.

    Raises
    ------
    ForeignFileError
        If there is no profile, or they speak of different domains.
    """
    notes: list[str] = []
    found: list[tuple[Path, dict[str, Any]]] = []
    issues: tuple[ForeignIssue, ...] | None = None
    for path in files:
        if path.suffix.lower() != ".json":
            continue
        data = load_json(path)
        if is_geniusweb_domain(data):
            here = _issues(data, path.name)
        elif is_geniusweb_profile(data):
            kind, body = next(iter(data.items()))
            if kind != KIND:
                raise wrong(path.name, 1, kind, f"a profile of type {kind}", f"{KIND}")
            body = as_mapping(body, path.name, KIND)
            found.append((path, body))
            inner = as_mapping(body.get("domain"), path.name, f"{KIND}.domain")
            here = _issues(inner, path.name)
        else:
            notes.append(f"{path.name}: no domain and no profile; not read")
            continue
        if issues is not None and _sorted(here) != _sorted(issues):
            raise wrong(
                path.name, 1, "domain", "another domain than in the other files", "the same one",
                "name a folder with one domain and its profiles",
            )  # fmt: skip
        issues = issues or here
    if not found or issues is None:
        raise wrong(name, 1, "", "no profile", f"at least one profile, {KIND}")
    profiles = [_profile(path, body, issues, notes) for path, body in found]
    stated = tuple(_with_reservation(profile, issues) for profile in profiles)
    return ForeignDomain(Format.GENIUSWEB, name, issues, stated, notes=tuple(notes))


def _sorted(issues: Sequence[ForeignIssue]) -> list[tuple[str, frozenset[str]]]:
    return sorted((issue.name, frozenset(issue.options)) for issue in issues)


def _issues(data: dict[str, Any], file: str) -> tuple[ForeignIssue, ...]:
    values = as_mapping(data.get("issuesValues"), file, "issuesValues")
    if not values:
        raise wrong(file, 1, "issuesValues", "no issue", "at least one issue")
    issues: list[ForeignIssue] = []
    for name, body in values.items():
        issues.append(_issue(name, as_mapping(body, file, f"issuesValues.{name}"), file))
        if many := too_many(issues):
            raise wrong(file, 1, f"issuesValues.{name}", many, f"at most {MOST_OPTIONS_IN_ALL:,}")
    return tuple(issues)


def _issue(name: str, body: dict[str, Any], file: str) -> ForeignIssue:
    field = f"issuesValues.{name}"
    if "range" in body:
        return _number_set(name, body["range"], file, field)
    options = body.get("values")
    if not isinstance(options, list) or not options:
        raise wrong(file, 1, field, shown(options), "`values` or `range`")
    texts = [as_text(option, file, f"{field}.values") for option in options]
    if len(set(texts)) != len(texts):
        raise wrong(file, 1, field, "a value twice", "each value once")
    return ForeignIssue(name, tuple(texts))


def _number_set(name: str, data: Any, file: str, field: str) -> ForeignIssue:
    """Read first, last and step, as a list or by name, and list the numbers in decimals."""
    parts = list(data) if isinstance(data, list) else []
    if isinstance(data, dict):
        parts = [data.get(key) for key in ("low", "high", "step")]
    if len(parts) != 3:
        raise wrong(file, 1, f"{field}.range", shown(data), "[first, last, step]")
    low, high, step = (Decimal(repr(as_number(part, file, 1, f"{field}.range"))) for part in parts)
    if step <= 0 or high < low or (high - low) / step >= MOST_OPTIONS:
        found = f"{low} to {high} in steps of {step}"
        raise wrong(file, 1, f"{field}.range", found, f"1 to {MOST_OPTIONS:,} numbers upwards")
    count = int((high - low) / step) + 1
    options = tuple(_plain(low + k * step) for k in range(count))
    return ForeignIssue(name, options, "steps", float(low), float(low + (count - 1) * step))


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _profile(
    path: Path, body: dict[str, Any], issues: Sequence[ForeignIssue], notes: list[str]
) -> ForeignProfile:
    file = path.name
    weights = as_mapping(body.get("issueWeights"), file, f"{KIND}.issueWeights")
    utilities = as_mapping(body.get("issueUtilities"), file, f"{KIND}.issueUtilities")
    names = [issue.name for issue in issues]
    for field, entries in (("issueWeights", weights), ("issueUtilities", utilities)):
        if set(entries) != set(names):
            odd = sorted(set(entries) ^ set(names))
            raise wrong(
                file, 1, f"{KIND}.{field}", f"{', '.join(odd)} only here or only in the domain",
                "the domain's issues",
            )  # fmt: skip
    bid = body.get("reservationBid")
    package: tuple[str, ...] = ()
    if bid is not None:
        stated = as_mapping(bid, file, "reservationBid").get("issuevalues")
        package = _package(as_mapping(stated, file, "reservationBid.issuevalues"), issues, file)
    name = body.get("name")
    if isinstance(name, str) and name not in ("", path.stem):
        notes.append(f"{file}: the profile calls itself {name!r}")
    return ForeignProfile(
        path.stem,
        tuple(_evaluation(utilities[issue.name], issue, file) for issue in issues),
        tuple(as_number(weights[n], file, 1, f"{KIND}.issueWeights.{n}") for n in names),
        reservation_package=package,
    )


def _evaluation(data: Any, issue: ForeignIssue, file: str) -> Evaluation:
    field = f"{KIND}.issueUtilities.{issue.name}"
    body = as_mapping(data, file, field)
    if len(body) != 1:
        raise wrong(file, 1, field, shown(list(body)), "one kind of utilities")
    kind, inner = next(iter(body.items()))
    inner = as_mapping(inner, file, f"{field}.{kind}")
    match kind:
        case "DiscreteValueSetUtilities" | "discreteutils":
            values = as_mapping(inner.get("valueUtilities"), file, f"{field}.valueUtilities")
            missing = [option for option in issue.options if option not in values]
            odd = [option for option in values if option not in issue.options]
            if missing or odd:
                found = (
                    f"{shown((missing or odd)[0])} only {'in the domain' if missing else 'here'}"
                )
                raise wrong(file, 1, field, found, "a utility for each value of the domain")
            return PerOption(
                tuple(as_number(values[o], file, 1, f"{field}.{o}") for o in issue.options)
            )
        case "NumberValueSetUtilities" | "numberutils" if issue.kind == "steps":
            numbers = [
                as_number(inner.get(key), file, 1, f"{field}.{key}")
                for key in ("lowValue", "lowUtility", "highValue", "highUtility")
            ]
            return Between(*numbers)
    raise wrong(file, 1, field, shown(kind), "utilities that fit the issue's values")


def _package(stated: dict[str, Any], issues: Sequence[ForeignIssue], file: str) -> tuple[str, ...]:
    chosen = []
    for issue in issues:
        value = stated.get(issue.name, "")
        text = value if isinstance(value, str) else _plain(Decimal(repr(value)))
        if text and text not in issue.options:
            raise wrong(file, 1, f"reservationBid.{issue.name}", shown(value), "one of its values")
        chosen.append(text)
    return tuple(chosen)


def _with_reservation(profile: ForeignProfile, issues: Sequence[ForeignIssue]) -> ForeignProfile:
    """Give a profile the utility of its reservation package; an issue left open counts 0."""
    if not profile.reservation_package:
        return profile
    worth = [
        exact_values(issue, profile, at)[issue.options.index(option)]
        for at, (issue, option) in enumerate(zip(issues, profile.reservation_package, strict=True))
        if option
    ]
    return replace(profile, reservation=float(sum(worth)))
