"""Rules of mailing, and promotional contents that have gone."""

from datetime import timedelta

from django.utils import timezone

from campaigns.limits.models import MailRules
from campaigns.sending import run
from campaigns.sending.actions import launch_content
from tests import factories


def rules(**chosen) -> MailRules:
    """The library has chosen these; the others are the usual ones."""
    found, _is_new = MailRules.objects.update_or_create(pk=1, defaults=chosen)
    found.refresh_from_db()
    return found


def promotion(campaign, **fields):
    """A draft about events."""
    return factories.ContentFactory(campaign=campaign, purpose="events", **fields)


def another_campaign(campaign):
    """One more live campaign to the same segment."""
    fields = ("phase", "locked_at", "locked_by", "owner", "holdout_percent")
    other = factories.CampaignFactory(**{name: getattr(campaign, name) for name in fields})
    other.segments.set(campaign.segments.all())
    return other


def reader(email: str, **fields):
    return factories.ReaderFactory(email=email, consents=["email:events"], **fields)


def gone(content, by) -> dict[str, tuple[str, str]]:
    """Launched and sent: {address: (state, reason)}."""
    launch_content(content=content, by=by)
    run.send(content.pk)
    return rows(content)


def rows(content) -> dict[str, tuple[str, str]]:
    found = content.deliveries.values_list("reader__email", "state", "reason")
    return {email: (state, reason) for email, state, reason in found}


def days_ago(days: float):
    return timezone.now() - timedelta(days=days)
