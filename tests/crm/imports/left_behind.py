"""What a worker leaves behind that is killed in the middle of an import."""

from django.conf import settings
from django.db import connection

from crm.imports import stray
from crm.imports.staging import PREFIX, SCHEMA


def a_table(_request) -> list:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNLOGGED TABLE {SCHEMA}.{PREFIX}left_behind (line integer)")
    return []


def a_file(request) -> list:
    """A file that no row names, at once old enough to be nobody's."""
    left = settings.MEDIA_ROOT / "imports" / "2026" / "11" / "loans.table"
    left.parent.mkdir(parents=True)
    left.write_text("number,title\n")
    request.getfixturevalue("monkeypatch").setattr(stray, "LEAST_AGE", -1)
    return []
