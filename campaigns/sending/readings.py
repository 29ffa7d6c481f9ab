"""The figures of the live page by their names, each leading to the mails it counts."""

from urllib.parse import urlencode

from django.urls import reverse

from campaigns.contents.models import Content
from campaigns.sending.named import FOLLOWED, FOLLOWED_SHARE, IN_STATE
from campaigns.sending.progress import Progress
from core.measures import NamedFigure


def states(content: Content, found: Progress, viewer) -> list[tuple[str, NamedFigure, bool]]:
    """(name of the state, its mails, whether they ask for a look) in the order of the page."""
    told = []
    for row in found.rows:
        href = listed(content, viewer, state=row.state)
        read = IN_STATE.read(row.count, about=f"state:{row.state}", href=href)
        told.append((row.label, read, row.is_bad))
    return told


def followed(content: Content, found: Progress, viewer) -> list[NamedFigure]:
    """How many followed a link so far, and their share where it is shown."""
    about, href = f"content:{content.pk}", listed(content, viewer, clicked="on")
    told = [FOLLOWED.read(found.clicked, about=about, href=href)]
    if found.click_share is not None:
        told.append(FOLLOWED_SHARE.read(found.click_share, about=about, href=href))
    return told


def listed(content: Content, viewer, **narrowed: str) -> str:
    """The list of who was mailed, narrowed; empty for who may not open readers."""
    if not viewer.can("readers.view"):
        return ""
    address = reverse("campaigns:delivery-list", args=[content.pk])
    return f"{address}?{urlencode(narrowed)}"
