"""Tables too large to list, from the case file to the brief."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from typer.testing import CliRunner

from detente.analysis import Analysis, Between, analyse, analyse_deals
from detente.casefile import read_case
from detente.cli.app import app
from detente.engines.deal_space import Verdict
from detente.reports.answer_words import table_sentence
from detente.reports.as_json import deals_as_json
from detente.reports.brief import as_html
from detente.reports.number_words import number_words

N_ISSUES, N_OPTIONS = 20, 10


def large_case(folder: Path, line: int, n_parties: int = 3) -> Path:
    """Write a case whose parties give every option 0 to 20 points and ask for so many in all."""
    rng = np.random.default_rng(5)
    text = ["negotiation: A large treaty", "as_of: 2024-03-01", "parties:"]
    parties = [f"party_{p}" for p in range(n_parties)]
    text += [f"  {party}: {{name: {party.replace('_', ' ').capitalize()}}}" for party in parties]
    seats = ", ".join(f"{party}: always" for party in parties)
    text += ["tables:", f"  talks: {{title: The talks, seats: {{{seats}}}}}", "issues:"]
    for i in range(N_ISSUES):
        options = ", ".join(f"o{o}: Way {o}." for o in range(N_OPTIONS))
        text += [
            f"  i{i}:", f"    question: How about matter {i}?", f"    options: {{{options}}}",
            "    today: o0", f"    done_by: {parties[i % n_parties]}",
        ]  # fmt: skip
    says = ", ".join(f"i{i}: o{rng.integers(N_OPTIONS)}" for i in range(N_ISSUES))
    text += ["deals:", "  draft:", "    title: The draft", "    our_idea: true",
             "    table: talks", f"    says: {{{says}}}", "judgements:"]  # fmt: skip
    for party in parties:
        text += [f"  {party}:", "    points:"]
        for i in range(N_ISSUES):
            points = ", ".join(f"o{o}: {rng.integers(21)}" for o in range(N_OPTIONS))
            text.append(f"      i{i}: {{{points}}}")
        text += [
            f"    without_a_deal: {{at_least: {line}}}",
            "    assumption: The numbers are ours.",
        ]
    path = folder / "case.yaml"
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large_case(tmp_path_factory.mktemp("large"), line=230)


@pytest.fixture(scope="module")
def analysis(path: Path) -> Analysis:
    return analyse(read_case(path), with_wait=False)


def test_every_package_is_counted_and_none_is_listed(analysis: Analysis) -> None:
    (table,) = analysis.deals.tables
    assert table.n_packages == 10**20 - 1  # the one that changes nothing is none
    assert not table.is_listed
    possible = table.n_possible
    assert possible if isinstance(possible, int) else possible.at_least > 0


def test_the_frontier_is_exact_and_its_packages_are_what_they_are_said_to_be(
    analysis: Analysis,
) -> None:
    (table,) = analysis.deals.tables
    front, case = table.frontier, analysis.case
    assert front is not None
    assert front.is_exact
    assert front.n_points > len(front.points) > 100
    for point in front.points:
        outcome = {**case.today, **point.package.settles}
        for party, level in zip(front.parties, point.levels, strict=True):
            values = case.views[party].preference.values  # type: ignore[union-attr] # all are Points
            assert sum(values[i][o].middle for i, o in outcome.items()) == level >= 230


def test_the_named_points_are_proven(analysis: Analysis) -> None:
    (table,) = analysis.deals.tables
    assert [point.name for point in table.points] == [
        "nash", "kalai_smorodinsky", "egalitarian", "utilitarian"
    ]  # fmt: skip
    assert all(point.gap == 0 and point.packages for point in table.points)


def test_the_draft_is_refused_and_the_nearest_package_is_proven_nearest(
    analysis: Analysis,
) -> None:
    (deal,) = analysis.deals.deals
    assert deal.verdict is Verdict.NO
    assert deal.repair_kind == "possible"
    assert f"not fewer than {len(deal.repairs[0].changes)} changes" in deal.proof
    assert {lack.party for lack in deal.lacks} == {c.party for c in deal.blockers}
    assert all(lack.at_least == lack.at_most > 0 for lack in deal.lacks)
    assert deal.is_efficient is False
    assert deal.improved_by is not None


def test_the_data_have_the_promised_shape(analysis: Analysis) -> None:
    schema = files("detente.reports") / "schemas" / "deals-1.json"
    data = json.loads(json.dumps(deals_as_json(analysis), allow_nan=False))
    jsonschema.validate(data, json.loads(schema.read_text(encoding="utf-8")))
    (table,) = data["tables"]
    assert table["frontier"]["is_exact"]
    assert table["scatter"]["frontier_only"]


def test_the_brief_says_the_order_of_magnitude_and_what_it_would_take(analysis: Analysis) -> None:
    page = as_html(analysis)
    assert "of about 1\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10^20 packages in scope" in page  # noqa: RUF001 -- a multiplication sign is meant
    assert "What is the nearest deal, and what would it take to reach it?" in page
    assert "of its own points: a side payment, a guarantee, or pressure" in page
    assert "There are too many packages to draw them all" in page


def test_a_table_that_nobody_can_agree_at_says_why_and_what_would_open_it(tmp_path: Path) -> None:
    analysis = analyse(read_case(large_case(tmp_path, line=325)), with_wait=False)
    (table,) = analysis.deals.tables
    assert table.n_possible == 0
    assert "none is acceptable to everyone who must agree" in table_sentence(analysis.case, table)
    opening = table.opening
    assert opening is not None
    assert opening.conflicts
    assert {demand.kind for conflict in opening.conflicts for demand in conflict} == {"score"}
    assert all(way.package is not None for way in opening.ways_out)
    enough = [c for c in opening.concessions if c.points is not None]
    assert all(c.points > 0 for c in enough if c.points is not None)
    schema = files("detente.reports") / "schemas" / "deals-1.json"
    jsonschema.validate(
        json.loads(json.dumps(deals_as_json(analysis))),
        json.loads(schema.read_text(encoding="utf-8")),
    )
    assert "why nothing is possible" in as_html(analysis)


def test_a_small_budget_gives_an_approximation_that_states_its_loss(path: Path) -> None:
    (table,) = analyse(read_case(path), most_points=50, with_wait=False).deals.tables
    assert table.frontier is not None
    assert not table.frontier.is_exact
    assert max(table.frontier.loss) > 0
    assert len(table.points) == 4
    assert all(point.packages for point in table.points)


def test_an_interruption_keeps_what_was_answered(path: Path) -> None:
    def stop(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    answer = analyse_deals(read_case(path), step=stop, keep_partial=True)
    assert not answer.is_complete
    assert len(answer.deals) == 1
    with pytest.raises(KeyboardInterrupt):
        analyse_deals(read_case(path), step=stop)


def test_the_command_line_takes_it(path: Path) -> None:
    result = CliRunner().invoke(app, ["deals", str(path), "--budget", "20000"])
    assert result.exit_code == 0
    assert "10^20 packages" in " ".join(result.output.split())
    refused = CliRunner().invoke(app, ["deals", str(path), "--budget", "0"])
    assert refused.exit_code == 2


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (1234, "1,234"),
        (10**12, "about 1 × 10^12"),  # noqa: RUF001 -- a multiplication sign is meant
        (Between(0, 5), "at most 5"),
        (Between(3, 2 * 10**20), "between 3 and about 2 × 10^20"),  # noqa: RUF001
    ],
)
def test_numbers_are_written_so_that_they_can_be_read(number: int | Between, words: str) -> None:
    assert number_words(number).replace("\N{NO-BREAK SPACE}", " ") == words


def entangled_case(folder: Path, wants: list[str]) -> Path:
    """Write a case with 2 to the power of 21 packages and a party with these wants."""
    text = ["negotiation: Water for the road", "as_of: 2024-03-01", "parties:",
            "  upper: {name: Upper village}", "  lower: {name: Lower village}", "tables:",
            "  talks: {title: Talks, seats: {upper: always, lower: always}}", "issues:"]  # fmt: skip
    text += [
        f"  i{n}: {{question: What of {n}?, options: {{a: A., b: B.}}, today: a, done_by: upper}}"
        for n in range(21)
    ]
    text += ["deals:", "  swap: {title: Swap, our_idea: true, table: talks, says: {i0: b, i1: b}}",
             "judgements:", f"  upper: {{wants: [{', '.join(wants)}], our_idea: true}}",
             "  lower: {wants: [i1 is b], our_idea: true}"]  # fmt: skip
    path = folder / "case.yaml"
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def test_ordered_statements_are_counted_all_the_same(tmp_path: Path) -> None:
    answer = analyse(read_case(entangled_case(tmp_path, ["i0 is b"])), with_wait=False).deals
    (deal,), (table,) = answer.deals, answer.tables
    assert deal.verdict is Verdict.YES
    assert not table.is_listed
    assert (table.n_packages, table.n_possible, table.n_undecided) == (2**21 - 1, 2**21 - 1, 0)
    assert (table.n_efficient, table.n_possible_efficient) == (2**19, 2**19)


def test_a_space_too_large_and_too_entangled_says_so_and_still_examines_the_deal(
    tmp_path: Path,
) -> None:
    pairs = [(a, b) for a in range(2, 21) for b in range(2, a)][:61]
    wants = ["i0 is b", *(f"i{a} is b if i{b} is b" for a, b in pairs)]
    answer = analyse(read_case(entangled_case(tmp_path, wants)), with_wait=False).deals
    (deal,), (table,) = answer.deals, answer.tables
    assert deal.verdict is Verdict.YES
    assert "2,097,152 packages" in table.too_large
    assert "narrow the scope" in table.too_large
    assert "cannot be worked off as sums either: upper: found 62" in table.too_large


def test_a_deal_on_the_frontier_is_ringed_although_it_is_not_among_the_points_drawn(
    tmp_path: Path,
) -> None:
    text = ["negotiation: A split", "as_of: 2024-03-01", "parties:",
            "  upper: {name: Upper village}", "  lower: {name: Lower village}", "tables:",
            "  talks: {title: Talks, seats: {upper: always, lower: always}}", "issues:"]  # fmt: skip
    options = ", ".join(f"o{o}: Way {o}." for o in range(10))
    for i in range(12):
        text += [
            f"  i{i}: {{question: How {i}?, today: o0, done_by: upper, options: {{{options}}}}}"
        ]
    says = ", ".join(f"i{i}: o{1 + i % 3}" for i in range(12))
    text += ["deals:", f"  x: {{title: X, our_idea: true, table: talks, says: {{{says}}}}}",
             "judgements:"]  # fmt: skip
    for party, points in (
        ("upper", ", ".join(f"o{o}: {o}" for o in range(10))),
        ("lower", ", ".join(f"o{o}: {9 - o}" for o in range(10))),
    ):
        text += [f"  {party}:", "    points:"]
        text += [f"      i{i}: {{{points}}}" for i in range(12)]
        text += ["    without_a_deal: {at_least: 0}", "    our_idea: true"]
    (tmp_path / "case.yaml").write_text("\n".join(text) + "\n", encoding="utf-8")
    answer = analyse(read_case(tmp_path), with_wait=False).deals
    (deal,), (table,) = answer.deals, answer.tables
    assert deal.is_efficient
    assert table.scatter is not None
    (point,) = [p for p in table.scatter.points if "x" in p.names]
    assert point.is_efficient


def test_rules_too_entangled_cost_the_table_and_nothing_else(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    path = large_case(tmp_path, line=230)
    pairs = [sorted(map(int, rng.choice(N_ISSUES, 2, replace=False))) for _ in range(160)]
    rules = "".join(
        f"  r{k}: {{never: i{a} is o{rng.integers(1, 10)} and i{b} is o{rng.integers(1, 10)}}}\n"
        for k, (a, b) in enumerate(pairs)
    )
    text = path.read_text(encoding="utf-8")
    says = text[text.index("    says:") : text.index("judgements:")]
    text = text.replace(says, "    says: {i0: o1}\n").replace("deals:", f"rules:\n{rules}deals:")
    path.write_text(text, encoding="utf-8")
    answer = analyse(read_case(path), with_wait=False).deals
    (deal,), (table,) = answer.deals, answer.tables
    assert deal.verdict is Verdict.NO
    assert "too entangled to be worked off issue by issue" in table.too_large
