"""The rules in force, and which campaigns a limit has stopped."""

from django.db.models import Exists, OuterRef, QuerySet

from campaigns.contents.models import Content
from campaigns.limits.models import LimitStop, MailRules
from campaigns.plan.models import Campaign


def rules_in_force() -> MailRules:
    """What the library has chosen, else the usual rules, not stored. Asked for anew each time, in
    one statement.
    """
    return MailRules.objects.filter(pk=1).first() or MailRules(pk=1)


def open_stop(campaign: Campaign | int) -> LimitStop | None:
    """The stop by a limit that nobody has ended; None where the campaign may be mailed."""
    return LimitStop.objects.filter(campaign=campaign, resumed_at__isnull=True).first()


def last_stop(campaign: Campaign | int) -> LimitStop | None:
    """The newest stop by a limit, ended or not; None where there was none."""
    return LimitStop.objects.filter(campaign=campaign).first()


def counts_subscribers(stop: LimitStop) -> bool:
    """Whether letters to people who are no readers are among the mails that a stop counted; their
    number is nobody's to know exactly.
    """
    return _wrote_to_subscribers().filter(campaign=stop.campaign_id).exists()


def stops_as_told() -> QuerySet[LimitStop]:
    """Stops by limits, the newest first, with ``counts_subscribers`` of each."""
    theirs = _wrote_to_subscribers().filter(campaign=OuterRef("campaign"))
    stops = LimitStop.objects.select_related("campaign", "resumed_by")
    return stops.annotate(counts_subscribers=Exists(theirs))


def _wrote_to_subscribers() -> QuerySet[Content]:
    """Launched contents that went to subscribers as well."""
    return Content.objects.filter(to_subscribers=True, launched_at__isnull=False)
