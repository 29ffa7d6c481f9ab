"""``manage.py flush``: Django's own, run as the owner; the application may empty no table."""

from django.core.management.commands import flush

from core import owner


class Command(flush.Command):
    def handle(self, **options):
        """As the owner: the application's role may empty no table."""
        with owner.as_owner():
            super().handle(**options)
