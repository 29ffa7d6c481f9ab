from datetime import datetime, time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from analytics.loop.evaluate import evaluate
from analytics.loop.inputs import NothingToEvaluate
from analytics.loop.tasks import evaluate_ended
from campaigns.plan.models import Campaign


def end_of(text: str) -> datetime:
    """The last moment of the day ``YYYY-MM-DD`` in the library's time zone.

    CommandError for what is no such day.
    """
    day = parse_date(text)
    if day is None:
        raise CommandError(f"not a date: {text} (expected YYYY-MM-DD)")
    return timezone.make_aware(datetime.combine(day, time.max))


class Command(BaseCommand):
    help = (
        "Evaluate the campaigns whose period is over, with findings, proposals and the check of "
        "earlier promises."
    )

    def add_arguments(self, parser):
        """Without arguments: all campaigns whose period is over now."""
        parser.add_argument(
            "--as-of", metavar="YYYY-MM-DD", help="as things stood at the end of this day"
        )
        parser.add_argument(
            "--campaign", type=int, help="only this one, whether its period is over or not"
        )

    def handle(self, *, as_of, campaign, **options):
        """Evaluate what has ended, or one campaign as it stands, and verify what was proposed.

        CommandError for a campaign that is not there, and for one of which nothing has gone out
        yet.
        """
        at = timezone.now()
        if as_of:
            at = end_of(as_of)

        if campaign is None:
            new, unchanged = evaluate_ended(at)
            self.stdout.write(f"{new} evaluated anew, {unchanged} unchanged")
            return

        try:
            found = evaluate(Campaign.objects.get(pk=campaign), at)
        except Campaign.DoesNotExist:
            raise CommandError(f"no campaign {campaign}")
        except NothingToEvaluate as reason:
            raise CommandError(str(reason))
        self.stdout.write(
            f"{found}: {found.findings.count()} findings, {found.adjustments.count()} proposals"
        )
