"""How two sides divide goods so that both do equally well by their own points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from detente.errors import EngineInputError

__all__ = ["AdjustedWinner", "adjusted_winner"]

Number = int | float | Fraction | Decimal

MOST_WAYS = 200_000
"""Undominated pairs of sums over whole goods; whole points of 100 give at most 101."""


@dataclass(frozen=True, slots=True)
class AdjustedWinner:
    """A division of goods between two sides, in exact fractions.

    Attributes
    ----------
    shares : tuple of Fraction, shape (n_goods,)
        What the first side gets of each good; the second gets the rest.
    points : tuple of two Fraction
        What its goods are worth to each side, by its own points.
    divided : int or None
        The good that is shared; None if each goes whole to one side.
    same_ratio : tuple of int
        Other goods on which the two sides' points stand in the same ratio as on the divided one.
        Pieces of divisible goods among these may be exchanged against each other at equal points.
    order : tuple of int, shape (n_goods,)
        All goods, from the one that matters to the first side most, compared with the second, to
        the one that matters most to the second; equal ratios in order of index.
    needed : int or None
        The good that the procedure would divide, which is not divisible here, nor can goods of
        the same ratio stand in for it. None where the division is that of the procedure.
    bound : Fraction
        What each side gets if every good can be divided. No division, of any kind, gives both
        sides more.
    n_tied : int
        How many ways of handing out the goods that stay whole do equally well, with the divisible
        ones shared at best; 1 if this is the only one. 0 where the procedure divides a divisible
        good or none, and no other way is looked for.
    is_equitable : bool
        Whether both sides get the same points.
    is_envy_free : bool
        Whether neither side would rather have what the other gets.
    weights : tuple of two int, or None
        Certificate of efficiency: no division of any kind gives a larger sum of the two sides'
        points with these weights. None where whole goods stand in the way of such weights; the
        division is then efficient among those that leave them whole.
    method : str
    """

    shares: tuple[Fraction, ...]
    points: tuple[Fraction, Fraction]
    divided: int | None
    same_ratio: tuple[int, ...]
    order: tuple[int, ...]
    needed: int | None
    bound: Fraction
    n_tied: int
    is_equitable: bool
    is_envy_free: bool
    weights: tuple[int, int] | None
    method: str


Pairs = list[tuple[Fraction, Fraction]]


def adjusted_winner(
    points: Sequence[Sequence[Number]] | npt.NDArray[np.int64] | npt.NDArray[np.float64],
    divisible: Sequence[bool] | npt.NDArray[np.bool_] | None = None,
) -> AdjustedWinner:
    """Divide goods between two sides by the points each puts on them, as Brams and Taylor do.

    Adjusted winner: each good goes to the side that puts more points on it; then goods pass from
    the side with more points to the other, those first that cost it least for each point the
    other gains, and one of them in part, until both have the same [1]_. The outcome gives the
    first side all goods above some ratio of points and the second all below, which makes it
    efficient; with equal points equitable; and with at least half of each side's own total
    envy-free. At most one good is divided. Goods are taken to add up: a share of a good is worth
    that share of its points.

    Where that one good cannot be divided, the procedure does not apply. The division returned then
    is the best with the goods that must stay whole: the largest points for the side with fewer,
    then for the other.

    Parameters
    ----------
    points : array_like, shape (n_goods, 2)
        Each side's points on each good, at least 0, and the same total for both, as 100. Floats
        are read as written in decimal; fractions are exact.
    divisible : array_like of bool, shape (n_goods,), optional
        Which goods can be shared; all by default.

    Returns
    -------
    AdjustedWinner
        Where equal ratios leave a choice, the first side gets goods of lower index first, and of
        tied ways to hand out whole goods, the one that gives it the most points, then those of
        lowest index.

    Raises
    ------
    EngineInputError
        If there is no good, a side puts negative points or none that are finite, the totals
        differ or are 0, ``divisible`` does not match, or more than :data:`MOST_WAYS` undominated
        ways to hand out whole goods would have to be kept.

    Notes
    -----
    O(n_goods log n_goods) with all goods divisible. Else it keeps the undominated pairs of sums
    over whole goods, of which there are never more than a side's whole points plus one.

    References
    ----------
    .. [1] S. J. Brams, A. D. Taylor, "Fair Division: From Cake-Cutting to Dispute Resolution",
       Cambridge University Press, 1996, ch. 4.

    Examples
    --------
    >>> found = adjusted_winner([(60, 30), (30, 30), (10, 40)])
    >>> [str(share) for share in found.shares], [str(points) for points in found.points]
    (['1', '1/6', '0'], ['65', '65'])
    >>> adjusted_winner([(60, 30), (30, 30), (10, 40)], [True, False, True]).is_equitable
    True
    """
    goods = _goods(points)
    may_divide = _divisible(divisible, len(goods))
    # a / (a + b) orders like a / b and stands where b is 0; worth nothing to both: in the middle.
    ratio = [a / (a + b) if a + b else Fraction(1, 2) for a, b in goods]
    order = sorted(range(len(goods)), key=lambda good: (-ratio[good], good))
    shares = _equalised(goods, order, (Fraction(0), Fraction(0)))
    bound = _worth(goods, shares)[0]
    needed = next(
        (k for k in order if shares[k].denominator > 1 and not may_divide[k]),
        None,
    )
    n_tied, method = 0, "adjusted winner"
    if needed is not None:
        shares, n_tied = _best_with_whole(goods, order, may_divide)
        if _worth(goods, shares) == (bound, bound):
            needed = None  # goods of equal ratio can stand in for the one that cannot be divided
        else:
            method = "largest points of the side with fewer, certain goods whole"
    first, second = _worth(goods, shares)
    divided = next((k for k in order if shares[k].denominator > 1), None)
    return AdjustedWinner(
        shares=tuple(shares),
        points=(first, second),
        divided=divided,
        same_ratio=()
        if divided is None
        else tuple(k for k in range(len(goods)) if k != divided and ratio[k] == ratio[divided]),
        order=tuple(order),
        needed=needed,
        bound=bound,
        n_tied=n_tied,
        is_equitable=first == second,
        is_envy_free=2 * min(first, second) >= sum(a for a, _ in goods),
        weights=_weights(goods, shares, ratio),
        method=method,
    )


def _equalised(
    goods: Pairs, order: Sequence[int], already: tuple[Fraction, Fraction]
) -> list[Fraction]:
    """Give goods to the first side, in order, until it has as much as the second.

    Goods outside of ``order`` are accounted for in what each side has already.
    """
    shares = [Fraction(0)] * len(goods)
    first, second = already[0], already[1] + sum(goods[k][1] for k in order)
    for k in order:
        a, b = goods[k]
        if not b:
            # It costs the second side nothing, so the first may have it even if it has more.
            part = Fraction(1) if a or first < second else Fraction(0)
        elif first >= second or not a:
            break
        else:
            part = min(Fraction(1), (second - first) / (a + b))
        shares[k] = part
        first, second = first + part * a, second - part * b
    return shares


def _best_with_whole(
    goods: Pairs, order: Sequence[int], may_divide: Sequence[bool]
) -> tuple[list[Fraction], int]:
    whole = [k for k in range(len(goods)) if not may_divide[k]]
    shared = [k for k in order if may_divide[k]]
    # Sums over whole goods, each with how many ways lead there, and the first of these ways. What
    # is dominated stays so, whatever is added, and does worse in the end: strictly.
    ways: dict[tuple[Fraction, Fraction], tuple[int, tuple[int, ...]]] = {
        (Fraction(0), Fraction(0)): (1, ())
    }
    for good in whole:
        a, b = goods[good]
        longer: dict[tuple[Fraction, Fraction], tuple[int, tuple[int, ...]]] = {}
        for (first, second), (count, to_first) in ways.items():
            for sums, chosen in (
                ((first + a, second), (*to_first, good)),
                ((first, second + b), to_first),
            ):
                known = longer.get(sums)
                longer[sums] = (
                    (count, chosen) if known is None else (known[0] + count, min(known[1], chosen))
                )
        ways = _undominated(longer)
        if len(ways) > MOST_WAYS:
            raise EngineInputError(
                f"points: found more than {MOST_WAYS:,} undominated ways to hand out goods that "
                "stay whole, expected fewer; use whole points, as 100 for each side"
            )
    best: tuple[Fraction, Fraction] | None = None
    found: list[tuple[Fraction, tuple[int, ...], list[Fraction]]] = []
    n_tied = 0
    for sums, (count, to_first) in ways.items():
        shares = _equalised(goods, shared, sums)
        for k in to_first:
            shares[k] = Fraction(1)
        first, second = _worth(goods, shares)
        value = (min(first, second), max(first, second))
        if best is None or value > best:
            best, found, n_tied = value, [], 0
        if value == best:
            found.append((-first, to_first, shares))
            n_tied += count
    return min(found)[2], n_tied


def _undominated(
    ways: dict[tuple[Fraction, Fraction], tuple[int, tuple[int, ...]]],
) -> dict[tuple[Fraction, Fraction], tuple[int, tuple[int, ...]]]:
    kept = {}
    best_second: Fraction | None = None
    for sums in sorted(ways, reverse=True):
        if best_second is None or sums[1] > best_second:
            kept[sums] = ways[sums]
            best_second = sums[1]
    return kept


def _worth(goods: Pairs, shares: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    first = sum((s * a for s, (a, _) in zip(shares, goods, strict=True)), Fraction(0))
    second = sum(((1 - s) * b for s, (_, b) in zip(shares, goods, strict=True)), Fraction(0))
    return first, second


def _weights(
    goods: Pairs, shares: Sequence[Fraction], ratio: Sequence[Fraction]
) -> tuple[int, int] | None:
    """Find weights at which each side holds only goods that are worth most with it.

    Whoever holds a good with ratio r = a / (a + b), it is worth ``r`` and ``1 - r`` times the
    same to the two; so the weights ``1 - t`` and ``t`` divide them at ``r = t``.
    """
    kept = [r for r, s, (a, b) in zip(ratio, shares, goods, strict=True) if s and a + b]
    given = [r for r, s, (a, b) in zip(ratio, shares, goods, strict=True) if s < 1 and a + b]
    low, high = max(given, default=Fraction(0)), min(kept, default=Fraction(1))
    if low > high:
        return None
    turn = low if low == high else (low + high) / 2
    return turn.denominator - turn.numerator, turn.numerator


def _goods(points: object) -> Pairs:
    rows = points.tolist() if isinstance(points, np.ndarray) else points
    if not isinstance(rows, Sequence) or not rows:
        raise EngineInputError("points: found no good, expected at least one")
    goods: Pairs = []
    for k, row in enumerate(rows):
        if not isinstance(row, Sequence) or len(row) != 2:
            raise EngineInputError(f"points[{k}]: found {row!r}, expected points of two sides")
        goods.append((_exact(row[0], k, 0), _exact(row[1], k, 1)))
    totals = sum(a for a, _ in goods), sum(b for _, b in goods)
    if totals[0] != totals[1] or not totals[0]:
        raise EngineInputError(
            f"points: found totals of {totals[0]} and {totals[1]}, expected the same for both "
            "sides, above 0; divide each side's points by its total"
        )
    return goods


def _exact(value: object, good: int, side: int) -> Fraction:
    number: Fraction | None = None
    match value:
        case float() | Decimal() if math.isfinite(value):
            number = Fraction(str(value))
        case Fraction():
            number = value
        case int() | np.integer():
            number = Fraction(int(value))
    if number is None or number < 0:
        raise EngineInputError(
            f"points[{good}, {side}]: found {value!r}, expected a finite number of at least 0"
        )
    return number


def _divisible(divisible: object, n_goods: int) -> list[bool]:
    if divisible is None:
        return [True] * n_goods
    flags = np.asarray(divisible)
    if flags.dtype != np.bool_ or flags.shape != (n_goods,):
        raise EngineInputError(
            f"divisible: found {flags.dtype} of shape {flags.shape}, expected bool of shape "
            f"({n_goods},): one for each good"
        )
    return [bool(flag) for flag in flags]
