"""Who stands on whom: segments inside segments, and what else would lose its audience with one."""

from graphlib import CycleError, TopologicalSorter

import pghistory.models
from django.db import models

from crm.segments.models import Segment
from crm.segments.rule import Rule, nested_ids


def leads_back(pk: int, rule: Rule) -> bool:
    """True when ``rule``, stored as segment ``pk``, would contain itself by whatever way round."""
    rules = dict(Segment.objects.values_list("pk", "rule"))
    seen, waiting = set(), nested_ids(rule)
    while waiting:
        current = waiting.pop()
        if current == pk:
            return True
        if current not in seen:
            seen.add(current)
            waiting |= nested_ids(rules.get(current, {}))
    return False


def in_order(rules: dict[int, Rule]) -> list[int]:
    """Ids of segments, each after those its rule names.

    A circle cannot be saved; one written by hand is no reason to leave the others unrefreshed, so
    their order is kept as it comes and compiling says what is wrong.
    """
    needs = {pk: nested_ids(rule) & rules.keys() for pk, rule in rules.items()}
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError:
        return list(rules)


def used_by(segment: Segment) -> list[models.Model]:
    """Segments whose rule names this one, then every row of an app above that points at it
    (campaigns, surveys).
    """
    naming = [
        one for one in Segment.objects.exclude(pk=segment.pk) if segment.pk in nested_ids(one.rule)
    ]
    return naming + [
        row for relation in _relations_from_above() for row in _rows(relation, segment)
    ]


def _relations_from_above() -> list:
    """Foreign keys and many-to-manys of other apps.

    Their histories and join tables only repeat them.
    """
    return [
        relation
        for relation in Segment._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and relation.related_model._meta.app_label != Segment._meta.app_label
        and not relation.related_model._meta.auto_created
        and not issubclass(relation.related_model, pghistory.models.Event)
    ]


def _rows(relation, segment: Segment) -> models.QuerySet:
    return relation.related_model._base_manager.filter(**{relation.field.name: segment.pk})
