"""Zones of possible agreement, against three nested loops."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from detente.engines.deal_space import Verdict, zone_of_possible_agreement


class Consent(NamedTuple):
    verdicts: npt.NDArray[np.int8]
    required: npt.NDArray[np.bool_]
    quota: int
    counted: npt.NDArray[np.bool_]


@st.composite
def consents(draw: st.DrawFn, max_packages: int = 6, max_parties: int = 4) -> Consent:
    n_packages = draw(st.integers(1, max_packages))
    n_parties = draw(st.integers(1, max_parties))
    n = n_packages * n_parties
    verdicts = draw(st.lists(st.sampled_from(list(Verdict)), min_size=n, max_size=n))
    counted = draw(st.lists(st.booleans(), min_size=n_parties, max_size=n_parties))
    required = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    required = required.reshape(n_packages, n_parties)
    if draw(st.booleans()):
        required = required[0]
    return Consent(
        np.array(verdicts, dtype=np.int8).reshape(n_packages, n_parties),
        required,
        draw(st.integers(0, sum(counted))),
        np.array(counted),
    )


def verdict_by_loops(consent: Consent) -> list[int]:
    verdicts, required, quota, counted = consent
    found = []
    for package in range(verdicts.shape[0]):
        answer = Verdict.YES
        for party in range(verdicts.shape[1]):
            needs = required[party] if required.ndim == 1 else required[package, party]
            if needs:
                answer = min(answer, Verdict(verdicts[package, party]))
        for rule in (Verdict.YES, Verdict.UNDECIDED):
            reaching = 0
            for party in range(verdicts.shape[1]):
                if counted[party] and verdicts[package, party] >= rule:
                    reaching += 1
            if reaching < quota:
                answer = min(answer, Verdict(rule - 1))
        found.append(int(answer))
    return found


def without(consent: Consent, party: int) -> Consent:
    """Free all from this party's consent, and count it as given."""
    verdicts, required = consent.verdicts.copy(), consent.required.copy()
    verdicts[:, party] = Verdict.YES
    required[..., party] = False
    return consent._replace(verdicts=verdicts, required=required)


@given(consents())
def test_verdicts_are_those_of_the_loops(consent: Consent) -> None:
    zone = zone_of_possible_agreement(*consent)
    expected = verdict_by_loops(consent)
    assert zone.verdict.tolist() == expected
    assert zone.n_possible == expected.count(Verdict.YES)
    assert zone.n_undecided == expected.count(Verdict.UNDECIDED)


@given(consents())
def test_a_refusal_is_always_somebodys_or_the_quotas(consent: Consent) -> None:
    zone = zone_of_possible_agreement(*consent)
    required = np.broadcast_to(consent.required, consent.verdicts.shape)
    assert ((zone.verdict == Verdict.NO) == (zone.refused_by.any(axis=1) | zone.quota_missed)).all()
    assert (zone.refused_by == (required & (consent.verdicts == Verdict.NO))).all()
    assert zone.n_refused.tolist() == [sum(column) for column in zone.refused_by.T.tolist()]


@given(consents())
def test_leaving_a_party_out_opens_what_the_loops_say(consent: Consent) -> None:
    zone = zone_of_possible_agreement(*consent)
    now = verdict_by_loops(consent)
    for party in range(consent.verdicts.shape[1]):
        then = verdict_by_loops(without(consent, party))
        opened = sum(a != b == Verdict.YES for a, b in zip(now, then, strict=True))
        assert zone.n_opened_without[party] == opened
        assert zone.opens_without[party] == (Verdict.YES not in now and opened > 0)


@given(consents(max_packages=2, max_parties=3))
def test_yes_and_no_stand_however_the_open_questions_are_answered(consent: Consent) -> None:
    """And UNDECIDED can still become either, since each party's answer is its own."""
    zone = zone_of_possible_agreement(*consent)
    for package, verdict in enumerate(zone.verdict):
        row = consent.verdicts[package]
        open_places = np.flatnonzero(row == Verdict.UNDECIDED)
        ends = set()
        for answers in itertools.product((Verdict.NO, Verdict.YES), repeat=open_places.size):
            settled = consent.verdicts.copy()
            settled[package, open_places] = answers
            ends.add(verdict_by_loops(consent._replace(verdicts=settled))[package])
        assert ends == ({Verdict.NO, Verdict.YES} if verdict == Verdict.UNDECIDED else {verdict})


@given(consents(), st.data())
def test_order_of_packages_and_parties_does_not_matter(
    consent: Consent, data: st.DataObject
) -> None:
    verdicts, required, quota, counted = consent
    packages = data.draw(st.permutations(range(verdicts.shape[0])))
    parties = data.draw(st.permutations(range(verdicts.shape[1])))
    full = np.broadcast_to(required, verdicts.shape)
    zone = zone_of_possible_agreement(verdicts, required, quota, counted)
    moved = zone_of_possible_agreement(
        verdicts[packages][:, parties], full[packages][:, parties], quota, counted[parties]
    )
    assert (moved.verdict == zone.verdict[packages]).all()
    assert (moved.refused_by == zone.refused_by[packages][:, parties]).all()
    assert (moved.n_opened_without == zone.n_opened_without[parties]).all()


@given(consents())
def test_requiring_everybody_is_a_quota_of_everybody(consent: Consent) -> None:
    n_parties = consent.verdicts.shape[1]
    required = zone_of_possible_agreement(consent.verdicts, np.ones(n_parties, dtype=np.bool_))
    quota = zone_of_possible_agreement(
        consent.verdicts, np.zeros(n_parties, dtype=np.bool_), n_parties
    )
    assert (required.verdict == quota.verdict).all()


def test_nobody_required_and_no_quota_makes_everything_possible() -> None:
    zone = zone_of_possible_agreement([(0, 0), (1, 0)], [False, False])
    assert zone.verdict.tolist() == [Verdict.YES, Verdict.YES]
    assert zone.n_opened_without.tolist() == [0, 0]


def test_the_one_party_in_the_way_is_named() -> None:
    zone = zone_of_possible_agreement([(2, 0, 2), (2, 1, 2), (0, 0, 2)], [True, True, True])
    assert zone.opens_without.tolist() == [False, True, False]
    assert zone.n_opened_without.tolist() == [0, 2, 0]
    assert zone.n_refused.tolist() == [1, 2, 0]
