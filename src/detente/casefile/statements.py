"""The little language in which a case file says what somebody wants, refuses, or forbids.

::

    who_governs is locals                    who_governs is not damascus or left_open
    siege is lifted and (aid is daily or aid is weekly)
    share is at least 40                     siege is lifted if who_leaves is not nobody

``and`` binds closer than ``or``. After ``or``, a word followed by ``is`` starts a new claim; any
other word is a further option of the claim before it. ``is not A or B`` means neither. One ``if``
may end a statement: what stands before it is asked for only where what follows it holds. A name
that is also a keyword goes in quotation marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from detente.casefile.numbers import parse_number
from detente.casefile.statement_grammar import PIECE, grammar
from detente.casefile.text_problem import TextProblem, did_you_mean, joined, shown, tidy
from detente.model import (
    AllOf,
    AnyOf,
    Condition,
    Divisible,
    Is,
    Issue,
    IssueId,
    OptionId,
    Statement,
)

if TYPE_CHECKING:
    from lark import Token, Tree
    from lark.exceptions import UnexpectedInput

__all__ = ["DEEPEST", "LONGEST", "parse_condition", "parse_statement"]

LONGEST = 2000
"""Characters in a statement."""

DEEPEST = 50
"""Levels of parentheses."""

FORMS = "a statement, such as 'siege is lifted' or 'aid is daily or weekly if siege is kept'"

_COMPARING = ("<", "<=", ">", ">=", "\u2264", "\u2265", "at", "above", "below", "over", "under",
              "between", "than")  # fmt: skip
_OPTION_ID = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[-+][0-9]+)?")


def parse_statement(text: str, issues: Mapping[IssueId, Issue]) -> Statement:
    """Read what somebody wants or refuses, with an optional ``if`` at the end.

    Parameters
    ----------
    text : str
        The words of the case file; they stay in ``Statement.words``.
    issues : mapping of IssueId to Issue
        The issues and options that may be named. On a divisible issue the options are numbers,
        and ``is at least N``, ``is at most N`` stand for all of them that qualify.

    Raises
    ------
    TextProblem
        If the text is no statement or names something unknown; it points at the word.

    Notes
    -----
    Numbers are compared as option ids write them, with twelve significant digits.
    """
    reading = _Reading(tidy(text, LONGEST, FORMS), issues)
    parts: list[Any] = reading.tree("statement").children
    then, given = parts
    return Statement(
        reading.condition(then), joined(text), None if given is None else reading.condition(given)
    )


def parse_condition(text: str, issues: Mapping[IssueId, Issue]) -> Condition:
    """Read a condition: a statement without ``if``.

    Raises
    ------
    TextProblem
        If the text is no condition or names something unknown; it points at the word.
    """
    reading = _Reading(tidy(text, LONGEST, FORMS), issues)
    return reading.condition(reading.tree("condition"))


@dataclass(frozen=True, slots=True)
class _Reading:
    """One text being read, with what it may talk about."""

    text: str
    issues: Mapping[IssueId, Issue]

    # --- words to a tree

    def tree(self, start: str) -> Tree[Token]:
        from lark.exceptions import UnexpectedInput

        self.check_pairs()
        try:
            return grammar().parse(self.text, start=start)
        except UnexpectedInput as error:
            raise self.syntax_problem(error, start) from error

    def check_pairs(self) -> None:
        """Refuse what does not pair up, or nests so deeply that reading it could not end well."""
        opened: list[int] = []
        for piece in PIECE.finditer(self.text):
            sign, at = piece[0], piece.start()
            if sign == "(":
                opened.append(at)
                if len(opened) > DEEPEST:
                    raise TextProblem(
                        f"parentheses nested deeper than {DEEPEST} levels in {shown(self.text)}",
                        "a flatter statement",
                    )
            elif sign == ")":
                if not opened:
                    raise TextProblem(
                        self.place(")", at), "a '(' somewhere before it", "take it away, or open it"
                    )
                opened.pop()
            elif len(sign) == 1 and sign in "'\"\u2018\u2019\u201c\u201d":
                raise TextProblem(
                    self.place(sign, at), "quotation marks in pairs", "close it, or take it away"
                )
        if opened:
            raise TextProblem(
                self.place("(", opened[-1]), "a ')' that closes it", "close it, or take it away"
            )

    # --- a tree to a condition

    def condition(self, node: Tree[Token]) -> Condition:
        # lark does not type its children; the grammar above vouches for them
        children: list[Any] = node.children
        if node.data == "condition":
            return AnyOf(tuple(self.condition(child) for child in children))
        if node.data == "every":
            return AllOf(tuple(self.condition(child) for child in children))
        name, negation, what = children
        issue = self.issue(name)
        if what.data == "options":
            options = frozenset[OptionId]().union(*(self.option(issue, w) for w in what.children))
        else:
            options = self.compared(issue, what.data, what.children[0])
        return Is(issue.id, options, negation is not None)

    def issue(self, token: Token) -> Issue:
        name = _unquoted(token)
        for issue in self.issues.values():
            if _same(issue.id, name):
                return issue
        raise TextProblem(self.at(token), self.any_issue(), did_you_mean(name, self.issues))

    def option(self, issue: Issue, token: Token) -> frozenset[OptionId]:
        name = _unquoted(token)
        for option in issue.options:
            if _same(option.id, name):
                return frozenset({option.id})
        if issue.divisible and (wanted := parse_number(name)) is not None:
            numbers = _numbers(issue)
            equal = frozenset(key for key, value in numbers.items() if value == _rounded(wanted))
            if equal:
                return equal
            nearest = sorted(numbers, key=lambda key: abs(numbers[key] - wanted))[:2]
            nearest.sort(key=lambda key: numbers[key])
            raise TextProblem(
                self.at(token), _any_option(issue), f"the nearest: {' or '.join(nearest)}"
            )
        raise TextProblem(self.at(token), _any_option(issue), self.better_option(issue, name))

    def compared(self, issue: Issue, kind: str, token: Token) -> frozenset[OptionId]:
        name, words = _unquoted(token), kind.replace("_", " ")
        if issue.divisible is None:
            raise TextProblem(
                f"'{words}' for {issue.id} in {shown(self.text)}",
                f"an option by name, since {issue.id} is not divisible: {_listed(issue)}",
                f"write '{issue.id} is' and the options that will do, with 'or' between them",
            )
        wanted = parse_number(name)
        if wanted is None:
            percent = name.endswith("%") and parse_number(name[:-1]) is not None
            raise TextProblem(
                self.at(token),
                f"a number after '{words}'",
                f"write {name[:-1]} without the sign" if percent else "",
            )
        bound = _rounded(wanted)
        options = frozenset(
            key
            for key, value in _numbers(issue).items()
            if (value >= bound if kind == "at_least" else value <= bound)
        )
        if not options:
            raise TextProblem(
                f"'{words} {name}' in {shown(self.text)}, which no option fulfils",
                _any_option(issue),
            )
        return options

    # --- what to say when it cannot be read

    def at(self, token: Token) -> str:
        return self.place(token, token.start_pos or 0)

    def place(self, word: str, start: int) -> str:
        number = len(self.text[:start].split()) + 1
        # a parenthesis or quotation mark may stand before the word without a blank
        if start and self.text[start - 1] != " ":
            number -= 1
        kind = "the word " if word[0].isalnum() else ""
        return f"{kind}{shown(_unquoted(word), 40)} (word {number}) in {shown(self.text)}"

    def any_issue(self) -> str:
        names = list(self.issues)
        more = ", ..." if len(names) > 12 else ""
        return f"an issue: {', '.join(names[:12])}{more}" if names else "an issue of the case"

    def better_option(self, issue: Issue, name: str) -> str:
        if close := did_you_mean(name, (option.id for option in issue.options)):
            return close
        if any(_same(other, name) for other in self.issues):
            return f"to say more about {name}, go on with 'is': '{name} is ...'"
        for other in self.issues.values():
            if any(_same(option.id, name) for option in other.options):
                return f"{name!r} is an option of {other.id}"
        return ""

    def pieces(self, end: int) -> list[str]:
        return [piece[0] for piece in PIECE.finditer(self.text[:end])]

    def issue_before(self, start: int) -> Issue | None:
        """Return the issue whose claim is being written at this place."""
        for subject, verb in reversed(list(pairwise(self.pieces(start)))):
            if verb.lower() == "is":
                name = _unquoted(subject)
                return next((i for i in self.issues.values() if _same(i.id, name)), None)
        return None

    def syntax_problem(self, error: UnexpectedInput, start_rule: str) -> TextProblem:
        # an unreadable sign is an UnexpectedCharacters, without token; check_pairs leaves none
        token: Token | None = getattr(error, "token", None)
        expected: set[str] = set(getattr(error, "expected", ()))
        if token is None or token.type == "$END":
            word, start, found = "", len(self.text), f"the end of {shown(self.text)}"
        else:
            word, start, found = str(token), token.start_pos or 0, self.at(token)
        if "_IS" in expected:
            return self.no_verb(found, word, start)
        if "LPAR" in expected:
            return TextProblem(found, self.what_starts(start), _in_place_of_a_name(word))
        if "WORD" in expected:
            return TextProblem(
                found, self.what_follows(start), _in_place_of_a_name(word, after=True)
            )
        if token is not None and token.type == "_IF":
            return self.misplaced_if(found, start, start_rule)
        return TextProblem(found, self.what_goes_on(start, start_rule), self.stray(word, start))

    def what_starts(self, start: int) -> str:
        before, issue = self.pieces(start), self.issue_before(start)
        if issue and len(before) > 1 and before[-1].lower() == "or" and before[-2] != ")":
            return f"{_any_option(issue)}; or {self.any_issue()}"
        return self.any_issue()

    def what_goes_on(self, start: int, start_rule: str) -> str:
        before = [piece.lower() for piece in self.pieces(start)]
        words = ["'and'", "'or'"]
        if before.count("(") > before.count(")"):
            return f"{', '.join(words)} or ')'"
        if start_rule == "statement" and "if" not in before:
            words.append("'if'")
        return f"{', '.join(words)} or the end"

    def what_follows(self, start: int) -> str:
        before = joined(self.text[:start]).lower()
        for words in ("at least", "at most"):
            if before.endswith(words):
                return f"a number after '{words}'"
        issue = self.issue_before(start)
        return _any_option(issue) if issue else "an option"

    def no_verb(self, found: str, word: str, start: int) -> TextProblem:
        """Explain a name that is not followed by ``is``."""
        name = _unquoted(self.pieces(start)[-1])
        issue = self.issue_before(start)
        expected = f"'is' after {shown(name, 40)}"
        if issue and any(_same(option.id, name) for option in issue.options):
            fix = (
                f"{issue.id} has one option at a time: with 'or' in place of 'and', either will do"
            )
            return TextProblem(found, expected, fix)
        if any(_same(other, word) for other in self.issues):
            return TextProblem(found, expected, f"leave out {name!r}")
        if word.lower() in ("isn't", "isnt", "isn\u2019t"):
            return TextProblem(found, expected, f"write '{name} is not'")
        if word in ("=", "==", ":", "are", "equals"):
            return TextProblem(found, expected, f"write 'is' in place of {word!r}")
        if word in _COMPARING:
            return TextProblem(found, expected, "write 'is at least' or 'is at most' and a number")
        return TextProblem(found, expected, f"write '{name} is {word or '...'}'")

    def misplaced_if(self, found: str, start: int, start_rule: str) -> TextProblem:
        if start_rule == "condition":
            return TextProblem(found, "a condition without 'if'", "leave out 'if' and the rest")
        before = self.pieces(start)
        if any(piece.lower() == "if" for piece in before):
            return TextProblem(found, "one 'if' only", "join the two conditions with 'and'")
        return TextProblem(found, "'if' outside of parentheses", "move the 'if' part to the end")

    def stray(self, word: str, start: int) -> str:
        """Suggest the name with underscores, where somebody wrote it as two words."""
        issue, before = self.issue_before(start), self.pieces(start)
        for n in range(1, min(4, len(before)) + 1):
            name = "_".join([*before[-n:], word])
            if issue and any(_same(option.id, name) for option in issue.options):
                return f"write '{name}', with underscores"
        if before[-1][-1] in ",;":
            return f"write 'and' or 'or' in place of {before[-1][-1]!r}"
        if before[-1].lower() in _COMPARING:
            return "write 'is at least' or 'is at most' and a number"
        return ""


def _in_place_of_a_name(word: str, after: bool = False) -> str:
    """Suggest what to do about a keyword or sign where an issue, or ``after`` it an option, goes."""
    if after and word == "(":
        return "options need no parentheses: write '... is a or b'"
    if not after and word.lower() == "not":
        return "'not' stands after 'is': write '... is not ...'"
    if not after and word.lower() == "if":
        return "'if' comes last: write 'a is b if c is d'"
    return f"put it in quotation marks if it is a name: '{word}'" if word.isalpha() else ""


def _any_option(issue: Issue) -> str:
    return f"an option of {issue.id}: {_listed(issue)}"


def _listed(issue: Issue) -> str:
    if (scale := issue.divisible) is not None:
        low, high, step = map(scale.name_of, (scale.low, scale.high, scale.step))
        return f"a number from {low} to {high} in steps of {step}"
    names = [option.id for option in issue.options]
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


def _numbers(issue: Issue) -> dict[OptionId, float]:
    """Return the number each option of a divisible issue stands for; other options have none."""
    return {o.id: float(o.id) for o in issue.options if _OPTION_ID.fullmatch(o.id)}


def _rounded(number: float) -> float:
    """Round the way option ids do, or 1/3 could never equal its own option."""
    return float(Divisible.name_of(number))


def _unquoted(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] in "'\"\u2018\u201c" else str(word)


def _same(name: str, word: str) -> bool:
    """Whether a name of the case is the word read; é has two spellings in Unicode."""
    return unicodedata.normalize("NFC", name) == word
