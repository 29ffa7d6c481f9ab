"""A campaign with everything its gates ask for, made by the verbs a librarian uses."""

from datetime import date
from decimal import Decimal

from django.urls import reverse

from campaigns.plan.actions import (
    add_goal,
    add_need,
    add_segment,
    add_task,
    advance,
    create_campaign,
    set_channel_share,
    set_standard,
)
from campaigns.plan.models import Campaign, Channel, Need
from core import bodies
from crm.readers.models import Reader
from tests.factories import ContentFactory, ReaderFactory, SegmentFactory

Phase = Campaign.Phase


def url(name: str, *arguments) -> str:
    return reverse(f"campaigns:{name}", args=arguments)


def channel(code: str) -> Channel:
    return Channel.objects.get(code=code)


def complete(by, **fields) -> Campaign:
    """A campaign in phase prepare that no gate up to performance would stop."""
    plan = {
        "title": "Night of poems",
        "purpose": "Readers hear their own voice.",
        "budget": Decimal(1000),
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2026, 3, 31),
    }
    campaign = create_campaign(by=by, **(plan | fields))
    add_need(
        campaign=campaign,
        text="To be heard",
        origin=Need.Origin.VOICE,
        source="V-1",
        answer="A stage",
        by=by,
    )
    add_goal(campaign=campaign, text="Forty readers on stage", by=by)
    add_task(campaign=campaign, text="Light", owner="Front desk", by=by)
    # Its segment holds everybody, and an audience of nobody passes no gate.
    if not Reader.objects.filter(state="active").exists():
        ReaderFactory()
    add_segment(campaign=campaign, segment=SegmentFactory(size=120), by=by)
    for code, share in (("email", 60), ("poster", 40)):
        set_channel_share(campaign=campaign, channel=channel(code), share=share, by=by)
    set_standard(campaign=campaign, metric="reach", target=Decimal(100), source="Council", by=by)
    ContentFactory(campaign=campaign, title="Invitation")
    return campaign


def save_text(content, body: str, **fields):
    """Store ``body`` as the form would, cleaned and with its links."""
    content.body = bodies.clean_body(body)
    for name, value in fields.items():
        setattr(content, name, value)
    content.save()
    content.links.place(content)
    return content


def taken_to(phase: str, by, **fields) -> Campaign:
    """A complete campaign taken to ``phase`` step by step."""
    campaign = complete(by, **fields)
    while campaign.phase != phase:
        campaign = advance(campaign=campaign, leaving=campaign.phase, by=by)
    return campaign
