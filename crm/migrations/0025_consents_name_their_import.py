"""Each row of the ledger that an import wrote names the import; taking one back removes these rows
and no others, and none of a reader who has spoken for themself.
"""

from django.db import migrations, models

ACTION = "import.consents"
#: The moment of an import stands in all that it wrote.
NAME_THEM = """
UPDATE crm_consentevent e SET import_run = b.id
FROM crm_importbatch b
WHERE e.at = b.merged_at AND e.source LIKE 'import%'
"""
#: Of readers that the import made, and nothing changed since: what it wrote of them, and what
#: imports wrote that were themselves taken back. Rows of 0.1 about such a one name no import.
MAKE = f"""
CREATE OR REPLACE FUNCTION huixiang_undo_consents(batch bigint, readers bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    removed bigint;
BEGIN
    DELETE FROM crm_consentevent e
    USING crm_importbatch b, crm_reader r
    WHERE b.id = batch AND b.state = 'done'
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


class Migration(migrations.Migration):
    dependencies = [("crm", "0024_first_notice")]

    operations = [
        migrations.AddField(
            model_name="consentevent",
            name="import_run",
            field=models.BigIntegerField(null=True, editable=False),
        ),
        migrations.RunSQL(NAME_THEM, migrations.RunSQL.noop),
        # Back to a function that takes the rows by their moment there is no way.
        migrations.RunSQL(MAKE, migrations.RunSQL.noop),
    ]
