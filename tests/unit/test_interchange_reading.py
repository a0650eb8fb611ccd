"""Traps of foreign files, each as small as it can be; and what a stranger could hide in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import DetenteError, ModelError, NotFoundError, SpaceTooLargeError
from detente.interchange import (
    ForeignDomain,
    ForeignFileError,
    read_foreign,
    to_engine,
    utility,
    with_steps,
)

DOMAIN = """<negotiation_template><utility_space><objective index="0" name="root">{issues}
</objective></utility_space></negotiation_template>"""
PAY = '<issue index="1" name="pay" type="discrete"><item value="low"/><item value="high"/></issue>'
PROFILE = '<utility_space{type}><objective index="0">{inner}</objective>{outer}</utility_space>'
EVALUATED = (
    '<weight index="1" value="{weight}"/><issue index="1" name="pay" type="discrete">'
    '<item value="low" evaluation="{low}"/><item value="high" evaluation="{high}"/></issue>'
)


def folder_of(at: Path, **files: str | bytes) -> Path:
    for name, text in files.items():
        path = at / name.replace("__", ".")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return at


def genius(
    at: Path, inner: str = "", outer: str = "", issues: str = PAY, kind: str = ""
) -> ForeignDomain:
    profile = PROFILE.format(type=kind, inner=inner, outer=outer)
    (domain,) = read_foreign(
        folder_of(at, domain__xml=DOMAIN.format(issues=issues), p__xml=profile)
    )
    return domain


def both(domain: ForeignDomain) -> list[float]:
    return [utility(domain, 0, [0]), utility(domain, 0, [1])]


def refused(folder: Path) -> str:
    with pytest.raises(ForeignFileError) as found:
        read_foreign(folder)
    return str(found.value)


# --- Genius ----------------------------------------------------------------------------------


def test_evaluations_count_relative_to_the_largest(tmp_path: Path) -> None:
    domain = genius(tmp_path, EVALUATED.format(weight=0.5, low=2, high=8))
    assert both(domain) == [0.125, 0.5]


@pytest.mark.parametrize(("low", "high"), [(-3, 0), (-8, -2), (0, 0), (0, 0.000001)])
def test_an_issue_whose_largest_evaluation_is_not_above_0_counts_nothing(
    tmp_path: Path, low: float, high: float
) -> None:
    assert both(genius(tmp_path, EVALUATED.format(weight=1, low=low, high=high))) == [0, 0]


def test_a_utility_above_1_counts_as_1_and_the_engine_knows(tmp_path: Path) -> None:
    domain = genius(tmp_path, EVALUATED.format(weight=1.5, low=2, high=4))
    assert both(domain) == [0.75, 1.0]
    here = to_engine(domain)
    assert here.listed == (0,)
    assert here.domain.utilities([[0], [1]]).ravel().tolist() == [0.75, 1.0]


@pytest.mark.parametrize(
    ("outer", "reservation", "discount"),
    [
        ("", None, None),
        ('<reservation value="0"/><discount_factor value="0"/>', 0.0, None),
        ('<reservation value="0.8"/><discount_factor value="0.5"/>', 0.8, 0.5),
        ('<discount_factor value="1.0"/>', None, 1.0),
        ('<discount_factor value="1.5"/>', None, None),
        ('<reservation value="0.1"/><reservation value="0.2"/>', 0.2, None),
    ],
)
def test_reservation_and_discount_are_what_is_stated(
    tmp_path: Path, outer: str, reservation: float | None, discount: float | None
) -> None:
    domain = genius(tmp_path, EVALUATED.format(weight=1, low=1, high=2), outer)
    (profile,) = domain.profiles
    assert (profile.reservation, profile.discount) == (reservation, discount)
    assert to_engine(domain).reservations == (reservation,)


def test_an_option_listed_twice_is_one_and_its_last_evaluation_counts(tmp_path: Path) -> None:
    twice = PAY.replace('<item value="high"/>', '<item value="high"/><item value="low"/>')
    inner = EVALUATED.format(weight=1, low=1, high=4).replace(
        "</issue>", '<item value="low" evaluation="2"/></issue>'
    )
    domain = genius(tmp_path, inner, issues=twice)
    assert domain.issues[0].options == ("low", "high")
    assert both(domain) == [0.5, 1.0]
    assert any("more than once" in note for note in domain.notes)


def test_a_profile_belongs_by_number_whatever_names_and_order_it_repeats(tmp_path: Path) -> None:
    inner = EVALUATED.format(weight=1, low=1, high=4).replace('"pay"', '"salary"')
    low, high = '<item value="low" evaluation="1"/>', '<item value="high" evaluation="4"/>'
    domain = genius(tmp_path, inner.replace(low + high, high + low))
    assert both(domain) == [0.25, 1.0]
    assert any("'salary'" in note for note in domain.notes)


def test_weights_may_be_more_than_the_issues_but_not_fewer(tmp_path: Path) -> None:
    more = EVALUATED.format(weight=1, low=1, high=2) + '<weight index="9" value="5"/>'
    assert both(genius(tmp_path, more)) == [0.5, 1.0]
    none = EVALUATED.format(weight=1, low=1, high=2).replace('<weight index="1" value="1"/>', "")
    domain = genius(tmp_path, none)
    assert not domain.profiles[0].is_complete
    with pytest.raises(ModelError, match="has no weight"):
        to_engine(domain)


def test_a_missing_evaluation_is_not_made_up(tmp_path: Path) -> None:
    domain = genius(tmp_path, EVALUATED.format(weight=1, low=1, high="null"))
    with pytest.raises(ModelError, match="no evaluation of 'high'"):
        utility(domain, 0, [0])


@pytest.mark.parametrize(
    "names", ['slope="0.25" offset="0.1"', 'parameter1="0.25" parameter0="0.1"']
)
def test_a_whole_number_counts_from_the_lower_bound_and_stays_within_0_and_1(
    tmp_path: Path, names: str
) -> None:
    days = '<issue index="1" name="days" type="integer" lowerbound="-2" upperbound="3"/>'
    inner = '<weight index="1" value="1"/>' + days.replace(
        "/>", f'><evaluator ftype="linear" {names}/></issue>'
    )
    domain = genius(tmp_path, inner, issues=days)
    assert domain.issues[0].options == ("-2", "-1", "0", "1", "2", "3")
    values = [utility(domain, 0, [k]) for k in range(6)]
    assert values == pytest.approx([0.1, 0.35, 0.6, 0.85, 1.0, 1.0])


def test_a_real_range_is_listed_only_when_asked(tmp_path: Path) -> None:
    share = (
        '<issue index="1" name="share" type="real"><range lowerbound="2" upperbound="4"/>{}</issue>'
    )
    triangle = '<evaluator ftype="triangular" parameter0="2" parameter1="4" parameter2="3"/>'
    inner = '<weight index="1" value="0.5"/>' + share.format(triangle)
    domain = genius(tmp_path, inner, issues=share.format(""))
    assert utility(domain, 0, [2.5]) == 0.25
    with pytest.raises(ModelError, match="any number of a range"):
        to_engine(domain)
    coarse = with_steps(domain, 4)
    assert coarse.issues[0].options == ("2", "2.5", "3", "3.5", "4")
    assert [utility(coarse, 0, [k]) for k in range(5)] == [0, 0.25, 0.5, 0.25, 0]
    assert coarse.notes[-1] == "issue 'share': any number from 2 to 4 replaced by 5"
    with pytest.raises(ModelError, match="found 0"):
        with_steps(domain, 0)


def test_rectangles_are_listed_where_few_and_refused_where_many(tmp_path: Path) -> None:
    def days(n: int) -> str:
        return "".join(
            f'<issue index="{k}" name="d{k}" type="integer" lowerbound="0" upperbound="9"/>'
            for k in range(1, n + 1)
        )

    inner = (
        '<utility maxutility="8"><ufun aggregation="sum" weight="1">'
        '<hyperRectangle utility="6"><INCLUDES index="1" min="0" max="4"/></hyperRectangle>'
        '<hyperRectangle utility="3"><EXCLUDES index="2" min="1" max="9"/></hyperRectangle>'
        "</ufun></utility>"
    )
    few = genius(tmp_path, inner, issues=days(2), kind=' type="nonlinear"')
    assert utility(few, 0, [0, 5]) == 0.75
    assert utility(few, 0, [0, 0]) == 1.0  # 9 of 8, cut
    assert utility(few, 0, [9, 0]) == 0.375
    here = to_engine(few)
    assert here.listed == (0,)
    assert here.domain.utilities([[0, 5], [0, 0], [9, 0], [9, 9]]).ravel().tolist() == [
        0.75, 1.0, 0.375, 0.0,
    ]  # fmt: skip
    many = genius(tmp_path, inner, issues=days(12), kind=' type="nonlinear"')
    assert utility(many, 0, [0, 5] + [0] * 10) == 0.75
    with pytest.raises(
        SpaceTooLargeError, match="hyper-rectangles over 1,000,000,000,000 packages"
    ):
        to_engine(many)


def test_what_ties_between_issues_of_one_weight_ties_though_points_are_rounded(
    tmp_path: Path,
) -> None:
    """Weights of sixteen digits, divided by seven: no scale makes them whole."""
    issues, inner = "", ""
    for k in range(1, 8):
        items = "".join(f'<item value="{v}" evaluation="{v}"/>' for v in (0, 1, 3, 7))
        issue = f'<issue index="{k}" name="i{k}" type="discrete">{items}</issue>'
        issues += issue
        inner += f'<weight index="{k}" value="0.1031462333758278"/>{issue}'
    here = to_engine(genius(tmp_path, inner, issues=issues)).domain
    assert 0 < here.rounding[0] < 1e-15
    rows = [[1] * 7, [3, 0, 0, 0, 0, 0, 0], [0, 2, 2, 1, 0, 0, 0]]
    assert len(set(here.totals(rows)[:, 0])) == 1


# --- what a stranger could hide --------------------------------------------------------------

BOMB = """<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>
<utility_space>&lol2;</utility_space>"""
OUTSIDE = (
    """<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]><utility_space>&x;</utility_space>"""
)
REMOTE = '<!DOCTYPE u SYSTEM "http://127.0.0.1/u.dtd"><utility_space></utility_space>'


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, REMOTE], ids=["bomb", "outside", "remote"])
def test_a_document_type_is_refused_before_it_means_anything(tmp_path: Path, text: str) -> None:
    folder = folder_of(tmp_path, domain__xml=DOMAIN.format(issues=PAY), p__xml=text)
    said = refused(folder)
    assert "p.xml:1: found a document type" in said
    assert "fix: delete it" in said
    assert "root:" not in said


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("p__xml", "<utility_space><objective>", "p.xml:1: found no XML"),
        ("p__xml", b'<?xml version="1.0" encoding="utf-8"?><utility_space n="\xff"/>', "no XML"),
        ("p__xml", b'<?xml version="1.0" encoding="klingon"?><utility_space/>', "encoding"),
        ("p__xml", "<a>" * 80 + "</a>" * 80, "64 levels"),
        ("p__xml", "", "an empty file"),
        ("p__xml", "<utility_space type='odd'/>", "found 'odd', expected linear"),
        (
            "p__xml",
            PROFILE.format(type="", inner=EVALUATED.format(weight="1,5", low=1, high=2), outer=""),
            "p.xml:1: <weight> value: found '1,5', expected a number",
        ),
        (
            "p__xml",
            PROFILE.format(type="", inner=EVALUATED.format(weight=1, low="nan", high=2), outer=""),
            "found 'nan', expected a number",
        ),
    ],
)
def test_what_is_no_profile_is_refused_with_its_place(
    tmp_path: Path, name: str, data: str | bytes, said: str
) -> None:
    folder = folder_of(tmp_path, domain__xml=DOMAIN.format(issues=PAY), **{name: data})
    assert said in refused(folder)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "d.xml").open("wb") as file:
        file.write(b"<negotiation_template>")
        file.seek(40 << 20)
        file.write(b">")
    assert "found more than 16 MiB" in refused(tmp_path)


def test_many_long_ranges_in_a_short_file_are_refused(tmp_path: Path) -> None:
    issues = "".join(
        f'<issue index="{k}" name="d{k}" type="integer" lowerbound="0" upperbound="99999"/>'
        for k in range(40)
    )
    folder_of(tmp_path, d__xml=DOMAIN.format(issues=issues))
    assert "1,100,000 options" in refused(tmp_path)


def test_one_unreadable_profile_can_be_left_out(tmp_path: Path) -> None:
    good = PROFILE.format(type="", inner=EVALUATED.format(weight=1, low=1, high=2), outer="")
    folder_of(
        tmp_path, domain__xml=DOMAIN.format(issues=PAY), good__xml=good, bad__xml="<utility_space"
    )
    assert "bad.xml:1" in refused(tmp_path)
    (domain,) = read_foreign(tmp_path, ["good"])
    assert [profile.name for profile in domain.profiles] == ["good"]
    with pytest.raises(NotFoundError, match="found no profile 'gone', expected one of: good"):
        read_foreign(tmp_path, ["good", "gone"])


def test_of_two_domains_one_must_be_named(tmp_path: Path) -> None:
    other = DOMAIN.format(issues=PAY.replace("high", "higher"))
    good = PROFILE.format(type="", inner=EVALUATED.format(weight=1, low=1, high=2), outer="")
    folder_of(tmp_path, a__xml=DOMAIN.format(issues=PAY), b__xml=other, good__xml=good)
    assert "found a.xml, b.xml, expected one domain file" in refused(tmp_path)
    (domain,) = read_foreign(tmp_path / "a.xml")
    assert domain.issues[0].options == ("low", "high")
    assert to_engine(domain).domain.utilities([[0], [1]]).ravel().tolist() == [0.5, 1.0]


def test_a_stored_program_is_never_run(tmp_path: Path) -> None:
    folder_of(
        tmp_path,
        d__yml="type: X\nissues:\n- {name: a, type: CategoricalIssue, values: [x, 'yes']}\n",
        u__yml="type: LinearAdditiveUtilityFunction\nweights: [1]\nvalues:\n- type: LambdaFun\n"
        "  f: !!python/object/apply:os.system [touch /tmp/never]\n",
    )
    (domain,) = read_foreign(tmp_path)
    assert domain.issues[0].options == ("x", "yes")
    assert domain.profiles[0].notes == ("issue 'a': a value function of type LambdaFun; not read",)
    assert not domain.profiles[0].is_complete


def test_aliases_without_end_are_refused(tmp_path: Path) -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    folder_of(tmp_path, d__yml="\n".join(["type: X", *layers, "issues: *a8"]))
    assert "400,000 entries" in refused(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"issueWeights": {"a": 1}, "issues": {"a": {"x": 1, "x": 2}}}', "the same name twice"),
        ('{"issueWeights": {"a": NaN}, "issues": {"a": {"x": 1}}}', "found NaN"),
        ('{"issueWeights": {"a": 1', "a.json:1: found no JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"issueWeights": {"b": 1}, "issues": {"a": {"x": 1}}}', "issues: found a, b"),
        (
            '{"issueWeights": {"a": true}, "issues": {"a": {"x": 1}}}',
            "found True, expected a number",
        ),
        ('{"issueWeights": {"\\ud800": 1}, "issues": {"\\ud800": {"x": 1}}}', "surrogates"),
    ],
)
def test_json_that_is_wrong_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(folder_of(tmp_path, a__json=text))


def test_what_is_raised_is_always_on_purpose() -> None:
    assert issubclass(ForeignFileError, DetenteError)
    with pytest.raises(NotFoundError, match="found nothing there"):
        read_foreign(Path("nowhere at all"))
