"""The numbers under which claims are cited: in the order in which the sources print them."""

from __future__ import annotations

from collections.abc import Mapping

from detente.ledger import ClaimId
from detente.model import Case

__all__ = ["claim_numbers"]


def claim_numbers(case: Case) -> Mapping[ClaimId, int]:
    """Number the claims source by source and place by place; those without a place come last."""
    sources = list(case.sources)

    def at(claim: ClaimId) -> tuple[bool, int, int, int]:
        entry = case.claims[claim]
        known = entry.source in case.sources
        source = sources.index(entry.source) if known else len(sources)
        if entry.span is None:
            return True, source, 0, 0
        return False, source, entry.span.start, entry.span.end

    order = sorted(case.claims, key=at)  # a stable sort: equal places keep the file's order
    return {claim: n for n, claim in enumerate(order, 1)}
