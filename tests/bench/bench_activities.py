"""A million loans of 7,000 readers, their order mixed and some twice: first, and the same again."""

import csv
import random
import resource
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.core.files import File

from crm.imports import working
from crm.imports.actions import run_import, upload_file
from crm.imports.models import ImportBatch
from crm.jobs.models import Job
from crm.jobs.running import run_job
from crm.readers.models import Reader
from crm.sources.models import DataSource
from tests.bench.bench_import import empty, own_tables

ROWS, READERS = 1_000_000, 7_000
#: Rows that stand twice in the file, with their number in the library's system.
TWICE = 20_000
ROWS_A_SECOND, MOST_MEMORY = 40_000, 300


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


def brought(path: Path, source: DataSource) -> tuple[ImportBatch, float]:
    """Everything between choosing the file and the report, and how many seconds it took."""
    started = perf_counter()
    with path.open("rb") as file:
        batch = upload_file(file=File(file, name=path.name), kind="loans", source=source, by=None)
    job = run_import(batch=batch, by=None)
    run_job(job.pk, working.import_job)
    taken = perf_counter() - started
    assert Job.objects.get(pk=job.pk).state == "done", Job.objects.get(pk=job.pk).message
    batch.refresh_from_db()
    return batch, taken


def run() -> dict:
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
        first, took = brought(path, source)
        again, took_again = brought(path, source)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
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
        f" {memory:.0f} MB of {MOST_MEMORY} with the benchmark itself; again added"
        f" {again.created} and took {took_again:.1f} s",
    }


RUNS = {"activities": run}
