"""Which hosts links of the library may lead to: its own, and those approved on the desk."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from campaigns.hosts.models import LinkHost
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

    ValidationError for what is no name of a host, and for letters that pass for others.
    """
    try:
        host = ascii_domain(typed.strip().rstrip("."))
    except idna.IDNAError:
        raise ValidationError(_("This is not the name of a host.")) from None
    if not NAME.fullmatch(host):
        raise ValidationError(_("This is not the name of a host."))
    if not is_unmistakable(readable_domain(host)):
        raise ValidationError(
            _("This name has letters that look like others. It could pass for another site.")
        )
    return host


def is_unmistakable(name: str) -> bool:
    """True for a name of ASCII and of scripts whose letters look like no Latin ones."""
    for letter in name:
        if letter.isascii():
            continue
        called = unicodedata.name(letter, "")
        if not called.startswith(UNMISTAKABLE):
            return False
    return True


def approved_hosts() -> set[str]:
    """The hosts approved on the desk."""
    return set(LinkHost.objects.values_list("host", flat=True))


def is_known(target: str, approved: Iterable[str]) -> bool:
    """Whether a stored target leads to a page of ours, of the library, or to an approved host.

    What is written so that a person may read another host than a browser is known nowhere: so are
    backslashes, which browsers take for slashes, and control characters, which they leave out.
    """
    if "\\" in target or not target.isprintable():
        return False
    if target.startswith("/") and not target.startswith("//"):
        return True
    try:
        parts = urlsplit(target)
        if "@" in parts.netloc or parts.port not in ORDINARY:
            return False
        host = normal_host(parts.hostname or "")
    except (ValueError, ValidationError):
        return False
    return is_the_librarys(host) or host in approved


def is_the_librarys(host: str) -> bool:
    """A host of the settings; one that begins with a dot stands for all below it."""
    if host == urlsplit(settings.BASE_URL).hostname:
        return True
    if host in settings.LINK_HOSTS:
        return True
    all_below = tuple(entry for entry in settings.LINK_HOSTS if entry.startswith("."))
    return host.endswith(all_below)


def unknown_among(targets: Iterable[str]) -> list[str]:
    """Those targets that lead to no known host, in order."""
    approved = approved_hosts()
    return [target for target in targets if not is_known(target, approved)]


def check_hosts(targets: Iterable[str]) -> None:
    """Raises ValidationError naming every target whose host is not known."""
    refused = []
    for target in unknown_among(targets):
        # What is invisible or foreign is spelt out, so that nobody is led to approve a look-alike.
        host = ascii(target[:80])
        refused.append(
            _("%(target)s leads to a host that is not known. A manager can approve it under Links.")
            % {"target": host}
        )
    if refused:
        raise ValidationError(refused)
