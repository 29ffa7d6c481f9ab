import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from analytics.published.actions import verify_published
from analytics.published.models import Seal, Verification
from analytics.published.verifying import lost_noted_heads
from analytics.published.words import sentence


class Command(BaseCommand):
    help = (
        "Recomputes the chains of published months, evaluations and decisions and says what"
        " differs; ends with 1 where something does."
    )

    def add_arguments(self, parser):
        """``--expect`` may be given several times; both ask for what was kept outside of the
        database.
        """
        parser.add_argument(
            "--expect",
            metavar="HASH",
            action="append",
            default=[],
            help="a seal's hash, written down elsewhere, that must stand in a chain",
        )
        parser.add_argument(
            "--against",
            metavar="FILE",
            type=Path,
            help="a list of last seals (heads.txt), or a backup with one: all must be there",
        )

    def handle(self, *, expect, against, **_options):
        """Look through the chains and keep the look; the last head of each is printed.

        Where something differs each break is a line on standard error, and the exit status is 1.
        CommandError where the file of ``--against`` is not there.
        """
        if against is not None and not against.exists():
            raise CommandError(f"there is no {against}")
        found = verify_published(by=None)
        # Read in the terminal of whoever keeps the server.
        with override("en"):
            broken = [*said_of(found, against), *unknown(expect)]
        for line in broken:
            self.stderr.write(line)
        for chain, (number, sha256) in found.heads.items():
            self.stdout.write(f"{chain}: {number} seals, the last one {sha256}")
        if broken:
            sys.exit(1)
        self.stdout.write("Everything is as it was published.")


def said_of(found: Verification, against: Path | None) -> list[str]:
    """One English sentence for each break that was found, and for each head that the list
    ``against`` knows and the database does not.
    """
    breaks = list(found.breaks)
    if against is not None:
        breaks += lost_noted_heads(against)
    return list(map(sentence, breaks))


def unknown(hashes: list[str]) -> list[str]:
    """A line for each hash that no seal begins with; an empty one is unknown, too.

    A printed report shows the first twelve characters of its seal: the beginning is enough.
    """
    missing = []
    for text in hashes:
        if not text or not Seal.objects.filter(sha256__startswith=text).exists():
            missing.append(f"{text}: no seal has this hash")
    return missing
