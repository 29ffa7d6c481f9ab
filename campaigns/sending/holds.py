"""What sending holds of a person."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.links.models import LeftOut
from campaigns.sending.models import DeliveryState, LinkLook, delivery_in_words
from campaigns.sending.queries import IN_NO_ARM
from core.holds import Erase, Hold, Shown
from crm.readers.models import Purpose
from crm.readers.queries import NotMailable
from crm.readers.words import label_in

#: Why a mail that was still waiting did not go out any more.
ERASED = "erased"
PURPOSE = _("to send what was allowed, once, and to learn whether it helped")
BASIS = _("consent")
WAITING = f"('{DeliveryState.PENDING}', '{DeliveryState.CLAIMED}')"

NO_ARM = ", ".join(f"'{reason}'" for reason in IN_NO_ARM)

#: Who is in no arm stays in none, erased or not. What else stands there may name an address.
REASON = f"""
CASE WHEN state IN {WAITING} THEN '{ERASED}'
     WHEN reason IN ({NO_ARM}) THEN reason
     ELSE '' END
"""

ONCE = {
    "reason": f"CASE state WHEN '{DeliveryState.PENDING}' THEN '{NotMailable.SAME_MAILBOX}'"
    " ELSE reason END",
    "state": f"CASE state WHEN '{DeliveryState.PENDING}' THEN '{DeliveryState.SKIPPED}'"
    " ELSE state END",
}

HOLDS = [
    Hold(
        "campaigns.Delivery",
        "reader",
        # The arms of an evaluation must not change because somebody left.
        Erase.DETACH,
        # That somebody was held out is told as well: it was done with them.
        title=_("Letters sent to me"),
        shown=(
            Shown(_("when"), "sent_at"),
            Shown(pgettext_lazy("of a campaign", "letter"), "content__subject"),
            Shown(_("purpose"), "content__purpose", label_in(Purpose)),
            Shown(_("state"), "state", delivery_in_words),
            Shown(_("first link followed"), "clicked_at"),
        ),
        purpose=PURPOSE,
        basis=BASIS,
        writes={
            "reason": REASON,
            "state": f"CASE WHEN state IN {WAITING} THEN '{DeliveryState.SKIPPED}' ELSE state END",
        },
        # Two records that became one had the same letter: it goes once, and stands in no arm twice.
        lets_go=ONCE,
    ),
    Hold(
        "campaigns.Click",
        "delivery__reader",
        Erase.KEEP,
        title=_("Links I followed in letters"),
        shown=(
            Shown(_("when"), "at"),
            Shown(pgettext_lazy("of a campaign", "letter"), "delivery__content__subject"),
            Shown(_("where in it"), "link__placement"),
            Shown(_("in the figures"), "left_out", label_in(LeftOut)),
        ),
        order="-at",
        purpose=PURPOSE,
        basis=BASIS,
    ),
    Hold(
        "campaigns.LinkLook",
        "delivery__reader",
        Erase.KEEP,
        title=_("Links in letters to me that something looked at"),
        shown=(
            Shown(_("when"), "at"),
            Shown(pgettext_lazy("of a campaign", "letter"), "delivery__content__subject"),
            Shown(_("where in it"), "link__placement"),
            Shown(_("what it did"), "kind", label_in(LinkLook.Kind)),
        ),
        order="-at",
        purpose=_("to tell what machines open from what people read"),
        basis=BASIS,
    ),
]
