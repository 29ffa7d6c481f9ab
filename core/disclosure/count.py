"""A number of persons on its way out of the database, and why a figure may have no number.

Five states are kept apart: a number (0 included), about a number, withheld, not measured, cannot
say.
"""

from enum import Enum

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: Smallest number of persons a figure may show.
SMALLEST_CELL = 5
#: Where all numbers that are not told stand among those that are: below 0.
WITHHELD_STANDS_AT = -1


class Missing(Enum):
    """Why there is no number. Rates, means and money use it as counts do: ``float | Missing``."""

    WITHHELD = "withheld"
    NOT_MEASURED = "not_measured"
    CANNOT_SAY = "cannot_say"

    def __str__(self) -> str:
        """The sign for it in the present language."""
        return str(WORDS[self])


#: The one sign of each state. All withheld cells print the same: a small cell and a large one that
#: is hidden only to cover it must not be told apart, and "<5" on the large one would be untrue.
WORDS = {
    Missing.WITHHELD: _("not shown"),
    Missing.NOT_MEASURED: _("not measured"),
    Missing.CANNOT_SAY: _("cannot say"),
}
SHOWN = "shown"
#: The state of a number that is rounded so that no single person shows in it.
ABOUT = "about"


def is_small(n: int) -> bool:
    """True for 1 to 4 persons. Zero is not small: an empty cell names nobody.

    ``n`` is no Count. What a smallest cell is: SMALLEST_CELL, 5.
    """
    return 0 < n < SMALLEST_CELL


class Count:
    """A number of persons that shows only what may be shown.

    ``Count.of(n)`` is for everybody: below five persons it is withheld and the number is dropped
    at once, so nothing that holds the count can give it away. ``Count.exact(n)`` is for a page
    whose viewer may open each of these readers: the page prints the number, while JSON, charts and
    files made of the same count stay protected.

    A count is no number: arithmetic, ``int()``, ``json.dumps``, comparison with a number and its
    truth raise TypeError. Ask ``is_shown``, ``is_known``, ``is_withheld`` or ``is_zero``. Two
    counts are equal when everybody may be told the same about them.
    """

    __slots__ = ("_exact", "_missing", "_public")
    STATE_OF_A_NUMBER = SHOWN

    def __init__(self, *, public: int | None, missing: Missing | None, exact: int | None = None):
        """For this package; use ``of``, ``exact`` and their like.

        Raises ValueError for a number that may not be public, and unless there is either a number
        or a reason for its absence.
        """
        if (public is None) == (missing is None):
            raise ValueError("A count has either a number or a reason why it has none.")
        if public is not None and (public < 0 or is_small(public)):
            raise ValueError("This number of persons may not be public.")
        # Past our own __setattr__, which lets nobody change a count.
        object.__setattr__(self, "_public", public)
        object.__setattr__(self, "_missing", missing)
        object.__setattr__(self, "_exact", exact)

    # --- made by queries ---
    @classmethod
    def of(cls, n: int | None, *, exact: bool = False) -> "Count":
        """Protected; None means that nobody counted.

        Of 1 to 4 persons the number is not kept, and the reason is ``Missing.WITHHELD``. Where
        ``exact`` is true it is for a viewer who may open each of these readers, as ``exact`` is.
        """
        if exact:
            return cls.exact(n)
        if n is None:
            return cls.without(Missing.NOT_MEASURED)
        if is_small(n):
            return cls.without(Missing.WITHHELD)
        return cls(public=n, missing=None)

    @classmethod
    def exact(cls, n: int | None) -> "Count":
        """Printed in full, for one viewer who may open each of these readers.

        To everybody else it is what ``of`` makes of it: charts, files and the API take that one.
        """
        return cls.of(n).also_exact(n)

    @classmethod
    def kept(cls, n: int | None) -> "Count":
        """What a rule of hiding has left of a number (``hide_row``): None says that it is withheld.

        Of 1 to 4 persons it is withheld in any case.
        """
        if n is None:
            return cls.without(Missing.WITHHELD)
        return cls.of(n)

    @classmethod
    def part_of(cls, n: int, whole: int) -> "Count":
        """A part beside its whole, withheld as well when the rest counts one to four persons.

        ``n`` of ``whole``; the whole itself is told elsewhere.
        """
        return cls.of(n).withheld_where(is_small(whole - n))

    @classmethod
    def without(cls, reason: Missing) -> "Count":
        """No number, and why.

        Neither to the page nor to anybody else; ``is_known`` is true only where the reason is that
        it is withheld.
        """
        return cls(public=None, missing=reason)

    def also_exact(self, n: int | None) -> "Count":
        """The same count to everybody, with ``n`` for the page of a viewer who may see it.

        None makes it a protected one again. A new Count: none is ever changed.
        """
        return type(self)(public=self._public, missing=self._missing, exact=n)

    def withheld_where(self, is_hidden: bool) -> "Count":
        """The same, or withheld where something else would follow from it.

        Whatever the reason was before, it is ``Missing.WITHHELD`` then.
        """
        if is_hidden:
            return self.without(Missing.WITHHELD)
        return self

    def protected(self) -> "Count":
        """What leaves by a chart, a report, a file or the API, whoever looks.

        Without the exact number, if there is one; a new Count.
        """
        return type(self)(public=self._public, missing=self._missing)

    # --- asked by pages ---
    @property
    def is_shown(self) -> bool:
        """True when a number is printed, 0 included.

        On the page: an exact number counts. Outside ask ``public_number``.
        """
        return self._page_number() is not None

    @property
    def is_known(self) -> bool:
        """True when it was counted, be it shown or withheld.

        False for ``Missing.NOT_MEASURED`` and ``Missing.CANNOT_SAY``.
        """
        return self.is_shown or self._missing is Missing.WITHHELD

    @property
    def is_withheld(self) -> bool:
        """True when it was counted and its number is not printed.

        On the page: false where this viewer is shown the exact number.
        """
        return self.is_known and not self.is_shown

    @property
    def is_zero(self) -> bool:
        """True when 0 is printed.

        On the page. False where nothing is printed.
        """
        return self._page_number() == 0

    @property
    def plural(self) -> int:
        """1 or 2, for ``ngettext`` and ``{% blocktranslate count %}``; never the number.

        2 where nothing is printed.
        """
        if self._page_number() == 1:
            return 1
        return 2

    # --- handed on ---
    @property
    def public_number(self) -> int | None:
        """The number that everybody may be told, or None: for axes, sorting and shares.

        None where it is withheld and where nobody counted alike.
        """
        return self._public

    @property
    def place(self) -> int:
        """What rows are sorted by, for everybody: withheld ones are all alike, below 0.

        ``WITHHELD_STANDS_AT``, so that an order by number tells nothing of what is hidden.
        """
        if self._public is None:
            return WITHHELD_STANDS_AT
        return self._public

    @property
    def state(self) -> str:
        """One of "shown", "about", "withheld", "not_measured" and "cannot_say", as everybody may be
        told.
        """
        if self._missing is None:
            return self.STATE_OF_A_NUMBER
        return self._missing.value

    def as_json(self) -> dict:
        """``{"value": number or null, "state": one of the five}``, protected whoever asks.

        The number is the public one: whole, without separators.
        """
        return {"value": self._public, "state": self.state}

    def as_cell(self) -> int | str:
        """A cell of a file: the number, so that a spreadsheet can add it, or the sign.

        The sign is text in the present language. The public number, whoever looks.
        """
        if self._public is None:
            return str(self._missing)
        return self._public

    # --- printed ---
    def __str__(self) -> str:
        """What the page prints: the number with separators, or the sign for why there is none."""
        number = self._page_number()
        if number is None:
            return str(self._missing)
        return f"{number:,}"

    def in_words(self, said: str, *, withheld: str) -> str:
        """``said`` with what the page prints in the place of ``%(n)s``; ``withheld``, a sentence
        without a number, where that is not printed.
        """
        if self.is_withheld:
            return withheld
        return said % {"n": self}

    def __format__(self, spec: str) -> str:
        """The printed text formatted, so that no format reaches the number itself."""
        return format(str(self), spec)

    def __repr__(self) -> str:
        """The state alone."""
        # Logs and error pages print it: the state is enough there.
        return f"<Count {self.state}>"

    def _page_number(self) -> int | None:
        """What the page prints: the exact number where there is one, else the public one."""
        if self._exact is None:
            return self._public
        return self._exact

    # --- no number ---
    def __setattr__(self, name, value):
        """Raises AttributeError, whatever is set."""
        raise AttributeError("A count does not change.")

    def __delattr__(self, name):
        """Raises AttributeError, whatever is deleted."""
        raise AttributeError("A count does not change.")

    def __bool__(self):
        """Raises TypeError: withheld and zero must not look the same."""
        raise TypeError("A count is neither true nor false: ask is_shown, is_known or is_zero.")

    def __eq__(self, other):
        """By what everybody may be told. Raises TypeError beside a plain number."""
        if isinstance(other, Count):
            return (self.state, self._public) == (other.state, other._public)
        if isinstance(other, int | float):
            raise TypeError("A count is not compared with a number: ask is_shown or is_zero.")
        return NotImplemented

    def __hash__(self):
        """By what everybody may be told, as ``==``."""
        return hash((self.state, self._public))

    def __reduce__(self):
        """How it is pickled: without the exact number. Raises TypeError where there is one."""
        # A cache would hand one viewer's exact number to the next one.
        if self._exact is not None:
            raise TypeError("An exact count is for one page; keep protected() instead.")
        return _restored, (type(self), self._public, self._missing)


class RoundedCount(Count):
    """About a number: ``core.disclosure.about`` says how far from the true one.

    It prints "about 120". In a file or in JSON it is the number 120, and the state says "about".
    """

    __slots__ = ()
    STATE_OF_A_NUMBER = ABOUT

    @classmethod
    def told(cls, rounded: int | None) -> "RoundedCount":
        """``rounded`` as ``core.disclosure.about`` gives it; None where it is withheld.

        Its text says "about"; the number is rounded already and is not rounded again.
        """
        if rounded is None:
            return cls(public=None, missing=Missing.WITHHELD)
        return cls(public=rounded, missing=None)

    @property
    def bare(self) -> str:
        """Without the word, where what stands around it says that all numbers are rounded.

        Separators as in every number.
        """
        return super().__str__()

    def __str__(self) -> str:
        """ "about 120" for a rounded number; an exact one stands without the word."""
        if self._exact is None and self._public is not None:
            return gettext("about %(n)s") % {"n": self.bare}
        return self.bare


def _restored(kind: type[Count], public: int | None, missing: Missing | None) -> Count:
    """The count that was pickled."""
    return kind(public=public, missing=missing)
