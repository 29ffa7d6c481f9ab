from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from analytics.facts import computing


class Command(BaseCommand):
    help = "Compute the daily and monthly facts the month page reads; the days given are replaced."

    def add_arguments(self, parser):
        """Without arguments: today and as many days before it as the nightly run looks back."""
        parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="last day (default: today)")
        parser.add_argument(
            "--days", type=int, default=computing.LOOK_BACK, help="how many days before it"
        )
        parser.add_argument(
            "--all", action="store_true", help="everything since the first recorded activity"
        )

    def handle(self, *, as_of, days, **options):
        """Compute the facts of the days asked for, and say how many months they touch.

        CommandError for an ``--as-of`` that is no date; ``--all`` asks for no day at all.
        """
        last = timezone.localdate()
        if as_of:
            last = parse_date(as_of)
        if last is None:
            raise CommandError(f"not a date: {as_of} (expected YYYY-MM-DD)")
        if options["all"]:
            self.stdout.write(f"{computing.compute_all()} months computed")
            return
        first = last - timedelta(days=days)
        self.stdout.write(f"{computing.compute(first, last)} months computed, {first} to {last}")
