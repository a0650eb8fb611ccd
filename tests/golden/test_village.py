"""The brief of a small case, letter by letter. DETENTE_UPDATE_GOLDEN=1 writes it anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from detente.analysis import Analysis, analyse
from detente.casefile import read_case
from detente.reports.as_json import deals_as_json
from detente.reports.brief import as_html
from detente.reports.charts import scatter_spec, svg_of

HERE = Path(__file__).parent
CASE = HERE / "cases" / "village"


@pytest.fixture(scope="module")
def village() -> Analysis:
    return analyse(read_case(CASE))


def held_to(name: str, text: str) -> None:
    file = HERE / "expected" / name
    if os.environ.get("DETENTE_UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    assert text == file.read_text(encoding="utf-8"), f"{name} changed; if meant, update the file"


def without_version(page: str) -> str:
    return re.sub(r"Written by Detente \S+ ", "Written by Detente VERSION ", page)


def test_the_brief_stays_put(village: Analysis) -> None:
    held_to("village.html", without_version(as_html(village)))


def test_the_redacted_brief_stays_put(village: Analysis) -> None:
    page = as_html(village, ["lower_fold", "engineer", "council_note"])
    held_to("village-redacted.html", without_version(page))


def test_the_picture_stays_put(village: Analysis) -> None:
    scatter = village.deals.tables[0].scatter
    assert scatter is not None
    spec = scatter_spec(village.case, scatter)
    held_to("village.svg", svg_of(spec, "chart", "Packages", "The same as the table.") + "\n")


def test_the_data_stay_put(village: Analysis) -> None:
    import json

    held_to("village.json", json.dumps(deals_as_json(village), indent=1, ensure_ascii=False) + "\n")
