"""Tracked links: which targets are allowed, and one stored link per placement of a content."""

import secrets
from collections import defaultdict
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from campaigns import html
from campaigns.models import Content, TrackedLink

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 8
#: Filled in per reader or left alone: not a placement to count.
UNTRACKED = ("{unsubscribe}", "mailto:")


def new_code() -> str:
    """Eight letters and digits without the ones people confuse: 31^8 codes."""
    return "".join(secrets.choice(LETTERS) for _each in range(CODE_LENGTH))


def check_target(target: str) -> str:
    """The target as it may be stored: http(s) with a host, or a path of this site. ValidationError otherwise.

    Backslashes and control characters are refused because browsers read ``/\\evil`` and ``/<tab>/evil`` as a host.
    """
    target = target.strip(" ")
    if target.startswith(f"{settings.BASE_URL}/"):
        target = target.removeprefix(settings.BASE_URL)
    if not target.isprintable() or "\\" in target or " " in target or len(target) > 500:
        raise ValidationError(
            _("This address has characters or a length that no link may have: %(target)s") % _q(target)
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
            _("A link must begin with https://, http:// or be a path of this site: %(target)s") % _q(target)
        )
    return target


def _q(target: str) -> dict[str, str]:
    return {"target": ascii(target[:80])}


def is_tracked(href: str) -> bool:
    return not href.startswith(UNTRACKED)


def check_links(body: str) -> list[tuple[str, str]]:
    """``[(target, text)]`` of the tracked anchors of a cleaned body; ValidationError names every one refused."""
    found, refused = [], []
    for href, label in html.links(body):
        if not is_tracked(href):
            continue
        try:
            found.append((check_target(href), label))
        except ValidationError as error:
            refused.extend(error.messages)
    if refused:
        raise ValidationError(refused)
    return found


def match(targets: list[str], stored: list[TrackedLink]) -> list[TrackedLink | None]:
    """For each anchor its stored link: the k-th anchor to a target belongs to the k-th link stored for it."""
    free = defaultdict(list)
    for link in sorted(stored, key=lambda link: -link.pk):
        free[link.target].append(link)
    return [free[target].pop() if free[target] else None for target in targets]


def sync_links(content: Content) -> list[TrackedLink]:
    """Give every tracked anchor of ``content`` its stored link and return them in order.

    A link that no anchor uses any more goes, unless it may already be in somebody's mail.
    """
    wanted = check_links(content.body)
    stored = list(content.links.all())
    links = []
    for position, (link, (target, label)) in enumerate(
        zip(match([target for target, _label in wanted], stored), wanted, strict=True), start=1
    ):
        placement = f"{position} · {label or target}"[:120]
        if link is None:
            link = create_link(
                campaign=content.campaign, channel=content.channel, content=content, placement=placement, target=target
            )
        elif link.placement != placement:
            link.placement = placement
            link.save(update_fields=["placement"])
        links.append(link)
    if content.is_draft:
        content.links.exclude(pk__in=[link.pk for link in links]).delete()
    return links


def create_link(*, campaign, channel, placement: str, target: str, content: Content | None = None) -> TrackedLink:
    """Store one placement. A mail's link to this site carries the reader's key, so that a survey knows who answers."""
    target = check_target(target)
    return TrackedLink.objects.create(
        code=new_code(),
        campaign=campaign,
        channel=channel,
        content=content,
        placement=placement,
        target=target,
        carries_key=content is not None and target.startswith("/"),
    )
