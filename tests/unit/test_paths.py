"""Paths that leave the folder, lead nowhere, or may not be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from detente.casefile import Reading, examine_case
from detente.errors import CaseFileError

CASE = """\
negotiation: Water for the road
as_of: 2024-03-01
parties: {lower: {name: Lower village}}
issues:
  road: {question: Is the road open?, options: {closed: No., open: Yes.}, today: closed}
"""

SOURCE = "sources:\n  letter:\n    title: A letter\n    file: letter.txt\n"


Examine = Callable[[str | bytes], Reading]


def said(reading: Reading) -> str:
    return "\n".join(map(str, reading.problems))


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/hostname", "sources/../../secret.txt"])
def test_a_source_outside_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "case"
    (root / "sources").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("The road is closed.")
    (root / "case.yaml").write_text(CASE + SOURCE.replace("letter.txt", path))
    reading = examine_case(root)
    assert "a path that leaves the case folder" in said(reading)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "case"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("The road is closed.")
    (tmp_path / "more.yaml").write_text("norms: {}\n")
    (root / "letter.txt").symlink_to(tmp_path / "secret.txt")
    (root / "more.yaml").symlink_to(tmp_path / "more.yaml")
    (root / "case.yaml").write_text(CASE + SOURCE)
    places = {p.place.field or p.place.file: p.found for p in examine_case(root).problems}
    assert places["more.yaml"] == "a path that leaves the case folder"


def test_a_link_inside_the_folder_is_fine_and_a_circle_of_links_is_a_problem(
    tmp_path: Path, examine: Examine
) -> None:
    (tmp_path / "original.txt").write_text("The road is closed.")
    (tmp_path / "letter.txt").symlink_to("original.txt")
    assert examine(CASE + SOURCE).problems == ()
    (tmp_path / "letter.txt").unlink()
    (tmp_path / "letter.txt").symlink_to("letter.txt")
    assert "letter.txt" in said(examine(CASE + SOURCE))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (r'"a\0b.txt"', "which no text contains"),
        ("gone.txt", "no such file"),
        ("sources", "something that is no file"),
        ("n" * 300 + ".txt", "cannot be read"),
    ],
)
def test_a_source_that_is_no_readable_file_is_a_problem(
    tmp_path: Path, examine: Examine, name: str, found: str
) -> None:
    (tmp_path / "sources").mkdir()
    assert found in said(examine(CASE + SOURCE.replace("letter.txt", name)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_place_of_a_source_does_not_block(tmp_path: Path, examine: Examine) -> None:
    os.mkfifo(tmp_path / "letter.txt")
    assert "something that is no file" in said(examine(CASE + SOURCE))


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "---\n", "\ufeff", "{}"])
def test_an_empty_file_misses_what_every_case_needs(examine: Examine, text: str) -> None:
    reading = examine(text)
    assert reading.case is None
    assert [p.place.field for p in reading.problems] == [
        "negotiation", "as_of", "parties", "issues",
    ]  # fmt: skip


def test_no_case_at_all_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "folder" / "case.yaml").mkdir(parents=True)
    for path, found in {
        "folder": "a folder called case.yaml",
        "folder/case.yaml": "a folder without case.yaml",
        "gone": "no such file or folder",
        ".": "a folder without case.yaml",
    }.items():
        with pytest.raises(CaseFileError) as caught:
            examine_case(tmp_path / path)
        assert caught.value.problems[0].found == found


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_read_permission_is_a_problem(tmp_path: Path, examine: Examine) -> None:
    (tmp_path / "letter.txt").write_text("The road is closed.")
    (tmp_path / "letter.txt").chmod(0)
    assert "cannot be read (Permission denied)" in said(examine(CASE + SOURCE))


def test_what_the_system_forbids_to_read_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "case.yaml").write_text(CASE)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    reading = examine_case(tmp_path)
    assert reading.case is None
    assert "case.yaml:1: found a file that cannot be read (Permission denied)" in said(reading)


def test_a_folder_that_may_not_be_listed_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "case.yaml").write_text(CASE)

    def refuse(path: Path) -> list[Path]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(CaseFileError, match="a folder that cannot be read"):
        examine_case(tmp_path)


def test_odd_file_names_beside_the_case_do_no_harm(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (tmp_path / "case.yaml").write_text(CASE)
    for name in (b"**.yaml", b"a[1].yaml", b"..yaml", b"\xff.txt", b"a b.yaml"):
        (Path(os.fsdecode(os.fsencode(sources) + b"/" + name))).write_text("title: Odd\n")
    reading = examine_case(tmp_path)
    said(reading).encode()
    assert [name.encode() for name in reading.undescribed] == [rb"sources/\udcff.txt"]
