"""``manage.py open_restored``: the last part of ``make restore``.

The application's role has no rights in a restored database. It is given them at the very end, so
whoever starts the portal too early sees no page of it.
"""

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.commands import migrate
from django.db import transaction

from core import owner
from core.restoring import prepare_to_open


class Command(BaseCommand):
    help = "Brings a restored database up to date, erases again who was erased, lets people in."

    def handle(self, **_options):
        """Migrates, lets every room prepare what was restored, and grants; all as the owner."""
        with owner.as_owner():
            call_command(migrate.Command(), verbosity=0, interactive=False)
            with transaction.atomic():
                for told in prepare_to_open():
                    self.stdout.write(told)
            owner.grant()
