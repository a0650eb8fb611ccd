"""Read whatever is there: which format it is follows from the files, not from their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from detente.errors import NotFoundError
from detente.interchange.files import ForeignFileError, files_in, load_json, wrong
from detente.interchange.foreign import ForeignDomain
from detente.interchange.genius import is_domain, is_profile
from detente.interchange.genius_folder import read_genius
from detente.interchange.geniusweb import (
    is_geniusweb_domain,
    is_geniusweb_profile,
    read_geniusweb,
)
from detente.interchange.negmas import is_negmas, read_negmas
from detente.interchange.negolog import is_negolog_profile, read_negolog
from detente.interchange.scorable import is_scorable, read_scorable
from detente.interchange.xml_text import load_xml, looks_like_xml
from detente.interchange.yaml_text import load_tree

__all__ = ["read_foreign"]

KNOWN = (
    "a folder with a Genius domain and profiles (XML), GeniusWeb or NegoLog profiles (JSON), a "
    "NegMAS scenario (YAML or JSON), or a scorable game (config.txt and scores_files); or a save file "
    "of GMCR+ (.gmcr)"
)


def read_foreign(path: Path, profiles: Sequence[str] = ()) -> tuple[ForeignDomain, ...]:
    """Read a domain of another program, with its profiles.

    Parameters
    ----------
    path : Path
        A folder; or the domain file, if its folder holds others that are to be left alone.
    profiles : sequence of str, optional
        Read only these, by file name without ending or by party; others may be unreadable. If
        left out, every profile in the folder.

    Returns
    -------
    tuple of ForeignDomain
        One; more for a NegMAS scenario of several deals.

    Raises
    ------
    ForeignFileError
        If nothing there is in a known format, or a file cannot be read: with file, line, what was
        found, what was expected, and a fix.
    NotFoundError
        If there is no such path, or no profile of a name in ``profiles``.
    """
    if not path.exists():
        raise NotFoundError(f"{path.as_posix()}: found nothing there, expected {KNOWN}")
    folder = path if path.is_dir() else path.parent
    domains = _read(path, folder, frozenset(profiles))
    return tuple(_chosen(domain, profiles) for domain in domains) if profiles else domains


def _read(path: Path, folder: Path, wanted: frozenset[str]) -> tuple[ForeignDomain, ...]:
    name = folder.resolve().name
    if is_scorable(folder):
        return (read_scorable(folder),)
    everything = files_in(folder)
    here = [file for file in everything if file.parent == folder]
    if any(file.stem == "center" for file in here):
        return read_negmas(folder, everything)
    xml = _kept([f for f in here if f.suffix.lower() == ".xml"], path, wanted, _is_xml_domain)
    if any(looks_like_xml(file) and _is_genius(file) for file in xml):
        return (read_genius(xml, name),)
    trees = [f for f in here if f.suffix.lower() in (".yml", ".yaml")]
    if trees:
        return read_negmas(folder, _kept(trees, path, wanted, _is_tree_domain))
    files = _kept([f for f in here if f.suffix.lower() == ".json"], path, wanted, _is_json_domain)
    data = [load_json(file) for file in files]
    if any(is_geniusweb_profile(each) or is_geniusweb_domain(each) for each in data):
        return (read_geniusweb(files, name),)
    if any(is_negolog_profile(each) for each in data):
        return (read_negolog(files, name),)
    if any(is_negmas(load_tree(file)) for file in files):
        return read_negmas(folder, files)
    found = f"{len(everything)} files, none in a known format"
    raise wrong(path.name or name, 1, "", found, KNOWN)


def _kept(
    files: list[Path], path: Path, wanted: frozenset[str], is_domain_file: Callable[[Path], bool]
) -> list[Path]:
    """Leave out other domains than the one that was named, and profiles that were not."""
    if not wanted and path.is_dir():
        return files
    kept = []
    for file in files:
        if wanted and file.stem in wanted:
            kept.append(file)
            continue
        try:
            is_one = is_domain_file(file)
        except ForeignFileError:
            if not wanted:
                raise
            continue
        if is_one if path.is_dir() else (file == path or (not is_one and not wanted)):
            kept.append(file)
    return kept


def _is_genius(file: Path) -> bool:
    root = load_xml(file)
    return is_domain(root) or is_profile(root)


def _is_xml_domain(file: Path) -> bool:
    return looks_like_xml(file) and is_domain(load_xml(file))


def _is_json_domain(file: Path) -> bool:
    data = load_json(file)
    return is_geniusweb_domain(data) or (
        isinstance(data, dict) and "issues" in data and "type" in data
    )


def _is_tree_domain(file: Path) -> bool:
    data = load_tree(file).data
    return isinstance(data, dict) and "issues" in data


def _chosen(domain: ForeignDomain, profiles: Sequence[str]) -> ForeignDomain:
    """Keep the profiles of these names, in that order."""
    by_name = {profile.name: profile for profile in domain.profiles}
    for name in profiles:
        if name not in by_name:
            known = ", ".join(by_name) or "none"
            raise NotFoundError(
                f"{domain.name}: found no profile {name!r}, expected one of: {known}"
            )
    left_out = [name for name in by_name if name not in profiles]
    kept = tuple(by_name[name] for name in dict.fromkeys(profiles))
    agreement = domain.agreement
    if agreement is not None and left_out:
        must = tuple(name for name in agreement.must if name in profiles)
        enough = max(0, agreement.enough - len(left_out))
        agreement = replace(agreement, must=must, enough=enough)
    notes = domain.notes
    if left_out:
        notes = (*notes, f"profiles left out on request: {', '.join(left_out)}")
    return replace(domain, profiles=kept, agreement=agreement, notes=notes)
