from django.core.management.base import BaseCommand

from crm.staff.actions import retire_demonstration


class Command(BaseCommand):
    help = "Shut out the accounts that a demonstration left in this database."

    def handle(self, *args, **options):
        """Shut out every account that a demonstration made, and name each of them."""
        names = retire_demonstration(by=None)
        for name in names:
            self.stdout.write(f"{name} may no longer sign in.")
        if not names:
            self.stdout.write("There is no such account.")
