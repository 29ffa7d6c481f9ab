"""``manage.py migrate``: Django's own, run as the owner of the tables, and then the grants."""

from django.core.management.commands import migrate

from core import owner


class Command(migrate.Command):
    def execute(self, *arguments, **options):
        """Already the checks ask the database, where the application may have no role yet."""
        with owner.as_owner():
            return super().execute(*arguments, **options)

    def handle(self, *arguments, **options):
        """Django's command ends the process itself where it only shows what would be done.

        After it the owner gives the application's role its rights anew (``core.owner.grant``); not
        after ``--plan``.
        """
        super().handle(*arguments, **options)
        if not options["plan"]:
            owner.grant()
