"""The ledger of consents is only added to; taking an import back removes what it wrote itself."""

from django.db import migrations

#: What the audit trail calls it.
ACTION = "import.consents"
#: ``readers`` are those the caller wants to remove. Only readers that this import created and that
#: nobody changed since lose anything, and only what a file said of them.
MAKE = f"""
CREATE FUNCTION huixiang_undo_consents(batch bigint, readers bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    removed bigint;
BEGIN
    DELETE FROM public.crm_consentevent e
    USING public.crm_importbatch b, public.crm_reader r
    WHERE b.id = batch AND b.state = 'done'
        AND r.import_batch_id = b.id AND r.updated_at = b.merged_at
        AND r.id IN (SELECT unnest(readers))
        AND e.reader_id = r.id AND e.source LIKE 'import%';
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN
        INSERT INTO public.crm_auditevent (at, action, object_type, object_id, detail)
        VALUES (now(), '{ACTION}', 'crm.importbatch', batch::text,
                jsonb_build_object('removed', removed));
    END IF;
    RETURN removed;
END $$;
REVOKE ALL ON FUNCTION huixiang_undo_consents(bigint, bigint[]) FROM PUBLIC
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0008_staging_schema")]

    operations = [
        migrations.RunSQL(MAKE, "DROP FUNCTION huixiang_undo_consents(bigint, bigint[])"),
    ]
