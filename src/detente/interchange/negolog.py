"""NegoLog domains: JSON, two profiles, weights times values, a reservation value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from detente.interchange.files import as_mapping, as_number, load_json, shown, wrong
from detente.interchange.foreign import (
    ForeignDomain,
    ForeignIssue,
    ForeignProfile,
    Format,
    PerOption,
)

__all__ = ["is_negolog_profile", "read_negolog"]


def is_negolog_profile(data: Any) -> bool:
    return isinstance(data, dict) and {"issueWeights", "issues"} <= data.keys()


def read_negolog(files: Sequence[Path], name: str) -> ForeignDomain:
    """Read NegoLog profiles; the first one's issues and options are the domain's.

    Raises
    ------
    ForeignFileError
        If there is no profile, or they speak of different issues or options.
    """
    notes: list[str] = []
    issues: tuple[ForeignIssue, ...] = ()
    profiles: list[ForeignProfile] = []
    for path in files:
        if path.suffix.lower() != ".json":
            continue
        data, file = load_json(path), path.name
        if not is_negolog_profile(data):
            notes.append(f"{file}: no profile; not read")
            continue
        values = as_mapping(data["issues"], file, "issues")
        weights = as_mapping(data["issueWeights"], file, "issueWeights")
        tables = {
            issue: as_mapping(table, file, f"issues.{issue}") for issue, table in values.items()
        }
        if not issues:
            if not tables or not all(tables.values()):
                raise wrong(file, 1, "issues", "an issue without options, or none", "some")
            issues = tuple(ForeignIssue(issue, tuple(table)) for issue, table in tables.items())
        names = {issue.name for issue in issues}
        if set(tables) != names or set(weights) != names:
            odd = sorted((set(tables) ^ names) | (set(weights) ^ names))
            expected = "the same issues in every profile, each with a weight"
            raise wrong(file, 1, "issues", ", ".join(odd), expected)
        for issue in issues:
            if set(tables[issue.name]) != set(issue.options):
                odd = sorted(set(tables[issue.name]) ^ set(issue.options))
                expected = "the same options in every profile"
                raise wrong(file, 1, f"issues.{issue.name}", shown(odd), expected)
        stated = data.get("reservationValue")
        profiles.append(
            ForeignProfile(
                path.stem,
                tuple(
                    PerOption(
                        tuple(
                            as_number(tables[i.name][o], file, 1, f"issues.{i.name}.{o}")
                            for o in i.options
                        )
                    )
                    for i in issues
                ),
                tuple(
                    as_number(weights[i.name], file, 1, f"issueWeights.{i.name}") for i in issues
                ),
                reservation=(
                    None if stated is None else as_number(stated, file, 1, "reservationValue")
                ),
            )
        )
    if not profiles:
        raise wrong(name, 1, "", "no profile", "JSON with `issueWeights` and `issues`")
    return ForeignDomain(Format.NEGOLOG, name, issues, tuple(profiles), notes=tuple(notes))
