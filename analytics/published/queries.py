"""Hashes of published rows, made inside the database: one statement for all things of a chain.

A value's hash is that of its JSON text as PostgreSQL writes it, so neither Python's reading of a
number nor the models of the day have a part in it. Moments are written in UTC, the time zone of
Django's connections.
"""

from core.grants import table_of

#: Serialises those who add to one chain; a lock of the transaction.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('huixiang published ' || %s, 0))"
#: One row of one table: whose it is, how it is called, a hash of each of its columns.
ROW = """
    SELECT {owner} AS owner, '{table}/' || t.id AS name, (
        SELECT jsonb_object_agg(key, encode(sha256(convert_to(value::text, 'UTF8')), 'hex'))
        FROM jsonb_each(to_jsonb(t) - ARRAY[{moving}]::text[])
    ) AS fields
    FROM {table} t"""
PARTS = """
    SELECT owner, jsonb_object_agg(name, fields)
    FROM ({rows}) published
    WHERE %(one)s IS NULL OR owner = %(one)s
    GROUP BY owner
    ORDER BY owner"""
#: How many rows each table has, and of how many it is said: ``rows`` by the last look, and by the
#: seals after ``numbers``. What somebody wrote in the place of parts says nothing.
ROWS = """
    SELECT tables.name, tables.n,
        COALESCE((%(rows)s::jsonb ->> tables.name)::bigint, 0) + COALESCE(spoken_of.n, 0)
    FROM ({tables}) tables
    LEFT JOIN (
        SELECT split_part(part, '/', 1) AS name, count(*) AS n
        FROM analytics_seal s, jsonb_object_keys(
            CASE WHEN jsonb_typeof(s.parts) = 'object' THEN s.parts ELSE '{{}}' END) part
        WHERE s.number > COALESCE((%(numbers)s::jsonb ->> s.chain)::bigint, 0)
        GROUP BY 1
    ) spoken_of ON spoken_of.name = tables.name
    ORDER BY tables.name"""


def parts_statement(chain, moving_columns) -> str:
    """SQL that gives the hashes of all fields of what ``chain`` publishes.

    Columns in ``moving_columns(table)`` are left out. Names of tables and columns are those that
    rooms declare, never typed ones, so they may stand in the text.
    """
    rows = []
    for part in chain.rows:
        table = table_of(part.model)
        moving = ", ".join(f"'{column}'" for column in moving_columns(table))
        rows.append(ROW.format(owner=part.owner, table=table, moving=moving))
    return PARTS.format(rows="\n    UNION ALL".join(rows))


def rows_statement(chains) -> str:
    """SQL that counts the rows of every table of ``chains``, and their seals.

    ``rows``: {table: number} and ``numbers``: {chain: number}, as JSON, are its arguments.
    """
    counts = []
    for chain in chains:
        for part in chain.rows:
            table = table_of(part.model)
            counts.append(f"SELECT '{table}' AS name, count(*) AS n FROM {table}")
    return ROWS.format(tables=" UNION ALL ".join(counts))
