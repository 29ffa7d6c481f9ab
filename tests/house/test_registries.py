"""What every room registers about itself is complete."""

import pytest
from django.apps import apps

from core.holds import registered
from crm.readers.models import Reader


def columns_that_point_at_readers() -> set[tuple[str, str]]:
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if field.remote_field and field.remote_field.model is Reader:
                found.add((model._meta.label, field.name))
    return found


def test_every_column_that_points_at_a_reader_is_registered_by_its_room():
    held = [(hold.model, hold.field) for hold in registered()]
    assert len(held) == len(set(held))
    assert set(held) == columns_that_point_at_readers()


@pytest.mark.parametrize("hold", registered(), ids=lambda hold: f"{hold.model}.{hold.field}")
def test_only_columns_that_may_be_empty_are_detached(hold):
    field = hold.model_class()._meta.get_field(hold.field)
    assert hold.erase != "detach" or field.null
