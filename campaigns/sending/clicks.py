import contextlib
import fcntl
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from campaigns.links.following import SUFFIX
from crm.readers.models import Activity

WRITE = """
WITH came AS (
    SELECT link_id, nullif(delivery_id, 0) AS delivery_id, to_timestamp(at) AS at, ref
    FROM unnest(%s::bigint[], %s::bigint[], %s::float[], %s::text[]) AS c(link_id, delivery_id, at, ref)
), written AS (
    INSERT INTO campaigns_click (link_id, delivery_id, at, ref)
    SELECT l.id, d.id, came.at, came.ref FROM came JOIN campaigns_trackedlink l ON l.id = came.link_id
    LEFT JOIN campaigns_delivery d ON d.id = came.delivery_id AND d.content_id = l.content_id
    ON CONFLICT (ref) DO NOTHING RETURNING link_id, delivery_id, at, ref
), counted AS (
    UPDATE campaigns_trackedlink l SET clicks = l.clicks + n.clicks
    FROM (SELECT link_id, count(*) AS clicks FROM written GROUP BY link_id) n WHERE l.id = n.link_id
), marked AS (
    UPDATE campaigns_delivery d SET clicked_at = f.at
    FROM (SELECT delivery_id, min(at) AS at FROM written WHERE delivery_id IS NOT NULL GROUP BY delivery_id) f
    WHERE d.id = f.delivery_id AND d.clicked_at IS NULL
)
SELECT d.reader_id, 'click', w.at, 'click', w.ref FROM written w JOIN campaigns_delivery d ON d.id = w.delivery_id
"""


def flush() -> int:
    """Move every click journal into the database, file by file; a file is removed once its rows are
    committed.

    A crash in between repeats the file, and each line's own reference keeps it from counting twice.
    """
    folder = Path(settings.JOURNAL_DIR)
    for path in folder.glob(f"*{SUFFIX}"):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            fcntl.flock(
                file, fcntl.LOCK_EX
            )  # no line is half written now, and none comes after the rename
            path.rename(path.with_suffix(".flush"))
    return sum(write_file(path) for path in sorted(folder.glob("*.flush")))


def write_file(path: Path) -> int:
    """One taken-over journal.

    Two flushes at once meet at the file's lock. Returns the clicks of readers written.
    """
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            rows = [line.split() for line in file.read().splitlines()]
            if not path.exists():
                return 0
            written = write_rows([row for row in enumerate(rows) if len(row[1]) == 3], path.stem)
            path.unlink()
    except FileNotFoundError:
        return 0
    return written


def write_rows(rows: list[tuple[int, list[bytes]]], name: str) -> int:
    columns = (
        [int(row[0]) for _line, row in rows],
        [int(row[1]) for _line, row in rows],
        [float(row[2]) for _line, row in rows],
        [f"{name}:{line}" for line, _row in rows],
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WRITE, columns)
        return Activity.objects.log(cursor.fetchall())
