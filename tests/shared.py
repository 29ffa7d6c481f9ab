"""What the tests of one module share, built once: each test changes it in a savepoint of its own,
and after the last one nothing is left.

Not for a module with tests that commit: they would wait for the transaction that is open.
"""

from collections.abc import Callable, Iterator

from django.db import connection, transaction

from tests.owner import FUNCTION


def kept(blocker, build: Callable) -> Iterator:
    """The body of a fixture of a module: yields what ``build`` gives, best the ids of rows, since a
    test may change an object. ``blocker`` is pytest-django's ``django_db_blocker``.
    """
    outer = transaction.atomic()
    with blocker.unblock():
        outer.__enter__()
        built = build()
        tell_the_planner()
    try:
        yield built
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def tell_the_planner() -> None:
    """How many rows there are, and of which kind: what is not committed no autovacuum looks at."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FUNCTION}('ANALYZE')")
