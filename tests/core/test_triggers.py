"""Triggers that guard what is kept: no setting of a session and no temporary table gets past them.

Everything here runs as the application's role.
"""

import re

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


# --- rows that are removed and written anew -------------------------------------------------------
#: Triggers on tables whose rows the application may remove that do not ask at DELETE, and why none
#: needs to: whatever else is added here must hold when a row is deleted and inserted anew.
NOT_AT_DELETE = {
    # Beside lock_stays, which refuses to delete what this one speaks of.
    "campaigns_campaign.budget_is_logged": "locked campaigns are not deleted",
    "campaigns_campaign.insert_insert": "writes history; a row written anew is in it",
    "campaigns_campaign.update_update": "writes history",
    "campaigns_standard.insert_insert": "writes history; a row written anew is in it",
    "campaigns_standard.update_update": "writes history",
    "crm_activity.huixiang_refuse_names": "asks at INSERT, which a row written anew is",
    "crm_datasource.huixiang_stays_nameless": "written anew it has none of the former visits",
    "crm_subscriber.huixiang_confirmed_by_link": "asks at INSERT, which a row written anew is",
    "crm_librarysettings.insert_insert": "writes history; a row written anew is in it",
    "crm_librarysettings.update_update": "writes history",
    "crm_segment.insert_insert": "writes history; a row written anew is in it",
    "crm_segment.update_update": "writes history",
    "crm_reader.keeps_former_addresses": "a convenience: addresses of a reader who is gone go too",
    "crm_reader.forgets_trouble_of_former_address": "a convenience; a new row has no trouble",
    "crm_identity.refuses_taken_numbers": "asks at INSERT, which a row written anew is",
    "feedback_heldanswer.held_answers_stay": "a box written anew counts once, or not at all",
    "crm_user.ends_tokens": "tokens of a deleted account are deleted with it",
    "crm_user.marks_staff": "a mark for erasing, asked while the account is there",
}
ON_REMOVABLE = """
    SELECT c.relname, t.tgname, (t.tgtype & 8) > 0
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND has_table_privilege(c.oid, 'DELETE')
    ORDER BY 1, 2"""


def test_every_guard_of_rows_that_the_application_may_remove_asks_at_delete_too():
    """Fault 57. Who may delete and insert passes by a trigger that asks at UPDATE alone."""
    open_at_delete, asks = set(), set()
    for table, trigger, at_delete in rows(ON_REMOVABLE):
        name = re.sub("^pgtrigger_(.*)_[0-9a-f]{5}$", r"\1", trigger)
        (asks if at_delete else open_at_delete).add(f"{table}.{name}")
    assert open_at_delete == NOT_AT_DELETE.keys()
    assert asks == {
        "campaigns_arm.locked",
        "campaigns_campaign.lock_stays",
        "campaigns_experiment.locked",
        "campaigns_guardrail.locked",
        "campaigns_standard.locked",
        "feedback_survey.promises_stay",
    }


#: Guards of rows that the application may not remove at all.
NEVER_REMOVED = {
    "analytics_adjustment.moves_by_rule",
    "analytics_publishedmonth.follows_before",
    "analytics_seal.follows",
    "analytics_secondreading.answered_once",
    "analytics_verification.no_look_of_tomorrow",
    "campaigns_budgetchange.kept",
    "campaigns_drawnarm.kept",
    "crm_auditevent.append_only",
    "crm_auditevent.keep",
    "crm_suppression.only_hardens",
    "feedback_surveyversion.immutable",
    "pghistory_context.only_grows",
}


def test_every_other_guard_is_of_rows_that_stay():
    found = rows(
        "SELECT c.relname, t.tgname, has_table_privilege(c.oid, 'DELETE')"
        " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
    )
    kept = set()
    for table, trigger, removable in found:
        if not removable:
            kept.add(f"{table}." + re.sub("^pgtrigger_(.*)_[0-9a-f]{5}$", r"\1", trigger))
    assert kept == NEVER_REMOVED
