"""The library's time zone, as the database knows it.

Months of activities are those of the library's own time. Were the caller of the fold believed,
whoever has the application's role could move rows into other months; so the owner writes the zone
down after each migration.
"""

from django.conf import settings
from django.db import connections

WRITE = """
CREATE OR REPLACE FUNCTION public.huixiang_library_zone() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $zone$SELECT %s::text$zone$
"""


def install(using: str = "default", **_signal) -> None:
    """Write down the library's time zone for functions of the database, after each migration.

    Called as the owner, when all functions are there.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(WRITE, [settings.TIME_ZONE])
