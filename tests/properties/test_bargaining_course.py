"""The course of small random talks, against a plain walk through every state one by one."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_bargaining import PlainBargain, as_equilibrium
from random_bargaining import Features, random_bargaining, random_games

from detente.engines.bargaining.course import Course, course_of
from detente.engines.bargaining.equilibrium import EXIT
from detente.engines.bargaining.game import BargainingGame
from detente.errors import EngineInputError

State = tuple[str, int, int]
"""Kind, package or party, world: talks on for the first time, again, in force, exited, broken."""
Tally = dict[object, float]


def plain_course(plain: PlainBargain, start: int, belief: int) -> Tally:
    """Walk all states forward; return chances under keys that say what they are of."""
    game = plain.game
    found: Tally = defaultdict(float)
    now: dict[State, float] = {("first", -1, start): 1.0}
    for t in range(game.n_periods + 1):
        for state, mass in now.items():
            found["at", t, state] += mass
        if t == game.n_periods:
            break
        then: dict[State, float] = defaultdict(float)
        for (kind, which, w), mass in now.items():
            if kind in ("exited", "broken"):
                then[kind, which, 0] += mass
            elif kind == "in force":
                under(game, found, then, t, belief, which, w, mass)
            else:
                meet(plain, found, then, t, belief, kind, w, mass)
        now = then
    return found


def world_moves(
    game: BargainingGame, t: int, belief: int, regime: int, w: int
) -> list[tuple[int, float]]:
    chances = game.chances[int(game.phase[t]), belief, regime, w].tolist()
    return [(v, chance) for v, chance in enumerate(chances) if chance]


def under(
    game: BargainingGame,
    found: Tally,
    then: dict[State, float],
    t: int,
    belief: int,
    d: int,
    w: int,
    mass: float,
) -> None:
    breaks = 1 - math.exp(-float(game.breakdown_rate[w, d]) * game.dt)
    for v, chance in world_moves(game, t, belief, int(game.regime[d]), w):
        then["in force", d, v] += mass * chance * (1 - breaks)
        found["broke", t, d] += mass * chance * breaks
        resumes = int(game.resumes_in[v, d])
        state = ("again", -1, resumes) if resumes >= 0 else ("broken", -1, 0)
        then[state] += mass * chance * breaks


def meet(
    plain: PlainBargain,
    found: Tally,
    then: dict[State, float],
    t: int,
    belief: int,
    kind: str,
    w: int,
    mass: float,
) -> None:
    passes = mass
    for k, i in itertools.product(plain.tables, plain.parties):
        for offer in plain.cells[t, w, k, i]:
            tabled = mass * plain.floor(w, k, i) * offer.chance
            for e, chance in enumerate(offer.exited):
                then["exited", e, 0] += tabled * chance
                passes -= tabled * chance
            if offer.package != EXIT:
                agreed = tabled * offer.accepted
                passes -= agreed
                under(plain.game, found, then, t, belief, offer.package, w, agreed)
                if kind == "first":
                    found["signed", t, offer.package] += agreed
                    found["proposed", i, offer.package] += agreed
                    found["table", k] += agreed
    for v, chance in world_moves(plain.game, t, belief, 0, w):
        then[kind, -1, v] += passes * chance
        if kind == "first":
            found["moves", t, w, v] += passes * chance


def close(found: object, expected: object) -> bool:
    return bool(np.allclose(found, expected, rtol=0, atol=1e-12))  # type: ignore[arg-type]  # any array


@settings(max_examples=60)
@given(random_games(), st.data())
def test_course_is_the_plain_walk_through_all_states(
    game: BargainingGame, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, game.n_worlds - 1), label="start")
    belief = data.draw(st.integers(0, game.chances.shape[1] - 1), label="belief")
    plain = PlainBargain(game)
    course = course_of(game, as_equilibrium(plain), start, belief)
    check_against_plain(game, course, plain_course(plain, start, belief))


@pytest.mark.parametrize("seed", range(60))
def test_course_of_a_seeded_game_is_the_plain_walk(seed: int) -> None:
    game = random_bargaining(seed)
    plain = PlainBargain(game)
    course = course_of(game, as_equilibrium(plain), 0)
    check_against_plain(game, course, plain_course(plain, 0, 0))


def check_against_plain(game: BargainingGame, course: Course, plain: Tally) -> None:
    worlds, parties, end = range(game.n_worlds), range(game.n_parties), game.n_periods
    support = course.packages.tolist()
    assert course.largest_error < 1e-12
    for t in range(end + 1):
        first = [plain["at", t, ("first", -1, w)] for w in worlds]
        again = [plain["at", t, ("again", -1, w)] for w in worlds]
        assert close(course.untried[t], first)
        assert close(course.talks[t], np.add(first, again))
        kept = [[plain["at", t, ("in force", d, w)] for w in worlds] for d in support]
        assert close(course.in_force[t], np.sum(kept, axis=1) if kept else [])
        assert close(course.exited[t], [plain["at", t, ("exited", e, 0)] for e in parties])
        assert close(course.broken[t], plain["at", t, ("broken", -1, 0)])
        signed = [sum(plain["signed", s, d] for s in range(t)) for d in support]
        assert close(course.signed_by[t], signed)
        broke = [sum(plain["broke", s, d] for s in range(t)) for d in support]
        assert close(course.broke[t], broke)
    for d, column in enumerate(support):
        at_end = [plain["at", end, ("in force", column, w)] for w in worlds]
        assert close(course.in_force_world[d], at_end)
        assert close(course.proposed[:, d], [plain["proposed", i, column] for i in parties])
    assert close(course.table, [plain["table", k] for k in range(game.n_tables)])
    for t, w, v in itertools.product(range(end), worlds, worlds):
        assert close(course.moves[t, w, v], plain["moves", t, w, v])
    agreed = [sum(plain["signed", t, d] for d in support) for t in range(end)]
    if sum(agreed) > 0:
        mean = sum(t * game.dt * chance for t, chance in enumerate(agreed)) / sum(agreed)
        assert close(course.mean_time, mean)
    else:
        assert math.isnan(course.mean_time)


def test_course_agrees_with_playing_the_game_out_many_times() -> None:
    """40,000 plays; each count strays beyond 4.5 deviations once in 147,000 trials."""
    features = Features(
        n=2, worlds=2, packages=3, tables=2, periods=4, phases=2, breakdowns=True, exits=True,
        noise=1.0,
    )  # fmt: skip
    game = random_bargaining(19, features)
    plain = PlainBargain(game)
    course = course_of(game, as_equilibrium(plain), 0)
    rng = np.random.default_rng(20)
    n_plays = 40_000
    count: Tally = defaultdict(float)
    for _ in range(n_plays):
        count[play(plain, rng)] += 1
    expected: Tally = {
        "talks": float(course.talks[-1].sum()),
        "broken": course.broken[-1],
        **{("exited", e): course.exited[-1, e] for e in plain.parties},
        **{
            ("in force", int(d)): x
            for d, x in zip(course.packages, course.in_force[-1], strict=True)
        },
    }
    assert set(count) <= set(expected)
    assert sum(0.01 < chance < 0.99 for chance in expected.values()) > 5
    for ending, chance in expected.items():
        deviation = math.sqrt(chance * (1 - chance) / n_plays)
        assert abs(count[ending] / n_plays - chance) <= 4.5 * deviation + 1e-12


def play(plain: PlainBargain, rng: np.random.Generator) -> object:
    """Play once; return how it ended or stands at the end."""
    game, w, d = plain.game, 0, -1
    for t in range(game.n_periods):
        draw = rng.random()
        for k, i in itertools.product(plain.tables, plain.parties):
            for offer in plain.cells[t, w, k, i] if d < 0 else ():
                tabled = plain.floor(w, k, i) * offer.chance
                for what, chance in [("sign", offer.accepted), *enumerate(offer.exited)]:
                    draw -= tabled * chance
                    if draw < 0 and d < 0:
                        if what != "sign":
                            return "exited", what
                        d = offer.package
        regime = 0 if d < 0 else int(game.regime[d])
        broke = d >= 0 and rng.random() < plain.breaks(w, d)
        w = int(rng.choice(game.n_worlds, p=game.chances[game.phase[t], 0, regime, w]))
        if broke:
            w, d = int(game.resumes_in[w, d]), -1
            if w < 0:
                return "broken"
    return "talks" if d < 0 else ("in force", d)


def test_a_world_or_belief_that_does_not_exist_is_refused() -> None:
    game = random_bargaining(0, Features(worlds=2))
    equilibrium = as_equilibrium(PlainBargain(game))
    with pytest.raises(EngineInputError, match="start: found 2, expected 0 to 1"):
        course_of(game, equilibrium, 2)
    with pytest.raises(EngineInputError, match="belief: found 1, expected 0 to 0"):
        course_of(game, equilibrium, 0, belief=1)


def test_the_equilibrium_of_another_game_is_refused() -> None:
    equilibrium = as_equilibrium(PlainBargain(random_bargaining(0, Features(periods=3))))
    with pytest.raises(EngineInputError, match="this very game"):
        course_of(random_bargaining(0, Features(periods=2)), equilibrium, 0)
