import io
import pathlib
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from conftest import Image, finger, template

import vantay


def png(image: Image) -> bytes:
    """A PNG without a resolution, with what Python brings along."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    height, width = image.shape
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = b"".join(b"\0" + row.tobytes() for row in image)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_a_finger_has_minutiae_and_its_position() -> None:
    made = vantay.extract(finger(1), ppi=500, position=vantay.Finger.LEFT_THUMB)
    assert 10 < len(made) < 100
    assert made.position is vantay.Finger.LEFT_THUMB
    assert made.extractor_version == vantay.EXTRACTOR_VERSION
    assert (made.width, made.height) == (320, 320)


def test_strides_do_not_matter() -> None:
    image = finger(1)
    wanted = vantay.extract(image, ppi=500)
    padded = np.full((320, 400), 7, np.uint8)
    padded[:, :320] = image
    assert vantay.extract(padded[:, :320], ppi=500) == wanted
    assert vantay.extract(np.asfortranarray(image), ppi=500) == wanted
    assert vantay.extract(image[::-1].copy()[::-1], ppi=500) == wanted


def test_bytes_and_paths_give_what_the_array_gives(tmp_path: pathlib.Path) -> None:
    data = png(finger(1))
    path = tmp_path / "finger.png"
    path.write_bytes(data)
    wanted = vantay.extract(finger(1), ppi=500)
    for source in (data, bytearray(data), path, str(path)):
        assert vantay.extract(source, ppi=500) == wanted


def test_an_unknown_resolution_is_never_guessed() -> None:
    with pytest.raises(ValueError, match="ppi"):
        vantay.extract(finger(1))
    with pytest.raises(vantay.ImageError, match="ppi"):
        vantay.extract(png(finger(1)))


@pytest.mark.parametrize(
    "array", [np.zeros((3, 320, 320), np.uint8), np.zeros((320, 320), np.float32), np.zeros((320, 320), np.int8)]
)
def test_other_arrays_are_a_type_error_that_tells_what_they_are(array: np.ndarray) -> None:
    with pytest.raises(TypeError, match=f"{array.ndim}-D of {array.dtype}"):
        vantay.extract(array, ppi=500)


def test_other_objects_are_a_type_error() -> None:
    with pytest.raises(TypeError, match="BytesIO"):
        vantay.extract(io.BytesIO(), ppi=500)  # type: ignore[arg-type]


@pytest.mark.parametrize("image", [np.full((320, 320), 200, np.uint8), np.zeros((0, 0), np.uint8), finger(1, side=20)])
def test_images_that_cannot_be_used_are_image_errors(image: Image) -> None:
    with pytest.raises(vantay.ImageError):
        vantay.extract(image, ppi=500)


@pytest.mark.parametrize("ppi", [0.0, -500.0, float("nan"), 1e9])
def test_a_resolution_that_no_sensor_has_is_refused(ppi: float) -> None:
    with pytest.raises(vantay.ImageError, match="ppi"):
        vantay.extract(finger(1), ppi=ppi)


def test_a_missing_file_is_the_error_that_python_knows(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError) as error:
        vantay.extract(tmp_path / "nobody.png", ppi=500)
    assert str(error.value.filename) == str(tmp_path / "nobody.png")


def test_threads_may_share_an_extractor() -> None:
    extractor = vantay.Extractor()
    wanted = [template(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda seed: extractor.extract(finger(seed), ppi=500), range(4))) == wanted
