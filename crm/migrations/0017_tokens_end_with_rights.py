"""Tokens go with the password and the rights they were made under, however those change."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0016_names_and_doors_are_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='TokenOwner',
            fields=[
            ],
            options={
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('crm.user',),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tokenowner',
            trigger=pgtrigger.compiler.Trigger(name='ends_tokens', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."password" IS DISTINCT FROM (NEW."password") OR OLD."role" IS DISTINCT FROM (NEW."role"))', func='\n    DELETE FROM crm_apitoken WHERE user_id = NEW.id;\n    IF FOUND THEN\n        INSERT INTO crm_auditevent (at, action, object_type, object_id, detail)\n        VALUES (now(), \'token.revoked\', \'crm.user\', NEW.id::text, \'{"because": "rights"}\');\n    END IF;\n    RETURN NULL;\n', hash='8033187dcc29f0146b2d6b20df313abeeb4498b6', operation='UPDATE', pgid='pgtrigger_ends_tokens_bc66f', table='crm_user', when='AFTER')),
        ),
    ]
