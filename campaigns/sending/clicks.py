"""Moving followed links from the click journals into rows, counters and activity, in bulk."""

import contextlib
import fcntl
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from campaigns.links.following import SUFFIX
from crm.readers.models import Activity

#: A journal that a flush has taken over.
TAKEN = ".flush"
#: Fields of a line: link, delivery (0 for none), seconds since 1970.
FIELDS = 3
SOURCE = "click"
#: One statement for a whole file. A delivery counts only on a link of its own content, a ``ref``
#: only once; the activities of the readers who clicked are returned.
WRITE = f"""
WITH came AS (
    SELECT link_id, nullif(delivery_id, 0) AS delivery_id, to_timestamp(at) AS at, ref
    FROM unnest(%s::bigint[], %s::bigint[], %s::float[], %s::text[])
         AS c(link_id, delivery_id, at, ref)
), written AS (
    INSERT INTO campaigns_click (link_id, delivery_id, at, ref)
    SELECT l.id, d.id, came.at, came.ref
    FROM came
    JOIN campaigns_trackedlink l ON l.id = came.link_id
    LEFT JOIN (campaigns_delivery d LEFT JOIN crm_reader r ON r.id = d.reader_id)
        ON d.id = came.delivery_id AND d.content_id = l.content_id
        -- Of whoever switched analytics off the click counts, and who it was does not.
        AND coalesce(r.analytics, true)
    ON CONFLICT (ref) DO NOTHING
    RETURNING link_id, delivery_id, at, ref
), counted AS (
    UPDATE campaigns_trackedlink l
    SET clicks = l.clicks + n.clicks
    FROM (SELECT link_id, count(*) AS clicks FROM written GROUP BY link_id) n
    WHERE l.id = n.link_id
), marked AS (
    UPDATE campaigns_delivery d
    SET clicked_at = f.at
    FROM (SELECT delivery_id, min(at) AS at
          FROM written
          WHERE delivery_id IS NOT NULL
          GROUP BY delivery_id) f
    WHERE d.id = f.delivery_id AND d.clicked_at IS NULL
)
SELECT d.reader_id, '{Activity.Kind.CLICK}', w.at, '{SOURCE}', w.ref
FROM written w
JOIN campaigns_delivery d ON d.id = w.delivery_id AND d.reader_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class JournalledClick:
    """One line of a click journal; ``ref`` names the line, ``at`` is seconds since 1970."""

    link_id: int
    delivery_id: int
    at: float
    ref: str


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
    """Rename a journal so that its process opens a new one; another flush may be quicker."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        # No line is half written while we hold the lock, and none comes after the rename.
        fcntl.flock(file, fcntl.LOCK_EX)
        path.rename(path.with_suffix(TAKEN))


def write_file(path: Path) -> int:
    """One taken-over journal.

    Two flushes at once meet at the file's lock. Returns the clicks of readers written.
    """
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            clicks = clicks_in(file.read(), journal=path.stem)
            # Whoever had the lock before us has written and removed it.
            if not path.exists():
                return 0
            written = write_rows(clicks)
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
        if len(fields) != FIELDS or not line.endswith(b"\n"):
            continue

        link, delivery, at = fields
        click = JournalledClick(
            link_id=int(link),
            delivery_id=int(delivery),
            at=float(at),
            ref=f"{journal}:{number}",
        )
        clicks.append(click)
    return clicks


def write_rows(clicks: list[JournalledClick]) -> int:
    """Write rows, counters and activities in one transaction; returns the activities written."""
    columns = (
        [click.link_id for click in clicks],
        [click.delivery_id for click in clicks],
        [click.at for click in clicks],
        [click.ref for click in clicks],
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, columns)
        activities = cursor.fetchall()
        return Activity.objects.log(activities)
