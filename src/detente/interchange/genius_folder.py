"""A folder of Genius files: which is the domain, which are profiles, and who is of which type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from detente.interchange.files import shown, wrong
from detente.interchange.foreign import ForeignDomain, ForeignProfile, Format
from detente.interchange.genius import is_domain, is_profile, read_issues, read_profile
from detente.interchange.xml_text import Element, load_xml, looks_like_xml

__all__ = ["read_genius"]

_SIDE = re.compile(r"(Side_[A-Z])_?(\w+)")


def read_genius(files: Sequence[Path], name: str) -> ForeignDomain:
    """Read a Genius domain and all its profiles.

    Parameters
    ----------
    files : sequence of path
        One domain file and any number of profiles; what is neither goes into the notes.
    name : str
        What to call the domain.

    Raises
    ------
    ForeignFileError
        If there is no domain, more than one, or a file cannot be read.
    """
    notes: list[str] = []
    domains: list[Element] = []
    profiles: list[tuple[str, Element]] = []
    for path in files:
        if path.suffix.lower() != ".xml":
            continue
        if not looks_like_xml(path):
            notes.append(f"{path.name}: no XML; not read")
            continue
        root = load_xml(path)
        if is_domain(root):
            domains.append(root)
        elif is_profile(root):
            profiles.append((path.stem, root))
        else:
            notes.append(f"{path.name}: <{root.tag}> is no domain and no profile; not read")
    if len(domains) != 1:
        found = ", ".join(root.file for root in domains) or "no <negotiation_template>"
        raise wrong(
            name, 1, "", found, "one domain file, <negotiation_template>",
            "name a folder with one domain and its profiles",
        )  # fmt: skip
    issues = read_issues(domains[0], notes)
    read = []
    for stem, root in profiles:
        profile = read_profile(root, stem, issues)
        read.append(profile)
        notes += [f"{stem}: {note}" for note in profile.notes]
    is_types = any(
        child.tag in ("optout", "timeeffect", "weightmultiplyer")
        for _, root in profiles
        for child in root.children
    )
    if is_types:
        read = _with_sides(read, dict(profiles), domains[0], notes)
    return ForeignDomain(
        Format.TYPES if is_types else Format.GENIUS,
        name,
        tuple(each.issue for each in issues),
        tuple(read),
        notes=tuple(dict.fromkeys(notes)),
    )


def _with_sides(
    read: list[ForeignProfile],
    roots: dict[str, Element],
    domain: Element,
    notes: list[str],
) -> list[ForeignProfile]:
    """Say of each profile whose it is: as the domain states, or by the files' names."""
    sides: dict[str, tuple[str, str]] = {}
    for agent in domain.walk():
        file = Path(agent.get("utility_space") or "").stem
        if agent.tag == "agent" and file and agent.get("owner"):
            kind = agent.get("personality") or agent.get("type") or ""
            sides[file] = (agent.get("owner") or "", kind)
    for name, root in roots.items():
        for element in root.walk():
            believed = Path((element.get("file") or "").replace("\\", "/")).stem
            if element.tag == "utilityspace" and believed in roots and believed not in sides:
                sides[believed] = (name, "its picture of the other side")
                sides.setdefault(name, (name, ""))
    for name in roots:
        match = _SIDE.fullmatch(name)
        if match and name not in sides:
            sides[name] = (match[1], match[2])
    for name in sides.keys() - roots.keys():
        notes.append(f"{domain.file}: names the profile {shown(name)}, which is not there")
    result = []
    for profile in read:
        side, kind = sides.get(profile.name, ("", ""))
        result.append(replace(profile, side=side, kind=kind))
    if sides:
        notes.append(
            "one party may be of several types; the first of each side stands for it unless others "
            "are named"
        )
    return result
