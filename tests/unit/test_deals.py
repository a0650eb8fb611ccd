"""The first answer at its edges: ties, one party, nobody, nothing possible, too much to list."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from detente.analysis import Analysis, Stance, analyse
from detente.casefile import read_case
from detente.engines.deal_space import Verdict
from detente.errors import NotFoundError
from detente.reports import answer_words

HEAD = """\
negotiation: Two villages and a spring
as_of: 2020-05-01
parties:
  upper: {name: Upper village}
  lower: {name: Lower village}
issues:
  water:
    question: Who draws from the spring?
    options: {upper_only: The upper village., shared: Both.}
    today: upper_only
    done_by: upper
  road:
    question: Is the road open?
    options: {closed: It is closed., open: It is open.}
    today: closed
    done_by: lower
tables:
  talks:
    title: The talks
    seats: {upper: always, lower: always}
deals:
  swap:
    title: Water for the road
    table: talks
    says: {water: shared, road: open}
"""


class Analyser:
    """Writes a case to a file, reads it, and puts it to the engines."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "villages.yaml"

    def __call__(self, rest: str, head: str = HEAD, against: str | None = None) -> Analysis:
        self.file.write_text(head + textwrap.dedent(rest), encoding="utf-8")
        return analyse(read_case(self.file), against, with_wait=False)


@pytest.fixture
def analysed(tmp_path: Path) -> Analyser:
    return Analyser(tmp_path)


def say(analysis: Analysis) -> str:
    return answer_words.answer_sentence(analysis.case, analysis.deals)


def test_nobody_worse_off_and_nobody_better_is_possible_and_is_said_so(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper: {points: {water: {upper_only: 1, shared: 1}}, assumption: ours alone}
          lower: {points: {water: {upper_only: 1, shared: 1}}, assumption: ours alone}
        """
    )
    (deal,) = found.deals.deals
    assert deal.verdict is Verdict.YES
    assert [c.stance for c in deal.consents] == [Stance.EQUAL, Stance.EQUAL]
    assert "nobody gains" in say(found)
    (table,) = found.deals.tables
    assert (table.n_packages, table.n_possible, table.n_efficient) == (3, 3, 3)
    nash, kalai, egalitarian, utilitarian = table.points
    assert nash.packages == ()
    assert "none" in answer_words.point_sentence(found.case, nash)
    assert kalai.n_packages == egalitarian.n_packages == utilitarian.n_packages == 3


def test_one_party_alone_takes_what_it_likes_best(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper: {points: {water: {upper_only: 0, shared: 2}, road: {closed: 0, open: 1}}, our_idea: true}
        """,
        HEAD.replace("seats: {upper: always, lower: always}", "seats: {upper: always}"),
    )
    (table,) = found.deals.tables
    assert table.asked == ("upper",)
    assert table.n_possible == 3
    assert all(
        dict(p.packages[0].settles) == {"water": "shared", "road": "open"} for p in table.points
    )
    assert table.scatter is None


def test_without_anybody_to_ask_nothing_is_decided(analysed: Analyser) -> None:
    found = analysed(
        "", HEAD.replace("seats: {upper: always, lower: always}", "seats: {upper: sometimes}")
    )
    (deal,) = found.deals.deals
    assert deal.verdict is Verdict.UNDECIDED
    assert "whose consent" in answer_words.table_sentence(found.case, found.deals.tables[0])


def test_no_package_for_all_names_who_refuses_and_who_opens_it(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper: {wants: [water is upper_only, road is closed], our_idea: true}
          lower: {wants: [water is shared, road is open], our_idea: true}
        """
    )
    (deal,), (table,) = found.deals.deals, found.deals.tables
    assert deal.verdict is Verdict.NO
    assert [c.party for c in deal.blockers] == ["upper"]
    assert deal.blockers[0].reason.issues == ("water",)
    assert (table.n_possible, deal.repair_kind) == (0, "none")
    assert [r.party for r in table.refusals if r.opens] == ["upper"]
    assert say(found).startswith("No: Upper village would rather go without")
    assert "Without Upper village there would be some" in answer_words.table_sentence(
        found.case, table
    )


def test_a_package_that_fewer_refuse_is_offered_where_none_is_for_all(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper: {wants: [water is upper_only, road is closed], our_idea: true}
          lower: {wants: [road is closed], refuses: [water is shared], our_idea: true}
        """
    )
    (deal,) = found.deals.deals
    assert {c.party for c in deal.blockers} == {"upper", "lower"}
    assert deal.repair_kind == "none"  # every package is refused by both or changes the road


def test_an_order_decides_only_what_it_names(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper: {order: [swap, today], our_idea: true}
          lower: {wants: [water is shared], our_idea: true}
        """
    )
    (deal,), (table,) = found.deals.deals, found.deals.tables
    assert deal.verdict is Verdict.YES
    assert (table.n_possible, table.n_undecided) == (1, 2)
    assert table.compared_on == ("lower",)
    assert table.not_compared_on == ("upper",)
    assert "Upper village" in table.no_points_because


def test_a_range_that_leaves_it_open_is_said_to_depend(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper:
            points: {water: {upper_only: 5, shared: 2 to 4}, road: {closed: 0, open: 2}}
            our_idea: true
          lower: {points: {water: {upper_only: 0, shared: 2}, road: {closed: 1, open: 0}}, our_idea: true}
        """
    )
    (deal,) = found.deals.deals
    upper, lower = deal.consents
    assert (upper.stance, lower.stance) == (Stance.DEPENDS, Stance.BETTER)
    assert deal.verdict is Verdict.UNDECIDED
    assert say(found).startswith("Not decided")


def test_a_range_cancels_where_two_outcomes_share_the_option(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper:
            points: {water: {upper_only: 0 to 9, shared: 0 to 9}, road: {closed: 0, open: 1}}
            our_idea: true
          lower: {points: {road: {closed: 0, open: 1}}, our_idea: true}
        """,
        HEAD.replace("says: {water: shared, road: open}", "says: {road: open}"),
    )
    assert found.deals.deals[0].verdict is Verdict.YES


def test_a_quota_and_a_right_to_block_are_consents_too(analysed: Analyser) -> None:
    head = HEAD.replace(
        "    seats: {upper: always, lower: always}",
        "    seats: {upper: always, lower: always}\n    must_agree: []\n"
        "    enough: {at_least: 1, of: [upper, lower]}",
    ).replace(
        "  lower: {name: Lower village}",
        "  lower: {name: Lower village}\n  miller: {name: Miller, can_block: road is open}",
    )
    wants = """
        judgements:
          upper: {wants: [water is upper_only], our_idea: true}
          lower: {wants: [water is shared], our_idea: true}
          miller: {wants: [%s], our_idea: true}
        """
    assert analysed(wants % "road is open", head).deals.deals[0].verdict is Verdict.YES
    blocked = analysed(wants % "road is closed", head).deals.deals[0]
    assert blocked.verdict is Verdict.NO
    assert [(c.party, c.asked_as) for c in blocked.blockers] == [("miller", "can block")]


def test_rules_strike_packages_and_impossible_deals_are_reported_by_the_reader(
    analysed: Analyser,
) -> None:
    found = analysed(
        """
        rules:
          both: {together: [water is shared, road is open]}
        judgements:
          upper: {wants: [road is open], our_idea: true}
          lower: {wants: [water is shared], our_idea: true}
        """
    )
    (table,) = found.deals.tables
    assert (table.n_packages, table.n_struck, table.n_possible) == (1, 2, 1)


def test_rules_that_leave_nothing_are_said_to(analysed: Analyser) -> None:
    found = analysed(
        """
        rules:
          no_water: {never: water is shared}
          no_road: {never: road is open}
        """,
        HEAD[: HEAD.index("deals:")],
    )
    (table,) = found.deals.tables
    assert table.n_packages == 0
    assert "the rules leave no package" in answer_words.table_sentence(found.case, table)


def test_decimals_that_add_up_alike_in_another_order_tie(analysed: Analyser) -> None:
    """0.1 + 0.2 and 0.3 are one number on paper."""
    found = analysed(
        """
        judgements:
          upper:
            points: {road: {closed: 0.3, open: 0.1}, water: {upper_only: 0.2, shared: 0}}
            our_idea: true
          lower: {points: {road: {closed: 0, open: 0}, water: {upper_only: 0, shared: 0}}, our_idea: true}
        """
    )
    (table,) = found.deals.tables
    assert table.n_efficient == 2


def test_comparing_with_something_unknown_names_what_there_is(analysed: Analyser) -> None:
    with pytest.raises(NotFoundError, match="there are: today, swap"):
        analysed("", against="swapp")


def test_a_deal_is_nobodys_fallback_at_its_own_table(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper: {wants: [road is open], without_a_deal: {best_of: [swap, today]}, our_idea: true}
          lower: {wants: [water is shared], our_idea: true}
        """
    )
    (deal,) = found.deals.deals
    assert deal.consents[0].stance is Stance.BETTER
    assert deal.consents[0].reason.against == "today"


def test_an_envoy_decides_by_his_principals_wants(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper: {wants: [road is open], our_idea: true}
          lower: {wants: [water is shared], our_idea: true}
        """,
        HEAD.replace(
            "  lower: {name: Lower village}",
            "  lower: {name: Lower village}\n  envoy: {name: Envoy, acts_for: upper, may_not_offer: water is shared}",
        ).replace("{upper: always, lower: always}", "{envoy: always, lower: always}"),
    )
    (deal,) = found.deals.deals
    assert (deal.consents[0].party, deal.consents[0].holder) == ("envoy", "upper")
    assert deal.verdict is Verdict.YES
    assert deal.beyond_mandate == (("envoy", "water is shared"),)
    assert deal.unbound == ()  # he signs for those who sent him


BOTH_WANT_IT = """
    judgements:
      upper: {wants: [road is open], our_idea: true}
      lower: {wants: [water is shared], our_idea: true}
    """


def test_only_a_red_line_on_the_table_is_named(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper:
            wants: [road is open]
            refuses: [water is upper_only, road is open]
            our_idea: true
        """,
        HEAD.replace("{upper: always, lower: always}", "{upper: always}\n    scope: road").replace(
            "says: {water: shared, road: open}", "says: {road: open}"
        ),
    )
    (blocker,) = found.deals.deals[0].blockers
    assert blocker.stance is Stance.RED_LINE
    assert blocker.reason.issues == ("road",)


def test_a_fallback_that_is_not_ranked_does_not_undo_what_the_others_decide(
    analysed: Analyser,
) -> None:
    found = analysed(
        """
        endings:
          drought: {title: Drought, sets: {road: open}}
          flood: {title: Flood, sets: {water: shared}}
        judgements:
          upper:
            order: [drought, swap, today]
            without_a_deal: {best_of: [drought, flood]}
            our_idea: true
          lower:
            order: [swap, drought, today]
            without_a_deal: {worst_of: [drought, flood]}
            our_idea: true
        """
    )
    upper, lower = found.deals.deals[0].consents
    assert (upper.stance, upper.reason.against) == (Stance.WORSE, "drought")
    assert (lower.stance, lower.reason.against) == (Stance.BETTER, "drought")


def test_a_quota_that_is_missed_counts_as_missing_consent(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper: {wants: [water is upper_only, road is open], our_idea: true}
          lower: {wants: [road is closed], refuses: [water is shared], our_idea: true}
        """,
        HEAD.replace(
            "    seats: {upper: always, lower: always}",
            "    seats: {upper: always, lower: always}\n    must_agree: []\n"
            "    enough: {at_least: 2, of: [upper, lower]}",
        ),
    )
    (deal,) = found.deals.deals
    assert deal.blockers == ()
    assert deal.repair_kind == "closest"
    assert [dict(r.package.settles) for r in deal.repairs] == [{"road": "open"}]
    assert "too few of those counted" in say(found)


def test_what_was_not_examined_is_not_called_impossible(analysed: Analyser) -> None:
    no_table = HEAD.replace("    table: talks\n", "")
    found = analysed(BOTH_WANT_IT.replace("road is open", "water is upper_only"), no_table)
    assert found.deals.deals[0].repair_kind == "not examined"
    assert say(found).endswith("Other packages were not examined.")


def test_who_can_block_does_not_stand_in_for_those_who_are_asked(analysed: Analyser) -> None:
    found = analysed(
        BOTH_WANT_IT,
        HEAD.replace("{upper: always, lower: always}", "{upper: sometimes}").replace(
            "lower: {name: Lower village}",
            "lower: {name: Lower village, can_block: water is shared}",
        ),
    )
    assert found.deals.deals[0].verdict is Verdict.UNDECIDED
    assert "whose consent" in say(found)


def test_a_deal_that_asks_others_is_still_no_fallback_at_its_table(analysed: Analyser) -> None:
    found = analysed(
        """
        judgements:
          upper: {wants: [road is open, water is shared], without_a_deal: swap, our_idea: true}
        """,
        HEAD
        + "  alone: {title: Road alone, table: talks, must_agree: upper, says: {road: open}}\n",
    )
    alone = found.deals.deals[1]
    assert alone.consents[0].stance is Stance.BETTER
    assert alone.consents[0].reason.against == "today"
