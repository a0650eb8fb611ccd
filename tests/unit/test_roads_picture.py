"""Roads from here: what is drawn is what is told, always alike, and never more than can be read."""

from __future__ import annotations

import dataclasses
import random
import re
from itertools import combinations
from pathlib import Path

import pytest

from detente.analysis import Analysis, Change, HoldAnswer, Road, Roads, RoadStep, analyse
from detente.analysis.conflict_actions import BROKEN, Action
from detente.casefile import read_case
from detente.engines.stability import Concept
from detente.ledger import PartyId
from detente.model import Case, ClockId, IssueId, OptionId
from detente.reports.road_labels import wrapped
from detente.reports.road_picture import (
    MOST_IN_A_LAYER,
    MOST_NODES,
    MOST_STEPS,
    layout_of,
    net_of,
    place_names,
    road_spec,
    roads_svg,
)
from detente.reports.road_words import (
    RoadKind,
    road_kind,
    road_sentence,
    road_sentences,
    roads_answer,
    told_step,
)
from detente.reports.sections.roads import roads as section_of

ALEPPO = Path(__file__).parents[2] / "examples" / "aleppo-2016"
RUSSIA, FRONT = PartyId("russia"), PartyId("conquest_front")
BOMBING, STOPPED = IssueId("bombing"), OptionId("stopped")
DOES = Action("does", RUSSIA, BOMBING, (OptionId("goes_on"), STOPPED))
STOPS = Change(DOES, OptionId("goes_on"), STOPPED)


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(ALEPPO)


@pytest.fixture(scope="module")
def aleppo(case: Case) -> Analysis:
    return analyse(case, with_wait=False)


def step(
    start: int, end: int, who: str | None = "russia", *, gains: bool = False, hole: bool = False
) -> RoadStep:
    if who is None:
        return RoadStep(None, ClockId("city_falls"), (STOPS,), False, False, start, end)
    return RoadStep(PartyId(who), None, (STOPS,), gains, hole, start, end)


def with_roads(analysis: Analysis, roads: Roads) -> Analysis:
    return dataclasses.replace(analysis, hold=HoldAnswer(Concept.SEQ, (), roads, ()))


def random_roads(case: Case, seed: int) -> Roads:
    """Draw a tree of states and give some of them the names of deals and endings."""
    draw = random.Random(seed)  # noqa: S311  # nothing is kept secret with it
    parties, into, layer, n = list(case.parties), dict[int, RoadStep](), [0], 1
    for _ in range(draw.randint(1, MOST_STEPS + 1)):
        begin = n
        for _ in range(draw.randint(1, 5)):
            who = None if draw.random() < 0.15 else draw.choice(parties)
            gains, hole = draw.random() < 0.4, draw.random() < 0.2
            into[n] = step(draw.choice(layer), n, who, gains=gains, hole=hole)
            n += 1
        layer = list(range(begin, n))
    names = (*case.deals, *case.endings)
    roads = []
    for name, end in zip(names, draw.sample(range(1, n), min(len(names), n - 1)), strict=False):
        steps, at = [], end
        while at:
            steps.append(into[at])
            at = into[at].start
        roads.append(Road(name, tuple(reversed(steps)), None))
    return Roads(tuple(roads), n, n)


# --- the picture ------------------------------------------------------------------------


def test_the_same_roads_give_the_same_bytes(case: Case) -> None:
    roads = random_roads(case, 3)
    net = net_of(roads)
    assert net is not None
    assert roads_svg(case, roads, net) == roads_svg(case, roads, net)


def test_ids_are_unique_and_the_picture_is_described(aleppo: Analysis) -> None:
    section = section_of(aleppo)
    assert section is not None
    picture = section.data["picture"]
    assert isinstance(picture, dict)
    svg = str(picture["svg"])
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert sorted(ids) == ["roads-picture-desc", "roads-picture-title"]
    assert "The list below says the same." in svg
    assert 'role="img"' in svg


@pytest.mark.parametrize("seed", range(12))
def test_every_line_of_the_picture_is_in_the_list(aleppo: Analysis, seed: int) -> None:
    roads = random_roads(aleppo.case, seed)
    section, net = section_of(with_roads(aleppo, roads)), net_of(roads)
    assert section is not None
    if net is None:
        assert section.data["picture"] is None
        return
    names = place_names(roads)
    told = section.data["roads"]
    assert isinstance(told, list)
    rows = {(r["from"], r["to"], r["kind"], bool(r["bound"])) for t in told for r in t["steps"]}
    drawn = {(names[w.start], names[w.end], w.style, w.is_hole) for w in net.lines}
    assert drawn <= rows
    if not net.left_out:
        assert drawn == rows


@pytest.mark.parametrize("seed", range(30))
def test_no_words_lie_on_other_words(case: Case, seed: int) -> None:
    net = net_of(random_roads(case, seed))
    if net is None:
        return
    layout = layout_of(case, net)
    boxes = [label.box for label in (*layout.names.values(), *layout.titles.values())]
    for one, other in combinations(boxes, 2):
        assert one.overlap(other) <= 30  # less than a letter, of the air around words
    for x, y in layout.places.values():
        assert 0 < x < layout.width
        assert 0 < y < layout.height
    for box in boxes:
        assert box.top >= 0
        assert box.bottom <= layout.height


def test_roads_that_begin_alike_share_their_first_steps() -> None:
    first = step(0, 1)
    roads = Roads(
        (Road("kerry_package", (first, step(1, 2)), None), Road("evacuation", (first,), None)), 3, 3
    )
    net = net_of(roads)
    assert net is not None
    assert net.layers == {0: 0, 1: 1, 2: 2}
    assert len(net.lines) == 2
    assert place_names(roads) == {0: "today", 1: "B", 2: "A"}


def test_two_movers_between_the_same_states_share_a_line(case: Case) -> None:
    roads = Roads(
        (
            Road("kerry_package", (step(0, 1, gains=True),), None),
            Road("evacuation", (step(0, 1, "conquest_front", hole=True),), None),
        ),
        2,
        2,
    )
    net = net_of(roads)
    assert net is not None
    (line,) = net.lines
    assert (line.movers, line.style, line.is_hole) == ((RUSSIA, FRONT), "nothing", True)
    label = layout_of(case, net).names[0, 1].lines
    assert label == ("Russia", "or Conquest Front", "(bound by nobody)")
    assert place_names(roads)[1] == "A/B"


def test_a_hole_is_marked_in_the_picture_and_in_the_list(aleppo: Analysis) -> None:
    roads = Roads((Road("kerry_package", (step(0, 1, "conquest_front", hole=True),), None),), 2, 2)
    section, net = section_of(with_roads(aleppo, roads)), net_of(roads)
    assert section is not None
    assert net is not None
    assert len(layout_of(aleppo.case, net).rings) == 1
    assert "bound by nobody" in roads_svg(aleppo.case, roads, net)
    assert "somebody has to move whom nobody binds (the Conquest Front)" in section.answer
    assert "Nobody binds the Conquest Front to its step." in str(section.data["roads"])


def test_kinds_of_line_differ_in_more_than_colour(case: Case) -> None:
    roads = Roads(
        (
            Road("kerry_package", (step(0, 1, gains=True),), None),
            Road("evacuation", (step(0, 2),), None),
            Road("city_falls", (step(0, 3, None),), None),
        ),
        4,
        4,
    )
    net = net_of(roads)
    assert net is not None
    rules = [x["mark"] for x in road_spec(case, roads, net)["layer"] if x["mark"]["type"] == "rule"]
    assert len({str(mark.get("strokeDash")) for mark in rules}) == 3


# --- what does not fit ------------------------------------------------------------------


def test_a_large_net_is_cut_and_says_what_it_leaves_out(aleppo: Analysis) -> None:
    names = [*aleppo.case.deals, *aleppo.case.endings]
    roads = Roads(
        tuple(
            Road(name, tuple(step(8 * k + i if i else 0, 8 * k + i + 1) for i in range(7)), None)
            for k, name in enumerate(names)
        ),
        99,
        99,
    )
    net = net_of(roads)
    assert net is not None
    assert [road.to for road in net.drawn] == names[:3]
    assert len(net.layers) == 22 <= MOST_NODES
    section = section_of(with_roads(aleppo, roads))
    assert section is not None
    picture, told = section.data["picture"], section.data["roads"]
    assert isinstance(picture, dict)
    assert isinstance(told, list)
    assert picture["left_out"] == (
        "“The city falls, and the other deal follows” and “Eastern Aleppo falls”"
    )
    assert [road["name"] for road in told] == names


def test_a_road_of_many_steps_is_only_listed(aleppo: Analysis) -> None:
    long = tuple(step(n, n + 1) for n in range(MOST_STEPS + 1))
    roads = Roads((Road("kerry_package", long, None),), 20, 20)
    assert net_of(roads) is None
    section = section_of(with_roads(aleppo, roads))
    assert section is not None
    assert section.data["picture"] is None
    assert len(section.data["roads"][0]["steps"]) == MOST_STEPS + 1  # type: ignore[index]  # a list


def test_not_too_many_stand_above_one_another() -> None:
    many = Roads(tuple(Road(f"e{n}", (step(0, n + 1),), None) for n in range(20)), 21, 21)
    net = net_of(many)
    assert net is not None
    assert len(net.drawn) == MOST_IN_A_LAYER
    assert len(net.left_out) == 20 - MOST_IN_A_LAYER


def test_nothing_is_said_where_nothing_was_asked(aleppo: Analysis) -> None:
    assert section_of(dataclasses.replace(aleppo, hold=None)) is None
    assert section_of(with_roads(aleppo, Roads((), 1, 1))) is None


def test_too_many_moves_and_issues_left_out_are_said(aleppo: Analysis) -> None:
    section = section_of(with_roads(aleppo, Roads((), 0, 0, (), "10 million moves")))
    assert section is not None
    assert section.answer == "The roads were not examined: there are too many moves."
    assert section.data["picture"] is None
    assert section.data["notes"] == ["No roads were looked for: 10 million moves."]
    held = Roads((Road("kerry_package", (step(0, 1),), None),), 2, 2, (BOMBING,))
    assert "“Does the bombing of eastern Aleppo end?”" in str(road_sentences(aleppo.case, held))


# --- the words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "by_gains", "kind", "words"),
    [
        (None, None, RoadKind.NONE, "No road leads there by the moves in the case."),
        ((), (), RoadKind.HERE, "That is how things stand today."),
        ((step(0, 1, None),), None, RoadKind.TIME, "Time alone leads there"),
        ((step(0, 1, gains=True),), (step(0, 1, gains=True),), RoadKind.GAINS, "gains by each"),
        ((step(0, 1, None), step(1, 2, gains=True)), None, RoadKind.TIME_AND_GAINS, "takes time"),
        ((step(0, 1),), None, RoadKind.AGAINST, "There is no road on which everybody gains"),
        ((step(0, 1),), (step(0, 1, gains=True),), RoadKind.OTHER_GAINS, "There is another road"),
    ],
)
def test_each_kind_of_road_has_its_sentence(
    aleppo: Analysis,
    steps: tuple[RoadStep, ...] | None,
    by_gains: tuple[RoadStep, ...] | None,
    kind: RoadKind,
    words: str,
) -> None:
    road = Road("evacuation", steps, by_gains)
    assert road_kind(road) is kind
    assert words in road_sentence(aleppo.case, road)
    roads = Roads((road,), 3, 3)
    answer = roads_answer(aleppo.case, roads)
    assert answer.startswith("Of one deal or ending, ")
    assert answer.endswith(".")
    assert ("reached by no road" in answer) is (kind is RoadKind.NONE)
    assert section_of(with_roads(aleppo, roads)) is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (STOPS, "does its part of “The bombing stops”"),
        (Change(DOES, STOPPED, OptionId("goes_on")), "stops working for “The bombing stops”"),
        (
            Change(DOES, STOPPED, BROKEN),
            "does not do its part, as promised, of “The bombing stops”",
        ),
        (
            Change(Action("undoes", RUSSIA, BOMBING, DOES.options), OptionId("goes_on"), STOPPED),
            "puts an end to “The bombing stops”",
        ),
        (
            Change(Action("undoes", RUSSIA, BOMBING, DOES.options), STOPPED, OptionId("goes_on")),
            "lets stand “The bombing stops”",
        ),
        (
            Change(
                Action("answers", RUSSIA, None, (OptionId("no"), OptionId("yes"))),
                OptionId("no"),
                OptionId("yes"),
            ),
            "sees to it that a broken promise has its consequence",
        ),
    ],
)
def test_each_kind_of_change_has_its_words(case: Case, change: Change, words: str) -> None:
    told = told_step(case, RoadStep(RUSSIA, None, (change,), True, False, 0, 1))
    assert (told.who, told.does, told.gains, told.bound) == ("Russia", words, "gains by it", "")


def test_an_option_that_names_nothing_is_told_with_its_question(case: Case) -> None:
    issue = IssueId("who_governs")
    government = PartyId("assad_government")
    action = Action("does", government, issue, tuple(o.id for o in case.issues[issue].options))
    change = Change(action, OptionId("locals"), OptionId("damascus"))
    told = told_step(case, RoadStep(government, None, (change,), True, False, 0, 1))
    assert told.who == "The Assad government"
    assert told.does == (
        "brings about “Who governs eastern Aleppo once the fighting stops? "
        "Whoever the Assad government names”"
    )


def test_what_is_not_known_is_not_called_no_gain(case: Case) -> None:
    told = told_step(case, step(0, 1, "united_nations"))
    assert told.gains == "what it wants is not stated"


def test_the_clock_is_named_and_what_it_brings(case: Case) -> None:
    told = told_step(case, step(0, 1, None))
    assert told.who == "Time"
    assert told.does.startswith("“Eastern Aleppo is taken or gives itself up”, which may come by")
    assert told.does.endswith("brings “The bombing stops”")


def test_the_words_of_theory_do_not_occur(aleppo: Analysis) -> None:
    assert aleppo.hold is not None
    told = road_sentences(aleppo.case, aleppo.hold.roads)
    assert [heading for heading, _ in told] == [
        "Where things come to rest",
        *(aleppo.case.title_of(road.to) for road in aleppo.hold.roads.roads),
        "How to read this",
    ]
    words = f"{told} {roads_answer(aleppo.case, aleppo.hold.roads)}".lower()
    for term in ("unilateral", "equilib", "nash", "improvement", "status quo", "utility", "state "):
        assert term not in words


def test_long_names_are_cut_with_a_sign() -> None:
    assert wrapped("a bc def", 4, 3) == ("a bc", "def")
    assert wrapped("one two three four", 7, 2) == ("one two", "three…")
    assert wrapped("Unpronounceable", 6, 2) == ("Unpro…",)
