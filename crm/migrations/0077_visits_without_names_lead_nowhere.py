"""Visits without names keep nothing by which a row or a person would be known again, and a source
that keeps no names has no rows under readers.
"""

from django.db import migrations, models

#: Keys that numbers could be laid beside become keys of one import each; what was drawn for it is
#: gone with the statement. Within an import the same visitor stays the same: it is drawn once for
#: each, however the rows are joined.
REKEY = """
WITH drawn AS MATERIALIZED (
    SELECT import_run, gen_random_uuid()::text || gen_random_uuid()::text AS salt
    FROM (SELECT DISTINCT import_run FROM crm_namelessvisit) runs
)
UPDATE crm_namelessvisit v
SET visitor = md5(drawn.salt || v.visitor::text)::uuid
FROM drawn
WHERE drawn.import_run = v.import_run
"""
#: Of earlier versions a row had to be told apart by it.
TELL_APART = "UPDATE crm_namelessvisit SET ref = id::text"
#: One look for a statement, however many rows it brings.
REFUSE_NAMES = """
CREATE FUNCTION huixiang_refuse_names() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.crm_datasource d
        WHERE NOT d.named AND EXISTS (SELECT FROM brought b WHERE b.source = d.code)
    ) THEN
        RAISE EXCEPTION 'this source keeps no names' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER huixiang_refuse_names AFTER INSERT ON crm_activity
    REFERENCING NEW TABLE AS brought
    FOR EACH STATEMENT EXECUTE FUNCTION huixiang_refuse_names()
"""
ADMIT_NAMES = """
DROP TRIGGER huixiang_refuse_names ON crm_activity;
DROP FUNCTION huixiang_refuse_names()
"""
#: What was said to readers is not taken back, and not said while rows lie under their names.
STAYS_NAMELESS = """
CREATE FUNCTION huixiang_stays_nameless() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.named AND NOT OLD.named THEN
        RAISE EXCEPTION 'this source keeps no names' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT NEW.named AND EXISTS (
        SELECT FROM public.crm_activity a WHERE a.source = NEW.code
    ) THEN
        RAISE EXCEPTION 'rows of this source are kept under readers'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER huixiang_stays_nameless AFTER INSERT OR UPDATE OF named, code ON crm_datasource
    FOR EACH ROW EXECUTE FUNCTION huixiang_stays_nameless()
"""
MAY_NAME = """
DROP TRIGGER huixiang_stays_nameless ON crm_datasource;
DROP FUNCTION huixiang_stays_nameless()
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0076_current_readers_are_called_so")]

    operations = [
        migrations.RemoveConstraint("namelessvisit", "nameless_visit_once"),
        migrations.AlterField("namelessvisit", "ref", models.CharField(max_length=64, null=True)),
        migrations.RunSQL(REKEY, TELL_APART),
        migrations.RemoveField("namelessvisit", "ref"),
        migrations.RunSQL(REFUSE_NAMES, ADMIT_NAMES),
        migrations.RunSQL(STAYS_NAMELESS, MAY_NAME),
    ]
