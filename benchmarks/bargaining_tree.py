"""Measure bargaining in time against the same game as a tree in Gambit, the values equal first.

Gambit (GPL) is a peer to measure against, not a dependency of anything: install it beside Detente
in an environment of its own, ``pip install -e . "pygambit>=16.7"``, and run ``python
benchmarks/bargaining_tree.py`` there; a minute or two.

The tree of a game: in each period chance draws the world and who has the floor, that party tables a
package or says nothing, the others that must consent answer in turn, each seeing what was done. A
party that refuses may end the talks where that is open. Every history has its own node, so that
Gambit's tree grows with the power of the periods, and ours with their number.

Gambit has no backward induction: the subgame-perfect values are found by plain backward induction
over its nodes, asserted equal to ours; and the choices found there, handed to Gambit as a behaviour
profile, are asserted to be worth the same by its own reckoning and to leave no regret at any node.
Its ``logit_solve`` traces a branch that ends near such an equilibrium; where it is feasible it is
asserted to come near our values. Ties are avoided by drawing payoffs at random.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from ratio import compare, seconds

from detente.engines.bargaining.game import BargainingGame, bargaining_game
from detente.engines.bargaining.solve import solve_bargaining

try:
    import pygambit
except ImportError:
    sys.exit("bargaining_tree.py: found no pygambit, expected 16.7 or later: pip install pygambit, "
             "in an environment of its own")  # fmt: skip


def small_game(
    n: int, packages: int, periods: int, worlds: int = 1, exits: bool = False, seed: int = 0
) -> BargainingGame:
    """Draw payoffs at random, without ties; chances in quarters."""
    rng = np.random.default_rng(seed)
    chances = np.full((worlds, worlds), 0.25 / max(worlds - 1, 1))
    np.fill_diagonal(chances, 0.75 if worlds > 1 else 1.0)
    floor = np.full(n, 0.25)
    floor[0] = 1 - 0.25 * (n - 1)
    return bargaining_game(
        waiting=rng.uniform(0, 1, (worlds, n)),
        kept=rng.uniform(0, 2, (1, n, packages)),
        lump=rng.uniform(-1, 1, (worlds, n, packages)),
        chances=chances[None, None, None],
        phase=np.zeros(periods, int),
        recognition=floor[None, None],
        discount_rate=rng.uniform(0.1, 0.4, n),
        exit_open=np.full((worlds, n), exits),
        exit_worth=rng.uniform(2, 5, (worlds, n, n)),
    )


@dataclass
class Tree:
    """The same game as Gambit sees it, from world 0."""

    game: BargainingGame

    def __post_init__(self) -> None:
        game = self.game
        self.signed = signed_worth(game)
        self.terminal = solve_bargaining(game).value[-1]
        self.tree = pygambit.Game.new_tree(players=[f"p{i}" for i in range(game.n_parties)])
        self.payers = list(self.tree.players)
        self.n_nodes, self.n_ends = 1, 0
        self.grow(self.tree.root, 0, 0, np.zeros(game.n_parties))

    def move(self, node: Any, mover: Any, actions: list[str]) -> list[Any]:
        self.tree.append_move(node, mover, actions)
        self.n_nodes += len(actions)
        return list(node.children)

    def end(self, node: Any, worth: Any) -> None:
        paid = [Decimal(repr(float(x))) for x in worth]
        self.n_ends += 1
        self.tree.set_outcome(node, self.tree.add_outcome(f"end{self.n_ends}", paid))

    def grow(self, node: Any, t: int, w: int, paid: Any) -> None:
        """Append a period; ``paid`` is what has been had so far, seen from the start."""
        game = self.game
        chance = self.tree.players.chance
        floors = self.move(node, chance, [f"floor{i}" for i in range(game.n_parties)])
        floor = game.recognition[w, 0] * game.table_comes_up[w, 0]
        self.tree.set_chance_probs(node.infoset, [Decimal(float(p)) for p in floor])
        for i, has_floor in enumerate(floors):
            actions = [f"package{d}" for d in range(game.n_packages)] + ["nothing"]
            *tabled, nothing = self.move(has_floor, self.payers[i], actions)
            self.passes(nothing, t, w, paid)
            for d, asked in enumerate(tabled):
                others = [j for j in range(game.n_parties) if j != i and game.required[w, j, d]]
                self.ask(asked, t, w, d, others, paid)

    def ask(self, node: Any, t: int, w: int, d: int, others: list[int], paid: Any) -> None:
        game = self.game
        factor = game.discount**t
        if not others:
            self.end(node, paid + factor * self.signed[t, w, :, d])
            return
        j, *rest = others
        leave = ["leave"] if game.exit_open[w, j] else []
        yes, no, *ended = self.move(node, self.payers[j], ["yes", "no", *leave])
        self.ask(yes, t, w, d, rest, paid)
        self.passes(no, t, w, paid)
        for each in ended:
            self.end(each, paid + factor * game.exit_worth[w, j])

    def passes(self, node: Any, t: int, w: int, paid: Any) -> None:
        game = self.game
        then = paid + game.discount**t * game.waiting[w] * game.dt
        moves = game.chances[0, 0, 0, w]
        if t + 1 == game.n_periods:  # what follows is stated for each world: its mean will do
            self.end(node, then + game.discount ** (t + 1) * (moves @ self.terminal))
            return
        if game.n_worlds == 1:
            self.grow(node, t + 1, w, then)
            return
        worlds = self.move(node, self.tree.players.chance, [f"world{v}" for v in range(len(moves))])
        self.tree.set_chance_probs(node.infoset, [Decimal(float(p)) for p in moves])
        for v, child in enumerate(worlds):
            self.grow(child, t + 1, v, then)

    def backwards(self) -> tuple[Any, dict[Any, str]]:
        """Plain backward induction over Gambit's nodes: the worth of the root, and the choices."""
        choices: dict[Any, str] = {}

        def worth(node: Any) -> Any:
            if node.is_terminal:
                return np.array([float(node.outcome[p]) for p in self.payers])
            worths = [worth(child) for child in node.children]
            infoset = node.infoset
            actions = list(infoset.actions)
            if infoset.is_chance:
                chances = [float(action.prob) for action in actions]
                return sum(p * each for p, each in zip(chances, worths, strict=True))
            mover = self.payers.index(node.player)
            best = max(range(len(worths)), key=lambda k: worths[k][mover])
            choices[infoset] = actions[best].label
            return worths[best]

        return worth(self.tree.root), choices

    def reckoned(self, choices: dict[Any, str]) -> tuple[Any, float]:
        """Let Gambit say what a profile of choices is worth, and the most anybody regrets anywhere."""
        profile = self.tree.mixed_behavior_profile(rational=False)
        for infoset, label in choices.items():
            for action in infoset.actions:
                profile[action] = float(action.label == label)
        worth = np.array([float(profile.payoff(p)) for p in self.payers])
        return worth, float(profile.agent_max_regret())


def signed_worth(game: BargainingGame) -> Any:
    """Return what signing each package in each period is worth, (T + 1, W, n, D)."""
    return solve_bargaining(game, range(game.n_packages)).signed


def in_turns(name: str, game: BargainingGame, *, logit: bool = False, rounds: int = 5) -> None:
    found: list[Tree] = []
    built = seconds(lambda: found.append(Tree(game)))
    tree = found[0]
    ours = solve_bargaining(game).value[0, 0]
    theirs, choices = tree.backwards()
    assert np.allclose(ours, theirs, rtol=0, atol=1e-9), f"{name}: {ours} and {theirs}"
    worth, regret = tree.reckoned(choices)
    assert np.allclose(ours, worth, rtol=0, atol=1e-9), f"{name}: {ours} and {worth}"
    assert regret < 1e-9, f"{name}: regret {regret}"
    over_nodes = compare(lambda: solve_bargaining(game), tree.backwards, rounds)
    print(f"| {name} | {tree.n_nodes:,} | {built:.2g} s | backward | {over_nodes} |", flush=True)
    if logit:
        (near,) = pygambit.nash.logit_solve(tree.tree).equilibria
        away = max(abs(float(near.payoff(p)) - v) for p, v in zip(tree.payers, ours, strict=True))
        assert away < 1e-2, f"{name}: logit {away} away"
        solver = compare(
            lambda: solve_bargaining(game), lambda: pygambit.nash.logit_solve(tree.tree), 3
        )
        print(f"| {name} | {tree.n_nodes:,} | | logit, {away:.1g} away | {solver} |", flush=True)


if __name__ == "__main__":
    print("| game | nodes | tree built in | Gambit | ours / theirs: median (quartiles) |")
    print("|---|---|---|---|---|")
    in_turns("2 parties, 2 packages, 2 periods", small_game(2, 2, 2), logit=True)
    in_turns("the same with exits", small_game(2, 2, 2, exits=True, seed=1), logit=True)
    in_turns("2 parties, 3 packages, 4 periods", small_game(2, 3, 4, seed=2))
    in_turns("2 parties, 2 packages, 3 periods, 2 worlds", small_game(2, 2, 3, 2, seed=3))
    in_turns("3 parties, 2 packages, 3 periods", small_game(3, 2, 3, seed=4))
    in_turns("3 parties, 3 packages, 2 periods, 2 worlds", small_game(3, 3, 2, 2, seed=5))
