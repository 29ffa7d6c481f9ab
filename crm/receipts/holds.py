"""What receipts of forms hold: nothing by which a person could be found."""

from django.utils.translation import gettext_lazy as _

from core.holds import Unknowable

UNKNOWABLE = [
    Unknowable(
        "crm.FormReceipt",
        _("Receipts of forms"),
        _("A keyed hash of what was sent, so that it is kept once; it goes after two weeks."),
        _("to take in once what is sent twice"),
    ),
    Unknowable(
        "crm.KeptAnswer",
        _("Answers to programs"),
        _("What became of each row by its place in what was sent; it goes after a week."),
        _("to take in once what is sent twice"),
    ),
]
