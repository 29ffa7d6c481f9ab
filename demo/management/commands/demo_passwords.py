import json
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.accounts import set_passwords


class Command(BaseCommand):
    help = (
        "Give the demonstration's accounts the passwords that stand on the standard input, as"
        ' {"name": "password"}: neither arguments nor environment show them.'
    )

    def handle(self, *args, **options):
        """Read {user name: password} as JSON from standard input and set them.

        CommandError where this is no demonstration.
        """
        if not settings.DEMO:
            raise CommandError("This is not a demonstration.")
        set_passwords(json.load(sys.stdin))
