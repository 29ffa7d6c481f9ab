"""Verbs on segments: make, change, copy and delete one, decide about a reader, refresh now."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.localised import listed
from core.queue import enqueue
from core.refusals import Refused
from crm.readers.models import Reader
from crm.segments.compile import compile_rule
from crm.segments.models import Segment, SegmentPin
from crm.segments.nesting import used_by, would_contain_itself
from crm.segments.refresh import LOCK_SPACE, Diff, refresh_segment
from crm.segments.rule import Fault, Rule, RuleError, check_rule
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: What a person waits for; a rule that needs longer is left to the worker, which has minutes.
REFRESH_NOW_MS = 15_000
#: Letters of the original's name that a copy keeps: "(copy 12)" must fit behind them.
MAX_COPIED_NAME = 90


class InUse(Refused):
    """The segment cannot go: ``users`` are the rows that use it."""

    def __init__(self, users: list):
        """``users``: whatever names the segment; the refusal lists them all."""
        self.users = users
        names = listed(users)
        super().__init__(_("Not deleted: it is used by %(names)s.") % {"names": names})


@transaction.atomic
def create_segment(*, name: str, description: str = "", rule: Rule, by: User) -> Segment:
    """A new segment, not yet refreshed. Raises RuleError when the rule cannot be used."""
    _check(None, rule)
    segment = Segment.objects.create(name=name, description=description, rule=rule, created_by=by)
    audit.record(action=AuditAction.SEGMENT_CREATE, by=by, on=segment)
    return segment


@transaction.atomic
def change_segment(
    *, segment: Segment, name: str, description: str, rule: Rule, by: User
) -> Segment:
    """Write name, description and rule; returns the segment as it is stored.

    A changed rule is a new version; the members stay those of the old one until the next refresh.
    Raises RuleError when the rule cannot be used or would contain the segment itself.
    """
    _check(segment.pk, rule)
    stored = Segment.objects.select_for_update().get(pk=segment.pk)
    if rule != stored.rule:
        stored.version += 1

    stored.name, stored.description, stored.rule = name, description, rule
    stored.save(update_fields=["name", "description", "rule", "version", "updated_at"])
    audit.record(action=AuditAction.SEGMENT_CHANGE, by=by, on=stored, version=stored.version)
    return stored


def _check(pk: int | None, rule: Rule) -> None:
    """Raises RuleError unless ``rule`` can be used as segment ``pk``, None for a new one."""
    with connection.cursor() as cursor:
        # Two people saving at once could close a cycle that neither sees.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK_SPACE])

    check_rule(rule)
    if pk is not None and would_contain_itself(pk, rule):
        raise RuleError(Fault("", _("The segment would contain itself.")))
    compile_rule(rule)


@transaction.atomic
def duplicate_segment(*, segment: Segment, by: User) -> Segment:
    """A copy with the same rule under a free name, without pins, members and history; not yet
    refreshed. RuleError where the rule cannot be used any more.
    """
    name = _free_name(segment.name[:MAX_COPIED_NAME])
    return create_segment(name=name, description=segment.description, rule=segment.rule, by=by)


def _free_name(name: str) -> str:
    """``name (copy 1)``, or the first number that no segment has."""
    taken = set(Segment.objects.filter(name__startswith=name).values_list("name", flat=True))
    number = 1
    copy = _copy_name(name, number)
    while copy in taken:
        number += 1
        copy = _copy_name(name, number)
    return copy


def _copy_name(name: str, number: int) -> str:
    """The name of the ``number``-th copy, in the language of the person who makes it."""
    return _("%(name)s (copy %(n)s)") % {"name": name, "n": number}


@transaction.atomic
def delete_segment(*, segment: Segment, by: User) -> None:
    """Delete a segment with its history.

    Raises InUse when another segment, a campaign or a survey uses it.
    """
    users = used_by(segment)
    if users:
        raise InUse(users)

    audit.record(action=AuditAction.SEGMENT_DELETE, by=by, on=segment, name=segment.name)
    segment.delete()


@transaction.atomic
def pin_reader(
    *, segment: Segment, reader: Reader, include: bool, reason: str, by: User
) -> SegmentPin:
    """Put a reader in or keep them out whatever the rule says; the last decision counts. The
    members follow with the next refresh.
    """
    pin, _created = SegmentPin.objects.update_or_create(
        segment=segment, reader=reader, defaults={"include": include, "reason": reason, "by": by}
    )
    audit.record(
        action=AuditAction.SEGMENT_PIN, by=by, on=segment, reader=reader.pk, include=include
    )
    return pin


@transaction.atomic
def unpin_reader(*, pin: SegmentPin, by: User) -> None:
    """Take a decision by hand back; from the next refresh on the rule says again who is in."""
    audit.record(
        action=AuditAction.SEGMENT_UNPIN,
        by=by,
        on=pin.segment,
        reader=pin.reader_id,
        include=pin.include,
    )
    pin.delete()


def refresh_now(*, segment: Segment, by: User) -> Diff:
    """Refresh while the person waits; what takes too long is handed to the worker.

    This verb alone is no transaction. The refresh is one by itself: where it fails, the members
    stay as they were and the segment keeps the reason, which a transaction around both would take
    back. The audit row says of a refresh that failed that it did.
    """
    diff = refresh_segment(segment, limit_ms=REFRESH_NOW_MS)

    audit.record(action=AuditAction.SEGMENT_REFRESH, by=by, on=segment, **_outcome(diff, by))
    if diff.too_slow:
        enqueue("crm.tasks.refresh_segment", segment.pk)
    return diff


def _outcome(diff: Diff, by: User) -> dict:
    """What the audit row says came of a refresh."""
    if diff.error:
        return {"failed": True}
    # Staff of one campus read their own audit rows.
    entered, left = diff.told_to(by)
    return {"entered": entered.public_number, "left": left.public_number}
