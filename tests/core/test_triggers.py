"""Triggers that guard what is kept: no setting of a session and no temporary table gets past them.

Everything here runs as the application's role.
"""

import pytest
from django.db import DatabaseError, connection, transaction

from campaigns.plan.models import Campaign
from crm.segments.models import Segment
from tests.factories import SegmentFactory
from tests.house.test_grants import rows

pytestmark = pytest.mark.django_db

#: Triggers of django-pgtrigger that may be passed by, with what is lost where one is: nothing, for
#: the application may delete and add tokens as it likes.
PASSED_BY = {"pgtrigger_ends_tokens_bc66f"}
TRIGGERS = """
    SELECT tgname FROM pg_trigger
    WHERE NOT tgisinternal AND tgname LIKE 'pgtrigger%%' ORDER BY 1"""


def triggers() -> list[str]:
    return [name for (name,) in rows(TRIGGERS)]


def stand_aside() -> None:
    """What somebody who has got hold of the application's role would say first."""
    rows("SELECT set_config('pgtrigger.ignore', %s, true)", "{" + ",".join(triggers()) + "}")


def test_no_trigger_stands_aside_for_the_application():
    """Fault 57. The setting that makes triggers stand aside is every role's to set."""
    assert len(triggers()) > 8
    stand_aside()
    aside = {
        name
        for name in triggers()
        if rows("SELECT public._pgtrigger_should_ignore(%s)", name)[0][0]
    }
    assert aside == PASSED_BY


def test_history_is_written_all_the_same(campaign):
    stand_aside()
    Campaign.objects.filter(pk=campaign.pk).update(title="Another")
    said = rows(
        "SELECT title FROM campaigns_campaignevent WHERE pgh_obj_id = %s"
        " ORDER BY pgh_id DESC LIMIT 1",
        campaign.pk,
    )
    assert said == [("Another",)]

    segment = SegmentFactory(rule={})
    Segment.objects.filter(pk=segment.pk).update(name="Another")
    said = rows(
        "SELECT name FROM crm_segmentnamedescriptionruleversionevent WHERE pgh_obj_id = %s"
        " ORDER BY pgh_id DESC LIMIT 1",
        segment.pk,
    )
    assert said == [("Another",)]


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE campaigns_campaign SET budget = 1 WHERE id = %s",
        "INSERT INTO campaigns_standard (campaign_id, metric, direction, weight, source, target)"
        " VALUES (%s, 'responses', '>=', 1, 'x', 1)",
    ],
)
def test_what_is_locked_stays_locked(campaign, attempt):
    stand_aside()
    with pytest.raises(DatabaseError, match="locked|on record"), transaction.atomic():
        rows(f"{attempt} RETURNING 1", campaign.pk)


def test_a_temporary_table_of_the_same_name_is_not_believed(campaign):
    """The trigger of standards asks campaigns whether one is live: ours, and not the session's."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE campaigns_campaign (id bigint, locked_at timestamptz)")
        cursor.execute(
            "CREATE TEMP TABLE campaigns_campaignevent (LIKE public.campaigns_campaignevent)"
        )
        cursor.execute("SET LOCAL search_path = pg_temp, public")
    with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
        rows(
            "INSERT INTO public.campaigns_standard"
            " (campaign_id, metric, direction, weight, source, target)"
            " VALUES (%s, 'responses', '>=', 1, 'x', 1) RETURNING 1",
            campaign.pk,
        )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE public.campaigns_campaign SET title = 'Another'")
        cursor.execute("SELECT count(*) FROM pg_temp.campaigns_campaignevent")
        assert cursor.fetchone() == (0,)


def test_every_function_of_a_trigger_looks_for_tables_where_it_was_told():
    found = rows(
        "SELECT proname, proconfig FROM pg_proc WHERE prorettype = 'trigger'::regtype"
        " AND pronamespace = 'public'::regnamespace"
    )
    assert len(found) > 8
    for name, said in found:
        assert said == ["search_path=pg_catalog, public, pg_temp"], name
