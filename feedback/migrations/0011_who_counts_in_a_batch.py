"""Of a batch only readers count whom the portal can tell apart; and what could never be opened.

The function is that of 0010 with two conditions changed (ADR 0026): k of each kind are k known
readers wherever there is one, and the last batch may leave out fewer than k of four kinds.
"""

from importlib import import_module

from django.db import migrations, models

MIX = import_module("feedback.migrations.0010_mixing_knows_the_library_s_number").MIX
# The function keeps its owner and who may call it.
BEFORE = MIX.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

KINDS_BEFORE = """
    -- Fewer than k of one kind cannot be shown, ever; they may go when the survey is over, and only
    -- then. There are two kinds: those that count and those that look automatic.
    lost := gone - n - cardinality(kept);
    IF lost < 0 OR lost > 2 * (k - 1) OR (lost > 0 AND NOT is_last) THEN"""
KINDS = """
    -- Fewer than k of one kind cannot be shown, ever; they may go when the survey is over, and only
    -- then. There are four kinds: of known readers and others, looking automatic and not.
    lost := gone - n - cardinality(kept);
    IF lost < 0 OR lost > 4 * (k - 1) OR (lost > 0 AND NOT is_last) THEN"""

ALIKE_BEFORE = """
    IF EXISTS (
        SELECT 1
        FROM jsonb_array_elements(written) AS w (one)
        GROUP BY one -> 'version', one -> 'channel', one -> 'language', one -> 'flagged'
        HAVING count(*) < k)
    THEN"""
ALIKE = """
    -- Many answers by the open link may be one person's: beside known readers they do not count.
    IF EXISTS (
        SELECT 1
        FROM (
            SELECT
                one,
                coalesce((one ->> 'known')::boolean, false) AS known,
                bool_or(coalesce((one ->> 'known')::boolean, false))
                    OVER (PARTITION BY one ->> 'flagged' = '') AS has_known
            FROM jsonb_array_elements(written) AS w (one)
        ) AS beside
        GROUP BY one -> 'version', one -> 'channel', one -> 'language', one -> 'flagged', has_known
        HAVING count(*) FILTER (WHERE known OR NOT has_known) < k)
    THEN"""


def changed(function: str) -> str:
    for before, now in ((KINDS_BEFORE, KINDS), (ALIKE_BEFORE, ALIKE)):
        if before not in function:
            raise ValueError("0010 does not hold what this migration changes")
        function = function.replace(before, now)
    return function


class Migration(migrations.Migration):
    dependencies = [("feedback", "0010_mixing_knows_the_library_s_number")]

    operations = [
        migrations.RunSQL(changed(BEFORE), BEFORE),
        migrations.AddField(
            model_name="survey",
            name="unopened",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
