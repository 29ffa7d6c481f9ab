"""A million loans of 7,000 readers, their order mixed and some twice: first, and the same again."""

import csv
import random
import tempfile
from collections import deque
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.core.files import File
from django.db import connection

from crm.activities import loading
from crm.activities.hiding import hidden
from crm.activities.merging import ActivityMerge
from crm.activities.plan import ActivityPlan
from crm.collections.comparing import item_keys
from crm.imports import actions, load, working
from crm.imports.actions import run_import, upload_file
from crm.imports.describing import format_of
from crm.imports.models import ImportBatch
from crm.imports.rows import parse_table
from crm.imports.staging import StagedFile, batches
from crm.jobs.models import Job
from crm.jobs.running import run_job
from crm.readers.models import Reader
from crm.sources.models import DataSource
from tests.bench.bench_import import empty, own_tables, peak_megabytes
from tests.bench.stages import Stages

ROWS, READERS = 1_000_000, 7_000
#: Rows that stand twice in the file, with their number in the library's system.
TWICE = 20_000
ROWS_A_SECOND, MOST_MEMORY = 40_000, 300
#: What an import of activities does, one after the other, and where that is called from.
PARTS = [
    (actions, "describe", "looking into the file"),
    (loading, "fresh", "reading, checking and staging"),
    (ActivityMerge, "weigh", "weighing"),
    (ActivityMerge, "write", "writing"),
    (ActivityMerge, "told", "days told"),
    (loading, "record_told", "coverage"),
    (connection, "commit", "committing, with all keys checked"),
    (load, "refresh_statistics", "statistics"),
]


def loans(path: Path) -> None:
    """The file, as a library system writes it, with a title in it that is never read."""
    draw = random.Random(7)
    began = datetime(2024, 1, 1, 8)
    numbers = list(range(ROWS - TWICE)) + draw.sample(range(ROWS - TWICE), TWICE)
    draw.shuffle(numbers)
    with path.open("w", newline="") as file:
        write = csv.writer(file).writerow
        write(["流水号", "读者证号", "借出时间", "题名", "分馆"])
        for number in numbers:
            at = began + timedelta(seconds=number * 83)
            place = ("东馆", "西馆", "总馆")[number % 3]
            write([number, f"R{number * 31 % READERS}", at, "《题名》", place])


def uploaded(path: Path, source: DataSource) -> ImportBatch:
    """The file as it waits for its import."""
    with path.open("rb") as file:
        return upload_file(file=File(file, name=path.name), kind="loans", source=source, by=None)


def brought(path: Path, source: DataSource) -> tuple[ImportBatch, float]:
    """Everything between choosing the file and the report, and how many seconds it took."""
    started = perf_counter()
    batch = uploaded(path, source)
    job = run_import(batch=batch, by=None)
    run_job(job.pk, working.import_job)
    taken = perf_counter() - started
    assert Job.objects.get(pk=job.pk).state == "done", Job.objects.get(pk=job.pk).message
    batch.refresh_from_db()
    return batch, taken


def alone(batch: ImportBatch) -> tuple[float, float]:
    """Seconds that its file takes to be read, and to be read and checked, nothing being stored."""
    path, form = Path(batch.file.path), format_of(batch)
    started = perf_counter()
    header, rows = parse_table(path, form)
    deque(rows, maxlen=0)
    read = perf_counter()

    header, rows = parse_table(path, form)
    plan = ActivityPlan(header, batch, item_keys())
    staged = StagedFile("", plan, header=header)
    deque(batches(staged, hidden(rows, plan.steps())), maxlen=0)
    return read - started, perf_counter() - read


def run() -> dict:
    stages = Stages()
    with own_tables(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings.MEDIA_ROOT = folder / "media"
        path = folder / "loans.csv"
        loans(path)
        empty()
        kept = [Reader(source="library", number=f"R{n}", kind="master") for n in range(READERS)]
        Reader.objects.bulk_create(kept, batch_size=2000)
        kinds = ["loan", "renewal"]
        source, _made = DataSource.objects.get_or_create(
            code="bench-loans", defaults={"name": "Loans", "kinds": kinds}
        )
        with stages.watched(PARTS):
            first, took = brought(path, source)
        again, took_again = brought(path, source)
        reading, checking = alone(uploaded(path, source))
        memory = peak_megabytes("-m", "tests.bench.one_import", str(path), source.code)
    right = (first.created, again.created, first.refused) == (ROWS - TWICE, 0, 0)
    return {
        "name": "activities",
        "ratio": ROWS / took / ROWS_A_SECOND,
        "limit": 1,
        "at_least": True,
        "ours": ROWS / took,
        "reference": ROWS_A_SECOND,
        "unit": "rows/s",
        "ok": right and memory <= MOST_MEMORY,
        "note": f"{ROWS:,} loans of {READERS:,} readers, {TWICE:,} of them twice; peak"
        f" {memory:.0f} MB of {MOST_MEMORY}; {took:.1f} s: {stages.told(took)} (reading takes"
        f" {reading:.1f} s, reading and checking {checking:.1f} s where nothing is stored);"
        f" again added {again.created} and took {took_again:.1f} s",
    }


RUNS = {"activities": run}
