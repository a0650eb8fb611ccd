"""Small random cases about keeping a deal, as case files: few values, so that ties are common."""

from __future__ import annotations

import itertools
import json
import random
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from detente.casefile import read_case
from detente.model import Case

__all__ = ["SEEDS", "case_of", "random_case", "random_sketch"]

SEEDS = range(300)
"""Of the random cases that the tests share."""

Sketch = dict[str, Any]
"""A case file as plain data, ready to be changed and written again."""

OURS = "ours alone"


def case_of(sketch: Sketch) -> Case:
    """Write a case file and read it as anybody else's."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.yaml"
        file.write_text(json.dumps(sketch), encoding="utf-8")  # JSON is YAML
        return read_case(file)


@cache
def random_case(seed: int) -> Case:
    """Return one of the random cases; reading it takes most of the time, and is done once."""
    return case_of(random_sketch(seed))


def random_sketch(seed: int) -> Sketch:
    """Draw two to four parties, one to three issues, a deal or two, endings and clocks."""
    return _Drawer(random.Random(seed)).case()  # noqa: S311  # nothing is kept secret with it


class _Drawer:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def often(self, share: float) -> bool:
        return self.rng.random() < share

    def some(self, things: list[str], at_least: int = 1, at_most: int = 9) -> list[str]:
        n = self.rng.randint(min(at_least, len(things)), min(at_most, len(things)))
        return self.rng.sample(things, n)

    # --- what can be done ---------------------------------------------------------------

    def option(self) -> Sketch:
        found: Sketch = {"says": "It is."}
        kind = self.rng.random()
        if kind < 0.12:
            found["not_by_agreement"] = True
        elif kind < 0.2:
            pass  # nobody is said to act for it
        elif kind < 0.36:
            found["done_by"] = {"any_of": self.some(self.parties, 1, 2)}
        else:
            found["done_by"] = self.some(self.parties, 1, 1 if self.often(0.6) else 2)
        if self.often(0.3):
            found["irreversible"] = True
        elif "done_by" in found and self.often(0.25):
            found["undone_by"] = {"any_of": self.some(self.parties, 1, 2)}
        return found

    def issue(self) -> Sketch:
        options: Sketch = {"o0": "As it is.", "o1": self.option()}
        if self.often(0.25) and len(self.parties) > 1:
            few, more = self.some(self.parties, 1, 1), self.some(self.parties, 2, 2)
            if self.often(0.7):
                more = list(dict.fromkeys(few + more))[:2]
            options["o1"] = {"says": "Some left.", "done_by": few, "irreversible": True}
            options["o2"] = {"says": "More left.", "done_by": more, "irreversible": True}
        elif self.often(0.25):
            options["o2"] = self.option()
        return {"question": "How is it?", "options": options, "today": "o0"}

    def outcome(self, scope: list[str], *, agreed: bool) -> dict[str, str]:
        found = {}
        for name in self.some(scope):
            options = self.issues[name]["options"]
            fit = [
                o
                for o in options
                if o != "o0" and not (agreed and options[o].get("not_by_agreement"))
            ]
            if agreed and self.often(0.7):
                fit = [o for o in fit if "done_by" in options[o]] or fit
            if fit and self.often(0.9):
                found[name] = self.rng.choice(fit)
        return found

    def condition(self) -> str:
        name = self.rng.choice(list(self.issues))
        chosen = self.some(list(self.issues[name]["options"]), 1, 1)
        return f"{name} is {'not ' if self.often(0.3) else ''}{chosen[0]}"

    # --- what is wanted -----------------------------------------------------------------

    def view(self, names: list[str]) -> Sketch | None:
        kind = self.rng.random()
        if kind < 0.05:
            return None
        if kind < 0.65:
            wants = []
            for _ in range(self.rng.randint(1, 3)):
                given = f" if {self.condition()}" if self.often(0.2) else ""
                wants.append(self.condition() + given)
            return {"wants": wants, "assumption": OURS}
        if kind < 0.93:
            points: Sketch = {}
            for name in self.some(list(self.issues)):
                points[name] = {o: self.rng.randint(0, 2) for o in self.issues[name]["options"]}
            return {"points": points, "assumption": OURS}
        if kind < 0.97:
            ranged: Sketch = {
                name: {o: self.rng.choice([0, 2, "1 to 2"]) for o in self.issues[name]["options"]}
                for name in self.some(list(self.issues))
            }
            return {"points": ranged, "assumption": OURS}
        return {"order": [self.rng.choice(names)], "assumption": OURS}

    # --- the case -----------------------------------------------------------------------

    def if_not(self, names: list[str]) -> Sketch | str:
        if self.often(0.2):
            return "There will be consequences."
        found: Sketch = {"says": "Then this.", "leads_to": self.rng.choice(names)}
        if self.often(0.4):
            found["answered_by"] = self.some(self.parties, 1, 2)
        return found

    def deal(self, name: str, names: list[str], says: dict[str, str]) -> Sketch:
        deal: Sketch = {"title": "A deal", "table": "talks", "says": says}
        others = [n for n in names if n != name]
        if self.often(0.35):
            deal["if_not"] = self.if_not(others)
        if self.often(0.3):
            term = self.rng.choice(list(says))
            deal["terms"] = {term: {"if_not": self.if_not(others)}}
        if self.often(0.5):
            told = self.some(list(says), 1)
            cuts = [k for k in range(1, len(told)) if self.often(0.6)]
            steps = [told[a:b] for a, b in itertools.pairwise([0, *cuts, len(told)])]
            deal["order"] = [step[0] if len(step) == 1 else step for step in steps]
        if self.often(0.2):
            deal["must_agree"] = self.some(self.parties)
        return deal

    def case(self) -> Sketch:
        self.parties = [f"p{n}" for n in range(self.rng.choice([2, 2, 3, 3, 4]))]
        self.issues = {f"i{n}": self.issue() for n in range(self.rng.choice([1, 2, 2, 3, 3]))}
        scope = self.some(list(self.issues), max(1, len(self.issues) - 1))
        deals = {}
        for n in range(1 + self.often(0.3)):
            says = self.outcome(scope, agreed=True)
            if says:
                deals[f"d{n}"] = says
        endings = {
            f"e{n}": self.outcome(list(self.issues), agreed=False)
            for n in range(self.rng.choice([0, 1, 1, 2]))
        }
        clocks = {
            f"c{n}": self.outcome(list(self.issues), agreed=False)
            for n in range(self.rng.choice([0, 0, 1, 2]))
        }
        endings, clocks = ({k: v for k, v in x.items() if v} for x in (endings, clocks))
        names = ["today", *deals, *endings, *clocks]
        sketch: Sketch = {
            "negotiation": "A case",
            "as_of": "2020-05-01",
            "parties": {p: {"name": p.upper()} for p in self.parties},
            "issues": self.issues,
            "tables": {
                "talks": {
                    "title": "Talks",
                    "scope": scope,
                    "must_agree": self.some(self.parties),
                    "seats": {self.parties[0]: "always"},
                }
            },
            "deals": {n: self.deal(n, names, says) for n, says in deals.items()},
            "endings": {n: {"title": "E", "sets": sets} for n, sets in endings.items()},
            "clocks": {n: self.clock(sets) for n, sets in clocks.items()},
            "judgements": {p: v for p in self.parties if (v := self.view(names))},
        }
        if self.often(0.15):
            sketch["parties"]["p1"]["acts_for"] = "p0"
        if self.often(0.5):
            rule = self.rule([deals | endings | clocks][0])
            if rule:
                sketch["rules"] = {"r": rule}
        return sketch

    def clock(self, sets: dict[str, str]) -> Sketch:
        found: Sketch = {
            "what": "It happens.",
            "half_likely_by": "60 days",
            "then": {"title": "It has happened", "ends_as": sets},
        }
        if self.often(0.6):
            found["only_while"] = self.condition()
        return found

    def rule(self, outcomes: dict[str, dict[str, str]]) -> Sketch | None:
        """Draw a rule that no outcome with a name breaks, if one is found."""
        for _ in range(8):
            a, b = self.rng.sample(list(self.issues), 2) if len(self.issues) > 1 else ("i0", "i0")
            x = self.rng.choice([o for o in self.issues[a]["options"] if o != "o0"])
            y = self.rng.choice(list(self.issues[b]["options"]))
            every = [{}, *outcomes.values()]
            both = {(o.get(a, "o0") == x, o.get(b, "o0") == y) for o in every}
            if a != b and both <= {(True, True), (False, False)} and self.often(0.6):
                return {"together": [f"{a} is {x}", f"{b} is {y}"]}
            if a != b and not any(o.get(a, "o0") == x and o.get(b, "o0") != y for o in every):
                return {"where": f"{a} is {x}", "only_if": f"{b} is {y}"}
            if a != b and not any(o.get(a, "o0") == x and o.get(b, "o0") == y for o in every):
                return {"never": f"{a} is {x} and {b} is {y}"}
        return None
