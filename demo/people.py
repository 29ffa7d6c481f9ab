"""A synthetic university library: four campuses, ten colleges, 5,000 readers and two years of what
they did.

Everything here is drawn from a seeded generator and labelled synthetic; no person, campus or
college is real.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy
from django.db import connection
from django.utils import timezone

from crm.readers.models import (
    BETWEEN,
    COVERED,
    Activity,
    ConsentEvent,
    Reader,
    permissions,
)
from crm.staff.models import Campus, College
from demo import files

SOURCE = "synthetic"
#: Every step draws from a generator of its own (SEED + 1, SEED + 2 …), so that a change in one
#: leaves the data of the others as they were.
SEED = 20180901
READERS = 5000
#: Two years, so that every month has one to be compared with.
DAYS = 730

#: (code, Chinese name, English name, share of the readers).
CAMPUSES = [
    ("donghu", "东湖校区", "East Lake campus", 0.46),
    ("xishan", "西山校区", "West Hill campus", 0.27),
    ("nanqiao", "南桥校区", "South Bridge campus", 0.17),
    ("beiyuan", "北苑校区", "North Court campus", 0.10),
]
COLLEGES = [
    ("literature", "文学院", "School of Literature"),
    ("history", "历史学院", "School of History"),
    ("philosophy", "哲学系", "Department of Philosophy"),
    ("law", "法学院", "Law School"),
    ("business", "商学院", "Business School"),
    ("physics", "物理学院", "School of Physics"),
    ("chemistry", "化学化工学院", "School of Chemistry"),
    ("life", "生命科学学院", "School of Life Sciences"),
    ("computing", "计算机学院", "School of Computing"),
    ("engineering", "工程管理学院", "School of Engineering Management"),
]


@dataclass(frozen=True)
class KindOfReader:
    """``share`` of all readers, visits and loans in a year, and the shares that allow e-mail and
    WeChat. ``years``: the oldest entry year lies less than so many years back.
    """

    share: float
    visits: float
    loans: float
    email: float
    wechat: float
    years: int = 25


KINDS = {
    Reader.Kind.UNDERGRADUATE: KindOfReader(0.52, 46, 9, 0.72, 0.63, years=4),
    Reader.Kind.MASTER: KindOfReader(0.22, 38, 14, 0.78, 0.58, years=3),
    Reader.Kind.DOCTORAL: KindOfReader(0.08, 30, 22, 0.81, 0.49, years=5),
    Reader.Kind.TEACHER: KindOfReader(0.10, 9, 16, 0.66, 0.35),
    Reader.Kind.STAFF: KindOfReader(0.04, 6, 3, 0.60, 0.41),
    Reader.Kind.ALUMNUS: KindOfReader(0.04, 1.5, 0.4, 0.44, 0.30),
}
#: The library is shut on this day of every year (month, day).
CLOSED_ON = (1, 1)
#: Weight of each month of the year, January first: terms, examinations, holidays.
MONTHS = [0.9, 0.25, 1.1, 1.2, 1.25, 1.5, 0.35, 0.2, 1.2, 1.15, 1.2, 1.45]
WEEKEND = 0.75
#: Minutes after midnight.
OPENS, MID_AFTERNOON, CLOSES = 8 * 60, 15 * 60, 22 * 60
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐"
    "许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈"
)
#: Given names, two signs each.
GIVEN = (
    "文静思远雨桐子涵嘉宁清扬若溪一鸣晓彤知行景行令仪书白望舒"
    "云舟怀瑾长乐明河听雪行止以安南星予安疏桐晚晴"
)
#: Share of readers whose language is English.
ENGLISH = 0.06
LAST_SEEN = """
    UPDATE crm_reader r
    SET last_seen_on = a.day
    FROM (
        SELECT reader_id, max(at)::date AS day FROM crm_activity GROUP BY reader_id) a
    WHERE a.reader_id = r.id AND r.source = %s"""


def seed_people() -> int:
    """Create the readers and their activity once; returns the number of readers there are."""
    there = Reader.objects.filter(source=SOURCE).count()
    if there:
        return there

    rng = numpy.random.default_rng(SEED)
    campuses = seed_campuses()
    colleges = seed_colleges()
    drawn = list(draw_readers(rng, campuses, colleges))
    Reader.objects.bulk_create(drawn, batch_size=1000)
    # Read back with their keys: consents and activities point at them.
    readers = list(Reader.objects.filter(source=SOURCE).order_by("number"))
    seed_consents(readers)
    files.add_list()
    seed_activity(rng, readers)
    return len(readers)


def seed_campuses() -> list[Campus]:
    """The campuses in the order of ``CAMPUSES``, made where they are not there."""
    found = []
    for code, zh, en, _share in CAMPUSES:
        names = {"name_zh": zh, "name_en": en}
        campus, _created = Campus.objects.get_or_create(code=code, defaults=names)
        found.append(campus)
    return found


def seed_colleges() -> list[College]:
    """The colleges in the order of ``COLLEGES``, made where they are not there."""
    found = []
    for code, zh, en in COLLEGES:
        names = {"name_zh": zh, "name_en": en}
        college, _created = College.objects.get_or_create(code=code, defaults=names)
        found.append(college)
    return found


def draw_readers(rng, campuses: list[Campus], colleges: list[College]) -> Iterator[Reader]:
    """Readers not stored yet. The order of the draws is part of the data: it must stay."""
    kinds = list(KINDS)
    shares = numpy.array([KINDS[kind].share for kind in kinds])
    shares = shares / shares.sum()
    campus_shares = [share for *_names, share in CAMPUSES]
    this_year = timezone.localdate().year

    for index in range(READERS):
        kind = kinds[rng.choice(len(kinds), p=shares)]
        cohort = int(this_year - rng.integers(0, KINDS[kind].years))
        number = f"S{index + 1:05d}"
        consents = draw_consents(rng, KINDS[kind])
        yield Reader(
            source=SOURCE,
            number=number,
            name=draw_name(rng),
            kind=kind,
            campus=campuses[rng.choice(len(campuses), p=campus_shares)],
            college=colleges[rng.integers(len(colleges))],
            cohort=cohort,
            email=f"{number.lower()}@synthetic.example.org",
            wechat=wechat_of(number, consents),
            language=draw_language(rng),
            consents=permissions_on(consents),
            # The library's register begins in 2000; who came earlier was entered then.
            registered_on=date(max(cohort, 2000), 9, 1),
        )


def wechat_of(number: str, consents: list[str]) -> str:
    """Only who allows WeChat has told the library an account."""
    if "wechat" not in consents:
        return ""
    return f"synthetic-{number}"


def draw_language(rng) -> str:
    """The code of a language, drawn by the share of those who read English."""
    if rng.random() < ENGLISH:
        return "en"
    return "zh-hans"


def draw_consents(rng, kind: KindOfReader) -> list[str]:
    """Channels that a made-up reader allows, by the shares of their kind; the order of the draws is
    part of the data.
    """
    consents = []
    if rng.random() < kind.email:
        consents.append("email")
    if rng.random() < kind.wechat:
        consents.append("wechat")
    return consents


def permissions_on(channels: list[str]) -> list[str]:
    """What a yes to these channels covers, by purpose."""
    found = []
    for channel in channels:
        found += permissions(channel, COVERED)
    return sorted(found)


def draw_name(rng) -> str:
    """A surname and a given name of two signs.

    People of that name exist, but none of them is meant.
    """
    start = 2 * int(rng.integers(len(GIVEN) // 2))
    given = GIVEN[start : start + 2]
    surname = SURNAMES[rng.integers(len(SURNAMES))]
    return surname + given


def seed_consents(readers: list[Reader]) -> None:
    """What stands in the rows also stands in the ledger, as after a real import: one yes for each
    permission.
    """
    events = []
    for reader in readers:
        for said in reader.consents:
            channel, _between, purpose = said.partition(BETWEEN)
            event = ConsentEvent(
                reader=reader, channel=channel, purpose=purpose, granted=True, source=SOURCE
            )
            events.append(event)
    ConsentEvent.objects.bulk_create(events, batch_size=5000)


def busyness(day: date) -> float:
    """How likely a day is, beside the others: the weight of its month, less at the weekend."""
    weight = MONTHS[day.month - 1]
    if day.weekday() >= 5:
        weight *= WEEKEND
    return weight


def seed_activity(rng, readers: list[Reader]) -> None:
    """Visits and loans: each reader has a pace of their own, the calendar decides on which days."""
    days = past_days()
    weights = numpy.array(list(map(busyness, days)))
    weights /= weights.sum()

    # A few come nearly every day and many hardly ever: mean 1, and a long tail.
    pace = rng.gamma(1.6, 1 / 1.6, len(readers))
    visits = numpy.array([KINDS[reader.kind].visits for reader in readers])
    loans = numpy.array([KINDS[reader.kind].loans for reader in readers])
    for door, yearly in ((files.GATE, visits), (files.LOANS, loans)):
        counts = rng.poisson(yearly * pace * DAYS / 365)
        who = numpy.repeat(numpy.arange(len(readers)), counts)
        when = rng.choice(DAYS, size=len(who), p=weights)
        minutes = rng.normal(MID_AFTERNOON, 200, len(who))
        open_hours = numpy.clip(minutes, OPENS, CLOSES - 1).astype(int)
        files.bring(door, rows_of(readers, who, numpy.take(days, when), open_hours), days)
    seed_contributions(readers, days, weights)


def past_days() -> list[date]:
    """The days of the two years up to yesterday, oldest first."""
    first = timezone.localdate() - timedelta(days=DAYS)
    return [first + timedelta(days=offset) for offset in range(DAYS)]


def seed_contributions(readers: list[Reader], days: list[date], weights) -> None:
    """Guiding, drawing, telling at the library's activities.

    A small circle that grows, many of them more than once.
    """
    rng = numpy.random.default_rng(SEED + 1)
    circle = rng.choice(len(readers), size=len(readers) // 16, replace=False)
    growing = weights * numpy.linspace(0.6, 1.6, DAYS)
    count = len(readers) // 9
    who = rng.choice(circle, size=count)
    when = rng.choice(DAYS, size=count, p=growing / growing.sum())
    minutes = rng.integers(9 * 60, 21 * 60, count)
    copy_activities(Activity.Kind.CONTRIBUTION, readers, who, numpy.take(days, when), minutes)


def rows_of(readers, who, days, minutes) -> Iterator[tuple[Reader, datetime]]:
    """Who and when; ``who`` are positions in ``readers``, ``minutes`` count from midnight."""
    for index, day, minute in zip(who, days, minutes, strict=True):
        if (day.month, day.day) != CLOSED_ON:
            yield readers[index], datetime.combine(day, time(minute // 60, minute % 60))


def copy_activities(kind: str, readers, who, days, minutes) -> None:
    """COPY what the portal would have noted itself into the table.

    ``who`` are positions in ``readers``, ``minutes`` count from midnight, local.
    """
    # Nearly half a million rows: as model instances they would take minutes.
    zone = timezone.get_default_timezone()
    lines = io.StringIO()
    for row, (index, day, minute) in enumerate(zip(who, days, minutes, strict=True)):
        at = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
        reader = readers[index]
        lines.write(
            f"{reader.pk}\t{kind}\t{at.isoformat()}\t{reader.campus_id}\t{SOURCE}\t{kind}-{row}\n"
        )
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY crm_activity (reader_id, kind, at, campus_id, source, ref) FROM STDIN",
            lines,
        )


def set_last_seen() -> None:
    """Reader.last_seen_on from the latest activity, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_SEEN, [SOURCE])
