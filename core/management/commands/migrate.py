"""``manage.py migrate``: Django's own, run as the owner of the tables, and then the grants."""

from django.core.management.commands import migrate

from core import owner


class Command(migrate.Command):
    def handle(self, *arguments, **options):
        """Django's command ends the process itself where it only shows what would be done."""
        with owner.as_owner():
            super().handle(*arguments, **options)
            if not options["plan"]:
                owner.grant()
