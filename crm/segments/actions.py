"""Verbs on segments.

Make, change, copy and delete one, decide about a reader by hand, refresh now.
"""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.queue import enqueue
from crm.readers.models import Reader
from crm.segments.compile import compile_rule
from crm.segments.models import Segment, SegmentPin
from crm.segments.nesting import leads_back, used_by
from crm.segments.refresh import LOCK_SPACE, Diff, refresh_segment
from crm.segments.rule import Fault, Rule, RuleError, check_rule
from crm.staff import audit
from crm.staff.models import User

#: What a person waits for; a rule that needs longer is left to the worker, which has minutes.
REFRESH_NOW_MS = 15_000


class InUse(Exception):
    """The segment cannot go: ``users`` are the rows that stand on it."""

    def __init__(self, users: list):
        self.users = users
        super().__init__(", ".join(map(str, users)))


@transaction.atomic
def create_segment(*, name: str, description: str = "", rule: Rule, by: User | None) -> Segment:
    """Raises RuleError when the rule cannot be used."""
    _check(None, rule)
    segment = Segment.objects.create(name=name, description=description, rule=rule, created_by=by)
    audit.record(action="segment.create", by=by, on=segment)
    return segment


@transaction.atomic
def change_segment(
    *, segment: Segment, name: str, description: str, rule: Rule, by: User
) -> Segment:
    """A changed rule is a new version.

    The members stay those of the old one until the next refresh.
    """
    _check(segment.pk, rule)
    stored = Segment.objects.select_for_update().get(pk=segment.pk)
    stored.version += rule != stored.rule
    stored.name, stored.description, stored.rule = name, description, rule
    stored.save(update_fields=["name", "description", "rule", "version", "updated_at"])
    audit.record(action="segment.change", by=by, on=stored, version=stored.version)
    return stored


def _check(pk: int | None, rule: Rule) -> None:
    with connection.cursor() as cursor:
        # Two people saving at once could close a circle that neither sees.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK_SPACE])
    check_rule(rule)
    if pk is not None and leads_back(pk, rule):
        raise RuleError(Fault("", _("The segment would contain itself.")))
    compile_rule(rule)


@transaction.atomic
def duplicate_segment(*, segment: Segment, by: User) -> Segment:
    """A copy with the same rule under a free name, without pins, members and history."""
    taken = set(
        Segment.objects.filter(name__startswith=segment.name[:90]).values_list("name", flat=True)
    )
    names = (
        _("%(name)s (copy %(n)s)") % {"name": segment.name[:90], "n": n}
        for n in range(1, len(taken) + 2)
    )
    copy = next(name for name in names if name not in taken)
    return create_segment(name=copy, description=segment.description, rule=segment.rule, by=by)


@transaction.atomic
def delete_segment(*, segment: Segment, by: User) -> None:
    """Raises InUse when a segment, campaign or survey stands on it."""
    if users := used_by(segment):
        raise InUse(users)
    audit.record(action="segment.delete", by=by, on=segment, name=segment.name)
    segment.delete()


@transaction.atomic
def pin_reader(
    *, segment: Segment, reader: Reader, include: bool, reason: str, by: User
) -> SegmentPin:
    """Put a reader in or keep them out whatever the rule says; the last decision counts."""
    pin, _created = SegmentPin.objects.update_or_create(
        segment=segment, reader=reader, defaults={"include": include, "reason": reason, "by": by}
    )
    audit.record(action="segment.pin", by=by, on=segment, reader=reader.pk, include=include)
    return pin


@transaction.atomic
def unpin_reader(*, pin: SegmentPin, by: User) -> None:
    audit.record(
        action="segment.unpin", by=by, on=pin.segment, reader=pin.reader_id, include=pin.include
    )
    pin.delete()


def refresh_now(*, segment: Segment, by: User) -> Diff:
    """Refresh while the person waits; what takes too long is handed to the worker.

    Not one transaction with the audit row: a refresh that fails stores why, and that must stay.
    """
    diff = refresh_segment(segment, limit_ms=REFRESH_NOW_MS)
    audit.record(action="segment.refresh", by=by, on=segment, entered=diff.entered, left=diff.left)
    if diff.too_slow:
        enqueue("crm.tasks.refresh_segment", segment.pk)
    return diff
