"""Letters and sentences about subscriptions."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.library.naming import library_name
from crm.readers.models import Purpose
from crm.readers.words import purposes_in_words
from crm.subscribers.models import LINK_HOLDS, Subscriber


@dataclass(frozen=True)
class LinkLetter:
    """The letter with the link that confirms an address."""

    subject: str
    text: str


def link_letter(link: str, way_out: str, purposes: list[str], language: str) -> LinkLetter:
    """What is written to an address that somebody typed: who asked is not known yet.

    In ``language``, whatever the current one is. Says how many days the link holds, and where such
    letters end (``way_out``: the address's key).
    """
    with translation.override(language):
        name = library_name(language) or _("the library")
        context = {
            "library": name,
            "purposes": purposes_in_words(purposes),
            "link": settings.BASE_URL + reverse("crm:subscription-confirm", args=[link]),
            "days": LINK_HOLDS.days,
            "no_links": f"{way_out_url(way_out, purposes[0])}?links",
        }
        text = render_to_string("crm/subscribers/mail/confirm.txt", context)
        subject = _("Please confirm: letters from %(library)s") % {"library": name}
    return LinkLetter(subject, text)


def way_out_url(key: str, purpose: str) -> str:
    """Where a subscriber sees what is held of them, and leaves, with scheme and host.

    ``purpose`` is what a mail program's own button ends.
    """
    return settings.BASE_URL + reverse("crm:subscription", args=[key, purpose])


def label_of(purpose: str) -> str:
    """A purpose in words of the current language. Raises ValueError for what is none."""
    return str(Purpose(purpose).label)


def others_of(subscriber: Subscriber | None, purpose: str) -> list[tuple[str, str]]:
    """For what else a subscriber is written to: (code, label), in the order of the purposes; empty
    for nothing, and for nobody.
    """
    if subscriber is None:
        return []
    others = set(subscriber.purposes) - {purpose}
    return [(code, label) for code, label in Purpose.choices if code in others]


def older_in_words(links: list[dict]) -> str:
    """For what links that were written before ask, in words; "" without any."""
    asked = set().union(*(one["purposes"] for one in links))
    return purposes_in_words(sorted(asked))


def data_of(subscriber: Subscriber | None) -> dict:
    """Everything that is held of a subscriber, by the names of the columns; empty where nothing is.

    For a file of theirs. Purposes that were asked for and not confirmed are not in it, nor the hash
    of the address.
    """
    if subscriber is None:
        return {}
    return {
        "address": subscriber.address,
        "language": subscriber.language,
        "purposes": subscriber.purposes,
        "confirmed_at": subscriber.confirmed_at,
        "asked_at": subscriber.asked_at,
        "trouble": subscriber.trouble,
    }
