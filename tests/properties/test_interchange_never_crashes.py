"""Whatever a file holds, it is read, or an error says where and what; nothing else is raised."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import DetenteError
from detente.interchange import (
    ForeignFileError,
    case_text,
    read_foreign,
    to_engine,
    utilities,
    with_steps,
)

GENIUS_DOMAIN = """<?xml version="1.0" encoding="UTF-8"?>
<negotiation_template><utility_space number_of_issues="3"><objective index="0" name="root">
<issue index="1" name="pay" type="discrete"><item index="1" value="low"/><item index="2" value="high"/></issue>
<issue index="2" name="days" type="integer" lowerbound="1" upperbound="3"></issue>
<issue index="3" name="share" type="real"><range lowerbound="0" upperbound="1"/></issue>
</objective></utility_space></negotiation_template>
"""
GENIUS_PROFILE = """<utility_space>
<objective index="0" name="root"><weight index="1" value="0.5"/><weight index="2" value="0.3"/>
<weight index="3" value="0.2"/>
<issue index="1" type="discrete"><item value="low" evaluation="1"/><item value="high" evaluation="4"/></issue>
<issue index="2" type="integer" lowerbound="1" upperbound="3"><evaluator ftype="linear" slope="0.5" offset="0"/></issue>
<issue index="3" type="real"><range lowerbound="0" upperbound="1"/><evaluator ftype="linear" parameter1="1" parameter0="0"/></issue>
</objective><reservation value="0.2"/><discount_factor value="0.9"/></utility_space>
"""
RECTANGLES = """<utility_space type="nonlinear"><objective index="0">
<utility maxutility="10"><ufun aggregation="sum" weight="1"><hyperRectangle utility="4">
<INCLUDES index="2" min="1" max="2"/></hyperRectangle></ufun></utility></objective></utility_space>
"""
RANKS = """<utility_space type="constraint"><objective index="0"><rules><ranks><issue index="1">
<item value="low" rank="1"/><item value="high" rank="2"/></issue></ranks><constraints>
<constraint type="zeroConstraint" index="1"><valueassignment index="1" value="low"/></constraint>
</constraints></rules></objective></utility_space>
"""
GENIUSWEB = """{"LinearAdditiveUtilitySpace": {"issueUtilities": {
"a": {"DiscreteValueSetUtilities": {"valueUtilities": {"x": 0.5, "y": 1}}},
"b": {"NumberValueSetUtilities": {"lowValue": 0, "lowUtility": 0, "highValue": 2, "highUtility": 1}}},
"issueWeights": {"a": 0.5, "b": 0.5}, "domain": {"name": "d", "issuesValues": {
"a": {"values": ["x", "y"]}, "b": {"range": ["0", "2", "0.5"]}}}, "name": "p",
"reservationBid": {"issuevalues": {"a": "x", "b": "0.5"}}}}
"""
NEGOLOG = """{"reservationValue": 0.1, "issueWeights": {"a": 1.0}, "issues": {"a": {"x": 1, "y": 0}}}
"""
NEGMAS_DOMAIN = """type: DiscreteCartesianOutcomeSpace
name: d
issues:
- {name: a, type: CategoricalIssue, values: [x, y]}
- name: b
  type: ContiguousIssue
  values: [0, 2]
"""
NEGMAS_UFUN = """type: ExpDiscountedUFun
discount: 0.9
ufun:
  type: LinearAdditiveUtilityFunction
  reserved_value: -.inf
  values:
  - {type: TableFun, mapping: {x: 1.0, y: 0.0}}
  - {type: AffineFun, slope: 0.5, bias: 0.0}
  weights: [0.5, 0.5]
"""
CONFIG = "Mayor,mayor,p1,kind,nobody\nUnion,union,p2,kind,nobody\n"
SCORES = "0, 5\n1, 2, 3\n4\n"

FOLDERS: list[dict[str, str]] = [
    {"domain.xml": GENIUS_DOMAIN, "p.xml": GENIUS_PROFILE, "q.xml": GENIUS_PROFILE},
    {"domain.xml": GENIUS_DOMAIN, "r.xml": RANKS, "p.xml": GENIUS_PROFILE},
    {"p.json": GENIUSWEB},
    {"profileA.json": NEGOLOG, "profileB.json": NEGOLOG},
    {"d.yml": NEGMAS_DOMAIN, "u.yml": NEGMAS_UFUN},
    {"config.txt": CONFIG, "scores_files/mayor.txt": SCORES, "scores_files/union.txt": SCORES},
]
ODD = st.sampled_from(
    ["", "\0", "-", "nan", "1e999", "inf", "null", "[]", "{}", '"', "<", ">", "&lol;", "9" * 400,
     "<!DOCTYPE x>", "\ufeff", "\x85", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
     "&x", "*x", "!!python/object:os.system", "a: b: c", "\t", "{" * 300, "-1", "0", "0.5,", "2e-320"]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, bytes]:
    """Take a folder that can be read and cut, replace or insert a little."""
    files = {name: text.encode() for name, text in draw(st.sampled_from(FOLDERS)).items()}
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(files)))
        data = files[name]
        at = draw(st.integers(0, len(data)))
        until = min(len(data), at + draw(st.integers(0, 12)))
        change = draw(ODD).encode()
        how = draw(st.sampled_from(["replace", "truncate", "bytes", "drop"]))
        if how == "truncate":
            files[name] = data[:at]
        elif how == "bytes":
            files[name] = data[:at] + draw(st.binary(max_size=4)) + data[until:]
        elif how == "drop" and len(files) > 1:
            del files[name]
        else:
            files[name] = data[:at] + change + data[until:]
    return files


@settings(max_examples=400, deadline=None)
@given(damaged())
def test_a_damaged_folder_is_read_or_refused(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        try:
            domains = read_foreign(Path(folder))
        except ForeignFileError as error:
            for problem in error.problems:
                assert problem.place.file
                assert problem.place.line >= 1
                assert problem.found
                assert problem.expected
            return
        for domain in domains:
            try:
                listed = with_steps(domain, 3)
                here = to_engine(listed)
                rows = [[0] * len(listed.issues)]
                here.domain.totals(rows)
                utilities(listed, listed.seats[0], rows)
                case_text(listed, "2024-01-01")
            except DetenteError:
                pass


def test_the_folders_that_are_damaged_can_be_read_when_they_are_whole(tmp_path: Path) -> None:
    for n, files in enumerate(FOLDERS):
        for name, text in files.items():
            path = tmp_path / str(n) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (domain,) = read_foreign(tmp_path / str(n))
        assert len(to_engine(with_steps(domain, 3)).names) == len(domain.profiles)
