"""The rules of a negotiation in time, as arrays: worlds, tables, packages, consents, exits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Floats, Ints, frozen
from detente.errors import EngineInputError

__all__ = ["BargainingGame", "bargaining_game"]

Terminal = Literal["status_quo", "nothing"]
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class BargainingGame:
    """Everything that bargaining in time depends on; built and checked by :func:`bargaining_game`.

    Shapes: W worlds, n parties, D packages, K tables, T periods; see there for what each means.
    """

    dt: float
    chances: Floats
    phase: Ints
    belief_of: Ints
    regime: Ints
    waiting: Floats
    kept: Floats
    lump: Floats
    share_flow: Floats | None
    share_lump: Floats | None
    discount_rate: Floats
    out: Bools
    meeting_rate: Floats
    recognition: Floats
    may_table: Bools
    available: Bools
    required: Bools
    at_least: Ints
    counted: Bools
    breakdown_rate: Floats
    resumes_in: Ints
    broken_worth: Floats
    exit_open: Bools
    exit_worth: Floats
    exit_when_proposing: bool
    terminal_waiting: Floats | None
    terminal_kept: Floats | None
    terminal: Terminal
    noise: float | None

    @property
    def n_periods(self) -> int:
        return len(self.phase)

    @property
    def n_worlds(self) -> int:
        return int(self.waiting.shape[0])

    @property
    def n_parties(self) -> int:
        return int(self.waiting.shape[1])

    @property
    def n_packages(self) -> int:
        return int(self.kept.shape[2])

    @property
    def n_tables(self) -> int:
        return int(self.meeting_rate.shape[1])

    @property
    def has_shares(self) -> bool:
        """Whether some package leaves a divisible good to be shared out exactly."""
        return self.share_flow is not None or self.share_lump is not None

    @property
    def discount(self) -> Floats:
        """Discount factor of each party over one period."""
        return np.asarray(np.exp(-self.discount_rate * self.dt))

    @property
    def table_comes_up(self) -> Floats:
        """Chance that in one period each table is the one that meets, shape (W, K).

        Meetings of rate r come up with chance 1 - exp(-r dt); of several tables at most one meets
        in a period, each in proportion to its rate. Infinite rates meet in every period and share
        them evenly.
        """
        rate = self.meeting_rate
        always = np.isinf(rate)
        total = np.where(always, 0.0, rate).sum(axis=1, keepdims=True)
        some = -np.expm1(-total * self.dt)
        share = np.divide(rate, total, out=np.zeros_like(rate), where=~always & (total > 0))
        any_always = always.any(axis=1, keepdims=True)
        even = always / np.maximum(always.sum(axis=1, keepdims=True), 1)
        return np.asarray(np.where(any_always, even, some * share))

    @property
    def breaks_down(self) -> Floats:
        """Chance that a package in force breaks down within one period, shape (W or 1, D)."""
        return np.asarray(-np.expm1(-self.breakdown_rate * self.dt))


def bargaining_game(
    *,
    waiting: npt.ArrayLike,
    kept: npt.ArrayLike,
    chances: npt.ArrayLike,
    phase: npt.ArrayLike,
    recognition: npt.ArrayLike,
    discount_rate: npt.ArrayLike,
    dt: float = 1.0,
    meeting_rate: npt.ArrayLike = np.inf,
    belief_of: npt.ArrayLike | None = None,
    regime: npt.ArrayLike | None = None,
    lump: npt.ArrayLike = 0.0,
    share_flow: npt.ArrayLike | None = None,
    share_lump: npt.ArrayLike | None = None,
    out: npt.ArrayLike = False,
    may_table: npt.ArrayLike = True,
    available: npt.ArrayLike = True,
    required: npt.ArrayLike = True,
    at_least: npt.ArrayLike = 0,
    counted: npt.ArrayLike = False,
    breakdown_rate: npt.ArrayLike = 0.0,
    resumes_in: npt.ArrayLike | None = None,
    broken_worth: npt.ArrayLike = 0.0,
    exit_open: npt.ArrayLike = False,
    exit_worth: npt.ArrayLike | None = None,
    exit_when_proposing: bool = False,
    terminal: Terminal = "status_quo",
    terminal_waiting: npt.ArrayLike | None = None,
    terminal_kept: npt.ArrayLike | None = None,
    noise: float | None = None,
) -> BargainingGame:
    """Check the rules of a negotiation in time against each other.

    Parameters
    ----------
    waiting : array_like, shape (W, n)
        What a period without a deal pays each party in each world, per unit of time.
    kept : array_like, shape (W or 1, n, D)
        What each party gets per unit of time while a package is in force.
    chances : array_like, shape (n_phases, n_beliefs, n_regimes, W, W)
        Chances of going from one world to another within one period. Regime 0 holds while no
        package is in force. Belief 0 is the analyst's; rows add up to 1.
    phase : array_like of int, shape (T,)
        Which phase of ``chances`` leads out of each period; its length is the number of periods.
    recognition : array_like, shape (W or 1, K, n)
        Chance that a party has the floor when a table meets; rows add up to at most 1.
    discount_rate : array_like, shape (n,) or a number
        Per unit of time, at least 0.
    dt : float
        Length of one period.
    meeting_rate : array_like, shape (W or 1, K) or a number
        Meetings per unit of time; infinite: in every period. 0: the table is closed.
    belief_of : array_like of int, shape (n,)
        Whose chances a party goes by; the analyst's, if left out.
    regime : array_like of int, shape (D,)
        Which chances hold while a package is in force; 0 if left out.
    lump : array_like, shape (W or 1, n, D) or a number
        Paid once at signing: a transfer, or a signer's private gain.
    share_flow, share_lump : array_like, shape (W or 1, n, D)
        What the whole of a divisible good that comes with a package is worth to each party, per
        unit of time while it is in force, and once at signing. Its shares are settled exactly:
        whoever must agree is held at what refusing is worth to it, and the proposer keeps the rest.
    out : array_like of bool, shape (W, n)
        Worlds in which a party's horizon has ended: nothing counts for it from then on.
    may_table : array_like of bool, shape (K, n, D)
        Mandate and scope: which packages a party may table where.
    available : array_like of bool, shape (W or 1, D)
        Which packages can still be signed.
    required : array_like of bool, shape (W or 1, n, D)
        Whose consent a package needs.
    at_least : array_like of int, shape (D,) or a number
        Besides those, so many of the ``counted`` must consent; a proposer counts as consenting.
    counted : array_like of bool, shape (n, D)
        Who is counted for ``at_least``; nobody who is required.
    breakdown_rate : array_like, shape (W or 1, D) or a number
        Breakdowns of a package in force per unit of time; may be infinite.
    resumes_in : array_like of int, shape (W or 1, D)
        The world in which talks go on after a breakdown that happens on the way to a world; -1 if
        they end for good. If left out, talks go on in the world that was reached.
    broken_worth : array_like, shape (W, n) or a number
        What everybody has when talks have ended for good after a breakdown: a present value.
    exit_open : array_like of bool, shape (W, n)
        Whether a party that refuses may end the talks (walk out for good, attack).
    exit_worth : array_like, shape (W, n, n)
        ``exit_worth[w, e, i]``: what party i then has, a present value, if e ended them in world w.
    exit_when_proposing : bool
        Whether a party that has the floor may end the talks instead of proposing.
    terminal : {"status_quo", "nothing"}
        What follows the last period: things go on as in the last phase, without talks, for ever;
        or nothing.
    terminal_waiting, terminal_kept : array_like, shapes (W, n) and (W, n, D)
        Instead: stated present values at the end of the last period. Both or neither.
    noise : float, optional
        Without it consent is sharp: whoever is at least as well off consents. With it a party
        consents with chance 1 / (1 + exp(-(S - R) / noise)), S what signing and R what refusing is
        worth to it: a present value, so that the length of periods does not enter.

    Returns
    -------
    BargainingGame

    Raises
    ------
    EngineInputError
        If shapes, chances or choices do not fit together: chances that do not add up to 1, no
        party that could ever propose, a discount rate of 0 with a status quo that lasts for ever,
        noise that is not positive, shares together with noise.

    Examples
    --------
    Two parties take turns over a dollar (A. Rubinstein, Perfect equilibrium in a bargaining model,
    Econometrica 50, 1982): the world says whose turn it is.

    >>> import numpy as np
    >>> game = bargaining_game(
    ...     waiting=np.zeros((2, 2)), kept=np.zeros((1, 2, 1)), share_lump=np.ones((1, 2, 1)),
    ...     chances=np.array([[0.0, 1.0], [1.0, 0.0]])[None, None, None], phase=np.zeros(400, int),
    ...     recognition=np.eye(2)[:, None, :], discount_rate=-np.log([0.9, 0.8]),
    ... )
    >>> game.n_periods, game.n_tables
    (400, 1)
    """
    pay = _numbers(waiting, "waiting", 2)
    n_worlds, n = pay.shape
    flow = _numbers(kept, "kept", 3)
    n_packages = flow.shape[2]
    moves = _numbers(chances, "chances", 5)
    n_phases, n_beliefs, n_regimes = moves.shape[:3]
    floor = _numbers(recognition, "recognition", 3)
    n_tables = floor.shape[1]
    sizes = {"W": n_worlds, "n": n, "D": n_packages, "K": n_tables}

    def fit(value: npt.ArrayLike, name: str, axes: str, *, infinite: bool = False) -> Floats:
        return _fitted(np.array(value, dtype=np.float64), name, axes, sizes, infinite)

    def marks(value: npt.ArrayLike, name: str, axes: str) -> Bools:
        found = np.array(value)
        if found.dtype != np.bool_:
            raise EngineInputError(f"{name}: found {found.dtype}, expected true or false")
        return _fitted(found, name, axes, sizes, True)

    def places(value: npt.ArrayLike, name: str, axes: str, low: int, high: int) -> Ints:
        found = np.array(value)
        if found.dtype.kind not in "iu":
            raise EngineInputError(f"{name}: found {found.dtype}, expected whole numbers")
        if found.size and not (low <= found.min() and found.max() < high):
            raise EngineInputError(
                f"{name}: found {found.min()} to {found.max()}, expected {low} to {high - 1}"
            )
        return _fitted(found.astype(np.intp), name, axes, sizes, True)

    if not (np.isfinite(dt) and dt > 0):
        raise EngineInputError(f"dt: found {dt}, expected a positive length of time")
    steps = np.array(phase)
    if steps.ndim != 1 or not len(steps):
        raise EngineInputError(
            f"phase: found shape {steps.shape}, expected (n_periods,), not empty"
        )
    sizes["T"] = len(steps)
    if moves.shape[3:] != (n_worlds, n_worlds):
        raise EngineInputError(
            f"chances: found worlds {moves.shape[3:]}, expected {(n_worlds, n_worlds)}"
        )
    if (moves < 0).any() or not np.allclose(moves.sum(axis=4), 1.0, rtol=0, atol=1e-9):
        raise EngineInputError("chances: expected rows of numbers from 0 that add up to 1")
    who = fit(floor, "recognition", "WKn")
    if (who < 0).any() or (who.sum(axis=2) > 1 + 1e-9).any():
        raise EngineInputError("recognition: expected chances that add up to at most 1 at a table")
    rate = fit(meeting_rate, "meeting_rate", "WK", infinite=True)
    rates = fit(discount_rate, "discount_rate", "n")
    breaks = fit(breakdown_rate, "breakdown_rate", "WD", infinite=True)
    for name, found in (
        ("meeting_rate", rate),
        ("discount_rate", rates),
        ("breakdown_rate", breaks),
    ):
        if np.isnan(found).any() or (found < 0).any():
            raise EngineInputError(f"{name}: found {found.min()}, expected numbers from 0")
    never = ~((who > 0) & (rate > 0)[:, :, None]).any(axis=(0, 2))
    if never.any():
        raise EngineInputError(
            f"recognition: at table {int(np.flatnonzero(never)[0])} nobody can ever propose; "
            "leave the table out, or say who sits there and how often it meets"
        )
    if noise is not None and not (np.isfinite(noise) and noise > 0):
        raise EngineInputError(
            f"noise: found {noise}, expected a positive number, or None for sharp"
        )
    if noise is not None and (share_flow is not None or share_lump is not None):
        raise EngineInputError("noise: shares are settled exactly only where consent is sharp")
    stated = (terminal_waiting is not None, terminal_kept is not None)
    if stated[0] != stated[1]:
        raise EngineInputError("terminal: expected both terminal values or neither")
    if not stated[0] and terminal not in ("status_quo", "nothing"):
        raise EngineInputError(f"terminal: found {terminal!r}, expected 'status_quo' or 'nothing'")
    patient = np.exp(-rates * dt) == 1.0
    if not stated[0] and terminal == "status_quo" and patient.any():
        k = int(np.flatnonzero(patient)[0])
        raise EngineInputError(
            f"discount_rate[{k}]: found {rates[k]:g} with a status quo that lasts for ever, which "
            "is worth no finite number; expected a rate that discounts one period, or terminal "
            "values"
        )
    leave = marks(exit_open, "exit_open", "Wn")
    if exit_worth is None:
        if leave.any():
            raise EngineInputError("exit_worth: expected what an exit is worth, beside exit_open")
        exit_worth = 0.0
    needed = marks(required, "required", "WnD")
    quota = places(at_least, "at_least", "D", 0, n + 1)
    votes = marks(counted, "counted", "nD")
    if (votes.sum(axis=0) < quota).any():
        raise EngineInputError("at_least: found more than there are counted")
    if (votes & needed).any():
        raise EngineInputError("counted: found a party that is required already")
    here = np.tile(np.arange(n_worlds)[:, None], (1, n_packages))
    return BargainingGame(
        dt=float(dt),
        chances=frozen(moves),
        phase=places(steps, "phase", "T", 0, n_phases),
        belief_of=places(np.zeros(n, int) if belief_of is None else belief_of, "belief_of", "n", 0, n_beliefs),
        regime=places(np.zeros(n_packages, int) if regime is None else regime, "regime", "D", 0, n_regimes),
        waiting=fit(pay, "waiting", "Wn"),
        kept=fit(flow, "kept", "WnD"),
        lump=fit(lump, "lump", "WnD"),
        share_flow=None if share_flow is None else fit(share_flow, "share_flow", "WnD"),
        share_lump=None if share_lump is None else fit(share_lump, "share_lump", "WnD"),
        discount_rate=rates,
        out=marks(out, "out", "Wn"),
        meeting_rate=rate,
        recognition=who,
        may_table=marks(may_table, "may_table", "KnD"),
        available=marks(available, "available", "WD"),
        required=needed,
        at_least=quota,
        counted=votes,
        breakdown_rate=breaks,
        resumes_in=places(here if resumes_in is None else resumes_in, "resumes_in", "WD", -1, n_worlds),
        broken_worth=fit(broken_worth, "broken_worth", "Wn"),
        exit_open=leave,
        exit_worth=fit(exit_worth, "exit_worth", "Wnn"),
        exit_when_proposing=exit_when_proposing,
        terminal_waiting=None if terminal_waiting is None else fit(terminal_waiting, "terminal_waiting", "Wn"),
        terminal_kept=None if terminal_kept is None else fit(terminal_kept, "terminal_kept", "WnD"),
        terminal=terminal,
        noise=noise,
    )  # fmt: skip


def _numbers(value: npt.ArrayLike, name: str, n_axes: int) -> Floats:
    found = np.array(value, dtype=np.float64)
    if found.ndim != n_axes or 0 in found.shape:
        raise EngineInputError(
            f"{name}: found shape {found.shape}, expected {n_axes} axes, none empty"
        )
    return found


def _fitted(
    found: npt.NDArray[T], name: str, axes: str, sizes: dict[str, int], infinite: bool
) -> npt.NDArray[T]:
    """Broadcast to the full shape; one entry along an axis stands for all."""
    shape = tuple(sizes[axis] for axis in axes)
    try:
        full = np.array(np.broadcast_to(found, shape))
    except ValueError as error:
        raise EngineInputError(
            f"{name}: found shape {found.shape}, expected {shape} for ({', '.join(axes)})"
        ) from error
    if not infinite and not np.isfinite(full).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(full))[0])
        raise EngineInputError(
            f"{name}{list(place)}: found {full[place]}, expected a finite number"
        )
    return frozen(full)
