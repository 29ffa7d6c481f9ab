"""The one door for pictures: whatever is uploaded is decoded and drawn anew before it is kept.

The pixels of a JPEG, PNG or WebP come out as PNG or JPEG under a name made of their content; place,
camera, time, comments and anything that was hidden behind the picture stay outside. Where the file
then lies, and who may see it, is the rooms' affair.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.refusals import Refused

MOST_BYTES = 8 << 20
#: Longest side of a picture on a page, in pixels.
LONGEST_SIDE = 1600
SECONDS = 30
WORKER = Path(__file__).with_name("picture_worker.py")
#: What a kept picture is called: no path, nothing that somebody typed.
NAME = re.compile(r"[0-9a-f]{40}\.(?P<kind>png|jpg)")
CONTENT_TYPES = {"png": "image/png", "jpg": "image/jpeg"}
BROKEN = gettext_lazy("This file is damaged or takes too much to draw. Please choose another one.")
FAULTS = {
    "format": gettext_lazy("This is no picture in JPEG, PNG or WebP."),
    "pixels": gettext_lazy("This picture has more than 24 million pixels. Please make it smaller."),
    "frames": gettext_lazy("This picture moves. Please choose one that stands still."),
    "broken": BROKEN,
}


@dataclass(frozen=True)
class DrawnPicture:
    """A picture as it may be kept; ``kind`` is png or jpg, sides are in pixels."""

    data: bytes
    kind: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """Of the content alone: the same picture twice is one file.

        40 of the 64 digits of its SHA-256, and the ending of its kind.
        """
        return f"{sha256(self.data).hexdigest()[:40]}.{self.kind}"


def read_picture(data: bytes, *, longest: int = LONGEST_SIDE) -> DrawnPicture:
    """The picture drawn anew, its longer side at most ``longest`` pixels.

    Raises Refused, saying what is wrong with the file.
    """
    if len(data) > MOST_BYTES:
        raise Refused(_("This picture is larger than %(n)s megabytes.") % {"n": MOST_BYTES >> 20})
    said, _newline, picture = drawn(data, longest).partition(b"\n")
    try:
        found = json.loads(said)
    except ValueError:
        # The worker was ended: over its memory, or over its time.
        raise Refused(str(BROKEN)) from None
    if "fault" in found:
        raise Refused(str(FAULTS[found["fault"]]))
    return DrawnPicture(picture, found["kind"], found["width"], found["height"])


def drawn(data: bytes, longest: int) -> bytes:
    """What the worker answered; nothing where it did not live to answer."""
    # Isolated: nothing of the environment, no key and no path of ours, is in that process.
    command = [sys.executable, "-I", str(WORKER), str(longest)]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=SECONDS, check=False, env={}
        )
    except (subprocess.TimeoutExpired, BrokenPipeError):
        return b""
    return done.stdout
