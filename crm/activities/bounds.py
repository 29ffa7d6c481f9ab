"""How much one account may send and ask in a day: so a key that was stolen fills no disk and asks
for no list of readers.

Counted in buckets, which fill up again in a day: what was not used yesterday may be used today.
"""

from dataclasses import dataclass

from django.conf import settings

from crm.staff import buckets
from crm.staff.models import User


class TooMuch(Exception):
    """The account has had its share; ``seconds`` until there is more."""

    def __init__(self, seconds: float):
        """``seconds`` is more than 0."""
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Bound:
    """``a_day``: so many of what ``name`` says, for each account."""

    name: str
    a_day: int

    def spend(self, by: User, n: int = 1) -> None:
        """Count ``n`` before they are done; of none nothing is asked. Raises TooMuch where so many
        are not left, and counts nothing then.
        """
        if n:
            self._refuse(buckets.take(self.name, self._whose(by), *self._tokens(n)))

    def charge(self, by: User, n: int) -> None:
        """Count ``n`` that were done, also where fewer were left: then the next one waits."""
        if n:
            buckets.drain(self.name, self._whose(by), *self._tokens(n), debt=buckets.DAY)

    def ask(self, by: User) -> None:
        """Raises TooMuch where nothing is left; counts nothing."""
        self._refuse(buckets.look(self.name, self._whose(by), *self._tokens(1)))

    def _tokens(self, n: int) -> tuple[float, float]:
        """Rate and burst by which one token stands for ``n``."""
        return self.a_day / buckets.DAY / n, self.a_day / n

    def _whose(self, by: User) -> str:
        """The name of the account's bucket."""
        return f"user {by.pk}"

    def _refuse(self, seconds: float) -> None:
        """Raises TooMuch where there is more only in so many seconds; 0 is now."""
        if seconds:
            raise TooMuch(seconds)


#: Requests that are taken in: each is an import in the list, with rows in the trail.
BATCHES = Bound("activity batches", 5_000)
#: Rows of all requests, dry runs among them; each leaves a line in an answer that is kept.
ROWS = Bound("activity rows", 500_000)
#: Refused rows are kept whole for a while, so that they can be mended.
REFUSED = Bound("refused activities", 20_000)
#: Numbers of which it is told that they are no reader's: how long a list of all others would take.
STRANGERS = Bound("numbers of strangers", 2_000)


def asked() -> Bound:
    """Rows of dry runs: of no more readers than an account is shown in a day, which is a setting
    and so is read when it is asked.
    """
    return Bound("rows of dry runs", settings.READERS_SHOWN_A_DAY)
