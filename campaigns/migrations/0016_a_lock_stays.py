"""A campaign is locked once: the lock stays, and so does the campaign."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0015_forgetting_wants_every_argument'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='lock_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."locked_at" IS NOT NULL)', func="\nIF TG_OP = 'DELETE' THEN\n    RAISE EXCEPTION 'campaign % is on record and stays', OLD.id USING ERRCODE = 'check_violation';\nEND IF;\nIF (NEW.id, NEW.locked_at, NEW.locked_by_id) IS DISTINCT FROM\n   (OLD.id, OLD.locked_at, OLD.locked_by_id) THEN\n    RAISE EXCEPTION 'campaign % was locked once, and stays so', OLD.id\n        USING ERRCODE = 'check_violation';\nEND IF;\nRETURN NEW;\n", hash='1b49d0dadcf58d6fdf230565ecc5acdb153deba8', operation='UPDATE OR DELETE', pgid='pgtrigger_lock_stays_0f84a', table='campaigns_campaign', when='BEFORE')),
        ),
    ]
