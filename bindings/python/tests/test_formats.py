import numpy as np
import pytest

import vantay
from vantay import Finger, Template, formats, synth


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return synth.Person(seed=1, number=7).finger(Finger.RIGHT_INDEX).impression(1).image


@pytest.fixture(scope="module")
def template(image: np.ndarray) -> Template:
    return vantay.extract(image, ppi=500, position=Finger.RIGHT_INDEX)


@pytest.mark.parametrize("standard", ["iso2005", "iso2011", "incits2004", "incits2009"])
def test_templates_come_back_from_a_record_of_every_standard(template: Template, standard: str) -> None:
    other = template.with_position(Finger.LEFT_THUMB)
    record = formats.write_templates([template, other], standard)
    assert record.startswith(b"FMR\0")
    back = formats.read_templates(record)
    assert [t.position for t in back] == [Finger.RIGHT_INDEX, Finger.LEFT_THUMB]
    assert len(back[0]) == len(template)
    # A record has whole pixels, the last of them at most.
    for axis, side in (("x", template.width), ("y", template.height)):
        expected = np.minimum(template.minutiae[axis], side - 1)
        assert np.abs(np.sort(back[0].minutiae[axis]) - np.sort(expected)).max() <= 0.51
    assert vantay.verify(back[0], back[1]) > 40


@pytest.mark.parametrize(("compact", "bytes_each"), [(True, 3), (False, 5)])
def test_a_card_takes_the_best_minutiae_in_its_order(template: Template, compact: bool, bytes_each: int) -> None:
    card = formats.write_card(template, compact=compact, most=12, order="yx")
    assert len(card) == 12 * bytes_each
    back = formats.read_card(card, compact=compact, position=Finger.RIGHT_INDEX)
    assert (len(back), back.position) == (12, Finger.RIGHT_INDEX)
    rows = np.frombuffer(card, np.uint8).reshape(12, bytes_each)[:, 1] if compact else None
    assert rows is None or (np.diff(rows.astype(int)) >= 0).all()
    with pytest.raises(vantay.TemplateError):
        formats.write_card(template, least=200)


def test_a_wsq_file_shows_the_image(image: np.ndarray) -> None:
    wsq = formats.write_wsq(image, 500, bits_per_pixel=2.25)
    assert len(wsq) < image.size / 2
    pixels, ppi = formats.read_image(wsq, 500)
    assert (pixels.shape, pixels.dtype, ppi) == (image.shape, np.uint8, 500)
    assert np.abs(pixels.astype(int) - image).mean() < 6


def test_what_is_no_record_is_refused(template: Template) -> None:
    with pytest.raises(ValueError, match="no record"):
        formats.read_templates(b"not a record")
    with pytest.raises(ValueError, match="no record"):
        formats.read_fingers(b"")
    record = formats.write_templates([template])
    assert formats.read_fingers(record) == {}
    with pytest.raises(vantay.Error):
        formats.read_templates(record[:40])
    with pytest.raises(ValueError, match="iso2005"):
        formats.write_templates([template], "iso1999")
    with pytest.raises(ValueError, match="polar"):
        formats.write_card(template, order="size")
    with pytest.raises(vantay.Error):
        formats.write_templates([])
