"""Sources, speakers and claims: every quote is found in its source exactly once, or reported."""

from __future__ import annotations

import hashlib

from detente.casefile.build.context import Context
from detente.casefile.folder import read_bytes
from detente.casefile.schema.ledger import ClaimSchema
from detente.casefile.yaml_text import FieldPath
from detente.errors import Problem
from detente.ledger import (
    Claim,
    ClaimId,
    PartyId,
    Source,
    SourceId,
    Span,
    Speaker,
    SpeakerId,
    normalise,
    occurrences,
)

__all__ = ["build_claims", "build_sources", "build_speakers"]

LARGEST_SOURCE = 50_000_000
"""Bytes beyond which a source is refused."""

NEAR = 300
"""Characters before and after a quote in which its `near` words must stand."""

STRAIGHTENED = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\xa0": " "}
)


def build_sources(ctx: Context) -> dict[SourceId, Source]:
    sources = {}
    for name, written in ctx.case.sources.items():
        where: FieldPath = ("sources", name)
        if (written.file is None) == (written.text is None):
            found = "neither `file` nor `text`" if written.file is None else "`file` and `text`"
            ctx.report(where, found, "one of `file` and `text`", "say where its words are")
            continue
        if written.file is not None:
            raw = _file(ctx, written.file, where)
        else:
            raw = (written.text or "").encode()
        if raw is None:
            continue
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            found = f"{written.file}, line {line}: a byte that is not UTF-8 text"
            fix = "save the text as UTF-8, beside the original if that is a PDF or a scan"
            ctx.report((*where, "file"), found, "a text file in UTF-8", fix)
            continue
        sources[SourceId(name)] = Source(
            id=SourceId(name),
            title=written.title,
            text=normalise(text),
            raw_sha256=hashlib.sha256(raw).hexdigest(),
            file=written.file or "",
            author=written.author or "",
            publisher=written.publisher or "",
            published=ctx.period(written.published, (*where, "published")),
            published_basis=written.published_basis or "",
            reliability=written.reliability or "",
            language=written.language or "",
            note=written.note or "",
            recorded_raw=written.sha256 or "",
            recorded_text=written.text_sha256 or "",
            recorded_normaliser=written.normaliser,
            place=ctx.place(where),
        )
    return sources


def _file(ctx: Context, name: str, where: FieldPath) -> bytes | None:
    """Read a source's file; a problem is reported where the case names the file."""
    problems: list[Problem] = []
    raw = read_bytes(ctx.folder.root, name, problems, LARGEST_SOURCE)
    for problem in problems:
        ctx.report((*where, "file"), f"{name}: {problem.found}", problem.expected, problem.fix)
    return raw


def build_speakers(ctx: Context, sources: dict[SourceId, Source]) -> dict[SpeakerId, Speaker]:
    """The declared voices, the parties quoted under their own name, and the author."""
    speakers = {
        SpeakerId(name): Speaker(
            id=SpeakerId(name),
            name=written.name,
            of=ctx.party(written.of, ("speakers", name, "of")),
            named=written.named,
            count=written.count,
            place=ctx.place(("speakers", name)),
        )
        for name, written in ctx.case.speakers.items()
    }
    authors = sorted({source.author for source in sources.values() if source.author})
    used = {name for claim in ctx.case.claims.values() for name in claim.by}
    if "author" in used and "author" not in speakers:
        speakers[SpeakerId("author")] = Speaker(
            SpeakerId("author"), ", ".join(authors) or "the author", named=bool(authors)
        )
    for name, party in ctx.case.parties.items():
        if name in used and name not in speakers:
            speakers[SpeakerId(name)] = Speaker(SpeakerId(name), party.name, PartyId(name))
    return speakers


def build_claims(ctx: Context, sources: dict[SourceId, Source]) -> dict[ClaimId, Claim]:
    claims = {}
    for name, written in ctx.case.claims.items():
        where: FieldPath = ("claims", name)
        span = None
        if ctx.name("sources", written.source, (*where, "source")):
            source = sources.get(SourceId(written.source))
            span = _locate(ctx, source, written, where) if source else None
        by = ctx.list_of("speakers", written.by, (*where, "by"), SpeakerId)
        if not by:
            continue
        claims[ClaimId(name)] = Claim(
            id=ClaimId(name),
            source=SourceId(written.source),
            quote=written.quote,
            by=by,
            span=span,
            form=written.form,
            kind=written.kind,
            about=ctx.parties(written.about, (*where, "about")),
            number=ctx.quantity(written.number, (*where, "number")),
            happened=ctx.period(written.happened, (*where, "happened")),
            known=ctx.period(written.known, (*where, "known")),
            credibility=written.credibility,
            place=ctx.place(where),
        )
    return claims


def _locate(ctx: Context, source: Source, written: ClaimSchema, where: FieldPath) -> Span | None:
    quote = normalise(written.quote)
    inside = (*where, "quote")
    shown = repr(quote if len(quote) <= 60 else quote[:57] + "...")
    places = occurrences(source.text, quote)
    if not places:
        fix = _why_not(source.text, quote)
        ctx.report(inside, f"{shown}, which is not in {source.id}", "the source's exact words", fix)
        return None
    if len(places) > 1 and written.near:
        near = [normalise(words) for words in written.near]
        kept = [
            (start, end)
            for start, end in places
            if all(
                occurrences(source.text[max(0, start - NEAR) : start], words)
                or occurrences(source.text[end : end + NEAR], words)
                for words in near
            )
        ]
        if len(kept) != 1:
            found = f"{len(kept)} of {len(places)} places with these words nearby"
            ctx.report((*where, "near"), found, "exactly one", "name words beside the right one")
            return None
        places = tuple(kept)
    if len(places) > 1:
        found = f"{shown}, {len(places)} times in {source.id}"
        ctx.report(inside, found, "words that stand there once", "quote more, or add `near:` words")
        return None
    return Span.at(source, *places[0], quote)


def _why_not(text: str, quote: str) -> str:
    """Name the small difference that hides a quote, if it is one; never repair it."""
    if occurrences(text.translate(STRAIGHTENED), quote.translate(STRAIGHTENED)):
        return "the words are there with other quotation marks, dashes or spaces; copy them exactly"
    if occurrences(text.lower(), quote.lower()):
        return "the words are there with other capitals; copy them exactly"
    trimmed = quote.strip(" .,;:!?\"'“”‘’…")
    if trimmed and trimmed != quote and occurrences(text, trimmed):
        return "the words are there with other punctuation at the ends; copy them exactly"
    return "copy the words from the source"
