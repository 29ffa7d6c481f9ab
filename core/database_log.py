"""What PostgreSQL may write into its own log: no statement, no row, no value.

The program's values stand in its statements, so a statement in the log is what a reader wrote: a
voice, an address, the answers that the mixing has just opened. Server (ops/servers/postgres.py,
docker-compose.yml) and database (core/owner.py) are told the same; a start says where neither was.

Without Django: the programs that start the servers use it as well.
"""

from core.columns import first_column

SETTINGS = {
    # An error is one line, without the statement that met it …
    "log_min_error_statement": "panic",
    # … and without its details, which quote the row.
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
#: Settings that hold for a session: all that are not as they should be.
TELLING = """
    SELECT name FROM pg_settings
    JOIN unnest(%s::text[], %s::text[]) AS quiet (name, setting) USING (name)
    WHERE pg_settings.setting <> quiet.setting
    ORDER BY name"""


def telling(cursor) -> list[str]:
    """Names of settings under which this connection's statements may end up in the server's log."""
    cursor.execute(TELLING, [list(SETTINGS), list(SETTINGS.values())])
    return first_column(cursor)
