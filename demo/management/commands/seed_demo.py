from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import seed


class Command(BaseCommand):
    help = (
        "Fill an empty database with the published case's facts and a synthetic library."
        " Only where DEMO is on."
    )

    def handle(self, *args, **options):
        """Make the synthetic data, and name each step as it is done.

        CommandError where this is no demonstration.
        """
        if not settings.DEMO:
            raise CommandError("This is not a demonstration: set DEMO=1 to seed synthetic data.")
        for step in seed.steps():
            self.stdout.write(f"  {step}")
            self.stdout.flush()
