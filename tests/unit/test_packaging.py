"""What users install: everything it needs is in the wheel, and nothing copyleft comes with it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (file,) = folder.glob("*.whl")
    return file


def test_the_wheel_holds_the_examples_templates_schemas_and_types(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    packed = {
        str(path.relative_to(ROOT)).replace("examples/", "detente/examples/", 1)
        for path in (ROOT / "examples").rglob("*")
        if path.is_file() and ".schema" not in path.parts
    }
    shipped = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src/detente").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed
    assert packed | shipped <= inside
    assert "detente/py.typed" in inside
    assert not [name for name in inside if name.startswith(("tests/", "benchmarks/"))]


def test_the_installed_wheel_writes_the_brief_of_its_own_example(
    wheel: Path, tmp_path: Path
) -> None:
    target = tmp_path / "site"
    with zipfile.ZipFile(wheel) as file:
        file.extractall(target)
    environment = {**os.environ, "PYTHONPATH": str(target)}
    program = "import detente, sys; assert detente.__file__.startswith(sys.argv.pop(1)); "
    program += "from detente.cli import main; main()"

    def run(*arguments: str) -> str:
        command = [sys.executable, "-c", program, str(target), *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "aleppo-2016" in run("examples")
    run("new", "mine", "--from", "aleppo-2016")
    run("report", "mine", "-o", "brief.html")
    assert (tmp_path / "brief.html").stat().st_size > 10_000


def test_no_copyleft_among_what_is_installed_with_it() -> None:
    """Weak licences at file level (MPL) would show here too; none is needed at run time."""
    waiting, seen = ["detente"], set[str]()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        for line in importlib.metadata.requires(name) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    assert {"numpy", "ruamel-yaml", "vl-convert-python"} <= seen
    for name in sorted(seen):
        about = importlib.metadata.metadata(name).json
        words = [str(about.get(key, "")) for key in ("license_expression", "license")]
        words += [c for c in about.get("classifier", ()) if c.startswith("License")]
        first_lines = " ".join(" ".join(words).splitlines()[:3])
        assert not re.search(r"[AL]?GPL|General Public|Mozilla|MPL", first_lines), (name, words)
