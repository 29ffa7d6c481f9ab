"""The one door for PDF: a page of ours on paper, made by WeasyPrint where that is installed.

It is no part of the portal (requirements-pdf.in): without it the print view of the browser makes
the same file. A page is drawn by a program of its own, which has little memory and time and fetches
nothing but our own style sheets, whatever stands in the page.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.refusals import Refused

SECONDS = 60
WORKER = Path(__file__).with_name("pdf_worker.py")
#: One at a time in the whole portal: the second is told so and holds no other page up.
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('huixiang pdf', 0))"


def is_installed() -> bool:
    """Whether this installation can make a PDF by itself."""
    return find_spec("weasyprint") is not None


@transaction.atomic
def pdf_of(page: str) -> bytes:
    """The page as a PDF, by its rules for paper. ``page``: a whole document of HTML whose style
    sheets are static files.

    Raises Refused where no PDF writer is installed, while another PDF is made, and where it takes
    too much.
    """
    if not is_installed():
        raise Refused(
            _("No PDF writer is installed here. Print the page instead, and choose PDF there.")
        )
    with connection.cursor() as cursor:
        cursor.execute(TRY_LOCK)
        (is_free,) = cursor.fetchone()
    if not is_free:
        raise Refused(_("Another PDF is being made at this moment. Please try again soon."))
    made = drawn(page)
    if not made.startswith(b"%PDF-"):
        raise Refused(_("The PDF could not be made. Print the page instead, and choose PDF there."))
    return made


def drawn(page: str) -> bytes:
    """What the worker answered; nothing where it did not live to answer."""
    said = {"static": f"/{settings.STATIC_URL.strip('/')}/", "folders": static_folders()}
    # Isolated: nothing of the environment, no key and no path of ours, is in that process.
    command = [sys.executable, "-I", str(WORKER)]
    sent = json.dumps(said).encode() + b"\n" + page.encode()
    try:
        done = subprocess.run(
            command, input=sent, capture_output=True, timeout=SECONDS, check=False, env={}
        )
    except (subprocess.TimeoutExpired, BrokenPipeError):
        return b""
    return done.stdout


def static_folders() -> list[str]:
    """Where style sheets lie: what was collected, and the folders it was collected from."""
    folders = [str(settings.STATIC_ROOT)]
    for finder in get_finders():
        for storage in getattr(finder, "storages", {}).values():
            folders.append(storage.location)
    return folders
