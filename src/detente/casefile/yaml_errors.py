"""What a YAML parser complains about, in the words of somebody who has never seen one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

__all__ = ["Complaint", "explain"]

QUOTE = "put quotation marks around the text"
ONE_PER_LINE = "one `name: value` in a line"
LOOK = "check the indentation, brackets and quotation marks of this line and the one above"

_GLUED = re.compile(r"\s*(?:- )?([^\s:#'\"\[\]{}]+:[^\s:/]\S*)\s*")


class Complaint(NamedTuple):
    """Line, what was found, what was expected, what to do."""

    line: int
    found: str
    expected: str
    fix: str


TABLE: tuple[tuple[str, bool, str, str, str], ...] = (
    (
        "could not find expected ':'", True,
        "a line without a colon", "`name: value`, or text indented under its name",
        "add the colon, or indent the line if it goes on from the one above",
    ),
    (
        "unexpected end of stream", True,
        "a quotation mark that is never closed", "quotation marks in pairs",
        "close it; an apostrophe inside '...' is written twice: ''",
    ),
    (
        "unexpected document separator", True,
        "a quotation mark that is never closed", "quotation marks in pairs",
        "close it; an apostrophe inside '...' is written twice: ''",
    ),
    (
        "escape", False,
        "a backslash inside double quotation marks", "the words themselves",
        "use single quotation marks, or write the backslash twice",
    ),
    (
        "sequence entries are not allowed", False,
        "a list item after other words in its line", "a list that starts on a line of its own",
        f"begin a new line before the dash, or {QUOTE} if it is no list",
    ),
    (
        "expected ',' or ']'", True,
        "a list in [ ] that is not closed", "a comma or a ]",
        f"close it, or {QUOTE} that holds brackets or commas",
    ),
    (
        "expected ',' or '}'", True,
        "entries in { } that are not closed", "a comma or a }",
        f"close them, or {QUOTE} that holds brackets or commas",
    ),
    (
        "content, but found '<stream end>'", False,
        "the end of the file inside brackets", "a ] or }", "close the brackets",
    ),
    (
        "expected the node content", False,
        "an empty place in a list", "a word between two commas", "take one comma away",
    ),
    (
        "chomping or indentation", False,
        "words after the sign | or >", "the text on the lines below it", "start a new line",
    ),
    (
        "comment or a line break", False,
        "words after the sign | or >", "the text on the lines below it", "start a new line",
    ),
    (
        "<document start>", False,
        "a line that starts further left than the first one", "entries that start in one column",
        "move the lines above to the left",
    ),
    (
        "tag handle", False,
        "text that starts with !", "a letter, a digit or a quotation mark", QUOTE,
    ),
    (
        "URI", False,
        "text that starts with !", "a letter, a digit or a quotation mark", QUOTE,
    ),
)  # fmt: skip
"""Words of the parser, whether its context names the line, and what to say instead."""


def explain(error: MarkedYAMLError, text: str) -> Complaint:
    """Say what is wrong and in which line, for a text that the parser gave up on."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    mark = error.problem_mark or error.context_mark
    line = min(mark.line + 1 if mark else 1, max(1, len(text.splitlines())))
    problem = " ".join(str(error.problem or error.context or error).split())
    if tab := _tab_near(lines, line):
        return Complaint(tab, "a tab at the start", "spaces", "indent with two spaces")
    if "cannot start any token" in problem or "alphabetic or numeric" in problem:
        return _bad_start(lines[line - 1], line, problem, error)
    if "mapping values are not allowed" in problem:
        return _second_colon(lines, line)
    if "expected <block end>" in problem:
        return _block_end(line, problem)
    for words, from_context, found, expected, fix in TABLE:
        if words in problem:
            if from_context and error.context_mark:
                line = error.context_mark.line + 1
            return Complaint(line, found, expected, fix)
    return Complaint(line, problem.removeprefix("found "), "valid YAML", LOOK)


def _tab_near(lines: list[str], line: int) -> int | None:
    """Return the nearest line up to and just after ``line`` that is indented with a tab."""
    for number in range(min(line + 1, len(lines)), max(0, line - 4), -1):
        words = lines[number - 1]
        if "\t" in words[: len(words) - len(words.lstrip())]:
            return number
    return None


def _bad_start(words: str, line: int, problem: str, error: MarkedYAMLError) -> Complaint:
    if "'\\t'" in problem:
        return Complaint(line, "a tab before the text", "a space", "put a space in its place")
    sign = {"while scanning an alias": "*", "while scanning an anchor": "&"}.get(
        str(error.context)
    ) or (problem.split("'")[1] if "'" in problem else words.strip()[:1])
    expected = "a letter, a digit or a quotation mark"
    return Complaint(line, f"text that starts with {sign}", expected, QUOTE)


def _second_colon(lines: list[str], line: int) -> Complaint:
    """Tell a colon inside a text from a line that does not fit the one above it."""
    here = lines[line - 1]
    if here.count(": ") + here.rstrip().endswith(":") > 1:
        fix = f"{QUOTE} that holds a colon"
        return Complaint(line, "a second colon in the line", ONE_PER_LINE, fix)
    above = next((n for n in range(line - 1, 0, -1) if lines[n - 1].strip()), line)
    before = lines[above - 1]
    if glued := _GLUED.fullmatch(before):
        return Complaint(above, f"{glued[1]!r}, without a space", "a space after the colon", "")
    if ": " in before or before.rstrip().endswith(":"):
        found = "a line indented further than the one above it, which has its value already"
        return Complaint(line, found, "lines that belong together in one column", LOOK)
    return Complaint(above, "a line without a colon", ONE_PER_LINE, "add the colon")


def _block_end(line: int, problem: str) -> Complaint:
    if "'<scalar>'" in problem or "'['" in problem or "'{'" in problem:
        found = "words after a closing quotation mark or bracket"
        fix = "put quotation marks around the whole text; inside '...' an apostrophe is written ''"
        return Complaint(line, found, "the end of the line", fix)
    found = "a line that starts in another column than the lines it follows"
    return Complaint(line, found, "lines that belong together in one column", LOOK)
