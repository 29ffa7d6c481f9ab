"""What every page shows of the library: asked for once a minute per process, not once a page."""

import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction

#: Seconds for which a process shows what it knows.
TTL = 60


class Remembered:
    """What this process knows of one thing; ``ask`` gives it as the database has it."""

    def __init__(self, ask: Callable[[], Any]):
        """Nothing is asked yet."""
        self.ask = ask
        self.until = 0.0
        self.known = None

    def get(self) -> Any:
        """What is shown, None where there is nothing, or nothing could be asked so far.

        A database that is away leaves what was known last, and is asked again next time.
        """
        if self.until < time.monotonic():
            try:
                # A failed statement outside a block of its own would break the page's transaction.
                with transaction.atomic():
                    self.remember(self.ask())
            except DatabaseError:
                return self.known
        return self.known

    def remember(self, found: Any) -> None:
        """Know this for a minute (``TTL``), None as well as anything else."""
        self.known, self.until = found, time.monotonic() + TTL

    def forget(self) -> None:
        """Ask again next time; until then a database that is away still leaves what was known."""
        self.until = 0.0
