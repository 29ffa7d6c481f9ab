"""``manage.py grants``: give the application's role its rights again, as every migrate does."""

from django.core.management.base import BaseCommand

from core import owner


class Command(BaseCommand):
    help = "Grants the application's role what the rooms say, as the owner (DATABASE_OWNER_URL)."

    def handle(self, **_options):
        """Says on how many tables rights were granted, or that there is nothing to grant."""
        with owner.as_owner():
            tables = owner.grant()
        if tables:
            self.stdout.write(f"Rights on {tables} tables granted.")
        else:
            self.stdout.write("The application owns its tables: nothing to grant.")
