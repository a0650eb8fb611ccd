"""The verdict of one concept on every state for every party."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Never

import numpy as np

from detente.engines._checks import Bools, Ints
from detente.errors import EngineInputError

__all__ = ["Concept", "Stability"]


class Concept(StrEnum):
    """How a party that considers a move reckons with the answers of the others."""

    NASH = "nash"
    """With none: every improvement tempts."""
    GMR = "general metarational"
    """With any answer, even one that hurts whoever gives it."""
    SMR = "symmetric metarational"
    """As before, but it can move once more after the answer."""
    SEQ = "sequential"
    """With answers that are improvements for those who give them."""

    @classmethod
    def _missing_(cls, value: object) -> Never:
        known = ", ".join(concept.value for concept in cls)
        raise EngineInputError(f"concept: found {value!r}, expected one of {known}")


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """Where each party would stay.

    Attributes
    ----------
    stable : ndarray of bool, shape (n_states, n_parties)
        False in every column where a state is infeasible.
    concept : str
        The concept, as its value.
    method : str
        How the verdicts were found.
    """

    stable: Bools
    concept: str
    method: str

    @property
    def equilibria(self) -> Ints:
        """The states that are stable for every party, ascending."""
        return np.flatnonzero(self.stable.all(axis=1))
