"""Rows stay until the window of the reader who was drawn last is over, as ``loop/settled.py`` says it
in Python.
"""

from importlib import import_module

from django.db import migrations

AS_BEFORE = import_module("analytics.migrations.0018_campaigns_nobody_closes_have_a_term").NEEDED
ENDED = "c.closed_at, 'infinity'::timestamptz) AS ended\n"
NEEDED = AS_BEFORE.replace(
    """                coalesce(
                    (least(c.ends_on""",
    """                greatest((
                    SELECT max(a.at) + make_interval(days => max(e.window_days))
                    FROM public.campaigns_assignment a
                    JOIN public.campaigns_experiment e ON e.id = a.experiment_id
                    WHERE e.campaign_id = c.id), coalesce(
                    (least(c.ends_on""",
    1,
).replace(ENDED, ENDED.replace("timestamptz)", "timestamptz))"), 1)


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0022_when_proposals_enter_a_plan"),
        ("campaigns", "0024_experiments"),
        ("feedback", "0017_promises_are_kept_by_the_database"),
    ]

    operations = [migrations.RunSQL(NEEDED, AS_BEFORE)]
