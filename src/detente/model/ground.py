"""What a judgement, an option or a party's entry rests on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from detente.ledger import ClaimId

__all__ = ["Ground"]


@dataclass(frozen=True, slots=True)
class Ground:
    """Claims, or an assumption, or neither.

    With ``needs_all`` (``because_all`` in the file) it stands only while every claim stands;
    otherwise while any one of them does. ``our_idea`` marks what no source says.

    Examples
    --------
    >>> Ground((ClaimId("c1"), ClaimId("c2"))).stands({"c1"})
    True
    >>> Ground((ClaimId("c1"), ClaimId("c2")), needs_all=True).stands({"c1"})
    False
    """

    claims: tuple[ClaimId, ...] = ()
    needs_all: bool = False
    assumption: str = ""
    our_idea: bool = False

    @property
    def is_given(self) -> bool:
        return bool(self.claims or self.assumption or self.our_idea)

    def stands(self, struck: Collection[str]) -> bool:
        """Say whether the ground still stands once the claims in ``struck`` are gone."""
        if not self.claims:
            return self.is_given
        left = [claim for claim in self.claims if claim not in struck]
        return len(left) == len(self.claims) if self.needs_all else bool(left)
