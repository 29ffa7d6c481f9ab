"""Where a row was counted, as its librarian may bring it."""

from crm.imports.fields import Refusal
from crm.imports.places import PlaceRegister
from crm.tallies.plan import PlaceOf


def place_within(places: PlaceRegister, own: int | None) -> PlaceOf:
    """The place a name stands for in ``places``, as a function that raises Refusal. Somebody of one
    campus (``own``, its key; None for others) brings what was counted there; of other places, and
    of new ones, the row is refused.
    """

    def place_of(name: str) -> int | None:
        """Number of the place in the register, None for a cell that names none. Refusal
        "other-place", and what the register refuses.
        """
        place = places.place(name)
        row = places.row_at(place)
        if own is not None and (row is None or row.pk != own):
            raise Refusal("place", "other-place")
        return place

    return place_of
