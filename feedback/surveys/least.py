"""How many anonymous answers are mixed at least, as the database knows it.

The application says in its own settings how many it wants. Were it believed, whoever has its role
could mix five where the library promised ten; so the owner writes the number down after each
migration. A higher number of the settings holds at once, a lower one after ``manage.py migrate``.
"""

from django.conf import settings
from django.db import connections

WRITE = """
CREATE OR REPLACE FUNCTION public.huixiang_library_k() RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS 'SELECT {k:d}'
"""


def install(using: str = "default", **_signal) -> None:
    """Write down for functions of the database how many answers are mixed at least.

    Called as the owner, when all functions are there.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(WRITE.format(k=settings.ANONYMOUS_LEAST))
