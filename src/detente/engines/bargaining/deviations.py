"""An independent check of an equilibrium: does it add up, and does nobody gain by deviating once?"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np

from detente.engines._checks import Bools, Floats
from detente.engines.bargaining.answers import (
    Answers,
    above,
    answers_to,
    mandate,
    signing_backwards,
    terminal_value,
)
from detente.engines.bargaining.course import check_fit
from detente.engines.bargaining.equilibrium import EXIT, BargainingEquilibrium
from detente.engines.bargaining.game import BargainingGame

__all__ = ["Departure", "DepartureKind", "DeviationCheck", "one_shot_deviations"]

DepartureKind = Literal[
    "waiting", "value", "signed", "answer", "choice", "proposal", "consent", "refusal", "exit"
]
ERRORS: tuple[DepartureKind, ...] = ("waiting", "value", "signed", "answer", "choice")
GAINS: tuple[DepartureKind, ...] = ("proposal", "consent", "refusal", "exit")


@dataclass(frozen=True, slots=True)
class Departure:
    """The largest departure of one kind from what an equilibrium must be, and where it is.

    Kinds of error: ``waiting``, ``value`` and ``signed`` differ from what they are defined as;
    ``answer``: chances of consent or exit, or shares, differ from what the parties would answer;
    ``choice``: the rows of a cell are not all the tied best choices, each equally often.

    Kinds of gain: by another ``proposal``, by silence or by ending the talks for the party that has
    the floor; for one that is asked: refusing where it gives its ``consent``; consenting where its
    ``refusal`` is what happens; another way out where it makes its ``exit``, or making it where it
    does not.
    """

    kind: DepartureKind
    amount: float
    period: int
    world: int
    party: int


@dataclass(frozen=True, slots=True, eq=False)
class DeviationCheck:
    """What was found, kind by kind.

    Attributes
    ----------
    errors : tuple of Departure
        The largest of each kind of error; an amount of 0 for none.
    gains : tuple of Departure
        The largest of each kind of gain. The gains of those who are asked are looked for only where
        consent is sharp: with noise a party does not always do what is best for it.
    scale : float
        1 + the largest worth at any date: what amounts are compared with.
    n_checked : int
        How many answers and choices were gone through.
    method : str
    """

    errors: tuple[Departure, ...]
    gains: tuple[Departure, ...]
    scale: float
    n_checked: int
    method: str

    @property
    def largest_error(self) -> Departure:
        return max(self.errors, key=lambda found: found.amount)

    @property
    def largest_gain(self) -> Departure:
        return max(self.gains, key=lambda found: found.amount)

    def holds(self, within: float = 1e-9) -> bool:
        """Say whether nothing departs by more than this share of the scale."""
        worst = max(self.largest_error.amount, self.largest_gain.amount)
        return bool(worst <= within * self.scale)


def one_shot_deviations(game: BargainingGame, equilibrium: BargainingEquilibrium) -> DeviationCheck:
    """Check an equilibrium against the rules of the game, date by date and party by party.

    What signing every package is worth is worked out anew from the stored values of being in talks.
    With it, at every date and in every world: what waiting and being in talks are worth, what
    everybody answers to every package, and what whoever has the floor does with it. By the one-shot
    deviation principle nobody can then gain by any change of plan, since the horizon is finite.

    An answer is judged as though it decided: consenting gives what signing is worth, refusing what
    the better of waiting and of an open exit is worth. Among several who are asked this is what
    rules out that all refuse only because all others do. In the same way a party makes its exit
    where that is better for it than waiting, not in order to be ahead of somebody else's exit.

    Parameters
    ----------
    game : BargainingGame
    equilibrium : BargainingEquilibrium

    Returns
    -------
    DeviationCheck

    Raises
    ------
    EngineInputError
        If the equilibrium is of a game of another size.

    Notes
    -----
    Ties: what lies within the equilibrium's own tolerance of the best counts as tied, and an amount
    below that tolerance is no departure. The cost is about that of solving the game without
    compiled code: T * W * n passes over an (n, D) table.

    Examples
    --------
    >>> import numpy as np
    >>> from detente.engines.bargaining.game import bargaining_game
    >>> from detente.engines.bargaining.solve import solve_bargaining
    >>> game = bargaining_game(
    ...     waiting=[[0.0, 0.0]], kept=[[[0.0, 1.0], [1.0, 0.5]]], chances=np.ones((1, 1, 1, 1, 1)),
    ...     phase=[0, 0, 0], recognition=[[[0.5, 0.5]]], discount_rate=0.1,
    ... )
    >>> one_shot_deviations(game, solve_bargaining(game)).holds()
    True
    """
    check_fit(game, equilibrium)
    checker = _Checker(game, equilibrium)
    for t, signed, whole in signing_backwards(game, equilibrium.value):
        checker.check_worths(t, signed)
        if t < game.n_periods:
            for w in range(game.n_worlds):
                checker.check_meeting(t, w, signed[w], None if whole is None else whole[w])
    largest = (np.abs(it).max(initial=0.0) for it in (equilibrium.value, equilibrium.waiting))
    return DeviationCheck(
        errors=tuple(checker.worst[kind] for kind in ERRORS),
        gains=tuple(checker.worst[kind] for kind in GAINS),
        scale=1.0 + max(checker.largest, *map(float, largest)),
        n_checked=checker.n_checked,
        method="one-shot deviations, plain recomputation from the stored values",
    )


class _Checker:
    """Goes through dates and worlds, and keeps the largest departure of each kind."""

    def __init__(self, game: BargainingGame, equilibrium: BargainingEquilibrium) -> None:
        self.game = game
        self.found = equilibrium
        self.floor = game.table_comes_up[:, :, None] * game.recognition
        self.worst = {kind: Departure(kind, 0.0, 0, 0, 0) for kind in ERRORS + GAINS}
        self.largest = 0.0
        self.n_checked = 0

    def note(self, kind: DepartureKind, amount: float, t: int, w: int, party: int) -> None:
        amount = float("inf") if np.isnan(amount) else float(amount)  # no number is no equilibrium
        if amount > self.worst[kind].amount:
            self.worst[kind] = Departure(kind, amount, t, w, party)

    def note_all(self, kind: DepartureKind, amounts: Floats, t: int, w: int) -> None:
        """Note the largest of the amounts, shape (n, ...), one row per party."""
        for party, row in enumerate(amounts.reshape(len(amounts), -1)):
            self.note(kind, float(row.max(initial=0.0)), t, w, party)

    # --- what is defined by a recursion -------------------------------------------------

    def check_worths(self, t: int, signed: Floats) -> None:
        """Compare what waiting, signing and, at the end, being in talks are worth."""
        game, found = self.game, self.found
        self.largest = max(self.largest, float(np.abs(signed).max()))
        if t == game.n_periods:
            expected = terminal_value(game)
            kept_value = np.abs(found.value[t] - expected)
        else:
            expected = self.waiting_at(t)
            kept_value = np.zeros(expected.shape)  # looked at with the meetings of that date
        kept_waiting = np.abs(found.waiting[t] - expected)
        kept_signed = np.abs(found.signed[t] - signed[:, :, found.named])
        for w in range(game.n_worlds):
            self.note_all("value", kept_value[w], t, w)
            self.note_all("waiting", kept_waiting[w], t, w)
            self.note_all("signed", kept_signed[w], t, w)

    def waiting_at(self, t: int) -> Floats:
        game = self.game
        later = np.empty(game.waiting.shape)
        for i, belief in enumerate(game.belief_of):
            later[:, i] = game.chances[game.phase[t], belief, 0] @ self.found.value[t + 1, :, i]
        return np.asarray((game.waiting * game.dt + game.discount * later) * ~game.out)

    # --- what is done in a meeting ------------------------------------------------------

    def check_meeting(self, t: int, w: int, signed: Floats, whole: Floats | None) -> None:
        game, found = self.game, self.found
        waiting = found.waiting[t, w]
        value = waiting * (1.0 - self.floor[w].sum())
        for k, proposer in itertools.product(range(game.n_tables), range(game.n_parties)):
            if self.floor[w, k, proposer] > 0:
                rows = found.rows(t, w, k, proposer)
                outcome = self.outcome(rows, w, waiting, signed, whole)
                chance = found.chance[rows]
                silent = 0.0 if len(chance) else 1.0
                value += self.floor[w, k, proposer] * (chance @ outcome + silent * waiting)
        self.note_all("value", np.abs(found.value[t, w] - value), t, w)
        for proposer in range(game.n_parties):
            answers = answers_to(game, w, proposer, waiting, signed, whole, found.tolerance)
            if game.noise is None:
                self.check_responders(t, w, proposer, answers, signed, whole)
            for k in np.flatnonzero(self.floor[w, :, proposer]).tolist():
                rows = found.rows(t, w, k, proposer)
                self.check_rows(t, w, proposer, rows, answers)
                worth = self.outcome(rows, w, waiting, signed, whole)[:, proposer]
                self.check_choice(t, w, k, proposer, answers, worth)

    def outcome(
        self, rows: slice, w: int, waiting: Floats, signed: Floats, whole: Floats | None
    ) -> Floats:
        """Return what each stored row leads to for everybody, (rows, n)."""
        found = self.found
        packages = np.maximum(found.package[rows], 0)
        agreed = signed[:, packages].T
        if whole is not None and found.shares is not None:
            agreed = agreed + found.shares[rows] * whole[:, packages].T
        accepted, exited = found.accepted[rows][:, None], found.exited[rows]
        ends = self.game.exit_worth[w] * ~self.game.out[w]
        rest = 1.0 - accepted - exited.sum(axis=1, keepdims=True)
        return np.asarray(accepted * agreed + exited @ ends + rest * waiting)

    def check_rows(self, t: int, w: int, proposer: int, rows: slice, answers: Answers) -> None:
        """Compare the stored answers to what is tabled with what they should be."""
        found = self.found
        for row in range(rows.start, rows.stop):
            d = found.package[row]
            accepted, exited = 0.0, np.arange(self.game.n_parties) == proposer
            shares = np.zeros(self.game.n_parties)
            if d != EXIT:
                accepted, exited = answers.accepted[d], answers.exited[:, d]
                shares = answers.shares[:, d]
            self.note("answer", abs(found.accepted[row] - accepted), t, w, proposer)
            self.note_all("answer", np.abs(found.exited[row] - exited), t, w)
            if found.shares is not None:
                self.note_all("answer", np.abs(found.shares[row] - shares), t, w)

    def check_choice(
        self, t: int, w: int, k: int, proposer: int, answers: Answers, worth: Floats
    ) -> None:
        """Compare the rows of a cell, worth so much to its proposer, with all it could do."""
        game, found = self.game, self.found
        rows = found.rows(t, w, k, proposer)
        package, chance = found.package[rows], found.chance[rows]
        choices, silence = np.full(game.n_packages + 1, -np.inf), found.waiting[t, w, proposer]
        if not game.out[w, proposer]:
            open_to_it = np.flatnonzero(mandate(game, w, k, proposer) & answers.proposal)
            choices[open_to_it] = answers.worth[proposer, open_to_it]
            if game.exit_when_proposing and game.exit_open[w, proposer]:
                choices[EXIT] = game.exit_worth[w, proposer, proposer]
        self.n_checked += int(np.isfinite(choices).sum()) + 1
        best = max(float(choices.max()), silence)
        done = worth if len(worth) else np.array([silence])
        gain = best - float(done.min())
        if above(np.array(best), done, found.tolerance).any():
            self.note("proposal", gain, t, w, proposer)
        top = float(choices[:-1].max(initial=-np.inf))
        if not len(package):  # ties go to tabling: silence must be better than every package
            self.note("choice", float(top > silence - self.slack(silence, 0.5)), t, w, proposer)
            return
        self.note("choice", float(np.abs(chance - 1 / len(chance)).max()), t, w, proposer)
        if EXIT in package:
            others = max(top, silence)
            right = len(package) == 1 and others < choices[EXIT] - self.slack(others, 0.5)
        else:
            tied = np.flatnonzero(choices[:-1] > top - self.slack(top, 0.5))
            least = max(top - self.slack(top, 2.0), silence - self.slack(silence, 2.0))
            right = len(np.unique(package)) == len(package) and np.isin(tied, package).all()
            right = right and (choices[package] >= least).all() and np.isfinite(top)
        self.note("choice", float(not right), t, w, proposer)

    def slack(self, worth: float, times: float) -> float:
        """Return so many tolerances: between half and twice the tolerance either verdict stands."""
        return times * self.found.tolerance * (1 + abs(worth)) if np.isfinite(worth) else 0.0

    def check_responders(
        self, t: int, w: int, proposer: int, answers: Answers, signed: Floats, whole: Floats | None
    ) -> None:
        """Look for gains of those who are asked, for every package and for what is stored."""
        game, found = self.game, self.found
        others = (np.arange(game.n_parties) != proposer) & ~game.out[w]
        asked = (game.required[w] | game.counted) & others[:, None]
        good = np.zeros(game.n_packages, bool) if whole is None else (whole != 0).any(axis=0)
        plain = asked & ~good
        lacks = answers.refusing[:, None] - signed
        self.n_checked += int(asked.sum())
        self.note_gains("consent", lacks, plain & (answers.consents == 1.0), t, w)
        self.note_gains("refusal", -lacks, plain & (answers.consents == 0.0), t, w)
        bound = game.required[w] & others[:, None]
        for k in np.flatnonzero(self.floor[w, :, proposer]).tolist():
            rows = found.rows(t, w, k, proposer)
            for row in range(rows.start, rows.stop):
                d = found.package[row]
                if d == EXIT:
                    continue
                got = signed[:, d].copy()
                if whole is not None and found.shares is not None:
                    got += found.shares[row] * whole[:, d]
                mine = bound[:, d] & (found.accepted[row] > 0.5)
                self.note_gains("consent", answers.refusing - got, mine, t, w)
                able = bound[:, d] & game.exit_open[w] & (good[d] | (answers.consents[:, d] == 0.0))
                # How short an offer falls that cannot be made good is no offer to fall back on.
                instead = found.waiting[t, w] if good[d] else signed[:, d]
                self.check_exit(t, w, row, able, found.waiting[t, w], instead)

    def check_exit(
        self, t: int, w: int, row: int, able: Bools, waiting: Floats, signed: Floats
    ) -> None:
        """Look for gains from making an exit, or from not making it, in answer to one package."""
        leaving = np.diagonal(self.game.exit_worth[w])
        made = self.found.exited[row] > 0.5
        self.note_gains("exit", np.maximum(waiting, signed) - leaving, made, t, w)
        if self.found.accepted[row] < 0.5 and not made.any():
            self.note_gains("exit", leaving - waiting, able, t, w)

    def note_gains(self, kind: DepartureKind, gains: Floats, where: Bools, t: int, w: int) -> None:
        """Note gains beyond the tolerance by which worths count as equal."""
        counts = where & above(gains, np.zeros(gains.shape), self.found.tolerance)
        self.note_all(kind, np.where(counts, gains, 0.0), t, w)
