import numpy as np
import pytest

import vantay
from vantay import MINUTIA_DTYPE, Finger, synth


@pytest.fixture(scope="module")
def master() -> synth.Master:
    return synth.Person(seed=1, number=7).finger(Finger.RIGHT_INDEX)


def test_an_impression_is_an_image_with_its_truth(master: synth.Master) -> None:
    impression = master.impression(1)
    image = impression.image
    assert (image.dtype, image.shape, impression.ppi) == (np.uint8, (374, 388), 500)
    assert impression.minutiae.dtype == MINUTIA_DTYPE
    assert 10 < len(impression.minutiae) < 150
    assert impression.foreground.shape == impression.orientation.shape == impression.period.shape == (93, 97)
    assert impression.foreground.dtype == np.bool_
    assert 6 < impression.period[impression.foreground].mean() < 13


def test_a_master_tells_its_ridges_minutiae_and_singular_points(master: synth.Master) -> None:
    assert (master.ridges.dtype, master.ridges.shape) == (np.int8, (640, 512))
    assert master.ridges.max() > 100 and master.ridges.min() < -100
    assert 80 < len(master.minutiae) < 300
    assert master.minutiae["x"].max() < 512 and master.minutiae["y"].max() < 640
    assert master.cores.shape == master.deltas.shape and master.cores.shape[1] == 2


def test_corresponding_minutiae_are_told_by_their_master_indices(master: synth.Master) -> None:
    # Without placement and distortion to speak of, what corresponds lies as in the master, but for a shift.
    a, b = (master.impression(s, rotation=0, skill=1) for s in (1, 2))
    assert (a.master_indices.dtype, len(a.master_indices)) == (np.uint32, len(a.minutiae))
    both, in_a, in_b = np.intersect1d(a.master_indices, b.master_indices, return_indices=True)
    assert len(both) > 15
    of_master = master.minutiae[both]
    for minutiae in (a.minutiae[in_a], b.minutiae[in_b]):
        for axis in ("x", "y"):
            shift = minutiae[axis] - of_master[axis]
            assert np.abs(shift - np.median(shift)).max() < 12
    assert np.median(np.abs(a.minutiae[in_a]["x"] - b.minutiae[in_b]["x"])) > 0.5


def test_a_child_has_smaller_fingers_and_the_faults_that_came_are_told(master: synth.Master) -> None:
    person = synth.Person(seed=1, number=7)
    assert person.sex in ("female", "male")
    assert master.scale(8) < 0.8 < 0.9 < master.scale(14) < master.scale(25) == 1
    child, adult = (master.impression(1, age=age) for age in (8, 25))
    assert child.period[child.foreground].mean() < 0.85 * adult.period[adult.foreground].mean()
    assert master.impression(1).faults == {}
    assert master.impression(1, faults={"wet": 0.5}).faults == {"wet": 0.5}
    assert any(master.impression(s, hardship=1).faults for s in range(5))


def test_the_same_seed_gives_the_same_bytes(master: synth.Master) -> None:
    again = synth.Person(seed=1, number=7).finger(Finger.RIGHT_INDEX)
    assert (master.position, master.pattern) == (Finger.RIGHT_INDEX, again.pattern)
    assert np.array_equal(master.impression(3).image, again.impression(3).image)
    assert not np.array_equal(master.impression(3).image, master.impression(4).image)


def test_sensor_faults_and_size_show(master: synth.Master) -> None:
    assert master.impression(1, sensor="capacitive").image.shape == (300, 300)
    assert master.impression(1, size=(200, 100)).image.shape == (100, 200)
    wet = master.impression(1, faults={"wet": 1.0})
    assert wet.image.mean() < master.impression(1).image.mean()


def test_what_no_capture_can_be_is_refused(master: synth.Master) -> None:
    for options in (
        {"sensor": "camera"},
        {"faults": {"damp": 0.5}},
        {"faults": {"wet": 1.5}},
        {"age": float("nan")},
        {"skill": -1},
        {"size": (10, 200)},
    ):
        with pytest.raises(ValueError):
            master.impression(1, **options)  # type: ignore[arg-type]
    assert "optical" in synth.SENSORS and "wet" in synth.FAULTS


def test_impressions_of_one_finger_match_and_of_two_do_not(master: synth.Master) -> None:
    other = synth.Person(seed=1, number=8).finger(Finger.RIGHT_INDEX)
    a, b, c = (vantay.extract(m.impression(s).image, ppi=500) for m, s in ((master, 1), (master, 2), (other, 1)))
    assert vantay.verify(a, b) > 40
    assert vantay.verify(a, c) < 20
