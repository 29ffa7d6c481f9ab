"""Verbs of setting up: a test mail to oneself."""

from uuid import uuid4

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.letters.actions import write
from crm.letters.models import Letter, LetterKind
from crm.library.chosen import notices_sender, promotion_sender
from crm.library.naming import library_name
from crm.setup.queries import tested
from crm.setup.senders import TESTS
from crm.staff.models import User


@transaction.atomic
def send_sender_test(*, kind: str, by: User) -> Letter:
    """Write to whoever asks, from the sender that ``kind`` stands for.

    Refused where their account has no address, and for a kind that is no test.
    """
    if kind not in TESTS:
        raise Refused(_("There is no such test."))
    if not by.email:
        raise Refused(_("Your account has no e-mail address."))
    sender = notices_sender()
    if kind == LetterKind.PROMOTION_TEST:
        sender = promotion_sender()
    name = library_name() or _("the library")
    return write(
        kind=kind,
        to=by.email,
        subject=_("Test: letters from %(library)s") % {"library": name},
        text=_(
            "This letter shows that mail from %(sender)s arrives.\n\n"
            "It stands among the unwanted mail? Then the domain lacks its records: the settings of"
            " mail say which to ask for."
        )
        % {"sender": sender},
        language=get_language() or "zh-hans",
        # Each test is a letter of its own, however often somebody asks for one.
        once=f"{kind}/{uuid4()}",
        about=tested(sender),
        by=by,
    )
