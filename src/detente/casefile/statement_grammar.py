"""The grammar of statements, and the pieces a text is cut into where it cannot be read."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Lark

__all__ = ["PIECE", "grammar"]

# Texts are tidied first, so a blank is the only space. A word runs to the next blank or
# parenthesis, whatever its script: \w would split words at vowel signs and accents.
_QUOTED = "'[^']*'|\"[^\"]*\"|\u2018[^\u2019]*\u2019|\u201c[^\u201d]*\u201d"
_END = "(?![^ ()])"
# ASCII only (?a), or the Turkish dotless i would make a keyword of an ordinary word.
_KEYWORD = f"(?ai:is|not|or|and|if|at (?:least|most)){_END}"
_WORD = f"(?!{_KEYWORD})[^ ()'\"\u2018\u2019\u201c\u201d][^ ()]*"
_ONE_MORE_OPTION = f"(?ai:or)(?= (?:{_QUOTED}|{_WORD}){_END}(?! (?ai:is){_END}))"

_GRAMMAR = f"""
    statement:  condition [_IF condition]
    ?condition: every (_OR every)*
    ?every:     claim (_AND claim)*
    ?claim:     "(" condition ")"
              | issue _IS [NOT] (options | at_least | at_most) -> claim
    options:    option (_ONE_MORE option)*
    at_least:   _AT_LEAST number
    at_most:    _AT_MOST number
    ?issue:     WORD | QUOTED
    ?option:    WORD | QUOTED
    ?number:    WORD | QUOTED

    _ONE_MORE.3: /{_ONE_MORE_OPTION}/
    _AT_LEAST.2: /(?ai:at least){_END}/
    _AT_MOST.2:  /(?ai:at most){_END}/
    _IS.2:       /(?ai:is){_END}/
    NOT.2:       /(?ai:not){_END}/
    _OR.2:       /(?ai:or){_END}/
    _AND.2:      /(?ai:and){_END}/
    _IF.2:       /(?ai:if){_END}/
    QUOTED:      /{_QUOTED}/
    WORD:        /{_WORD}/
    %ignore " "
"""

PIECE = re.compile(f"{_QUOTED}|{_KEYWORD}|{_WORD}|[^ ]")


@cache
def grammar() -> Lark:
    """Build the parser on first use; a command that reads no statement does not wait for it."""
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", start=["statement", "condition"])
