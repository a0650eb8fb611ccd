"""YAML from strangers: mappings, lists and text with their lines; nothing is ever constructed.

The file is parsed into nodes and walked. Every scalar stays the text it was, so ``yes``, ``012``
and ``2016-02-30`` are themselves, and a stored program behind a tag is text too, never run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from detente.interchange.files import load_json, load_text, wrong

__all__ = ["Tree", "load_tree"]

LARGEST_YAML = 4 << 20
"""Characters; the parser needs a second for each quarter of a million."""

MOST_NODES = 400_000
DEEPEST = 64

FieldPath = tuple[str | int, ...]


class Tree:
    """A file's entries: ``data`` of mappings, lists, text and None; the line of each entry."""

    def __init__(self, file: str, data: Any, lines: dict[FieldPath, int]) -> None:
        self.file, self.data, self._lines = file, data, lines

    def line(self, where: FieldPath) -> int:
        """Return the line of an entry, or of the nearest one around it."""
        while where and where not in self._lines:
            where = where[:-1]
        return self._lines.get(where, 1)


def load_tree(path: Path) -> Tree:
    """Read a YAML or JSON file into a tree.

    Raises
    ------
    ForeignFileError
        If it is not readable, larger than the limits, or repeats a name.
    """
    if path.suffix.lower() == ".json":
        return Tree(path.name, _as_text(load_json(path)), {})
    text = load_text(path)
    if len(text) > LARGEST_YAML:
        found = f"{len(text):,} characters"
        raise wrong(path.name, 1, "", found, f"at most {LARGEST_YAML:,}", "split the scenario")
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise wrong(path.name, line, "", f"no YAML ({error.problem})", "YAML") from error
    except (YAMLError, ValueError) as error:
        raise wrong(path.name, 1, "", f"no YAML ({error})", "YAML") from error
    except RecursionError as error:
        raise wrong(path.name, 1, "", "entries nested too deeply", "YAML") from error
    walk = _Walk(path.name)
    data = walk.value(node, ()) if node is not None else None
    return Tree(path.name, data, walk.lines)


class _Walk:
    """One walk over the nodes; an alias is walked each time, so the budget bounds them too."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[FieldPath, int] = {}
        self.count = 0

    def value(self, node: Node, where: FieldPath) -> Any:
        self.count += 1
        line = node.start_mark.line + 1
        if self.count > MOST_NODES or len(where) > DEEPEST:
            found = f"more than {MOST_NODES:,} entries, or {DEEPEST} levels"
            raise wrong(self.file, line, "", found, "a domain or a profile")
        self.lines[where] = line
        if isinstance(node, ScalarNode):
            is_plain = node.style is None or node.style == ""
            return None if is_plain and node.value in ("", "~", "null") else str(node.value)
        if not isinstance(node, MappingNode):
            return [self.value(item, (*where, k)) for k, item in enumerate(node.value)]
        result: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, ScalarNode) else ""
            if not name:
                raise wrong(
                    self.file, key.start_mark.line + 1, "", "a name that is no text", "plain names"
                )
            if name in result:
                first = self.lines[(*where, name)]
                found = f"{name!r} twice, first in line {first}"
                raise wrong(self.file, key.start_mark.line + 1, name, found, "each name once")
            result[name] = self.value(value, (*where, name))
        return result


def _as_text(value: Any) -> Any:
    """Turn JSON's numbers and truths into their text, as YAML would have it."""
    if isinstance(value, dict):
        return {name: _as_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_text(inner) for inner in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value if value is None or isinstance(value, str) else repr(value)
