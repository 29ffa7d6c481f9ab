"""Why a call takes no works now, said to its authors; what perhaps a program sent, to the desk."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.disclosure import Count
from crm.staff.words import suspicion_in_words
from feedback.calls.models import Call, Submission


def when_open(call: Call) -> str:
    """Until when a call takes works, or why it takes none now.

    To everybody; the moment is in the time of the library.
    """
    if call.is_open():
        closes = date_format(localtime(call.closes_at), "DATETIME_FORMAT")
        return _("Open until %(day)s") % {"day": closes}
    return takes_no_new_work(call)


def takes_no_new_work(call: Call) -> str:
    """To somebody who begins a work while the call is not open."""
    if call.is_upcoming():
        return _("This call is not open yet.")
    return _("This call is closed.")


def draft_is_kept(call: Call) -> str:
    """To the author of a draft while the call is not open."""
    if call.is_upcoming():
        return _("This call is not open yet; your draft is kept.")
    return _("This call is closed; your draft is kept.")


def works_received(n: Count) -> str:
    """How many works were sent in for a call, as everybody may be told."""
    if n.is_withheld:
        return _("a few works received")
    return ngettext("one work received", "%(n)s works received", n.plural) % {"n": n}


def work_waits() -> str:
    """To the author of a work that a program may have sent."""
    return _(
        "Sent in. Thank you! Very much is coming in just now, so a colleague looks at your work"
        " before the reviewers do. You need do nothing."
    )


@dataclass(frozen=True)
class SetApart:
    """A work that perhaps a program sent, and the sentence that says why.

    ``waits``: nobody has looked yet, so it can still be put aside.
    """

    work: Submission
    suspicion: str
    waits: bool


def set_apart_in_words(works: Iterable[Submission]) -> list[SetApart]:
    """Works of the states ``Submission.SET_APART`` as the desk is told of them, in the order
    given.
    """
    told = []
    for work in works:
        waits = work.state == Submission.State.HELD
        told.append(SetApart(work, suspicion_in_words(work.suspected), waits))
    return told
