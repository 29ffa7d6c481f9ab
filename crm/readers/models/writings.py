"""The index by which numbers are found that are written otherwise than their key."""

from django.db import models
from django.db.models import Q

from core.addresses import number_key_of


def other_writings(system: str, name: str) -> models.Index:
    """An index called ``name`` of the numbers that have capitals or blanks, by their key.

    ``system``: the field that says whose numbers they are. Most numbers are their own key, and
    found by the constraint that holds them unique.
    """
    key = number_key_of("number")
    return models.Index(system, key, name=name, condition=~Q(number=key))
