"""The brief: a cover and sections as one HTML file that opens from a disk and prints.

Nothing in it runs or is fetched: no script, no request, and a policy in the page that forbids both.
The same analysis gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from detente._version import __version__
from detente.analysis import Analysis
from detente.ledger import ClaimId
from detente.reports.cover import cover
from detente.reports.numbering import claim_numbers
from detente.reports.redaction import check_nothing_left, redact_analysis
from detente.reports.section import Section
from detente.reports.sections import SECTIONS

__all__ = ["SECTIONS", "as_html", "sections_of"]


def as_html(analysis: Analysis, redact: Sequence[str] = ()) -> str:
    """Write the brief of an analysis.

    Parameters
    ----------
    analysis
        The case and everything found out about it, from :func:`detente.analyse`.
    redact
        What to withhold: names of entries (parties, speakers, sources) or any words that occur in
        the case. Parties become "Party A", speakers "Voice A"; of a source, title, author,
        publisher, text and quotes are withheld.

    Returns
    -------
    str
        One HTML page.

    Raises
    ------
    NotFoundError
        If something to withhold does not occur in the case.
    DetenteError
        If a withheld word would be left on the page: rather no brief than a leak.
    """
    redaction = redact_analysis(analysis, redact)
    page = _page(redaction.analysis, redaction.notice)
    check_nothing_left(page, redaction)
    return page


def sections_of(analysis: Analysis) -> tuple[Section, ...]:
    """Return the sections that the case has something for, in order."""
    found = (build(analysis) for build in SECTIONS)
    return tuple(section for section in found if section is not None)


def _page(analysis: Analysis, notice: str) -> str:
    sections = sections_of(analysis)
    css = (files("detente.reports") / "templates" / "brief.css").read_text(encoding="utf-8")
    return (
        environment()
        .get_template("brief.html.j2")
        .render(
            cover=cover(analysis),
            sections=sections,
            section_ids=[section.id for section in sections],
            numbers=claim_numbers(analysis.case),
            redacted=notice,
            css=Markup(css),  # noqa: S704  # our own file
            version=__version__,
        )
    )


@cache
def environment() -> Environment:
    """Return the templates, which later screens share: everything is escaped, nothing undefined."""
    found = Environment(
        loader=PackageLoader("detente.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters["anchor"] = anchor
    found.filters["by_number"] = by_number
    return found


def by_number(claims: Iterable[ClaimId], numbers: Mapping[ClaimId, int]) -> list[ClaimId]:
    """Put cited claims in the order of their numbers, each once."""
    return sorted(dict.fromkeys(claims), key=numbers.__getitem__)


def anchor(name: str) -> str:
    """Write a name so that it can stand in an address; distinct names stay distinct.

    Examples
    --------
    >>> anchor("who_leaves"), anchor("Völkl & Co")
    ('who_leaves', 'V-f6-lkl-20--26--20-Co')
    """
    return re.sub(r"[^A-Za-z0-9_]", lambda found: f"-{ord(found.group()):x}-", name)
