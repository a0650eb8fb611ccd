"""The whole first answer against its plain definition, on small random cases full of ties."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from detente.analysis import Stance, analyse_deals
from detente.engines.deal_space import Verdict
from detente.errors import Place
from detente.ledger import Likelihood, PartyId, Period, Quantity
from detente.model import (
    TODAY,
    Case,
    Condition,
    Deal,
    DealId,
    Ending,
    EndingId,
    Fallback,
    FallbackMode,
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
    Quota,
    RankedStatements,
    RedLine,
    Rule,
    Seat,
    Statement,
    Table,
    TableId,
    Term,
    Wish,
)

Outcome = Mapping[IssueId, OptionId]
NOWHERE, ALWAYS = Place("", 0, ""), Likelihood(1, 1, "always")
TABLE = TableId("table")


# --- random cases ---------------------------------------------------------------------------


@st.composite
def conditions(draw: st.DrawFn, issues: Mapping[IssueId, Issue]) -> Condition:
    issue = issues[draw(st.sampled_from(sorted(issues)))]
    names = [option.id for option in issue.options]
    chosen = draw(st.sets(st.sampled_from(names), min_size=1))
    return Is(issue.id, frozenset(chosen), draw(st.booleans()))


@st.composite
def statements(draw: st.DrawFn, issues: Mapping[IssueId, Issue]) -> Statement:
    given_that = draw(st.none() | conditions(issues))
    return Statement(draw(conditions(issues)), "words", given_that)


@st.composite
def partial(draw: st.DrawFn, issues: Mapping[IssueId, Issue], *, agreed: bool) -> Outcome:
    """Settle some issues, at least one."""
    chosen = draw(st.sets(st.sampled_from(sorted(issues)), min_size=1))
    return {
        name: draw(
            st.sampled_from(
                [o.id for o in issues[name].options if not (agreed and o.not_by_agreement)]
            )
        )
        for name in sorted(chosen)
    }


@st.composite
def preferences(draw: st.DrawFn, case: Case) -> Preference | None:
    kind = draw(st.sampled_from(["statements", "order", "points", "none"]))
    if kind == "statements":
        found = draw(st.lists(statements(case.issues), min_size=1, max_size=4))
        return RankedStatements(tuple(Wish(s, Ground(), NOWHERE) for s in found))
    if kind == "order":
        names = [TODAY, *map(str, case.endings), *map(str, case.deals)]
        seen: dict[tuple[tuple[str, str], ...], str] = {}
        for name in draw(st.permutations(names)):
            seen.setdefault(tuple(sorted(case.outcome(name).items())), name)
        kept = list(seen.values())[: draw(st.integers(1, len(seen)))]
        return OutcomeOrder(tuple((name,) for name in kept))
    if kind == "points":
        values = {}
        for issue in case.issues.values():
            if draw(st.booleans()):
                values[issue.id] = {
                    o.id: Quantity(low, low + draw(st.integers(0, 1)), "points", "p")
                    for o in issue.options
                    for low in [draw(st.integers(0, 2))]
                }
        return Points(values)
    return None


@st.composite
def cases(draw: st.DrawFn) -> Case:
    issues: dict[IssueId, Issue] = {}
    for n in range(draw(st.integers(1, 3))):
        names = [OptionId(f"o{k}") for k in range(draw(st.integers(2, 3)))]
        by_force = draw(st.booleans()) and len(names) == 3
        options = tuple(
            Option(name, name, not_by_agreement=by_force and k == 2) for k, name in enumerate(names)
        )
        issues[IssueId(f"i{n}")] = Issue(IssueId(f"i{n}"), "?", options, names[0])
    scope = tuple(
        draw(st.lists(st.sampled_from(sorted(issues)), min_size=1, unique=True).map(sorted))
    )
    in_scope = {name: issues[name] for name in scope}
    parties = {
        PartyId(f"p{n}"): Party(
            PartyId(f"p{n}"),
            f"P{n}",
            can_block=tuple(draw(st.lists(statements(issues), max_size=1))),
        )
        for n in range(draw(st.integers(1, 4)))
    }
    everybody = sorted(parties)
    must_agree = tuple(draw(st.lists(st.sampled_from(everybody), unique=True)))
    counted = tuple(draw(st.lists(st.sampled_from(everybody), unique=True)))
    quota = Quota(draw(st.integers(1, len(counted))), counted) if counted else None
    table = Table(
        TABLE, "Talks", scope, tuple(Seat(p, ALWAYS) for p in must_agree), must_agree, quota
    )
    rules = tuple(
        Rule(f"r{n}", "never", (draw(conditions(issues)),), "never")
        for n in range(draw(st.integers(0, 1)))
    )
    deals = {}
    for n in range(draw(st.integers(1, 2))):
        says = draw(partial(in_scope, agreed=True))
        name = DealId(f"d{n}")
        deals[name] = Deal(name, name, TABLE, tuple(Term(i, o) for i, o in says.items()))
    endings = {
        EndingId(f"e{n}"): Ending(EndingId(f"e{n}"), "E", draw(partial(issues, agreed=False)))
        for n in range(draw(st.integers(0, 2)))
    }
    bare = Case(
        "Case",
        Period(date(2020, 1, 1), date(2020, 1, 1), "2020-01-01"),
        parties=parties,
        tables={TABLE: table},
        issues=issues,
        rules=rules,
        deals=deals,
        endings=endings,
    )
    views = {}
    for party in everybody:
        if draw(st.integers(0, 5)) == 0:
            continue
        preference = draw(preferences(bare))
        views[party] = PartyView(
            party,
            preference,
            tuple(
                RedLine(s, Ground(), NOWHERE)
                for s in draw(st.lists(statements(issues), max_size=1))
            ),
            draw(fallbacks(bare, preference)),
        )
    return Case(
        bare.title,
        bare.as_of,
        parties=parties,
        tables=bare.tables,
        issues=issues,
        rules=rules,
        deals=deals,
        endings=endings,
        views=views,
    )


@st.composite
def fallbacks(draw: st.DrawFn, case: Case, preference: Preference | None) -> Fallback | None:
    modes: list[FallbackMode | None] = [None, "one", "best_of", "worst_of"]
    if isinstance(preference, Points):
        modes.append("at_least")
    mode = draw(st.sampled_from(modes))
    if mode is None:
        return None
    if mode == "at_least":
        low = draw(st.integers(0, 4))
        return Fallback(mode, (), Quantity(low, low + draw(st.integers(0, 1)), "points", "p"))
    names = [TODAY, *map(str, case.endings), *map(str, case.deals)]
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    return Fallback(mode, tuple(chosen[:1] if mode == "one" else chosen))


# --- the definition, as plainly as possible -------------------------------------------------


def difference(
    case: Case, preference: Preference, x: Outcome, y: Outcome
) -> tuple[float, float] | None:
    """Smallest and largest advantage of x over y; None where the preference does not say."""
    if isinstance(preference, RankedStatements):
        for wish in preference.wishes:
            here, there = wish.statement.holds(x), wish.statement.holds(y)
            if here != there:
                return (1, 1) if here else (-1, -1)
        return 0, 0
    if isinstance(preference, OutcomeOrder):
        place = {}
        for height, tier in enumerate(reversed(preference.tiers)):
            for name in tier:
                place[tuple(sorted(case.outcome(name).items()))] = height
        a, b = place.get(tuple(sorted(x.items()))), place.get(tuple(sorted(y.items())))
        return None if a is None or b is None else (a - b, a - b)
    low = high = 0.0
    for issue, values in preference.values.items():
        if x[issue] != y[issue]:
            low += values[x[issue]].low - values[y[issue]].high
            high += values[x[issue]].high - values[y[issue]].low
    return low, high


def consent(case: Case, party: PartyId, x: Outcome) -> Verdict:
    table, view = case.tables[TABLE], case.views.get(party)
    if view is None:
        return Verdict.UNDECIDED
    for red_line in view.red_lines:
        if red_line.statement.issues() & set(table.scope) and red_line.statement.holds(x):
            return Verdict.NO
    if view.preference is None:
        return Verdict.UNDECIDED
    fallback = view.fallback or Fallback("one", (TODAY,))
    if fallback.at_least is not None:
        assert isinstance(view.preference, Points)
        low = sum(v[x[i]].low for i, v in view.preference.values.items())
        high = sum(v[x[i]].high for i, v in view.preference.values.items())
        if low >= fallback.at_least.high:
            return Verdict.YES
        return Verdict.NO if high < fallback.at_least.low else Verdict.UNDECIDED
    names = [name for name in fallback.names if name not in case.deals]  # all lie on this table
    names = names or [TODAY]
    found = [difference(case, view.preference, x, case.outcome(name)) for name in names]
    yes = [d is not None and d[0] >= 0 for d in found]
    no = [d is not None and d[1] < 0 for d in found]
    if fallback.mode == "worst_of" and len(names) > 1:
        return Verdict.YES if any(yes) else Verdict.NO if all(no) else Verdict.UNDECIDED
    return Verdict.YES if all(yes) else Verdict.NO if any(no) else Verdict.UNDECIDED


def verdict(case: Case, x: Outcome) -> Verdict:
    table = case.tables[TABLE]
    counted = table.enough.of if table.enough else ()
    needed = set(table.must_agree)
    for party in case.parties.values():
        for term in party.can_block:
            touched = any(x[i] != case.today[i] for i in term.issues())
            if party.id not in table.must_agree and term.holds(x) and touched:
                needed.add(party.id)
    answers = [consent(case, party, x) for party in sorted(needed)]
    if table.enough:
        given = [consent(case, party, x) for party in counted]
        n_yes, n_open = given.count(Verdict.YES), given.count(Verdict.UNDECIDED)
        enough = table.enough.at_least
        answers.append(
            Verdict.YES if n_yes >= enough
            else Verdict.UNDECIDED if n_yes + n_open >= enough
            else Verdict.NO
        )  # fmt: skip
    if not table.must_agree and not counted:
        return Verdict.UNDECIDED
    return min(answers, default=Verdict.YES)


def packages(case: Case) -> list[Outcome]:
    table = case.tables[TABLE]
    found: list[Outcome] = []
    for chosen in itertools.product(*(case.issues[i].options for i in table.scope)):
        x = {**case.today, **{i: o.id for i, o in zip(table.scope, chosen, strict=True)}}
        forced = any(o.not_by_agreement for o in chosen)
        broken = any(rule.conditions[0].holds(x) for rule in case.rules)
        if not forced and not broken and x != case.today:
            found.append(x)
    return found


def changes(x: Outcome, y: Outcome) -> int:
    return sum(x[i] != y[i] for i in x)


# --- what must hold -------------------------------------------------------------------------


@given(cases())
def test_a_table_counts_what_the_definition_counts(case: Case) -> None:
    (table,) = analyse_deals(case).tables
    expected = [verdict(case, x) for x in packages(case)]
    assert table.n_packages == len(expected)
    assert table.n_possible == expected.count(Verdict.YES)
    assert table.n_undecided == expected.count(Verdict.UNDECIDED)


@given(cases())
def test_each_deal_gets_the_verdict_of_the_definition(case: Case) -> None:
    for deal in analyse_deals(case).deals:
        x = case.outcome(deal.deal)
        broken = any(rule.conditions[0].holds(x) for rule in case.rules)
        assert deal.verdict == (Verdict.NO if broken else verdict(case, x))
        for answer in deal.consents:
            assert answer.stance.verdict == consent(case, answer.party, x)


@given(cases())
def test_a_reason_names_a_difference_that_is_there(case: Case) -> None:
    for deal in analyse_deals(case).deals:
        x = case.outcome(deal.deal)
        for answer in deal.consents:
            if answer.stance is Stance.RED_LINE or not answer.reason.against:
                continue
            y = case.outcome(answer.reason.against)
            view = case.views.get(answer.party)
            if isinstance(view and view.preference, RankedStatements | Points):
                assert all(x[issue] != y[issue] for issue in answer.reason.issues)


@given(cases())
def test_repairs_are_possible_and_no_fewer_changes_would_do(case: Case) -> None:
    answer = analyse_deals(case)
    possible = [x for x in packages(case) if verdict(case, x) is Verdict.YES]
    for deal in answer.deals:
        x = case.outcome(deal.deal)
        if deal.repair_kind == "possible":
            least = min(changes(x, y) for y in possible)
            assert deal.n_repairs == sum(changes(x, y) == least for y in possible)
            for repair in deal.repairs:
                y = {**case.today, **repair.package.settles}
                assert verdict(case, y) is Verdict.YES
                assert len(repair.changes) == changes(x, y) == least
                assert all(x[i] == a and y[i] == b for i, a, b in repair.changes)
        elif verdict(case, x) is not Verdict.YES and deal.repair_kind != "not examined":
            assert not possible


@given(cases())
def test_comparing_with_one_ending_is_the_same_as_giving_it_to_everybody(case: Case) -> None:
    for against in (TODAY, *map(str, case.endings)):
        direct = analyse_deals(case, against)
        compared = next(c for c in analyse_deals(case).comparisons if c.against == against)
        broken = {
            name
            for name in case.deals
            if any(rule.conditions[0].holds(case.outcome(name)) for rule in case.rules)
        }
        for deal in direct.deals:
            if deal.deal not in broken:
                assert compared.verdicts[deal.deal] is deal.verdict
        assert compared.n_possible == {t.table: t.n_possible for t in direct.tables}
