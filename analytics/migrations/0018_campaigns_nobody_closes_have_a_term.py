"""Rows of a campaign without a last day that nobody closes stay a year after its last mail or answer,
as ``loop/settled.py`` says it in Python.
"""

from importlib import import_module

from django.db import migrations

AS_BEFORE = import_module("analytics.migrations.0015_facts_of_the_case_are_sealed").NEEDED
HEARD = """
            AND (c.ends_on IS NOT NULL OR c.closed_at IS NOT NULL
                OR statement_timestamp() < interval '365 days' + greatest(
                    w.began,
                    (SELECT max(coalesce(d.sent_at, d.due_at))
                     FROM public.campaigns_delivery d
                     JOIN public.campaigns_content t ON t.id = d.content_id
                     WHERE t.campaign_id = w.id),
                    (SELECT max(r.submitted_at)
                     FROM public.feedback_response r
                     JOIN public.feedback_survey s ON s.id = r.survey_id
                     WHERE s.campaign_id = w.id)))
            AND NOT EXISTS ("""
NEEDED = AS_BEFORE.replace(
    "        ) w\n", "        ) w\n        JOIN public.campaigns_campaign c ON c.id = w.id\n", 1
).replace("\n            AND NOT EXISTS (", HEARD, 1)


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0017_marks_of_what_is_published"),
        ("campaigns", "0015_forgetting_wants_every_argument"),
        ("feedback", "0017_promises_are_kept_by_the_database"),
    ]

    operations = [migrations.RunSQL(NEEDED, AS_BEFORE)]
