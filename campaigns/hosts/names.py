"""Names of hosts as they are compared, and which of them could be taken for another."""

import re
import unicodedata
from urllib.parse import urlsplit

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.addresses import ascii_domain, readable_domain

#: The ports that an address need not name.
ORDINARY = {None, 80, 443}
#: A name of at least two labels, and no bare number: http://2130706433/ is a host, too.
NAME = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+\Z)"
    r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
#: Beginnings of the names of letters that no reader takes for Latin ones.
UNMISTAKABLE = ("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ", "BOPOMOFO ", "KATAKANA-HIRAGANA ")


def normal_host(typed: str) -> str:
    """The host as it is compared: small letters, IDNA A-label, without the dot at its end.

    ValidationError for what is no name of a host, also for a number and for a name without a dot,
    and for letters that pass for others.
    """
    host = ascii_host(typed)
    if not NAME.fullmatch(host):
        raise ValidationError(_("This is not the name of a host."))
    if not is_unmistakable(readable_domain(host)):
        raise ValidationError(
            _("This name has letters that look like others. It could pass for another site.")
        )
    return host


def ascii_host(typed: str) -> str:
    """The host in ASCII; empty for what has no such form."""
    try:
        return ascii_domain(typed.strip().rstrip("."))
    except idna.IDNAError:
        return ""


def is_unmistakable(name: str) -> bool:
    """True for a name of ASCII and of scripts whose letters look like no Latin ones."""
    return all(map(is_unmistakable_letter, name))


def is_unmistakable_letter(letter: str) -> bool:
    """Whether no reader takes it for a Latin letter: ASCII, and the scripts of UNMISTAKABLE; False
    for a letter without a name.
    """
    return letter.isascii() or unicodedata.name(letter, "").startswith(UNMISTAKABLE)


def host_of(target: str) -> str:
    """The host that a stored target leads to, as it is compared; empty where that is not certain.

    So for an address with a name or an unusual port before its path, and for one whose host is a
    number or could be read as another.
    """
    try:
        parts = urlsplit(target)
        is_plain = "@" not in parts.netloc and parts.port in ORDINARY
        host = normal_host(parts.hostname or "")
    except (ValueError, ValidationError):
        return ""
    if not is_plain:
        return ""
    return host
