"""``manage.py discard_unopened``: the end of anonymous answers whose key is lost.

Without options it only says how many there are. It runs where the workers run, with their
``ANSWERS_PRIVATE_KEY``, which must hold every key that still exists.
"""

from django.core.management.base import BaseCommand, CommandError

from core.localised import in_english
from core.refusals import Refused
from crm.staff.queries import administrator_named
from feedback.surveys.losing import discard_lost, find_lost


class Command(BaseCommand):
    help = "Says which anonymous answers no key opens; with --confirm and --by it discards them."

    def add_arguments(self, parser):
        """Without a number it only counts."""
        parser.add_argument("--confirm", type=int, metavar="N", help="discard exactly N answers")
        parser.add_argument("--by", metavar="NAME", help="the administrator who decided it")

    @in_english
    def handle(self, *, confirm, by, **_options):
        """Counts, or discards exactly as many as were confirmed; CommandError says why it was
        refused.
        """
        try:
            if confirm is None:
                self.show()
            else:
                self.discard(confirm, by)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal

    def show(self) -> None:
        """Print how many answers of each survey no key opens, and what discards them. Refused where
        there is no key at all.
        """
        found = find_lost()
        for survey, answers in found.items():
            self.stdout.write(f"{survey.slug}: {len(answers)}")
        total = sum(map(len, found.values()))
        if not total:
            self.stdout.write("Every answer that waits can be opened.")
            return
        self.stdout.write(
            f"{total} answers can never be opened unless their key is found. To discard them for"
            f" good: manage.py discard_unopened --confirm {total} --by NAME"
        )

    def discard(self, expected: int, name: str | None) -> None:
        """Discard them and print how many of each survey.

        Refused where there are not exactly ``expected`` answers that no key opens, or ``name`` is
        no administrator's.
        """
        by = administrator_named(name)
        for survey, gone in discard_lost(expected=expected, by=by).items():
            self.stdout.write(f"{survey.slug}: {gone} discarded; its pages say so.")
