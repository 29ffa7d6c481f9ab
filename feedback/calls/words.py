"""Why a call takes no works now, in words for its authors."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from crm.staff.words import suspicion_in_words
from feedback.calls.models import Call, Submission


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


def work_waits() -> str:
    """To the author of a work that a program may have sent."""
    return _(
        "Sent in. Thank you! Very much is coming in just now, so a colleague looks at your work"
        " before the reviewers do. You need do nothing."
    )


def with_suspicions(works: Iterable[Submission]) -> list[tuple[Submission, str]]:
    """Each work with the sentence that says why a program may have sent it, in the order given."""
    return [(work, suspicion_in_words(work.suspected)) for work in works]
