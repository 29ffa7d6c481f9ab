"""Moving followed links from the click journals into rows, counters and activity, in bulk."""

import contextlib
import fcntl
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import filterfalse
from operator import attrgetter
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from campaigns.links.following import SUFFIX, WAY_OUT
from campaigns.links.models import LeftOut
from campaigns.links.seen import LOOKS, NOTHING, Signal
from campaigns.sending import machines
from campaigns.sending.machine_rules import VERSION
from campaigns.sending.models import Click, LinkLook

#: A journal that a flush has taken over.
TAKEN = ".flush"
#: Fields of a line: link (0 for the page for leaving), delivery (0 for none), seconds since 1970,
#: what the request said of itself, who made it. The lines of 0.1 have the first three.
FIELDS, FIELDS_OF_0_1 = 5, 3
CAME = """
    SELECT
        nullif(link_id, 0) AS link_id,
        nullif(delivery_id, 0) AS delivery_id,
        to_timestamp(at) AS at,
        ref,
        signal,
        decode(nullif(visitor, ''), 'hex') AS visitor
    FROM unnest(%(links)s::bigint[], %(deliveries)s::bigint[], %(ats)s::float[], %(refs)s::text[],
                %(signals)s::text[], %(visitors)s::text[])
         AS c(link_id, delivery_id, at, ref, signal, visitor)
"""
#: One statement for a whole file. A delivery counts only on a link of its own content, a ``ref``
#: only once. What a request says of itself is judged at once, everything else right afterwards.
WRITE = f"""
WITH came AS ({CAME}), written AS (
    INSERT INTO campaigns_click (link_id, delivery_id, at, ref, signal, visitor, left_out, rules)
    SELECT
        l.id, d.id, came.at, came.ref, came.signal, came.visitor,
        CASE came.signal
            WHEN '{Signal.ROBOT}' THEN '{LeftOut.ROBOT}'
            WHEN '{Signal.PREVIEW}' THEN '{LeftOut.PREVIEW}'
            ELSE ''
        END,
        {VERSION}
    FROM came
    JOIN campaigns_trackedlink l ON l.id = came.link_id
    LEFT JOIN (campaigns_delivery d LEFT JOIN crm_reader r ON r.id = d.reader_id)
        ON d.id = came.delivery_id AND d.content_id = l.content_id
        -- Of whoever switched analytics off the click counts, and who it was does not.
        AND coalesce(r.analytics, true)
    ON CONFLICT (ref) DO NOTHING
    RETURNING link_id, delivery_id, at, ref, left_out
), counted AS (
    UPDATE campaigns_trackedlink l
    SET clicks = l.clicks + n.clicks, left_out = l.left_out + n.left_out
    FROM (
        SELECT
            link_id,
            count(*) AS clicks,
            count(*) FILTER (WHERE left_out <> '') AS left_out
        FROM written
        GROUP BY link_id
    ) n
    WHERE l.id = n.link_id
), marked AS (
    UPDATE campaigns_delivery d
    SET clicked_at = f.at
    FROM (SELECT delivery_id, min(at) AS at
          FROM written
          WHERE delivery_id IS NOT NULL AND left_out = ''
          GROUP BY delivery_id) f
    WHERE d.id = f.delivery_id AND d.clicked_at IS NULL
)
SELECT ref FROM written
"""
#: Looks, of which those at the page for leaving have no link.
WRITE_LOOKS = f"""
WITH came AS ({CAME})
INSERT INTO campaigns_linklook (link_id, delivery_id, kind, at, ref, visitor)
SELECT l.id, d.id, came.signal, came.at, came.ref, came.visitor
FROM came
LEFT JOIN campaigns_trackedlink l ON l.id = came.link_id
LEFT JOIN (campaigns_delivery d LEFT JOIN crm_reader r ON r.id = d.reader_id)
    ON d.id = came.delivery_id
    AND (came.link_id IS NULL OR d.content_id = l.content_id)
    AND coalesce(r.analytics, true)
WHERE l.id IS NOT NULL OR (came.link_id IS NULL AND d.id IS NOT NULL)
ON CONFLICT (ref) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class JournalledClick:
    """One line of a click journal; ``ref`` names the line, ``at`` is seconds since 1970.
    ``signal`` and ``visitor`` as ``campaigns.links.seen.Visit`` has them.
    """

    link_id: int
    delivery_id: int
    at: float
    ref: str
    signal: str = ""
    visitor: str = ""

    @property
    def moment(self) -> datetime:
        """``at`` in UTC."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def is_look(self) -> bool:
        """Whether nothing was followed: an address was asked for, or the page for leaving opened.

        A look is kept as a row of its own and is in no figure.
        """
        return self.link_id == WAY_OUT or self.signal in LOOKS

    @property
    def kind(self) -> str:
        """What its row says: that the page for leaving was opened, else its signal, perhaps ""."""
        if self.link_id == WAY_OUT:
            return LinkLook.Kind.WAY_OUT.value
        return self.signal


def flush() -> int:
    """Move every click journal into the database, file by file; a file is removed once its rows are
    committed.

    A crash in between repeats the file, and each line's own reference keeps it from counting twice.
    Returns the clicks of readers written.
    """
    folder = Path(settings.JOURNAL_DIR)
    for path in folder.glob(f"*{SUFFIX}"):
        take_over(path)

    # What an earlier flush took over and did not finish is among these.
    written = 0
    for path in sorted(folder.glob(f"*{TAKEN}")):
        written += write_file(path)
    return written


def take_over(path: Path) -> None:
    """Rename a journal so that its process opens a new one; another flush may be quicker, and then
    nothing happens.
    """
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        # No line is half written while we hold the lock, and none comes after the rename.
        fcntl.flock(file, fcntl.LOCK_EX)
        path.rename(path.with_suffix(TAKEN))


def write_file(path: Path) -> int:
    """One taken-over journal, which is removed once its rows are committed.

    Two flushes at once meet at the file's lock. Returns the clicks of readers written, 0 where
    another flush was quicker.
    """
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            clicks = clicks_in(file.read(), journal=path.stem)
            # Whoever had the lock before us has written and removed it.
            if not path.exists():
                return 0
            written = write_rows(clicks)
            # Only after the commit: a line that comes twice is known by its ``ref``.
            path.unlink()
    except FileNotFoundError:
        return 0
    return written


def clicks_in(lines: bytes, *, journal: str) -> list[JournalledClick]:
    """The clicks that the lines of ``journal`` tell of; a line cut off by a crash is left out.

    Each is named after its line, so that a journal which is parsed twice is counted once.
    """
    clicks = []
    for number, line in enumerate(lines.splitlines(keepends=True)):
        fields = line.split()
        # A line without its end was cut off, perhaps in the middle of a number.
        if len(fields) not in (FIELDS, FIELDS_OF_0_1) or not line.endswith(b"\n"):
            continue

        link, delivery, at, *seen = fields
        signal, visitor = map(_said, seen or [NOTHING, NOTHING])
        click = JournalledClick(
            link_id=int(link),
            delivery_id=int(delivery),
            at=float(at),
            ref=f"{journal}:{number}",
            signal=signal,
            visitor=visitor,
        )
        clicks.append(click)
    return clicks


def _said(field: bytes) -> str:
    """What a field of a line holds; "" for the sign that stands where nothing is known."""
    if field == NOTHING:
        return ""
    return field.decode()


def write_rows(clicks: list[JournalledClick]) -> int:
    """Write rows, counters and activities in one transaction, judged; returns the activities
    written.
    """
    followed = list(filterfalse(attrgetter("is_look"), clicks))
    looks = list(filter(attrgetter("is_look"), clicks))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE_LOOKS, _columns(looks))
        cursor.execute(WRITE, _columns(followed))
        refs = [ref for (ref,) in cursor.fetchall()]
        for start, until in machines.spans([click.moment for click in clicks]):
            machines.judge(start, until)
        return machines.log_activities(Click.objects.filter(ref__in=refs))


#: What both statements call their columns, and what of a click stands in each.
COLUMNS = {
    "links": "link_id",
    "deliveries": "delivery_id",
    "ats": "at",
    "refs": "ref",
    "signals": "kind",
    "visitors": "visitor",
}


def _columns(clicks: list[JournalledClick]) -> dict[str, list]:
    """The clicks as columns, all equally long, since a statement unnests arrays."""
    return {name: list(map(attrgetter(field), clicks)) for name, field in COLUMNS.items()}
