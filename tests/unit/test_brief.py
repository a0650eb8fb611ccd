"""House rules of the brief: it runs nothing, fetches nothing, leaks nothing, and its links lead somewhere."""

from __future__ import annotations

import dataclasses
import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from detente.analysis import Analysis, Reckoning, Voices, analyse
from detente.casefile import read_case
from detente.errors import DetenteError, NotFoundError
from detente.model import Case, Ground
from detente.reports.brief import as_html, sections_of
from detente.reports.charts import keys_of, scatter_spec
from detente.reports.redaction import check_nothing_left, redact_analysis

ROOT = Path(__file__).parents[2]
ALEPPO = ROOT / "examples" / "aleppo-2016"
VILLAGE = ROOT / "tests" / "golden" / "cases" / "village"


@pytest.fixture(scope="module")
def aleppo() -> Analysis:
    return analyse(read_case(ALEPPO), reckoning=Reckoning(draws=8))


@pytest.fixture(scope="module")
def village() -> Analysis:
    return analyse(read_case(VILLAGE))


@pytest.fixture(scope="module")
def page(aleppo: Analysis) -> str:
    return as_html(aleppo)


def words_of(page: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


# --- it runs nothing and fetches nothing --------------------------------------------------------


def test_the_page_runs_nothing(page: str) -> None:
    assert "<script" not in page.lower()
    assert not re.search(r"<[^>]*\son\w+=", page)
    assert "javascript:" not in page.lower()


def test_the_page_forbids_requests_and_holds_no_address(page: str) -> None:
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    for tag in re.findall(r"<[^>]*>", page):
        assert "http:" not in tag
        assert "https:" not in tag
        assert not re.search(r"\ssrc=", tag)
    assert "@import" not in page
    assert "url(" not in page


def test_no_object_is_printed_where_words_belong(page: str, village: Analysis) -> None:
    for text in (words_of(page), words_of(as_html(village))):
        for sign in (" at 0x", "<built-in", "mappingproxy", "None", "frozenset", "{'", "()"):
            assert sign not in text


def test_the_page_is_small(page: str) -> None:
    assert len(page.encode()) < 1_000_000


def test_the_same_case_gives_the_same_bytes_in_another_process(village: Analysis) -> None:
    program = (
        "import sys\n"
        "from detente.analysis import analyse\n"
        "from detente.casefile import read_case\n"
        "from detente.reports.brief import as_html\n"
        f"sys.stdout.buffer.write(as_html(analyse(read_case({str(VILLAGE)!r}))).encode())\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": "7"}
    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env=env
    )
    assert as_html(village) == as_html(village)
    assert other.stdout == as_html(village).encode()


# --- links --------------------------------------------------------------------------------------


@pytest.mark.parametrize("redact", [[], ["russia", "kerry"], ["rogin_2016"]])
def test_every_link_leads_to_one_place(aleppo: Analysis, redact: list[str]) -> None:
    page = as_html(aleppo, redact)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    links = re.findall(r'\shref="([^"]+)"', page)
    assert links
    for link in links:
        assert link.startswith("#")
        assert link[1:] in ids, link


def test_every_claim_leads_to_its_place_in_the_source_and_back(aleppo: Analysis, page: str) -> None:
    for claim in aleppo.case.claims:
        assert f'id="claim-{claim}"' in page
        assert f'id="span-{claim}"' in page
        assert f'href="#span-{claim}"' in page
        assert page.count(f'href="#claim-{claim}"') >= 2


def test_the_marked_words_are_the_words_of_the_claim(village: Analysis) -> None:
    page = as_html(village)
    text = re.sub(r"<sup>.*?</sup>", "", page)
    for claim in village.case.claims.values():
        assert html.escape(claim.quote, quote=False) in re.sub(r"<[^>]*>", "", text)


def test_a_claim_says_who_has_it_from_whom(page: str) -> None:
    assert "Josh Rogin, columnist, citing The Wall Street Journal, citing Whoever told" in page


def test_reliability_and_credibility_are_two_fields(page: str) -> None:
    assert "<dt>Reliability of the source</dt>" in page
    assert "<dt>Credibility of this information</dt>" in page


# --- what it says -------------------------------------------------------------------------------


def test_the_cover_answers_in_one_sentence_with_its_claims(page: str) -> None:
    found = re.search(r'id="answer">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    words = words_of(found.group(1))
    assert words.startswith("Not as proposed: Russia and the Assad government would rather go")
    assert 'href="#claim-wants_surrender"' in found.group(1)


def test_the_cover_names_the_biggest_holes(page: str) -> None:
    cover = words_of(page[page.index('id="cover"') : page.index("<main>")])
    assert "The Conquest Front would have to act" in cover
    assert "nobody who agrees binds it" in cover
    assert "does not say who moves first, who checks" in cover
    assert "Nobody speaks for Russia, the Assad government or the armed opposition" in cover


def test_a_sign_always_has_its_word(page: str) -> None:
    for rest in re.findall(r'<span class="sign" aria-hidden="true">[^<]+</span>([^<]*)', page):
        assert rest.strip()


def test_confidence_and_likelihood_are_never_in_one_sentence(page: str, aleppo: Analysis) -> None:
    likely = "|".join(aleppo.case.scale.ranges)
    for sentence in re.split(r"(?<=[.?!])\s", words_of(page)):
        if re.search(r"confiden", sentence, re.IGNORECASE):
            assert not re.search(rf"\b({likely})\b", sentence, re.IGNORECASE)


def test_the_declared_scale_is_printed_with_its_ranges(page: str) -> None:
    words = words_of(page)
    for line in ("almost no chance 1 to 5 %", "likely 55 to 80 %", "almost certain 95 to 99 %"):
        assert line in words


def test_theory_stands_in_the_method_notes_only(page: str) -> None:
    before = words_of(page[: page.index('id="method"')])
    for term in ("Pareto", "Nash", "utility", "reservation", "equilibrium", "BATNA", "ZOPA"):
        assert term not in before


def test_sections_appear_only_where_the_case_has_something(aleppo: Analysis) -> None:
    case = aleppo.case
    parties = {p.id: dataclasses.replace(p, ground=Ground()) for p in case.parties.values()}
    issues = {
        i.id: dataclasses.replace(i, ground=Ground(), sized_by=None) for i in case.issues.values()
    }
    bare = Case(title="Bare", as_of=case.as_of, parties=parties, issues=issues)
    assert [section.id for section in sections_of(analyse(bare))] == ["holds", "method"]
    page = as_html(analyse(bare))
    for words in ("Rival explanations", "Clocks", "Levers", "Norms", "biggest holes", "soon"):
        assert words not in page


@pytest.mark.parametrize("against", ["today", "city_falls", "evacuation"])
def test_the_brief_says_what_everything_is_compared_with(against: str) -> None:
    case = read_case(ALEPPO)
    page = as_html(analyse(case, against, with_wait=False))
    words = "things going on as today" if against == "today" else f"“{case.title_of(against)}”"
    assert f"The deals, compared with {words}" in words_of(page)


def test_every_section_asks_and_answers(aleppo: Analysis) -> None:
    for section in sections_of(aleppo):
        assert section.question.endswith("?")
        assert section.answer.endswith((".", "!"))


# --- text is text -------------------------------------------------------------------------------


def test_markup_in_any_field_of_a_case_is_printed_as_text() -> None:
    from detente.reports.redaction import _Rebuild
    from detente.reports.withheld import withheld_in

    attack = "<script>alert(1)</script>\"'&"
    case = read_case(VILLAGE)

    class Tainted(_Rebuild):
        def _string(self, words: str) -> str:
            if words in known or not words:
                return words
            return words + attack

    known = {"today", "one", "best_of", "worst_of", "at_least", "ar", "en", "A", "B", "F"}
    for section in ("parties", "tables", "issues", "deals", "endings", "clocks", "facts", "levers",
                    "speakers", "sources", "claims", "chances", "explanations", "norms",
                    "assumptions"):  # fmt: skip
        known |= set(getattr(case, section))
    known |= {option.id for issue in case.issues.values() for option in issue.options}
    tainted = Tainted(withheld_in(case, ()), {}).of(analyse(case, with_wait=False))
    page = as_html(tainted)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert page.count("&lt;script&gt;") > 100


# --- redaction ----------------------------------------------------------------------------------

PARTIES = tuple(read_case(ALEPPO).parties)


@pytest.mark.parametrize("party", PARTIES)
def test_a_withheld_party_is_nowhere_on_the_page(aleppo: Analysis, party: str) -> None:
    page = as_html(aleppo, [party]).casefold()
    for name in aleppo.case.parties[party].names:  # type: ignore[index]
        assert name.casefold() not in words_of(page)
        assert not re.search(rf"(?<![^\W_]){re.escape(name.casefold())}", page)
    assert "party a" in page


def test_a_withheld_person_loses_the_last_name_too(aleppo: Analysis) -> None:
    page = as_html(aleppo, ["kerry", "rogin"])
    assert "kerry" not in page.lower()
    assert "rogin" not in page.lower()
    assert "Voice A" in page


def test_a_withheld_source_loses_text_title_author_hash_and_quotes(aleppo: Analysis) -> None:
    page = as_html(aleppo, ["rogin_2016"])
    source = aleppo.case.sources["rogin_2016"]  # type: ignore[index]
    words = words_of(page)
    for claim in aleppo.case.claims.values():
        assert " ".join(claim.quote.split()) not in words
    for secret in (source.title, "Rogin", "Washington Post", source.text_sha256[:8]):
        assert secret not in page
    assert "[words withheld]" in page


def test_everything_can_be_withheld_at_once(aleppo: Analysis) -> None:
    case = aleppo.case
    page = as_html(aleppo, [*case.parties, *case.speakers, *case.sources])
    for party in case.parties.values():
        assert party.name not in page


def test_words_may_be_withheld_that_are_no_entry(aleppo: Analysis) -> None:
    page = as_html(aleppo, ["Aleppo", "Clinton"])
    assert "aleppo" not in page.lower()
    assert "clinton" not in page.lower()


def test_an_unknown_name_is_refused_with_a_list(aleppo: Analysis) -> None:
    with pytest.raises(NotFoundError, match=r"cannot withhold 'atlantis'.*russia.*rogin_2016"):
        as_html(aleppo, ["atlantis"])


def test_rather_no_page_than_a_leak(aleppo: Analysis) -> None:
    redaction = redact_analysis(aleppo, ["russia"])
    with pytest.raises(DetenteError, match="nothing was written"):
        check_nothing_left("<p>The <b>Rus</b>sians are here</p>", redaction)
    with pytest.raises(DetenteError, match="nothing was written"):
        check_nothing_left('<a href="#claim-russia_bombs">1</a>', redaction)


def test_a_word_of_the_brief_itself_cannot_be_withheld(aleppo: Analysis) -> None:
    with pytest.raises(DetenteError, match="nothing was written"):
        as_html(aleppo, ["deal"])


def test_a_mark_survives_a_name_withheld_inside_it(aleppo: Analysis) -> None:
    case = redact_analysis(aleppo, ["russia", "assad_government"]).analysis.case
    for claim in case.claims.values():
        assert claim.span is not None
        text = case.sources[claim.source].text
        assert text[claim.span.start : claim.span.end] == claim.quote
    assert "Party A" in case.claims["wants_surrender"].quote  # type: ignore[index]


def test_redaction_leaves_the_answer_alone(aleppo: Analysis) -> None:
    hidden = redact_analysis(aleppo, ["russia", "rogin_2016", "Aleppo"]).analysis
    assert [d.verdict for d in hidden.deals.deals] == [d.verdict for d in aleppo.deals.deals]
    again = analyse(dataclasses.replace(hidden.case), reckoning=Reckoning(draws=8))
    assert [d.verdict for d in again.deals.deals] == [d.verdict for d in aleppo.deals.deals]
    assert isinstance(hidden.voices, Voices)


# --- the picture --------------------------------------------------------------------------------


def test_letters_in_the_picture_keep_apart(aleppo: Analysis) -> None:
    for table in aleppo.deals.tables:
        if table.scatter is None:
            continue
        layers = scatter_spec(aleppo.case, table.scatter)["layer"]
        at = [(v["x"], v["y"]) for v in layers[-1]["data"]["values"]]
        assert len(at) == len(keys_of(aleppo.case, table.scatter))
        for k, (x, y) in enumerate(at):
            for other_x, other_y in at[:k]:
                assert abs(x - other_x) > 9 or abs(y - other_y) > 9


def test_the_picture_says_in_words_what_its_axes_are(aleppo: Analysis) -> None:
    scatter = aleppo.deals.tables[0].scatter
    assert scatter is not None
    title = scatter_spec(aleppo.case, scatter)["encoding"]["x"]["axis"]["title"]
    assert title == "Russia: place in its own order (further right is better)"
