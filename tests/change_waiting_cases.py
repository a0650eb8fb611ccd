"""Cases with levers in which time matters: who would rather wait, and how likely a deal is agreed."""

from __future__ import annotations

from change_cases import Sketch
from small_waiting_cases import OURS, issue, likes, points, table, waiting_sketch

__all__ = [
    "clocks_and_chances",
    "stormy",
    "two_chances",
    "two_tables",
    "who_and_where",
    "with_an_envoy",
]


def stormy(half_likely_by: str) -> Sketch:
    """Ann likes what the storm would bring a little better than the deal, which would stop it."""
    sketch = waiting_sketch("ab")
    sketch["issues"]["x"] = issue("No", "Yes", {"says": "Gone.", "not_by_agreement": True})
    sketch["clocks"] = {
        "storm": {"what": "A storm", "half_likely_by": half_likely_by, "only_while": "x is n",
                  "assumption": OURS, "then": {"title": "All is gone", "ends_as": {"x": "z"}}},
    }  # fmt: skip
    sketch["judgements"]["a"] = points({"x": {"n": 0, "y": 10, "z": 11}}, waiting_costs="none")
    return sketch


def two_chances(luck: str) -> Sketch:
    """Half a year on, luck may open a table for a deal that is a little better."""
    sketch = waiting_sketch("ab")
    sketch["issues"]["y"] = issue()
    sketch["tables"]["later"] = table("a", "b", scope=["y"], meets="twice a week")
    sketch["deals"]["better"] = {"title": "Better", "table": "later", "says": {"y": "y"}}
    sketch["clocks"] = {
        "vote": {"what": "A vote", "on": "2020-11-01", "assumption": OURS,
                 "then": {"perhaps": {"luck": {"opens": "later"}}}},
    }  # fmt: skip
    sketch["chances"] = {"luck": {"what": "Luck", "likelihood": luck, "assumption": OURS}}
    worth: Sketch = {"x": {"n": 0, "y": 9}, "y": {"n": 0, "y": 10}}
    sketch["judgements"] = {"a": points(worth), "b": points(worth)}
    return sketch


def two_tables() -> Sketch:
    """A small deal at one table leaves the other open, at which a big one is slow to come."""
    sketch = waiting_sketch("ab")
    sketch["issues"]["y"] = issue()
    sketch["tables"] = {
        "talks": table("a", "b", scope=["x"], exclusive=False),
        "side": table("a", "b", scope=["y"], meets="once a month"),
    }
    sketch["deals"]["big"] = {"title": "Big", "table": "side", "says": {"y": "y"}}
    worth: Sketch = {"x": {"n": 0, "y": 1}, "y": {"n": 0, "y": 10}}
    sketch["judgements"] = {"a": points(worth), "b": points(worth)}
    return sketch


def with_an_envoy() -> Sketch:
    """Ann's envoy alone has a seat, and may not offer the deal that both would sign."""
    sketch = waiting_sketch("ab")
    sketch["parties"]["envoy"] = {"name": "E", "acts_for": "a", "may_not_offer": ["x is y"]}
    sketch["tables"]["talks"] = table("envoy", must_agree=["a", "b"])
    return sketch


def who_and_where() -> Sketch:
    """Mandates, quotas, blocks, tables beside one another and one deal on no table, breakers, rules."""
    sketch = waiting_sketch("abcd")
    sketch["parties"] |= {
        "envoy": {"name": "The envoy", "acts_for": "a", "may_not_offer": ["y is y"]},
    }
    sketch["parties"]["d"]["can_block"] = ["z is y"]
    sketch["issues"] |= {
        "y": issue("No", {"says": "Yes.", "done_by": ["a", "b"], "irreversible": True}),
        "z": issue("No", {"says": "Yes.", "done_by": "c"}, {"says": "War.", "not_by_agreement": True}),
    }  # fmt: skip
    seats = {"envoy": "always", "b": "1 in 3"}
    sketch["tables"] = {
        "talks": {"title": "Talks", "scope": ["x", "y"], "seats": seats, "meets": "once a week",
                  "must_agree": ["a"], "enough": {"at_least": 1, "of": ["b", "c"]},
                  "exclusive": False, "opens": "2020-05-10", "closes": "2020-09-01"},
        "side": {"title": "On the side", "scope": ["z"], "seats": {"b": "always", "c": "always"},
                 "must_agree": ["b", "c"]},
    }  # fmt: skip
    sketch["deals"] = {
        "yes": {"title": "Yes", "table": "talks", "says": {"x": "y", "y": "y"}, "our_idea": True,
                "private_gain": {"envoy": {"says": "Fame.", "worth": "3 days"}}},
        "aside": {"title": "Aside", "table": "side", "says": {"z": "y"}, "must_agree": ["b"]},
        "free": {"title": "Free", "says": {"z": "y"}},
    }  # fmt: skip
    sketch["breakers"] = [
        {"deal": "yes", "who": "b", "could": "go back", "within": "30 days", "sets": {"x": "n"},
         "then": "talks end", "assumption": OURS},
    ]  # fmt: skip
    sketch["rules"] = {
        "no": {"never": "y is y and z is z"},
        "so": {"where": "y is y", "only_if": "x is y"},
    }
    sketch["judgements"] = {
        "a": likes("x is y", waiting_costs="low"),
        "b": points({"x": {"n": 0, "y": 2}, "y": {"n": 1, "y": 0}}, waiting_costs="1 points a week"),
        "c": likes("z is y", refuses=["x is n"], time_left="50 days"),
        "d": likes("z is n"),
    }  # fmt: skip
    return sketch


def clocks_and_chances() -> Sketch:
    """Clocks of every kind, with what follows for sure and perhaps, and somebody's own beliefs."""
    sketch = waiting_sketch("ab")
    sketch["parties"]["heir"] = {"name": "The heir"}
    sketch["clocks"] = {
        "vote": {"what": "A vote", "on": "2020-06-01", "assumption": OURS, "then": {
            "replaces": {"a": "heir"}, "opens": "side", "perhaps": {"luck": {"closes": "side"}}}},
        "storm": {"what": "A storm", "half_likely_between": "20 to 60 days", "assumption": OURS,
                  "only_while": "x is n", "then": {"title": "Storm", "ends_as": {"x": "z"}}},
        "frost": {"what": "Frost", "likely_by": {"10%": "10 days", "80%": "50 days"},
                  "assumption": OURS, "then": {"closes": "talks"}},
        "thaw": {"what": "Thaw", "half_likely_by": "90 days", "assumption": OURS},
    }  # fmt: skip
    sketch["issues"]["x"] = issue("No", "Yes", {"says": "Lost.", "not_by_agreement": True})
    sketch["tables"]["side"] = {"title": "Aside", "scope": ["x"], "seats": {"b": "always"}}
    sketch["chances"] = {"luck": {"what": "Luck", "likelihood": "20 to 40%", "assumption": OURS}}
    sketch["judgements"] = {
        "a": likes("x is y"), "heir": likes("x is n"),
        "b": likes("x is y", believes={"luck": "80%"}),
    }  # fmt: skip
    return sketch
