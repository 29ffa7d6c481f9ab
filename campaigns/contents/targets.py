"""Tracked links: which targets are allowed, and one stored link per placement of a content."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import bodies

#: Filled in per reader or left alone: not a placement to count.
UNTRACKED = ("{unsubscribe}", "mailto:")


def check_target(target: str) -> str:
    """The target as it may be stored: http(s) with a host, or a path of this site. ValidationError
    otherwise.

    Backslashes and control characters are refused because browsers read ``/\\evil`` and
    ``/<tab>/evil`` as a host.
    """
    target = target.strip(" ")
    if target.startswith(f"{settings.BASE_URL}/"):
        target = target.removeprefix(settings.BASE_URL)
    if not target.isprintable() or "\\" in target or " " in target or len(target) > 500:
        raise ValidationError(
            _("This address has characters or a length that no link may have: %(target)s")
            % _q(target)
        )
    if target.startswith("/") and not target.startswith("//"):
        return target
    try:
        parts = urlsplit(target)
        allowed = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
        parts.port  # noqa: B018 (raises ValueError for a port that is none)
    except ValueError:
        allowed = False
    if not allowed:
        raise ValidationError(
            _("A link must begin with https://, http:// or be a path of this site: %(target)s")
            % _q(target)
        )
    return target


def _q(target: str) -> dict[str, str]:
    return {"target": ascii(target[:80])}


def is_tracked(href: str) -> bool:
    return not href.startswith(UNTRACKED)


def check_links(body: str) -> list[tuple[str, str]]:
    """``[(target, text)]`` of the tracked anchors of a cleaned body.

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
    if refused:
        raise ValidationError(refused)
    return found
