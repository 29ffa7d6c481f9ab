"""How many readers a rule means or a segment holds, as one viewer may be told.

Who may open every reader is told the number. Staff of one campus are told that of their own campus,
and about how many there are elsewhere: never a number of the whole, from which their own list could
be taken off. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from core.disclosure import Count, Missing, RoundedCount, about
from crm.readers.queries import may_open_every_reader

#: Whom a viewer may open, as text: everybody, nobody, or the key of a campus. The key begins with a
#: letter, or PostgreSQL would be asked for a place of an array.
EVERYBODY, NOBODY, CAMPUS_KEY = "all", "none", "c"


def scope_of(user) -> str:
    """Whom of the readers ``user`` may open, as ``Reader.objects.visible_to`` says: everybody,
    those of one campus, or nobody.
    """
    if may_open_every_reader(user):
        return EVERYBODY
    if user.can("readers.view"):
        return f"{CAMPUS_KEY}{user.campus_id}"
    return NOBODY


def campus_of(scope: str) -> int | None:
    """The key of the campus of a scope; None for everybody and for nobody."""
    if scope in (EVERYBODY, NOBODY):
        return None
    return int(scope.removeprefix(CAMPUS_KEY))


@dataclass(frozen=True)
class Sizes:
    """``own``: those whom the viewer may open. ``elsewhere``: about how many others there are, None
    where the viewer may open all.
    """

    own: Count
    elsewhere: RoundedCount | None = None


@dataclass(frozen=True)
class CountedReaders:
    """Readers counted: those in the viewer's ``scope``, the others, and the sum of their keys."""

    scope: str
    own: int
    others: int = 0
    keys_of_others: int = 0

    @property
    def total(self) -> int:
        """Both together: whom this account may open, and whom it may not."""
        return self.own + self.others

    def told(self) -> Sizes:
        """As the viewer may be told: their own readers as every page counts them, those of others
        rounded. Whoever opens nobody is told the rounded number alone.
        """
        if self.scope == EVERYBODY:
            return Sizes(Count.of(self.own))
        elsewhere = RoundedCount.told(about(self.others, self.keys_of_others))
        if self.scope == NOBODY:
            return Sizes(Count.without(Missing.WITHHELD), elsewhere)
        return Sizes(Count.of(self.own), elsewhere)


def stored_sizes(
    scope: str | None, size: int | None, campus_sizes: Mapping[str, tuple[int, int]]
) -> Sizes:
    """The sizes of a segment from what its last refresh wrote; ``scope`` None tells nothing."""
    if scope is None:
        return Sizes(Count.without(Missing.WITHHELD))
    if scope == EVERYBODY:
        return Sizes(Count.of(size))

    own, own_keys = campus_sizes.get(scope, (0, 0))
    members, keys = map(sum, zip((0, 0), *campus_sizes.values(), strict=True))
    # Refreshed before sizes were kept by campus, or never.
    if members != size:
        return Sizes(Count.of(None))
    return CountedReaders(scope, own, members - own, keys - own_keys).told()
