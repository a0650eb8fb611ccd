"""A case with changes laid over it: built anew from its own data, never written anywhere."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from detente.casefile.build import build_case
from detente.casefile.build.context import Context
from detente.casefile.build.overlay import VERBS, Target, Verb, edit, items_of, target_of
from detente.casefile.folder import LoadedFolder, load_folder
from detente.casefile.text_problem import TextProblem
from detente.casefile.validate import validate
from detente.casefile.yaml_text import FieldPath
from detente.errors import CaseFileError, ConflictingChangesError, NotFoundError, Place, Problem
from detente.model import Case, Overlay

__all__ = ["Variations"]

NOT_REBUILT = ("levers", "scenarios")
"""Sections that no change reaches. What has been given cannot be given again, so that a lever need
not fit the case that it made."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """One change of one layer, and what it reaches."""

    layer: str
    verb: Verb
    target: Target
    value: Any
    place: Place

    @property
    def path(self) -> FieldPath:
        return self.target.path

    def assignments(self) -> list[tuple[FieldPath, Any]]:
        """Return what is to stand where; things with names are given one by one."""
        if self.verb == "sets":
            return [(self.path, self.value)]
        if self.verb == "gives" and isinstance(self.value, dict):
            return [((*self.path, name), value) for name, value in self.value.items()]
        return []


class Variations:
    """A case, and every case that its levers, scenarios and clocks make of it.

    The folder is read once; each variation is built from a copy of what was read.

    Parameters
    ----------
    path
        A case folder or a single case file, as for :func:`~detente.casefile.read_case`.

    Raises
    ------
    CaseFileError
        If the case itself has problems; all are listed.

    Examples
    --------
    >>> import tempfile
    >>> text = '''
    ... negotiation: Water for the road
    ... as_of: 2024-03-01
    ... parties: {upper: {name: Upper village}}
    ... issues:
    ...   water: {question: Who draws?, options: {few: Few., all: All.}, today: few}
    ... levers:
    ...   share: {title: Share the water, sets: {water.today: all}}
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "case.yaml").write_text(text)
    ...     vary = Variations(folder)
    >>> vary.case.today["water"], vary(("share",)).today["water"]
    ('few', 'all')
    """

    def __init__(self, path: Path | str) -> None:
        self._folder = load_folder(Path(path))
        written = validate(self._folder)
        case = None
        if written is not None and self._folder.is_whole:
            case = build_case(written, self._folder)
        if written is None or case is None or self._folder.problems:
            raise _refusal(self._folder.problems)
        self._written, self.case = written, case
        self._built: dict[tuple[str, ...], Case | CaseFileError] = {(): case}

    def __call__(self, names: Iterable[str]) -> Case:
        """Lay levers, scenarios and clocks' consequences over the case, by name.

        Parameters
        ----------
        names
            Of the case's own levers, scenarios or clocks. What is set comes before what is given and
            taken; of things given to one list, the first named comes first.

        Raises
        ------
        NotFoundError
            If a name is none of them.
        ConflictingChangesError
            If two set the same entry differently; it names both.
        CaseFileError
            If the changed case has problems: all of them, each at the place of the change.
        """
        key = tuple(dict.fromkeys(names))
        if key not in self._built:
            try:
                self._built[key] = self.with_overlays({name: self._overlay(name) for name in key})
            except CaseFileError as error:
                self._built[key] = error
        found = self._built[key]
        if isinstance(found, CaseFileError):
            raise found
        return found

    def _overlay(self, name: str) -> Overlay:
        case = self.case
        if name in case.levers:
            return case.levers[name].overlay
        if name in case.scenarios:
            return case.scenarios[name].overlay
        for clock in case.clocks.values():
            if clock.id == name:
                return clock.then.overlay
        known = ", ".join([*case.levers, *case.scenarios, *case.clocks]) or "none"
        raise NotFoundError(f"no lever, scenario or clock is called {name!r}; there are: {known}")

    def with_overlays(self, layers: Mapping[str, Overlay]) -> Case:
        """Lay any overlays over the case, each under a name by which problems can speak of it.

        Raises
        ------
        CaseFileError
            As for a call, conflicts among them.
        """
        folder = LoadedFolder(
            self._folder.root,
            self._folder.main,
            {name: part for name, part in self._folder.data.items() if name not in NOT_REBUILT},
            dict(self._folder.places),
        )
        edits = self._edits(layers, folder)
        conflicts = tuple(_conflicts(edits))
        if conflicts and not folder.problems:
            raise ConflictingChangesError(conflicts)
        if not folder.problems:
            _apply(edits, folder)
        set_aside = _set_clocks_changes_aside(edits, folder)
        written = None if folder.problems else validate(folder)
        case = None if written is None else build_case(written, folder)
        if case is None or folder.problems:
            raise _refusal(folder.problems)
        clocks = {
            id_: replace(
                clock, then=replace(clock.then, overlay=self.case.clocks[id_].then.overlay)
            )
            if id_ in set_aside
            else clock
            for id_, clock in case.clocks.items()
        }
        levers, scenarios = self.case.levers, self.case.scenarios
        return replace(case, clocks=clocks, levers=levers, scenarios=scenarios)

    def _edits(self, layers: Mapping[str, Overlay], folder: LoadedFolder) -> list[_Edit]:
        """Look up what each change reaches: sets first, the outer before the inner, then the rest."""
        ctx = Context(self._written, folder)
        found = []
        for verb in VERBS:
            for layer, overlay in layers.items():
                for n, change in enumerate(getattr(overlay, verb)):
                    where: FieldPath = (layer, verb, n)
                    folder.places[where] = change.place
                    target = target_of(ctx, change.path, where)
                    if target is not None:
                        found.append(_Edit(layer, verb, target, change.value, change.place))
        outer_first = sorted((e for e in found if e.verb == "sets"), key=lambda e: len(e.path))
        return outer_first + [e for e in found if e.verb != "sets"]


def _refusal(problems: Sequence[Problem]) -> CaseFileError:
    order = sorted(dict.fromkeys(problems), key=lambda p: (p.place.file, p.place.line))
    return CaseFileError(tuple(order))


# --- do they go together? -------------------------------------------------------------------


def _conflicts(edits: Sequence[_Edit]) -> Iterator[Problem]:
    """Tell of two layers of which one undoes what the other does."""
    for one, other in combinations(edits, 2):
        if one.layer == other.layer or one.target.name != other.target.name:
            continue
        if _contradict(one, other):
            path = ".".join(map(str, one.path[1:]))
            found = f"{path} changed by {other.layer!r} otherwise than by {one.layer!r}"
            fix = "take one of them, or lay down in a scenario what both together come to"
            yield Problem(other.place, found, "changes that go together", fix)


def _contradict(one: _Edit, other: _Edit) -> bool:
    if {one.verb, other.verb} == {"gives", "takes"} and one.path == other.path:
        return any(item in items_of(other.value) for item in items_of(one.value))
    if "takes" in (one.verb, other.verb):
        taken, there = (one, other) if one.verb == "takes" else (other, one)
        # What is taken out of a list that the other sets anew is looked for there when it is made.
        return any(path[:-1] == taken.path and path[-1] in items_of(taken.value)
                   for path, _ in there.assignments())  # fmt: skip
    return any(
        _differ(a, b) or _differ(b, a) for a in one.assignments() for b in other.assignments()
    )


def _differ(outer: tuple[FieldPath, Any], inner: tuple[FieldPath, Any]) -> bool:
    """Say whether a value set says something else about an entry inside it than the one set there."""
    (path, value), (inside, wanted) = outer, inner
    if inside[: len(path)] != path:
        return False
    for step in inside[len(path) :]:
        if not isinstance(value, dict):
            return True
        if step not in value:
            return False
        value = value[step]
    return bool(value != wanted)


# --- making them ----------------------------------------------------------------------------


def _apply(edits: Sequence[_Edit], folder: LoadedFolder) -> None:
    """Make the changes in a copy of the entries they reach; what is said twice is done once."""
    copied: set[tuple[str, str]] = set()
    done: list[tuple[Verb, FieldPath, Any]] = []
    for one in edits:
        section, name = one.target.section, one.target.name
        if (section, name) not in copied:
            copied.add((section, name))
            entries = dict(folder.data.get(section) or {})
            entries[name] = copy.deepcopy(entries.get(name) or {})
            folder.data[section] = entries
        value = copy.deepcopy(one.value)
        if one.verb != "sets" and not isinstance(value, dict):
            value = [i for i in items_of(value) if (one.verb, one.path, i) not in done]
            done += [(one.verb, one.path, item) for item in value]
        entry = folder.data[section][name]
        n_before = len(items_of(_at(entry, one.target.steps)))
        try:
            edit(entry, one.target, one.verb, value)
        except TextProblem as problem:
            folder.problems.append(Problem(one.place, problem.found, problem.expected, problem.fix))
            continue
        _point_to_change(folder, one, n_before)


def _set_clocks_changes_aside(edits: Sequence[_Edit], folder: LoadedFolder) -> set[str]:
    """Leave out what clocks will change, where no layer changes just that: it was checked once.

    A clock that will take away what a layer took already has nothing left to take.
    """
    touched = {e.target.name for e in edits if e.target.section == "clocks"}
    entries = folder.data.get("clocks") or {}
    aside = {name for name, clock in entries.items() if name not in touched and clock.get("then")}
    folder.data["clocks"] = entries | {
        name: entries[name]
        | {"then": {k: v for k, v in entries[name]["then"].items() if k not in VERBS}}
        for name in aside
    }
    return aside


def _at(entry: Any, steps: Iterable[str]) -> Any:
    for step in steps:
        entry = entry.get(step) if isinstance(entry, dict) else None
    return entry


def _point_to_change(folder: LoadedFolder, one: _Edit, n_before: int) -> None:
    """Have problems in what is new told at the change, in what was there before at its own line."""
    if one.verb == "gives":
        names = (
            one.value
            if isinstance(one.value, dict)
            else range(n_before, n_before + len(items_of(one.value)))
        )
        folder.places |= {(*one.path, name): one.place for name in names}
        return
    depth = len(one.path)
    for path in [path for path in folder.places if len(path) > depth and path[:depth] == one.path]:
        del folder.places[path]
    folder.places[one.path] = one.place
