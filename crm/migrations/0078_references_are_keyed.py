"""What rows of files are known again by lies under the portal's key.

A digest of number, day and kind without one, and a digest of that for rows that are counted into
months, could be tried out from a dump, years after the rows themselves were gone. All of them are
put under the key where they stand, so the same old file still adds nothing. Of uses from logs of a
proxy, which were known by their platform, the platform goes as well; such as are counted into
months already were known by nothing else, and would be counted again if the same log came again.
"""

import hashlib
import hmac

from django.conf import settings
from django.db import migrations

#: As crm.activities.queries stores them: a number of the system's own with the kind behind it, or a
#: digest of who, when and what.
REFERENCES = """
UPDATE {table} a
SET ref = CASE
    WHEN a.ref ~ (':(' || {kinds} || ')$')
    THEN left({before_kind}, 40) || substring(a.ref FROM ':[a-z]+$')
    ELSE left({whole}, 40) END
WHERE {which}
"""
#: The n-th platform of a reader's day, as a file is read now.
SESSIONS = """
WITH known AS (
    SELECT a.id, b.source AS system, a.at AT TIME ZONE %(zone)s AS at,
        row_number() OVER (PARTITION BY a.source, a.reader_id, a.at ORDER BY a.id) AS nth,
        CASE WHEN r.source = b.source THEN r.number ELSE (
            SELECT i.number FROM crm_identity i
            WHERE i.reader_id = r.id AND i.system = b.source ORDER BY i.id LIMIT 1
        ) END AS number
    FROM crm_activity a
    JOIN crm_importbatch b ON b.id = a.import_run
    JOIN crm_reader r ON r.id = a.reader_id
    WHERE a.kind = 'eresource'
), digests AS (
    SELECT id, left(encode(sha256(convert_to(
        concat_ws(E'\\n', system, number, at, 'eresource', nth), 'UTF8')), 'hex'), 40) AS ref
    FROM known
    WHERE number IS NOT NULL
)
UPDATE crm_activity a SET ref = d.ref FROM digests d WHERE d.id = a.id
"""
FOLDED = "UPDATE crm_foldedref SET key = left({key}, 32)::uuid"
#: Notes of joined records name rows by the same digests: those that are single rows by what they
#: are now, those that are counted by the key of what they were.
NOTED_SINGLE = """
UPDATE crm_mergedrow w
SET was = jsonb_set(w.was, '{key}', to_jsonb(
    substr(encode(sha256(convert_to(a.source || E'\\n' || a.ref, 'UTF8')), 'hex'), 1, 32)))
FROM crm_activity a
WHERE w.model = 'crm.Activity.reader' AND w.was ? 'key' AND a.id = (w.was ->> 'id')::bigint
"""
NOTED_FOLDED = """
UPDATE crm_mergedrow w
SET was = jsonb_set(w.was, '{{key}}', to_jsonb(left({noted}, 32)))
WHERE w.model = 'crm.Activity.reader' AND w.was ? 'key'
    AND NOT EXISTS (SELECT FROM crm_activity a WHERE a.id = (w.was ->> 'id')::bigint)
"""
KEYED = "encode(sha256(%(outer)s || sha256(%(inner)s || convert_to({text}, 'UTF8'))), 'hex')"


def key() -> dict[str, bytes]:
    """The two halves of the key for references, as ``core.keying`` derives it."""
    said = b"key for references of activities"
    derived = hmac.digest(settings.PRIVACY_KEY.encode(), said, hashlib.sha256).ljust(64, b"\0")
    return {
        "inner": bytes(byte ^ 0x36 for byte in derived),
        "outer": bytes(byte ^ 0x5C for byte in derived),
    }


def put_under_the_key(apps, schema_editor):
    """Six statements, whatever the number of rows."""

    def run(statement: str, **more) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(statement, key() | more)

    def references(table: str, kinds: str, which: str) -> None:
        run(
            REFERENCES.format(
                table=table,
                kinds=kinds,
                which=which,
                before_kind=KEYED.format(text="substring(a.ref FROM '^(.*):[a-z]+$')"),
                whole=KEYED.format(text="a.ref"),
            )
        )

    run(SESSIONS, zone=settings.TIME_ZONE)
    references("crm_activity", "a.kind", "a.import_run IS NOT NULL")
    references("crm_listedloan", "'loan|renewal'", "true")
    # As a uuid the noted key has dashes, and so it is digested.
    run(NOTED_FOLDED.format(noted=KEYED.format(text="(w.was ->> 'key')::uuid::text")))
    run(NOTED_SINGLE)
    run(FOLDED.format(key=KEYED.format(text="key::text")))


class Migration(migrations.Migration):
    dependencies = [("crm", "0077_visits_without_names_lead_nowhere")]

    operations = [migrations.RunPython(put_under_the_key, migrations.RunPython.noop, elidable=True)]
