"""Why a call takes no works now, in words for its authors."""

from django.utils.translation import gettext as _

from feedback.calls.models import Call


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
