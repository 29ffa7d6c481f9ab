"""What stands between a content and its launch, as facts; ``words`` says them."""

from enum import Enum, auto

from campaigns.contents.models import Content
from campaigns.hosts.known import unknown_among
from campaigns.limits.queries import open_stop
from campaigns.plan.models import Campaign
from core.characters import is_blank
from crm.readers.models import Reader


class Obstacle(Enum):
    LAUNCHED = auto()
    NO_EMAIL_CHANNEL = auto()
    CAMPAIGN_NOT_LIVE = auto()
    NO_SEGMENT = auto()
    NOBODY_FOUND = auto()
    NOBODY_MAILABLE = auto()
    ALL_HELD_OUT = auto()
    ALL_FREQUENT = auto()
    NO_SUBJECT = auto()
    LIMIT_PASSED = auto()
    DECIDED_TO_STOP = auto()


def launch_obstacles(content: Content) -> list[Obstacle]:
    """What stands between ``content`` and its launch, in the order in which a page tells it; empty
    when it may go.
    """
    found = []
    if not content.is_draft:
        found.append(Obstacle.LAUNCHED)
    return found + campaign_obstacles(content)


def nobody_mailed(content: Content, *, some_held_out: bool, some_frequent: bool) -> Obstacle:
    """Why a launch would mail nobody: no reader in the segments, none who may be mailed, all of
    them drawn into the holdout, or as many mails gone to each as the library sends.
    """
    if some_held_out:
        return Obstacle.ALL_HELD_OUT
    if some_frequent:
        return Obstacle.ALL_FREQUENT
    members = Reader.objects.filter(memberships__segment__in=content.campaign.segments.all())
    if members.exists():
        return Obstacle.NOBODY_MAILABLE
    return Obstacle.NOBODY_FOUND


def unknown_targets(content: Content) -> list[str]:
    """Where links of ``content`` lead that is no known host: they were stored before it had to be,
    or an approval was taken back. Empty where all are known.
    """
    return unknown_among(content.links.values_list("target", flat=True))


def campaign_obstacles(content: Content) -> list[Obstacle]:
    """What is missing on the campaign's side and in the text, whatever the content's state; in the
    order in which a page tells it. Takes three statements.
    """
    campaign = content.campaign
    is_live = campaign.is_locked and campaign.phase == Campaign.Phase.PERFORMANCE
    stands_there = {
        Obstacle.NO_EMAIL_CHANNEL: not content.channel.is_email,
        Obstacle.CAMPAIGN_NOT_LIVE: not is_live,
        Obstacle.NO_SEGMENT: not campaign.segments.exists(),
        Obstacle.NO_SUBJECT: is_blank(content.subject),
        Obstacle.LIMIT_PASSED: open_stop(campaign) is not None,
        Obstacle.DECIDED_TO_STOP: campaign.evaluations.decided_to_stop(),
    }
    return [obstacle for obstacle, is_there in stands_there.items() if is_there]


def going_on_obstacles(campaign: Campaign) -> list[Obstacle]:
    """Why mails of ``campaign`` that wait may not go on, whatever a person mended: it was decided
    to stop. One statement.
    """
    if campaign.evaluations.decided_to_stop():
        return [Obstacle.DECIDED_TO_STOP]
    return []
