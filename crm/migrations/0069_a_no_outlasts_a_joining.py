"""A no that is said while two records are joined outlasts the joining, and what was joined stays
known after it.
"""

import django.db.models.fields.json
from django.db import migrations, models

#: The owner's functions are written anew after each migration, with one argument more than before;
#: PostgreSQL would keep both.
FORMER_FUNCTIONS = """
DROP FUNCTION IF EXISTS huixiang_join_readers(bigint, bigint, bigint, text, jsonb, jsonb, jsonb);
DROP FUNCTION IF EXISTS huixiang_part_readers(bigint, bigint, jsonb, jsonb)
"""
LATER_FUNCTIONS = """
DROP FUNCTION IF EXISTS
    huixiang_join_readers(bigint, bigint, bigint, text, jsonb, jsonb, jsonb, jsonb);
DROP FUNCTION IF EXISTS huixiang_part_readers(bigint, bigint, jsonb, jsonb, jsonb)
"""
#: What a joining alone has listed gets a reason of its own; a person's own no hardens it.
JOINED = """
DROP TRIGGER only_hardens ON crm_suppression;
UPDATE crm_suppression s SET reason = 'joined'
FROM crm_mergedrow w JOIN crm_joinedrecord m ON m.id = w.merge_id
WHERE w.model = 'crm.Suppression' AND w.how = 'written' AND s.id = (w.was ->> 'id')::bigint
    AND s.reason = 'unsubscribed' AND m.parted_at IS NULL
    AND NOT EXISTS (
        SELECT FROM crm_consentevent e
        WHERE e.reader_id = m.kept_id AND NOT e.granted AND e.at > m.at
            AND e.channel = s.channel AND e.purpose IN ('', s.purpose));
CREATE TRIGGER only_hardens BEFORE UPDATE ON crm_suppression
    FOR EACH ROW
    WHEN (NEW.reason IS DISTINCT FROM OLD.reason AND NEW.reason IS DISTINCT FROM 'erased'
        AND NOT (OLD.reason = 'joined' AND NEW.reason = 'unsubscribed'))
    EXECUTE FUNCTION huixiang_refusals_only_harden()
"""
#: A version of before knows no such reason, and takes them for the person's own.
NOT_JOINED = """
DROP TRIGGER only_hardens ON crm_suppression;
UPDATE crm_suppression SET reason = 'unsubscribed' WHERE reason = 'joined';
CREATE TRIGGER only_hardens BEFORE UPDATE ON crm_suppression
    FOR EACH ROW
    WHEN (NEW.reason IS DISTINCT FROM OLD.reason AND NEW.reason IS DISTINCT FROM 'erased')
    EXECUTE FUNCTION huixiang_refusals_only_harden()
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0068_one_way_of_all_imports")]

    operations = [
        migrations.AddField(
            model_name="joinedrecord",
            name="history",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddIndex(
            model_name="mergedrow",
            index=models.Index(
                models.F("model"),
                django.db.models.fields.json.KT("was__id"),
                condition=models.Q(("how__in", ["loose", "written"])),
                name="mergedrow_of_row",
            ),
        ),
        migrations.RunSQL(JOINED, NOT_JOINED),
        migrations.RunSQL(FORMER_FUNCTIONS, LATER_FUNCTIONS),
    ]
