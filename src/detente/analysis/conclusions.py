"""Statements about a case that are so, are not so, or cannot be said: what a change can turn.

Each is named by what it is about and its kind, as in ``kerry_package.possible``. A later question
adds its kinds to :data:`KINDS`, with what it reckons with in
:data:`~detente.analysis.change_fields.READ_BY`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from detente.analysis.change_examined import Examined
from detente.analysis.change_fields import Lens
from detente.engines.deal_space import Verdict
from detente.errors import NotFoundError
from detente.model import Case, DealId, TableId

__all__ = ["KINDS", "Conclusion", "ConclusionKind", "conclusion_called", "conclusions_of"]

ConclusionKind = Literal[
    "possible",
    "bound",
    "within_mandates",
    "lasting",
    "checked",
    "carried_out",
    "kept",
    "holds",
    "good",
    "beats_waiting",
    "agreed",
]


EVEN = (0.45, 0.55)
"""Chances between which something is about as likely as not."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a kind of conclusion needs to be asked, of what, and how the answer is read off.

    ``is_main``: searched for where it is not so, if nobody asks for others.
    """

    lens: Lens
    of: Literal["deals", "tables", "both"]
    ask: Callable[[Examined, str], Verdict]
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One statement about one deal or table of a case."""

    about: str
    kind: ConclusionKind

    @property
    def id(self) -> str:
        """How a person names it."""
        return f"{self.about}.{self.kind}"

    @property
    def lens(self) -> Lens:
        """The question it is an answer to."""
        return KINDS[self.kind].lens

    @property
    def is_main(self) -> bool:
        """Whether it is looked into unasked."""
        return KINDS[self.kind].is_main

    def verdict(self, examined: Examined) -> Verdict:
        """Say whether it is so in a variation of the case."""
        return KINDS[self.kind].ask(examined, self.about)


def conclusions_of(case: Case) -> tuple[Conclusion, ...]:
    """Return everything that can be concluded of a case, deal by deal, then table by table."""
    found = [Conclusion(deal, kind) for deal in case.deals for kind in _kinds_of("deals")
             if kind != "within_mandates" or case.deals[deal].table is not None]  # fmt: skip
    found += [
        Conclusion(table.id, kind)
        for table in case.tables.values()
        for kind in _kinds_of("tables")
        if table.scope
    ]
    return tuple(found)


def _kinds_of(section: Literal["deals", "tables"]) -> Iterable[ConclusionKind]:
    return (kind for kind, made in KINDS.items() if made.of in (section, "both"))


def conclusion_called(case: Case, name: str) -> Conclusion:
    """Find a conclusion by its name.

    Raises
    ------
    NotFoundError
        If there is none of that name; the message lists all.
    """
    all_of_them = conclusions_of(case)
    for conclusion in all_of_them:
        if conclusion.id == name:
            return conclusion
    known = ", ".join(conclusion.id for conclusion in all_of_them) or "none"
    raise NotFoundError(f"no conclusion is called {name!r}; there are: {known}")


# --- how each is read off -------------------------------------------------------------------


def _possible(examined: Examined, about: str) -> Verdict:
    if about in examined.case.tables:
        return examined.table(TableId(about)).verdict
    return examined.deal(DealId(about)).verdict


def _bound(examined: Examined, about: str) -> Verdict:
    return Verdict.NO if examined.deal(DealId(about)).unbound else Verdict.YES


def _within_mandates(examined: Examined, about: str) -> Verdict:
    return Verdict.NO if examined.deal(DealId(about)).beyond_mandate else Verdict.YES


def _lasting(examined: Examined, about: str) -> Verdict:
    return Verdict.NO if examined.deal(DealId(about)).still_running else Verdict.YES


def _checked(examined: Examined, about: str) -> Verdict:
    return Verdict.YES if examined.is_checked(DealId(about)) else Verdict.NO


def _carried_out(examined: Examined, about: str) -> Verdict:
    hold = examined.hold(DealId(about))
    return Verdict.UNDECIDED if hold.too_large else hold.performance.verdict


def _kept(examined: Examined, about: str) -> Verdict:
    return examined.hold(DealId(about)).kept


def _holds(examined: Examined, about: str) -> Verdict:
    """Both, as far as either can be said."""
    return min(
        (_carried_out(examined, about), _kept(examined, about)),
        key=(Verdict.NO, Verdict.UNDECIDED, Verdict.YES).index,
    )


def _good(examined: Examined, about: str) -> Verdict:
    return examined.hold(DealId(about)).is_good


def _beats_waiting(examined: Examined, about: str) -> Verdict:
    return examined.wait(DealId(about)).verdict


def _agreed(examined: Examined, about: str) -> Verdict:
    chance = examined.wait(DealId(about)).agreed
    if chance is None:
        return Verdict.UNDECIDED
    low, high = EVEN
    return Verdict.YES if chance > high else Verdict.NO if chance < low else Verdict.UNDECIDED


KINDS: Mapping[ConclusionKind, _Kind] = {
    "possible": _Kind("deals", "both", _possible, is_main=True),
    "bound": _Kind("deals", "deals", _bound),
    "within_mandates": _Kind("deals", "deals", _within_mandates),
    "lasting": _Kind("deals", "deals", _lasting),
    "checked": _Kind("checks", "deals", _checked),
    "carried_out": _Kind("hold", "deals", _carried_out),
    "kept": _Kind("hold", "deals", _kept),
    "holds": _Kind("hold", "deals", _holds, is_main=True),
    "good": _Kind("hold", "deals", _good),
    "beats_waiting": _Kind("wait", "deals", _beats_waiting, is_main=True),
    "agreed": _Kind("wait", "deals", _agreed),
}
"""``possible``: all who must agree would rather have it, or have a package at the table.
``bound``: nobody must act whom nobody who agrees binds. ``within_mandates``: nobody at its table would
offer what he may not. ``lasting``: no clock that could end it runs on under it. ``checked``: it is said
who checks it. ``carried_out``, ``kept``: nobody gains by stopping half-way, or by breaking it
afterwards; ``holds``: both. ``good``: those who bear the cost or are left out would rather have it than
today. ``beats_waiting``: all who must agree, and enough of those counted, would rather sign it than wait,
on the first day on which it can be signed. ``agreed``: it is likelier than not what is agreed first, by
the last day that is looked at; undecided where that is about even."""
