"""Whatever is done to a case file, reading it ends in a case or in a list of problems."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from detente.analysis import findings_of
from detente.casefile import examine_case, examples_folder
from detente.casefile.yaml_text import read_yaml
from detente.cli.app import app
from detente.errors import CaseFileError

EXAMPLES = [
    examples_folder() / name for name in ("aleppo-2016", "published/raiffa-1982-panama-canal")
]
FILES = [(root, f.relative_to(root)) for root in EXAMPLES for f in sorted(root.rglob("*.yaml"))]
# the scenarios cost more than they add: each is tried out on the whole case
FILES = [(root, name) for root, name in FILES if name.parent.name != "scenarios"]

Edit = tuple[str, int, int, str]

TOKENS = [
    "nan", "inf", "-inf", "1e400", "yes", "[]", "{}", "[a]", "{a: b}", "null", "~", "''", '""',
    "!x y", "&a b", "*a", "|", ">", "- x", "\t", "{", "}", "[", "]", "'", '"', "12:30",
    "2016-02-30", "?", "? x", "%YAML 1", "<<", "---", "...", "@", "`", "\\", r'"\ud800"', r'"\0"',
    r'"\UFFFFFFFF"', "!!int x", "!!binary x", "0", "-1", "1e18", "9" * 30, "unknown", "today",
    "everything", "nobody", "not agreed", "0 to 100%", "100%", "0 days", "a" * 5000, "\x1b[31m",
    "siege is lifted if", "(((((", "is is is", "1 in 0", "\u2028", "\ufeff", "\u202e",
]  # fmt: skip

edits = st.lists(
    st.tuples(
        st.sampled_from(
            ["delete", "repeat", "swap", "value", "name", "insert", "indent", "truncate", "join"]
        ),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        st.sampled_from(TOKENS) | st.text(max_size=6) | st.integers().map(str),
    ),
    min_size=1,
    max_size=4,
)


def edited(text: str, changes: list[Edit]) -> str:
    """Do to a text what a slipping hand, a merge or a broken disk does."""
    for what, first, second, words in changes:
        lines = text.split("\n")
        at, other = first % len(lines), second % len(lines)
        line = lines[at]
        match what:
            case "delete":
                del lines[at]
            case "repeat":
                lines.insert(other, line)
            case "swap":
                lines[at], lines[other] = lines[other], line
            case "value":
                lines[at] = f"{line.partition(':')[0]}: {words}"
            case "name":
                start = line[: len(line) - len(line.lstrip(" -"))]
                lines[at] = f"{start}{words}:{line.partition(':')[2]}"
            case "insert":
                split = second % (len(line) + 1)
                lines[at] = line[:split] + words + line[split:]
            case "indent":
                lines[at] = " " * (second % 7) + line.lstrip()
            case "join":
                lines[at : at + 2] = [" ".join(lines[at : at + 2])]
        text = "\n".join(lines)
        if what == "truncate":
            text = text.encode("utf-8", "surrogatepass")[: first % (len(text) + 1)].decode(
                "utf-8", "ignore"
            )
    return text


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    """Each example, in a folder where it may be broken."""
    folder = tmp_path_factory.mktemp("broken")
    found = {root: folder / root.name for root in EXAMPLES}
    for root, copy in found.items():
        shutil.copytree(root, copy)
        if root.name == "aleppo-2016":
            shutil.rmtree(copy / "scenarios")
    return found


def look_at(case: Path) -> None:
    """Examine a case as ``check`` does; any exception but the agreed one is a failure."""
    try:
        reading = examine_case(case)
    except CaseFileError:
        return  # there is no case at all
    assert reading.case is not None or reading.problems
    if reading.case is not None:
        for finding in findings_of(reading.case, reading.undescribed):
            str(finding).encode()
    for problem in reading.problems:
        assert problem.place.file
        assert problem.place.line >= 1
        assert problem.found
        assert problem.expected
        assert len(str(problem)) < 2_000
        str(problem).encode()


@settings(max_examples=80)
@given(st.sampled_from(FILES), edits)
@example((EXAMPLES[0], Path("claims.yaml")), [("truncate", 5_000, 0, "")])
@example((EXAMPLES[1], Path("case.yaml")), [("value", 33, 0, "{low: nan, high: inf, step: 1}")])
def test_a_broken_example_is_a_case_or_a_list_of_problems(
    copies: dict[Path, Path], which: tuple[Path, Path], changes: list[Edit]
) -> None:
    root, name = which
    file, text = copies[root] / name, (root / name).read_text(encoding="utf-8")
    try:
        file.write_text(edited(text, changes), encoding="utf-8", errors="surrogatepass")
        look_at(copies[root])
    finally:
        file.write_text(text, encoding="utf-8")


SMALL = """\
detente: 1
negotiation: Water for the road
as_of: 2024-03-01
parties:
  upper: {name: Upper village, part_of: valley, may_not_offer: [road is open]}
  lower: {name: Lower village, can_block: water is at least 50, bears: dust}
  valley: {name: The valley}
issues:
  water:
    question: Who may draw from the spring?
    divisible: {low: 0, high: 100, step: 25, unit: per cent}
    today: 0
    done_by: {any_of: [upper, lower]}
  road:
    question: Is the road open?
    options: {closed: No., open: {says: Yes., done_by: lower}}
    today: closed
    size_depends_on: carts
rules:
  fair: {where: water is at least 50, only_if: road is open}
tables:
  talks:
    title: Talks at the mill
    seats: {upper: always, lower: 1 in 3}
    must_agree: [upper, lower]
    enough: {at_least: 1, of: [upper, lower]}
deals:
  swap:
    title: Water for the road
    table: talks
    says: {water: 50, road: open}
    order: [[water, road]]
    terms: {water: {when: in May}}
clocks:
  summer:
    what: Summer comes
    likely_by: {10%: 20 days, 90%: 60 days}
    then: {ends_as: {road: closed}, sets: {upper.waiting_costs: high}}
facts:
  carts: {what: The carts in a day, unit: carts, said_by: {upper: 20 carts, lower: unknown}}
levers:
  press: {title: Press, gives: {talks.must_agree: valley}, takes: {upper.may_not_offer: road is open}}
judgements:
  upper: {wants: [road is open, that: water is at least 50], without_a_deal: {worst_of: [today, summer]}}
  lower: {points: {water: {low: 10, high: 0}, road: {closed: 5 points, open: 0}}, weights: {road: 2}}
chances:
  rain: {what: Rain, likelihood: very likely, because: asked}
breakers:
  - {deal: swap, who: lower, could: close the road, stopped_by: nobody, within: 1 to 30 days}
sources:
  letter: {title: A letter, text: We ask you to open the road.}
claims:
  asked: {quote: open the road, source: letter, by: [author, upper], about: lower}
"""


def test_the_small_case_has_no_problem(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(SMALL)
    assert examine_case(tmp_path).problems == ()


@settings(max_examples=300)
@given(edits)
def test_a_broken_small_case_is_a_case_or_a_list_of_problems(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Edit]
) -> None:
    file = tmp_path_factory.getbasetemp() / "small.yaml"
    file.write_text(edited(SMALL, changes), encoding="utf-8", errors="surrogatepass")
    look_at(file)


@settings(max_examples=100)
@given(edits, st.booleans())
def test_checking_a_broken_case_ends_with_status_0_or_1(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Edit], as_json: bool
) -> None:
    file = tmp_path_factory.getbasetemp() / "small.yaml"
    file.write_text(edited(SMALL, changes), encoding="utf-8", errors="surrogatepass")
    done = CliRunner().invoke(app, ["check", str(file), *(["--json"] if as_json else [])])
    assert done.exit_code in (0, 1)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    if as_json:
        json.loads(done.stdout)


@settings(max_examples=150)
@given(st.binary(max_size=300) | st.binary(max_size=40).map(lambda raw: SMALL.encode() + raw))
def test_any_bytes_are_a_case_or_a_list_of_problems(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "bytes.yaml"
    file.write_bytes(raw)
    look_at(file)


@pytest.mark.parametrize("start", range(7))
def test_a_case_cut_off_at_any_byte_is_a_list_of_problems_or_a_shorter_case(
    tmp_path: Path, start: int
) -> None:
    raw = SMALL.encode()
    for end in range(start, len(raw), 41):
        (tmp_path / "case.yaml").write_bytes(raw[:end])
        look_at(tmp_path)


yaml_signs = st.lists(
    st.sampled_from(
        [*"abc:-?[]{},#&*!|>'\"%@`\\ \n~=<0129.", "\n  ", "\n- ", ": ", "---", "\n...\n", "%YAML 1.2",
         "%TAG ", "!!", "\\U", "\\x", "|2", ">9", "|+-", "\r", "\x85", "\u2028", "\ufeff", "\t"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=300)
@given(yaml_signs | st.text(max_size=30))
def test_any_text_is_read_as_yaml_or_has_a_problem(text: str) -> None:
    result = read_yaml(text, "case.yaml")
    assert result.is_whole or result.problems
    assert isinstance(result.data, dict)
