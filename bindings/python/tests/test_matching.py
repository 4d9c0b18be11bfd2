import pytest
from conftest import template

import vantay


def test_one_finger_scores_high_and_two_score_low() -> None:
    a, again, other = template(1), template(1, shift=(12, -9)), template(2)
    assert vantay.verify(a, again) > 40
    assert vantay.verify(a, other) < 20


def test_the_order_does_not_matter() -> None:
    a, b = template(1), template(1, shift=(5, 5))
    assert vantay.verify(a, b) == vantay.verify(b, a)


def test_a_threshold_follows_from_the_size_of_the_job() -> None:
    assert vantay.threshold(1_000_000, 0.1) == pytest.approx(70)


def test_a_score_beyond_the_calibrations_impostors_is_extrapolated() -> None:
    assert not vantay.is_extrapolated(40.0)
    assert vantay.is_extrapolated(40.1)


def test_extractors_that_cannot_be_compared_are_refused() -> None:
    data = bytearray(template(1).to_bytes())
    data[10:12] = (999).to_bytes(2, "little")
    data[-4:] = crc32c(bytes(data[:-4])).to_bytes(4, "little")
    with pytest.raises(vantay.IncompatibleError, match="999"):
        vantay.verify(template(1), vantay.Template.from_bytes(bytes(data)))


def test_only_templates_can_be_compared() -> None:
    with pytest.raises(TypeError):
        vantay.verify(template(1), template(1).to_bytes())  # type: ignore[arg-type]


def crc32c(data: bytes) -> int:
    """CRC-32/ISCSI, bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
