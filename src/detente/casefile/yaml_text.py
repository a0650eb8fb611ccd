"""YAML text to plain data, with the line of every entry.

Scalars stay text and the schema decides their type: YAML would otherwise read an option ``no``
as a truth value, 12:30 as a number, and keep the last of two equal keys without a word. Text is
composed (NFC), so that a name has one spelling. One pass over the parser's events does it, so
nesting cannot exhaust the stack and nothing is expanded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from detente.casefile.text_problem import cut
from detente.casefile.yaml_errors import explain
from detente.errors import Place, Problem

__all__ = ["FieldPath", "YamlText", "dotted", "read_yaml"]

FieldPath = tuple[str | int, ...]

NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Signs that an escape such as ``\\0`` could smuggle in: nobody sees them, and programs trip."""

DEEPEST = 40
"""Levels of nesting beyond which a file is refused; the schema needs fewer than ten."""


@dataclass(slots=True)
class YamlText:
    """What a file says, where each entry stands, and what was wrong with it."""

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[FieldPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True
    """False where reading had to stop, so that entries may be missing."""

    def line_of(self, where: FieldPath) -> int:
        """Line of an entry, or of the nearest entry around it."""
        for n in range(len(where), -1, -1):
            if where[:n] in self.lines:
                return self.lines[where[:n]]
        return 1

    def report(self, where: FieldPath, line: int, found: str, expected: str, fix: str = "") -> None:
        place = Place(self.file, line, dotted(where))
        self.problems.append(Problem(place, cut(found), expected, cut(fix)))


def dotted(where: FieldPath, *, inside: bool = False) -> str:
    """Write a path the way a person would: ``parties.russia.backs[0]``.

    A path ``inside`` another one keeps the dot in front.

    Examples
    --------
    >>> dotted(("parties", "russia", "backs", 0))
    'parties.russia.backs[0]'
    """
    steps = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in where)
    return steps if inside else steps.removeprefix(".")


def read_yaml(text: str, file: str) -> YamlText:
    """Read one file's text; problems are collected in the result, never raised."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    result = YamlText(file)
    try:
        root = _build(YAML(typ="safe", pure=True).parse(text), result)
    except _Stop:
        result.is_whole = False
        return result
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        _unreadable(result, line, *_no_sign(error.character))
        return result
    except MarkedYAMLError as error:
        _unreadable(result, *explain(error, text))
        return result
    except (YAMLError, ValueError, OverflowError, AssertionError):
        # ruamel leaves some slips to Python: \UFFFFFFFF as a sign, %YAML 1.9 as a version
        _unreadable(
            result, 1, "a \\U escape or a line with % that YAML does not know", "valid YAML",
            "write the sign itself, and leave out lines that start with %",
        )  # fmt: skip
        return result
    if isinstance(root, dict):
        result.data = root
    elif root is not None:
        fix = "put a space after the colon" if isinstance(root, str) and ":" in root else ""
        result.report((), 1, _kind(root), "entries of the form `name: value`", fix)
        result.is_whole = False
    return result


def _unreadable(result: YamlText, line: int, found: str, expected: str, fix: str) -> None:
    result.is_whole = False
    result.report((), line, found, expected, fix)


def _no_sign(sign: str | int) -> tuple[str, str, str]:
    number = sign if isinstance(sign, int) else ord(sign)
    return f"the sign U+{number:04X}, which no text contains", "letters and signs", "remove it"


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
        _check_signs(event, here, line, result)
        if isinstance(event, ev.MappingStartEvent | ev.SequenceStartEvent):
            if len(stack) >= DEEPEST:
                found = f"nesting deeper than {DEEPEST} levels"
                result.report(here[:2], line, found, "a flatter entry")
                raise _Stop
            if _expects_key(stack, key):
                result.report(here, line, "a list or mapping as a name", "a word before the colon")
                raise _Stop
            container: Any = {} if isinstance(event, ev.MappingStartEvent) else []
            stack.append((container, place(container, line)))
            key.append(None)
        elif isinstance(event, ev.MappingEndEvent | ev.SequenceEndEvent):
            stack.pop()
            key.pop()
        elif isinstance(event, ev.ScalarEvent):
            for sign in NO_TEXT.findall(event.value)[:1]:
                result.report(here, line, *_no_sign(sign))
            words = unicodedata.normalize("NFC", NO_TEXT.sub("", event.value))
            if _expects_key(stack, key):
                _note_key(words, line, stack, key, result)
            else:
                plain = event.style is None and words in ("", "~", "null")
                place(None if plain else words, line)
    return root


def _check_signs(event: Any, here: FieldPath, line: int, result: YamlText) -> None:
    """Refuse what YAML does behind the reader's back: references, and words it takes as types."""
    from ruamel.yaml import events as ev

    if isinstance(event, ev.AliasEvent) or getattr(event, "anchor", None):
        sign = "*" if isinstance(event, ev.AliasEvent) else "&"
        result.report(
            here, line, f"{sign}{event.anchor}", "the words themselves",
            "anchors and aliases are not used in case files; write the entry out, or put "
            f"quotation marks around text that starts with {sign}",
        )  # fmt: skip
        raise _Stop
    tag = getattr(event, "tag", None)
    if tag:
        found = str(tag).replace("tag:yaml.org,2002:", "!!")
        fix = "put quotation marks around text that starts with !"
        result.report(here, line, f"{found} as a type", "the words themselves", fix)


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


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else f"the text {str(value)[:40]!r}"
