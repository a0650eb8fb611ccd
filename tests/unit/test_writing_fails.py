"""The disk is full, the power goes, the folder is locked: the old file or the new one is there."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Self

import pytest
from typer.testing import CliRunner

from detente.casefile import (
    new_case,
    write_file,
)
from detente.cli.app import app
from detente.errors import CaseWriteError, DetenteError


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


# --- the disk fails --------------------------------------------------------------------------


class Full:
    """A file on a disk with no space left, from the n-th call on."""

    def __init__(self, file: IO[bytes], failing: str) -> None:
        self.file, self.failing = file, failing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        if self.failing == "close":
            raise OSError(errno.ENOSPC, "No space left on device")

    def write(self, raw: bytes) -> None:
        if self.failing == "write":
            self.file.write(raw[: len(raw) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        self.file.write(raw)

    def flush(self) -> None:
        self.file.flush()

    def fileno(self) -> int:
        return self.file.fileno()


def refuse(number: int, words: str) -> Callable[..., Any]:
    def call(*_: object, **__: object) -> None:
        raise OSError(number, words)

    return call


def break_step(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    fdopen, opened, no = os.fdopen, os.open, refuse(errno.EACCES, "Permission denied")

    def open_old(path: Path, flags: int, mode: int = 0o777, **more: Any) -> int:
        return no() if flags & os.O_CREAT else opened(path, flags, mode, **more)

    match step:
        case "write" | "close":
            monkeypatch.setattr(os, "fdopen", lambda h, _: Full(fdopen(h, "wb"), step))
        case "open":
            monkeypatch.setattr(os, "open", open_old)
        case "fsync":
            monkeypatch.setattr(os, "fsync", no)
        case _:
            monkeypatch.setattr(Path, step, no)


STEPS = ["open", "write", "close", "fsync", "chmod", "replace"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("old", [b"old\n", None])
def test_a_failure_at_any_step_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, old: bytes | None
) -> None:
    file = tmp_path / "case.yaml"
    if old is not None:
        file.write_bytes(old)
    elif step == "chmod":
        pytest.skip("a new file gets its mode when it is made")
    with monkeypatch.context() as patch:
        break_step(patch, step)
        with pytest.raises(CaseWriteError) as caught:
            write_file(file, "new\n")
    assert tree(tmp_path) == ({} if old is None else {"case.yaml": old})
    assert "what was there before is unchanged" in str(caught.value)
    assert re.search(
        "found (no space left on device|permission denied), expected", str(caught.value)
    )


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, MemoryError])
def test_an_interruption_leaves_no_half_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interruption: type[BaseException]
) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("old\n")

    def stop(_: int) -> None:
        raise interruption

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", stop)
        with pytest.raises(interruption):
            write_file(file, "new\n")
    assert tree(tmp_path) == {"case.yaml": b"old\n"}


@pytest.mark.parametrize("step", STEPS)
def test_fmt_says_in_one_sentence_that_it_could_not_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (tmp_path / "case.yaml").write_text("a:    b\n")
    with monkeypatch.context() as patch:
        break_step(patch, step)
        done = CliRunner().invoke(app, ["fmt", str(tmp_path)])
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "case.yaml: found " in done.output
    assert "Traceback" not in done.output
    assert tree(tmp_path) == {"case.yaml": b"a:    b\n"}


@pytest.mark.parametrize("step", STEPS[:-2])
def test_a_start_that_fails_leaves_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        break_step(patch, step)
        with pytest.raises(CaseWriteError, match="nothing was left there"):
            new_case(tmp_path / "case", "A case", "2024-03-01")
    assert tree(tmp_path) == {}
    new_case(tmp_path / "case", "A case", "2024-03-01")


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder, and no special rights in it: root may write everywhere."""
    if os.name != "posix":
        pytest.skip("needs users")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    os.seteuid(os.getuid())
    shutil.rmtree(folder)


def test_a_folder_without_write_permission_is_a_clean_error(as_nobody: Path) -> None:
    folder = as_nobody / "case"
    new_case(folder, "A case", "2024-03-01")
    file = folder / "case.yaml"
    file.write_text(file.read_text().replace("as_of: ", "as_of:    "))
    before = tree(folder)
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)
    done = CliRunner().invoke(app, ["fmt", str(folder)])
    report = CliRunner().invoke(app, ["fmt", str(folder), "--json"])
    start = CliRunner().invoke(app, ["new", str(folder / "inside")])
    os.seteuid(os.getuid())
    folder.chmod(0o755)
    said = "found permission denied, expected a place that can be written"
    assert (done.exit_code, said in done.output) == (1, True)
    assert (report.exit_code, json.loads(report.output)["kind"]) == (1, "CaseWriteError")
    assert (start.exit_code, said in start.output) == (1, True)
    assert tree(folder) == before


def test_a_write_killed_at_any_moment_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    texts = [b"a" * 300_000, b"b" * 200_000]
    file.write_bytes(texts[0])
    loop = (
        "import sys\nfrom pathlib import Path\nfrom detente.casefile.write import write_file\n"
        "file = Path(sys.argv[1])\nprint('ready', flush=True)\n"
        "while True:\n    write_file(file, b'a' * 300_000)\n    write_file(file, b'b' * 200_000)\n"
    )
    for n in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", loop, str(file)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        seen = set()
        until = time.monotonic() + 0.03 + n * 0.013
        while time.monotonic() < until:
            seen.add(file.read_bytes())
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        seen.add(file.read_bytes())
        assert seen <= set(texts)
    # what a killed process leaves is hidden from the reader
    assert all(p.name.startswith(".case.yaml.") for p in tmp_path.iterdir() if p != file)


# --- modes, links, and what is no file ---------------------------------------------------------


def test_a_file_keeps_its_mode_and_a_new_one_follows_the_umask(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("x")
    old.chmod(0o640)
    before = os.umask(0o027)
    try:
        write_file(old, "y")
        write_file(new, "y")
    finally:
        os.umask(before)
    assert old.stat().st_mode & 0o777 == 0o640
    assert new.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("a: b\n")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    write_file(tmp_path / "link.yaml", "a: c\n")
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text() == "a: c\n"


@pytest.mark.parametrize("make", [Path.mkdir, lambda p: p.symlink_to(p.name), os.mkfifo])
def test_what_is_no_file_is_not_replaced(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "case.yaml")
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(CaseWriteError):
        write_file(tmp_path / "case.yaml", "a: b\n")
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert not (tmp_path / "case.yaml").is_file()


@pytest.mark.parametrize("name", ["gone/case.yaml", "file/case.yaml", "n" * 300])
def test_a_place_that_does_not_exist_is_a_clean_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DetenteError):
        write_file(tmp_path / name, "a: b\n")
    assert tree(tmp_path) == {"file": b"x"}
