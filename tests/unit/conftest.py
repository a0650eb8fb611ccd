"""A case of which there is nothing to say, for tests that take one thing away or add one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from detente.analysis import Finding, findings_of
from detente.casefile import Reading, examine_case

HEAD = """\
negotiation: Water for the road
as_of: 2024-03-01
"""

PARTS = {
    "parties": """
        upper: {name: Upper village}
        lower: {name: Lower village}
        """,
    "issues": """
        road:
          question: Is the road open?
          options: {closed: No., open: Yes.}
          today: closed
          done_by: lower
        water:
          question: Who may draw from the spring?
          options: {upper_only: The upper village., shared: "Both, by turns."}
          today: upper_only
          done_by: upper
        """,
    "tables": """
        talks: {title: Talks at the mill, seats: {upper: always, lower: always}}
        """,
    "deals": """
        swap:
          title: Water for the road
          our_idea: true
          table: talks
          says: {road: open, water: shared}
          order: [road, water]
          who_checks: [upper, lower]
          if_not: The other village stops too.
          terms: {road: {when: in May}, water: {when: in May}}
        """,
    "judgements": """
        upper: {wants: [road is open], assumption: It said so in public.}
        lower: {wants: [water is shared], because: thirst}
        """,
    "claims": """
        thirst: {quote: we have no water, source: letter, by: lower, about: lower}
        dust: {quote: nobody can reach us, source: letter, by: upper, about: upper}
        """,
    "sources": """
        letter: {title: Letters, text: "Lower: we have no water. Upper: nobody can reach us."}
        """,
    "facts": "",
    "norms": "closed_roads: {says: Roads are open to all., because: dust}",
    "chances": "",
    "breakers": "",
    "explanations": "",
}


def changed(name: str, part: str | tuple[str, ...]) -> str:
    """Return a section anew, or with each first text of a pair replaced by the second."""
    if isinstance(part, str):
        return dedent(part).strip("\n")
    text = PARTS[name]
    for old, new in zip(part[::2], part[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return dedent(text).strip("\n")


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., list[Finding]]:
    """Change some sections of the case, see that nothing is wrong with it, return its findings."""

    def find(**parts: str | tuple[str, ...]) -> list[Finding]:
        sections = {name: changed(name, part) for name, part in (PARTS | parts).items()}
        text = "".join(f"{n}:\n{indent(t, '  ')}\n" for n, t in sections.items() if t)
        (tmp_path / "case.yaml").write_text(HEAD + text, encoding="utf-8")
        reading = examine_case(tmp_path)
        assert reading.problems == ()
        assert reading.case is not None
        found = list(findings_of(reading.case, reading.undescribed))
        for finding in found:
            undescribed = finding.kind == "source not described"
            assert finding.place.file == (finding.about if undescribed else "case.yaml")
            assert finding.place.line > 0
        return found

    return find


@pytest.fixture
def examine(tmp_path: Path) -> Callable[[str | bytes], Reading]:
    """Write one case file and look at it."""

    def look(text: str | bytes) -> Reading:
        raw = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "case.yaml").write_bytes(raw)
        return examine_case(tmp_path)

    return look
