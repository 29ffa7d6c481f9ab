"""What an anonymous survey promised does not change once it is published, and nothing is mixed of
which a part is missing.
"""

from importlib import import_module

from django.db import migrations

last = import_module("feedback.migrations.0011_who_counts_in_a_batch")
BEFORE = last.changed(last.BEFORE)
MIX = BEFORE.replace(
    "\nBEGIN\n",
    """
BEGIN
    IF num_nulls(asked, taken, kept, kept_key, written, written_on, is_last) > 0
        OR array_position(taken, NULL) IS NOT NULL
        OR array_position(kept, NULL) IS NOT NULL
        OR jsonb_typeof(written) IS DISTINCT FROM 'array'
    THEN
        RAISE EXCEPTION 'an argument is missing' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_array_elements(written) AS w (one)
        WHERE num_nulls(
            one ->> 'language', one ->> 'flagged', one ->> 'answers', one ->> 'digest',
            one ->> 'codes', one ->> 'nums', one ->> 'texts') > 0)
    THEN
        RAISE EXCEPTION 'an answer is not whole' USING ERRCODE = 'null_value_not_allowed';
    END IF;
""",
    1,
)
KEEP = """
CREATE FUNCTION huixiang_promises_stay() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT NEW.anonymous OR NEW.state = 'draft' THEN
        RAISE EXCEPTION 'survey % promised to be anonymous', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF coalesce(NEW.smallest_batch, 0) < coalesce(OLD.smallest_batch, 0) THEN
        RAISE EXCEPTION 'survey % promised that % answers are mixed', OLD.id, OLD.smallest_batch
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'closed' AND NEW.state <> 'closed' THEN
        RAISE EXCEPTION 'survey % stays closed', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.closes_at <= statement_timestamp() AND NEW.state <> 'closed'
        AND coalesce(NEW.closes_at > OLD.closes_at, true)
    THEN
        RAISE EXCEPTION 'survey % is over', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER promises_stay BEFORE UPDATE ON feedback_survey
    FOR EACH ROW WHEN (OLD.anonymous AND OLD.state <> 'draft')
    EXECUTE FUNCTION huixiang_promises_stay()
"""
DROP = """
DROP TRIGGER promises_stay ON feedback_survey;
DROP FUNCTION huixiang_promises_stay()
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0016_keys_are_vouched_for")]

    operations = [migrations.RunSQL(MIX, BEFORE), migrations.RunSQL(KEEP, DROP)]
