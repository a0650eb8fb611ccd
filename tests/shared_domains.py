"""Domains of other programs that lie beside the repository: read once, handed out by name."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from detente.interchange import ForeignDomain, read_foreign

__all__ = ["NEGOTIATION", "needs_shared_domains", "shared_domains", "shared_folders", "the_domain"]

NEGOTIATION = Path(__file__).parents[1].parent / "shared" / "data" / "negotiation"
"""Domains under licences of their own; not part of the project."""

needs_shared_domains = pytest.mark.skipif(
    not NEGOTIATION.is_dir(), reason="the domains of other programs are not beside the repository"
)

NESTED = {"negmas_yaml_anl2025/scenarios": ("genius", "genius_source")}
"""Folders that hold scenarios beside others."""

GROUPS = (
    "genius",
    "bilateral_types_timeeffect",
    "scorable_multiparty",
    "geniusweb_json",
    "negolog",
    "negmas_yaml_anl2025/official_test_scenarios",
    "negmas_yaml_anl2025/scenarios",
    "negmas_yaml_anl2025/scenarios/genius",
    "negmas_yaml_anl2025/scenarios/genius_source",
)


def shared_folders(group: str | None = None) -> tuple[Path, ...]:
    """Return the folders that hold one domain each; none where the domains are absent."""
    found: list[Path] = []
    for each in GROUPS if group is None else (group,):
        if (NEGOTIATION / each).is_dir():
            found += [
                folder
                for folder in sorted((NEGOTIATION / each).iterdir())
                if folder.is_dir() and folder.name not in NESTED.get(each, ())
            ]
    return tuple(found)


@functools.cache
def the_domain(folder: Path) -> tuple[ForeignDomain, ...]:
    """Read a folder, once in a test run."""
    return read_foreign(folder)


def shared_domains(largest: int | None = None) -> Iterator[tuple[str, ForeignDomain]]:
    """Return every shared domain with an id; all of it, or up to so many packages.

    With ``largest``, domains with a real range or with nothing but unreadable profiles are left
    out too: what is left can be turned into arrays and listed.
    """
    for folder in shared_folders():
        for domain in the_domain(folder):
            group = folder.relative_to(NEGOTIATION).parts[0]
            listed = domain.size is not None and all(
                domain.profiles[seat].is_complete for seat in domain.seats
            )
            if largest is None or (listed and (domain.size or 0) <= largest):
                yield f"{group}/{domain.name}", domain
