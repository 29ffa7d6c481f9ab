"""The owner's function that removes earlier states of plans and standards past their term."""

from django.db import migrations

MAKE = """
CREATE FUNCTION huixiang_forget_plans(until timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_campaigns integer;
    of_standards integer;
BEGIN
    IF until > statement_timestamp() - interval '179 days' THEN
        RAISE EXCEPTION 'earlier states of plans are kept for 180 days at least';
    END IF;
    WITH over AS (
        SELECT pgh_id FROM public.campaigns_campaignevent
        WHERE pgh_created_at < until
        ORDER BY pgh_id
        LIMIT most
        FOR UPDATE SKIP LOCKED
    )
    DELETE FROM public.campaigns_campaignevent e USING over WHERE e.pgh_id = over.pgh_id;
    GET DIAGNOSTICS of_campaigns = ROW_COUNT;
    WITH over AS (
        SELECT pgh_id FROM public.campaigns_standardevent
        WHERE pgh_created_at < until
        ORDER BY pgh_id
        LIMIT most - of_campaigns
        FOR UPDATE SKIP LOCKED
    )
    DELETE FROM public.campaigns_standardevent e USING over WHERE e.pgh_id = over.pgh_id;
    GET DIAGNOSTICS of_standards = ROW_COUNT;
    IF of_campaigns + of_standards > 0 THEN
        INSERT INTO public.crm_auditevent (at, action, object_type, object_id, detail)
        VALUES (statement_timestamp(), 'retention.remove', '', '',
                jsonb_build_object('kind', 'plans', 'rows', of_campaigns + of_standards,
                                   'before', until));
    END IF;
    RETURN of_campaigns + of_standards;
END $$;
REVOKE ALL ON FUNCTION huixiang_forget_plans(timestamptz, integer) FROM PUBLIC
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0010_picture_of_a_content"),
        ("crm", "0033_what_the_clock_may_remove"),
    ]

    operations = [
        migrations.RunSQL(MAKE, "DROP FUNCTION huixiang_forget_plans(timestamptz, integer)")
    ]
