"""The pages are held to the code: what they show runs, what they list is there."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import detente
from detente import engines
from detente.casefile import examine_case, read_case
from detente.casefile import schema as schemas
from detente.casefile.schema.common import Grounded, Strict
from detente.casefile.schema.when import OverlayFields
from detente.engines.deal_space import Verdict

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGE = Path(detente.__file__).parent
CASE_FILE_PAGE = (DOCS / "case-file.md").read_text(encoding="utf-8")

LONGEST_FILE = 400
"""Lines; beyond this a file holds more than one idea."""


def blocks(kind: str) -> list[str]:
    return re.findall(
        rf"^```yaml {kind}\n(.*?)^```$", CASE_FILE_PAGE, flags=re.MULTILINE | re.DOTALL
    )


def problems_of(folder: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [str(problem) for problem in examine_case(folder).problems]


# --- the case-file page ---------------------------------------------------------------------


def test_the_worked_example_reads_at_every_step(tmp_path: Path) -> None:
    (text,), steps = blocks("case"), blocks("grows")
    assert len(steps) == 4
    assert problems_of(tmp_path, {"case.yaml": text}) == []
    for step in steps:
        text = f"{text}\n{step}"
        assert problems_of(tmp_path, {"case.yaml": text}) == []


def test_the_worked_example_says_what_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("\n".join([*blocks("case"), *blocks("grows")]))
    analysis = detente.analyse(read_case(tmp_path))
    (deal,) = analysis.deals.deals
    assert deal.verdict is Verdict.NO
    assert [(c.party, c.stance, c.reason.issues) for c in deal.blockers] == [
        ("brigade", "red line", ("road",))
    ]
    assert deal.repair_kind == "possible"
    assert [repair.changes for repair in deal.repairs] == [(("road", "open", "by_day"),)]
    assert [silent.party for silent in analysis.voices.not_heard] == ["brigade"]


@pytest.mark.parametrize("part", blocks("part"), ids=lambda part: str(part).split()[1])
def test_every_further_entry_fits_the_worked_example(part: str, tmp_path: Path) -> None:
    whole = "\n".join([*blocks("case"), *blocks("grows")])
    assert problems_of(tmp_path, {"case.yaml": whole, "part.yaml": part}) == []


def schema_classes() -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for module in pkgutil.iter_modules(schemas.__path__, schemas.__name__ + "."):
        for name, thing in vars(importlib.import_module(module.name)).items():
            if isinstance(thing, type) and issubclass(thing, Strict) and thing is not Strict:
                found[name] = thing
    return found


def own_fields(model: type[BaseModel]) -> list[tuple[str, bool]]:
    """Fields with a table of their own on the page, and whether they are needed."""
    shared: set[str] = set()
    for mixin in (Grounded, OverlayFields):
        if issubclass(model, mixin) and model is not mixin:
            shared |= set(mixin.model_fields)
    fields = model.model_fields.items()
    return [(name, field.is_required()) for name, field in fields if name not in shared]


def test_every_field_of_the_schema_stands_on_the_page() -> None:
    tables: dict[str, list[tuple[str, bool]]] = {}
    for name, rows in re.findall(
        r"^<!-- (\w+) -->\n((?:\|.*\n)+)", CASE_FILE_PAGE, flags=re.MULTILINE
    ):
        found = re.findall(r"^\| `(\w+)` \| (yes )?\| \S", rows, flags=re.MULTILINE)
        tables[name] = [(field, bool(needed)) for field, needed in found]
    assert tables == {name: own_fields(model) for name, model in schema_classes().items()}


# --- pages that run -------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["glossary.md", "methods.md"])
def test_what_a_page_shows_is_what_happens(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (DOCS / page).read_text(encoding="utf-8")
    assert text.count(">>>") > 5
    assert not re.search(r"^(?!```|$).*\n```$", "".join(doctest_blocks(text)), flags=re.MULTILINE)
    results = doctest.testfile(str(DOCS / page), module_relative=False, encoding="utf-8")
    assert results.failed == 0


def doctest_blocks(text: str) -> list[str]:
    """Code blocks with prompts; without a blank line at their end the fence is taken for output."""
    found = re.findall(r"^```python\n.*?^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [block for block in found if ">>>" in block]


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem
)
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name) if name else page
        assert there.exists(), target
        if anchor:
            headings = re.findall(
                r"^#+ (.+)$", there.read_text(encoding="utf-8"), flags=re.MULTILINE
            )
            assert anchor in {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings}


# --- pages and tree -------------------------------------------------------------------------


def test_the_architecture_page_lists_the_rooms_there_are() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)
    there = {
        path.stem
        for path in PACKAGE.iterdir()
        if not path.name.startswith("_") and (path.suffix == ".py" or path.is_dir())
    }
    assert sorted(listed) == sorted(there)


def test_the_json_page_names_every_shape_that_is_printed() -> None:
    page = (DOCS / "json.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(detente/\w+/\d+)` \|", page, flags=re.MULTILINE)
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    assert sorted(listed) == sorted(set(re.findall(r'"(detente/\w+/\d+)"', code)))


def test_the_changelog_begins_with_this_version() -> None:
    page = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", page, flags=re.MULTILINE)
    assert versions[0] == detente.__version__


def test_decisions_are_numbered_without_gaps_and_have_three_parts() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. ")
        assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == [
            "Context",
            "Decision",
            "Consequences",
        ]


def test_the_front_door_has_these_names() -> None:
    assert detente.__all__ == [
        "Analysis",
        "Case",
        "CaseFileError",
        "DetenteError",
        "Finding",
        "__version__",
        "analyse",
        "findings_of",
        "read_case",
    ]
    for name in detente.__all__:
        assert getattr(detente, name) is not None


def test_every_engine_is_held_against_something_published() -> None:
    tests = (ROOT / "tests/published").glob("test_*.py")
    imported = "\n".join(path.read_text(encoding="utf-8") for path in tests)
    rooms = {path.parent.name for path in Path(engines.__file__).parent.glob("*/__init__.py")}
    assert rooms
    assert {room for room in rooms if f"detente.engines.{room}" in imported} == rooms


def test_no_file_holds_more_than_one_idea() -> None:
    files = (
        path
        for folder in ("src", "tests", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".css", ".j2")
    )
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in files
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def tracked_texts() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        check=False,
        capture_output=True,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    texts: dict[str, Any] = {}
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and not path.is_symlink():
            try:
                texts[name] = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
    return texts


def test_no_file_speaks_of_the_place_where_it_was_written() -> None:
    # put together here, or this file would be the first to be found
    forbidden = ["../" + "shared", *(f"/{top}/" for top in ("work", "home", "Users", "root"))]
    found = [
        (name, words) for name, text in tracked_texts().items() for words in forbidden
        if words in text
    ]  # fmt: skip
    assert found == []
