"""Genius profiles that are no sum over issues: hyper-rectangles, and ranks with rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from detente.interchange.files import as_number, shown
from detente.interchange.foreign import ForeignIssue
from detente.interchange.nonlinear import (
    Aggregate,
    Box,
    HyperRectangles,
    OutcomeRule,
    RankRule,
    RankRules,
)
from detente.interchange.xml_text import Element

__all__ = ["read_boxes", "read_ranks"]

Indexed = Sequence[tuple[str, ForeignIssue]]


def read_boxes(root: Element, issues: Indexed, _notes: list[str]) -> HyperRectangles:
    """Read a profile of hyper-rectangles; every issue they speak of must be a range of numbers."""
    utility = next((e for e in root.walk() if e.tag == "utility"), None)
    if utility is None:
        raise root.error("", "no <utility>", "one, with hyper-rectangles in it")
    outer = next(iter(utility.all("ufun")), None)
    if outer is None:
        raise utility.error("", "no <ufun>", "one, with hyper-rectangles in it")
    for _, issue in issues:
        if issue.kind == "discrete":
            raise root.error(
                "", f"hyper-rectangles over named options ({issue.name!r})", "ranges of numbers"
            )
    largest = _number(utility, "maxutility")
    if largest <= 0:
        raise utility.error("maxutility", f"{largest:g}", "a number above 0")
    return HyperRectangles(largest, _aggregate(outer, [index for index, _ in issues]))


def _aggregate(element: Element, indices: Sequence[str]) -> Aggregate:
    named = (element.get("aggregation") or "sum").lower()
    kind: Literal["sum", "min", "max"] = (
        "min" if named == "min" else "max" if named == "max" else "sum"
    )
    return Aggregate(
        kind,
        _number(element, "weight") if element.get("weight") is not None else 1.0,
        tuple(_box(box, indices) for box in element.all("hyperRectangle")),
        tuple(_aggregate(part, indices) for part in element.all("ufun")),
    )


def _box(element: Element, indices: Sequence[str]) -> Box:
    outside = element.all("EXCLUDES")  # where there are both, Genius takes these
    bounds = []
    for bound in outside or element.all("INCLUDES"):
        least, greatest = (_whole(bound, name) for name in ("min", "max"))
        bounds.append((_issue(bound, indices), least, greatest))
    weight = _number(element, "weight") if element.get("weight") is not None else 1.0
    return Box(weight * _number(element, "utility"), tuple(bounds), bool(outside))


# --- ranks ---------------------------------------------------------------------------------


def read_ranks(root: Element, issues: Indexed, notes: list[str]) -> RankRules | None:
    """Read a profile of ranks and of rules that strike them out; None for an older dialect."""
    rules = next((e for e in root.walk() if e.tag == "rules"), None)
    if rules is None:
        raise root.error("", "no <rules>", "one, with <ranks> in it")
    indices = [index for index, _ in issues]
    ranks = []
    for block in rules.all("ranks"):
        if any(e.tag == "item" and e.get("value") is None for e in block.walk()):
            notes.append(
                f"{block.file}:{block.line}: ranks without options, an older form; not read"
            )
            return None
        for element in block.all("issue"):
            at = _issue(element, indices)
            ranks.append((at, _ranks(element, issues[at][1])))
    if not ranks:
        raise rules.error("", "no ranks", "the ranks of at least one issue")
    rank_rules: list[RankRule] = []
    outcome_rules: list[OutcomeRule] = []
    for block in rules.all("constraints"):
        for element in block.all("constraint"):
            rule = _rule(element, indices)
            if isinstance(rule, RankRule):
                for at in rule.total_of:
                    _check_numbers(element, issues[at][1])
                rank_rules.append(rule)
            elif rule is not None:
                for at, _ in rule.numeric:
                    _check_numbers(element, issues[at][1])
                outcome_rules.append(rule)
    return RankRules(tuple(ranks), tuple(rank_rules), tuple(outcome_rules))


def _ranks(element: Element, issue: ForeignIssue) -> tuple[int, ...]:
    found = {item.text("value"): _whole(item, "rank") for item in element.all("item")}
    missing = [option for option in issue.options if option not in found]
    if missing or issue.kind == "real":
        raise element.error("", f"no rank of {shown(missing[:1])}", "a rank for every option")
    if min(found.values()) < 0:
        raise element.error("", "a rank below 0", "ranks of 0 and above")
    return tuple(found[option] for option in issue.options)


def _rule(element: Element, indices: Sequence[str]) -> RankRule | OutcomeRule | None:
    has: tuple[str, ...]
    match kind := element.text("type"):
        case "zeroConstraint" | "conditionalZeroConstraint":
            equals = tuple(
                (_issue(part, indices), part.text("value"))
                for part in element.all("valueassignment")
            )
            lacks = _some(element, "value") if kind == "conditionalZeroConstraint" else ""
            return RankRule(_issue(element, indices), equals, lacks=lacks)
        case "sumZeroConstraint" | "sumZeroNotConstraint" | "sumZeroConstraintList":
            has, lacks, totalled = (), "", element.all("item")
            if kind == "sumZeroConstraintList":
                has = tuple(_some(part, "value") for part in element.all("condition"))
            elif kind == "sumZeroConstraint":
                has = (_some(element, "value"),)
            else:
                lacks = _some(element, "value")
            if not totalled or not (has or lacks):
                raise element.error("", "nothing to add up or to look for", "both")
            return RankRule(
                _issue(element, indices),
                total_of=tuple(_issue(part, indices) for part in totalled),
                least=_whole(element, "min"),
                greatest=_whole(element, "max"),
                has=has,
                lacks=lacks,
            )
        case "inclusiveZeroOutcomeConstraint" | "conditionalZeroOutcomeConstraint":
            conditions = sorted(
                (_issue(part, indices), part.text("condition"))
                for part in element.all("checkassignment")
            )
            return _outcome_rule(element, kind, conditions)
    raise element.error("type", shown(kind), "a type of constraint that Genius reads")


def _outcome_rule(
    element: Element, kind: str, conditions: list[tuple[int, str]]
) -> OutcomeRule | None:
    numeric: list[tuple[int, Literal["positive", "negative"]]] = []
    texts = []
    for at, condition in conditions:
        if "numeric" in condition and "positive" in condition:
            numeric.append((at, "positive"))
        elif "numeric" in condition and "negative" in condition:
            numeric.append((at, "negative"))
        else:
            texts.append((at, condition))
    if kind == "inclusiveZeroOutcomeConstraint":
        return OutcomeRule(tuple(numeric), has=tuple(texts))
    if len(numeric) != 1 or len(texts) != 1:
        raise element.error(
            "", f"{len(conditions)} conditions", "two: a sign, and what an option must contain"
        )
    if numeric[0][0] > texts[0][0]:
        return None  # Genius looks for the sign on the first issue only: the rule never bites
    return OutcomeRule(tuple(numeric), lacks=tuple(texts), strict=True)


def _check_numbers(element: Element, issue: ForeignIssue) -> None:
    for option in issue.options:
        as_number(option, element.file, element.line, f"option of {issue.name!r}")


def _issue(element: Element, indices: Sequence[str]) -> int:
    index = element.text("index").strip()
    if index not in indices:
        raise element.error("index", shown(index), f"an issue: {', '.join(indices[:12])}")
    return indices.index(index)


def _some(element: Element, attribute: str) -> str:
    value = element.text(attribute)
    if not value:
        raise element.error(attribute, "an empty text", "some text")
    return value


def _number(element: Element, attribute: str) -> float:
    where = f"<{element.tag}> {attribute}"
    return as_number(element.text(attribute), element.file, element.line, where)


def _whole(element: Element, attribute: str) -> int:
    number = _number(element, attribute)
    if number != int(number):
        raise element.error(attribute, f"{number:g}", "a whole number")
    return int(number)
