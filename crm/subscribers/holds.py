"""What is held of a subscriber who is a reader as well: by the address, no key leads there."""

from django.utils.translation import gettext_lazy as _

from core.holds import AccountHold, Erase, Shown
from crm.letters.models import AddressTrouble
from crm.readers.words import label_in, language_in_words, purposes_in_words, yes_or_no
from crm.subscribers.queries import subscriptions_of
from crm.subscribers.words import older_in_words

ACCOUNTS = [
    AccountHold(
        "crm.Subscriber",
        "address",
        Erase.DELETE,
        title=_("My subscription to letters"),
        shown=(
            Shown(_("address"), "address"),
            Shown(_("purposes"), "purposes", purposes_in_words),
            Shown(_("language"), "language", language_in_words),
            Shown(_("purposes, not confirmed yet"), "asked_purposes", purposes_in_words),
            Shown(_("language, not confirmed yet"), "asked_language", language_in_words),
            Shown(_("purposes of links of before"), "older", older_in_words),
            Shown(_("no letter that asks to confirm"), "no_links", yes_or_no),
            Shown(_("why no letter arrives"), "trouble", label_in(AddressTrouble)),
            Shown(_("confirmed"), "confirmed_at"),
            Shown(_("asked"), "asked_at"),
        ),
        purpose=_("to write what somebody asked for"),
        basis=_("consent, confirmed by a link in a letter"),
        find=subscriptions_of,
        alone=True,
    ),
]
