"""Functions of the owner's that fold activities, and remove audit rows and old rules of segments.

None takes a row that is younger than the least term, whatever it is asked.
"""

from django.db import migrations

#: Counts at most ``most`` rows before ``until`` into their months and removes them, in one
#: statement. What lies in one of the times from ``starts`` to before ``ends`` stays, and what
#: somebody else is at work on waits for the next time. Returns how many rows; -1 where activities
#: are being appended just now.
FOLD = """
CREATE FUNCTION huixiang_fold_activities(
    until timestamptz, starts timestamptz[], ends timestamptz[], zone text, most integer
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kinds varchar[];
    folded integer;
BEGIN
    IF until > statement_timestamp() - interval '29 days' THEN
        RAISE EXCEPTION 'activities are kept for 30 days at least';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtext('huixiang.fold')) THEN
        RETURN -1;
    END IF;
    -- The kinds there are, by one look into the index for each: also such as no version names now.
    WITH RECURSIVE found (kind) AS (
        SELECT min(kind) FROM public.crm_activity
        UNION ALL
        SELECT (SELECT min(a.kind) FROM public.crm_activity a WHERE a.kind > found.kind)
        FROM found
        WHERE found.kind IS NOT NULL
    )
    SELECT array_agg(kind) INTO kinds FROM found WHERE kind IS NOT NULL;

    WITH over AS (
        SELECT a.id
        FROM public.crm_activity a
        JOIN public.crm_reader r ON r.id = a.reader_id
        WHERE a.kind = ANY(kinds)
          AND a.at < until
          AND NOT EXISTS (
              SELECT FROM unnest(starts, ends) AS kept (first, last)
              WHERE a.at >= kept.first AND a.at < kept.last
          )
        LIMIT most
        FOR UPDATE OF a SKIP LOCKED
        FOR KEY SHARE OF r SKIP LOCKED
    ), gone AS (
        DELETE FROM public.crm_activity a
        USING over
        WHERE a.id = over.id
        RETURNING a.reader_id, a.kind, a.at, a.source, a.ref
    ), marked AS (
        INSERT INTO public.crm_foldedref (key)
        SELECT encode(
            substring(sha256(convert_to(source || E'\\n' || ref, 'UTF8')) FROM 1 FOR 16), 'hex'
        )::uuid
        FROM gone
        ON CONFLICT DO NOTHING
    ), counted AS (
        INSERT INTO public.crm_foldedmonth AS m (reader_id, kind, month, n, first, last)
        SELECT reader_id, kind, date_trunc('month', at AT TIME ZONE zone)::date AS month,
            count(*), min(at), max(at)
        FROM gone
        GROUP BY 1, 2, 3
        ORDER BY 1, 2, 3
        ON CONFLICT (reader_id, kind, month) DO UPDATE
        SET n = m.n + excluded.n,
            first = least(m.first, excluded.first),
            last = greatest(m.last, excluded.last)
    )
    SELECT count(*) INTO folded FROM gone;

    IF folded > 0 THEN
        INSERT INTO public.crm_auditevent (at, action, object_type, object_id, detail)
        VALUES (statement_timestamp(), 'retention.fold', '', '',
                jsonb_build_object('rows', folded, 'before', until));
    END IF;
    RETURN folded;
END $$;
REVOKE ALL ON FUNCTION
    huixiang_fold_activities(timestamptz, timestamptz[], timestamptz[], text, integer) FROM PUBLIC
"""
DROP_FOLD = """
DROP FUNCTION
    huixiang_fold_activities(timestamptz, timestamptz[], timestamptz[], text, integer)
"""
#: The triggers that keep the trail say their names in crm.AuditEvent.
FORGET_AUDIT = """
CREATE FUNCTION huixiang_forget_audit(until timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    removed integer;
BEGIN
    IF until > statement_timestamp() - interval '179 days' THEN
        RAISE EXCEPTION 'the audit trail is kept for 180 days at least';
    END IF;
    PERFORM set_config('pgtrigger.ignore', '{pgtrigger_keep_abebe}', true);
    WITH over AS (
        SELECT id FROM public.crm_auditevent
        WHERE at < until
        ORDER BY at
        LIMIT most
        FOR UPDATE SKIP LOCKED
    )
    DELETE FROM public.crm_auditevent a USING over WHERE a.id = over.id;
    GET DIAGNOSTICS removed = ROW_COUNT;
    PERFORM set_config('pgtrigger.ignore', '{}', true);
    IF removed > 0 THEN
        INSERT INTO public.crm_auditevent (at, action, object_type, object_id, detail)
        VALUES (statement_timestamp(), 'retention.remove', '', '',
                jsonb_build_object('kind', 'audit', 'rows', removed, 'before', until));
    END IF;
    RETURN removed;
END $$;
REVOKE ALL ON FUNCTION huixiang_forget_audit(timestamptz, integer) FROM PUBLIC
"""
FORGET_RULES = """
CREATE FUNCTION huixiang_forget_rules(until timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    removed integer;
BEGIN
    IF until > statement_timestamp() - interval '179 days' THEN
        RAISE EXCEPTION 'earlier rules are kept for 180 days at least';
    END IF;
    WITH over AS (
        SELECT pgh_id FROM public.crm_segmentnamedescriptionruleversionevent
        WHERE pgh_created_at < until
        ORDER BY pgh_id
        LIMIT most
        FOR UPDATE SKIP LOCKED
    )
    DELETE FROM public.crm_segmentnamedescriptionruleversionevent e
    USING over
    WHERE e.pgh_id = over.pgh_id;
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN
        INSERT INTO public.crm_auditevent (at, action, object_type, object_id, detail)
        VALUES (statement_timestamp(), 'retention.remove', '', '',
                jsonb_build_object('kind', 'rules', 'rows', removed, 'before', until));
    END IF;
    RETURN removed;
END $$;
REVOKE ALL ON FUNCTION huixiang_forget_rules(timestamptz, integer) FROM PUBLIC
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0032_the_retention_clock")]

    operations = [
        migrations.RunSQL(FOLD, DROP_FOLD),
        migrations.RunSQL(
            FORGET_AUDIT, "DROP FUNCTION huixiang_forget_audit(timestamptz, integer)"
        ),
        migrations.RunSQL(
            FORGET_RULES, "DROP FUNCTION huixiang_forget_rules(timestamptz, integer)"
        ),
    ]
