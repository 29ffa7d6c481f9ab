"""A COUNTER report from its bytes, whatever kind of file it is."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from crm.eresources.counter import Figures, ReportHeader
from crm.eresources.counter_json import read_json
from crm.eresources.counter_table import read_table
from crm.imports.opening import Unreadable
from crm.imports.sniff import HEAD, sniff

#: Bytes of the largest report that is read: reports of platforms have some thousands.
MOST_BYTES = 32 << 20
TOO_LARGE = _("This report is larger than 32 MB. Ask for PR_P1, which says the same by platform.")


def read_report(path: Path) -> tuple[ReportHeader, Figures]:
    """Header and figures of a file, told by how it begins: JSON, else a table.

    Raises Unreadable, with words, for whatever is no report, and for one over ``MOST_BYTES``.
    """
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    with path.open("rb") as file:
        beginning = file.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    if beginning.startswith((b"{", b"[")):
        return read_json(path.read_bytes())
    return read_table(path, sniff(path))
