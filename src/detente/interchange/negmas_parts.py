"""The parts of a NegMAS file: an outcome space, and a utility function over it."""

from __future__ import annotations

from typing import Any

from detente.interchange.files import as_number, shown, wrong
from detente.interchange.foreign import (
    MOST_OPTIONS,
    MOST_OPTIONS_IN_ALL,
    Evaluation,
    ForeignIssue,
    ForeignProfile,
    Line,
    PerOption,
    too_many,
)
from detente.interchange.yaml_text import FieldPath, Tree

__all__ = ["read_space", "read_ufun"]

LINEAR = ("LinearAdditiveUtilityFunction", "LinearUtilityAggregationFunction")
DISCOUNTED = ("ExpDiscountedUFun", "LinDiscountedUFun")


def _at(tree: Tree, where: FieldPath) -> Any:
    value = tree.data
    for step in where:
        value = value[step]
    return value


def _field(where: FieldPath) -> str:
    text = ""
    for step in where:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _error(tree: Tree, where: FieldPath, found: str, expected: str) -> Exception:
    return wrong(tree.file, tree.line(where), _field(where), found, expected)


def _mapping(tree: Tree, where: FieldPath) -> dict[str, Any]:
    value = _at(tree, where)
    if not isinstance(value, dict):
        raise _error(tree, where, shown(value), "entries of the form name: value")
    return value


def _kind(data: dict[str, Any]) -> str:
    return str(data.get("type") or "").rsplit(".", 1)[-1]


def _number(tree: Tree, where: FieldPath, value: Any) -> float:
    return as_number(value, tree.file, tree.line(where), _field(where))


# --- issues --------------------------------------------------------------------------------


def read_space(tree: Tree, where: FieldPath) -> tuple[ForeignIssue, ...]:
    """Read an outcome space's issues."""
    listed = _mapping(tree, where).get("issues")
    if not isinstance(listed, list) or not listed:
        raise _error(tree, (*where, "issues"), shown(listed), "a list of issues")
    issues: list[ForeignIssue] = []
    for k in range(len(listed)):
        issues.append(_issue(tree, (*where, "issues", k), k))
        if many := too_many(issues):
            expected = f"at most {MOST_OPTIONS_IN_ALL:,} in all"
            raise _error(tree, (*where, "issues", k), many, expected)
    names = [issue.name for issue in issues]
    if len(set(names)) < len(names):
        raise _error(tree, (*where, "issues"), "two issues of one name", "each name once")
    return tuple(issues)


def _issue(tree: Tree, where: FieldPath, number: int) -> ForeignIssue:
    data = _mapping(tree, where)
    name, values, kind = str(data.get("name") or f"issue {number}"), data.get("values"), _kind(data)
    inside = (*where, "values")
    if kind in ("ContiguousIssue", "ContinuousIssue"):
        ends = values if isinstance(values, list) else ["0", values]
        if len(ends) != 2:
            raise _error(tree, inside, shown(values), "the two ends of a range")
        low, high = (_number(tree, inside, end) for end in ends)
        if not isinstance(values, list):
            high -= 1  # a number alone is a count
        if kind == "ContinuousIssue":
            if high <= low:
                raise _error(tree, inside, shown(values), "a range that runs upwards")
            return ForeignIssue(name, (), "real", low, high)
        if low != int(low) or high != int(high) or not 0 <= high - low < MOST_OPTIONS:
            raise _error(tree, inside, shown(values), f"1 to {MOST_OPTIONS:,} whole numbers")
        options = tuple(map(str, range(int(low), int(high) + 1)))
        return ForeignIssue(name, options, "integer", low, high)
    if not isinstance(values, list) or not values or not all(isinstance(v, str) for v in values):
        raise _error(tree, inside, shown(values), "a list of values")
    if len(set(values)) < len(values):
        raise _error(tree, inside, "a value twice", "each value once")
    return ForeignIssue(name, tuple(values))


# --- utility functions ---------------------------------------------------------------------


def read_ufun(
    tree: Tree, where: FieldPath, name: str, issues: tuple[ForeignIssue, ...]
) -> ForeignProfile:
    """Read a utility function; what only a program could evaluate is left open, with a note."""
    data = _mapping(tree, where)
    reservation = _reserved(tree, where, data)
    discount, notes = None, []
    while _kind(data) in DISCOUNTED:
        if data.get("discount") is not None and _kind(data) == "ExpDiscountedUFun":
            factor = _number(tree, (*where, "discount"), data["discount"])
            discount = factor if factor != 0 else None
        elif _kind(data) != "ExpDiscountedUFun":
            notes.append("a linear discount is not carried")
        if str(data.get("dynamic_reservation")).lower() == "true":
            notes.append("the reservation value is discounted too; that is not carried")
        where = (*where, "ufun")
        data = _mapping(tree, where) if data.get("ufun") is not None else {}
        if reservation is None and data:
            reservation = _reserved(tree, where, data)
    open_end: tuple[Evaluation | None, ...] = (None,) * len(issues)
    weights: tuple[float, ...] = (0.0,) * len(issues)
    bias = data.get("bias")
    if _kind(data) not in LINEAR:
        notes.append(f"a utility function of type {_kind(data) or 'unknown'}; not read")
    elif bias is not None and _number(tree, (*where, "bias"), bias) != 0:
        notes.append("a constant added to every utility; not read")
    else:
        open_end = _values(tree, (*where, "values"), data, issues, notes)
        weights = _weights(tree, (*where, "weights"), data, issues)
    return ForeignProfile(
        name, open_end, weights, reservation=reservation, discount=discount,
        notes=tuple(dict.fromkeys(notes)),
    )  # fmt: skip


def _reserved(tree: Tree, where: FieldPath, data: dict[str, Any]) -> float | None:
    stated = data.get("reserved_value")
    if stated is None or str(stated).lower() in ("-.inf", "-inf", ".nan", "nan", "-infinity"):
        return None
    return _number(tree, (*where, "reserved_value"), stated)


def _weights(
    tree: Tree, where: FieldPath, data: dict[str, Any], issues: tuple[ForeignIssue, ...]
) -> tuple[float, ...]:
    stated = data.get("weights")
    if stated is None:
        return (1.0,) * len(issues)
    listed = list(stated.values()) if isinstance(stated, dict) else stated
    if isinstance(stated, dict) and set(stated) == {issue.name for issue in issues}:
        listed = [stated[issue.name] for issue in issues]
    if not isinstance(listed, list) or len(listed) != len(issues):
        count = len(listed) if isinstance(listed, list) else shown(listed)
        raise _error(tree, where, f"{count} weights", f"{len(issues)}, one for each issue")
    return tuple(_number(tree, (*where, k), weight) for k, weight in enumerate(listed))


def _values(
    tree: Tree,
    where: FieldPath,
    data: dict[str, Any],
    issues: tuple[ForeignIssue, ...],
    notes: list[str],
) -> tuple[Evaluation | None, ...]:
    stated = data.get("values")
    keys: list[str | int]
    if isinstance(stated, dict) and set(stated) == {issue.name for issue in issues}:
        keys = [issue.name for issue in issues]
    elif isinstance(stated, list) and len(stated) == len(issues):
        keys = list(range(len(issues)))
    else:
        expected = f"{len(issues)} value functions, one for each issue"
        raise _error(tree, where, shown(type(stated).__name__), expected)
    return tuple(
        _value(tree, (*where, key), issue, notes) for key, issue in zip(keys, issues, strict=True)
    )


def _value(
    tree: Tree, where: FieldPath, issue: ForeignIssue, notes: list[str]
) -> Evaluation | None:
    data = _mapping(tree, where)
    kind = _kind(data)
    if "mapping" in data and kind in ("TableFun", ""):
        return _table(tree, (*where, "mapping"), issue, notes)

    def stated(name: str, otherwise: float) -> float:
        value = data.get(name)
        return otherwise if value is None else _number(tree, (*where, name), value)

    if kind in ("AffineFun", "LinearFun", "IdentityFun") and issue.kind != "discrete":
        slope = 1.0 if kind == "IdentityFun" else stated("slope", 0.0)
        return Line(slope, stated("bias", 0.0))
    if kind == "ConstFun":
        constant = stated("bias", 0.0)
        if issue.kind == "discrete":
            return PerOption((constant,) * len(issue.options))
        return Line(0.0, constant)
    notes.append(f"issue {issue.name!r}: a value function of type {kind or 'unknown'}; not read")
    return None


def _table(tree: Tree, where: FieldPath, issue: ForeignIssue, notes: list[str]) -> Evaluation:
    table = _mapping(tree, where)
    missing = [option for option in issue.options if option not in table]
    if missing or issue.kind == "real":
        raise _error(tree, where, f"no value of {shown(missing[:1])}", "a value for every option")
    if len(table) > len(issue.options):
        notes.append(f"issue {issue.name!r}: values of options that it does not have; left out")
    return PerOption(tuple(_number(tree, (*where, o), table[o]) for o in issue.options))
