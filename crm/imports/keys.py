"""Which columns of the whole project point at a table."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Field, ForeignKey, Model


def keys_to(target: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """(model, field) of every foreign key to ``target``.

    Those of the apps above are found by Django's registry, so that a new one is not forgotten.
    """
    for model in filter(has_own_table, apps.get_models(include_auto_created=True)):
        for field in model._meta.local_fields:
            if points_at(field, target):
                yield model, field.name


def has_own_table(model: type[Model]) -> bool:
    """Whether rows of the model lie in a table that no other model has: False for another view of a
    table that is looked at already, and for views of SQL.
    """
    return model._meta.managed and not model._meta.proxy


def points_at(field: Field, target: type[Model]) -> bool:
    """Whether a field is a foreign key to ``target`` that the database holds to.

    History tables have keys without a constraint, and keep what they say of what is gone.
    """
    is_key = isinstance(field, ForeignKey) and field.db_constraint
    return is_key and field.related_model is target
