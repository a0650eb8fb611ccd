"""House style never changes a meaning, keeps every comment, and settles at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detente.casefile import (
    examples_folder,
)
from detente.casefile.write import formatted
from detente.casefile.yaml_text import read_yaml
from detente.errors import CaseFileError

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
