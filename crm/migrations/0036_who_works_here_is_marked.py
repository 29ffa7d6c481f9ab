"""Whoever works here, or did, is marked; the index of telephone numbers knows every dash."""

import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

#: From the role of today and from the audit trail, which in time forgets.
MARK_STAFF = """
    UPDATE crm_user u SET was_staff = true
    WHERE role <> 'reader' OR is_staff OR is_superuser
        OR EXISTS (
            SELECT 1 FROM crm_auditevent e
            WHERE e.object_type = 'crm.user' AND e.object_id = u.id::text
                AND (e.detail -> 'before' ->> 'role' <> 'reader'
                    OR e.detail -> 'after' ->> 'role' <> 'reader'))"""


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0035_newer_models_are_named'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='reader',
            name='reader_phone',
        ),
        migrations.AddField(
            model_name='user',
            name='was_staff',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name='reader',
            index=models.Index(django.db.models.functions.text.Right(models.Func('phone', models.Value('+ ().-/‐‑‒–—'), models.Value(''), function='translate', output_field=models.TextField()), 8), condition=models.Q(('phone', ''), _negated=True), name='reader_phone'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='marks_staff', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    NEW.was_staff := NEW.was_staff OR NEW.role <> 'reader' OR NEW.is_staff OR NEW.is_superuser;\n    IF TG_OP = 'UPDATE' THEN\n        NEW.was_staff := NEW.was_staff OR OLD.was_staff;\n    END IF;\n    RETURN NEW;\n", hash='f04011dd101e704ea872bd54140e8073d5ec3fc7', operation='INSERT OR UPDATE', pgid='pgtrigger_marks_staff_7e70f', table='crm_user', when='BEFORE')),
        ),
        migrations.RunSQL(MARK_STAFF, migrations.RunSQL.noop),
    ]
