"""What moves of a proposal moves as it was decided and measured, whoever writes it: a plain trigger,
which no setting of a session makes stand aside.
"""

import pgtrigger.migrations
from django.db import migrations

MAKE = """
CREATE FUNCTION huixiang_proposal_moves_by_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    campaign bigint;
    of_proposal integer;
BEGIN
    SELECT e.campaign_id, e.number INTO campaign, of_proposal
    FROM analytics_evaluation e WHERE e.id = NEW.evaluation_id;

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
END $$;
CREATE TRIGGER moves_by_rule BEFORE UPDATE ON analytics_adjustment
    FOR EACH ROW EXECUTE FUNCTION huixiang_proposal_moves_by_rule()
"""
DROP = """
DROP TRIGGER moves_by_rule ON analytics_adjustment;
DROP FUNCTION huixiang_proposal_moves_by_rule()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0008_a_decided_proposal_stays_decided"),
        ("campaigns", "0001_initial"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="adjustment", name="decided_once"),
        migrations.RunSQL(MAKE, DROP),
    ]
