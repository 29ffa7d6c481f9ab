"""Removed lists of items are compared with the next ones; a subscriber takes the own address off
the list of refusals, and no other.
"""

import django.utils.timezone
from django.db import migrations, models

#: ``digests`` are those of one address, as 0.1 spelled it as well: spelled otherwise an address
#: stands on the list only since before addresses had one form.
RELEASE = """
CREATE OR REPLACE FUNCTION
    huixiang_release_subscribed(subscription bigint, digests bytea[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    yes public.crm_subscriber%ROWTYPE;
    one_form timestamptz;
    released integer;
BEGIN
    IF num_nulls(subscription, digests) > 0 OR array_position(digests, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'an argument is missing' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF cardinality(digests) > 8 THEN
        RAISE EXCEPTION 'no address has so many spellings' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO yes FROM public.crm_subscriber WHERE id = subscription;
    IF NOT FOUND OR yes.confirmed_at IS NULL OR NOT yes.digest = ANY(digests) THEN
        RAISE EXCEPTION 'nobody said so' USING ERRCODE = 'check_violation';
    END IF;
    -- A link that was followed just now, and no word of some day.
    IF yes.confirmed_at NOT BETWEEN clock_timestamp() - interval '10 minutes'
        AND clock_timestamp() + interval '1 minute' THEN
        RAISE EXCEPTION 'nobody said so now' USING ERRCODE = 'check_violation';
    END IF;
    SELECT applied INTO one_form FROM public.django_migrations
    WHERE app = 'crm' AND name = '0006_suppressed_addresses_in_one_form';
    WITH gone AS (
        DELETE FROM public.crm_suppression s
        WHERE s.channel = 'email' AND (s.purpose = '' OR s.purpose = ANY(yes.purposes))
            AND (s.digest = yes.digest OR (s.digest = ANY(digests) AND s.at <= one_form))
            AND s.at <= yes.confirmed_at
        RETURNING s.purpose, s.digest
    ), others AS (
        INSERT INTO public.crm_suppression (channel, purpose, digest, reason, at)
        SELECT 'email', other, gone.digest, 'unsubscribed', statement_timestamp()
        FROM gone, unnest('{notices,events,surveys,research}'::text[]) AS o (other)
        WHERE gone.purpose = '' AND NOT other = ANY(yes.purposes)
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) INTO released FROM gone;
    IF released > 0 THEN
        INSERT INTO public.crm_auditevent (at, action, object_type, object_id, detail)
        VALUES (clock_timestamp(), 'address.release', 'crm.subscriber', subscription::text,
                jsonb_build_object('channel', 'email', 'purposes', to_jsonb(yes.purposes),
                                   'rows', released, 'spellings', cardinality(digests)));
    END IF;
    RETURN released;
END $$
"""
#: As it was before.
RELEASE_BEFORE = (
    RELEASE.replace("(s.digest = yes.digest OR (s.digest = ANY(digests) AND s.at <= one_form))",
                    "s.digest = ANY(digests)")
    .replace("cardinality(digests) > 8", "cardinality(digests) > 64")
    .replace("interval '10 minutes'", "interval '1000 years'")
    .replace("interval '1 minute'", "interval '1000 years'")
)
#: A subscription is confirmed by a link that was asked for, to what was asked for then; afterwards
#: it may only become less.
CONFIRMED_BY_LINK = """
CREATE FUNCTION huixiang_confirmed_by_link() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.confirmed_at IS NOT NULL THEN
            RAISE EXCEPTION 'nobody confirmed this yet' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.digest <> OLD.digest THEN
        RAISE EXCEPTION 'a mailbox stays what it is' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.confirmed_at IS NOT NULL AND NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at THEN
        IF NEW.confirmed_at > clock_timestamp() + interval '1 minute' OR NOT EXISTS (
            SELECT FROM (
                SELECT OLD.asked_at AS at, OLD.asked_purposes::text[] AS purposes
                WHERE OLD.link <> ''
                UNION ALL
                SELECT (o ->> 'at')::timestamptz,
                    ARRAY(SELECT jsonb_array_elements_text(o -> 'purposes'))
                FROM jsonb_array_elements(OLD.older) o
            ) said
            WHERE said.at BETWEEN clock_timestamp() - interval '49 hours' AND NEW.confirmed_at
                AND NEW.purposes::text[] <@ said.purposes
        ) THEN
            RAISE EXCEPTION 'no link was followed' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NOT NEW.purposes <@ OLD.purposes THEN
        RAISE EXCEPTION 'no link was followed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER huixiang_confirmed_by_link BEFORE INSERT OR UPDATE ON crm_subscriber
    FOR EACH ROW EXECUTE FUNCTION huixiang_confirmed_by_link()
"""
CONFIRMED_ANYHOW = """
DROP TRIGGER huixiang_confirmed_by_link ON crm_subscriber;
DROP FUNCTION huixiang_confirmed_by_link()
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0078_references_are_keyed")]

    operations = [
        migrations.CreateModel(
            name="FormerList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digests", models.BinaryField()),
                ("removed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "former listed collection",
                "verbose_name_plural": "former listed collections",
            },
        ),
        migrations.RunSQL(RELEASE, RELEASE_BEFORE),
        migrations.RunSQL(CONFIRMED_BY_LINK, CONFIRMED_ANYHOW),
    ]
