"""The one letter of this room: a code to whoever says that an address is theirs."""

import hmac

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core.addresses import keyed_digest
from crm.privacy.models import NewAddress

#: Digits of a code; five wrong ones end it.
DIGITS = 8


def code_of(asked: NewAddress) -> str:
    """The code that was sent: computed and stored nowhere, another one for each asking."""
    digest = keyed_digest(f"address {asked.pk} {asked.address} {asked.asked_at.isoformat()}")
    return str(int.from_bytes(digest[:8]) % 10**DIGITS).zfill(DIGITS)


def is_code_of(asked: NewAddress, typed: str) -> bool:
    """In constant time: how long it takes must not tell how much of a guess was right."""
    return hmac.compare_digest(code_of(asked).encode(), typed.encode())


def code_letter(asked: NewAddress) -> tuple[str, str]:
    """(subject, text) of the letter with the code, in the reader's language."""
    with translation.override(asked.reader.language):
        subject = _("Is this your address? The code is inside")
        values = {"code": code_of(asked), "page": f"{settings.BASE_URL}/me/address/"}
        text = render_to_string("crm/privacy/mail/address_code.txt", values)
    return subject, text
