"""Scorable multiparty games: whole points on numbered options, a least total for each party.

A folder with ``config.txt`` (a line for each party: title, file, role, ...; the roles p1 and p2
have a veto) and ``scores_files/`` (for each party a line of points for each issue, and last the
least total it accepts). A deal passes if p1 and p2 and all parties but at most one accept it.
Option names are A1, A2, ... B1, ..., as the games' own deals write them.
"""

from __future__ import annotations

import re
import string
from pathlib import Path

from detente.interchange.files import (
    as_number,
    load_text,
    shown,
    wrong,
)
from detente.interchange.foreign import (
    Agreement,
    ForeignDomain,
    ForeignIssue,
    ForeignProfile,
    Format,
    PerOption,
)

__all__ = ["is_scorable", "read_scorable"]

VETO_ROLES = ("p1", "p2")
_ISSUE = re.compile(r"[\s-]*issue\s+([A-Z])\s*:\s*(.+)", re.IGNORECASE)
_OPTION = re.compile(r"[\s-]*([A-Z][0-9]+)\b[\s:.-]*(\S.*)")


def is_scorable(folder: Path) -> bool:
    return (folder / "config.txt").is_file() and (folder / "scores_files").is_dir()


def read_scorable(folder: Path) -> ForeignDomain:
    """Read a scorable game.

    Raises
    ------
    ForeignFileError
        If a file is missing, or parties score different numbers of options.
    """
    parties = _parties(folder)
    scores = {title: _scores(folder, stem) for title, stem, _ in parties}
    first = parties[0][0]
    shape = [len(line) for line in scores[first][0]]
    if len(shape) > len(string.ascii_uppercase):
        found = f"{len(shape)} issues"
        raise wrong(f"{parties[0][1]}.txt", 1, "", found, "at most 26, one for each letter")
    for title, stem, _ in parties:
        own = [len(line) for line in scores[title][0]]
        if own != shape:
            raise wrong(
                f"{stem}.txt", 1, "", f"lines of {own} points",
                f"{shape} points, as in {parties[0][1]}.txt",
            )  # fmt: skip
    letters = string.ascii_uppercase[: len(shape)]
    titles, sentences = _words(folder / "global_instructions.txt")
    issues = []
    for letter, n in zip(letters, shape, strict=True):
        options = tuple(f"{letter}{k + 1}" for k in range(n))
        says = tuple(f"{o}: {sentences[o]}" if sentences.get(o) else o for o in options)
        issues.append(ForeignIssue(letter, options, title=titles.get(letter, ""), says=says))
    profiles = tuple(
        ForeignProfile(
            title,
            tuple(PerOption(tuple(line)) for line in scores[title][0]),
            (1.0,) * len(shape),
            reservation=scores[title][1],
            kind=role if role in VETO_ROLES else "",
        )
        for title, _, role in parties
    )
    must = tuple(title for title, _, role in parties if role in VETO_ROLES)
    notes = ["who is greedy or cooperative, and which model plays whom, is not carried"]
    if len(must) != len(VETO_ROLES):
        notes.append(f"config.txt names {len(must)} of the two parties with a veto, p1 and p2")
    if titles:
        notes.append("of the instructions, only the issues and their options are carried")
    return ForeignDomain(
        Format.SCORABLE,
        folder.name,
        tuple(issues),
        profiles,
        Agreement(must, len(profiles) - 1),
        _proposals(folder, tuple(issues)),
        tuple(notes),
    )


def _parties(folder: Path) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for number, line in enumerate(load_text(folder / "config.txt").splitlines(), 1):
        if not line.strip():
            continue
        fields = [part.strip() for part in line.split(",")]
        if len(fields) < 3 or not all(fields[:3]):
            raise wrong(
                "config.txt", number, "", shown(line), "title, file, role, manner, player",
            )  # fmt: skip
        title, stem, role = fields[:3]
        if not re.fullmatch(r"[\w-]+", stem):
            raise wrong("config.txt", number, "", shown(stem), "the name of a file, without .txt")
        if title in (party[0] for party in found):
            raise wrong("config.txt", number, "", f"{shown(title)} twice", "each party once")
        found.append((title, stem, role))
    if len(found) < 2:
        raise wrong("config.txt", 1, "", f"{len(found)} parties", "at least two")
    return found


def _scores(folder: Path, stem: str) -> tuple[list[list[float]], float]:
    file = f"{stem}.txt"
    lines = [
        (number, line.strip())
        for number, line in enumerate(load_text(folder / "scores_files" / file).splitlines(), 1)
        if line.strip()
    ]
    if len(lines) < 2:
        raise wrong(file, 1, "", f"{len(lines)} lines", "a line for each issue and a least total")
    points = [
        [as_number(part.strip(), file, number, "points") for part in line.split(",")]
        for number, line in lines[:-1]
    ]
    number, last = lines[-1]
    if "," in last:
        raise wrong(file, number, "", shown(last), "one number, the least total", "add that line")
    return points, as_number(last, file, number, "least total")


def _proposals(
    folder: Path, issues: tuple[ForeignIssue, ...]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    file = folder / "initial_deal.txt"
    if not file.is_file():
        return ()
    terms = [term.strip() for term in load_text(file).strip().split(",")]
    if len(terms) != len(issues) or any(
        term not in issue.options for term, issue in zip(terms, issues, strict=True)
    ):
        expected = f"an option of each issue, such as {','.join(i.options[0] for i in issues)}"
        raise wrong(file.name, 1, "", shown(",".join(terms)), expected)
    chosen = tuple(issue.options.index(term) for term, issue in zip(terms, issues, strict=True))
    return (("First proposal", chosen),)


def _words(file: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return titles of issues and sentences of options, as far as the instructions state them."""
    titles: dict[str, str] = {}
    sentences: dict[str, str] = {}
    if not file.is_file():
        return titles, sentences
    for line in load_text(file).splitlines():
        if title := _ISSUE.match(line):
            titles[title[1].upper()] = _bare(title[2])
        elif option := _OPTION.match(line):
            sentences[option[1]] = _bare(option[2])
    return titles, sentences


def _bare(text: str) -> str:
    """Take a sentence out of its quotation marks, where they are all around it."""
    text = " ".join(text.split()).rstrip(".").strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]
    return text[1:-1] if is_quoted else text
