"""What every room registers about itself is complete."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.utils.translation import override

from core import kinds
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


def test_kinds_of_file_and_their_fields_have_codes_of_their_own():
    assert all_differ(kind.code for kind in kinds.registered())
    for kind in kinds.registered():
        assert all_differ(field.code for field in kind.fields)
        # One word in the headers of two fields would make the guess a matter of their order.
        words = []
        for field in kind.fields:
            words += field.headers.split()
        assert all_differ(words)


def all_differ(names: Iterable[str]) -> bool:
    """No name twice, and at least one."""
    found = list(names)
    return len(found) == len(set(found)) > 0


@pytest.mark.parametrize("kind", kinds.registered(), ids=lambda kind: kind.code)
def test_kind_of_file_names_only_columns_that_its_model_has(kind):
    fields = kind.model_class()._meta.local_fields
    names = {field.name for field in fields}
    columns = {field.column for field in fields}

    assert {field.writes for field in kind.fields} - names == set()
    assert {written.column for written in kind.written} - columns == set()


@pytest.mark.parametrize("kind", kinds.registered(), ids=lambda kind: kind.code)
def test_kind_of_file_and_its_fields_have_labels_in_both_languages(kind):
    labels = [kind.label, *(field.label for field in kind.fields)]
    with override("en"):
        english = [str(label) for label in labels]
    with override("zh-hans"):
        chinese = [str(label) for label in labels]

    assert [text for text in [*english, *chinese] if not text] == []
    assert [pair for pair in zip(english, chinese, strict=True) if pair[0] == pair[1]] == []
