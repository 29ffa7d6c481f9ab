from django.core.management.base import BaseCommand

from analytics import simulate


class Command(BaseCommand):
    help = "Play the loop's channel step against an unchanged and a greedy plan in libraries whose answers are known."

    def add_arguments(self, parser):
        parser.add_argument("--seeds", type=int, default=100)

    def handle(self, *, seeds, **options):
        self.stdout.write(
            f"Share of the oracle's outcome, six channels, {simulate.CYCLES} cycles, {seeds} seeds "
            "(made-up readers; only the comparison means anything)."
        )
        header = ("readers", "plan", "last cycle", "all cycles", "worst seed", "worst ÷ unchanged")
        self.stdout.write("{:>14} {:>10} {:>11} {:>11} {:>11} {:>18}".format(*header))
        for name, readers in simulate.LIBRARIES.items():
            played = simulate.tournament(readers, seeds)
            base = played["unchanged"].last
            for plan, result in played.items():
                self.stdout.write(
                    f"{f'{name} {readers:,}':>14} {plan:>10} {result.last:>11.1%} {result.whole:>11.1%} "
                    f"{result.worst:>11.1%} {result.worst / base:>18.0%}"
                )
