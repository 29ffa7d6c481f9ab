"""Decodes one picture and draws it anew, in a process of its own with little memory and time.

Run as a program: the picture on standard input, the longest side in pixels as argument. It answers
one line of JSON: ``{"fault"}``, or ``{"kind", "width", "height"}`` with the new picture behind it.
Nothing of the file that was sent is in the new one but its pixels.
"""

import io
import json
import resource
import sys

from PIL import Image, ImageOps, UnidentifiedImageError

MEMORY = 768 << 20
CPU_SECONDS = 15
#: 24 megapixels are more than a poster in print needs on a page.
MOST_PIXELS = 24_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
JPEG_QUALITY = 86


class Bad(Exception):
    """Why this is no picture for us, as a word that core.pictures knows."""


def limit() -> None:
    """What the decoder of a broken or hostile picture may cost."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def opened(data: bytes) -> Image.Image:
    """The picture, measured and not decoded yet.

    Bad with "format" for what is none of ``FORMATS``, "pixels" for more than ``MOST_PIXELS``,
    "frames" for a picture that moves.
    """
    Image.MAX_IMAGE_PIXELS = None  # counted below, before a pixel is decoded
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise Bad("format") from error
    if image.width * image.height > MOST_PIXELS:
        raise Bad("pixels")
    if getattr(image, "n_frames", 1) > 1:
        raise Bad("frames")
    return image


def drawn_anew(image: Image.Image, longest: int) -> Image.Image:
    """The pixels alone, the right way up and no larger than needed."""
    upright = ImageOps.exif_transpose(image)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    upright = upright.convert(mode)
    upright.thumbnail((longest, longest), Image.Resampling.LANCZOS)

    plain = Image.new(mode, upright.size)
    plain.paste(upright)
    return plain


def encoded(image: Image.Image) -> tuple[str, bytes]:
    """PNG where something shows through, else JPEG: every mail program shows both."""
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "PNG", optimize=True)
        return "png", out.getvalue()
    image.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return "jpg", out.getvalue()


def work(data: bytes, longest: int) -> bytes:
    """The answer of this program."""
    try:
        plain = drawn_anew(opened(data), longest)
        kind, picture = encoded(plain)
    except Bad as fault:
        return json.dumps({"fault": str(fault)}).encode()
    # Whatever a decoder raises over such a file, memory that is used up among it.
    except Exception:
        return json.dumps({"fault": "broken"}).encode()
    said = {"kind": kind, "width": plain.width, "height": plain.height}
    return json.dumps(said).encode() + b"\n" + picture


if __name__ == "__main__":
    limit()
    sys.stdout.buffer.write(work(sys.stdin.buffer.read(), int(sys.argv[1])))
