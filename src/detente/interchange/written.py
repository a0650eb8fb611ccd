"""What a writer hands back: texts by file name, and what they do not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from detente.interchange.foreign import ForeignDomain, ForeignProfile, Format
from detente.interchange.normal import Normal

__all__ = ["Written", "common_losses", "scaled_note"]


@dataclass(frozen=True, slots=True)
class Written:
    """Files by name, and what is not in them."""

    files: Mapping[str, str]
    notes: tuple[str, ...]


def common_losses(domain: ForeignDomain) -> list[str]:
    """Return what none of the formats written here can hold."""
    notes = list(domain.notes) if domain.format is Format.DETENTE else []
    if domain.agreement is not None:
        notes.append("whose consent it takes: the format has it that everybody must agree")
    notes += [f"the package {title!r}" for title, _ in domain.proposals]
    return notes


def scaled_note(profile: ForeignProfile, scaled: Normal) -> tuple[str, ...]:
    """Say how to get from a utility back to the profile's own points, if they are others."""
    if scaled.least == 0 and scaled.span == 1:
        return ()
    note = (
        f"utilities run from 0 to 1; its own points are {scaled.least:g} plus {scaled.span:g} times"
    )
    return (f"profile {profile.name}: {note} the utility",)
