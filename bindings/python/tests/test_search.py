import pickle
import uuid

import pytest
from conftest import template

import vantay
from vantay import Encounter, Finger, FingerException, Missing


@pytest.fixture(scope="module")
def population() -> list[Encounter]:
    """Six people of two fingers each; the last one is the first again, under another number."""
    people = [(100 + n, 10 * n, (0, 0)) for n in range(5)] + [(999, 0, (7, -6))]
    return [
        Encounter(
            subject,
            f"visit of {subject}",
            [template(seed, shift, Finger.RIGHT_INDEX), template(seed + 1, shift, Finger.LEFT_INDEX)],
        )
        for subject, seed, shift in people
    ]


def test_an_encounter_keeps_what_it_is_given() -> None:
    a, missing = template(1), Missing(Finger.RIGHT_THUMB, FingerException.BANDAGED)
    capture = uuid.UUID("12345678-1234-5678-1234-567812345678")
    encounter = Encounter(7, capture, [a, missing], captured_at=-5, station=1, operator=2, tags=3, blob=b"ref")
    assert (encounter.subject, encounter.id) == (7, capture)
    assert encounter.fingers == [a, missing]
    assert encounter.templates == [a]
    assert (encounter.captured_at, encounter.station, encounter.operator) == (-5, 1, 2)
    assert (encounter.tags, encounter.blob) == (3, b"ref")
    assert encounter == Encounter(
        "007", capture.int, [a, missing], captured_at=-5, station=1, operator=2, tags=3, blob=b"ref"
    )
    assert encounter != Encounter(8, capture, [a, missing])
    assert pickle.loads(pickle.dumps(encounter)) == encounter


def test_a_missing_finger_tells_which_and_why() -> None:
    missing = Missing(Finger.LEFT_LITTLE, FingerException.AMPUTATED)
    assert missing.position is Finger.LEFT_LITTLE
    assert missing.exception is FingerException.AMPUTATED
    assert pickle.loads(pickle.dumps(missing)) == missing
    with pytest.raises(ValueError, match="position"):
        Missing(0, 1)
    with pytest.raises(ValueError, match="exception"):
        Missing(1, 4)


def test_an_encounter_takes_no_more_than_it_can_hold() -> None:
    a = template(1)
    with pytest.raises(ValueError, match="255"):
        Encounter(1, 1, [a] * 256)
    with pytest.raises(ValueError, match="4096"):
        Encounter(1, 1, [a], blob=bytes(4097))
    with pytest.raises(TypeError, match="Missing"):
        Encounter(1, 1, [b"finger"])  # type: ignore[list-item]
    with pytest.raises(OverflowError):
        Encounter(-1, 1, [a])


def test_a_person_is_identified_and_a_stranger_is_not(population: list[Encounter]) -> None:
    probe = [template(20, (4, 3), Finger.RIGHT_INDEX), template(21, (-3, 2), Finger.LEFT_INDEX)]
    best, *others = vantay.identify(probe, population)
    assert (best.subject, best.index, others) == (102, 2, [])
    assert best.encounter == population[2].id
    assert best.score > 40
    assert pickle.loads(pickle.dumps(best)) == best
    assert vantay.identify(template(77), population) == []


def test_fingers_of_other_positions_are_not_compared(population: list[Encounter]) -> None:
    assert vantay.identify(template(20, position=Finger.LEFT_THUMB), population) == []
    assert vantay.identify(template(20), population)[0].subject == 102


def test_threshold_and_limit_choose_candidates(population: list[Encounter]) -> None:
    everyone = vantay.identify(population[0], population, threshold=0)
    assert len(everyone) == 6
    assert [c.score for c in everyone] == sorted((c.score for c in everyone), reverse=True)
    assert vantay.identify(population[0], population, threshold=0, limit=2) == everyone[:2]
    with pytest.raises(ValueError, match="either"):
        vantay.identify(population[0], population, threshold=1, false_matches=1)
    with pytest.raises(ValueError, match="threshold"):
        vantay.identify(population[0], population, threshold=float("nan"))
    with pytest.raises(ValueError, match="false_matches"):
        vantay.identify(population[0], population, false_matches=0)
    with pytest.raises(ValueError, match="limit is 0"):
        vantay.identify(population[0], population, limit=0)
    nothing = Encounter(1, 1, [Missing(Finger.RIGHT_THUMB, FingerException.AMPUTATED)])
    for probe in ([], nothing):
        with pytest.raises(ValueError, match="no finger with a template"):
            vantay.identify(probe, population)
    with pytest.raises(TypeError, match="probe"):
        vantay.identify(b"finger", population)  # type: ignore[arg-type]


def test_tags_choose_who_is_searched(population: list[Encounter]) -> None:
    tagged = [Encounter(e.subject, e.id, e.fingers, tags=1 << n) for n, e in enumerate(population)]
    probe = tagged[0]
    assert {c.subject for c in vantay.identify(probe, tagged)} == {100, 999}
    assert {c.subject for c in vantay.identify(probe, tagged, tags_all=1)} == {100}
    assert {c.subject for c in vantay.identify(probe, tagged, tags_none=1)} == {999}
    assert vantay.identify(probe, tagged, tags_all=3) == []
    with pytest.raises(OverflowError):
        vantay.identify(probe, tagged, tags_all=1 << 16)


def test_an_engine_of_any_size_finds_the_same(population: list[Encounter]) -> None:
    one, three = vantay.Engine(1), vantay.Engine(threads=3)
    assert (one.threads, three.threads, repr(three)) == (1, 3, "<Engine of 3 threads>")
    found = vantay.identify(population[0], population, engine=one)
    assert found
    assert found == vantay.identify(population[0], population, engine=three) == vantay.identify(population[0], population)
    assert vantay.dedup(population, engine=one) == vantay.dedup(population, engine=three) == vantay.dedup(population)
    with pytest.raises(ValueError, match="at most 1024"):
        vantay.Engine(1025)


def test_who_is_in_it_twice_is_found(population: list[Encounter]) -> None:
    found = vantay.dedup(population)
    (pair,) = found.pairs
    assert pair.subjects == (100, 999)
    assert pair.encounters == (population[0].id, population[5].id)
    assert (pair.indices, pair.count) == ((0, 5), 1)
    assert pair.score > found.threshold > 10
    assert found.groups == [[100, 999]]
    assert found.comparisons == 15


def test_nobody_is_in_an_empty_population() -> None:
    assert vantay.dedup([]).pairs == []
    assert vantay.identify(template(1), []) == []
