"""Names that a case file takes, from whatever another file calls things."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

__all__ = ["file_names", "name_of", "names_of"]

KEYWORDS = ("is", "not", "or", "and", "if", "today", "everything", "null")
LONGEST = 40


def name_of(text: str) -> str:
    """Turn a text into one word of letters, digits and underscores.

    Examples
    --------
    >>> name_of("Upon delivery (30 days)"), name_of("-5"), name_of("10%"), name_of("?")
    ('upon_delivery_30_days', 'minus_5', '10_percent', 'unnamed')
    """
    plain = unicodedata.normalize("NFC", text).strip().lower()
    if plain[:1] in "-\u2212" and plain[1:2].isdigit():
        plain = f"minus {plain[1:]}"
    plain = plain.replace("%", " percent ")
    words = "".join(sign if _fits(sign) else " " for sign in plain).replace("_", " ").split()
    name = unicodedata.normalize("NFC", "_".join(words)[:LONGEST].strip("_"))
    while name and not (name[0].isalnum() or name[0] == "_"):
        name = name[1:]
    if not name:
        return "unnamed"
    return f"{name}_" if name in KEYWORDS else name


def _fits(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


def names_of(texts: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Give each text a name of its own; where two would share one, the later gets a number.

    Examples
    --------
    >>> names_of(["A+", "A-", "a"])
    ['a', 'a_2', 'a_3']
    """
    used, result = set(taken), []
    for text in texts:
        name = first = name_of(text)
        number = 2
        while name in used:
            name, number = f"{first}_{number}", number + 1
        used.add(name)
        result.append(name)
    return result


def file_names(texts: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return a safe file name without ending for each text: itself, where it is safe already."""
    used, result = set(taken), []
    for text in texts:
        safe = "".join(c if c.isascii() and (c.isalnum() or c in "_-. ") else "_" for c in text)
        safe = safe.strip(". ")[:80] or "unnamed"
        name, number = safe, 2
        while name.lower() in {other.lower() for other in used}:
            name, number = f"{safe}_{number}", number + 1
        used.add(name)
        result.append(name)
    return result
