import sys

from django.core.management.base import BaseCommand

from analytics.published.actions import verify_published
from analytics.published.models import Seal


class Command(BaseCommand):
    help = (
        "Recomputes the chains of published evaluations and decisions and says what differs; ends "
        "with 1 where something does."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--expect",
            metavar="HASH",
            action="append",
            default=[],
            help="a seal's hash, written down elsewhere, that must stand in a chain",
        )

    def handle(self, *, expect, **_options):
        found = verify_published(by=None)
        breaks = [*found.breaks, *unknown(expect)]
        for broken in breaks:
            self.stderr.write(broken)
        for chain, (number, sha256) in found.heads.items():
            self.stdout.write(f"{chain}: {number} seals, the last one {sha256}")
        if breaks:
            sys.exit(1)
        self.stdout.write("Everything is as it was published.")


def unknown(hashes: list[str]) -> list[str]:
    """A printed report shows the first twelve characters of its seal: the beginning is enough."""
    missing = []
    for text in hashes:
        if not text or not Seal.objects.filter(sha256__startswith=text).exists():
            missing.append(f"{text}: no seal has this hash")
    return missing
