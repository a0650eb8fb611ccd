"""YAML text to plain data, with the line of every entry.

Scalars stay text and the schema decides their type: YAML would otherwise read an option ``no``
as a truth value, 12:30 as a number, and keep the last of two equal keys without a word. One pass
over the parser's events does it, so nesting cannot exhaust the stack and nothing is expanded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from detente.errors import Place, Problem

__all__ = ["FieldPath", "YamlText", "dotted", "read_yaml"]

FieldPath = tuple[str | int, ...]

DEEPEST = 40
"""Levels of nesting beyond which a file is refused; the schema needs fewer than ten."""


@dataclass(slots=True)
class YamlText:
    """What a file says, where each entry stands, and what was wrong with it."""

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[FieldPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, where: FieldPath) -> int:
        """Line of an entry, or of the nearest entry around it."""
        for n in range(len(where), -1, -1):
            if where[:n] in self.lines:
                return self.lines[where[:n]]
        return 1

    def report(self, where: FieldPath, line: int, found: str, expected: str, fix: str = "") -> None:
        self.problems.append(Problem(Place(self.file, line, dotted(where)), found, expected, fix))


def dotted(where: FieldPath) -> str:
    """Write a path the way a person would: ``parties.russia.backs[0]``.

    Examples
    --------
    >>> dotted(("parties", "russia", "backs", 0))
    'parties.russia.backs[0]'
    """
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in where).lstrip(".")


def read_yaml(text: str, file: str) -> YamlText:
    """Read one file's text; problems are collected in the result, never raised."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    result = YamlText(file)
    yaml = YAML()
    try:
        root = _build(yaml.parse(text), result)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        tab = _tab_before(text, line)
        if tab:
            found, expected, fix = "a tab at the start", "spaces", "indent with two spaces"
            result.report((), tab, found, expected, fix)
        else:
            found = " ".join(str(error.problem or error.context or error).split())
            result.report((), line, found, "valid YAML", _syntax_hint(text, line))
        return result
    except YAMLError as error:
        found = " ".join(str(error).split("\n")[0].split())
        result.report((), 1, found, "readable YAML text", "remove the character named")
        return result
    if isinstance(root, dict):
        result.data = root
    elif root is not None and not result.problems:
        result.report((), 1, _kind(root), "entries of the form `name: value`")
    return result


class _Stop(Exception):
    """Reading must end here; the problem is already noted."""


def _build(events: Iterator[Any], result: YamlText) -> Any:
    """Run through the parser's events with a stack of our own."""
    from ruamel.yaml import events as ev

    root: Any = None
    stack: list[tuple[Any, FieldPath]] = []
    key: list[str | None] = []
    documents = 0

    def place(value: Any, line: int) -> FieldPath:
        nonlocal root
        if not stack:
            root = value
            result.lines.setdefault((), line)
            return ()
        container, where = stack[-1]
        if isinstance(container, list):
            inside: FieldPath = (*where, len(container))
            result.lines[inside] = line
            container.append(value)
            return inside
        name = key[-1]
        key[-1] = None
        inside = (*where, str(name))
        container[str(name)] = value
        return inside

    try:
        for event in events:
            if isinstance(event, ev.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    line = event.start_mark.line + 1
                    result.report((), line, "a second document (---)", "one document in a file")
                    raise _Stop
                continue
            mark = event.start_mark
            line = mark.line + 1 if mark else 1
            here = stack[-1][1] if stack else ()
            if isinstance(event, ev.AliasEvent) or getattr(event, "anchor", None):
                sign = "*" if isinstance(event, ev.AliasEvent) else "&"
                result.report(
                    here, line, f"{sign}{event.anchor}", "the words themselves",
                    "anchors and aliases are not used in case files; write the entry out",
                )  # fmt: skip
                raise _Stop
            if isinstance(event, ev.MappingStartEvent | ev.SequenceStartEvent):
                if len(stack) >= DEEPEST:
                    found = f"nesting deeper than {DEEPEST} levels"
                    result.report(here[:2], line, found, "a flatter entry")
                    raise _Stop
                if _expects_key(stack, key):
                    result.report(here, line, "a list or mapping as a name", "a word before the :")
                    raise _Stop
                container: Any = {} if isinstance(event, ev.MappingStartEvent) else []
                stack.append((container, place(container, line)))
                key.append(None)
            elif isinstance(event, ev.MappingEndEvent | ev.SequenceEndEvent):
                stack.pop()
                key.pop()
            elif isinstance(event, ev.ScalarEvent):
                if _expects_key(stack, key):
                    _note_key(event.value, line, stack, key, result)
                else:
                    plain = event.style is None and event.value in ("", "~", "null")
                    # ruamel marks each fold of a folded text with a bell sign, for its own writer
                    place(None if plain else event.value.replace("\a", ""), line)
    except _Stop:
        return None
    return root


def _expects_key(stack: list[tuple[Any, FieldPath]], key: list[str | None]) -> bool:
    return bool(stack) and isinstance(stack[-1][0], dict) and key[-1] is None


def _note_key(
    name: str,
    line: int,
    stack: list[tuple[Any, FieldPath]],
    key: list[str | None],
    result: YamlText,
) -> None:
    container, where = stack[-1]
    inside: FieldPath = (*where, name)
    if name in container:
        first = result.lines[inside]
        result.report(
            inside, line, f"the name {name!r} again", "each name once", f"first on line {first}"
        )
    if name == "<<":
        result.report(inside, line, "<<", "the entries themselves", "merge keys are not used here")
    result.lines[inside] = line
    key[-1] = name


def _tab_before(text: str, line: int) -> int | None:
    """Return the nearest line up to and just after ``line`` that is indented with a tab."""
    lines = text.splitlines()[: line + 1]
    for number in range(len(lines), max(0, len(lines) - 5), -1):
        words = lines[number - 1]
        if "\t" in words[: len(words) - len(words.lstrip())]:
            return number
    return None


def _syntax_hint(text: str, line: int) -> str:
    lines = text.splitlines()
    words = lines[line - 1] if 0 < line <= len(lines) else ""
    if words.count(": ") > 1 or words.rstrip().count(":") > 1:
        return "put quotation marks around text that holds a colon"
    if words.lstrip().startswith(("@", "`", "%", "&", "*", "!")):
        return "put quotation marks around text that starts with a special sign"
    return "check the indentation, brackets and quotation marks of this line and the one above"


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else f"the text {str(value)[:40]!r}"
