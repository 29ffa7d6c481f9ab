"""Names and values of traits that the builder offers: those that exist, and that many people bear.

A value that few bear may be one person's; so it is not offered, and neither is a name.
"""

from django.core.cache import cache
from django.db import connection

from core.disclosure.about import least_told
from crm.readers.queries import ACTIVE
from crm.segments.checks import MAX_TEXT
from crm.segments.refresh import COUNT_MS, TooSlow, at_most

#: Names in all, and values of one name.
MOST_NAMES, MOST_VALUES = 40, 30
#: An import may bring new ones; for so many seconds the old ones are offered.
KEPT_SECONDS = 600
KEY = "traits-offered"
#: Of each name the values that most people bear. By the alphabet: their order says nothing of how
#: many bear them.
OFFERED = f"""
WITH borne AS (
    SELECT t.key AS name, t.value, count(*) AS persons
    FROM crm_reader r
    CROSS JOIN LATERAL jsonb_each_text(r.traits) t
    WHERE r.traits <> '{{}}'::jsonb AND {ACTIVE} AND r.analytics
      AND t.value IS NOT NULL AND length(t.value) BETWEEN 1 AND {MAX_TEXT}
      AND length(t.key) BETWEEN 1 AND {MAX_TEXT}
    GROUP BY 1, 2
), ranked AS (
    SELECT name, value, persons,
           sum(persons) OVER (PARTITION BY name) AS persons_of_name,
           row_number() OVER (PARTITION BY name ORDER BY persons DESC, value) AS place
    FROM borne
), names AS (
    SELECT name
    FROM ranked
    WHERE persons_of_name >= %(least)s
    GROUP BY name
    ORDER BY max(persons_of_name) DESC, name
    LIMIT {MOST_NAMES}
)
SELECT name,
       COALESCE(
           array_agg(value ORDER BY value)
               FILTER (WHERE persons >= %(least)s AND place <= {MOST_VALUES}),
           ARRAY[]::text[]
       )
FROM ranked
JOIN names USING (name)
GROUP BY name
ORDER BY name
"""


def offered_traits() -> dict[str, list[str]]:
    """{name: values}, both by the alphabet; empty where counting them takes too long. Kept for
    KEPT_SECONDS in the cache, the empty answer too.
    """
    return cache.get_or_set(KEY, _count_traits, KEPT_SECONDS)


def _count_traits() -> dict[str, list[str]]:
    """What ``offered_traits`` keeps; nothing where the database was stopped."""
    try:
        with at_most(COUNT_MS), connection.cursor() as cursor:
            cursor.execute(OFFERED, {"least": least_told()})
            return dict(cursor.fetchall())
    except TooSlow:
        return {}
