"""A package by what it settles, and numbers of packages, exact or within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from detente.model import DealId, IssueId, OptionId

__all__ = ["Between", "Number", "Package", "number"]


@dataclass(frozen=True, slots=True)
class Between:
    """A number known only within proven bounds; both may be reached."""

    at_least: int
    at_most: int


Number = int | Between


def number(at_least: int, at_most: int) -> Number:
    """Return a number that lies between two others: exact where they meet."""
    return at_least if at_least == at_most else Between(at_least, at_most)


@dataclass(frozen=True, slots=True)
class Package:
    """What is settled otherwise than today, and the named deal that says just that, if any."""

    settles: Mapping[IssueId, OptionId]
    deal: DealId | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "settles", MappingProxyType(dict(self.settles)))
