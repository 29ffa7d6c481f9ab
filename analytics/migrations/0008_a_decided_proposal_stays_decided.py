"""The state of a proposal moves once: decided, or replaced undecided, it stays so."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0007_published_before_there_were_chains'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='adjustment',
            trigger=pgtrigger.compiler.Trigger(name='decided_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state") AND NOT (OLD."state" = \'proposed\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='44453933b216c36bedf1d75563b3b1dc777c3103', operation='UPDATE', pgid='pgtrigger_decided_once_13f4d', table='analytics_adjustment', when='BEFORE')),
        ),
    ]
