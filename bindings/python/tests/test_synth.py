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
