"""Which packages would all who must consent accept, refuse, or leave open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from detente.engines._checks import Bools, Ints, frozen
from detente.errors import EngineInputError

__all__ = ["Verdict", "Zone", "checked_required", "checked_verdicts", "zone_of_possible_agreement"]

Verdicts = npt.NDArray[np.int8]


class Verdict(IntEnum):
    """What is known about a consent, in the order of Kleene's strong three-valued logic."""

    NO = 0
    UNDECIDED = 1
    YES = 2


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """What each package would meet with, and who is in the way.

    Attributes
    ----------
    verdict : ndarray of int8, shape (n_packages,)
        The `Verdict` on each package.
    n_possible : int
        How many packages are YES.
    n_undecided : int
        How many packages are UNDECIDED.
    refused_by : ndarray of bool, shape (n_packages, n_parties)
        Whether this party's consent to this package is required and it says NO.
    quota_missed : ndarray of bool, shape (n_packages,)
        Whether so many say NO that the quota cannot be reached. A package is NO exactly if
        this holds or somebody refuses it.
    n_refused : ndarray of int, shape (n_parties,)
        How many packages each party refuses where its consent is required.
    n_opened_without : ndarray of int, shape (n_parties,)
        How many packages are not YES, but would be if this party's consent were not
        required and, where it counts towards the quota, were counted as given.
    opens_without : ndarray of bool, shape (n_parties,)
        Whether no package is YES, but at least one would be without this party.
    method : str
        How the verdicts were combined.
    """

    verdict: Verdicts
    n_possible: int
    n_undecided: int
    refused_by: Bools
    quota_missed: Bools
    n_refused: Ints
    n_opened_without: Ints
    opens_without: Bools
    method: str


def zone_of_possible_agreement(
    verdicts: npt.ArrayLike,
    required: npt.ArrayLike,
    quota: int = 0,
    counted: npt.ArrayLike | None = None,
) -> Zone:
    """Combine the parties' three-valued consents into a verdict on each package.

    The verdict on a package is the smallest, in the order NO < UNDECIDED < YES, of the
    consents it requires and of the quota's verdict: Kleene's strong conjunction [1]_. The
    quota's verdict is YES if at least ``quota`` of the counted parties say YES, UNDECIDED
    if they could once the undecided ones speak, NO otherwise. So YES and NO stand however
    the open questions are answered.

    Parameters
    ----------
    verdicts : array_like of int, shape (n_packages, n_parties)
        Each party's `Verdict` on each package.
    required : array_like of bool, shape (n_parties,) or (n_packages, n_parties)
        Whose consent is needed: for every package alike, or package by package.
    quota : int, default 0
        How many of the counted parties must say YES, from 0 to their number; 0 asks nothing.
    counted : array_like of bool, shape (n_parties,), optional
        Who counts towards the quota; everybody if left out. A party may be required and
        counted at once.

    Returns
    -------
    Zone
        The verdicts with certificates. If a package requires nobody and the quota is 0, its
        verdict is YES, as the minimum of nothing.

    Raises
    ------
    EngineInputError
        If the verdicts are not a non-empty two-dimensional table of 0, 1 and 2, if
        ``required`` or ``counted`` is not boolean or does not match its shape, or if the
        quota is negative or exceeds the number of counted parties.

    Notes
    -----
    O(n_packages * n_parties) time and memory. Verdicts combine one by one, so two undecided
    consents that hang on the same open question are treated as if they did not.

    References
    ----------
    .. [1] S. C. Kleene, "Introduction to Metamathematics", North-Holland, 1952, sec. 64.

    Examples
    --------
    >>> zone = zone_of_possible_agreement([(2, 2), (2, 1), (0, 2)], required=[True, True])
    >>> [Verdict(v).name for v in zone.verdict]
    ['YES', 'UNDECIDED', 'NO']
    >>> zone.n_refused, zone.opens_without
    (array([1, 0]), array([False, False]))
    """
    table = checked_verdicts(verdicts)
    n_parties = table.shape[1]
    needed = checked_required(required, table.shape)
    counts = _checked_counted(counted, n_parties)
    quota = _checked_quota(quota, int(counts.sum()))

    says_yes, says_no = table == Verdict.YES, table == Verdict.NO
    n_yes = (says_yes & counts).sum(axis=1)
    n_not_no = (~says_no & counts).sum(axis=1)
    refused_by = needed & says_no
    withheld = needed & ~says_yes
    n_withheld = withheld.sum(axis=1)
    quota_missed = n_not_no < quota

    is_yes = (n_withheld == 0) & (n_yes >= quota)
    is_no = refused_by.any(axis=1) | quota_missed
    verdict = np.full(table.shape[0], Verdict.UNDECIDED, dtype=np.int8)
    verdict[is_yes] = Verdict.YES
    verdict[is_no] = Verdict.NO

    n_opened_without = np.zeros(n_parties, dtype=np.intp)
    for party in range(n_parties):
        n_yes_with = n_yes + (counts[party] & ~says_yes[:, party])
        is_open = (n_withheld == withheld[:, party]) & (n_yes_with >= quota)
        n_opened_without[party] = np.count_nonzero(is_open & ~is_yes)

    n_possible = int(is_yes.sum())
    return Zone(
        verdict=frozen(verdict),
        n_possible=n_possible,
        n_undecided=int((verdict == Verdict.UNDECIDED).sum()),
        refused_by=frozen(refused_by),
        quota_missed=frozen(quota_missed),
        n_refused=frozen(refused_by.sum(axis=0, dtype=np.intp)),
        n_opened_without=frozen(n_opened_without),
        opens_without=frozen((n_opened_without > 0) & (n_possible == 0)),
        method=f"Kleene minimum of the required consents and a quota of {quota}",
    )


def checked_verdicts(verdicts: npt.ArrayLike) -> Verdicts:
    """Return a copy of shape (n_packages, n_parties) that holds nothing but 0, 1 and 2."""
    found = np.asarray(verdicts)
    if found.ndim != 2 or found.shape[0] == 0 or found.shape[1] == 0:
        raise EngineInputError(
            f"verdicts: found shape {found.shape}, expected (n_packages, n_parties) with at "
            "least one of each"
        )
    known = np.isin(found, list(Verdict))
    if not known.all():
        package, party = np.argwhere(~known)[0]
        raise EngineInputError(
            f"verdicts[{package}, {party}]: found {found[package, party]}, expected 0 (no), "
            "1 (undecided) or 2 (yes)"
        )
    return found.astype(np.int8)


def checked_required(required: npt.ArrayLike, shape: tuple[int, ...]) -> Bools:
    """Return who must consent to what, as booleans of shape (n_packages, n_parties)."""
    found = np.asarray(required)
    if found.dtype != np.bool_ or found.shape not in (shape, shape[1:]):
        raise EngineInputError(
            f"required: found {found.dtype} of shape {found.shape}, expected bool of shape "
            f"{shape[1:]}, one for each party, or {shape}, one for each package and party"
        )
    return np.broadcast_to(found, shape)


def _checked_counted(counted: npt.ArrayLike | None, n_parties: int) -> Bools:
    found = np.ones(n_parties, dtype=np.bool_) if counted is None else np.asarray(counted)
    if found.dtype != np.bool_ or found.shape != (n_parties,):
        raise EngineInputError(
            f"counted: found {found.dtype} of shape {found.shape}, expected bool of shape "
            f"({n_parties},): one for each party"
        )
    return found


def _checked_quota(quota: int, n_counted: int) -> int:
    if not 0 <= quota <= n_counted:
        raise EngineInputError(
            f"quota: found {quota}, expected a number from 0 to {n_counted}, the number of "
            "parties that count towards it"
        )
    return quota
