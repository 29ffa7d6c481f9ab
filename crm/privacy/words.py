"""What a person is told on their own pages."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.readers.models import ContactChannel
from crm.readers.profile import ChannelConsent

#: Why nothing can be sent over a channel that leads nowhere.
NOWHERE = {
    ContactChannel.EMAIL: gettext_lazy("No address is known, so nothing can be sent."),
    ContactChannel.WECHAT: gettext_lazy("WeChat is not linked, so nothing can be sent."),
}
#: Where a person changes what a channel leads to themselves: the page, the words of the link where
#: there is an address, and those where there is none.
CHANGED_AT = {
    ContactChannel.EMAIL: (
        "crm:me-address",
        gettext_lazy("Another address"),
        gettext_lazy("Give an address"),
    ),
    ContactChannel.WECHAT: (
        "crm:me-wechat",
        gettext_lazy("Another account, or none"),
        gettext_lazy("Link my account"),
    ),
}


@dataclass(frozen=True)
class AddressShown:
    """Where a channel leads, or that it leads nowhere, and the way to change that.

    ``way``: the words of a link to ``url``; both are empty where the person cannot change it here.
    """

    said: str
    way: str = ""
    url: str = ""


def address_shown(row: ChannelConsent) -> AddressShown:
    """Where one channel of a person leads, as they are told themselves.

    Of the channels of ``CHANGED_AT`` the way to change it always goes along.
    """
    if row.channel not in CHANGED_AT:
        return telephone_shown(row.address)

    page, other, first = CHANGED_AT[row.channel]
    if row.address:
        return AddressShown(row.address, str(other), reverse(page))
    return AddressShown(str(NOWHERE[row.channel]), str(first), reverse(page))


def telephone_shown(number: str) -> AddressShown:
    """The number of a person, which the desk alone can change; empty where none is known."""
    if number:
        return AddressShown(number)
    return AddressShown(
        _("No number is known, so nothing can be sent. Tell the desk, or ask for a correction."),
        _("Ask for it"),
        reverse("crm:me-correct") + "?field=phone",
    )
