"""``manage.py erase_again``: after a restore, before the portal opens."""

from django.core.management.base import BaseCommand

from crm.privacy.actions import erase_again
from crm.privacy.traces import erased_digests


class Command(BaseCommand):
    help = "Erases whom a restored backup brought back, by the list of the erased (ERASED_LIST)."

    def handle(self, **_options):
        n = erase_again(digests=erased_digests())
        self.stdout.write(f"{n} erased again.")
