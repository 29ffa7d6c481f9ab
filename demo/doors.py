"""What comes in beside what single readers did: the register's file with days, counts of the gates
without persons, a report of e-resources, seats, closed days, and two readers with two records.

All of it goes through the verbs that the pages call, and all of it is invented.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

import numpy
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from crm.eresources.actions import take_report
from crm.imports import working
from crm.imports.actions import map_import, run_import, upload_file
from crm.imports.models import ImportBatch
from crm.jobs.running import run_job
from crm.readers.models import Reader
from crm.registers.actions import write_row
from crm.registers.models import SpecialDays
from crm.sources.actions import add_source
from crm.staff.models import User
from crm.tallies.actions import map_counts
from crm.tallies.kinds import COUNTS
from crm.tallies.options import CountOptions
from demo import files
from demo.people import CAMPUSES, CLOSED_ON, SEED, SOURCE, busyness, past_days

#: {kind: (the word for it in the register, years of study)}.
STUDIES = {
    Reader.Kind.UNDERGRADUATE: ("本科生", 4),
    Reader.Kind.MASTER: ("硕士生", 3),
    Reader.Kind.DOCTORAL: ("博士生", 5),
    # What they were here: the register keeps the day on which they graduated.
    Reader.Kind.ALUMNUS: ("本科生", 4),
}
STUDENTS = [kind for kind in STUDIES if kind != Reader.Kind.ALUMNUS]
#: The register knows the year of birth of one student in so many.
BORN_OF_ONE_IN = 40
#: Studies end on this day of a year (month, day).
GRADUATION = (6, 30)
REGISTER = {
    "number": "读者证号",
    "kind": "读者类型",
    "cohort": "入学年份",
    "expires_on": "有效期至",
    "birth_year": "出生年份",
}
#: The second numbers of two readers come from a system of their own.
OTHER_SYSTEM = "campus-card"
TWINS = {
    "number": "一卡通号",
    "name": "姓名",
    "kind": "读者类型",
    "campus": "校区",
    "college": "学院",
    "email": "邮箱",
    "birth_year": "出生年份",
}
GATES = "闸机客流计数（示例）"
#: Persons that a day's gates count for each unit of ``busyness``, and the days that are told.
PASSING, COUNTED_DAYS = 900, 365
#: So many months before this one the file of the gates is missing.
MISSING_MONTH = 2
#: {platform: requests in an average month}.
PLATFORMS = {"示例期刊平台": 5200, "示例电子书平台": 1400, "示例学位论文平台": 900}
SEATS = files.Door("seats", "座位预约（示例）", "seats", "monthly", ("读者证号", "时间", "校区"))
SEATS_TAKEN = 6000


def seed_doors(by: User) -> Iterator[str]:
    """Bring everything in once; one line of progress for each door."""
    if ImportBatch.objects.filter(filename=REGISTER_FILE).exists():
        return
    rng = numpy.random.default_rng(SEED + 7)
    for first in sorted({day for day in past_days() if (day.month, day.day) == CLOSED_ON}):
        closed = SpecialDays(kind=SpecialDays.Kind.CLOSED, starts_on=first, ends_on=first)
        write_row(row=closed, by=by, name="元旦")
    batch = bring_readers(REGISTER_FILE, REGISTER, register_rows(), SOURCE, by)
    yield f"days of study from the register: {batch.changed}"
    yield f"counts of the gates: {bring_counts(rng, by).created}"
    yield f"seats taken: {bring_seats(rng).created}"
    take_report(file=SimpleUploadedFile("counter-PR_P1.json", usage_report(rng)), by=by)
    yield "a report of e-resources"


# --- the register ---------------------------------------------------------------------------------
REGISTER_FILE = "读者名册（示例）.csv"


def register_rows() -> Iterator[tuple]:
    """(number, kind, entry year, last day, year of birth) of who studies here, or did. Of few the
    register knows the year of birth.
    """
    students = Reader.objects.filter(source=SOURCE, kind__in=STUDIES).order_by("number")
    told = students.values_list("number", "kind", "cohort")
    for place, (number, kind, cohort) in enumerate(told):
        word, years = STUDIES[kind]
        last = date(cohort + years, *GRADUATION)
        if kind == Reader.Kind.ALUMNUS:
            last = min(last, latest_graduation())
        yield number, word, cohort, last, "" if place % BORN_OF_ONE_IN else cohort - 18


def latest_graduation() -> date:
    """The last day of studies that has passed."""
    today = timezone.localdate()
    this_year = date(today.year, *GRADUATION)
    if this_year < today:
        return this_year
    return date(today.year - 1, *GRADUATION)


def bring_readers(
    name: str, mapping: dict[str, str], rows: Iterable[tuple], source: str, by: User
) -> ImportBatch:
    """Bring a file of readers with numbers of ``source``; its columns are those of the mapping."""
    with transaction.atomic():
        batch = upload_file(file=table(name, mapping.values(), rows), by=by)
        map_import(batch=batch, source=source, mapping=mapping, options=batch.options, by=by)
        run_job(run_import(batch=batch, by=by).pk, working.import_job)
    batch.refresh_from_db()
    return batch


def seed_twins(by: User) -> None:
    """Two readers have another record each, from another system: one with the same address, one
    with the same name, year of birth and college. Nobody has looked at them yet.
    """
    if Reader.objects.filter(source=OTHER_SYSTEM).exists():
        return
    students = Reader.objects.filter(
        source=SOURCE, kind__in=STUDENTS, user=None, birth_year__isnull=False
    )
    by_address, by_name = students.order_by("birth_year", "number")[:2]
    rows = [
        ("2026000001", *twin_of(by_address), by_address.email, ""),
        ("2026000002", *twin_of(by_name), "", by_name.birth_year),
    ]
    bring_readers("一卡通名册（示例）.csv", TWINS, rows, OTHER_SYSTEM, by)


def twin_of(reader: Reader) -> tuple[str, ...]:
    """Name, kind, campus and college as the other system writes them."""
    word, _years = STUDIES[reader.kind]
    return reader.name, word, reader.campus.code, reader.college.code


# --- counts, seats, e-resources -------------------------------------------------------------------
def bring_counts(rng, by: User) -> ImportBatch:
    """Bring the file of the gates: day by day and campus by campus, without any person."""
    source = add_source(name=GATES, kinds=[], by=by, rhythm="monthly")
    header = ("日期", "校区", "进馆人次")
    with transaction.atomic():
        file = table("闸机客流（示例）.csv", header, gate_rows(rng))
        batch = upload_file(file=file, kind=COUNTS, source=source, by=by)
        map_counts(
            batch=batch,
            mapping=batch.mapping,
            options=CountOptions.from_json(batch.options),
            by=by,
        )
        run_job(run_import(batch=batch, by=by).pk, working.import_job)
    batch.refresh_from_db()
    return batch


def gate_rows(rng) -> Iterator[tuple]:
    """(day, campus, persons); no row of closed days, nor of the month whose file is missing."""
    missing = months_back(MISSING_MONTH)
    for day in past_days()[-COUNTED_DAYS:]:
        is_closed = (day.month, day.day) == CLOSED_ON
        if is_closed or (day.year, day.month) == missing:
            continue
        for code, _zh, _en, share in CAMPUSES:
            yield day, code, int(rng.poisson(PASSING * busyness(day) * share))


def months_back(n: int) -> tuple[int, int]:
    """(year, month) of so many months before this one."""
    today = timezone.localdate()
    months = today.year * 12 + today.month - 1 - n
    return months // 12, months % 12 + 1


def bring_seats(rng) -> ImportBatch:
    """Bring the file of the booked seats that were used, by students at their own campus."""
    students = Reader.objects.filter(source=SOURCE, kind__in=STUDENTS)
    readers = list(students.select_related("campus").order_by("number"))
    days = past_days()
    weights = numpy.array(list(map(busyness, days)))
    who = rng.integers(len(readers), size=SEATS_TAKEN)
    when = rng.choice(len(days), size=SEATS_TAKEN, p=weights / weights.sum())
    hours = rng.integers(8, 21, size=SEATS_TAKEN)
    rows = []
    for index, place, hour in zip(who, when, hours, strict=True):
        day = days[place]
        if (day.month, day.day) != CLOSED_ON:
            rows.append((readers[index], datetime.combine(day, time(int(hour)))))
    return files.bring(SEATS, rows, days)


def usage_report(rng) -> bytes:
    """A COUNTER 5.1 report of the platforms, of the twelve months before this one."""
    months = [months_back(n) for n in range(12, 0, -1)]
    labels = [f"{year}-{month:02}" for year, month in months]
    items = []
    for platform, usual in PLATFORMS.items():
        requests = {label: int(rng.poisson(usual)) for label in labels}
        unique = {label: int(n * 0.7) for label, n in requests.items()}
        told = {"Total_Item_Requests": requests, "Unique_Item_Requests": unique}
        attributes = [{"Data_Type": "Article", "Performance": told}]
        items.append({"Platform": platform, "Attribute_Performance": attributes})
    end = date(*months_back(0), 1) - timedelta(days=1)
    header = {
        "Release": "5.1",
        "Report_ID": "PR_P1",
        "Report_Name": "Platform Usage",
        "Created": f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}",
        "Created_By": "示例数据商",
        "Institution_ID": {"ISNI": ["0000000000000000"]},
        "Institution_Name": "示例大学图书馆",
        "Registry_Record": "https://registry.countermetrics.org/platform/00000000",
        "Report_Filters": {
            "Metric_Type": ["Total_Item_Requests", "Unique_Item_Requests"],
            "Begin_Date": f"{labels[0]}-01",
            "End_Date": end.isoformat(),
            "Access_Method": ["Regular"],
        },
    }
    report = {"Report_Header": header, "Report_Items": items}
    return json.dumps(report, ensure_ascii=False).encode()


def table(name: str, header: Iterable[str], rows: Iterable[tuple]) -> SimpleUploadedFile:
    """A file as a system would write it: CSV in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode())
