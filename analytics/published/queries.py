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


def parts_statement(chain, moving_columns) -> str:
    """``moving_columns(table)`` are left out. All names are those that rooms declare."""
    rows = []
    for part in chain.rows:
        table = table_of(part.model)
        moving = ", ".join(f"'{column}'" for column in moving_columns(table))
        rows.append(ROW.format(owner=part.owner, table=table, moving=moving))
    return PARTS.format(rows="\n    UNION ALL".join(rows))
