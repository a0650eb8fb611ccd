"""Tables in product form at their edges: too wide, too long, empty, and too large to list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from detente.analysis.forum import Forum
from detente.analysis.frame import Frame
from detente.analysis.preferences import Form
from detente.analysis.product import ProductForm
from detente.analysis.product_columns import (
    ALWAYS,
    NEVER,
    NotInProductFormError,
    all_met,
    any_met,
    enough_met,
)
from detente.engines.deal_space import Verdict
from detente.engines.deal_space.space.acceptance import AtLeast, Meets, is_met, leaves_of
from detente.errors import Place
from detente.ledger import PartyId, Period, Quantity
from detente.model import (
    TODAY,
    AllOf,
    AnyOf,
    Case,
    Condition,
    Deal,
    DealId,
    Fallback,
    Ground,
    Is,
    Issue,
    IssueId,
    Option,
    OptionId,
    OutcomeOrder,
    Party,
    PartyView,
    Points,
    Preference,
    RankedStatements,
    RedLine,
    Rule,
    Statement,
    Term,
    Wish,
)

NOWHERE = Place("", 0, "")
NORTH, SOUTH = PartyId("north"), PartyId("south")


def on(issue: int, *options: int, negated: bool = False) -> Is:
    return Is(IssueId(f"i{issue}"), frozenset(OptionId(f"o{k}") for k in options), negated)


def says(condition: Condition, given: Condition | None = None) -> Statement:
    return Statement(condition, "words", given)


def ranked(*conditions: Condition) -> RankedStatements:
    return RankedStatements(tuple(Wish(says(c), Ground(), NOWHERE) for c in conditions))


def points(n: int, n_options: int, values: Mapping[int, float]) -> Points:
    """Return points that depend on the option alone, the same for every issue."""
    return Points(
        {
            IssueId(f"i{k}"): {
                OptionId(f"o{o}"): Quantity(values[o], values[o], "points", "p")
                for o in range(n_options)
            }
            for k in range(n)
        }
    )


def view(
    party: PartyId,
    preference: Preference | None,
    *refuses: Statement,
    fallback: Fallback | None = None,
) -> PartyView:
    red_lines = tuple(RedLine(s, Ground(), NOWHERE) for s in refuses)
    return PartyView(party, preference, red_lines, fallback)


def case_of(
    n: int,
    n_options: int,
    *views: PartyView,
    rules: tuple[Rule, ...] = (),
    deals: Mapping[str, Mapping[int, int]] | None = None,
) -> Case:
    options = tuple(Option(OptionId(f"o{k}"), "?") for k in range(n_options))
    issues = [Issue(IssueId(f"i{k}"), "?", options, options[0].id) for k in range(n)]
    return Case(
        "Two neighbours",
        Period(date(2020, 1, 1), date(2020, 1, 1), "2020-01-01"),
        parties={party: Party(party, party.title()) for party in (NORTH, SOUTH)},
        issues={issue.id: issue for issue in issues},
        rules=rules,
        deals={
            DealId(name): Deal(
                DealId(name),
                name,
                None,
                tuple(Term(IssueId(f"i{i}"), OptionId(f"o{o}")) for i, o in said.items()),
            )
            for name, said in (deals or {}).items()
        },
        views={one.party: one for one in views},
    )


def forum_of(case: Case) -> Forum:
    return Forum("Talks", tuple(case.issues), (NORTH, SOUTH), None, ())


def form_of(case: Case) -> ProductForm:
    return ProductForm.of(case, forum_of(case), None)


def met(form: ProductForm, rule: AtLeast | Meets, *row: int) -> bool:
    return bool(is_met(rule, form.domain.totals([row]))[0])


# --- too large to list ----------------------------------------------------------------------


def test_deals_of_a_table_nobody_can_list_get_the_verdict_that_they_had() -> None:
    n = 20
    generator = np.random.default_rng(1)
    deals = {f"d{k}": dict(enumerate(generator.integers(10, size=n).tolist())) for k in range(300)}
    north = view(
        NORTH,
        points(n, 10, {k: k / 10 for k in range(10)}),
        says(AllOf((on(0, 0, 1, 2, 3), on(1, 0, 1, 2, 3)))),
        says(AnyOf((on(2, 3), on(4, 5)))),
        fallback=Fallback("at_least", (), Quantity(8.6, 9.2, "points", "p")),
    )
    wants = ranked(
        AnyOf((on(0, 1, 2, 3), on(1, 2, 3, 4))),
        on(3, 0, 1, 2, negated=True),
        AnyOf((on(4, 4, 5, 6), on(5, 5, negated=True))),
    )
    south = view(SOUTH, wants, says(on(9, 9), given=on(8, 1, 2)), fallback=Fallback("one", ("d0",)))
    case = case_of(n, 10, north, south, deals=deals)
    form, frame = form_of(case), Frame.of(case, forum_of(case), None)
    assert form.domain.size == 10**20
    assert frame.unlisted is not None
    assert frame.n_packages == 0
    assert frame.zone is not None
    found = set()
    for name in case.deals:
        verdict = Verdict(int(frame.zone.verdict[frame.rows_of[name]]))
        row = form.row_of(name)
        assert row is not None
        assert met(form, form.certain, *row) == (verdict is Verdict.YES)
        assert met(form, form.conceivable, *row) == (verdict is not Verdict.NO)
        assert form.package(row).deal == name
        found.add(verdict)
    assert found == set(Verdict)


# --- too wide, too long ---------------------------------------------------------------------


def test_a_red_line_over_thirty_issues_is_counted_issue_by_issue() -> None:
    all_changed = AllOf(tuple(on(k, 0, negated=True) for k in range(30)))
    form = form_of(case_of(30, 2, view(NORTH, None, says(all_changed))))
    (part,) = form.parties[NORTH].red_lines
    assert not form.domain.interactions
    assert not met(form, part.certain, *[1] * 30)
    assert met(form, part.certain, *[1] * 29, 0)
    assert met(form, part.certain, *[0] * 30)


def test_a_rule_with_a_long_only_if_is_cut_into_links_of_two_issues() -> None:
    needs = AllOf(tuple(on(k, 1) for k in range(1, 30)))
    rule = Rule("all_or_none", "only_if", (on(0, 1), needs), "words")
    form = form_of(case_of(30, 2, rules=(rule,)))
    assert {len(link.issues) for link in form.domain.links} == {2}
    assert form.struck_by == ("all_or_none",) * 29
    allowed = form.domain.is_allowed([[1] * 30, [1] * 29 + [0], [0] * 30])
    assert allowed.tolist() == [True, False, True]


def test_a_rule_of_many_conditions_together_links_each_with_the_next() -> None:
    rule = Rule("together", "together", tuple(on(k, 1) for k in range(30)), "words")
    form = form_of(case_of(30, 2, rules=(rule,)))
    assert len(form.domain.links) == 29
    allowed = form.domain.is_allowed([[1] * 30, [0] * 15 + [1] * 15, [0] * 30])
    assert allowed.tolist() == [True, False, True]


def test_a_rule_that_ties_thirty_issues_is_refused_by_name() -> None:
    rule = Rule("not_all", "never", (AllOf(tuple(on(k, 1) for k in range(30))),), "words")
    with pytest.raises(NotInProductFormError, match=r"rules\.not_all: .*1,073,741,824.*split"):
        form_of(case_of(30, 2, rules=(rule,)))


def test_a_ranked_statement_that_ties_thirty_issues_is_refused_with_its_party() -> None:
    wish = AllOf(tuple(on(k, 1) for k in range(30)))
    with pytest.raises(NotInProductFormError, match=r"^south: .* of 30 issues apart"):
        form_of(case_of(30, 2, view(SOUTH, ranked(wish))))


def test_sixty_statements_fit_and_one_more_is_refused() -> None:
    wishes = [on(k % 20, 1 + k // 20) for k in range(61)]
    form = form_of(case_of(20, 5, view(SOUTH, ranked(*wishes[:60]))))
    level = form.parties[SOUTH].level
    assert level is not None
    totals = form.domain.totals([[1] + [0] * 19, [0] + [1] * 19])[:, level.column]
    assert totals.tolist() == [2**59, 2**59 - 2**40]
    with pytest.raises(NotInProductFormError, match=r"^south: found 61 .* at most 60"):
        form_of(case_of(20, 5, view(SOUTH, ranked(*wishes))))


def test_statements_that_no_package_tells_apart_take_no_room() -> None:
    settled = [on(0, 0, 1, 2)] * 40
    wishes = [on(k % 20, 1 + k // 20) for k in range(60)]
    form = form_of(case_of(20, 5, view(SOUTH, ranked(on(0, 0, 1, 2, 3, 4), *wishes))))
    assert form.parties[SOUTH].level is not None
    assert form_of(case_of(2, 3, view(SOUTH, ranked(*settled)))).parties[SOUTH].level is not None


# --- nothing to choose from -----------------------------------------------------------------


def test_an_empty_scope_has_one_package_and_it_is_today() -> None:
    case = case_of(2, 2, view(NORTH, ranked(on(0, 1))), view(SOUTH, None))
    form = ProductForm.of(case, replace(forum_of(case), scope=()), None)
    assert form.domain.size == 1
    assert form.counts_today()
    assert not met(form, form.changes_something, 0)
    assert form.package([0]).settles == {}


def test_an_issue_that_no_agreement_settles_leaves_no_package() -> None:
    case = case_of(2, 2)
    forced = tuple(Option(OptionId(f"o{k}"), "?", not_by_agreement=True) for k in range(2))
    issue = replace(case.issues[IssueId("i1")], options=forced)
    case = replace_issue(case, issue)
    form = form_of(case)
    assert form.struck_by == ("i1",)
    assert form.today is None
    assert not form.domain.is_allowed([[0], [1]]).any()


def replace_issue(case: Case, issue: Issue) -> Case:
    fields = {name: getattr(case, name) for name in Case.__slots__}
    return Case(**(fields | {"issues": {**case.issues, issue.id: issue}}))


def test_a_rule_on_settled_issues_is_folded_away_or_strikes_everything() -> None:
    never, always = on(1, 1), on(1, 0)
    for condition, struck in ((never, ()), (always, ("r",))):
        case = case_of(2, 2, rules=(Rule("r", "never", (condition,), "words"),))
        form = ProductForm.of(case, replace(forum_of(case), scope=(IssueId("i0"),)), None)
        assert form.struck_by == struck
        assert form.domain.is_allowed([[0], [1]]).all() == (not struck)


# --- what is said beside the verdict --------------------------------------------------------


def test_decimals_with_weights_multiplied_in_tie_as_they_do_on_paper() -> None:
    values = {0: 0.0, 1: 0.1 * 3, 2: 0.3, 3: 0.1}
    assert values[1] != values[2]
    form = form_of(case_of(2, 4, view(NORTH, points(2, 4, values))))
    level = form.parties[NORTH].level
    assert level is not None
    totals = form.domain.totals([[1, 0], [2, 0], [3, 3]])[:, level.column]
    assert totals.tolist() == [3, 3, 2]
    assert form.domain.scale[level.column] == 10


def test_less_than_a_billionth_below_the_fallback_is_equal() -> None:
    for short, is_equal in ((5e-10, True), (2e-9, False)):
        values = points(1, 2, {0: 1.0, 1: 1.0 - short})
        form = form_of(case_of(1, 2, view(NORTH, values), view(SOUTH, values)))
        assert met(form, form.certain, 1) is is_equal
        assert met(form, form.conceivable, 1) is is_equal


def test_every_threshold_names_its_party_and_what_it_is() -> None:
    line = says(AllOf((on(0, 1), on(1, 1))))
    north = view(NORTH, points(3, 2, {0: 0, 1: 1}), line)
    south = view(SOUTH, ranked(on(2, 0)), line)
    form = form_of(case_of(3, 2, north, south))
    named = {
        tuple((part.party, part.kind) for part in form.parts_with(leaf))
        for leaf in leaves_of(form.certain)
    }
    assert named == {
        ((NORTH, "floor"),),
        ((SOUTH, "floor"),),
        ((NORTH, "red line"), (SOUTH, "red line")),
    }
    assert form.ranking[NORTH].form is Form.POINTS
    assert form.ranking[NORTH].floor == 0
    assert form.ranking[SOUTH].form is Form.STATEMENTS


def test_red_lines_that_all_must_respect_become_links() -> None:
    line = says(AllOf((on(0, 1), on(1, 1))))
    north = view(NORTH, points(3, 2, {0: 0, 1: 1}), line)
    form = form_of(case_of(3, 2, north, view(SOUTH, points(3, 2, {0: 1, 1: 0}))))
    narrow = form.narrowed(form.certain)
    assert narrow.domain.n_columns == 2
    assert [link.issues for link in narrow.domain.links] == [(0, 1)]
    assert not narrow.domain.interactions


def test_an_order_that_names_every_package_has_a_level() -> None:
    deals = {"a": {0: 1}, "b": {0: 2}}
    order = OutcomeOrder((("b",), (TODAY,), ("a",)))
    form = form_of(case_of(1, 3, view(NORTH, order), deals=deals))
    assert form.ranking[NORTH].form is Form.ORDER
    column = form.ranking[NORTH].column
    assert form.domain.totals([[0], [1], [2]])[:, column].tolist() == [1, 0, 2]
    shorter = view(NORTH, OutcomeOrder((("b",), (TODAY,))))
    form = form_of(case_of(1, 3, shorter, deals=deals))
    assert NORTH not in form.ranking
    assert form.parties[NORTH].unranked_because == "its order does not name every package"


def test_the_reasons_for_no_named_points_are_those_of_the_listed_table() -> None:
    scaled = points(1, 2, {0: 0, 1: 1})
    case = case_of(1, 2, view(NORTH, scaled), view(SOUTH, ranked(on(0, 1))))
    assert form_of(case).balanced_gains.none_because == "no points are stated for South"
    nobody = replace(forum_of(case), must_agree=())
    assert ProductForm.of(case, nobody, None).balanced_gains.none_because == "nobody is asked"


# --- rules folded where they are settled ----------------------------------------------------


def test_rules_are_folded_and_keep_the_stricter_threshold() -> None:
    low, high, other = Meets(0, 1), Meets(0, 2), Meets(1, 0)
    assert all_met([]) == all_met([ALWAYS]) == ALWAYS
    assert any_met([]) == any_met([NEVER]) == NEVER
    assert all_met([low, NEVER]) == NEVER
    assert any_met([low, ALWAYS]) == ALWAYS
    assert all_met([low, all_met([high, other])]) == all_met([high, other])
    assert any_met([high, low]) == low


def test_a_quota_counts_equal_voters_as_often_as_they_stand() -> None:
    one, other = Meets(0, 1), Meets(1, 1)
    assert enough_met([one, one, other], 2) == AtLeast((one, one, other), (1, 1, 1), 2)
    assert enough_met([one, ALWAYS, NEVER], 2) == one
    assert enough_met([one, NEVER], 2) == NEVER
    assert enough_met([one, ALWAYS], 1) == ALWAYS
