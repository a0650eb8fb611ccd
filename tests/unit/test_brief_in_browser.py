"""The brief as a person sees it: in a browser, on a phone, on paper."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detente.analysis import Analysis, Reckoning, analyse
from detente.casefile import read_case
from detente.reports.brief import as_html
from detente.reports.wording import STANCE_SIGNS, STANCE_WORDS, VERDICT_WORDS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
ROOT = Path(__file__).parents[2]
CASES = {
    "aleppo": ROOT / "examples" / "aleppo-2016",
    "village": ROOT / "tests" / "golden" / "cases" / "village",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip("no Chromium at /usr/bin/chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=CASES)
def brief(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    analysis = analyse(read_case(CASES[request.param]), reckoning=Reckoning(draws=8))
    file = tmp_path_factory.mktemp("brief") / f"{request.param}.html"
    file.write_text(as_html(analysis), encoding="utf-8")
    return analysis, file.as_uri()


Brief = tuple[Analysis, str]


def run_together(words: str) -> str:
    """Take out what paper changes: line breaks, and letters drawn as one."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words))


def test_nothing_but_the_file_is_asked_for(browser: Any, brief: Brief) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(brief[1])
    assert asked == [brief[1]]
    assert said == []
    page.close()


@pytest.mark.parametrize("width", [390, 1200])
def test_the_accessibility_rules_hold(browser: Any, brief: Brief, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(brief[1])
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 768])
def test_nothing_runs_off_a_narrow_screen(browser: Any, brief: Brief, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(brief[1])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_signs_and_words_are_seen(browser: Any, brief: Brief) -> None:
    page = browser.new_page()
    page.goto(brief[1])
    legend = page.locator("#matrix .legend")
    for stance, word in STANCE_WORDS.items():
        assert f"{STANCE_SIGNS[stance]} {word}" in legend.inner_text()
    page.close()


def test_the_same_page_gives_the_same_picture(browser: Any, brief: Brief) -> None:
    shots = []
    for _ in range(2):
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        page.goto(brief[1])
        shots.append(page.screenshot())
        page.close()
    assert shots[0] == shots[1]


def test_paper_without_backgrounds_keeps_every_claim_and_every_word(
    browser: Any, brief: Brief
) -> None:
    from pypdf import PdfReader

    analysis, address = brief
    page = browser.new_page()
    page.goto(address)
    pdf = page.pdf(prefer_css_page_size=True, print_background=False)
    page.close()
    reader = PdfReader(io.BytesIO(pdf))
    sheets = [run_together(sheet.extract_text()) for sheet in reader.pages]
    text = "".join(sheets)
    for n, claim in enumerate(analysis.case.claims.values(), 1):
        assert f"[{n}]" in text
        if claim.quote.isascii():
            assert run_together(claim.quote) in text
    for deal in analysis.deals.deals:
        assert VERDICT_WORDS[deal.verdict] in sheets[0]
        assert run_together(analysis.case.deals[deal.deal].title) in sheets[0]
    assert "Whoisheard,andwhoisnot" in sheets[1]  # the cover is one page


def test_the_picture_is_announced_with_title_and_description(browser: Any, brief: Brief) -> None:
    page = browser.new_page()
    page.goto(brief[1])
    picture = page.get_by_role("img").first
    assert picture.get_attribute("aria-labelledby").endswith("-desc")
    assert picture.locator("title").text_content().startswith("Packages of ")
    page.close()
