"""``manage.py take_return``: the pipe by which a mail server hands over one returned message.

The message comes on standard input. A line for Postfix's master.cf stands in docs/ops.md.
"""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from campaigns.returns.actions import TakenIn, take_return
from campaigns.returns.mailbox import MOST_BYTES
from core.localised import in_english

#: sysexits.h: the mail server keeps the message and comes again.
TRY_LATER = 75
SAID = {
    TakenIn.NOTHING: "It is no bounce and no report of a mail from here: nothing was done.",
    TakenIn.KNOWN: "This was known already.",
    TakenIn.TAKEN: "Taken in.",
}


class Command(BaseCommand):
    help = "Takes in one message that came to the address for returned mail, from standard input."

    def add_arguments(self, parser):
        """``--recipient``, which a mail server gives and a person may leave out."""
        parser.add_argument(
            "--recipient", default="", help="the address of ours that the message came to"
        )

    @in_english
    def handle(self, *, recipient, **_options):
        """Take in the message on standard input, MOST_BYTES of it at most, and say what became of
        it; CommandError with TRY_LATER where the database is away.
        """
        raw = sys.stdin.buffer.read(MOST_BYTES)
        try:
            taken = take_return(raw=raw, recipient=recipient)
        except DatabaseError as fault:
            raise CommandError("The database is away.", returncode=TRY_LATER) from fault
        self.stdout.write(SAID[taken])
