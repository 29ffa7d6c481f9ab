"""What stands in an older database as visits, loans and events was recorded: from the first of a
source's rows to its last.
"""

from django.conf import settings
from django.db import migrations

#: What comes in from elsewhere; the rest the portal notes itself.
KINDS = ("loan", "renewal", "visit", "seat", "event")
SOURCES = """
INSERT INTO crm_datasource (code, name, kinds, rhythm, due_after)
SELECT source, source, array_agg(DISTINCT kind ORDER BY kind), 'at-will', 5
FROM crm_activity
WHERE kind = ANY(%(kinds)s) AND source <> ''
GROUP BY source
ON CONFLICT DO NOTHING
"""
# Of folded rows only the kind is known: they are told of by every source of that kind.
SPANS = """
INSERT INTO crm_coveredspan (source_id, first, last, state)
SELECT
    s.id,
    least(
        (min(a.at) AT TIME ZONE %(zone)s)::date,
        (SELECT min(f.month) FROM crm_foldedmonth f WHERE f.kind = ANY(s.kinds))),
    (max(a.at) AT TIME ZONE %(zone)s)::date,
    'full'
FROM crm_datasource s
JOIN crm_activity a ON a.source = s.code AND a.kind = ANY(%(kinds)s)
GROUP BY s.id
"""


def note(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for statement in (SOURCES, SPANS):
            cursor.execute(statement, {"kinds": list(KINDS), "zone": settings.TIME_ZONE})


class Migration(migrations.Migration):
    dependencies = [("crm", "0054_sources_and_what_they_cover")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
