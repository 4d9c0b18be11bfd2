import copy
import pickle

import numpy as np
import pytest

import vantay
from vantay import MINUTIA_DTYPE, Finger, MinutiaKind, Template

MINUTIAE = np.array(
    [
        (10, 20, 0.0, MinutiaKind.ENDING, 50),
        (100.125, 200.5, 3.0, MinutiaKind.BIFURCATION, 90),
        (30, 40, 6.0, MinutiaKind.UNKNOWN, 70),
    ],
    dtype=MINUTIA_DTYPE,
)


def made(**changes: int) -> Template:
    return Template.from_minutiae(MINUTIAE, **{"width": 300, "height": 400, "position": 9, "quality": 60} | changes)


def test_minutiae_come_back_best_first() -> None:
    minutiae = made().minutiae
    assert minutiae.dtype == MINUTIA_DTYPE
    assert minutiae["quality"].tolist() == [90, 70, 50]
    assert minutiae[0][["x", "y"]].tolist() == (100.125, 200.5)
    assert minutiae["direction"].tolist() == pytest.approx([3.0, 6.0, 0.0], abs=1e-4)
    assert minutiae["kind"].tolist() == [2, 0, 1]
    assert Template.from_minutiae(minutiae, 300, 400, 9, 60) == made()


def test_minutiae_cannot_be_changed() -> None:
    with pytest.raises(ValueError):
        made().minutiae["x"] = 0


def test_minutiae_may_be_plain_tuples_or_none() -> None:
    assert Template.from_minutiae([tuple(m) for m in MINUTIAE], 300, 400, 9, 60) == made()
    assert len(Template.from_minutiae([], 300, 400)) == 0


def test_attributes_tell_what_it_is() -> None:
    template = made()
    assert (template.width, template.height, template.quality, len(template)) == (300, 400, 60, 3)
    assert template.position is Finger.LEFT_RING
    assert template.extractor_version == 0
    assert template.with_position(Finger.RIGHT_THUMB).position is Finger.RIGHT_THUMB
    assert "left ring" in repr(template) and "3 minutiae" in repr(template)


def test_bytes_and_pickle_and_copies_are_equal() -> None:
    template = made()
    for other in (
        Template.from_bytes(template.to_bytes()),
        pickle.loads(pickle.dumps(template)),
        copy.copy(template),
        copy.deepcopy(template),
    ):
        assert other == template
        assert hash(other) == hash(template)
    assert made(quality=61) != template
    assert len({template, made(), made(quality=61)}) == 2


def test_damaged_bytes_are_a_template_error_that_tells_why() -> None:
    data = bytearray(made().to_bytes())
    data[20] ^= 1
    with pytest.raises(vantay.TemplateError, match="checksum"):
        Template.from_bytes(bytes(data))
    with pytest.raises(vantay.Error, match="VTYT"):
        Template.from_bytes(b"no template, whatever it may be")


@pytest.mark.parametrize(
    ("minutia", "why"),
    [
        ((float("nan"), 0, 0, 0, 0), "finite"),
        ((-1, 0, 0, 0, 0), "negative"),
        ((0, 0, 0, 3, 0), "kind"),
        ((0, 0, 0, 0, 101), "quality"),
    ],
)
def test_values_that_no_minutia_has_are_refused(minutia: tuple[float, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Template.from_minutiae(np.array([minutia], dtype=MINUTIA_DTYPE), 300, 300)


def test_a_minutia_outside_its_image_is_refused() -> None:
    with pytest.raises(vantay.TemplateError, match="outside"):
        made(width=50)


def test_a_position_that_no_hand_has_is_refused() -> None:
    with pytest.raises(ValueError, match="11"):
        made(position=11)
