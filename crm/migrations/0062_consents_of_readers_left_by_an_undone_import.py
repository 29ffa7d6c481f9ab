"""A reader whom an import made, and who stayed when it was taken back because activities named
them, goes with the last of these: with them what that import had written into the ledger.
"""

from django.db import migrations

ACTION = "import.consents"
MAKE = f"""
CREATE OR REPLACE FUNCTION huixiang_undo_consents(batch bigint, readers bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    removed bigint;
BEGIN
    DELETE FROM crm_consentevent e
    USING crm_importbatch b, crm_reader r
    WHERE b.id = batch AND b.state IN ('done', 'undone')
        AND r.import_batch_id = b.id AND r.updated_at = b.merged_at
        AND r.id IN (SELECT unnest(readers))
        AND e.reader_id = r.id AND e.source LIKE 'import%'
        AND (e.import_run = b.id
            OR e.import_run IN (SELECT id FROM crm_importbatch WHERE state = 'undone')
            OR (e.import_run IS NULL AND e.source = 'import.undone'))
        AND NOT EXISTS (
            SELECT 1 FROM crm_consentevent own
            WHERE own.reader_id = r.id AND own.source NOT LIKE 'import%');
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN
        INSERT INTO crm_auditevent (at, action, object_type, object_id, detail)
        VALUES (now(), '{ACTION}', 'crm.importbatch', batch::text,
                jsonb_build_object('removed', removed));
    END IF;
    RETURN removed;
END $$
"""
#: As it was: of imports alone that are being taken back.
BEFORE = MAKE.replace("b.state IN ('done', 'undone')", "b.state = 'done'")


class Migration(migrations.Migration):
    dependencies = [("crm", "0061_answers_to_programs")]

    operations = [migrations.RunSQL(MAKE, BEFORE)]
