"""What a reader is told about a faulty case file, word for word.

``DETENTE_UPDATE_GOLDEN=1 pytest tests/golden`` writes the texts anew; read them as the person
would who has to put the file right.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from detente.casefile import examine_case
from detente.errors import CaseFileError

FOLDER = Path(__file__).parent / "errors"
UPDATE = os.environ.get("DETENTE_UPDATE_GOLDEN") == "1"

FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_text_of_every_problem_stays_as_it_is(file: Path) -> None:
    problems = examine_case(file).problems
    text = f"{CaseFileError(problems)}\n"
    expected = file.with_suffix(".expected.txt")
    if UPDATE:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_problem_points_into_its_file_and_says_what_was_expected(file: Path) -> None:
    problems = examine_case(file).problems
    n_lines = len(file.read_text(encoding="utf-8").splitlines())
    assert problems
    for problem in problems:
        assert problem.place.file == file.name
        assert 1 <= problem.place.line <= n_lines
        assert problem.found.strip()
        assert problem.expected.strip()
        assert "\n" not in problem.found + problem.expected + problem.fix


def test_no_expected_text_is_left_without_its_file() -> None:
    described = {file.with_suffix(".expected.txt").name for file in FILES}
    assert {file.name for file in FOLDER.glob("*.expected.txt")} == described
