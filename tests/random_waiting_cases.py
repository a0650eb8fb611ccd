"""Small random cases about time, as case files: few values, so that ties are common."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache

from random_hold_cases import Sketch, case_of

from detente.model import Case

__all__ = ["LAST_DAY", "STEP", "random_case", "random_sketch"]

OURS = "ours alone"
AS_OF = date(2020, 5, 1)
STEP = 10.0
LAST_DAY = date(2020, 6, 20)
"""Five periods; no date below falls into the last one, see `test_waiting.py`."""

DAYS = (-5, 0, 7, 15, 25, 33, 400)


@cache
def random_case(seed: int) -> Case:
    return case_of(random_sketch(seed))


def random_sketch(seed: int) -> Sketch:
    """Draw two or three parties, some with a successor or an envoy, tables, deals, clocks, breakers."""
    return _Drawer(random.Random(seed)).case()  # noqa: S311  # nothing is kept secret with it


class _Drawer:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def often(self, share: float) -> bool:
        return self.rng.random() < share

    def some(self, things: list[str], at_least: int = 1, at_most: int = 9) -> list[str]:
        n = self.rng.randint(min(at_least, len(things)), min(at_most, len(things)))
        return self.rng.sample(things, n)

    def day(self) -> str:
        return str(AS_OF + timedelta(days=self.rng.choice(DAYS)))

    # --- what it is about -----------------------------------------------------------------

    def issue(self) -> Sketch:
        options: Sketch = {"n": "No."}
        for name in ("y", "z")[: self.rng.choice([1, 1, 2])]:
            options[name] = {"says": "It is."}
            if self.often(0.3):
                options[name]["irreversible"] = True
            if self.often(0.5):
                options[name]["done_by"] = self.some(self.parties, 1, 2)
            elif self.often(0.15):
                options[name]["not_by_agreement"] = True
        return {"question": "How is it?", "options": options, "today": "n"}

    def condition(self) -> str:
        name = self.rng.choice(list(self.issues))
        chosen = self.some(list(self.issues[name]["options"]), 1, 1)
        return f"{name} is {'not ' if self.often(0.3) else ''}{chosen[0]}"

    def outcome(self, scope: list[str], *, agreed: bool) -> dict[str, str]:
        found = {}
        for name in self.some(scope, 1, 2):
            options = self.issues[name]["options"]
            fit = [
                o for o in options
                if o != "n" and not (agreed and options[o].get("not_by_agreement"))
            ]  # fmt: skip
            if fit:
                found[name] = self.rng.choice(fit)
        return found

    # --- where they talk ------------------------------------------------------------------

    def table(self, scope: list[str], exclusive: str) -> Sketch:
        seats = {
            p: self.rng.choice(["always", "always", "always", "1 in 3"])
            for p in self.some(self.sitting, 2)
        }
        found: Sketch = {"title": "Talks", "scope": scope, "seats": seats, "exclusive": exclusive}
        if self.often(0.3):
            found["must_agree"] = self.some(self.sitting)
        if self.often(0.25) and not self.turns:
            of = self.some(self.parties, 2)
            found["must_agree"] = self.some(self.parties, 0, 1)
            found["enough"] = {"at_least": self.rng.randint(1, len(of)), "of": of}
        if self.often(0.5):
            found["meets"] = self.rng.choice(
                ["twice a week", "once a month", "1 to 3 times a week"]
            )
        if self.often(0.1):
            found["opens"] = self.day()
        elif self.often(0.15):
            found["closes"] = self.day()
        return found

    def deal(self) -> Sketch:
        table = self.rng.choice([*self.tables, None])
        scope = self.tables[table]["scope"] if table else list(self.issues)
        found: Sketch = {"title": "A deal", "says": self.outcome(scope, agreed=True)}
        if table:
            found["table"] = table
        if self.often(0.2):
            found["our_idea"] = True
        if self.often(0.2) and not self.turns:
            found["must_agree"] = self.some(self.parties)
        if self.often(0.2):
            worth = {"says": "A reward.", "worth": self.rng.choice(["20 days", "5 to 15 days"])}
            found["private_gain"] = {self.rng.choice(self.parties): worth}
        return found

    def breaker(self, deal: str) -> Sketch:
        found: Sketch = {"deal": deal, "who": self.rng.choice(self.parties), "could": "end it",
                         "assumption": OURS}  # fmt: skip
        if self.often(0.8):
            found["within"] = self.rng.choice(["30 days", "0 to 10 days", "2 to 8 weeks"])
        if self.often(0.3):
            found["then"] = "talks end"
        says = self.deals[deal]["says"]
        if self.often(0.3):
            found["sets"] = {self.rng.choice(list(says)): "n"}
        return found

    # --- time -----------------------------------------------------------------------------

    def clock(self) -> Sketch:
        found: Sketch = {"what": "It comes.", "assumption": OURS}
        kind = self.rng.random()
        if kind < 0.4:
            found["on"] = self.day()
        elif kind < 0.8:
            found["half_likely_by"] = self.rng.choice(["20 days", "60 days"])
        else:
            found["likely_by"] = {"10%": "10 days", "80%": "50 days"}
        if self.often(0.3):
            found["only_while"] = self.condition()
        then: Sketch = {}
        if self.often(0.6):
            sets = self.outcome(list(self.issues), agreed=False)
            if sets:
                then |= {"title": "An ending", "ends_as": sets}
        then |= self.turn()
        if self.often(0.35):
            then["perhaps"] = {
                "luck": self.turn() or {"closes": self.rng.choice(list(self.tables))}
            }
        if then:
            found["then"] = then
        return found

    def turn(self) -> Sketch:
        kind = self.rng.random()
        if kind < 0.2:
            return {"opens": self.rng.choice(list(self.tables))}
        if kind < 0.35:
            return {"closes": self.rng.choice(list(self.tables))}
        if kind < 0.55 and self.turns:
            return {"replaces": {"a": "heir"}}
        return {}

    # --- what is wanted -------------------------------------------------------------------

    def view(self) -> Sketch:
        if self.often(0.6):
            found: Sketch = {"wants": [self.condition() for _ in range(self.rng.randint(1, 3))]}
        else:
            found = {
                "points": {
                    name: {
                        o: self.rng.choice([0, 1, 3, "1 to 2"])
                        for o in self.issues[name]["options"]
                    }
                    for name in self.some(list(self.issues))
                }
            }
        found["assumption"] = OURS
        if self.often(0.4):
            found["waiting_costs"] = self.rng.choice(["low", "high", "none", "2 points a week"])
        if self.often(0.2):
            found["refuses"] = [self.condition()]
        if self.often(0.15):
            found["time_left"] = self.rng.choice(["18 days", "2 years", "4 weeks"])
        if self.often(0.4):
            found["believes"] = {"luck": self.rng.choice(["80%", "1 in 10"])}
        return found

    # --- the case -------------------------------------------------------------------------

    def case(self) -> Sketch:
        self.parties = ["a", "b", "c"][: self.rng.choice([1, 2, 2, 2, 3])]
        self.turns = self.often(0.35)
        has_envoy = self.often(0.2)
        self.sitting = ["envoy" if p == "a" and has_envoy else p for p in self.parties]
        self.issues = {f"i{k}": self.issue() for k in range(self.rng.choice([1, 2, 2, 3]))}
        n_tables = self.rng.choice([1, 1, 2])
        scopes = (
            [list(self.issues)]
            if n_tables == 1
            else [self.some(list(self.issues)), list(self.issues)]
        )
        exclusive = self.rng.choice(["true", "true", "false"])
        self.tables = {f"t{k}": self.table(scopes[k], exclusive) for k in range(n_tables)}
        drawn = (self.deal() for _ in range(self.rng.choice([0, 1, 1, 2, 3])))
        self.deals = {f"d{k}": deal for k, deal in enumerate(d for d in drawn if d["says"])}
        names = {p: {"name": p.upper()} for p in self.parties}
        if self.turns:
            names["heir"] = {"name": "The heir"}
        if has_envoy:
            names["envoy"] = {"name": "The envoy", "acts_for": "a"}
        for p in self.parties:
            if self.often(0.12):
                names[p]["can_block"] = self.condition()
            if self.often(0.12) and not has_envoy:
                names[p]["may_not_offer"] = self.condition()
        known = [p for p in names if p != "envoy" and self.often(0.93)]
        clocks = {f"k{n}": self.clock() for n in range(self.rng.choice([0, 1, 1, 2]))}
        sketch: Sketch = {
            "negotiation": "A case",
            "as_of": str(AS_OF),
            "parties": names,
            "issues": self.issues,
            "tables": self.tables,
            "deals": self.deals,
            "clocks": clocks,
            "chances": {"luck": {"what": "It turns out well", "likelihood": "20 to 40%", "assumption": OURS}},
            "judgements": {p: self.view() for p in known},
        }  # fmt: skip
        breakers = [self.breaker(d) for d in self.deals if self.often(0.4)]
        if breakers:
            sketch["breakers"] = breakers
        if self.often(0.3):
            self.add_orders(sketch)
        if self.often(0.3):
            rule = self.rule([*self.deals.values()], clocks)
            if rule:
                sketch["rules"] = {"r": rule}
        return sketch

    def add_orders(self, sketch: Sketch) -> None:
        """Let somebody rank named outcomes, sometimes not all of them."""
        says = {d: deal["says"] for d, deal in self.deals.items()}
        for name, clock in sketch["clocks"].items():
            if "ends_as" in clock.get("then", {}):
                says[name] = clock["then"]["ends_as"]
        different = {tuple(sorted(outcome.items())): name for name, outcome in says.items()}
        names = ["today", *different.values()]
        self.rng.shuffle(names)
        left_out = names[: self.rng.choice([0, 0, 1])]
        who = self.rng.choice([*self.parties])
        if who in sketch["judgements"]:
            view = sketch["judgements"][who]
            view.pop("wants", None)
            view.pop("points", None)
            view["order"] = [n for n in names if n not in left_out or n == "today"]

    def rule(self, deals: list[Sketch], clocks: Sketch) -> Sketch | None:
        """Draw a rule that no outcome with a name breaks, if one is found."""
        every = [{}, *(d["says"] for d in deals)]
        every += [c["then"]["ends_as"] for c in clocks.values() if "ends_as" in c.get("then", {})]
        for _ in range(6):
            if len(self.issues) < 2:
                return None
            one, other = self.rng.sample(list(self.issues), 2)
            x = self.rng.choice([o for o in self.issues[one]["options"] if o != "n"])
            y = self.rng.choice(list(self.issues[other]["options"]))
            if not any(o.get(one, "n") == x and o.get(other, "n") != y for o in every):
                return {"where": f"{one} is {x}", "only_if": f"{other} is {y}"}
        return None
