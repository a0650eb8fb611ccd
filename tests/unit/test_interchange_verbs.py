"""`detente import` and `detente export`: what is written, what is said, and what is left alone."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from shared_domains import NEGOTIATION, needs_shared_domains, shared_folders, the_domain
from typer.testing import CliRunner, Result

from detente.casefile import examine_case, read_case
from detente.cli.app import app
from detente.interchange import ForeignDomain, read_foreign, to_engine, utilities
from detente.model import Case, OptionId, Points

ROOT = Path(__file__).parents[2]
VILLAGE = ROOT / "tests" / "golden" / "cases" / "village"
PANAMA = ROOT / "examples" / "published" / "raiffa-1982-panama-canal"

WATER = {
    "config.txt": "Upper village,upper,p1\nLower village,lower,p2\nThe board,board,player\n",
    "initial_deal.txt": "A1,B2",
    "scores_files/upper.txt": "0, 5, 3\n2, 0\n3",
    "scores_files/lower.txt": "4, 0, 2\n0, 3\n3",
    "scores_files/board.txt": "1, 1, 1\n0, 6\n5",
}


def detente(*words: str | Path) -> Result:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def as_json(*words: str | Path) -> Any:
    done = detente(*words, "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.output)
    name = data["schema"].split("/")[1]
    file = files("detente.reports") / "schemas" / f"{name}-1.json"
    jsonschema.validate(data, json.loads(file.read_text(encoding="utf-8")))
    return data


@pytest.fixture
def water(tmp_path: Path) -> Path:
    """A small scorable game: three parties, six packages."""
    for name, text in WATER.items():
        file = tmp_path / "water" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "water"


# --- import ----------------------------------------------------------------------------------


def test_an_imported_game_is_a_case_without_errors(water: Path, tmp_path: Path) -> None:
    done = detente("import", water, tmp_path / "case")
    assert done.exit_code == 0
    assert "water, 3 parties, 2 issues, 6 packages." in done.output
    assert detente("check", tmp_path / "case").exit_code == 0
    case = read_case(tmp_path / "case")
    (table,) = case.tables.values()
    assert table.must_agree == ("upper_village", "lower_village")
    assert table.enough is not None
    assert (table.enough.at_least, len(table.enough.of)) == (2, 3)
    assert [party.name for party in case.parties.values()] == [
        "Upper village", "Lower village", "The board",
    ]  # fmt: skip
    (deal,) = case.deals.values()
    assert dict(deal.says) == {"a": "a1", "b": "b2"}


def test_what_is_printed_for_programs_has_the_promised_shape(water: Path, tmp_path: Path) -> None:
    data = as_json("import", water, tmp_path / "case")
    assert data["format"] == "scorable"
    (one,) = data["cases"]
    assert (one["packages"], one["issues"]) == (6, ["a", "b"])
    out = as_json("export", tmp_path / "case", "-o", tmp_path / "out", "--format", "geniusweb")
    assert sorted(out["files"]) == sorted(f.name for f in (tmp_path / "out").iterdir())
    assert any("must agree" in note for note in out["not_carried"])


def test_judgements_rest_on_what_the_file_states(water: Path, tmp_path: Path) -> None:
    detente("import", water, tmp_path / "case")
    case = read_case(tmp_path / "case")
    for view in case.views.values():
        assert view.ground.assumption == "Points as the file states them."
        assert view.fallback is not None
        assert "the reservation value that the file states" in view.fallback.ground.assumption
    assert set(case.assumptions) == {
        "points_as_stated", "reservation_as_stated", "rules_as_stated", "nothing_is_settled_today",
    }  # fmt: skip


def test_a_reservation_value_that_is_not_stated_is_unknown_unless_one_is_given(
    tmp_path: Path,
) -> None:
    (tmp_path / "d").mkdir()
    for name, low, high in (("a", 1, 3.125), ("b", 3.125, 1)):
        profile = {"issueWeights": {"pay": 2}, "issues": {"pay": {"low": low, "high": high}}}
        (tmp_path / "d" / f"{name}.json").write_text(json.dumps(profile))
    assert detente("import", tmp_path / "d", tmp_path / "case").exit_code == 0
    for view in read_case(tmp_path / "case").views.values():
        assert view.fallback is not None
        assert view.fallback.at_least is not None
        assert (view.fallback.at_least.low, view.fallback.at_least.high) == (2, 6.25)
    assert "none is certain" in " ".join(detente("deals", tmp_path / "case").output.split())
    detente("import", tmp_path / "d", tmp_path / "other", "--no-deal", "3")
    for view in read_case(tmp_path / "other").views.values():
        assert view.fallback is not None
        assert view.fallback.at_least is not None
        assert view.fallback.at_least.middle == 3


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["import", "gone", "new"], 2, "found nothing there"),
        (["import", "empty", "new"], 1, "none in a known format"),
        (["import", "water", "full"], 2, "found something there already"),
        (["import", "water", "file"], 2, "found something there already"),
        (["import", "water", "new", "--profile", "Nobody"], 2, "expected one of: Upper village"),
        (["import", "water", "new", "--real-steps", "0"], 2, "real-steps"),
        (["import", "water"], 2, "Missing argument"),
        (["export", "case", "-o", "full"], 2, "found something there already"),
        (["export", "case", "-o", "new", "--table", "hall"], 2, "there are: talks"),
        (["export", "case", "-o", "new", "--format", "excel"], 2, "excel"),
        (["export", "gone", "-o", "new"], 2, "does not exist"),
        (["export", "case"], 2, "Missing option"),
    ],
)
def test_wrong_usage_ends_with_2_and_bad_files_with_1_and_nothing_is_left(
    water: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    status: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("empty", "full"):
        Path(name).mkdir()
    Path("full/note").write_text("mine")
    Path("file").write_text("mine")
    assert detente("import", water, "case").exit_code == 0
    before = sorted(path.as_posix() for path in Path().rglob("*"))
    done = detente(*words)
    assert (done.exit_code, said in done.output) == (status, True), done.output
    assert sorted(path.as_posix() for path in Path().rglob("*")) == before
    assert Path("file").read_text() == Path("full/note").read_text() == "mine"


def test_where_writing_fails_nothing_is_left(
    water: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("detente.casefile.write_file", full)
    done = detente("import", water, tmp_path / "case")
    assert done.exit_code == 1
    assert "found no space left on device" in done.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["water"]


def test_an_empty_folder_is_filled(water: Path, tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    assert detente("import", water, tmp_path / "case").exit_code == 0
    assert [p.name for p in (tmp_path / "case").iterdir()] == ["case.yaml"]


def test_problems_are_printed_as_data_too(tmp_path: Path) -> None:
    (tmp_path / "d.xml").write_text("<negotiation_template>")
    done = detente("import", tmp_path, tmp_path / "case", "--json")
    assert done.exit_code == 1
    data = json.loads(done.output)
    assert data["message"] == "1 problem in the files to import"
    assert data["problems"][0]["place"] == {"file": "d.xml", "line": 1, "field": ""}


# --- export ----------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["genius", "geniusweb", "negmas"])
def test_an_exported_case_is_read_again_with_the_same_order(
    water: Path, tmp_path: Path, to: str
) -> None:
    detente("import", water, tmp_path / "case")
    assert (
        detente("export", tmp_path / "case", "-o", tmp_path / "out", "--format", to).exit_code == 0
    )
    (first,), (again,) = read_foreign(water), read_foreign(tmp_path / "out")
    assert [issue.options for issue in again.issues] == [("a1", "a2", "a3"), ("b1", "b2")]
    names = [profile.name for profile in again.profiles]
    rows = list(np.ndindex(3, 2))
    for at, name in enumerate(["upper_village", "lower_village", "the_board"]):
        here, there = utilities(first, at, rows), utilities(again, names.index(name), rows)
        scale = np.ptp(there) / np.ptp(here)
        assert np.allclose(there - there.min(), (here - here.min()) * scale)


def test_what_an_export_does_not_carry_is_listed(tmp_path: Path) -> None:
    done = detente("export", VILLAGE, "-o", tmp_path / "out")
    said = " ".join(done.output.split())
    for loss in (
        "party upper_fold: its preference is not in points; no profile",
        "party lower_fold: the range of its points on gate; its middle is kept",
        "party lower_fold: it falls back on today, reservoir_dry",
        "rules between issues: 1",
        "claims: 9",
    ):
        assert loss in said
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "lower_fold.xml", "the_spring_above_fold_domain.xml",
    ]  # fmt: skip


def test_a_divisible_issue_is_exported_step_by_step(tmp_path: Path) -> None:
    assert detente("export", PANAMA, "-o", tmp_path / "out", "--format", "negmas").exit_code == 0
    (domain,) = read_foreign(tmp_path / "out")
    assert domain.size == 16 * 2**9
    totals = to_engine(domain).domain.totals([[0] * 10])
    assert totals.shape == (1, 2)
    assert [profile.reservation for profile in domain.profiles] == [0, 0]


def test_a_case_without_points_has_nothing_to_export(tmp_path: Path) -> None:
    detente("new", tmp_path / "case")
    done = detente("export", tmp_path / "case", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "found no party whose preference is in points" in done.output
    assert not (tmp_path / "out").exists()


# --- every shared domain ---------------------------------------------------------------------

SMALL = [
    folder
    for group in ("genius", "bilateral_types_timeeffect", "scorable_multiparty", "geniusweb_json")
    for folder in shared_folders(group)[::3]
] + list(shared_folders("negolog")[:3])


def points_of(case: Case, party: str, domain: ForeignDomain, row: tuple[int, ...]) -> float:
    """Add up a party's points for a package, by place of issue and option in the case."""
    (view,) = [view for name, view in case.views.items() if name == party]
    assert isinstance(view.preference, Points)
    kept = [k for k, issue in enumerate(domain.issues) if len(issue.options) > 1]
    total = 0.0
    for at, issue in zip(kept, case.issues.values(), strict=True):
        option: OptionId = issue.options[row[at] + 1].id  # the first one is today's
        total += view.preference.values[issue.id][option].middle
    return total


@needs_shared_domains
@pytest.mark.parametrize("folder", SMALL, ids=lambda folder: folder.name)
def test_a_case_holds_the_domains_packages_and_points(folder: Path, tmp_path: Path) -> None:
    (domain,) = the_domain(folder)
    words: list[str | Path] = ["--real-steps", "4"] if domain.size is None else []
    done = detente("import", folder, tmp_path / "case", *words)
    assert done.exit_code == 0, done.output
    reading = examine_case(tmp_path / "case")
    assert reading.case is not None
    assert not reading.problems
    case, seats = reading.case, domain.seats
    assert len(case.parties) == len(seats)
    if domain.size is None:
        return
    rng = np.random.default_rng(1)
    for party, at in zip(case.parties, seats, strict=True):
        profile = domain.profiles[at]
        if profile.rules is not None or not profile.is_complete:
            assert case.views[party].preference is None
            continue
        for _ in range(5):
            row = tuple(int(rng.integers(len(i.options))) for i in domain.issues)
            worth = utilities(domain, at, [row])[0]
            found = points_of(case, party, domain, row)
            assert min(profile.cap or np.inf, found) == pytest.approx(worth, abs=1e-9)


@needs_shared_domains
def test_a_scenario_of_several_deals_becomes_several_cases(tmp_path: Path) -> None:
    folder = NEGOTIATION / "negmas_yaml_anl2025" / "scenarios" / "job_hunt"
    data = as_json("import", folder, tmp_path / "cases")
    assert len(data["cases"]) == 4
    for one in data["cases"]:
        assert not examine_case(Path(one["file"])).problems
        assert one["packages"] == 30
        assert any("MaxCenterUFun" in note for note in one["not_carried"])


@needs_shared_domains
def test_the_deals_of_the_published_game_are_55(tmp_path: Path) -> None:
    folder = NEGOTIATION / "scorable_multiparty" / "base"
    detente("import", folder, tmp_path / "case")
    said = " ".join(detente("deals", tmp_path / "case").output.split())
    assert "of 720 packages in scope, enough of those asked could live with 55" in said
