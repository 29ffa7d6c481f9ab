"""What staff of one campus may decide: what is of their campus, and nothing that is of all."""

from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.staff.models import User


def refuse_elsewhere(by: User | None, campus: int | None = None) -> None:
    """Refused where ``by`` is of one campus and ``campus`` (its key; None: the whole library) is
    not theirs. Without anybody nothing is refused.
    """
    if by is not None and by.campus_id not in (None, campus):
        raise Refused(
            _("What is of another campus or of the whole library is decided by staff of all.")
        )
