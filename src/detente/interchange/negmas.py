"""NegMAS scenarios: YAML or JSON, a domain file and one file per utility function.

Linear additive functions over tables and straight lines; an exponential discount around one. A
reserved value of minus infinity means that none was given. What only a program can evaluate (a
stored function, an evaluator of a whole competition) is not carried, and never run.

A scenario of several deals (``center.yml`` and ``edges/``) is one domain for each deal, with the
edge's profile and, where the centre states one, the centre's for this deal alone. What the centre
gets from all its deals together is not carried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from detente.interchange.files import shown, wrong
from detente.interchange.foreign import (
    MOST_OPTIONS_IN_ALL,
    ForeignDomain,
    ForeignIssue,
    Format,
    too_many,
)
from detente.interchange.negmas_parts import read_space, read_ufun
from detente.interchange.yaml_text import Tree, load_tree

__all__ = ["is_negmas", "read_negmas"]

SUFFIXES = (".yml", ".yaml", ".json")


def is_negmas(tree: Tree) -> bool:
    """Say whether a file looks like a NegMAS domain or utility function."""
    data = tree.data
    return (
        isinstance(data, dict)
        and "type" in data
        and bool(
            {"issues", "values", "ufun", "side_ufuns", "outcome_space", "outcome_spaces"}
            & data.keys()
        )
    )


def read_negmas(folder: Path, files: Sequence[Path]) -> tuple[ForeignDomain, ...]:
    """Read a NegMAS scenario: one domain, or one for each of its deals.

    Raises
    ------
    ForeignFileError
        If there is no domain, more than one, or a file cannot be read.
    """
    files = [path for path in files if path.suffix.lower() in SUFFIXES]
    centre = [path for path in files if path.stem == "center" and path.parent == folder]
    if centre:
        edges = [path for path in files if path.parent.name == "edges"]
        return _deals(folder.name, centre[0], edges)
    return (_scenario(folder.name, files),)


def _scenario(name: str, files: Sequence[Path]) -> ForeignDomain:
    notes: list[str] = []
    spaces: list[Tree] = []
    functions: list[tuple[str, Tree]] = []
    for path in files:
        tree = load_tree(path)
        if not is_negmas(tree):
            notes.append(f"{path.name}: no domain and no utility function; not read")
        elif "issues" in tree.data:
            spaces.append(tree)
        else:
            functions.append((path.stem, tree))
    if len(spaces) != 1:
        found = ", ".join(tree.file for tree in spaces) or "no file with `issues`"
        raise wrong(name, 1, "", found, "one domain file and one file per utility function")
    issues = read_space(spaces[0], ())
    profiles = []
    for stem, tree in functions:
        own = tree.data.get("outcome_space")
        if own is not None and not _same(read_space(tree, ("outcome_space",)), issues):
            line = tree.line(("outcome_space",))
            raise wrong(tree.file, line, "outcome_space", "another domain", "the scenario's own")
        profiles.append(read_ufun(tree, (), stem, issues))
    for profile in profiles:
        notes += [f"{profile.name}: {note}" for note in profile.notes]
    return ForeignDomain(Format.NEGMAS, name, issues, tuple(profiles), notes=tuple(notes))


# --- several deals -------------------------------------------------------------------------


def _deals(name: str, centre_path: Path, edges: Sequence[Path]) -> tuple[ForeignDomain, ...]:
    if not edges:
        raise wrong("edges", 1, "", "no utility function there", "one file for each deal")
    centre = load_tree(centre_path)
    if not isinstance(centre.data, dict):
        raise wrong(centre.file, 1, "", shown(centre.data), "a utility function")
    centre_name = str(centre.data.get("name") or "centre")
    kind = str(centre.data.get("type") or "unknown").rsplit(".", 1)[-1]
    together = f"what {centre_name!r} gets from its {len(edges)} deals together ({kind})"
    spaces = _centre_spaces(centre)
    domains = []
    for at, path in enumerate(edges):
        tree = load_tree(path)
        if not isinstance(tree.data, dict):
            raise wrong(tree.file, 1, "", shown(tree.data), "a utility function")
        notes = [f"{centre.file}: {together} is not carried"]
        if tree.data.get("outcome_space") is not None:
            issues = read_space(tree, ("outcome_space",))
        elif spaces:
            issues = spaces[at] if at < len(spaces) else spaces[-1]
        else:
            raise wrong(tree.file, 1, "outcome_space", "none here nor in the centre", "one")
        profiles = [read_ufun(tree, (), path.stem, issues)]
        side = _side(centre, spaces, issues, at)
        if side is not None:
            own = read_ufun(centre, ("side_ufuns", side), centre_name, issues)
            if own.name == profiles[0].name:
                own = replace(own, name=f"{own.name} (centre)")
            profiles.append(own)
        for profile in profiles:
            notes += [f"{profile.name}: {note}" for note in profile.notes]
        domains.append(
            ForeignDomain(
                Format.NEGMAS, f"{name}/{path.stem}", issues, tuple(profiles), notes=tuple(notes)
            )
        )
    return tuple(domains)


def _centre_spaces(centre: Tree) -> list[tuple[ForeignIssue, ...]]:
    listed = centre.data.get("outcome_spaces")
    if isinstance(listed, list):
        spaces: list[tuple[ForeignIssue, ...]] = []
        for k in range(len(listed)):
            spaces.append(read_space(centre, ("outcome_spaces", k)))
            if many := too_many(issue for space in spaces for issue in space):
                expected = f"at most {MOST_OPTIONS_IN_ALL:,} in all"
                line = centre.line(("outcome_spaces", k))
                raise wrong(centre.file, line, "outcome_spaces", many, expected)
        return spaces
    if centre.data.get("outcome_space") is not None:
        return [read_space(centre, ("outcome_space",))]
    return []


def _side(
    centre: Tree,
    spaces: Sequence[tuple[ForeignIssue, ...]],
    issues: tuple[ForeignIssue, ...],
    at: int,
) -> int | None:
    """Find the centre's utility function for one deal: the one over its issues, or by position."""
    sides = centre.data.get("side_ufuns")
    if not isinstance(sides, list):
        return None
    fitting = [k for k, space in enumerate(spaces[: len(sides)]) if _same(space, issues)]
    if len(fitting) == 1:
        return fitting[0]
    return at if at < len(sides) else None


def _same(one: Sequence[ForeignIssue], other: Sequence[ForeignIssue]) -> bool:
    return [(i.name, set(i.options)) for i in one] == [(i.name, set(i.options)) for i in other]
