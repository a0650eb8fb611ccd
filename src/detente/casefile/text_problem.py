"""What is wrong with a piece of text, before anybody knows which line it came from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["TextProblem", "cut", "did_you_mean", "joined", "shown", "tidy"]

INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0x061C,
        0x200B,
        0x200E,
        0x200F,
        0x2060,
        0xFEFF,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
)
"""Signs nobody sees: direction marks, zero-width spaces, soft hyphens. Joiners carry meaning."""


class TextProblem(Exception):
    """A text of the case file cannot be read; the reader adds file, line and field."""

    def __init__(self, found: str, expected: str, fix: str = "") -> None:
        self.found = found
        self.expected = expected
        self.fix = fix
        super().__init__(f"found {found}, expected {expected}" + (f"; {fix}" if fix else ""))


def joined(text: str) -> str:
    """Return the text as written, with single spaces."""
    return " ".join(text.split())


def tidy(text: str, longest: int, expected: str) -> str:
    """Return the text as the parsers read it: composed (NFC), no invisible signs, single spaces.

    Raises
    ------
    TextProblem
        If the text is empty or longer than ``longest`` characters; ``expected`` goes into it.
    """
    if len(text) > longest:
        raise TextProblem(
            f"a text of {len(text):,} characters", f"at most {longest:,}", "put the rest in a note"
        )
    result = joined(unicodedata.normalize("NFC", text).translate(INVISIBLE))
    if not result:
        raise TextProblem("an empty text", expected)
    return result


def shown(text: str, longest: int = 80) -> str:
    """Quote a text for a message, cut where it is long.

    Examples
    --------
    >>> shown("who_governs is damascus", 12)
    "'who_governs…'"
    """
    return repr(text if len(text) <= longest else text[: longest - 1] + "…")


def cut(text: str, longest: int = 300) -> str:
    """Take the middle out of a text that is too long for a message; both its ends explain it.

    Examples
    --------
    >>> cut("who_governs is damascus", 12)
    'who_g…mascus'
    """
    half = longest // 2
    return text if len(text) <= longest else f"{text[: half - 1]}…{text[-half:]}"


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Suggest the candidate written most like the word, or nothing if none is close.

    Examples
    --------
    >>> did_you_mean("Daamscus", ["locals", "damascus"])
    "did you mean 'damascus'?"
    """
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    close = get_close_matches(word[:80].casefold(), by_folded, n=1)
    return f"did you mean {by_folded[close[0]]!r}?" if close else ""
