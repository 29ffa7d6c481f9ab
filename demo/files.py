"""What the synthetic readers did comes in as in a library: by files of a gate, of the library
system and of events, through the verbs that the pages call.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from core.kinds import kind_named
from crm.activities.actions import map_activities
from crm.activities.options import ActivityOptions
from crm.collections.actions import add_collection
from crm.imports import working
from crm.imports.actions import run_import, upload_file
from crm.imports.models import ImportBatch
from crm.jobs.running import run_job
from crm.readers.models import Reader
from crm.sources.actions import add_source
from crm.sources.models import DataSource

#: In this system the synthetic readers have their numbers.
SYSTEM = "synthetic"

#: Invented books, of which one in so many is in the listed collection; loans go through them in
#: steps, so that every one of them is lent.
ITEMS, ITEMS_FOR_EACH_LISTED, STRIDE = 6000, 25, 7919


@dataclass(frozen=True)
class Door:
    """A source of the demonstration: its files' kind, and what their columns are called."""

    code: str
    name: str
    kind: str
    rhythm: str
    header: tuple[str, str, str]
    #: What its column is called that names the item, which is compared with the listed collection
    #: and not kept.
    item: str = ""


GATE = Door("gate", "门禁", "visits", "daily", ("person_no", "happened_at", "campus"))
LOANS = Door(
    "loans", "馆藏系统借阅", "loans", "monthly", ("读者证号", "借出时间", "分馆"), "馆藏条码"
)
EVENTS = Door("events", "活动签到", "attendance", "at-will", ("读者证号", "签到时间", "校区"))


def bring(door: Door, rows: Iterable[tuple[Reader, datetime]], days: list[date]) -> ImportBatch:
    """Bring a file of ``rows`` through the door; it tells of all ``days``, oldest first.

    One transaction: a worker that hears of the job finds it done.
    """
    with transaction.atomic():
        batch = upload_file(
            file=SimpleUploadedFile(f"{door.code}.csv", file_of(door, rows)),
            kind=door.kind,
            source=source_behind(door),
            by=None,
        )
        map_activities(
            batch=batch,
            system=SYSTEM,
            mapping=batch.mapping,
            options=told_days(batch, days),
            by=None,
        )
        job = run_import(batch=batch, by=None)
        run_job(job.pk, working.import_job)
    batch.refresh_from_db()
    return batch


def told_days(batch: ImportBatch, days: list[date]) -> ActivityOptions:
    """The options of the file, with the days it tells of: the first and the last of ``days``."""
    stored = batch.options | {"first": days[0].isoformat(), "last": days[-1].isoformat()}
    return ActivityOptions.from_json(stored)


def file_of(door: Door, rows: Iterable[tuple[Reader, datetime]]) -> bytes:
    """The file as that system would write it: CSV in UTF-8, one line for each reader and moment."""
    text = io.StringIO()
    write = csv.writer(text).writerow
    write([*door.header, *filter(None, [door.item])])
    campuses: dict[int, str] = {}
    for place, (reader, at) in enumerate(rows):
        if reader.campus_id not in campuses:
            campuses[reader.campus_id] = reader.campus.code
        item = [barcode(place * STRIDE % ITEMS)] if door.item else []
        write((reader.number, f"{at:%Y-%m-%d %H:%M:%S}", campuses[reader.campus_id], *item))
    return text.getvalue().encode()


def barcode(item: int) -> str:
    """What stands on an invented book."""
    return f"SYN{item:07}"


def add_list() -> None:
    """The listed collection of the demonstration: one book in twenty-five, invented as they are."""
    listed = map(barcode, range(0, ITEMS, ITEMS_FOR_EACH_LISTED))
    add_collection(name="本校文库（示例）", items=listed, by=None)


def source_behind(door: Door) -> DataSource:
    """The source of a door's files, made where it is missing."""
    found = DataSource.objects.filter(code=door.code).first()
    if found is not None:
        return found
    kinds = [str(kind) for kind in kind_named(door.kind).does]
    return add_source(name=door.name, kinds=kinds, by=None, rhythm=door.rhythm, code=door.code)
