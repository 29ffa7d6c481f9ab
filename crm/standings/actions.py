"""Verbs on what readers are: write it down, change it, take it in, let the dates move it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from json import dumps

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.disclosure import Count
from core.refusals import Refused
from crm.readers.models import Reader
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.standings.models import Standing, Then, then_of
from crm.standings.moving import NIGHT, keep_known, move

#: What staff wrote down.
BY_HAND = "staff"


@dataclass(frozen=True)
class StandingRow:
    """One row of a file: what a reader is, from when, until when. An empty day says nothing."""

    reader: int
    kind: str
    starts_on: date | None = None
    ends_on: date | None = None
    #: What follows; empty where the kind says it.
    then: str = ""


@transaction.atomic
def add_standing(
    *,
    reader: Reader,
    kind: str,
    by: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
    then: str = "",
) -> Standing:
    """Write down what ``reader`` is as well; their own row follows at once. What that row said so
    far is kept as a standing of its own where it had none.

    Refused where the same stands there already, or the days run backwards.
    """
    standing = Standing(
        reader=reader,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        then=then or then_of(kind),
        source=BY_HAND,
        by=by,
    )
    # Before the new row is stored: only of readers without any is the old one kept.
    keep_known([(reader.pk, kind)], timezone.localdate())
    _save(standing)
    audit.record(action=AuditAction.STANDING_ADD, by=by, on=reader, kind=kind)
    _settle(reader)
    return standing


@transaction.atomic
def change_standing(
    *,
    standing: Standing,
    by: User,
    kind: str,
    starts_on: date | None,
    ends_on: date | None,
    then: str = "",
) -> list[str]:
    """Correct the kind and the days; returns the names of the fields that changed, none where
    nothing did, and then nothing is written.

    What the night made of the old days is taken back and made anew of the new ones. Refused where
    the same stands there already, or the days run backwards.
    """
    # Compared with what is stored now, which may be newer than the page that was open.
    stored = Standing.objects.select_for_update().get(pk=standing.pk)
    wanted = {
        "kind": kind,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "then": then or then_of(kind),
    }
    changed = [name for name, value in wanted.items() if getattr(stored, name) != value]
    if not changed:
        return []

    for name in changed:
        setattr(stored, name, wanted[name])
    # The new days have moved nobody yet.
    stored.moved_on = None
    stored.source, stored.by = BY_HAND, by
    _save(stored)
    audit.record(action=AuditAction.STANDING_CHANGE, by=by, on=stored.reader, fields=changed)
    _settle(stored.reader)
    return changed


@transaction.atomic
def remove_standing(*, standing: Standing, by: User) -> None:
    """Take back what was never so; the reader's own row follows what is left."""
    reader = standing.reader
    audit.record(action=AuditAction.STANDING_REMOVE, by=by, on=reader, kind=standing.kind)
    standing.delete()
    # What is left is looked at as if none of it had moved anybody yet.
    Standing.objects.filter(reader=reader).update(moved_on=None)
    _settle(reader)


def _save(standing: Standing) -> None:
    """Refused in words where the database refuses it."""
    try:
        with transaction.atomic():
            standing.save()
    except IntegrityError as error:
        raise Refused(
            _("That is written down already, or the last day lies before the first.")
        ) from error


def _settle(reader: Reader) -> None:
    """Make anew what the night had made of the days, and move the reader's own row."""
    Standing.objects.filter(reader=reader, source=NIGHT).delete()
    move([reader.pk], timezone.localdate())
    reader.refresh_from_db()


#: A row of a file speaks of the standing of its kind that begins on its day; without a day, or
#: where the stored one has none, of the newest one of the kind. Days it does not say stay.
TAKE_IN = """
WITH given AS (
    SELECT DISTINCT ON (reader, kind, starts_on) *
    FROM jsonb_to_recordset(%(rows)s::jsonb)
         AS g(reader bigint, kind text, starts_on date, ends_on date, "then" text, place integer)
    ORDER BY reader, kind, starts_on, place DESC
),
met AS (
    SELECT g.*, s.id AS standing
    FROM given g
    LEFT JOIN LATERAL (
        SELECT id FROM crm_standing s
        WHERE s.reader_id = g.reader AND s.kind = g.kind
          AND (s.starts_on IS NOT DISTINCT FROM g.starts_on
               OR g.starts_on IS NULL OR s.starts_on IS NULL)
        ORDER BY (s.starts_on IS NOT DISTINCT FROM g.starts_on) DESC, s.starts_on DESC NULLS LAST
        LIMIT 1
    ) s ON true
),
changed AS (
    UPDATE crm_standing s
    SET starts_on = COALESCE(met.starts_on, s.starts_on),
        ends_on = COALESCE(met.ends_on, s.ends_on),
        "then" = met.then, source = %(source)s, import_run = %(run)s, moved_on = NULL
    FROM met
    WHERE s.id = met.standing
      AND (COALESCE(met.starts_on, s.starts_on), COALESCE(met.ends_on, s.ends_on), met.then)
          IS DISTINCT FROM (s.starts_on, s.ends_on, s.then)
    RETURNING s.reader_id
),
added AS (
    INSERT INTO crm_standing
        (reader_id, kind, starts_on, ends_on, "then", source, import_run, created_at)
    SELECT reader, kind, starts_on, ends_on, "then", %(source)s, %(run)s, now()
    FROM met
    WHERE standing IS NULL
    RETURNING reader_id
)
SELECT reader_id FROM changed UNION SELECT reader_id FROM added
"""


@transaction.atomic
def take_standings(
    *, rows: Iterable[StandingRow], source: str, by: User | None, import_run: int | None = None
) -> int:
    """Take in what a file says readers are, set-based; returns how many readers it was news of.

    A day that a row does not say stays as it is known; of two rows about the same the later one
    holds. The same rows again change nothing. Readers' own rows follow at once. ValueError for an
    end before its beginning or an unknown kind: the importer refuses such rows with their reason.
    """
    given = [_checked(row) | {"place": place} for place, row in enumerate(rows)]
    keep_known([(row["reader"], row["kind"]) for row in given], timezone.localdate())
    values = {"rows": dumps(given, default=str), "source": source, "run": import_run}
    with connection.cursor() as cursor:
        cursor.execute(TAKE_IN, values)
        readers = sorted(key for (key,) in cursor.fetchall())
    if not readers:
        return 0

    Standing.objects.filter(reader__in=readers, source=NIGHT).delete()
    move(readers, timezone.localdate())
    # A small number in the trail could tell whom the file was about.
    told = Count.of(len(readers)).public_number
    audit.record(action=AuditAction.STANDING_TAKE_IN, by=by, source=source, readers=told)
    return len(readers)


def _checked(row: StandingRow) -> dict:
    """The row as the statement reads it; ValueError for an unknown kind, or where the end lies
    before the beginning.
    """
    kind = Reader.Kind(row.kind)
    if None not in (row.starts_on, row.ends_on) and row.ends_on < row.starts_on:
        raise ValueError("the end lies before the beginning")
    return asdict(row) | {"kind": kind.value, "then": Then(row.then or then_of(kind)).value}
