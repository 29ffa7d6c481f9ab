"""A library of a million readers and ten million activities, made inside the database and kept
between runs.

``with library():`` has Django (and, by DATABASE_URL, programs started inside) work on a database of
its own beside the configured one, migrated, and filled when it does not hold what was asked for;
nothing else may write to it. Everything follows from one seed; AS_OF is the day it was "measured".
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.core.management import call_command
from django.db import connection

from core.owner import as_owner
from tests import servers

DATABASE = "huixiang_big"
#: A library of a hundredth, beside it: what takes a hundred times as long here as there does not
#: grow faster than the library.
SMALL = "huixiang_small"
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
#: The activities spread over this many days before AS_OF.
DAYS = 730

REGISTERS = """
INSERT INTO crm_campus (code, name_zh, name_en)
SELECT 'campus-' || g, '校区' || g, 'Campus ' || g FROM generate_series(1, 4) g;
INSERT INTO crm_college (code, name_zh, name_en, campus_id)
SELECT 'college-' || g, '学院' || g, 'College ' || g, (SELECT min(id) FROM crm_campus) + g % 4
FROM generate_series(1, 28) g;
"""
READERS = """
INSERT INTO crm_reader (source, number, name, kind, campus_id, college_id, cohort, email, email_made, phone, wechat,
    language, consents, traits, registered_on, last_seen_on, state, created_at, updated_at)
SELECT 'bench', 'B' || g, 'Reader ' || g,
    (ARRAY['undergraduate','undergraduate','undergraduate','undergraduate','undergraduate','master','master','doctoral',
           'teacher','alumnus'])[1 + floor(dice[1] * 10)],
    campus.first + floor(dice[2] ^ 2 * 4)::int, college.first + floor(dice[3] * 28)::int, 2018 + floor(dice[4] * 9),
    CASE WHEN dice[5] < .95 THEN 'b' || g || '@example.org' ELSE '' END, FALSE, '', '',
    CASE WHEN dice[6] < .93 THEN 'zh-hans' ELSE 'en' END,
    CASE WHEN dice[7] < .7 THEN ARRAY['email:events', 'email:notices', 'email:surveys'] ELSE ARRAY[]::varchar[] END,
    jsonb_build_object('rank', floor(dice[8] * 10)),
    %(as_of)s::date - floor(dice[9] * 2000)::int,
    CASE WHEN dice[10] < .8 THEN %(as_of)s::date - floor((dice[10] / .8) ^ 3 * 700)::int END,
    CASE WHEN dice[11] < .97 THEN 'active' ELSE 'left' END, %(as_of)s, %(as_of)s
FROM generate_series(1, %(n)s) g,
    LATERAL (SELECT array_agg(random()) AS dice FROM generate_series(g - g, 10)) d,
    (SELECT min(id) AS first FROM crm_campus) campus, (SELECT min(id) AS first FROM crm_college) college
"""
# Few readers do most of it, and who they are does not follow from when they registered.
ACTIVITIES = """
INSERT INTO crm_activity (reader_id, kind, at, campus_id, source, ref)
SELECT first + (floor(%(readers)s * random() ^ 3)::bigint * 7919) %% %(readers)s,
    CASE WHEN dice < .50 THEN 'visit' WHEN dice < .80 THEN 'loan' WHEN dice < .88 THEN 'click'
         WHEN dice < .94 THEN 'renewal' WHEN dice < .97 THEN 'event' WHEN dice < .985 THEN 'answer'
         WHEN dice < .99 THEN 'voice' ELSE 'contribution' END,
    %(as_of)s::timestamptz - random() * %(days)s * interval '1 day', campus, 'bench', 'a' || g
FROM (SELECT g, random() AS dice FROM generate_series(1, %(n)s) g) rows,
    (SELECT min(id) AS first FROM crm_reader) r, (SELECT min(id) AS campus FROM crm_campus) c
"""


@contextmanager
def library(
    readers: int = 1_000_000, activities: int = 10_000_000, name: str = DATABASE
) -> Iterator[None]:
    """Work on a library of that size; made once (minutes), then kept."""
    usual = connection.settings_dict["NAME"]
    create_database(name)
    switch(name)
    os.environ.update(servers.addresses(name))
    try:
        call_command("migrate", verbosity=0, interactive=False)
        if sizes() != (readers, activities):
            with as_owner():
                fill(readers, activities)
        yield
    finally:
        switch(usual)
        os.environ.update(servers.addresses(usual))


def create_database(name: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")


def switch(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def sizes() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM crm_reader), (SELECT count(*) FROM crm_activity)"
        )
        return cursor.fetchone()


def fill(readers: int, activities: int) -> None:
    print(
        f"bench: making {readers:,} readers and {activities:,} activities (kept for the next run)",
        flush=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE crm_activity, crm_reader, crm_college, crm_campus RESTART IDENTITY CASCADE"
        )
        cursor.execute("SELECT setseed(0.2018)")
        cursor.execute(REGISTERS)
        with without_indexes("crm_reader"):
            cursor.execute(READERS, {"n": readers, "as_of": AS_OF})
        with without_indexes("crm_activity"):
            cursor.execute(
                ACTIVITIES, {"n": activities, "readers": readers, "as_of": AS_OF, "days": DAYS}
            )
        cursor.execute("VACUUM (ANALYZE) crm_reader")
        cursor.execute("VACUUM (ANALYZE) crm_activity")


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """Drop what slows ten million inserts down (foreign keys, unique constraints, indexes) and make
    it again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype IN ('f', 'u')",
            [table],
        )
        constraints = cursor.fetchall()
        for name, _definition in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indrelid = %s::regclass AND NOT i.indisprimary"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)",
            [table],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        for name, definition in constraints:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
