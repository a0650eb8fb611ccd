"""How it may go as a picture: every area that can be seen has words, inside the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from small_waiting_cases import quick, waiting_case

from detente.analysis import Fan, Way
from detente.reports.wait_pictures import STACK, ways_spec


def labels(*last: float, title: str = "It") -> list[tuple[float, str]]:
    answer = quick(waiting_case())
    ways = []
    for n, chance in enumerate(last):
        rises = np.linspace(0.0, chance, answer.n_periods + 1)
        kind = "open" if n == len(last) - 1 else "ending"
        ways.append(
            Way(kind, f"w{n}", "Nothing yet" if kind == "open" else title, Fan(rises, rises, rises))
        )
    spec = ways_spec(replace(answer, ways=tuple(ways)))
    assert spec is not None
    found = next(
        layer["data"]["values"] for layer in spec["layer"] if layer["mark"]["type"] == "text"
    )
    return [(value["y"], value["words"]) for value in found]


def test_words_of_thin_areas_at_the_top_stay_in_the_picture_and_apart() -> None:
    found = sorted(labels(0.96, 0.01, 0.01, 0.01, 0.01))
    assert len(found) == 5
    assert found[0] == (0.0, "Nothing yet")
    heights = [y for y, _ in found]
    assert max(heights) <= STACK
    assert min(np.diff(heights)) >= 16.0


def test_an_area_that_cannot_be_seen_has_no_words() -> None:
    assert [words for _, words in labels(0.0, 0.5, 0.5)] == ["It, nothing agreed", "Nothing yet"]


def test_of_a_long_title_the_end_is_cut_and_what_it_means_is_kept() -> None:
    (_, words), _ = labels(0.5, 0.5, title="The drivers go back with nothing at all")
    assert words == "The drivers go back with no…, nothing agreed"
