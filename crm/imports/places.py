"""Campuses and colleges as a file names them."""

from django.utils.text import slugify

from core.columns import names_of
from crm.imports.fields import BLANK, WIDTHS, Refusal, as_compared, clean
from crm.imports.letters import in_one_line

#: The longest code that leaves room for a number behind it.
CODE = 32


class PlaceRegister:
    """Campuses or colleges by code or either name.

    ``place(text)`` gives a 1-based place in ``rows``, which the staging table keeps instead of a
    key: new ones are only remembered here, and have no key before the merge creates them in its own
    transaction, so a failed import adds none.
    """

    def __init__(self, model, field: str, *, create: bool, words: dict[str, str]):
        """``field``: "campus" or "college", for reasons of refusal.

        ``words``: {what the file says: name}; an empty name means no place. ``create``: a name that
        is not known becomes a new row; without it the file's row is refused.
        """
        self.model = model
        self.field = field
        self.create = create
        self.words = as_compared(words)

        self.rows: list = list(model.objects.order_by("pk"))
        self.places: dict[str, int] = {}
        for place, row in enumerate(self.rows, start=1):
            for name in (row.name_zh, row.name_en, row.code):
                self.remember(name, place)

    def remember(self, name: str, place: int) -> None:
        """Find ``place`` by this name from now on; of two rows with one name the older keeps it.

        Empty names are passed over; capitals make no difference.
        """
        if name:
            self.places.setdefault(name.casefold(), place)

    # --- one cell ---------------------------------------------------------------------------------
    def place(self, cell: str) -> int | None:
        """The place of what a cell names, added where it may be; None for a cell that names none.

        Raises Refusal.

        ``cell`` as the file has it. What only differs in capitals is the same place.
        """
        said = in_one_line(clean(self.field, cell))
        name = self.words.get(said.casefold(), said)
        if name.casefold() in BLANK:
            return None
        if len(name) > WIDTHS[self.field]:
            raise Refusal(self.field, "too-long")

        known = self.places.get(name.casefold())
        if known is not None:
            return known
        if not self.create:
            raise Refusal(self.field, f"unknown-{self.field}")
        return self.add(name)

    def add(self, name: str) -> int:
        """Remember a new campus or college; returns its place.

        It is not stored, and has no key yet.
        """
        row = self.model(code=self.free_code(name), name_zh=name)
        # A name in Latin letters serves pages in both languages.
        if name.isascii():
            row.name_en = name
        self.rows.append(row)

        place = len(self.rows)
        self.remember(name, place)
        return place

    def free_code(self, name: str) -> str:
        """A code from the name; from the number of rows where the name has no Latin letter.

        Where the code is taken, a number behind it tells the two apart.
        """
        taken = {row.code for row in self.rows}
        number = len(self.rows) + 1

        wanted = slugify(name)[: CODE + 4]
        if not wanted:
            wanted = f"{self.field}-{number}"

        code = wanted
        while code in taken:
            code = f"{wanted[:CODE]}-{number}"
            number += 1
        return code

    # --- the whole file ---------------------------------------------------------------------------
    def new(self, used: set[int]) -> list:
        """Rows not stored yet that a taken row speaks of, ``used`` being their places.

        A refused row's campus is not worth adding.
        """
        found = []
        for place in sorted(used):
            row = self.rows[place - 1]
            if row.pk is None:
                found.append(row)
        return found

    def ids(self, used: set[int], *, store: bool) -> list[int]:
        """Keys in the order of places, for SQL that looks a place up in an array.

        0 where there is no row yet; ``store`` creates those that are used.
        """
        if store:
            for row in self.new(used):
                row.save()
        return [row.pk or 0 for row in self.rows]

    def row_at(self, place: int | None):
        """The campus or college of a place, stored or not; None for no place."""
        if place is None:
            return None
        return self.rows[place - 1]

    def name_at(self, place: int | None) -> str:
        """What the campus or college of a place is called, stored or not, in the language of the
        moment; empty for no place.
        """
        return str(self.row_at(place) or "")

    def name_of(self, key: int | None) -> str:
        """What the stored campus or college of that key is called, in the language of the moment;
        empty for no key, and for one that was deleted since.
        """
        if key is None:
            return ""
        return names_of(self.rows).get(key, "")
