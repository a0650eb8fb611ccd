"""Where a package is negotiated: what it may settle and whose consent it needs."""

from __future__ import annotations

from dataclasses import dataclass

from detente.ledger import PartyId
from detente.model import DealId, IssueId, Quota

__all__ = ["Forum"]


@dataclass(frozen=True, slots=True)
class Forum:
    """Where a package is negotiated: what it may settle and whose consent it needs.

    ``at_stake`` are the deals negotiated here, and so nobody's fallback here.
    """

    title: str
    scope: tuple[IssueId, ...]
    must_agree: tuple[PartyId, ...]
    quota: Quota | None
    at_stake: tuple[DealId, ...]

    @property
    def asked(self) -> tuple[PartyId, ...]:
        """Those who must agree, and those counted towards the quota."""
        return tuple(dict.fromkeys((*self.must_agree, *(self.quota.of if self.quota else ()))))
