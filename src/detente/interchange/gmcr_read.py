"""Read a GMCR+ save file: every wrong place is listed, and nothing in it is trusted."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any, cast

from detente.errors import Place, Problem, SpaceTooLargeError
from detente.interchange.files import ForeignFileError, load_json, shown, wrong
from detente.interchange.gmcr import (
    MOST_OPTIONS,
    MOST_STATES,
    Alternatives,
    Conjunction,
    DecisionMaker,
    Direction,
    GmcrModel,
    GmcrOption,
    first_state,
    shortest,
    states_of,
)
from detente.interchange.gmcr_ranking import read_ranking, same_order

__all__ = ["find_gmcr", "is_gmcr", "read_gmcr"]

MOST_MAKERS = 100
MOST_PATTERNS = 5_000
"""Infeasible patterns of one model; also statements of one decision maker."""

MOST_PROBLEMS = 50
"""Beyond these, a file is not what it says it is, and more of the same helps nobody."""

NAMES_OF_FLAG = ("useManualPreferenceRanking", "useManualPreferenceVectors")
NAMES_OF_RANKING = ("preferenceRanking", "preferenceVector")
"""As the format names them, and as its older files do."""

KNOWN = {
    *NAMES_OF_FLAG, "decisionMakers", "options", "infeasibles", "coalitions", "coalitionsFull",
    "program", "version",
}  # fmt: skip
KNOWN_OF_MAKER = {
    *NAMES_OF_RANKING, "name", "options", "preferences", "payoffs", "misperceptions",
}  # fmt: skip
KNOWN_OF_OPTION = {"name", "permittedDirection"}
OTHERS = (".xml", ".yml", ".yaml", ".json")


def is_gmcr(data: Any) -> bool:
    """Whether a JSON file holds what only this format has."""
    return isinstance(data, dict) and "decisionMakers" in data and "options" in data


def find_gmcr(path: Path) -> Path | None:
    """Return the save file that a path means, or None if it means something else.

    That is the file itself, by its ending or, if it is JSON, by what is in it; or the one
    ``.gmcr`` file of a folder without files of other formats.

    Raises
    ------
    ForeignFileError
        If the folder holds several.
    """
    if path.is_file():
        suffix = path.suffix.lower()
        is_one = suffix == ".gmcr" or (suffix == ".json" and _is_gmcr_json(path))
        return path if is_one else None
    if not path.is_dir():
        return None
    try:
        files = sorted(file for file in path.iterdir() if file.is_file())
    except OSError:  # whoever reads the folder next says so
        return None
    found = [file for file in files if file.suffix.lower() == ".gmcr"]
    if not found or any(file.suffix.lower() in OTHERS for file in files):
        return None
    if len(found) > 1:
        names = ", ".join(file.name for file in found[:8])
        raise wrong(
            path.name, 1, "", f"{len(found)} save files of GMCR+", "one", f"name one: {names}"
        )
    return found[0]


def _is_gmcr_json(path: Path) -> bool:
    try:
        return is_gmcr(load_json(path))
    except ForeignFileError:  # the readers of JSON domains say what is wrong
        return False


def read_gmcr(path: Path) -> GmcrModel:
    """Read one save file.

    Raises
    ------
    ForeignFileError
        With every place that is wrong, and what was expected there.
    """
    data = load_json(path)
    if not is_gmcr(data):
        found = shown(data) if not isinstance(data, dict) else "neither or only one of them"
        raise wrong(
            path.name, 1, "", found, "the entries `options` and `decisionMakers`",
            "is it a save file of GMCR+?",
        )  # fmt: skip
    return _Reader(path.name).model(path.stem or path.name, data)


class _Reader:
    """One file being read; what is wrong is collected."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.n_options = 0

    def report(self, field: str, found: str, expected: str, fix: str = "") -> None:
        self.problems.append(Problem(Place(self.file, 1, field), found, expected, fix))
        if len(self.problems) >= MOST_PROBLEMS:
            self.stop()

    def stop(self) -> None:
        if self.problems:
            raise ForeignFileError(tuple(self.problems))

    # --- the whole ------------------------------------------------------------------------

    def model(self, name: str, data: dict[str, Any]) -> GmcrModel:
        self.unknown(data, KNOWN, "")
        entries = self.list_of(data, "options", "", MOST_OPTIONS)
        options = [self.option(entry, f"options[{n}]") for n, entry in enumerate(entries)]
        self.n_options = len(options)
        if not options:
            self.report("options", "no options", "at least one")
        infeasible = self.patterns(data)
        entries = self.list_of(data, "decisionMakers", "", MOST_MAKERS)
        if not entries:
            self.report("decisionMakers", "no decision makers", "at least one")
        makers = [self.maker(entry, f"decisionMakers[{n}]") for n, entry in enumerate(entries)]
        manual = self.flag(data)
        self.stop()
        model = GmcrModel(name, tuple(options), tuple(makers), infeasible)
        try:
            if first_state(model) is None:
                found = "patterns that strike every state"
                self.report("infeasibles", found, "patterns that leave at least one state")
                self.stop()
        except SpaceTooLargeError as error:
            raise wrong(
                self.file, 1, "infeasibles", "so many options and patterns that no feasible state "
                "was found in reasonable time", "a smaller model", "leave out options",
            ) from error  # fmt: skip
        makers = self.preferences(model, entries, manual)
        self.coalitions(data, model)
        self.stop()
        notes = tuple(dict.fromkeys(self.notes))
        return GmcrModel(name, tuple(options), tuple(makers), infeasible, notes)

    def list_of(self, data: dict[str, Any], key: str, where: str, most: int) -> list[Any]:
        """Return the list under a key; an empty one where there is none or it is null."""
        value = data.get(key)
        field = f"{where}.{key}" if where else key
        if value is None:
            return []
        if not isinstance(value, list):
            self.report(field, shown(value), "a list")
            return []
        if len(value) > most:
            self.report(field, f"{len(value):,} entries", f"at most {most:,}")
            return []
        return value

    def unknown(self, data: dict[str, Any], known: set[str], where: str) -> None:
        more = [key for key in data if key not in known]
        if more:
            names = ", ".join(map(shown, more[:8])) + (", ..." if len(more) > 8 else "")
            self.notes.append(f"entries that are not known{where}: {names}")

    def flag(self, data: dict[str, Any]) -> bool | None:
        """Whether the rankings count and not the statements; None where the file does not say."""
        for key in NAMES_OF_FLAG:
            if key in data:
                if isinstance(data[key], bool):
                    return cast(bool, data[key])
                self.report(key, shown(data[key]), "true or false")
        return None

    def name(self, entry: dict[str, Any], where: str) -> str:
        name = entry.get("name")
        if not isinstance(name, str):
            found = shown(name) if "name" in entry else "no name"
            self.report(f"{where}.name", found, "some text")
            return ""
        if not name.strip():
            self.notes.append(f"{where} has no name")
        return name.strip()

    # --- options and patterns -------------------------------------------------------------

    def option(self, entry: Any, where: str) -> GmcrOption:
        if not isinstance(entry, dict):
            self.report(where, shown(entry), "an option: a name and a permittedDirection")
            return GmcrOption("")
        self.unknown(entry, KNOWN_OF_OPTION, " of options")
        direction = entry.get("permittedDirection", "both")
        if direction not in ("both", "fwd", "back"):
            self.report(f"{where}.permittedDirection", shown(direction), "both, fwd or back")
            direction = "both"
        return GmcrOption(self.name(entry, where), cast(Direction, direction))

    def conjunction(self, entry: Any, where: str) -> Conjunction | None:
        """Return a conjunction; None where it contradicts itself, or is none."""
        if not isinstance(entry, list):
            expected = 'pairs of an option\'s number and "Y" or "N", or a compound of such lists'
            self.report(where, shown(entry), expected)
            return None
        if len(entry) > 2 * MOST_OPTIONS:
            self.report(where, f"{len(entry):,} entries", f"at most {MOST_OPTIONS}, one an option")
            return None
        chosen: dict[int, bool] = {}
        fine = True
        for n, pair in enumerate(entry):
            if not isinstance(pair, list) or len(pair) != 2:
                self.report(f"{where}[{n}]", shown(pair), "an option's number and Y or N")
                continue
            number, answer = pair
            if not self.is_option(number, f"{where}[{n}][0]"):
                continue
            if answer not in ("Y", "N"):
                self.report(f"{where}[{n}][1]", shown(answer), '"Y" or "N"')
                continue
            fine = fine and chosen.setdefault(number, answer == "Y") == (answer == "Y")
        return tuple(sorted(chosen.items())) if fine else None

    def is_option(self, number: Any, where: str) -> bool:
        if isinstance(number, int) and not isinstance(number, bool):
            if 0 <= number < self.n_options:
                return True
            fix = "" if self.n_options == 0 else f"numbers go from 0 to {self.n_options - 1}"
            self.report(where, f"option {shown(number)}", "the number of an option", fix)
        else:
            self.report(where, shown(number), "the number of an option, from 0")
        return False

    def alternatives(self, entry: Any, where: str) -> Alternatives:
        """Return a statement: one conjunction, or a compound of several."""
        if not isinstance(entry, dict):
            one = self.conjunction(entry, where)
            return () if one is None else (one,)
        members = self.list_of(entry, "members", where, MOST_PATTERNS)
        if "members" not in entry:
            self.report(where, shown(entry), "a compound with members")
        found = [self.conjunction(m, f"{where}.members[{n}]") for n, m in enumerate(members)]
        return shortest(each for each in found if each is not None)

    def patterns(self, data: dict[str, Any]) -> tuple[Conjunction, ...]:
        found: list[Conjunction] = []
        for n, entry in enumerate(self.list_of(data, "infeasibles", "", MOST_PATTERNS)):
            before = len(self.problems)
            some = self.alternatives(entry, f"infeasibles[{n}]")
            if () in some:
                found_words = "a pattern without options, which strikes every state"
                self.report(f"infeasibles[{n}]", found_words, "at least one option")
            elif not some and len(self.problems) == before:
                self.notes.append(f"infeasibles[{n}] contradicts itself and strikes no state")
            found += [each for each in some if each]
        return shortest(found)

    # --- decision makers ------------------------------------------------------------------

    def maker(self, entry: Any, where: str) -> DecisionMaker:
        """Return name, options and statements; rankings need the states, so they come later."""
        if not isinstance(entry, dict):
            self.report(where, shown(entry), "a decision maker: a name, options, preferences")
            return DecisionMaker("")
        self.unknown(entry, KNOWN_OF_MAKER, " of decision makers")
        name = self.name(entry, where)
        numbers = self.list_of(entry, "options", where, MOST_OPTIONS)
        own = [k for n, k in enumerate(numbers) if self.is_option(k, f"{where}.options[{n}]")]
        statements = []
        for n, each in enumerate(self.list_of(entry, "preferences", where, MOST_PATTERNS)):
            before = len(self.problems)
            some = self.alternatives(each, f"{where}.preferences[{n}]")
            if some and () not in some:
                statements.append(some)
            elif len(self.problems) == before:
                when = "always holds" if some else "never holds"
                self.notes.append(f"{name}: statement {n + 1} {when} and decides nothing")
        mistaken = self.list_of(entry, "misperceptions", where, MOST_PATTERNS)
        if mistaken:
            self.notes.append(
                f"{name}: misperceptions ({len(mistaken)}), states it does not see or sees wrongly"
            )
        return DecisionMaker(name, tuple(dict.fromkeys(own)), tuple(statements))

    def preferences(
        self, model: GmcrModel, entries: list[Any], manual: bool | None
    ) -> list[DecisionMaker]:
        """Add rankings where they count, and say where a file holds two that differ."""
        states: list[int] | None
        try:
            states = list(islice(states_of(model), MOST_STATES + 1))
        except SpaceTooLargeError:
            states = None
        if states is not None and len(states) > MOST_STATES:
            states = None
        makers = []
        for n, (maker, entry) in enumerate(zip(model.makers, entries, strict=True)):
            where = f"decisionMakers[{n}]"
            key = next((key for key in NAMES_OF_RANKING if entry.get(key)), "")
            stated = bool(entry[key]) if key else bool(entry.get("payoffs"))
            counts = stated if manual is None and not maker.statements else bool(manual)
            if not counts:
                if states is not None and not same_order(maker, entry.get("payoffs"), states):
                    self.notes.append(
                        f"{maker.name}: its payoffs order the states otherwise than its "
                        "statements, which count"
                    )
                makers.append(maker)
                continue
            if not stated:
                self.notes.append(f"{maker.name}: the file ranks states by hand, and holds none")
                makers.append(DecisionMaker(maker.name, maker.options))
                continue
            key = key or "payoffs"
            if states is None:
                self.report(
                    f"{where}.{key}", f"a ranking of more than {MOST_STATES} states",
                    f"at most {MOST_STATES}, as each would need an ending of its own",
                    "state preferences by statements",
                )  # fmt: skip
                break
            problem, ranking = read_ranking(entry[key], key == "payoffs", len(states))
            if problem is not None:
                self.report(f"{where}.{key}{problem[0]}", problem[1], problem[2])
            elif maker.statements:
                self.notes.append(f"{maker.name}: statements, as its ranking by hand counts")
            makers.append(DecisionMaker(maker.name, maker.options, ranking=ranking))
        return makers

    def coalitions(self, data: dict[str, Any], model: GmcrModel) -> None:
        for n, entry in enumerate(self.list_of(data, "coalitions", "", MOST_PATTERNS)):
            members = entry if isinstance(entry, list) else [entry]
            for member in members:
                is_number = isinstance(member, int) and not isinstance(member, bool)
                if not is_number or not 0 <= member < len(model.makers):
                    expected = "the numbers of decision makers, from 0"
                    self.report(f"coalitions[{n}]", shown(member), expected)
                    break
            else:
                if len(members) > 1:
                    names = " with ".join(model.makers[member].name for member in members)
                    self.notes.append(f"the coalition of {names}")
