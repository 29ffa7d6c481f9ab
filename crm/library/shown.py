"""What every page shows of the library: asked for once a minute per process, not once a page."""

import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction

TTL = 60


class Shown:
    """What this process knows of one thing; ``ask`` gives it as the database has it."""

    def __init__(self, ask: Callable[[], Any]):
        self.ask = ask
        self.until = 0.0
        self.known = None

    def get(self) -> Any:
        """What is shown, None where there is nothing.

        A database that is away leaves what was known last.
        """
        if self.until < time.monotonic():
            try:
                with transaction.atomic():
                    self.remember(self.ask())
            except DatabaseError:
                return self.known
        return self.known

    def remember(self, found: Any) -> None:
        """Know this for a minute."""
        self.known, self.until = found, time.monotonic() + TTL

    def forget(self) -> None:
        """Ask again next time."""
        self.until = 0.0
