"""Where a link may lead, and which links of a text are followed by way of us."""

from urllib.parse import SplitResult, urlsplit

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from campaigns.hosts.known import is_our_page
from core import bodies
from core.addresses import ascii_domain

#: Filled in per reader or left alone: not a placement to count.
UNTRACKED = ("{unsubscribe}", "mailto:")
LONGEST_TARGET = 500
#: What an address without a port means.
PORTS = {"http": 80, "https": 443}
#: So much of a refused target is repeated to the person who typed it.
LONGEST_SHOWN = 80


def check_target(target: str) -> str:
    """The target as it may be stored: http(s) with a host, or a path of this site. ValidationError
    otherwise.

    Backslashes and control characters are refused because browsers read ``/\\evil`` and
    ``/<tab>/evil`` as a host.
    """
    # A page of ours pasted with its host is a path, so that it can ask who comes.
    target = _without_our_origin(target.strip(" "))

    if not _is_writable(target):
        raise ValidationError(
            _("This address has characters or a length that no link may have: %(target)s")
            % _shown(target)
        )
    if not is_our_page(target) and not _is_web_address(target):
        raise ValidationError(
            _("A link must begin with https://, http:// or be a path of this site: %(target)s")
            % _shown(target)
        )
    return target


def _without_our_origin(target: str) -> str:
    """The path of an address of this site, in capitals, with its port, its last dot, its letters in
    ASCII or the other of http and https too; others as they are.
    """
    # Python leaves tabs and line ends out before it looks, so that the lengths would not fit.
    if not target.isprintable():
        return target
    try:
        parts = urlsplit(target)
        is_ours = _origin(parts) == _origin(urlsplit(settings.BASE_URL))
    except ValueError:
        return target

    if not is_ours or not parts.path:
        return target
    if "@" in parts.netloc:
        return target
    # Cut and not put together again: the path stays as it was written.
    return target[len(f"{parts.scheme}://{parts.netloc}") :]


def _origin(parts: SplitResult) -> tuple[str, str]:
    """(host, where at it), the same for both of http and https at the ports that they mean: a page
    of ours is reached by either. ValueError for a port that is none.
    """
    place = f"{parts.scheme}:{parts.port}"
    if parts.scheme in PORTS and parts.port in (None, PORTS[parts.scheme]):
        place = "usual"
    try:
        return ascii_domain((parts.hostname or "").rstrip(".")), place
    except idna.IDNAError:
        return "", place


def _is_writable(target: str) -> bool:
    """What can stand in a link as it is: printable, without spaces, not too long."""
    if len(target) > LONGEST_TARGET or not target.isprintable():
        return False
    # Browsers take a backslash for a slash, so one may begin a host.
    return {"\\", " "}.isdisjoint(target)


def _is_web_address(target: str) -> bool:
    """An http or https address whose host can be read in one way only; no port that is none, and no
    name before the host.
    """
    try:
        parts = urlsplit(target)
        parts.port  # noqa: B018 (raises ValueError for a port that is none)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https"):
        return False
    # A name before the host would make "https://our.site@evil.org/" look like ours.
    if "@" in parts.netloc:
        return False
    return bool(parts.hostname)


def _shown(target: str) -> dict[str, str]:
    """The target as it may stand in a message: what is invisible or foreign is spelt out."""
    return {"target": ascii(target[:LONGEST_SHOWN])}


def is_tracked(href: str) -> bool:
    """Whether an anchor with this ``href`` is a placement whose followers are counted: all but the
    way out and addresses of mail.
    """
    return not href.startswith(UNTRACKED)


def check_links(body: str) -> list[tuple[str, str]]:
    """``[(target, text)]`` of the tracked anchors of a cleaned body, in its order; empty without
    any.

    ValidationError names every one refused.
    """
    found, refused = [], []
    for href, label in bodies.links_in(body):
        if not is_tracked(href):
            continue
        try:
            found.append((check_target(href), label))
        except ValidationError as error:
            refused.extend(error.messages)

    # All of them at once, so that nobody mends one and is sent back for the next.
    if refused:
        raise ValidationError(refused)
    return found
