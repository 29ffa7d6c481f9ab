"""What a library decides stands in its settings' row, each former state is kept; people who are no
readers may subscribe.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


#: The state of before is the first of which the history knows.
FIRST_STATE = """
INSERT INTO crm_librarysettingsevent (
    pgh_created_at, pgh_label, pgh_obj_id, name_zh, name_en, logo, logo_alt, colour, notices_from,
    promotion_from, reply_to, hour_rate)
SELECT changed_at, 'insert', id, name_zh, name_en, logo, logo_alt, colour, notices_from,
       promotion_from, reply_to, hour_rate
FROM crm_librarysettings
"""
#: A subscriber who has followed the link of a letter takes back what the mailbox refused before, of
#: the purposes that were confirmed. ``digests``: those of the one address. A row that stopped every
#: purpose leaves one for each other purpose.
RELEASE = """
CREATE FUNCTION huixiang_release_subscribed(subscription bigint, digests bytea[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    yes public.crm_subscriber%ROWTYPE;
    released integer;
BEGIN
    IF num_nulls(subscription, digests) > 0 OR array_position(digests, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'an argument is missing' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF cardinality(digests) > 64 THEN
        RAISE EXCEPTION 'no address has so many spellings' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO yes FROM public.crm_subscriber WHERE id = subscription;
    IF NOT FOUND OR yes.confirmed_at IS NULL OR NOT yes.digest = ANY(digests) THEN
        RAISE EXCEPTION 'nobody said so' USING ERRCODE = 'check_violation';
    END IF;
    WITH gone AS (
        DELETE FROM public.crm_suppression s
        WHERE s.channel = 'email' AND (s.purpose = '' OR s.purpose = ANY(yes.purposes))
            AND s.digest = ANY(digests) AND s.at <= yes.confirmed_at
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
                jsonb_build_object('channel', 'email', 'purposes', to_jsonb(yes.purposes)));
    END IF;
    RETURN released;
END $$;
REVOKE ALL ON FUNCTION huixiang_release_subscribed(bigint, bytea[]) FROM PUBLIC
"""


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0065_records_of_one_person_are_joined"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="LibrarySettingsEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "name_zh",
                    models.CharField(
                        blank=True, db_default="", max_length=80, verbose_name="name in Chinese"
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True, db_default="", max_length=80, verbose_name="name in English"
                    ),
                ),
                ("logo", models.CharField(blank=True, max_length=44, verbose_name="logo")),
                (
                    "logo_alt",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="what the logo shows"
                    ),
                ),
                (
                    "colour",
                    models.CharField(
                        blank=True, db_default="", max_length=16, verbose_name="colour"
                    ),
                ),
                (
                    "notices_from",
                    models.CharField(
                        blank=True, db_default="", max_length=254, verbose_name="sender of notices"
                    ),
                ),
                (
                    "promotion_from",
                    models.CharField(
                        blank=True,
                        db_default="",
                        max_length=254,
                        verbose_name="sender of everything else",
                    ),
                ),
                (
                    "reply_to",
                    models.CharField(
                        blank=True, db_default="", max_length=254, verbose_name="where answers go"
                    ),
                ),
                (
                    "hour_rate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        verbose_name="what an hour of staff time costs",
                    ),
                ),
            ],
            options={
                "verbose_name": "former state of the library's settings",
                "verbose_name_plural": "former states of the library's settings",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Subscriber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=254, verbose_name="address")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "Chinese"), ("en", "English")],
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "purposes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("notices", "Notices"),
                                ("events", "Events and calls"),
                                ("surveys", "Surveys"),
                                ("research", "Research"),
                            ],
                            max_length=16,
                        ),
                        default=list,
                        size=None,
                        verbose_name="purposes",
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="confirmed"),
                ),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked"),
                ),
                (
                    "asked_purposes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), default=list, size=None
                    ),
                ),
                ("asked_language", models.CharField(blank=True, max_length=8)),
                ("link", models.CharField(blank=True, max_length=64)),
                ("trouble", models.CharField(blank=True, db_default="", max_length=16)),
            ],
            options={
                "verbose_name": "subscriber",
                "verbose_name_plural": "subscribers",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="librarysettings",
            name="colour",
            field=models.CharField(blank=True, db_default="", max_length=16, verbose_name="colour"),
        ),
        migrations.AddField(
            model_name="librarysettings",
            name="hour_rate",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=8,
                null=True,
                verbose_name="what an hour of staff time costs",
            ),
        ),
        migrations.AddField(
            model_name="librarysettings",
            name="notices_from",
            field=models.CharField(
                blank=True, db_default="", max_length=254, verbose_name="sender of notices"
            ),
        ),
        migrations.AddField(
            model_name="librarysettings",
            name="promotion_from",
            field=models.CharField(
                blank=True, db_default="", max_length=254, verbose_name="sender of everything else"
            ),
        ),
        migrations.AddField(
            model_name="librarysettings",
            name="reply_to",
            field=models.CharField(
                blank=True, db_default="", max_length=254, verbose_name="where answers go"
            ),
        ),
        migrations.AddField(
            model_name="librarysettings",
            name="steps_put_away",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="letter",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("notices", "Notice"),
                    ("account", "Account"),
                    ("promotion", "What is no notice"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="librarysettings",
            name="logo",
            field=models.CharField(blank=True, max_length=44, verbose_name="logo"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="librarysettings",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "crm_librarysettingsevent" ("colour", "hour_rate", "logo", "logo_alt", "name_en", "name_zh", "notices_from", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promotion_from", "reply_to") VALUES (NEW."colour", NEW."hour_rate", NEW."logo", NEW."logo_alt", NEW."name_en", NEW."name_zh", NEW."notices_from", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."promotion_from", NEW."reply_to"); RETURN NULL;',
                    hash="3462580a31e2ba1427fc571623b244cdfc3d65b5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_70892",
                    table="crm_librarysettings",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="librarysettings",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."colour" IS DISTINCT FROM (NEW."colour") OR OLD."hour_rate" IS DISTINCT FROM (NEW."hour_rate") OR OLD."logo" IS DISTINCT FROM (NEW."logo") OR OLD."logo_alt" IS DISTINCT FROM (NEW."logo_alt") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."notices_from" IS DISTINCT FROM (NEW."notices_from") OR OLD."promotion_from" IS DISTINCT FROM (NEW."promotion_from") OR OLD."reply_to" IS DISTINCT FROM (NEW."reply_to"))',
                    func='INSERT INTO "crm_librarysettingsevent" ("colour", "hour_rate", "logo", "logo_alt", "name_en", "name_zh", "notices_from", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promotion_from", "reply_to") VALUES (NEW."colour", NEW."hour_rate", NEW."logo", NEW."logo_alt", NEW."name_en", NEW."name_zh", NEW."notices_from", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."promotion_from", NEW."reply_to"); RETURN NULL;',
                    hash="748836ded799d4bd0e59f210077f2c4a07efef79",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_fae53",
                    table="crm_librarysettings",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="librarysettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hour_rate__isnull", True), ("hour_rate__gt", 0), _connector="OR"
                ),
                name="library_hour_rate_above_zero",
            ),
        ),
        migrations.AddField(
            model_name="librarysettingsevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="librarysettingsevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="name_zh_name_en_logo_logo_alt_colour_notices_from_promotion_from_reply_to_hour_rate_events",
                to="crm.librarysettings",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_at__isnull", False), ("purposes", []), _connector="OR"
                ),
                name="subscriber_wants_what_it_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.UniqueConstraint(
                condition=models.Q(("link", ""), _negated=True),
                fields=("link",),
                name="subscriber_link_is_one",
            ),
        ),
        migrations.RunSQL(FIRST_STATE, migrations.RunSQL.noop),
        migrations.RunSQL(RELEASE, "DROP FUNCTION huixiang_release_subscribed(bigint, bytea[])"),
    ]
