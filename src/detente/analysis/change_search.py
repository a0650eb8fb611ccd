"""The smallest sets of levers that turn a conclusion: exactly, with every set that was tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from detente.analysis.change_answers import Search
from detente.analysis.change_beside import Beside, why_not
from detente.analysis.conclusions import Conclusion
from detente.engines.deal_space import Verdict
from detente.engines.search import Outcome, smallest_sets
from detente.errors import CaseFileError, ConflictingChangesError

__all__ = ["search_for"]

Names = tuple[str, ...]


def search_for(
    conclusion: Conclusion,
    beside: Beside,
    levers: Sequence[str],
    most: int,
    *,
    most_tried: int | None = None,
    step: Callable[[int, int], None] | None = None,
    keep_partial: bool = False,
) -> Search:
    """Find the smallest sets of levers by which a conclusion turns.

    What is not so, or cannot be said, is to become so; what is so is to be no longer so.

    Notes
    -----
    A lever is left out if none of the fields it changes is one that the conclusion is reckoned from:
    added to any set it changes nothing of the answer. All other sets of up to ``most`` levers are
    tried, by size; supersets of what was found, and of levers that exclude each other, are not.
    """
    before = conclusion.verdict(beside.examined(()))
    sought = Verdict.NO if before is Verdict.YES else Verdict.YES
    able = [lever for lever in levers if _can_matter(conclusion, beside, lever)]
    excluded: list[tuple[Names, str]] = []
    no_case: list[tuple[Names, str]] = []

    def outcome(members: tuple[int, ...]) -> Outcome:
        names = _named(able, members)
        try:
            turned = conclusion.verdict(beside.examined(names)) is sought
        except ConflictingChangesError as error:
            excluded.append((names, why_not(error)))
            return Outcome.IMPOSSIBLE
        except CaseFileError as error:
            no_case.append((names, why_not(error)))
            return Outcome.FAILS
        return Outcome.TURNS if turned else Outcome.FAILS

    found = smallest_sets(
        len(able), outcome, most, most_tried=most_tried, step=step, keep_partial=keep_partial
    )
    unread = [names for names, _ in no_case]
    failing = [_named(able, members) for members in found.failing]
    return Search(
        conclusion=conclusion,
        before=before,
        sought=sought,
        levers=tuple(able),
        cannot_matter=tuple(lever for lever in levers if lever not in able),
        found=tuple(_named(able, members) for members in found.found),
        failing=tuple(names for names in failing if names not in unread),
        excluded=tuple(excluded),
        no_case=tuple(no_case),
        most=most,
        sizes_done=found.sizes_done,
        n_tried=found.n_tried,
        is_complete=found.is_complete,
    )


def _can_matter(conclusion: Conclusion, beside: Beside, lever: str) -> bool:
    try:
        changed = beside.altered((lever,))
    except CaseFileError:
        return True  # alone it makes no case; with another one it may
    return any(conclusion.lens in one.read_by for one in changed)


def _named(levers: Sequence[str], members: tuple[int, ...]) -> Names:
    return tuple(levers[member] for member in members)
