"""What the application's role makes or sets for itself changes nothing for the portal."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shadow():
    """A view with the name of a table, before which the role puts its own schema."""
    role_here = f'ROLE CURRENT_USER IN DATABASE "{connection.settings_dict["NAME"]}"'
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIEW staging.crm_reader AS SELECT * FROM public.crm_reader")
        cursor.execute(f"ALTER {role_here} SET search_path = staging, public")
    connection.close()
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER {role_here} RESET search_path")
        cursor.execute("DROP VIEW staging.crm_reader")
    connection.close()


def test_the_portals_connections_look_for_its_tables_in_its_own_schema(shadow):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'crm_reader'::regclass = 'public.crm_reader'::regclass")
        assert cursor.fetchone() == (True,)


#: What the role sets, and what its connections say all the same.
SETTINGS = {
    "synchronous_commit": ("off", "on"),
    "extra_float_digits": ("-15", "1"),
    "intervalstyle": ("iso_8601", "postgres"),
    "datestyle": ("German", "ISO"),
    "default_transaction_isolation": ("serializable", "read committed"),
    "default_transaction_read_only": ("on", "off"),
}


def test_what_the_role_sets_for_itself_holds_for_no_connection_of_the_portal():
    """Fault 57. What was acknowledged could be lost with the server, and every number with
    a fraction seemed to have changed.
    """
    role_here = f'ROLE CURRENT_USER IN DATABASE "{connection.settings_dict["NAME"]}"'
    with connection.cursor() as cursor:
        for name, (wished, _said) in SETTINGS.items():
            cursor.execute(f"ALTER {role_here} SET {name} = '{wished}'")
    connection.close()
    try:
        with connection.cursor() as cursor:
            for name, (_wished, said) in SETTINGS.items():
                cursor.execute(f"SHOW {name}")
                assert cursor.fetchone()[0].startswith(said), name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER {role_here} RESET ALL")
        connection.close()
