"""Campuses and colleges as a file names them."""

from django.utils.text import slugify

from crm.imports.fields import BLANK, WIDTHS, Refusal, clean

#: The longest code that leaves room for a number behind it.
CODE = 32


class PlaceRegister:
    """Campuses or colleges by code or either name. ``place(text)`` gives a 1-based place in
    ``rows``.

    New ones are only remembered here; the merge creates them in its own transaction, so a failed
    import adds none.
    """

    def __init__(self, model, field: str, *, create: bool, words: dict[str, str]):
        self.model = model
        self.field = field
        self.create = create
        #: {what the file says: name}; an empty name means no place.
        self.words = {said.strip().casefold(): name for said, name in words.items()}
        self.rows: list = list(model.objects.order_by("pk"))
        self.places: dict[str, int] = {}
        for place, row in enumerate(self.rows, start=1):
            for name in (row.name_zh, row.name_en, row.code):
                if name:
                    self.places.setdefault(name.casefold(), place)

    def place(self, cell: str) -> int | None:
        text = clean(self.field, cell)
        text = self.words.get(text.casefold(), text)
        if text.casefold() in BLANK:
            return None
        if len(text) > WIDTHS[self.field]:
            raise Refusal(self.field, "too-long")
        place = self.places.get(text.casefold())
        if place:
            return place
        if not self.create:
            raise Refusal(self.field, f"unknown-{self.field}")
        return self.add(text)

    def add(self, name: str) -> int:
        row = self.model(code=self.free_code(name), name_zh=name)
        if name.isascii():
            row.name_en = name
        self.rows.append(row)
        self.places[name.casefold()] = len(self.rows)
        return len(self.rows)

    def free_code(self, name: str) -> str:
        """A code from the name; from the number of rows where the name has no Latin letter."""
        taken = {row.code for row in self.rows}
        number = len(self.rows) + 1
        wanted = slugify(name)[: CODE + 4] or f"{self.field}-{number}"
        code = wanted
        while code in taken:
            code = f"{wanted[:CODE]}-{number}"
            number += 1
        return code

    def new(self, used: set[int]) -> list:
        """Rows not stored yet that a taken row speaks of.

        A refused row's campus is not worth adding.
        """
        found = []
        for place, row in enumerate(self.rows, start=1):
            if row.pk is None and place in used:
                found.append(row)
        return found

    def ids(self, used: set[int], *, store: bool) -> list[int]:
        """Keys in the order of places, 0 where there is none.

        ``store`` creates the new ones that are used.
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
