"""The one door for pictures (faults 32, 33)."""

import io
import json
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from core import picture_worker
from core.pictures import MOST_BYTES, NAME, WORKER, read_picture
from core.refusals import Refused
from tests.servers import wait_for

SECRET = b"31.2304N 121.4737E <script>alert(1)</script>"


def drawn(kind: str = "PNG", mode: str = "RGB", size=(40, 20), **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + kind + data + checksum


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that say they are a huge picture."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    data = zlib.compress(b"\0" * 1000)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def with_exif(**options) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned: the camera was held upright
    exif[0x010E] = SECRET.decode()
    return drawn("JPEG", exif=exif, comment=SECRET, **options)


def test_picture_is_drawn_anew_and_the_right_way_up():
    """Fault 32. Of a photograph with place and comment only the pixels are kept."""
    sent = with_exif()
    assert SECRET in sent
    picture = read_picture(sent)
    assert (picture.kind, picture.width, picture.height) == ("jpg", 20, 40)
    kept = Image.open(io.BytesIO(picture.data))
    assert dict(kept.getexif()) == {}
    assert kept.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert SECRET not in picture.data


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_three_formats_come_out_as_two(kind):
    picture = read_picture(drawn(kind))
    assert picture.kind == "jpg"
    assert NAME.fullmatch(picture.name)
    assert read_picture(drawn(kind)).name == picture.name


def test_what_shows_through_stays_so_and_large_ones_become_smaller():
    picture = read_picture(drawn(mode="RGBA", size=(3000, 300)), longest=480)
    assert (picture.kind, picture.width, picture.height) == ("png", 480, 48)


REFUSED = {
    "20,000 by 20,000": png_that_claims(20_000, 20_000),
    "2 billion wide": png_that_claims(2**31 - 1, 1),
    "60,000 pixels of each side": png_that_claims(60_000, 60_000),
    "moving": drawn("WEBP", save_all=True, append_images=[Image.new("RGB", (40, 20), "blue")]),
    "gif with script": drawn("GIF") + SECRET,
    "pdf with html": b"%PDF-1.7\n<html><script>alert(1)</script></html>",
    "html named jpg": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "bitmap": drawn("BMP"),
    "tiff": drawn("TIFF"),
    "icon": drawn("ICO"),
    "cut off": drawn("JPEG", size=(900, 900))[:400],
    "empty": b"",
    "nine megabytes": b"\xff" * (9 << 20),
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_for_us_is_refused_in_words(sent):
    """Faults 32 and 33."""
    with pytest.raises(Refused):
        read_picture(sent)


@pytest.mark.parametrize("behind", [SECRET, b"<?php x ?>", b"PK\x03\x04" + SECRET])
def test_what_is_hidden_behind_a_picture_stays_outside(behind):
    """Fault 33. The picture is a picture, and the file behind it is gone."""
    for kind in ("JPEG", "PNG", "WEBP"):
        assert behind not in read_picture(drawn(kind) + behind).data


def test_file_of_too_many_bytes_is_told_so():
    """It is not decoded, be the picture in it a sound one."""
    small = drawn("PNG")
    with pytest.raises(Refused, match="8"):
        read_picture(small + bytes(MOST_BYTES))
    assert read_picture(small + bytes(1000)).kind == "jpg"


@pytest.mark.parametrize(("width", "told"), [(6001, "24|2400"), (6000, "损坏|damaged")])
def test_pixels_are_counted_before_one_is_decoded(width, told):
    """Both are broken: of the first nobody finds out, because it claims too much."""
    with pytest.raises(Refused, match=told):
        read_picture(png_that_claims(width, 4000))


def test_decoder_has_little_memory_and_time():
    """Fault 32. Limits of the process, for whatever a decoder may be made to do."""
    command = [sys.executable, "-I", str(WORKER), "480"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        limits = Path(f"/proc/{worker.pid}/limits")
        wait_for(lambda: str(picture_worker.MEMORY) in limits.read_text())
        (seconds,) = re.findall(r"Max cpu time +(\d+)", limits.read_text())
        answer, _errors = worker.communicate(b"")
    assert int(seconds) == picture_worker.CPU_SECONDS
    assert json.loads(answer) == {"fault": "format"}
