"""Verbs on the registers: write a row, merge several into one, take pasted lines in."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from core.columns import differing
from core.refusals import Refused
from crm.registers.models import (
    Department,
    DepartmentMember,
    FollowedAccount,
    FollowerCount,
    SpecialDays,
    TeachingTerm,
)
from crm.staff import audit
from crm.staff.models import Lasting, User
from crm.staff.scopes import refuse_elsewhere
from crm.staff.words import AuditAction


@transaction.atomic
def write_row(*, row: Model, by: User, **fields) -> Model:
    """Add a row to its register, or change it by the names of ``fields``; returns it, stored. A row
    without a key is added. Writes one audit row, which names the fields and not their values.

    Refused where the register has such a one already, or its days contradict each other or another
    row's: the constraints of the models say which. Staff of one campus are refused, too, for days
    of another campus or of all, as they were or as they would be.
    """
    is_new = row.pk is None
    if not is_new:
        _refuse_days_elsewhere(row, by)
    for name, value in fields.items():
        setattr(row, name, value)
    _refuse_days_elsewhere(row, by)
    try:
        with transaction.atomic():
            # Only the inner block is undone where the database refuses, so a caller may go on.
            row.save()
    except IntegrityError as error:
        raise Refused(
            _(
                "That cannot be: it is in the register already, or its days overlap or run "
                "backwards."
            )
        ) from error
    action = AuditAction.REGISTER_ADD if is_new else AuditAction.REGISTER_CHANGE
    audit.record(action=action, by=by, on=row, fields=sorted(fields))
    return row


@transaction.atomic
def remove_row(*, row: Model, by: User) -> None:
    """Take out what was never so. Refused while anything points at it: then it gets a last day.
    Staff of one campus are refused where the row is days of another campus, or of all.

    Writes one audit row, which keeps the row's name, since the row itself is gone.
    """
    _refuse_days_elsewhere(row, by)
    # Written first, while the row still has a key; a refusal takes it back.
    audit.record(action=AuditAction.REGISTER_REMOVE, by=by, on=row, name=str(row))
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as error:
        raise Refused(
            _("Records point at it. Give it a last day instead, and they stay readable.")
        ) from error


def _refuse_days_elsewhere(row: Model, by: User) -> None:
    """Refused where the row is days of another campus than that of ``by``, or of all; the other
    registers are of no campus.
    """
    if isinstance(row, SpecialDays):
        refuse_elsewhere(by, row.campus_id)


@transaction.atomic
def merge_places(*, parts: Sequence[Lasting], into: Lasting, last_day: date, by: User) -> Lasting:
    """End ``parts`` on ``last_day``; from the next day on they go on as ``into``, which is
    returned. Where ``into`` has a first day that lies later, it begins on that next day.

    Their records stay with them and are found under the successor. Refused for a part that has
    ended already, and where the successor would be one of its own predecessors. Writes one audit
    row for each part.
    """
    model = type(into)
    # In the order of the keys: two who merge the same rows wait for each other.
    keys = [part.pk for part in parts]
    held = model.objects.select_for_update(of=("self",)).order_by("pk").filter(pk__in=keys)
    for part in held:
        _refuse_merging(part, into, last_day)
        part.ends_on, part.successor = last_day, into
        part.save(update_fields=["ends_on", "successor"])
        audit.record(
            action=AuditAction.REGISTER_MERGE,
            by=by,
            on=part,
            into=into.code,
            last_day=str(last_day),
        )
    if into.starts_on is None:
        # It may have been there long before; only a new one begins with the merger.
        return into
    into.starts_on = min(into.starts_on, last_day + timedelta(days=1))
    into.save(update_fields=["starts_on"])
    return into


def _refuse_merging(part: Lasting, into: Lasting, last_day: date) -> None:
    """Refused with the reason why ``part`` cannot go on as ``into``: it has ended, it begins only
    later, or it is ``into`` itself or one that this goes on as.
    """
    # What has a successor has ended, by a constraint.
    if part.ends_on:
        raise Refused(_("“%(name)s” has ended already.") % {"name": part})
    if part.starts_on and part.starts_on > last_day:
        raise Refused(_("“%(name)s” begins only after that day.") % {"name": part})
    # The whole chain of successors is followed: a circle would have no last place.
    later = into
    while later is not None:
        if later.pk == part.pk:
            raise Refused(_("“%(name)s” cannot go on as itself.") % {"name": part})
        later = later.successor


@transaction.atomic
def part_again(*, part: Lasting, by: User) -> Lasting:
    """Take a merger back for one of its parts: it has no last day and no successor any more.
    Returns the part.

    Refused where it has no successor. The successor and its other parts stay as they are. Writes
    one audit row.
    """
    if part.successor is None:
        raise Refused(_("“%(name)s” was merged into nothing.") % {"name": part})
    audit.record(action=AuditAction.REGISTER_PART, by=by, on=part, into=part.successor.code)
    part.ends_on, part.successor = None, None
    part.save(update_fields=["ends_on", "successor"])
    return part


@transaction.atomic
def add_member(
    *,
    department: Department,
    user: User,
    by: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> DepartmentMember:
    """Write down that a member of staff works in a department, and return the row; without a first
    day since ever, without a last one still.

    Refused for readers, and as ``write_row`` where the row is there already. Writes one audit row.
    """
    if not user.is_library_staff:
        raise Refused(_("“%(name)s” does not work here.") % {"name": user})
    row = DepartmentMember(department=department, user=user)
    return write_row(row=row, by=by, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def take_rows(*, model: type[Model], rows: Sequence[dict], by: User) -> int:
    """Take in rows that were pasted: all, or none with the refusal of ``write_row``. ``rows``:
    {field: value} of each. A row is known again by ``KNOWN_BY``; one that says nothing new is not
    written. Returns how many were new or changed, each with an audit row of its own.
    """
    written = 0
    for values in rows:
        known = {name: values[name] for name in KNOWN_BY[model]}
        row = model.objects.filter(**known).first()
        if row is None:
            row, changed = model(), values
        else:
            changed = {name: values[name] for name in differing(row, values)}
        if changed:
            write_row(row=row, by=by, **changed)
            written += 1
    return written


#: By which of its fields a row that is pasted again is known again.
KNOWN_BY = {
    TeachingTerm: ("code",),
    SpecialDays: ("campus", "kind", "starts_on", "ends_on", "weekday"),
    FollowerCount: ("account", "day"),
}


@transaction.atomic
def count_followers(
    *,
    account: FollowedAccount,
    day: date,
    by: User,
    followers: int | None = None,
    came: int | None = None,
    went: int | None = None,
) -> FollowerCount:
    """Write down how many follow an account on a day, and return the row; what is not given is not
    told, and not 0.

    The same day again is corrected, and a number that was told before and is not given now is not
    told any more. Nobody is counted as a reader by it. Refused where nothing is told.
    """
    told = {"followers": followers, "came": came, "went": went}
    if set(told.values()) == {None}:
        raise Refused(_("Give at least one number."))
    row = FollowerCount.objects.filter(account=account, day=day).first()
    if row is None:
        row = FollowerCount(account=account, day=day)
    return write_row(row=row, by=by, **told)
