"""No list is sorted by a number of persons that it does not show."""

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse

from core.listing import CountColumn, FigureColumn, Table
from crm.segments.models import Segment
from tests.house.test_list_addresses import PAGES

pytestmark = pytest.mark.django_db

#: Columns that are sorted by a whole number, or by one the database counts, and why they may be.
MAY_BE_SORTED = {
    ("CampaignTable", "budget"): "money",
    ("LinkTable", "visits"): "visits to posters and posts, which are no persons",
    ("CallTable", "waiting"): "whoever sees the desk may open each work",
    ("CallTable", "accepted"): "whoever sees the desk may open each work",
    ("CallTable", "on_show"): "whoever sees the desk may open each work",
}
NO_NUMBERS = (models.CharField, models.TextField, models.DateField, models.ForeignKey)
#: Tables of pages about one thing, and what their columns that sort hold.
ON_OTHER_PAGES = {
    "DeliveryTable": "moments of one delivery",
    "KitTable": "numbers that are made up, on the page of the components",
    "ObservationTable": "years and sections of published statistics",
}


def sorting_tables(kind: type[Table] = Table) -> set[str]:
    """Names of all tables of the portal with a column that sorts."""
    found = set()
    for table in kind.__subclasses__():
        is_ours = not table.__module__.startswith("tests.")
        if is_ours and any(column.orderable for column in table.base_columns.values()):
            found.add(table.__name__)
        found |= sorting_tables(table)
    return found


def listings(client, world) -> dict:
    """{name of the table: list} of every page that is one."""
    client.force_login(world.administrator_user)
    found = {}
    for name in PAGES:
        context = client.get(reverse(name), {"view": "list"}).context
        listing = context.get("listing")
        if listing is not None and listing.table_class is not None:
            found[listing.table_class.__name__] = listing
    return found


def sorts_by_what_is_told(model: type[models.Model], column) -> bool:
    """Whether the column is sorted by no number, or by a number as everybody is told it."""
    if isinstance(column.column, CountColumn):
        return True
    return all(is_no_number(model, key.bare) for key in column.order_by)


def is_no_number(model: type[models.Model], path: str) -> bool:
    """False of whole numbers, and of what the query that found the rows has counted."""
    for step in path.replace(".", "__").split("__"):
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:
            return False
        model = field.related_model
    return isinstance(field, NO_NUMBERS)


def test_every_column_that_sorts_by_a_number_of_persons_sorts_by_what_is_told(client, world):
    raw = []
    walked = listings(client, world)
    for table, listing in walked.items():
        for column in listing.table.columns:
            pair = table, column.name
            is_sorted = column.column.orderable and pair not in MAY_BE_SORTED
            if is_sorted and not sorts_by_what_is_told(listing.found.model, column):
                raw.append(pair)
    assert raw == []
    assert sorting_tables() - set(walked) == set(ON_OTHER_PAGES)


def test_a_column_of_raw_numbers_would_be_found():
    class Raw(Table):
        size = FigureColumn(orderable=True)
        persons = FigureColumn(accessor="persons", order_by="size", orderable=True)
        name = FigureColumn(orderable=True)
        told = CountColumn(accessor="persons", counted="size", orderable=True)

    found = {}
    for column in Raw([]).columns:
        found[column.name] = sorts_by_what_is_told(Segment, column)
    assert found == {"size": False, "persons": False, "name": True, "told": True}
