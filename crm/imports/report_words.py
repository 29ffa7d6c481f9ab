"""How an import stands, and how one of readers ended, in words."""

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.numbers import number
from crm.imports.models import ImportBatch


def facts_in_words(batch: ImportBatch) -> list[str]:
    """What stands under the name of the file: its kind, the state of the import, the size, when it
    came, and by whom where that is known.
    """
    said = [
        batch.kind.label,
        batch.get_state_display(),
        filesizeformat(batch.size),
        date_format(timezone.localtime(batch.created_at), "DATETIME_FORMAT"),
    ]
    if batch.created_by:
        said.append(batch.created_by)
    return list(map(str, said))


def came_in_words(batch: ImportBatch) -> list[str]:
    """How many rows came in and when, and what was not taken of them, as whole sentences.

    Empty before the import has run. Numbers of none are not said, but for the rows.
    """
    if not batch.merged_at:
        return []
    said = [
        _("%(n)s rows in the file; stored on %(day)s in one step.")
        % {
            "n": number(batch.rows),
            "day": date_format(timezone.localtime(batch.merged_at), "DATETIME_FORMAT"),
        }
    ]
    suppressed = batch.report.get("suppressed", 0)
    if suppressed:
        said.append(suppressed_in_words(suppressed))
    taken = batch.report.get("taken_numbers", 0)
    if taken:
        said.append(taken_numbers_in_words(taken))
    return said


def suppressed_in_words(n: int) -> str:
    """That ``n`` addresses, one at least, were not taken in."""
    return ngettext(
        "One address is on the suppression list and was not taken in.",
        "%(n)s addresses are on the suppression list and were not taken in.",
        n,
    ) % {"n": number(n)}


def taken_numbers_in_words(n: int) -> str:
    """That ``n`` further numbers, one at least, stayed with the records that bear them."""
    return ngettext(
        "One further number is borne by another record and was left there: perhaps one person.",
        "%(n)s further numbers are borne by other records and were left there: perhaps one person"
        " each.",
        n,
    ) % {"n": number(n)}


def undone_in_words(batch: ImportBatch) -> list[str]:
    """What taking the import back did to its readers and places, as whole sentences.

    Empty for an import that was not taken back.
    """
    undone = batch.report.get("undone")
    if undone is None:
        return []
    said = [
        _(
            "Taken back: %(deleted)s readers deleted, %(restored)s put back as they were."
            " %(kept)s were left alone because something came after the import; who stays for"
            " another import alone goes with that one."
        )
        % {name: number(undone[name]) for name in ("deleted", "restored", "kept")}
    ]
    # An import that was taken back in 0.1 did not count them.
    passed = undone.get("passed", 0)
    if passed:
        said.append(passed_in_words(passed))
    places = batch.report.get("places_removed")
    if places:
        names = " · ".join(places)
        said.append(_("Removed as campus or college: %(places)s.") % {"places": names})
    return said


def passed_in_words(n: int) -> str:
    """That ``n`` readers, one at least, went over to a later import."""
    return ngettext(
        "One reader stays: a later import has them too, and they go when that one is taken back.",
        "%(passed)s readers stay: a later import has them too, and they go when that one is taken"
        " back.",
        n,
    ) % {"passed": number(n)}
