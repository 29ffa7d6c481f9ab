"""Contents that are being sent, and how far each is.

The page names them in one statement; how far one is costs a look at all its deliveries, so each is
asked for by itself after the page.
"""

from dataclasses import dataclass

from django.urls import reverse

from analytics.today import words
from campaigns.contents.models import Content
from campaigns.limits.queries import open_stop, rules_in_force
from campaigns.sending.limit import bounces_as_told
from campaigns.sending.models import Delivery
from campaigns.sending.progress import progress
from core.localised import running

#: So many are named, those that were begun last.
MOST = 5


@dataclass(frozen=True)
class Mailing:
    """How far a content is, in sentences. ``percent_done`` is None where it may not be told.

    ``step``: the address that stops it or lets it go on, "" where neither can be; ``step_said``:
    what the button says.
    """

    content: Content
    said: list[str]
    percent_done: int | None
    step: str = ""
    step_said: str = ""

    @property
    def is_moving(self) -> bool:
        """Whether the numbers may be others in a moment."""
        return self.content.state == Content.State.SENDING


def mailings(user) -> list[Content]:
    """What is being sent, or stands still by hand, the newest first. One statement."""
    if not user.can("campaigns.view"):
        return []
    is_open = (Content.State.SENDING, Content.State.PAUSED)
    rows = Content.objects.visible_to(user).filter(state__in=is_open).select_related("campaign")
    return list(rows.order_by("-launched_at", "-pk")[:MOST])


def mailing(content: Content, viewer) -> Mailing:
    """How far it is, as ``viewer`` may be told: mailed, held out, and where it stops by itself."""
    found = progress(content, viewer)
    said = [
        words.mailed(found.counts[Delivery.State.SENT], found.total, found.seconds_left),
        found.held,
        limit_in_words(content, viewer),
        words.held_out(found.counts[Delivery.State.HOLDOUT]),
    ]
    if found.is_limited:
        said.append(words.of_own_campus())
    return Mailing(content, list(filter(None, said)), found.percent_done, *step_of(content))


def step_of(content: Content) -> tuple[str, str]:
    """(address, word) of what can be done now; what a limit stopped goes on for a reason only."""
    if content.state == Content.State.SENDING:
        return reverse("analytics:today-mailing-pause", args=[content.pk]), words.PAUSE
    if content.state == Content.State.PAUSED and open_stop(content.campaign_id) is None:
        return reverse("analytics:today-mailing-resume", args=[content.pk]), words.RESUME
    return "", ""


def limit_in_words(content: Content, viewer) -> str:
    """The library's limit, after how many could not be delivered where that may be told."""
    rules = rules_in_force()
    limit = words.limit(rules.bounce_limit, rules.least_mails)
    told = bounces_as_told(content.campaign_id, viewer)
    if told is None:
        return limit
    return running([words.bounced(*told), limit])
