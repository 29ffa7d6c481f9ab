"""Tables of one evaluation, which only its own connection sees."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept(cursor, table: str, statement: str, params: dict) -> Iterator[None]:
    """Inside, ``table`` holds what ``statement`` selects, and the planner knows how much that is.

    To be used in a transaction: where that fails, it takes the table along. Three statements.
    """
    cursor.execute(f"CREATE TEMP TABLE {table} AS {statement}", params)
    # Nobody else ever counts the rows of such a table, and the statements inside join it.
    cursor.execute(f"ANALYZE {table}")
    yield
    cursor.execute(f"DROP TABLE pg_temp.{table}")
