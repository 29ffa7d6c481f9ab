"""What readers' own records hold of a person."""

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.holds import AccountHold, Erase, Hold, Shown
from crm.readers.models import (
    Activity,
    ContactChannel,
    LookPlace,
    LookReason,
    Purpose,
    Suppression,
)
from crm.readers.words import day_of, in_month, label_in, source_in_words, through, yes_or_no

SERVICE = _("service to readers")
DUTY = _("legal duty")


def reason_of_stop(code: str) -> str:
    """Why an address is on the suppression list, in words; what a person wrote
    there as it stands.
    """
    said = {
        Suppression.WITHDRAWN: gettext("I took my yes back"),
        Suppression.ERASED: gettext("somebody with this address was erased"),
        Suppression.JOINED: gettext("I took my yes back in another record of mine"),
    }
    return said.get(code, code)


def purpose_of_stop(code: str) -> str:
    """What is not sent to the address, in words; a row without a purpose stops everything."""
    if not code:
        return gettext("everything")
    return label_in(Purpose)(code)


HOLDS = [
    Hold(
        "crm.ConsentEvent",
        "reader",
        # The proof that a letter was allowed outlives the person in it.
        Erase.TOKEN,
        follows=True,
        title=_("What I allowed and took back"),
        shown=(
            Shown(_("when"), "at"),
            Shown(_("channel"), "channel", label_in(ContactChannel)),
            Shown(_("purpose"), "purpose", label_in(Purpose)),
            Shown(_("allowed"), "granted", yes_or_no),
            Shown(_("said through"), "source", through),
            Shown(_("in these words"), "wording"),
            Shown(_("notice, version"), "notice__number"),
        ),
        order="-at",
        purpose=_("to prove which letters were allowed"),
        basis=DUTY,
        writes={"wording": "''"},
    ),
    Hold(
        "crm.FormerAddress",
        "reader",
        Erase.DELETE,
        follows=True,
        title=_("Addresses I had before"),
        shown=(
            Shown(_("until"), "until"),
            Shown(_("channel"), "channel", label_in(ContactChannel)),
            Shown(_("address"), "address"),
        ),
        order="-until",
        purpose=_("to find what was sent there when somebody leaves"),
        basis=DUTY,
    ),
    Hold(
        "crm.Identity",
        "reader",
        Erase.DELETE,
        title=_("Further numbers of mine"),
        shown=(
            Shown(_("since"), "since"),
            Shown(_("Number given by"), "system"),
            Shown(_("Number"), "number"),
        ),
        order="-since",
        purpose=_("to know whom a row of a file is about"),
        basis=SERVICE,
    ),
    Hold(
        "crm.Activity",
        "reader",
        Erase.DELETE,
        title=_("What I did"),
        shown=(
            Shown(_("when"), "at"),
            Shown(_("what"), "kind", label_in(Activity.Kind)),
            Shown(_("where"), "campus__name_zh"),
            Shown(_("known from"), "source", source_in_words),
        ),
        order="-at",
        purpose=_("to know which services are used, and by whom they are not"),
        basis=SERVICE,
    ),
    Hold(
        "crm.FoldedMonth",
        "reader",
        Erase.DELETE,
        title=_("What I did, month by month"),
        shown=(
            Shown(_("month"), "month", in_month),
            Shown(_("what"), "kind", label_in(Activity.Kind)),
            Shown(_("how often"), "n"),
            Shown(_("first"), "first"),
            Shown(_("last"), "last"),
        ),
        order="-month",
        purpose=_("to know which services are used, and by whom they are not"),
        basis=SERVICE,
    ),
    Hold(
        "crm.MonthCount",
        "reader",
        Erase.DELETE,
        title=_("How often I did something in a month"),
        shown=(
            Shown(_("month"), "month", in_month),
            Shown(_("what"), "kind", label_in(Activity.Kind)),
            Shown(_("how often"), "n"),
            Shown(_("where"), "campus__name_zh"),
            Shown(_("known from"), "source", source_in_words),
        ),
        order="-month",
        purpose=_("to know which services are used, and by whom they are not"),
        basis=SERVICE,
    ),
    Hold(
        "crm.Look",
        "reader",
        Erase.DELETE,
        title=_("Who opened my page"),
        shown=(
            Shown(_("when"), "at"),
            Shown(_("who"), "user__display_name"),
            Shown(_("where"), "place", label_in(LookPlace)),
            Shown(_("why"), "reason", label_in(LookReason)),
        ),
        order="-at",
        purpose=_("so that nobody is looked at unnoticed"),
        basis=DUTY,
    ),
    Hold(
        "crm.Look",
        "readers",
        Erase.TAKE_OUT,
        title=_("Lists and files that I was in"),
        called=_("Looks at lists and files"),
        shown=(
            Shown(_("when"), "at"),
            Shown(_("who"), "user__display_name"),
            Shown(_("where"), "place", label_in(LookPlace)),
            Shown(_("with how many"), "n"),
        ),
        order="-at",
        purpose=_("so that nobody is looked at unnoticed"),
        basis=DUTY,
    ),
]


def stops_of(reader) -> QuerySet:
    """Rows of the suppression list that are about the person's addresses, on every channel; empty
    for a person without any address.
    """
    return Suppression.objects.of_reader(reader)


ACCOUNTS = [
    AccountHold(
        "crm.Suppression",
        "digest",
        # It keeps a later file from bringing back letters that nobody wants.
        Erase.KEEP,
        title=_("Addresses of mine that nothing is sent to"),
        shown=(
            Shown(_("since"), "at", day_of),
            Shown(_("channel"), "channel", label_in(ContactChannel)),
            Shown(_("for"), "purpose", purpose_of_stop, says_nothing=True, joined=True),
            Shown(_("because"), "reason", reason_of_stop),
        ),
        order="-at",
        purpose=_("so that nothing is sent to whoever does not want it"),
        basis=DUTY,
        find=stops_of,
    ),
]
