"""What is to be withheld, by which words it is known, and what stands in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from detente.ledger import PartyId, Source, SourceId, Speaker, SpeakerId
from detente.model import Case, Party

__all__ = ["LONG_NAME", "WORDS_WITHHELD", "Withheld", "name_patterns", "withheld_in"]

WORDS_WITHHELD = "[words withheld]"
LONG_NAME = 5
"""Letters from which a name is also found with other endings and in any case: Russia, Russian."""
APOSTROPHES = "['’\u02bc]"
PREFIXING = re.compile("[\u0590-\u08ff]")
LONG_QUOTE = 24
"""Letters from which a quote counts as recognisable words of its source."""
RUN_OF_NAMES = re.compile(r"[^\W\d_a-z][\w'’.-]*(?:\s+[^\W\d_a-z][\w'’.-]*)+")


@dataclass(frozen=True, slots=True, eq=False)
class Withheld:
    """Chosen things, the patterns of their names, and their stand-ins.

    ``ids`` renames ids of chosen entries, ``stand_ins`` gives what is printed for each chosen
    thing, ``quotes`` are recognisable words of withheld sources.
    """

    chosen: tuple[str, ...]
    ids: Mapping[str, str]
    stand_ins: Mapping[str, str]
    replacements: tuple[tuple[re.Pattern[str], str], ...]
    sources: frozenset[str]
    quotes: tuple[str, ...]
    names: tuple[str, ...]
    literals: tuple[str, ...]

    @property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(pattern for pattern, _ in self.replacements)

    def places(self, text: str) -> list[tuple[int, int, str]]:
        """Return where withheld names stand in a text: the longest first, none overlapping."""
        found = [
            (m.start(), m.end(), stand_in)
            for pattern, stand_in in self.replacements
            for m in pattern.finditer(text)
        ]
        found.sort(key=lambda place: (place[0], -place[1]))
        kept: list[tuple[int, int, str]] = []
        for start, end, stand_in in found:
            if kept and start < kept[-1][1]:
                if end > kept[-1][1]:  # two names run into each other: withhold both
                    kept[-1] = (kept[-1][0], end, kept[-1][2])
                continue
            kept.append((start, end, stand_in))
        return kept

    def replace(self, text: str) -> str:
        """Put stand-ins in place of every withheld name."""
        parts, at = [], 0
        for start, end, stand_in in self.places(text):
            parts += [text[at:start], stand_in]
            at = end
        return "".join([*parts, text[at:]])

    def touches_id(self, name: str) -> bool:
        """Say whether an id holds a withheld name, whole or as one of its words."""
        spoken = name.replace("_", " ").replace("-", " ")
        return any(
            re.search(p.pattern, text, p.flags | re.IGNORECASE)
            for p in self.patterns
            for text in (name, spoken)
        )


def name_patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """Return how a name is found in a text.

    A long name is found in any case and with other endings, a short one only as it is written.

    Examples
    --------
    >>> [bool(p.search("the Russians")) for p in name_patterns("Russia")]
    [True]
    >>> [bool(p.search("an unsaid word")) for p in name_patterns("UN")]
    [False]
    """
    words = [
        "".join(APOSTROPHES if sign in "'’\u02bc" else re.escape(sign) for sign in word)
        for word in re.split(r"[\s_-]+", name.strip())
        if word
    ]
    if not words:
        return ()
    body = r"[\s_-]+".join(words)
    n_letters = sum(c.isalnum() for c in name)
    before, after = r"(?<![^\W_])", r"(?![^\W_])"
    if PREFIXING.match(name.strip()):
        before = ""  # Arabic and Hebrew write "and", "the", "to" onto the front of a name
    if n_letters < LONG_NAME - 1:
        return (re.compile(before + body + after),)
    if n_letters < LONG_NAME:
        whole = re.compile(before + body + after, re.IGNORECASE)
        if name[:1].isupper():
            return whole, re.compile(before + body + r"[^\W\d_]*")
        return (whole,)
    return (re.compile(before + body + r"[^\W\d_]*", re.IGNORECASE),)


def withheld_in(case: Case, redact: Sequence[str]) -> Withheld:
    """Find what each wanted name stands for in a case: a party, a speaker, a source, or words."""
    ids: dict[str, str] = {}
    stand_ins: dict[str, str] = {}
    names: dict[str, str] = {}
    sources: dict[str, Source] = {}
    literals: list[str] = []
    chosen: list[str] = []
    for wanted in (name.strip() for name in redact if name.strip()):
        party = _match(wanted, {p.id: p.names for p in case.parties.values()})
        speaker = _match(wanted, {s.id: (s.name,) for s in case.speakers.values()})
        source = _match(wanted, {s.id: (s.title,) for s in case.sources.values()})
        if party is not None:
            stand_in = _next(stand_ins, party, "Party")
            _add(names, _of_party(case.parties[PartyId(party)]), stand_in)
        if speaker is not None:
            stand_in = _next(stand_ins, speaker, "Voice")
            _add(names, _of_speaker(case.speakers[SpeakerId(speaker)]), stand_in)
        if source is not None:
            stand_in = _next(stand_ins, source, "Source")
            entry = case.sources[SourceId(source)]
            sources[source] = entry
            _add(names, (entry.title,), stand_in)
            _add(names, _of_publisher(entry), f"the publisher of {stand_in}")
            _add(names, (entry.author, *_people(entry.author)), f"the author of {stand_in}")
        found = [name for name in (party, speaker, source) if name is not None]
        if not found:
            literals.append(wanted)
            _add(names, (wanted,), _next(stand_ins, wanted, "Name"))
        for name in found:
            ids[name] = stand_ins[name].lower().replace(" ", "_")
        chosen.append(wanted)
    replacements = [
        (pattern, stand_in)
        for name, stand_in in sorted(names.items(), key=lambda item: (-len(item[0]), item[0]))
        for pattern in name_patterns(name)
    ]
    quotes = [
        " ".join(claim.quote.split())
        for claim in case.claims.values()
        if claim.source in sources and len(claim.quote) >= LONG_QUOTE
    ]
    return Withheld(
        chosen=tuple(chosen),
        ids=ids,
        stand_ins=stand_ins,
        replacements=tuple(replacements),
        sources=frozenset(sources),
        quotes=tuple(quotes),
        names=tuple(names),
        literals=tuple(literals),
    )


def _match(wanted: str, names: Mapping[str, tuple[str, ...]]) -> str | None:
    if wanted in names:
        return wanted
    low = wanted.casefold()
    return next((id for id, some in names.items() if low in {n.casefold() for n in some}), None)


def _next(stand_ins: dict[str, str], name: str, kind: str) -> str:
    if name not in stand_ins:
        n = sum(words.startswith(f"{kind} ") for words in stand_ins.values())
        letter = ascii_uppercase[n % 26] * (n // 26 + 1)
        stand_ins[name] = f"{kind} {letter}"
    return stand_ins[name]


def _add(names: dict[str, str], some: Iterable[str], stand_in: str) -> None:
    for name in some:
        if name.strip():
            names.setdefault(name.strip(), stand_in)


# --- by which words something is known ----------------------------------------------------------


SMALL = frozenset({"the", "and", "von", "van", "der", "den", "bin", "ibn", "one"})
"""Words in a person's name that are no name of theirs."""

RULERS = frozenset({"administration", "government", "leadership", "presidency", "regime"})


def _of_party(party: Party) -> Iterable[str]:
    """A party's names; a person's first and last; the proper name in "the Assad government"."""
    for name in party.names:
        yield name
        words = name.split()
        if party.kind == "person" and len(words) > 1:
            yield from (w for w in (words[0], words[-1]) if len(w) > 2 and w.lower() not in SMALL)
    words = party.name.split()
    if len(words) == 2 and words[1].lower() in RULERS:
        yield words[0]


def _of_speaker(speaker: Speaker) -> Iterable[str]:
    """A speaker's name, the part before a comma, and the last names in it."""
    yield speaker.name
    yield speaker.name.split(",")[0]
    yield from _people(speaker.name)


def _of_publisher(source: Source) -> Iterable[str]:
    yield source.publisher
    yield source.publisher.removeprefix("The ")


def _people(words: str) -> Iterable[str]:
    """Full and last names in a line about people; "The Wall Street Journal" is not one."""
    for run in RUN_OF_NAMES.findall(words):
        parts = run.strip(".,").split()
        if parts[0] == "The":
            yield " ".join(parts[1:])
            continue
        yield run
        if len(parts[-1]) > 2:
            yield parts[-1]
