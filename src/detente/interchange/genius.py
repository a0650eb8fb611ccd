"""Genius domains and profiles: XML, each issue's numbers relative to their largest.

Read as Genius 10.4 reads them. Profiles belong to the domain's issues by index, whatever names
they repeat; evaluations belong to options by text; a discount of 0 means none; weights count as
stated, even where they do not sum to 1, and utilities end at 1. A missing reservation value stays
missing: Genius takes 0 there, other readers minus infinity, and neither is stated.

Profiles with ``optout``, ``timeeffect`` or ``weightmultiplyer`` are of the bilateral format with
types (Bar-Ilan): points, that many times the sum of weight times evaluation, neither scaled nor
cut off, and possibly negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from detente.interchange.files import as_number, shown
from detente.interchange.foreign import (
    MOST_OPTIONS,
    MOST_OPTIONS_IN_ALL,
    Evaluation,
    ForeignIssue,
    ForeignProfile,
    Line,
    PerOption,
    Triangle,
    too_many,
)
from detente.interchange.genius_rules import read_boxes, read_ranks
from detente.interchange.xml_text import Element

__all__ = ["IndexedIssue", "is_domain", "is_profile", "read_issues", "read_profile"]

POINTS_TAGS = ("optout", "timeeffect", "weightmultiplyer")


@dataclass(frozen=True, slots=True)
class IndexedIssue:
    """An issue and the number by which profiles refer to it."""

    index: str
    issue: ForeignIssue


def is_domain(root: Element) -> bool:
    return root.tag == "negotiation_template"


def is_profile(root: Element) -> bool:
    return root.tag == "utility_space"


# --- the domain ------------------------------------------------------------------------------


def read_issues(root: Element, notes: list[str]) -> tuple[IndexedIssue, ...]:
    """Read a domain's issues, in the file's order; what is left out goes into the notes."""
    found: dict[str, IndexedIssue] = {}
    names: set[str] = set()
    for element in root.walk():
        if element.tag == "stateissue":
            notes.append(
                f"{element.file}: 'stateissue' {element.get('name')!r} is not negotiated; left out"
            )
        if element.tag != "issue":
            continue
        index = element.text("index").strip()
        if index in found:
            raise element.error("index", f"{index!r} twice", "a number of its own")
        name = element.get("name") or f"issue {index}"
        if name in names:
            raise element.error("name", f"{shown(name)} twice", "a name of its own")
        names.add(name)
        found[index] = IndexedIssue(index, _issue(element, name, notes))
        if many := too_many(each.issue for each in found.values()):
            raise element.error("", many, f"at most {MOST_OPTIONS_IN_ALL:,} in all")
    if not found:
        raise root.error("", "no <issue>", "at least one issue")
    return tuple(found.values())


def _kind(element: Element) -> str:
    return (element.get("type") or element.get("vtype") or element.get("etype") or "").lower()


def _issue(element: Element, name: str, notes: list[str]) -> ForeignIssue:
    match _kind(element):
        case "integer":
            low, high = _whole_end(element, "lowerbound"), _whole_end(element, "upperbound")
            if not 0 <= high - low < MOST_OPTIONS:
                raise element.error(
                    "upperbound", f"{low} to {high}", f"1 to {MOST_OPTIONS:,} numbers"
                )
            options = tuple(map(str, range(low, high + 1)))
            return ForeignIssue(name, options, "integer", float(low), float(high))
        case "real":
            lowest, highest = _range(element)
            return ForeignIssue(name, (), "real", lowest, highest)
    items = [item.text("value") for item in element.all("item")]
    if not items:
        raise element.error("", "no <item>", "at least one option")
    options = tuple(dict.fromkeys(items))
    if len(options) < len(items):
        twice = sorted({option for option in options if items.count(option) > 1})
        notes.append(
            f"{element.file}:{element.line}: issue {name!r} lists {', '.join(map(repr, twice))} "
            "more than once; taken once"
        )
    return ForeignIssue(name, options)


def _whole_end(element: Element, attribute: str) -> int:
    holder = element
    if element.get(attribute) is None:
        holder = next(iter(element.all("range")), element)
    number = as_number(
        holder.text(attribute), element.file, holder.line, f"<{holder.tag}> {attribute}"
    )
    if number != int(number) or abs(number) > 1e12:
        raise holder.error(attribute, shown(holder.get(attribute)), "a whole number")
    return int(number)


def _range(element: Element) -> tuple[float, float]:
    holder = next(iter(element.all("range")), element)
    low, high = (
        as_number(holder.text(name), element.file, holder.line, f"<{holder.tag}> {name}")
        for name in ("lowerbound", "upperbound")
    )
    if high <= low:
        raise holder.error("upperbound", f"{low:g} to {high:g}", "a range that runs upwards")
    return low, high


# --- profiles --------------------------------------------------------------------------------


def read_profile(root: Element, name: str, issues: Sequence[IndexedIssue]) -> ForeignProfile:
    """Read one profile over a domain's issues.

    Raises
    ------
    ForeignFileError
        If a number is none, or the profile is of a type that is not known.
    """
    notes: list[str] = []
    kind = (root.get("type") or "linear").lower()
    if kind not in ("linear", "uncertain", "nonlinear", "constraint"):
        raise root.error("type", shown(kind), "linear, uncertain, nonlinear or constraint")
    if kind == "uncertain":
        notes.append(f"{root.file}: how much of it the party itself knows is not carried")
    for element in root.walk():
        if element.tag in ("similarity_function", "rationality_factor"):
            notes.append(f"{element.file}: <{element.tag}> is not carried")
    base = ForeignProfile(
        name,
        (None,) * len(issues),
        (0.0,) * len(issues),
        reservation=_last(root, "reservation"),
        discount=_discount(root, notes),
        opt_out=_last(root, "optout"),
        time_effect=_last(root, "timeeffect"),
    )
    if kind in ("nonlinear", "constraint"):
        reader = read_boxes if kind == "nonlinear" else read_ranks
        rules = reader(root, [(each.index, each.issue) for each in issues], notes)
        return replace(base, rules=rules, notes=_once(notes))
    is_points = any(child.tag in POINTS_TAGS for child in root.children)
    weights = {
        element.text("index").strip(): _number(element)
        for element in root.walk()
        if element.tag == "weight"
    }
    own = {
        e.get(
            "index",
        ): e
        for e in root.walk()
        if e.tag == "issue"
    }
    evaluations = [_evaluation(own.get(i.index), i, weights, notes) for i in issues]
    multiplier = _last(root, "weightmultiplyer")
    if is_points and multiplier is None:
        notes.append(f"{root.file}: no 'weightmultiplyer'; taken as 1")
    return replace(
        base,
        evaluations=tuple(evaluations),
        weights=tuple(weights.get(each.index, 0.0) for each in issues),
        by_largest=not is_points,
        factor=1.0 if multiplier is None else multiplier,
        cap=None if is_points else 1.0,
        notes=_once(notes),
    )


def _once(notes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notes))


def _number(element: Element, attribute: str = "value") -> float:
    where = f"<{element.tag}> {attribute}"
    return as_number(element.text(attribute), element.file, element.line, where)


def _last(root: Element, tag: str) -> float | None:
    """Return the value of the last element of a kind, as Genius does, or None."""
    found = [element for element in root.walk() if element.tag == tag]
    return _number(found[-1]) if found else None


def _discount(root: Element, notes: list[str]) -> float | None:
    stated = _last(root, "discount_factor")
    if stated is None or 0 < stated <= 1:
        return stated
    if stated != 0:
        notes.append(f"{root.file}: discount {stated:g} is outside 0 to 1; taken as none")
    return None


def _evaluation(
    element: Element | None, of: IndexedIssue, weights: dict[str, float], notes: list[str]
) -> Evaluation | None:
    """Read what an issue's options are worth; None, and a note, where the file does not say."""
    name = of.issue.name
    if element is None:
        notes.append(f"issue {name!r} has no evaluation")
        return None
    if of.index not in weights:
        notes.append(f"{element.file}:{element.line}: issue {name!r} has no weight")
        return None
    if element.get("name") not in (None, name):
        notes.append(
            f"{element.file}:{element.line}: issue {of.index} is called {element.get('name')!r} "
            f"here and {name!r} in the domain; matched by its number, as Genius does"
        )
    kind = _kind(element) or "discrete"
    wanted = {"discrete": "discrete", "integer": "integer", "steps": "integer", "real": "real"}
    if kind != wanted[of.issue.kind]:
        notes.append(
            f"{element.file}:{element.line}: issue {name!r} is {wanted[of.issue.kind]}, but its "
            f"evaluation of type {kind!r}; not read"
        )
        return None
    if kind == "discrete":
        return _per_option(element, of.issue, notes)
    return _curve(element, of.issue, kind, notes)


def _per_option(element: Element, issue: ForeignIssue, notes: list[str]) -> PerOption | None:
    values: dict[str, float] = {}
    for item in element.all("item"):
        if item.get("evaluation") not in (None, "null"):
            values[item.text("value")] = _number(item, "evaluation")  # the last one counts
    missing = [option for option in issue.options if option not in values]
    unknown = [option for option in values if option not in issue.options]
    if missing:
        notes.append(
            f"{element.file}:{element.line}: issue {issue.name!r} has no evaluation of "
            f"{', '.join(map(shown, missing[:3]))}" + (" ..." if len(missing) > 3 else "")
        )
        return None
    if unknown:
        if max(values[option] for option in unknown) > max(values[o] for o in issue.options):
            raise element.error(
                "", f"the largest evaluation on {shown(unknown[0])}, which the domain lacks",
                "options of the domain", "it would scale all others",
            )  # fmt: skip
        notes.append(
            f"{element.file}:{element.line}: issue {issue.name!r} evaluates "
            f"{', '.join(map(shown, unknown[:3]))}, which the domain lacks; left out"
        )
    return PerOption(tuple(values[option] for option in issue.options))


def _curve(element: Element, issue: ForeignIssue, kind: str, notes: list[str]) -> Evaluation | None:
    evaluator = next(iter(element.all("evaluator")), None)
    if evaluator is None:
        notes.append(f"{element.file}:{element.line}: issue {issue.name!r} has no evaluator")
        return None

    def parameter(*names: str) -> float:
        for each in names:
            if evaluator.get(each) is not None:
                return _number(evaluator, each)
        raise evaluator.error(names[0], "nothing", "a number")

    function = (evaluator.get("ftype") or "linear").lower()
    origin = float(_whole_end(element, "lowerbound")) if kind == "integer" else 0.0
    match function:
        case "linear":
            slope = parameter("slope", "parameter1")
            return Line(slope, parameter("offset", "parameter0"), origin, clipped=True)
        case "constant":
            return Line(0.0, parameter("parameter0", "offset"))
        case "triangular" if kind == "real":
            low, high, top = (parameter(f"parameter{k}") for k in range(3))
            if not low < top < high:
                raise evaluator.error("parameter2", f"{top:g}", f"between {low:g} and {high:g}")
            return Triangle(low, high, top)
    notes.append(
        f"{evaluator.file}:{evaluator.line}: issue {issue.name!r} has an evaluator of type "
        f"{function!r}; not read"
    )
    return None
