"""A GMCR+ model written down as a case: an issue for each option, rules, wants or orders."""

from __future__ import annotations

from collections.abc import Sequence

from detente.errors import ModelError, NotFoundError
from detente.interchange.as_case import CaseText, one_line, quoted
from detente.interchange.gmcr import (
    Alternatives,
    Conjunction,
    GmcrModel,
    first_state,
    fulfils,
    states_of,
)
from detente.interchange.names import names_of
from detente.model import TODAY

__all__ = ["gmcr_case_text"]

LONGEST = 2_000
LARGEST = 20_000_000
"""Signs of a statement and of a case file, as those who read case files count them."""

ASSUMPTIONS = {
    "options_as_stated": [
        "text: Who can do what, and what cannot go together, is as the file has it."
    ],
    "preferences_as_stated": ["text: Preferences are as the file states them."],
    "today_as_asked": ["text: The file does not say which state holds today; the import was told."],
    "today_not_stated": [
        "text: >-",
        "  The file does not say which state holds today; one was taken in which as few as can be",
        "  of the options that cannot be taken back are used up.",
        "check: Ask what holds today, and import again with it.",
    ],
}


def gmcr_case_text(model: GmcrModel, as_of: str, today: str | None = None) -> CaseText:
    """Write a model down as a case file.

    Every option becomes an issue that is settled ``yes`` or ``no``; whoever controls it brings
    about what is not today's, and takes that back again unless the permitted direction forbids it.
    Infeasible patterns become rules. Statements become wants in their order; a ranking of states
    becomes an order over endings, one for each state. So states, moves and preferences are those
    of the file, one for one.

    Parameters
    ----------
    model : GmcrModel
    as_of : str
        The day of the import; the format knows none.
    today : str, optional
        The state that holds today, as one Y or N for each option, as in ``YNN``. If left out, the
        feasible state in which the fewest one-way options are used up, of several the first: where
        it is feasible, no to everything but to options that may only be given up.

    Raises
    ------
    NotFoundError
        If ``today`` is no feasible state.
    ModelError
        If a statement is too long for a case file.
    """
    if today is None:
        chosen = first_state(model)
        if chosen is None:
            raise ModelError(
                f"model {model.name!r}: found no feasible state, expected at least one"
            )
    else:
        chosen = _as_asked(model, today)
    return _Writer(model, chosen, asked=today is not None).written(as_of)


def _as_asked(model: GmcrModel, today: str) -> int:
    n = len(model.options)
    plain = today.strip().upper()
    if len(plain) != n or set(plain) - {"Y", "N"}:
        names = ", ".join(option.name for option in model.options[:12])
        raise NotFoundError(
            f"today: found {today!r}, expected {n} letters Y or N, one for each option ({names})"
        )
    state = sum(1 << number for number, letter in enumerate(plain) if letter == "Y")
    struck = [pattern for pattern in model.infeasible if fulfils(state, pattern)]
    if struck:
        raise NotFoundError(
            f"today: found {plain}, which is infeasible (no state has "
            f"{_in_words(model, struck[0])}), expected a feasible state"
        )
    return state


def _in_words(model: GmcrModel, pattern: Conjunction) -> str:
    parts = [f"{model.options[number].name!r} {'yes' if yes else 'no'}" for number, yes in pattern]
    return " with ".join(parts)


class _Writer:
    def __init__(self, model: GmcrModel, today: int, *, asked: bool) -> None:
        self.model, self.today, self.asked = model, today, asked
        self.notes = list(model.notes)
        self.parties = names_of([maker.name for maker in model.makers])
        self.titles = self._titles()
        self.issues = names_of(self.titles, self.parties)
        statements: list[Alternatives] = [(each,) for each in model.infeasible]
        statements += [each for maker in model.makers for each in maker.statements]
        if any(len(self._said(each)) > LONGEST for each in statements):
            self.issues = names_of([f"o{n}" for n in range(len(model.options))], self.parties)
            for each in statements:
                length = len(self._said(each))
                if length > LONGEST:
                    raise ModelError(
                        f"model {model.name!r}: found a statement of {length:,} characters, "
                        f"expected at most {LONGEST:,} in a case file; divide it into several"
                    )

    def _titles(self) -> list[str]:
        """Put the owner before the name of an option that shares its name with another."""
        names = [option.name for option in self.model.options]
        titles = []
        for number, name in enumerate(names):
            owners = self.model.owners(number)
            shared = names.count(name) > 1 and owners
            titles.append(f"{self.model.makers[owners[0]].name}: {name}" if shared else name)
        return titles

    def written(self, as_of: str) -> CaseText:
        self._say_what_today_is()
        names = self._names_of_states()
        issues, rules, judgements = self._issues(), self._rules(names), self._judgements(names)
        body = [
            "detente: 1",
            f"negotiation: {quoted(self.model.name)}",
            f"as_of: {as_of}",
            "as_of_basis: The day of the import; the file states none.",
            "question: Which states would last, and who could lead away from the others?",
            *self._parties(),
            *issues,
            *rules,
            *self._endings(names),
            *judgements,
            *self._assumptions(bool(judgements)),
        ]
        notes = tuple(dict.fromkeys(self.notes))
        comments = ["# Not carried over, or read with doubt:" if notes else "# Nothing was lost."]
        comments += [f"# - {one_line(note)}" for note in notes]
        head = f"# Imported from a save file of GMCR+: {one_line(self.model.name)}"
        text = "\n".join([head, *comments, *body]) + "\n"
        if len(text.encode()) > LARGEST:
            raise ModelError(
                f"model {self.model.name!r}: found {len(text):,} characters of statements and rules, "
                f"expected at most {LARGEST:,} in a case file; leave some out"
            )
        return CaseText(text, tuple(self.parties), tuple(self.issues), notes)

    # --- who and what ---------------------------------------------------------------------

    def _say_what_today_is(self) -> None:
        if self.asked:
            return
        taken = [
            self.titles[n] for n in range(len(self.titles)) if fulfils(self.today, ((n, True),))
        ]
        words = f"no to everything but {', '.join(map(repr, taken))}" if taken else "all no"
        self.notes.append(f"which state holds today: the format does not say; {words} was taken")

    def _parties(self) -> list[str]:
        lines = ["", "parties:"]
        for name, maker in zip(self.parties, self.model.makers, strict=True):
            lines += [f"  {name}: {{name: {quoted(maker.name)}}}"]
        return lines

    def _issues(self) -> list[str]:
        lines = ["", "issues:"]
        ground = "today_as_asked" if self.asked else "today_not_stated"
        for number, (name, title) in enumerate(zip(self.issues, self.titles, strict=True)):
            is_yes = fulfils(self.today, ((number, True),))
            lines += [f"  {name}:", f"    question: {quoted(title)}", "    options:"]
            for option, says in (("no", "No."), ("yes", "Yes.")):
                if option == ("yes" if is_yes else "no"):
                    lines.append(f"      {option}: {says}")
                else:
                    lines += [f"      {option}:", f"        says: {says}"]
                    lines += [f"        {line}" for line in self._performers(number, is_yes)]
                    lines.append("        assumption: options_as_stated")
            lines += [f"    today: {'yes' if is_yes else 'no'}", f"    assumption: {ground}"]
        return lines

    def _performers(self, number: int, is_yes: bool) -> list[str]:
        """Say who brings about what is not today's, and who takes it back."""
        owners = [self.parties[k] for k in self.model.owners(number)]
        if not owners:
            self.notes.append(f"option {self.titles[number]!r}: nobody controls it")
            return []
        who = owners[0] if len(owners) == 1 else f"{{any_of: [{', '.join(owners)}]}}"
        direction = self.model.options[number].direction
        if direction == ("back" if is_yes else "fwd"):
            return [f"done_by: {who}", "irreversible: true"]
        if direction == "both":
            return [f"done_by: {who}"]
        # what is not so today can only be left, never entered: nobody does it, somebody undoes it
        return [f"undone_by: {who}"]

    def _rules(self, names: Sequence[str]) -> list[str]:
        patterns = self.model.infeasible
        taken = (*self.parties, *self.issues, *names)
        rules = names_of([f"impossible {n}" for n in range(1, len(patterns) + 1)], taken)
        lines = ["", "rules:"] if patterns else []
        for rule, pattern in zip(rules, patterns, strict=True):
            lines += [f"  {rule}:", f"    never: {self._said((pattern,))}"]
            lines.append("    assumption: options_as_stated")
        return lines

    # --- preferences ----------------------------------------------------------------------

    def _said(self, alternatives: Alternatives) -> str:
        """Write alternatives in the grammar of statements."""
        parts = []
        for conjunction in alternatives:
            words = " and ".join(
                f"{self.issues[number]} is {'yes' if yes else 'no'}" for number, yes in conjunction
            )
            several = len(alternatives) > 1 and len(conjunction) > 1
            parts.append(f"({words})" if several else words)
        return quoted(" or ".join(parts))

    def _names_of_states(self) -> list[str]:
        """Name every feasible state, if somebody ranks them; today's is called so already."""
        if all(maker.ranking is None for maker in self.model.makers):
            return []
        states = list(states_of(self.model))
        taken = (*self.parties, *self.issues)
        names = names_of([f"state {n}" for n in range(1, len(states) + 1)], taken)
        names[states.index(self.today)] = TODAY
        return names

    def _endings(self, names: Sequence[str]) -> list[str]:
        if not any(name != TODAY for name in names):
            return []
        lines = ["", "endings:"]
        for number, (name, state) in enumerate(zip(names, states_of(self.model), strict=True), 1):
            if name == TODAY:
                continue
            digits = [(n, bool(state >> n & 1)) for n in range(len(self.issues))]
            taken = ", ".join(self.titles[n] for n, yes in digits if yes) or "no to everything"
            changed = [
                f"{self.issues[n]}: {'yes' if yes else 'no'}"
                for n, yes in digits
                if yes is not fulfils(self.today, ((n, True),))
            ]
            lines += [f"  {name}:", f"    title: {quoted(f'State {number}: {taken}')}"]
            lines += [f"    sets: {{{', '.join(changed)}}}", "    assumption: options_as_stated"]
        return lines

    def _judgements(self, names: Sequence[str]) -> list[str]:
        lines: list[str] = []
        for party, maker in zip(self.parties, self.model.makers, strict=True):
            if maker.ranking is not None:
                lines += [f"  {party}:", "    order:"]
                for tier in maker.ranking:
                    tied = [names[number - 1] for number in tier]
                    together = f"[{', '.join(tied)}]"
                    lines.append(f"      - {tied[0] if len(tied) == 1 else together}")
            elif maker.statements:
                lines += [f"  {party}:", "    wants:"]
                lines += [f"      - {self._said(each)}" for each in maker.statements]
            else:
                self.notes.append(
                    f"{maker.name}: no preferences; GMCR+ takes it that all states are alike to it, "
                    "here nothing is said"
                )
                continue
            lines.append("    assumption: preferences_as_stated")
        return ["", "judgements:", *lines] if lines else []

    def _assumptions(self, with_preferences: bool) -> list[str]:
        used = ["options_as_stated", "today_as_asked" if self.asked else "today_not_stated"]
        if with_preferences:
            used.append("preferences_as_stated")
        lines = ["", "assumptions:"]
        for name in used:
            lines += [f"  {name}:", *(f"    {line}" for line in ASSUMPTIONS[name])]
        return lines
