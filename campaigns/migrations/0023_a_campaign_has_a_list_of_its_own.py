"""A listed collection may be what a campaign promotes, and is judged by."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0022_many_mails_at_once_are_a_machine"),
        ("crm", "0070_printed_codes_end_and_a_year_of_birth"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="campaign",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="campaign",
            name="update_update",
        ),
        migrations.AddField(
            model_name="campaign",
            name="collection",
            field=models.ForeignKey(
                blank=True,
                help_text="The campaign is then judged by who borrows from this list, and nothing else.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="campaigns",
                to="crm.listedcollection",
                verbose_name="listed collection",
            ),
        ),
        migrations.AddField(
            model_name="campaignevent",
            name="collection",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="The campaign is then judged by who borrows from this list, and nothing else.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="crm.listedcollection",
                verbose_name="listed collection",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaign",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "campaigns_campaignevent" ("budget", "closed_at", "closed_by_id", "collection_id", "created_at", "ends_on", "holdout_percent", "id", "locked_at", "locked_by_id", "next_time", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "previous_id", "provenance", "purpose", "season", "send_hour", "sentiment", "starts_on", "theme", "title", "tone") VALUES (NEW."budget", NEW."closed_at", NEW."closed_by_id", NEW."collection_id", NEW."created_at", NEW."ends_on", NEW."holdout_percent", NEW."id", NEW."locked_at", NEW."locked_by_id", NEW."next_time", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phase", NEW."previous_id", NEW."provenance", NEW."purpose", NEW."season", NEW."send_hour", NEW."sentiment", NEW."starts_on", NEW."theme", NEW."title", NEW."tone"); RETURN NULL;',
                    hash="cba5c554df9339ddebcac40fcd008670416c7450",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5522d",
                    table="campaigns_campaign",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaign",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "campaigns_campaignevent" ("budget", "closed_at", "closed_by_id", "collection_id", "created_at", "ends_on", "holdout_percent", "id", "locked_at", "locked_by_id", "next_time", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "previous_id", "provenance", "purpose", "season", "send_hour", "sentiment", "starts_on", "theme", "title", "tone") VALUES (NEW."budget", NEW."closed_at", NEW."closed_by_id", NEW."collection_id", NEW."created_at", NEW."ends_on", NEW."holdout_percent", NEW."id", NEW."locked_at", NEW."locked_by_id", NEW."next_time", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phase", NEW."previous_id", NEW."provenance", NEW."purpose", NEW."season", NEW."send_hour", NEW."sentiment", NEW."starts_on", NEW."theme", NEW."title", NEW."tone"); RETURN NULL;',
                    hash="32b828515e0a979ea3e0558f769689c05830f460",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f2afa",
                    table="campaigns_campaign",
                    when="AFTER",
                ),
            ),
        ),
    ]
