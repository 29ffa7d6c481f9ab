"""Closed days stand in one register: what was noted on the page of what is recorded goes there."""

import django.db.models.deletion
from django.db import migrations, models

#: The same days noted in both places are one row.
MOVE = """
INSERT INTO crm_specialdays (campus_id, kind, name, starts_on, ends_on)
SELECT DISTINCT ON (campus_id, first, last) campus_id, 'closed', reason, first, last
FROM crm_closedspan
ORDER BY campus_id, first, last, id
ON CONFLICT DO NOTHING
"""
MOVE_BACK = """
INSERT INTO crm_closedspan (campus_id, first, last, reason)
SELECT campus_id, starts_on, ends_on, name
FROM crm_specialdays
WHERE kind = 'closed' AND weekday IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0071_recorded_days_say_of_what")]

    operations = [
        migrations.AlterField(
            model_name="specialdays",
            name="name",
            field=models.CharField(blank=True, max_length=120, verbose_name="why"),
        ),
        # A campus is not taken away from under its closed days.
        migrations.AlterField(
            model_name="specialdays",
            name="campus",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="crm.campus",
                verbose_name="campus",
            ),
        ),
        migrations.RunSQL(MOVE, MOVE_BACK),
        migrations.DeleteModel(name="ClosedSpan"),
    ]
