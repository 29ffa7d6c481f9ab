"""A decision against the recommendation takes a second person's yes: what was asked for, and what
the second one said. Plain triggers, which no setting of a session makes stand aside.

A proposal waits for that yes as a state of its own. It goes back where the yes is refused or what
was asked is taken back, and it is decided only as it was asked for.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

STATES = [
    ("proposed", "Waiting for a decision"),
    ("second", "Waiting for a second person's yes"),
    ("accepted", "Accepted"),
    ("changed", "Accepted with a change"),
    ("refused", "Refused"),
    ("superseded", "Replaced by a newer evaluation"),
]
VERDICTS = [("accept", "Accept"), ("change", "Change"), ("refuse", "Refuse")]

HEAD = """
CREATE OR REPLACE FUNCTION huixiang_proposal_moves_by_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    campaign bigint;
    of_proposal integer;
BEGIN
    SELECT e.campaign_id, e.number INTO campaign, of_proposal
    FROM analytics_evaluation e WHERE e.id = NEW.evaluation_id;
"""
#: The state moves from undecided on: to be read by a second person and back, replaced, or decided
#: as the decision says. What was read a second time is decided by those two, and not otherwise.
STATE = """
    IF NEW.state <> OLD.state AND NOT (OLD.state IN ('proposed', 'second') AND CASE NEW.state
        WHEN 'second' THEN
            NOT EXISTS (SELECT 1 FROM analytics_decision d WHERE d.adjustment_id = NEW.id)
            AND EXISTS (
                SELECT 1 FROM analytics_secondreading r
                WHERE r.adjustment_id = NEW.id AND r.agreed IS NULL)
        WHEN 'proposed' THEN
            NOT EXISTS (SELECT 1 FROM analytics_decision d WHERE d.adjustment_id = NEW.id)
            AND NOT EXISTS (
                SELECT 1 FROM analytics_secondreading r
                WHERE r.adjustment_id = NEW.id AND r.agreed IS DISTINCT FROM false)
        WHEN 'superseded' THEN
            NOT EXISTS (SELECT 1 FROM analytics_decision d WHERE d.adjustment_id = NEW.id)
            AND EXISTS (
                SELECT 1 FROM analytics_evaluation e
                WHERE e.campaign_id = campaign AND e.number > of_proposal)
        ELSE EXISTS (
            SELECT 1 FROM analytics_decision d
            WHERE d.adjustment_id = NEW.id
                AND (d.verdict, NEW.state) IN (
                    ('accept', 'accepted'), ('change', 'changed'), ('refuse', 'refused'))
                AND (OLD.state = 'second') = (d.second_id IS NOT NULL)
                AND (d.second_id IS NULL OR EXISTS (
                    SELECT 1 FROM analytics_secondreading r
                    WHERE r.adjustment_id = NEW.id
                        AND r.agreed
                        AND r.verdict = d.verdict
                        AND r.value IS NOT DISTINCT FROM d.value
                        AND r.asked_by_id = d.by_id
                        AND r.answered_by_id = d.second_id)))
        END)
"""
#: As 0009 has it.
STATE_OF_0009 = """
    -- Decided, or replaced undecided: once, and as the decision says.
    IF NEW.state <> OLD.state AND NOT (OLD.state = 'proposed' AND CASE NEW.state
        WHEN 'superseded' THEN
            NOT EXISTS (SELECT 1 FROM analytics_decision d WHERE d.adjustment_id = NEW.id)
            AND EXISTS (
                SELECT 1 FROM analytics_evaluation e
                WHERE e.campaign_id = campaign AND e.number > of_proposal)
        ELSE EXISTS (
            SELECT 1 FROM analytics_decision d
            WHERE d.adjustment_id = NEW.id
                AND (d.verdict, NEW.state) IN (
                    ('accept', 'accepted'), ('change', 'changed'), ('refuse', 'refused')))
        END)
"""
#: Everything else that moves, as 0009 has it.
REST = """
    THEN
        RAISE EXCEPTION 'the state of proposal % does not follow from a decision', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;

    -- Taken into one plan, the next one of its campaign. A draft that is deleted lets it go again.
    IF NEW.applied_in_id IS DISTINCT FROM OLD.applied_in_id AND NOT (CASE
        WHEN NEW.applied_in_id IS NULL THEN OLD.observed_in_id IS NULL
        ELSE OLD.applied_in_id IS NULL
            AND NEW.state IN ('accepted', 'changed')
            AND EXISTS (
                SELECT 1 FROM campaigns_campaign c
                WHERE c.id = NEW.applied_in_id AND c.previous_id = campaign)
        END)
    THEN
        RAISE EXCEPTION 'proposal % stands in another plan', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;

    -- Observed by an evaluation of that plan; only a later one observes again.
    IF (NEW.observed, NEW.observed_low, NEW.observed_high, NEW.observed_n, NEW.observed_in_id)
        IS DISTINCT FROM
        (OLD.observed, OLD.observed_low, OLD.observed_high, OLD.observed_n, OLD.observed_in_id)
        AND NOT EXISTS (
            SELECT 1 FROM analytics_evaluation e
            WHERE e.id = NEW.observed_in_id
                AND e.campaign_id = NEW.applied_in_id
                AND e.number > coalesce(
                    (SELECT o.number FROM analytics_evaluation o WHERE o.id = OLD.observed_in_id),
                    0))
    THEN
        RAISE EXCEPTION 'what was observed of proposal % is written already', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

ANSWERED_ONCE = """
CREATE FUNCTION huixiang_second_reading_answered_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'second reading % is answered already', OLD.id
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER answered_once BEFORE UPDATE ON analytics_secondreading
    FOR EACH ROW WHEN (OLD.agreed IS NOT NULL)
    EXECUTE FUNCTION huixiang_second_reading_answered_once()
"""
DROP_ANSWERED_ONCE = """
DROP TRIGGER answered_once ON analytics_secondreading;
DROP FUNCTION huixiang_second_reading_answered_once()
"""


def person(**options):
    """A column that names an account, which stays as long as the row does."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("analytics", "0024_how_surely_promises_were_known"),
    ]

    operations = [
        migrations.AlterField(
            model_name="adjustment",
            name="state",
            field=models.CharField(choices=STATES, default="proposed", max_length=10),
        ),
        migrations.AddField(
            model_name="decision",
            name="second",
            field=person(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=Q(second=None) | ~Q(second=F("by")), name="decision_second_is_another"
            ),
        ),
        migrations.CreateModel(
            name="SecondReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verdict", models.CharField(choices=VERDICTS, max_length=8)),
                ("value", models.JSONField(blank=True, null=True)),
                ("reason", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("agreed", models.BooleanField(null=True)),
                ("answer", models.CharField(blank=True, max_length=500)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "adjustment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second_readings",
                        to="analytics.adjustment",
                    ),
                ),
                ("asked_by", person()),
                ("answered_by", person(blank=True, null=True)),
            ],
            options={
                "verbose_name": "second reading",
                "verbose_name_plural": "second readings",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["adjustment"],
                        condition=Q(agreed=None),
                        name="second_reading_open_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                        | Q(answered_at__isnull=False, answered_by__isnull=False),
                        name="second_reading_answered_whole",
                    ),
                    models.CheckConstraint(
                        condition=~Q(agreed=True) | ~Q(answered_by=F("asked_by")),
                        name="second_reading_by_another",
                    ),
                ],
            },
        ),
        migrations.RunSQL(HEAD + STATE + REST, HEAD + STATE_OF_0009 + REST),
        migrations.RunSQL(ANSWERED_ONCE, DROP_ANSWERED_ONCE),
    ]
