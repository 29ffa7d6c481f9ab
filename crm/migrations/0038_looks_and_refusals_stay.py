"""Looks at readers and the list of refused addresses are only added to; functions of the owner's
take from them what may go. What may be folded is no longer the caller's word alone.
"""

from importlib import import_module

from django.db import migrations

before = import_module("crm.migrations.0033_what_the_clock_may_remove")
rules = import_module("crm.migrations.0037_contexts_and_files_end")
consents = import_module("crm.migrations.0025_consents_name_their_import")
HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$"
NOTHING = """    IF num_nulls({arguments}) > 0 THEN
        RAISE EXCEPTION 'an argument is missing' USING ERRCODE = 'null_value_not_allowed';
    END IF;
"""


def complete(function: str, arguments: str) -> str:
    """The function, which refuses to be called without one of these."""
    replaced = function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    head, begin, rest = replaced.partition("\nBEGIN\n")
    return head + begin + NOTHING.format(arguments=arguments) + rest


FORGET_LOOKS = f"""
CREATE FUNCTION huixiang_forget_looks(until timestamptz, most integer) RETURNS integer
{HEAD}
DECLARE
    removed integer;
BEGIN
    IF num_nulls(until, most) > 0 THEN
        RAISE EXCEPTION 'an argument is missing' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF until > statement_timestamp() - interval '179 days' THEN
        RAISE EXCEPTION 'who looked at whom is kept for 180 days';
    END IF;
    WITH over AS (
        SELECT id FROM public.crm_look WHERE at < until ORDER BY id LIMIT most
        FOR UPDATE SKIP LOCKED
    )
    DELETE FROM public.crm_look l USING over WHERE l.id = over.id;
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN
        INSERT INTO public.crm_auditevent (at, action, object_type, object_id, detail)
        VALUES (statement_timestamp(), 'retention.remove', '', '',
                jsonb_build_object('kind', 'looks', 'rows', removed, 'before', until));
    END IF;
    RETURN removed;
END $$;
REVOKE ALL ON FUNCTION huixiang_forget_looks(timestamptz, integer) FROM PUBLIC
"""
#: ``said``: the entry of the ledger by which somebody allows to be written to. ``digests``: those of
#: one address. What was refused later than that stays, and what an erasure put there unless its
#: owner speaks, signed in. A row that stopped every purpose leaves one for each other purpose.
RELEASE = f"""
CREATE FUNCTION huixiang_release_address(said bigint, digests bytea[]) RETURNS integer
{HEAD}
DECLARE
    yes public.crm_consentevent%ROWTYPE;
    is_owners boolean;
    released integer;
BEGIN
    IF num_nulls(said, digests) > 0 OR array_position(digests, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'an argument is missing' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF cardinality(digests) > 64 THEN
        RAISE EXCEPTION 'no address has so many spellings' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO yes FROM public.crm_consentevent WHERE id = said;
    IF NOT FOUND OR NOT yes.granted OR yes.reader_id IS NULL OR yes.purpose = ''
        OR yes.source <> ALL ('{{portal,staff,api,"unsubscribe page"}}'::text[])
    THEN
        RAISE EXCEPTION 'nobody said so' USING ERRCODE = 'check_violation';
    END IF;
    is_owners := yes.source = 'portal' AND EXISTS (
        SELECT FROM public.crm_reader r WHERE r.id = yes.reader_id AND r.user_id = yes.by_id);
    WITH gone AS (
        DELETE FROM public.crm_suppression s
        WHERE s.channel = yes.channel AND s.purpose IN ('', yes.purpose)
            AND s.digest = ANY(digests) AND s.at <= yes.at
            AND (s.reason <> 'erased' OR is_owners)
        RETURNING s.channel, s.purpose, s.digest
    ), others AS (
        INSERT INTO public.crm_suppression (channel, purpose, digest, reason, at)
        SELECT gone.channel, other, gone.digest, 'unsubscribed', statement_timestamp()
        FROM gone, unnest('{{notices,events,surveys,research}}'::text[]) AS o (other)
        WHERE gone.purpose = '' AND other <> yes.purpose
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) INTO released FROM gone;
    IF released > 0 THEN
        INSERT INTO public.crm_auditevent (at, user_id, action, object_type, object_id, detail)
        VALUES (clock_timestamp(), yes.by_id, 'address.release', 'crm.reader', yes.reader_id::text,
                jsonb_build_object('channel', yes.channel, 'purpose', yes.purpose,
                                   'source', yes.source));
    END IF;
    RETURN released;
END $$;
REVOKE ALL ON FUNCTION huixiang_release_address(bigint, bytea[]) FROM PUBLIC
"""
#: Erasing somebody turns a row of before into one of an erasure. There is no way back.
ONLY_ERASED = """
CREATE FUNCTION huixiang_refusals_only_harden() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a refused address stays refused' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER only_hardens BEFORE UPDATE ON crm_suppression
    FOR EACH ROW
    WHEN (NEW.reason IS DISTINCT FROM OLD.reason AND NEW.reason IS DISTINCT FROM 'erased')
    EXECUTE FUNCTION huixiang_refusals_only_harden()
"""
DROP_ONLY_ERASED = """
DROP TRIGGER only_hardens ON crm_suppression;
DROP FUNCTION huixiang_refusals_only_harden()
"""
#: What the owner writes anew after each migration (``crm/readers/zone.py``).
ZONE = """
CREATE FUNCTION huixiang_library_zone() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$SELECT 'Asia/Shanghai'::text$$
"""
#: Times of which rows stay, as far as the database itself can tell them. The rooms that count make
#: it anew in their own migrations: here nothing is known of what they count.
NEEDED = """
CREATE FUNCTION huixiang_still_needed() RETURNS TABLE (first timestamptz, last timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS
'SELECT NULL::timestamptz, NULL::timestamptz WHERE false';
REVOKE ALL ON FUNCTION huixiang_still_needed() FROM PUBLIC
"""
OLD = "timestamptz, timestamptz[], timestamptz[], text, integer"
NEW = "timestamptz, timestamptz[], timestamptz[], integer"
FOLD = (
    before.FOLD.replace("ends timestamptz[], zone text, most integer", "ends timestamptz[], most integer")
    .replace(OLD, NEW)
    .replace("    folded integer;\n", "    folded integer;\n    zone text := public.huixiang_library_zone();\n")
    .replace(
        "              SELECT FROM unnest(starts, ends) AS kept (first, last)\n",
        "              SELECT FROM (\n"
        "                  SELECT * FROM unnest(starts, ends)\n"
        "                  UNION ALL\n"
        "                  SELECT * FROM unnest(firsts, lasts)\n"
        "              ) AS kept (first, last)\n",
    )
    .replace("    kinds varchar[];\n", "    kinds varchar[];\n    firsts timestamptz[];\n    lasts timestamptz[];\n")
    .replace(
        "    IF NOT pg_try_advisory",
        "    IF cardinality(starts) <> cardinality(ends)\n"
        "        OR array_position(starts, NULL) IS NOT NULL\n"
        "        OR array_position(ends, NULL) IS NOT NULL\n"
        "    THEN\n"
        "        RAISE EXCEPTION 'each time that is kept has a beginning and an end';\n"
        "    END IF;\n"
        "    IF most > 10000 THEN\n"
        "        RAISE EXCEPTION 'at most 10000 rows are folded at once';\n"
        "    END IF;\n"
        "    SELECT array_agg(n.first), array_agg(n.last) INTO firsts, lasts\n"
        "    FROM public.huixiang_still_needed() n;\n"
        "    IF NOT pg_try_advisory",
        1,
    )
)
FOLD = complete(FOLD, "until, starts, ends, most")
FORGET_AUDIT = complete(before.FORGET_AUDIT, "until, most")
FORGET_RULES = complete(rules.FORGET_RULES, "until, most")
UNDO_CONSENTS = complete(consents.MAKE, "batch, readers")


def as_it_was(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("crm", "0037_contexts_and_files_end")]

    operations = [
        migrations.RunSQL(
            FORGET_LOOKS, "DROP FUNCTION huixiang_forget_looks(timestamptz, integer)"
        ),
        migrations.RunSQL(RELEASE, "DROP FUNCTION huixiang_release_address(bigint, bytea[])"),
        migrations.RunSQL(ONLY_ERASED, DROP_ONLY_ERASED),
        migrations.RunSQL(ZONE, "DROP FUNCTION huixiang_library_zone()"),
        migrations.RunSQL(NEEDED, "DROP FUNCTION huixiang_still_needed()"),
        migrations.RunSQL(before.DROP_FOLD, before.FOLD),
        migrations.RunSQL(FOLD, f"DROP FUNCTION huixiang_fold_activities({NEW})"),
        migrations.RunSQL(FORGET_AUDIT, as_it_was(before.FORGET_AUDIT)),
        migrations.RunSQL(FORGET_RULES, rules.FORGET_RULES),
        migrations.RunSQL(UNDO_CONSENTS, consents.MAKE),
    ]
