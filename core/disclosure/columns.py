"""Numbers of persons as a column of a list."""

from core.disclosure.annotations import public_order
from core.listing import FigureColumn


class CountColumn(FigureColumn):
    """Numbers of persons, each a Count; sorted by what everybody is told of them.

    ``counted``: the field or annotation that holds the number, where it is not the accessor.
    """

    def __init__(self, *args, counted: str = "", **kwargs):
        super().__init__(*args, show=str, **kwargs)
        self.counted = counted

    def order(self, queryset, is_descending):
        """As django-tables2 asks for it: the rows in order, and that this has been seen to."""
        told = public_order(self.counted or str(self.accessor))
        return queryset.order_by(told.desc() if is_descending else told.asc()), True
