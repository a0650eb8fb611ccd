"""What a careful reader should know of clocks: what they keep closed, and what has come already."""

from __future__ import annotations

from typing import Any

from small_waiting_cases import waiting_case

from detente.analysis import findings_of

OPENS: dict[str, Any] = {"what": "A new mayor comes in", "on": "2020-06-01"}


def found(kind: str, **fields: Any) -> list[str]:
    return [f.about for f in findings_of(waiting_case(**fields)) if f.kind == kind]


def clocks(**then: Any) -> dict[str, Any]:
    return {"clocks": {"mayor": OPENS | {"then": then}}}


def table(**more: Any) -> dict[str, Any]:
    seats = {"a": "always", "b": "always"}
    return {"tables": {"talks": {"title": "Talks", "seats": seats} | more}}


def test_a_table_that_meets_and_that_an_event_opens_is_pointed_out() -> None:
    kind = "table closed until an event"
    assert found(kind, **table(meets="twice a week"), **clocks(opens="talks")) == ["talks"]
    assert not found(kind, **table(meets="twice a week"), **clocks(closes="talks"))
    assert not found(kind, **table(), **clocks(opens="talks"))


def test_an_event_before_the_day_of_the_case_is_pointed_out() -> None:
    kind = "event that has come already"
    past = {"clocks": {"mayor": OPENS | {"on": "2019-06-01"}}}
    assert found(kind, **past) == ["mayor"]
    assert not found(kind, **clocks(closes="talks"))
