"""Rules, the readers they select, and the address of a segment's page."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.urls import reverse

from crm.readers.models import Reader
from crm.segments.compile import compile_rule

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
TEACHERS = {"test": "kind", "in": ["teacher"]}


def days_ago(n: float) -> datetime:
    return NOW - timedelta(days=n)


def selected(rule) -> str:
    """Names of the readers a rule selects, joined."""
    sql, params = compile_rule(rule, as_of=NOW)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        ids = [pk for (pk,) in cursor.fetchall()]
    assert len(ids) == len(set(ids))
    return " ".join(
        Reader.objects.filter(pk__in=ids).order_by("name").values_list("name", flat=True)
    )


def activity(cmp, n, *, kind="loan", **days):
    return {"test": "activity", "kind": kind, "cmp": cmp, "n": n, **days}


def detail(segment) -> str:
    return reverse("crm:segment-detail", args=[segment.pk])
