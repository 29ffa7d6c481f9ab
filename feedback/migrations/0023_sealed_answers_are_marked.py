"""Sealed answers carry the portal's mark and a number of their own (ADR 0026): what is held now has
neither, and is told from what somebody adds; numbers that are spent are kept.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

FROM_BEFORE = "UPDATE feedback_heldanswer SET from_before = true"
#: A held answer is added and removed and never changed; only the owner says that it is old.
STAYS = """
CREATE FUNCTION huixiang_held_answers_stay() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF pg_has_role(
        current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
    THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'a held answer stays as it was sealed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.from_before THEN
        RAISE EXCEPTION 'no answer that comes now was held before'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER held_answers_stay BEFORE INSERT OR UPDATE ON feedback_heldanswer
    FOR EACH ROW EXECUTE FUNCTION huixiang_held_answers_stay()
"""
DROP_STAYS = """
DROP TRIGGER held_answers_stay ON feedback_heldanswer;
DROP FUNCTION huixiang_held_answers_stay()
"""

BEFORE = import_module("feedback.migrations.0017_promises_are_kept_by_the_database").MIX
OLD = "bigint, uuid[], bytea[], bigint, jsonb, timestamptz, boolean"
CHANGES = (
    ("    is_last boolean\n)", "    is_last boolean,\n    spent bytea[]        -- of what does not stay held\n)"),
    ("written, written_on, is_last)", "written, written_on, is_last, spent)"),
    (
        "        OR array_position(kept, NULL) IS NOT NULL\n",
        "        OR array_position(kept, NULL) IS NOT NULL\n"
        "        OR array_position(spent, NULL) IS NOT NULL\n",
    ),
    (
        "    -- Fewer than k of one kind",
        """    -- A number is spent once: what was written, or deleted, is not held again.
    IF cardinality(spent) <> gone - cardinality(kept) THEN
        RAISE EXCEPTION 'each answer that does not stay has a number'
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM feedback_spentbox s WHERE s.survey_id = asked AND s.nonce = ANY(spent))
    THEN
        RAISE EXCEPTION 'an answer was mixed before' USING ERRCODE = 'serialization_failure';
    END IF;
    INSERT INTO feedback_spentbox (survey_id, nonce)
    SELECT asked, nonce FROM unnest(spent) AS n (nonce) ORDER BY nonce;

    -- Fewer than k of one kind""",
    ),
)


def changed(function: str) -> str:
    for before, now in CHANGES:
        if before not in function:
            raise ValueError(f"0017 does not hold {before!r}")
        function = function.replace(before, now, 1)
    # Whom it may be called by is granted after the migrations.
    head = function.partition("REVOKE ALL ON FUNCTION")[0]
    return f"{head}REVOKE ALL ON FUNCTION huixiang_mix_answers({OLD}, bytea[]) FROM PUBLIC"


def drop(signature: str) -> str:
    return f"DROP FUNCTION huixiang_mix_answers({signature});\n"


class Migration(migrations.Migration):
    dependencies = [("feedback", "0022_messages_can_be_held")]

    operations = [
        migrations.AddField(
            model_name="heldanswer",
            name="from_before",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="SpentBox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.BinaryField(max_length=16)),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="feedback.survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "number of a mixed answer",
                "verbose_name_plural": "numbers of mixed answers",
                "constraints": [
                    models.UniqueConstraint(fields=("survey", "nonce"), name="spent_box_once")
                ],
            },
        ),
        migrations.RunSQL(FROM_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(STAYS, DROP_STAYS),
        migrations.RunSQL(drop(OLD) + changed(BEFORE), drop(f"{OLD}, bytea[]") + BEFORE),
    ]
