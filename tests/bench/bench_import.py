"""Importing the 423,448 patrons against COPY and an upsert of the same rows into the same table, by
hand.
"""

import csv
import gzip
import os
import random
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from django.conf import settings
from django.core.files import File
from django.core.management import call_command
from django.db import connection

from core.owner import as_owner
from crm.imports import working
from crm.imports.actions import run_import, upload_file
from crm.imports.models import ImportBatch, ImportProfile
from crm.jobs.models import Job
from crm.jobs.running import run_job
from crm.readers.models import Reader
from tests.data import data_folder

ROUNDS = 5
PATRONS = 423_448
#: Megabytes at the peak, and times the raw copy: the first time, and the same file again.
MOST_MEMORY = 300
MOST_FIRST, MOST_AGAIN = 2, 1.2
DATABASE = "huixiang_bench_import"
PEAK = str(Path(__file__).with_name("peak.py"))
COLUMNS = (
    "source, number, name, kind, campus_id, college_id, cohort, email, email_made, phone, wechat,"
    " language, consents, traits, registered_on, last_seen_on, state, import_batch_id,"
    " created_at, updated_at"
)
UPDATES = ", ".join(f"{name.strip()} = EXCLUDED.{name.strip()}" for name in COLUMNS.split(",")[2:])


@contextmanager
def own_tables():
    """A database without other readers: both sides start from an empty table in each round."""
    before = connection.settings_dict["NAME"]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    use_database(DATABASE)
    call_command("migrate", verbosity=0)
    try:
        yield
    finally:
        use_database(before)


def use_database(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def patrons(folder: Path) -> Path:
    """San Francisco's file; where it is not at hand, one of the same shape and size."""
    real = data_folder() / "sfpl" / "Library_Usage.csv.gz"
    if real.exists():
        return real
    path, draw = folder / "patrons.csv.gz", random.Random(2016)
    header = list(ImportProfile.objects.get(code="sfpl").mapping.values())
    header += ["Provided Email Address", "Notice Preference Definition"]
    with gzip.open(path, "wt", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for _n in range(PATRONS):
            place, year, month = (
                f"Branch {draw.randrange(35)}",
                draw.randrange(2003, 2017),
                draw.choice(["May", "July"]),
            )
            counts = [draw.randrange(4000), draw.randrange(2000)]
            rest = [
                draw.choice(["true", "false"]),
                draw.randrange(1, 12),
                draw.choice(["true", "false"]),
                "email",
            ]
            writer.writerow(
                [
                    place,
                    year,
                    month,
                    draw.randrange(2010, 2017),
                    "25 to 34 years",
                    "ADULT",
                    *counts,
                    *rest,
                ]
            )
    return path


def ours(path: Path) -> ImportBatch:
    """Everything between choosing the file and the report.

    Upload, checks, staging, merge, consents, audit.
    """
    with path.open("rb") as file:
        profile = ImportProfile.objects.get(code="sfpl")
        batch = upload_file(file=File(file, name=path.name), by=None, profile=profile)
    job = run_import(batch=batch, by=None)
    run_job(job.pk, working.import_job)
    assert Job.objects.get(pk=job.pk).state == "done", Job.objects.get(pk=job.pk).message
    batch.refresh_from_db()
    batch.file.delete(save=False)
    return batch


def exported(path: Path) -> None:
    with connection.cursor() as cursor, path.open("wb") as file:
        cursor.copy_expert(f"COPY (SELECT {COLUMNS} FROM crm_reader ORDER BY id) TO STDOUT", file)


def by_hand(rows: Path) -> None:
    with connection.cursor() as cursor, rows.open("rb") as file:
        cursor.execute("BEGIN")
        cursor.execute(
            f"CREATE TEMP TABLE raw ON COMMIT DROP AS SELECT {COLUMNS} FROM crm_reader WITH NO DATA"
        )
        cursor.copy_expert(f"COPY raw ({COLUMNS}) FROM STDIN", file)
        cursor.execute(
            f"INSERT INTO crm_reader ({COLUMNS}) SELECT {COLUMNS} FROM raw"
            f" ON CONFLICT (source, number) DO UPDATE SET {UPDATES}"
        )
        cursor.execute("COMMIT")


def empty() -> None:
    """No readers, and no writing left over from the side before."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE crm_reader, crm_importrefusal CASCADE")
        cursor.execute("CHECKPOINT")


def seconds(work, *arguments) -> float:
    empty()
    started = perf_counter()
    work(*arguments)
    taken = perf_counter() - started
    assert Reader.objects.count() == PATRONS
    return taken


def peak_megabytes(*command: str) -> float:
    """Peak resident memory of a Python that does the command, on the database of this benchmark."""
    environment = os.environ | {
        "DATABASE_URL": os.environ["DATABASE_URL"].replace("huixiang_bench", DATABASE),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }
    # Between the two a small process: a child is given the peak of the one that forked it.
    measured = subprocess.run(
        [sys.executable, PEAK, sys.executable, *command],
        env=environment,
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(measured.stdout) / 1024


def run() -> list[dict]:
    mine: list[float] = []
    reference: list[float] = []
    with own_tables(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings.MEDIA_ROOT = folder / "media"
        path, rows = patrons(folder), folder / "rows.copy"
        empty()
        ours(path)
        exported(rows)
        for _round in range(ROUNDS):
            mine.append(seconds(ours, path))
            reference.append(seconds(by_hand, rows))
        empty()
        memory = peak_megabytes("manage.py", "import_readers", str(path), "--profile", "sfpl")
        started = perf_counter()
        again = ours(path)
        again_took = perf_counter() - started
    unchanged = (again.created, again.changed, again.unchanged) == (0, 0, PATRONS)
    copied = median(reference)
    peak = f"{PATRONS:,} patrons; peak {memory:.0f} MB of {MOST_MEMORY}"
    first = figure("import", median(mine), copied, MOST_FIRST, peak)
    second = figure("import-again", again_took, copied, MOST_AGAIN, f"changed {again.changed}")
    return [first | {"ok": memory <= MOST_MEMORY}, second | {"ok": unchanged}]


def figure(name: str, seconds: float, copied: float, limit: float, note: str) -> dict:
    """A line of the table: how many times the raw copy of the same rows one import takes."""
    return {
        "name": name,
        "ratio": seconds / copied,
        "limit": limit,
        "ours": seconds,
        "reference": copied,
        "unit": "s",
        "note": note,
    }


RUNS = {"import": run}
