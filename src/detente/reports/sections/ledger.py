"""The source texts with their marked places, and every claim with who says it and how."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from detente.analysis import Analysis, uses_of_claims
from detente.ledger import Claim, Source
from detente.model import Case
from detente.reports.case_words import (
    CREDIBILITY_WORDS,
    RELIABILITY_WORDS,
    period_words,
    speaker_words,
)
from detente.reports.numbering import claim_numbers
from detente.reports.section import Section

__all__ = ["claims", "sources"]

FORM_WORDS = {"reported": "reported", "view": "somebody’s view", "quote": "in quotation marks"}
RTL = ("ar", "fa", "he", "ur", "ps", "ku", "ckb", "dv", "yi", "sd", "ug")
USE_KINDS = {
    "judgement": "a judgement",
    "party": "a party’s entry",
    "table": "a table",
    "issue": "an issue",
    "deal": "a deal",
    "ending": "an ending",
    "clock": "a clock",
    "fact": "a disputed fact",
    "lever": "a lever",
    "scenario": "a scenario",
    "norm": "a norm",
    "option": "an option",
    "rule": "a rule",
    "explanation": "a rival explanation",
    "view": "a party’s view",
}


def sources(analysis: Analysis) -> Section | None:
    """Print each source with its marked sentences and the claims beside them."""
    case = analysis.case
    if not case.sources:
        return None
    n_texts = sum(bool(source.text) for source in case.sources.values())
    n = len(case.sources)
    answer = f"{n} source{'s' if n != 1 else ''}, {len(case.claims)} marked sentences."
    if not case.claims:
        answer = f"{n} source{'s' if n != 1 else ''}; no sentence is marked yet."
    return Section(
        id="sources",
        title="The sources, with their marked sentences",
        question="Where does it say that?",
        answer=answer,
        template="sources.html.j2",
        data={"sources": [_source(case, s) for s in case.sources.values()], "n_texts": n_texts},
    )


def _source(case: Case, source: Source) -> dict[str, Any]:
    language = source.language
    facts = [
        ("Author", source.author),
        ("Publisher", source.publisher),
        ("Published", period_words(source.published)),
        ("How the date is known", source.published_basis),
        ("Reliability of the source", _graded(source.reliability, RELIABILITY_WORDS)),
        ("Language", language),
        ("Note", source.note),
        ("Fingerprint of the text", source.text_sha256[:16] if source.text else ""),
    ]
    return {
        "id": source.id,
        "title": source.title,
        "facts": [(what, words) for what, words in facts if words],
        "language": language,
        "dir": "rtl" if language.split("-")[0] in RTL else "auto",
        "blocks": _blocks(case, source),
    }


def _graded(grade: Any, words: Any) -> str:
    return f"{grade} – {words[grade]}" if grade in words else "not judged"


def _blocks(case: Case, source: Source) -> list[dict[str, Any]]:
    """Cut a text into paragraphs, and each paragraph where a marked sentence begins or ends."""
    text = source.text
    spans = [
        (c.span.start, c.span.end, c.id)
        for c in case.claims.values()
        if c.span is not None and c.source == source.id
    ]
    blocks = []
    for start, end in _paragraphs(text):
        cuts = {start, end}
        for first, last, _ in spans:
            cuts |= {at for at in (first, last) if start < at < end}
        ordered = sorted(cuts)
        pieces = []
        for here, there in pairwise(ordered):
            covering = [claim for a, b, claim in spans if a <= here and there <= b]
            pieces.append(
                {
                    "text": text[here:there],
                    "marked": bool(covering),
                    "starts": [c for a, _, c in spans if a == here],
                    "ends": [c for _, b, c in spans if b == there],
                }
            )
        here_begin = sorted((a, c) for a, _, c in spans if start <= a < end)
        margin = [_margin(case, case.claims[c]) for _, c in here_begin]
        blocks.append({"pieces": pieces, "margin": margin})
    return blocks


def _paragraphs(text: str) -> list[tuple[int, int]]:
    found, at = [], 0
    for gap in re.finditer(r"\n\s*\n", text):
        found.append((at, gap.start()))
        at = gap.end()
    found.append((at, len(text.rstrip()) if text.rstrip() else at))
    return [(a, b) for a, b in found if text[a:b].strip()]


def _margin(case: Case, claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "by": case.speakers[claim.origin].name,
        "how": f"{FORM_WORDS[claim.form]}, {claim.kind}",
    }


def claims(analysis: Analysis) -> Section | None:
    """Print every claim: words, speakers, form, kind, dates, and two separate grades."""
    case = analysis.case
    if not case.claims:
        return None
    uses = uses_of_claims(case)
    order = sorted(case.claims.values(), key=lambda c: claim_numbers(case)[c.id])
    unused = sum(claim.id not in uses for claim in order)
    rest = f"nothing rests on {unused} of them" if unused else "each of them carries something"
    return Section(
        id="claims",
        title="The claims",
        question="What exactly is said, by whom, and how did it reach us?",
        answer=f"{len(order)} claim{'s' if len(order) != 1 else ''}; {rest}.",
        template="claims.html.j2",
        data={"claims": [_claim(case, c, uses.get(c.id, ())) for c in order]},
    )


def _claim(case: Case, claim: Claim, uses: tuple[str, ...]) -> dict[str, Any]:
    source = case.sources.get(claim.source)
    language = source.language if source else ""
    facts = [
        ("How it is put", FORM_WORDS[claim.form]),
        ("What it is", claim.kind),
        ("About", ", ".join(case.title_of(p) for p in claim.about)),
        ("Number", str(claim.number) if claim.number else ""),
        ("Happened", period_words(claim.happened)),
        ("Became known", period_words(claim.known)),
        (
            "Reliability of the source",
            _graded(source.reliability if source else "", RELIABILITY_WORDS),
        ),
        ("Credibility of this information", _graded(claim.credibility, CREDIBILITY_WORDS)),
        ("What rests on it", _uses(uses)),
    ]
    return {
        "id": claim.id,
        "quote": claim.quote,
        "language": language,
        "dir": "rtl" if language.split("-")[0] in RTL else "auto",
        "by": speaker_words(case, claim),
        "source": source.title if source else claim.source,
        "has_place": claim.span is not None and source is not None and bool(source.text),
        "facts": [(what, words) for what, words in facts if words],
    }


def _uses(uses: tuple[str, ...]) -> str:
    kinds: dict[str, int] = {}
    for use in uses:
        kind = use.split()[0]
        kinds[kind] = kinds.get(kind, 0) + 1
    if not kinds:
        return "nothing"
    return ", ".join(
        USE_KINDS.get(kind, kind) if n == 1 else f"{n} {_plural(kind)}" for kind, n in kinds.items()
    )


def _plural(kind: str) -> str:
    return {
        "party": "parties’ entries",
        "view": "parties’ views",
        "explanation": "rival explanations",
        "fact": "disputed facts",
    }.get(kind, f"{kind}s")
