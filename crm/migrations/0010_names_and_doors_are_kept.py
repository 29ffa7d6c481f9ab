"""What 0009 filled in is kept by the database; tokens go with the password and the rights."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0009_names_and_doors")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="likeness",
            field=models.CharField(editable=False, max_length=450, unique=True),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role", "administrator"),
                    models.Q(("is_staff", False), ("is_superuser", False)),
                    _connector="OR",
                ),
                name="user_admin_door_needs_the_role",
                violation_error_message="Only administrators may open Django's admin.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='ends_tokens', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."password" IS DISTINCT FROM (NEW."password") OR OLD."role" IS DISTINCT FROM (NEW."role"))', func='\n    DELETE FROM crm_apitoken WHERE user_id = NEW.id;\n    IF FOUND THEN\n        INSERT INTO crm_auditevent (at, action, object_type, object_id, detail)\n        VALUES (now(), \'token.revoked\', \'crm.user\', NEW.id::text, \'{"because": "rights"}\');\n    END IF;\n    RETURN NULL;\n', hash='f278a5b08892069ead6711543810c17917a4b951', operation='UPDATE', pgid='pgtrigger_ends_tokens_95f9c', table='crm_user', when='AFTER')),
        ),
    ]
