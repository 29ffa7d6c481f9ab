"""The published case's figures are chained, a look through the chains is never dated ahead, and the
database knows of which rows facts and evaluations are still to be computed.
"""

from importlib import import_module

from django.db import migrations

from analytics.published.chains import Chain, Rows
from analytics.published.sealing import append, parts_of

before = import_module("analytics.migrations.0013_no_look_of_tomorrow")
OBSERVATIONS = Chain(
    "observations", "analytics.Observation", (Rows("analytics.Observation", "t.id"),)
)


def seal_all(apps, _schema_editor):
    """Those of before, in the order of their ids: what they were until then nobody can say."""
    seals = apps.get_model("analytics", "Seal")
    known = set(
        seals.objects.filter(chain=OBSERVATIONS.code).values_list("object_id", flat=True)
    )
    for object_id, parts in parts_of(OBSERVATIONS).items():
        if object_id not in known:
            made = seals(
                chain=OBSERVATIONS.code,
                object_id=object_id,
                parts=parts,
                reason="first",
                chained_later=True,
            )
            append(made)


#: The application asks the database for the moment: no clocks of two machines are compared.
NOT_AHEAD = """
CREATE OR REPLACE FUNCTION huixiang_no_look_of_tomorrow() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.at > statement_timestamp() THEN
        RAISE EXCEPTION 'nobody has looked through the chains at % yet', NEW.at
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
AS_BEFORE = before.MAKE.split("CREATE TRIGGER")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
#: As ``facts/terms.py`` and ``loop/settled.py`` say it in Python.
NEEDED = """
CREATE OR REPLACE FUNCTION huixiang_still_needed()
RETURNS TABLE (first timestamptz, last timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    zone text := public.huixiang_library_zone();
BEGIN
    RETURN QUERY
        SELECT coalesce(
            date_trunc('day', max(f.computed_at) AT TIME ZONE zone) AT TIME ZONE zone,
            '-infinity'::timestamptz), 'infinity'::timestamptz
        FROM public.analytics_fact f;
    RETURN QUERY
        SELECT w.began, w.ended
        FROM (
            SELECT
                c.id,
                coalesce(
                    (SELECT min(t.launched_at) FROM public.campaigns_content t
                     WHERE t.campaign_id = c.id),
                    CASE WHEN c.locked_at IS NOT NULL THEN
                        greatest(c.starts_on, date '2000-01-01')::timestamp AT TIME ZONE zone
                    END) AS began,
                coalesce(
                    (least(c.ends_on, date '2100-12-31') + 1)::timestamp AT TIME ZONE zone,
                    c.closed_at, 'infinity'::timestamptz) AS ended
            FROM public.campaigns_campaign c
        ) w
        WHERE w.began < statement_timestamp()
            AND NOT EXISTS (
                SELECT FROM public.analytics_evaluation e
                WHERE e.campaign_id = w.id AND e.as_of >= w.ended);
END $$
"""
NOT_NEEDED = import_module("crm.migrations.0038_looks_and_refusals_stay").NEEDED
DROP_NEEDED = "DROP FUNCTION huixiang_still_needed()"


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0014_newer_models_are_named"),
        ("campaigns", "0013_amendments_stay"),
        ("crm", "0038_looks_and_refusals_stay"),
    ]

    operations = [
        migrations.RunPython(seal_all, migrations.RunPython.noop),
        migrations.RunSQL(NOT_AHEAD, AS_BEFORE),
        migrations.RunSQL(NEEDED, [DROP_NEEDED, NOT_NEEDED]),
    ]
