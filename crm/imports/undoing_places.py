"""Campuses and colleges that an import added go with it, where nothing else speaks of them."""

from functools import reduce
from operator import or_

from django.db.models import Q

from core.holds import mentions
from crm.imports.keys import keys_to
from crm.imports.models import ImportBatch, ImportChange
from crm.staff.models import Campus, College

#: By the column of the reader, as the report of the import names them. Colleges first: a college
#: may name a campus.
PLACES = {"college": College, "campus": Campus}


def remove_places(batch: ImportBatch) -> list[str]:
    """Delete what the import added and nobody uses; returns the names.

    An import of 0.1 did not note what it added; its places stay.

    Colleges before campuses. Several statements for each place.
    """
    noted = batch.report.get("place_keys", {})
    removed = []
    for column, model in PLACES.items():
        for place in model.objects.filter(pk__in=noted.get(column, [])):
            if not is_used(place, column, batch):
                removed.append(str(place))
                place.delete()
    return removed


def remove_left_places() -> None:
    """What imports that were taken back before had added goes as soon as nothing names it.

    All undone imports that noted what they added are looked at again.
    """
    noted = [Q(**{f"report__place_keys__{column}__0__isnull": False}) for column in PLACES]
    undone = ImportBatch.objects.filter(reduce(or_, noted), state=ImportBatch.State.UNDONE)
    for batch in undone:
        remove_places(batch)


def is_used(place: Campus | College, column: str, batch: ImportBatch) -> bool:
    """Whether a row, a rule or another import that can still be taken back names the place.

    The batch itself, whose changes are taken back, does not count.
    """
    for model, field in keys_to(type(place)):
        if model._base_manager.filter(**{field: place}).exists():
            return True

    others = ImportChange.objects.exclude(batch=batch).filter(batch__state=ImportBatch.State.DONE)
    if others.filter(**{f"before__{column}_id": place.pk}).exists():
        return True
    return any(mention.names(place.code) for mention in mentions())
