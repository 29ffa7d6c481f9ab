"""Segments inside segments, and what else would lose its audience with a segment."""

from graphlib import CycleError, TopologicalSorter

import pghistory.models
from django.db import models

from crm.segments.models import Segment
from crm.segments.rule import Rule, nested_ids


def would_contain_itself(pk: int, rule: Rule) -> bool:
    """True when ``rule``, stored as segment ``pk``, would name itself, be it through others. Takes
    one statement, however deep they lie; a segment that is gone names nothing.
    """
    rules = dict(Segment.objects.values_list("pk", "rule"))
    seen = set()
    to_visit = nested_ids(rule)

    while to_visit:
        current = to_visit.pop()
        if current == pk:
            return True
        # One that is inside several others is looked into once.
        if current not in seen:
            seen.add(current)
            to_visit |= nested_ids(rules.get(current, {}))
    return False


def nested_first(rules: dict[int, Rule]) -> list[int]:
    """Ids of segments by their rules, each after those its rule names; ids that are not among the
    keys of ``rules`` are left out. Raises nothing for a cycle.
    """
    inside = {pk: nested_ids(rule) & rules.keys() for pk, rule in rules.items()}
    try:
        return list(TopologicalSorter(inside).static_order())
    except CycleError:
        # A cycle cannot be saved. One written past the verbs is no reason to leave the others
        # unrefreshed: the order is kept as it comes, and compiling says what is wrong.
        return list(rules)


def used_by(segment: Segment) -> list[models.Model]:
    """Segments whose rule names this one, then every row of an app above that points at it; empty
    where nothing does. One statement, and one for each relation.

    Those are campaigns and surveys now; whatever comes later is found by its foreign key.
    """
    users = []
    for other in Segment.objects.exclude(pk=segment.pk):
        if segment.pk in nested_ids(other.rule):
            users.append(other)

    for relation in Segment._meta.get_fields(include_hidden=True):
        if _comes_from_above(relation):
            users += _pointing_rows(relation, segment)
    return users


def _comes_from_above(relation) -> bool:
    """True for a foreign key or many-to-many of another app that points at segments."""
    if not relation.auto_created or relation.concrete:
        return False

    model = relation.related_model
    if model._meta.app_label == Segment._meta.app_label:
        return False

    # Histories and join tables only repeat the rows they belong to.
    is_history = issubclass(model, pghistory.models.Event)
    return not (is_history or model._meta.auto_created)


def _pointing_rows(relation, segment: Segment) -> models.QuerySet:
    """The rows of one relation that point at the segment, hidden ones too."""
    # Not the default manager: it may leave rows out that use the segment all the same.
    rows = relation.related_model._base_manager
    return rows.filter(**{relation.field.name: segment.pk})
