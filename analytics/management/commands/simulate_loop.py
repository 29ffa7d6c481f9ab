import pandas as pd
from django.core.management.base import BaseCommand

from analytics.loop import simulate


class Command(BaseCommand):
    help = (
        "Play the loop's channel step against an unchanged and a greedy plan in libraries whose "
        "answers are known."
    )

    def add_arguments(self, parser):
        """``--seeds``: how many times each library is played."""
        parser.add_argument("--seeds", type=int, default=100)

    def handle(self, *, seeds, **options):
        """Play the loop on made-up libraries and print what it concluded."""
        self.stdout.write(
            f"Share of the oracle's outcome, six channels, {simulate.CYCLES} cycles, {seeds} seeds "
            "(made-up readers; only the comparison means anything)."
        )
        played = {}
        for name, readers in simulate.LIBRARIES.items():
            played[name] = simulate.tournament(readers, seeds)
        table = pd.concat(played, names=["library"])
        table["worst ÷ unchanged"] = table["worst"] / table.xs("unchanged", level="plan")["last"]
        names = {
            "last": "last cycle",
            "whole": "all cycles",
            "poor": "5 % of seeds below",
            "worst": "worst seed",
        }
        sizes = {name: f"{name} {n:,}" for name, n in simulate.LIBRARIES.items()}
        self.stdout.write(
            table.rename(columns=names, index=sizes).to_string(float_format="{:.1%}".format)
        )
