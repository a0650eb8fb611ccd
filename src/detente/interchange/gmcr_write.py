"""Write a save file of GMCR+."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from detente.errors import SpaceTooLargeError
from detente.interchange.gmcr import (
    Alternatives,
    Conjunction,
    DecisionMaker,
    GmcrModel,
    states_of,
    tiers_of,
)
from detente.interchange.names import file_names
from detente.interchange.written import Written

__all__ = ["write_gmcr"]

MOST_PAYOFFS = 4_096
"""States up to which places and payoffs are written beside the statements they follow from."""

VERSION = "0.4.1"
"""The version of the format whose names are used."""


def write_gmcr(model: GmcrModel) -> Written:
    """Write a model as one ``.gmcr`` file.

    Examples
    --------
    >>> from detente.interchange.gmcr import GmcrOption
    >>> model = GmcrModel("A border", (GmcrOption("Open it"),), (DecisionMaker("North", (0,)),))
    >>> list(write_gmcr(model).files)
    ['A border.gmcr']
    """
    states: list[int] | None
    try:
        states = list(islice(states_of(model), MOST_PAYOFFS + 1))
    except SpaceTooLargeError:
        states = None
    if states is not None and len(states) > MOST_PAYOFFS:
        states = None
    data = {
        "program": "detente",
        "version": VERSION,
        "decisionMakers": [_maker(maker, states) for maker in model.makers],
        "options": [
            {"name": option.name, "permittedDirection": option.direction}
            for option in model.options
        ],
        "infeasibles": [_pairs(pattern) for pattern in model.infeasible],
        "coalitions": list(range(len(model.makers))),
        "useManualPreferenceRanking": any(m.ranking is not None for m in model.makers),
    }
    (name,) = file_names([model.name])
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    return Written({f"{name}.gmcr": text}, model.notes)


def _maker(maker: DecisionMaker, states: list[int] | None) -> dict[str, Any]:
    tiers = () if states is None else tiers_of(maker, states)
    payoffs = {n: len(tiers) - place for place, tier in enumerate(tiers) for n in tier}
    return {
        "name": maker.name,
        "options": list(maker.options),
        "misperceptions": [],
        "preferences": [_statement(each) for each in maker.statements],
        "preferenceRanking": [tier[0] if len(tier) == 1 else list(tier) for tier in tiers],
        "payoffs": [payoffs[number] for number in sorted(payoffs)],
    }


def _statement(alternatives: Alternatives) -> Any:
    if len(alternatives) == 1:
        return _pairs(alternatives[0])
    return {"compound": True, "members": [_pairs(each) for each in alternatives]}


def _pairs(conjunction: Conjunction) -> list[list[Any]]:
    return [[number, "Y" if yes else "N"] for number, yes in conjunction]
