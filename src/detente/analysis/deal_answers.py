"""The answer to "which deals are possible?", with names, reasons and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from detente.analysis.binding import UnboundPerformer
from detente.analysis.consent import Reason, Stance
from detente.analysis.opening_answers import Opening
from detente.analysis.packages import Number, Package
from detente.engines.deal_space import Standing, Verdict
from detente.ledger import ClaimId, PartyId
from detente.model import ClockId, DealId, IssueId, OptionId, Quota, TableId

__all__ = [
    "AmongDeals",
    "Comparison",
    "Consent",
    "DealAnswer",
    "DealsAnswer",
    "FrontierAnswer",
    "FrontierPoint",
    "Lack",
    "NamedPoint",
    "Refusal",
    "Repair",
    "RepairKind",
    "Scatter",
    "ScatterPoint",
    "TableAnswer",
]

RepairKind = Literal["possible", "closest", "none", "not examined"]
AskedAs = Literal["must agree", "counts", "can block", ""]


@dataclass(frozen=True, slots=True)
class Consent:
    """How one party stands to one deal, why, and whether its consent is needed."""

    party: PartyId
    holder: PartyId
    stance: Stance
    reason: Reason
    asked_as: AskedAs

    @property
    def is_asked(self) -> bool:
        return self.asked_as in ("must agree", "can block")


@dataclass(frozen=True, slots=True)
class Repair:
    """A package near a deal: which terms change, from what to what, and who would still refuse."""

    package: Package
    changes: tuple[tuple[IssueId, OptionId, OptionId], ...]
    refused_by: tuple[PartyId, ...] = ()


@dataclass(frozen=True, slots=True)
class AmongDeals:
    """A deal among the named deals of its table: whether another one is better all round.

    ``standing`` holds over everything that agrees with what is stated; ``beaten_by`` is a deal that
    beats it whatever that may be.
    """

    standing: Standing
    beaten_by: DealId | None


@dataclass(frozen=True, slots=True)
class Lack:
    """How many of its own points a deal lacks for a party; a range where its points are ranges."""

    party: PartyId
    at_least: float
    at_most: float


@dataclass(frozen=True, slots=True)
class DealAnswer:
    """One named deal: would all who must agree rather have it than what they get without it?

    ``repair_kind`` says what ``repairs`` are: packages that all would accept (fewest changed
    terms); where there is none, the packages that the fewest refuse; none, if no package is refused
    by fewer than the deal itself; or not examined, on no table or where there are too many.
    ``n_repairs`` counts those that are as near; None where they were not counted. ``proof`` says
    how it is known that nothing is nearer. ``lacks`` tells for those who refuse, where they state
    points, how many the deal lacks for them: a side payment, a guarantee, or a threat against no
    deal worth so much to that party would bring it along.
    """

    deal: DealId
    table: TableId | None
    verdict: Verdict
    consents: tuple[Consent, ...]
    quota: Quota | None
    broken_rules: tuple[str, ...]
    unbound: tuple[UnboundPerformer, ...]
    beyond_mandate: tuple[tuple[PartyId, str], ...]
    still_running: tuple[ClockId, ...]
    repair_kind: RepairKind
    repairs: tuple[Repair, ...]
    n_repairs: int | None
    is_efficient: bool | None
    improved_by: Package | None
    basis: tuple[ClaimId, ...]
    among_deals: AmongDeals | None = None
    lacks: tuple[Lack, ...] = ()
    proof: str = ""

    @property
    def blockers(self) -> tuple[Consent, ...]:
        return tuple(c for c in self.consents if c.is_asked and c.stance.verdict is Verdict.NO)

    @property
    def undecided(self) -> tuple[Consent, ...]:
        return tuple(
            c for c in self.consents if c.is_asked and c.stance.verdict is Verdict.UNDECIDED
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """How often one party stands in the way at a table.

    ``n_opened_without`` counts the packages that would be possible if its consent were not
    needed; ``opens`` says that without it something would be possible where now nothing is, None
    where that is not known.
    """

    party: PartyId
    n_refused: Number
    n_opened_without: Number
    opens: bool | None


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A point of bargaining theory: all packages that reach it, or why there is none.

    ``n_packages`` is None where ties were not counted. ``gap`` is the share by which a better
    package is not excluded: 0 where the point is proven, infinite where nothing is. ``is_certain``
    says whether the first package is certain to be accepted: points stated as ranges enter with
    their middle, so that it may not be.
    """

    name: Literal["nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "median"]
    packages: tuple[Package, ...]
    n_packages: int | None
    parties: tuple[PartyId, ...]
    utilities: tuple[float, ...]
    gains: tuple[float, ...]
    method: str
    reason: str
    gap: float = 0.0
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """Levels that no other possible package beats, with a package that has them.

    ``n_packages`` counts the packages that share the levels; None where they were not counted.
    """

    levels: tuple[float, ...]
    package: Package
    n_packages: int | None


@dataclass(frozen=True, slots=True)
class FrontierAnswer:
    """The possible packages that no other possible package beats, by the levels of ``parties``.

    ``in_points`` tells whose levels are points; the others' are places in an order. ``n_points``
    counts all points, of which ``points`` shows some. ``loss`` is the certificate, party by party: of
    the packages that leave everybody so much above what it asks, none is left out that is better
    than one found by more than this; all 0 if the frontier is exact. An approximate one may hold
    points that a package left out beats. ``is_loss_useful`` is false where the loss comes near what
    the packages can differ by at all.
    """

    parties: tuple[PartyId, ...]
    in_points: tuple[bool, ...]
    points: tuple[FrontierPoint, ...]
    n_points: int
    loss: tuple[float, ...]
    is_exact: bool
    method: str
    is_loss_useful: bool = True


@dataclass(frozen=True, slots=True)
class ScatterPoint:
    """Packages at one pair of levels; ``names`` are the deals and endings that lie there.

    ``is_efficient`` is None where it is not known whether another package beats them.
    """

    x: float
    y: float
    n_packages: int
    n_possible: int
    is_efficient: bool | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scatter:
    """The packages of a table as two parties see them, and the lines of their fallbacks.

    ``in_points`` tells whether an axis is in points or in places of an order. ``n_left_out``
    counts the plain points thinned out where there are too many to print. ``is_frontier_only``
    says that packages were not listed: shown are frontiers, one package a mark, and what has a name.
    """

    x_party: PartyId
    y_party: PartyId
    x_in_points: bool
    y_in_points: bool
    x_fallback: float | None
    y_fallback: float | None
    points: tuple[ScatterPoint, ...]
    n_left_out: int
    is_frontier_only: bool = False


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """All packages in a table's scope.

    ``n_efficient`` counts packages that no other package beats, ``n_possible_efficient`` possible
    ones: where packages were listed, those among them that no package at all beats; where not
    (``is_listed``), those that no possible one beats. None where there are too many to count.
    """

    table: TableId
    asked: tuple[PartyId, ...]
    quota: Quota | None
    n_packages: int
    n_struck: int
    n_possible: Number
    n_undecided: Number
    refusals: tuple[Refusal, ...]
    n_efficient: int | None
    compared_on: tuple[PartyId, ...]
    not_compared_on: tuple[PartyId, ...]
    possible: tuple[Package, ...]
    n_possible_efficient: int | None
    points: tuple[NamedPoint, ...]
    no_points_because: str
    scatter: Scatter | None
    frontier: FrontierAnswer | None = None
    opening: Opening | None = None
    is_listed: bool = True
    too_large: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on every named deal against one thing: each party's own fallback, or an ending."""

    against: str | None
    verdicts: Mapping[DealId, Verdict]
    n_possible: Mapping[TableId, Number]


@dataclass(frozen=True, slots=True)
class DealsAnswer:
    """The whole first answer.

    ``against`` is None where each party compares with its own fallback, else the name of the one
    ending that all compare with. If it is not complete, it was interrupted, and what is missing
    was not looked at.
    """

    against: str | None
    deals: tuple[DealAnswer, ...]
    tables: tuple[TableAnswer, ...]
    comparisons: tuple[Comparison, ...]
    basis: tuple[ClaimId, ...]
    is_complete: bool = True
