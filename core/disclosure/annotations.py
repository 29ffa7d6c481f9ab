"""Numbers of persons that the database counts onto rows: ``Call.objects.annotate(…)``.

Django writes an annotation onto the instance, and the instance goes to templates and serializers.
So the number has to become a count on its way out of the database, not afterwards.
"""

from django.db import models
from django.db.models import Case, F, Q, Value, When

from core.disclosure.count import SMALLEST_CELL, WITHHELD_STANDS_AT, Count


class CountOutput(models.IntegerField):
    """Makes an annotation a ``Count``: ``Count("members", output_field=CountOutput())``.

    ``exact=True`` for a page whose viewer may open each of these readers. In SQL it stays a number
    and can be compared and sorted by. A list that everybody may see is sorted by
    ``public_order(name)`` of it: the order of withheld cells would tell which of them is larger.
    """

    def __init__(self, *args, exact: bool = False, **kwargs):
        """``exact``: only for pages, of readers whom the viewer may open."""
        super().__init__(*args, **kwargs)
        self.exact = exact

    def from_db_value(self, value, _expression, _connection) -> Count:
        """NULL means that nobody counted.

        Called by Django for every row. A Count with its exact number only where the annotation asks
        for it.
        """
        return Count.of(value, exact=self.exact)


def public_order(name: str) -> Case:
    """What rows are sorted by where ``name`` holds a number of persons: what everybody is told.

    The withheld ones are all alike, so what is sorted by next decides among them. NULL, which
    nobody counted, stays NULL.
    """
    is_small = Q(**{f"{name}__gt": 0, f"{name}__lt": SMALLEST_CELL})
    # The field of an annotation makes a Count of it, which no order needs.
    return Case(
        When(is_small, then=Value(WITHHELD_STANDS_AT)),
        default=F(name),
        output_field=models.IntegerField(),
    )
