"""A look through the chains is written down when it was made: one that is dated later would stand
before all that come, and hide what they find.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION huixiang_no_look_of_tomorrow() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Clocks of two machines differ a little.
    IF NEW.at > clock_timestamp() + interval '5 minutes' THEN
        RAISE EXCEPTION 'nobody has looked through the chains at % yet', NEW.at
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_look_of_tomorrow BEFORE INSERT ON analytics_verification
    FOR EACH ROW EXECUTE FUNCTION huixiang_no_look_of_tomorrow()
"""
DROP = """
DROP TRIGGER no_look_of_tomorrow ON analytics_verification;
DROP FUNCTION huixiang_no_look_of_tomorrow()
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0012_models_are_named")]

    operations = [migrations.RunSQL(MAKE, DROP)]
