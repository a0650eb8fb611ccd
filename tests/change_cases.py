"""Cases with levers and scenarios, a few lines each, and every variation of them."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from detente.casefile import read_case
from detente.casefile.changed import Variations
from detente.model import Case

__all__ = ["Sketch", "edited", "read", "road_and_water", "variations"]

Sketch = dict[str, Any]


def variations(sketch: Sketch) -> Variations:
    """Write a case file, and read it as something to vary."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.yaml"
        file.write_text(json.dumps(sketch), encoding="utf-8")  # JSON is YAML
        return Variations(file)


def read(sketch: Sketch) -> Case:
    """Write a case file, and read it as anybody else's."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.yaml"
        file.write_text(json.dumps(sketch), encoding="utf-8")
        return read_case(file)


def edited(sketch: Sketch, path: tuple[str, ...], value: Any) -> Sketch:
    """Return the case as somebody would write it who made one change by hand."""
    found = copy.deepcopy(sketch)
    at = found
    for step in path[:-1]:
        at = at.setdefault(step, {})
    at[path[-1]] = value
    return found


def road_and_water(**more: Any) -> Sketch:
    """Two villages; the lower one would open the road for water, which the upper one likes too.

    The swap is blocked: the lower village would rather have the rain that it expects.
    """
    sketch: Sketch = {
        "negotiation": "Water for the road",
        "as_of": "2024-03-01",
        "parties": {
            "upper": {"name": "Upper village", "may": ["talk"]},
            "lower": {"name": "Lower village"},
            "miller": {"name": "The miller", "acts_for": "upper"},
            "council": {"name": "The council"},
        },
        "issues": {
            "road": {
                "question": "Is the road open?",
                "options": {"closed": "No.", "open": {"says": "Yes.", "done_by": "lower"}},
                "today": "closed",
            },
            "water": {
                "question": "Who may draw?",
                "options": {
                    "upper_only": "The upper village.",
                    "shared": {"says": "Both.", "done_by": "upper"},
                },
                "today": "upper_only",
            },
            "rain": {
                "question": "Does it rain?",
                "options": {"dry": "No.", "wet": {"says": "Yes.", "not_by_agreement": True}},
                "today": "dry",
            },
        },
        "tables": {
            "talks": {
                "title": "Talks at the mill",
                "scope": ["road", "water"],
                "seats": {"miller": "always", "lower": "always"},
                "must_agree": ["upper", "lower"],
            }
        },
        "deals": {
            "swap": {
                "title": "The swap",
                "table": "talks",
                "says": {"road": "open", "water": "shared"},
            }
        },
        "endings": {"rains": {"title": "It rains", "sets": {"rain": "wet"}}},
        "clocks": {"storm": {"what": "A storm comes", "half_likely_by": "60 days"}},
        "judgements": {
            "upper": {"wants": ["road is open"]},
            "lower": {"wants": ["rain is wet", "water is shared"], "without_a_deal": "rains"},
        },
    }
    return sketch | more
