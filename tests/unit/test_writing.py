"""Writing: whole or not at all, and nothing changed that was not meant."""

from __future__ import annotations

import difflib
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
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from detente.casefile import (
    edit_file,
    examples_folder,
    format_case,
    new_case,
    set_value,
    write_file,
)
from detente.casefile.write import formatted
from detente.casefile.yaml_text import FieldPath, read_yaml
from detente.cli.app import app
from detente.errors import CaseFileError, CaseWriteError, DetenteError, NotFoundError

EXAMPLES = sorted(examples_folder().rglob("*.yaml"))
ALEPPO = examples_folder() / "aleppo-2016"


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


# --- nothing changes that was not meant ------------------------------------------------------


@pytest.mark.parametrize(
    "file", EXAMPLES, ids=lambda f: f.relative_to(examples_folder()).as_posix()
)
def test_an_example_read_and_written_is_the_same_byte_for_byte(file: Path, tmp_path: Path) -> None:
    raw = file.read_bytes()
    assert formatted(raw.decode(), file.name).encode() == raw
    copy = tmp_path / file.name
    copy.write_bytes(raw)
    edit_file(copy, lambda _: None)
    assert copy.read_bytes() == raw
    # so that an edit, too, passes through the round trip
    edit_file(copy, lambda data: data.update({"zzz": "last"}))
    assert copy.read_bytes() == raw + b"zzz: last\n"


@pytest.mark.parametrize(
    ("name", "where", "value", "before", "after"),
    [
        ("case.yaml", ("as_of",), "2016-11-28", "as_of: 2016-11-27", "as_of: 2016-11-28"),
        (
            "case.yaml", ("clocks", "city_falls", "half_likely_by"), "20 days",
            "    half_likely_by: 60 days", "    half_likely_by: 20 days",
        ),
        (
            "case.yaml", ("parties", "kerry", "may", 1), "threaten",
            "    may: [talk, propose a package, bring others in]",
            "    may: [talk, threaten, bring others in]",
        ),
        (
            "case.yaml", ("deals", "kerry_package", "in_exchange", 0, "get", 2), "road",
            "        get: [bombing, siege, aid]", "        get: [bombing, siege, road]",
        ),
        (
            "case.yaml", ("tables", "aleppo_talks", "seats", "iran"), "always",
            "      iran: sometimes", "      iran: always",
        ),
        (
            "case.yaml", ("tables", "aleppo_talks", "exclusive"), False,
            None, "    exclusive: false",
        ),
        (
            "case.yaml", ("clocks", "city_falls", "then", "looks_like_a_deal"), False,
            "      looks_like_a_deal: true      # a surrender may be recorded as a settlement",
            "      looks_like_a_deal: false     # a surrender may be recorded as a settlement",
        ),
        (
            "judgements.yaml", ("judgements", "russia", "wants", 2, "that"), "siege is lifted",
            "      - that: who_leaves is not nobody", "      - that: siege is lifted",
        ),
        (
            "judgements.yaml", ("breakers", 3, "within"), "0 to 60 days",
            "    within: 0 to 30 days", "    within: 0 to 60 days",
        ),
        (
            "judgements.yaml", ("judgements", "civilians", "wants", 1), "no: yes",
            "      - siege is not in_place", "      - 'no: yes'",
        ),
        (
            "claims.yaml", ("claims", "kerry_acts_for_the_people", "credibility"), 3,
            None, "    credibility: 3",
        ),
        (
            "scenarios/falls_in_twenty_days.yaml", ("sets", "city_falls.half_likely_by"),
            "about 20 days", "  city_falls.half_likely_by: 20 days",
            "  city_falls.half_likely_by: about 20 days",
        ),
        ("sources/rogin_2016.yaml", ("language",), "no", "language: en", "language: no"),
    ],
)  # fmt: skip
def test_one_edit_is_one_line(
    tmp_path: Path, name: str, where: FieldPath, value: object, before: str | None, after: str
) -> None:
    shutil.copytree(ALEPPO, tmp_path / "case")
    file = tmp_path / "case" / name
    old = tree(tmp_path)
    set_value(file, where, value)
    new = tree(tmp_path)
    assert {n for n in new if new[n] != old.get(n)} == {f"case/{name}"}
    lines = difflib.ndiff(
        old[f"case/{name}"].decode().splitlines(), new[f"case/{name}"].decode().splitlines()
    )
    changed = [line for line in lines if line[:2] in ("- ", "+ ")]
    assert changed == [f"- {before}"] * (before is not None) + [f"+ {after}"]


@pytest.mark.parametrize(
    ("where", "missing"),
    [
        (("parties", "france", "name"), "parties.france"),
        (("parties", "kerry", "may", 9, "x"), "parties.kerry.may[9]"),
        (("as_of", "x", "y"), "as_of.x"),
        (("parties", "kerry", "may", 9), "parties.kerry.may[9]"),
        (("as_of", "x"), "as_of.x"),
    ],
)
def test_an_entry_that_is_not_there_cannot_be_set(
    tmp_path: Path, where: FieldPath, missing: str
) -> None:
    file = tmp_path / "case.yaml"
    shutil.copy(ALEPPO / "case.yaml", file)
    with pytest.raises(NotFoundError, match=re.escape(missing)):
        set_value(file, where, "x")
    assert file.read_bytes() == (ALEPPO / "case.yaml").read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "a:   b\n",
        "a:\n- b\n",
        "a:\n    b: c\n",
        "a: b \n",
        "\ufeffa: b\n",
        "a: b\r\n",
        "a: b",
        "a: [b,c]\n",
    ],
)
def test_a_file_that_is_not_in_house_style_is_not_edited(tmp_path: Path, text: str) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes(text.encode())
    with pytest.raises(CaseFileError, match="detente fmt"):
        set_value(file, ("a",), "x")
    assert file.read_bytes() == text.encode()


@pytest.mark.parametrize("raw", [b"a: [\n", b"a: b\na: c\n", b"a: \xff\n", None])
def test_a_file_that_cannot_be_read_is_not_edited(tmp_path: Path, raw: bytes | None) -> None:
    file = tmp_path / "case.yaml"
    if raw is not None:
        file.write_bytes(raw)
    with pytest.raises(CaseFileError):
        set_value(file, ("a",), "x")
    assert tree(tmp_path) == ({} if raw is None else {"case.yaml": raw})


def test_an_edit_that_would_not_be_readable_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("a: b\n")
    with pytest.raises(CaseFileError):
        set_value(file, ("a",), "bell \a")
    assert file.read_text() == "a: b\n"


# --- house style -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "styled"),
    [
        ("a:   b\nc:\n- d\n-   e\n", "a: b\nc:\n  - d\n  - e\n"),
        ("a:\n    b: c   \n\n\n", "a:\n  b: c\n"),
        ("# first\na: b # why\n", "# first\na: b # why\n"),
        ("a: [b,c]\nd: {e: f,g: h}\n", "a: [b, c]\nd: {e: f, g: h}\n"),
        ("a: b\r\nc: >-\r\n  d\r\n  e\r\n", "a: b\nc: >-\n  d\n  e\n"),
        ("\ufeffa: b\n", "a: b\n"),
        ("a: b\rc: d\r", "a: b\nc: d\n"),
        ("a: 'it''s'\nb: \"x\"\n", "a: 'it''s'\nb: \"x\"\n"),
        ("a: 2016-02-30\nb: 012\nc: yes\nd: 12:30\ne: 1e3\nf: +5\n",) * 2,
        ("a: |\n  kept  \n  as it is\nb: c  \n", "a: |\n  kept  \n  as it is\nb: c\n"),
        ("---\na: b\n...\n", "a: b\n"),
        ("# nothing\r\n# at all\r\n", "# nothing\n# at all\n"),
        ("", ""),
    ],
)
def test_house_style(text: str, styled: str) -> None:
    assert formatted(text) == styled
    assert formatted(styled) == styled


def test_a_comment_that_would_be_lost_is_a_reason_to_change_nothing() -> None:
    with pytest.raises(CaseFileError) as caught:
        formatted("a: b\nc: [\n  # why d\n  d]\n")
    (problem,) = caught.value.problems
    assert (problem.place.line, "# why d" in problem.found) == (3, True)


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufeff")
    | st.sampled_from(": #-?[]{}|>'\"\\\n~=!&*%@`,"),
    max_size=12,
)
awkward = st.sampled_from(
    ["yes", "no", "null", "~", "12:30", "2016-02-30", "012", "1e3", "- a", "# b", "a: b", " a ",
     "a\n\nb\n", "  a\n b", "'", '"', "<<", "=", "...", "---", "a #b", "\ta", "é\u0301", "\u2028"]
)  # fmt: skip
scalars = words | awkward | st.none()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | awkward, inner, max_size=3),
    max_leaves=12,
)


def dumped(data: object, *, flow: bool | None, indent: int, quotes: str | None, width: int) -> str:
    """Return YAML in a layout of its own, as another program would write it."""
    import io

    from ruamel.yaml import YAML

    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    yaml.indent, yaml.width, yaml.default_style = indent, width, quotes
    yaml.allow_unicode = True
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


@settings(max_examples=100)
@given(
    data=st.dictionaries(words | awkward, values, min_size=1, max_size=4),
    flow=st.sampled_from([True, False, None]),
    indent=st.integers(2, 7),
    quotes=st.sampled_from([None, "'", '"']),
    width=st.sampled_from([5, 40, 1000]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@example({"a": "b\n\n c"}, None, 4, None, 5, "\r\n")
def test_formatting_never_changes_a_meaning_and_settles_at_once(
    data: dict[str, object],
    flow: bool | None,
    indent: int,
    quotes: str | None,
    width: int,
    line_end: str,
) -> None:
    text = dumped(data, flow=flow, indent=indent, quotes=quotes, width=width)
    text = text.replace('!!null "null"', "null").replace("!!null 'null'", "null")
    text = text.replace("\n", line_end)
    before = read_yaml(text, "case.yaml")
    if before.problems:  # a type, a merge key: the reader refuses it, and so must this
        with pytest.raises(CaseFileError):
            formatted(text)
        return
    styled = formatted(text)
    after = read_yaml(styled, "case.yaml")
    assert after.problems == []
    assert after.data == before.data
    assert formatted(styled) == styled


def commented(text: str, comments: list[tuple[int, int, str]]) -> str:
    lines = text.split("\n")
    for at, indent, comment in comments:
        lines.insert(at % len(lines), " " * indent + "# " + comment)
    return "\n".join(lines)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 8), st.sampled_from(["x", "y: z", "- w"])),
        max_size=6,
    )
)
def test_formatting_keeps_every_comment_or_changes_nothing(
    comments: list[tuple[int, int, str]],
) -> None:
    text = commented((examples_folder() / SMALL).read_text(encoding="utf-8"), comments)
    try:
        styled = formatted(text)
    except CaseFileError:
        return
    assert read_yaml(styled, "").data == read_yaml(text, "").data
    assert sorted(re.findall("#.*", styled)) == sorted(re.findall("#.*", text))
    assert formatted(styled) == styled


SMALL = "aleppo-2016/scenarios/city_cannot_fall.yaml"


def test_fmt_settles_windows_line_ends_and_byte_order_marks(tmp_path: Path) -> None:
    new_case(tmp_path / "case", "A case", "2024-03-01")
    file = tmp_path / "case" / "case.yaml"
    plain = file.read_bytes()
    file.write_bytes(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"))
    assert format_case(tmp_path / "case", write=False).restyled == ("case.yaml",)
    assert file.read_bytes() != plain
    assert format_case(tmp_path / "case").restyled == ("case.yaml",)
    assert file.read_bytes() == plain
    assert format_case(tmp_path / "case").restyled == ()


def test_fmt_writes_nothing_if_one_file_cannot_be_read(tmp_path: Path) -> None:
    new_case(tmp_path, "A case", "2024-03-01")
    (tmp_path / "case.yaml").write_text("a:    b\n")
    (tmp_path / "norms.yaml").write_text("norms: [\n")
    before = tree(tmp_path)
    with pytest.raises(CaseFileError):
        format_case(tmp_path)
    assert tree(tmp_path) == before


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


# --- new cases -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["A case", "Road: open or not?", "#1", "[draft]", "- first", "'quoted", '"quoted"', "yes",
     "@home", "{a}", "*", "a\nb", "null", "~", "الماء", "12", "a # b", "%x", "!x", "a: ", "\u2028"],
)  # fmt: skip
def test_a_new_case_reads_whatever_its_title(tmp_path: Path, title: str) -> None:
    from detente.casefile import read_case

    new_case(tmp_path / "case", title, "2024-03-01")
    case = read_case(tmp_path / "case")
    assert case.title == title
    done = format_case(tmp_path / "case")
    assert (done.restyled, done.hashed) == ((), ())
