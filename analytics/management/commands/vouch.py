"""``manage.py vouch``: after PRIVACY_KEY was changed, marks of published figures under the new key.

Without options it only says how many were made under others. It runs where migrations run, with the
address of the owner of the tables.
"""

from django.core.management.base import BaseCommand, CommandError

from analytics.published.actions import vouch_anew
from analytics.published.marks import under_other_keys
from core import owner
from core.localised import in_english
from core.refusals import Refused
from crm.staff.queries import administrator_named


class Command(BaseCommand):
    help = "Says how much was marked under another key; with --confirm and --by it marks it anew."

    def add_arguments(self, parser):
        """Without arguments the command only says how many rows it would mark."""
        parser.add_argument("--confirm", type=int, metavar="N", help="mark exactly N rows anew")
        parser.add_argument("--by", metavar="NAME", help="the administrator who decided it")

    @in_english
    def handle(self, *, confirm, by, **_options):
        """Say how much was marked under another key, or mark it anew where a number is confirmed.

        Works as the owner of the tables: the portal's own role may not change a mark.
        """
        with owner.as_owner():
            if confirm is None:
                self.show()
            else:
                self.mark(confirm, by)

    def show(self) -> None:
        """Say how much was marked under another key."""
        found = sum(1 for _one in under_other_keys())
        if not found:
            self.stdout.write("Nothing was marked under another key.")
            return
        self.stdout.write(
            f"{found} rows were marked under another key. If PRIVACY_KEY was changed, and before"
            f" the change verify found nothing: manage.py vouch --confirm {found} --by NAME"
        )

    def mark(self, expected: int, name: str | None) -> None:
        """Mark it anew, exactly as much as was said, in the name of an administrator.

        CommandError where another number is found, or the name is no administrator's.
        """
        try:
            by = administrator_named(name)
            marked = vouch_anew(expected=expected, by=by)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{marked} rows are marked under the present key.")
