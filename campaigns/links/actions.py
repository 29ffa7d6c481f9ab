"""Verbs of tracked links."""

from django.db import transaction

from campaigns.links.models import TrackedLink
from campaigns.plan.models import Campaign, Channel
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def create_link(
    *, campaign: Campaign, channel: Channel, placement: str, target: str, by: User
) -> TrackedLink:
    """Store a link for a poster, a post or a board.

    Raises ValidationError for a target that no link may have.
    """
    link = TrackedLink.objects.place_one(
        campaign=campaign, channel=channel, placement=placement, target=target
    )
    audit.record(action=AuditAction.LINK_CREATE, by=by, on=campaign, placement=placement)
    return link
