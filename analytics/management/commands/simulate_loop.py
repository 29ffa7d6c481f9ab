from django.core.management.base import BaseCommand

from analytics.worlds import last_run
from analytics.worlds.registry import WORLDS

#: Seeds below are for developing; figures are reported from here on.
FIRST_SEED = 1000


class Command(BaseCommand):
    help = "Play the loop in worlds whose answers are known, and print what it made of them."

    def add_arguments(self, parser):
        """``--world``: one of them, else all. ``--write`` keeps the figures."""
        parser.add_argument("--world", choices=sorted(WORLDS), help="one world; else all of them")
        parser.add_argument("--seeds", type=int, default=300, help="how often each is played")
        parser.add_argument("--first", type=int, default=FIRST_SEED, help="the first seed")
        parser.add_argument(
            "--write",
            action="store_true",
            help="keep the figures for the page and for docs/loop.md",
        )

    def handle(self, *, world, seeds, first, write, **options):
        """One line a figure, as soon as it is known."""
        for name in WORLDS:
            if world not in (None, name):
                continue
            figures = []
            for figure in WORLDS[name].measure(range(first, first + seeds)):
                self.stdout.write(str(figure))
                figures.append(figure)
            if write:
                last_run.keep(name, figures, seeds=seeds, first=first)
