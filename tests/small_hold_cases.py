"""Cases of a few lines about keeping a deal, for tests of one thing each."""

from __future__ import annotations

from typing import Any

from random_hold_cases import case_of

from detente.model import Case

__all__ = ["by_itself", "done_by", "small_case", "wants"]

Sketch = dict[str, Any]
OURS = "ours alone"


def done_by(*parties: str, **more: Any) -> Sketch:
    """Return an option that these must bring about, all of them."""
    return {"says": "It is done.", "done_by": list(parties), **more}


def by_itself(**more: Any) -> Sketch:
    return {"says": "It comes about.", "not_by_agreement": True, **more}


def wants(*statements: str) -> Sketch:
    return {"wants": list(statements), "assumption": OURS}


def small_case(
    issues: dict[str, Sketch],
    views: dict[str, Sketch],
    says: dict[str, str] | None = None,
    parties: str = "abc",
    agree: str = "ab",
    **more: Any,
) -> Case:
    """Return a case whose issues have the option ``no`` today, and one deal, ``deal``, if any.

    What is given under ``deal`` is added to it; everything else is a section of the file.
    """
    sketch: Sketch = {
        "negotiation": "A small case",
        "as_of": "2020-05-01",
        "parties": {p: {"name": f"Party {p.upper()}"} for p in parties},
        "issues": {
            name: {
                "question": f"What of {name}?",
                "options": {"no": "It is not.", **options},
                "today": "no",
            }
            for name, options in issues.items()
        },
        "tables": {
            "talks": {
                "title": "Talks",
                "scope": ["everything"],
                "must_agree": list(agree),
                "seats": {parties[0]: "always"},
            }
        },
        "judgements": views,
    }
    extra = more.pop("deal", {})
    if says is not None:
        deal = {"title": "The deal", "table": "talks", "says": says, **extra}
        sketch["deals"] = {"deal": deal, **more.pop("deals", {})}
    return case_of(sketch | more)
