"""Plot what an exact frontier costs: against its size, the size of the space, and the links' width.

Run from the repository root: ``python benchmarks/cost.py``. About three minutes; it writes
``benchmarks/cost.svg`` and prints the same as a table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import vl_convert
from domains import fine, linked, scored
from ratio import seconds

from detente.engines.deal_space import Domain, Frontier, exact_frontier

OUT = Path(__file__).with_name("cost.svg")


@dataclass(frozen=True, slots=True)
class Run:
    """One frontier: its space, what it took, and how large it and its links were."""

    group: str
    packages: int
    points: int
    held: int
    width: int
    took: float

    @property
    def datum(self) -> dict[str, float | str]:
        return {
            "group": self.group,
            "packages": float(f"{math.log10(self.packages):.2f}"),
            "held": self.held,
            "width": self.width,
            "seconds": float(f"{self.took:.4g}"),
        }


def run(group: str, domain: Domain) -> Run:
    found: list[Frontier] = []
    took = min(seconds(lambda: found.append(exact_frontier(domain))) for _ in range(2))
    front = found[-1]
    return Run(group, front.n_packages, len(front.points), front.largest, front.width, took)


def runs() -> list[Run]:
    done = []
    for parties in (2, 3, 4, 6):
        for issues, options in ((6, 5), (8, 5), (10, 5), (15, 5), (20, 5), (20, 10), (40, 10)):
            for seed in range(2):
                if (parties, issues) in {(4, 40), (6, 15), (6, 20), (6, 40)} or (
                    parties == 4 and (issues, options) == (20, 10)
                ):
                    continue
                name = f"{parties} parties"
                done.append(run(name, fine(parties, issues, options, seed)))
                done.append(run(name, scored(parties, issues, options, seed)))
    for links in (5, 10, 15, 20, 25, 30):
        for seed in range(3):
            done.append(run("3 parties, linked", linked(fine(3, 20, 5, seed), links, seed)))
    return done


def chart(x: str, title: str, data: list[dict[str, float | str]]) -> dict[str, object]:
    scale = "linear" if x == "packages" else "log"
    return {
        "data": {"values": data},
        "mark": {"type": "point", "filled": True, "size": 40, "opacity": 0.8},
        "width": 300,
        "height": 260,
        "encoding": {
            "x": {"field": x, "type": "quantitative", "scale": {"type": scale}, "title": title},
            "y": {
                "field": "seconds", "type": "quantitative", "scale": {"type": "log"},
                "title": "seconds",
            },
            "color": {"field": "group", "type": "nominal", "title": None},
            "shape": {"field": "group", "type": "nominal", "title": None},
        },
    }  # fmt: skip


if __name__ == "__main__":
    exact_frontier(linked(fine(3, 5, 3), 3))
    done = runs()
    data = [each.datum for each in done]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "hconcat": [
            chart("held", "most points held at one issue", data),
            chart("packages", "packages, as a power of ten", data),
            chart(
                "width",
                "width of the links",
                [each.datum for each in done if each.group.endswith("linked")],
            ),
        ],
    }
    OUT.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    print("| space | packages | points | most held | links' width | seconds | us per point held |")
    print("|---|---|---|---|---|---|---|")
    for each in sorted(done, key=lambda each: (each.group, each.held)):
        print(
            f"| {each.group} | 10^{math.log10(each.packages):.1f} | {each.points:,} | "
            f"{each.held:,} | {each.width} | {each.took:.4g} | {1e6 * each.took / each.held:.3g} |"
        )
