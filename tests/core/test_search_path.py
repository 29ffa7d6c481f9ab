"""What the application's role makes in its own schema stands in for no table of the portal."""

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
