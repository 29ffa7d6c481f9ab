"""Addresses that a reader's row loses are kept until the person leaves, and looked up quickly."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("crm", "0025_consents_name_their_import"),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'Text message'), ('wechat', 'WeChat')], max_length=16)),
                ('address', models.CharField(max_length=254)),
                ('until', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='reader',
            name='reader_email',
        ),
        migrations.AddIndex(
            model_name='reader',
            index=models.Index(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='reader_email'),
        ),
        migrations.AddIndex(
            model_name='reader',
            index=models.Index(django.db.models.functions.text.Right(models.Func(models.F('phone'), models.Value(' ()+-./'), models.Value(''), function='translate'), 8), condition=models.Q(('phone', ''), _negated=True), name='reader_phone'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reader',
            trigger=pgtrigger.compiler.Trigger(name='keeps_former_addresses', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."wechat" IS DISTINCT FROM (NEW."wechat"))', func="\n    INSERT INTO crm_formeraddress (reader_id, channel, address, until)\n    SELECT NEW.id, channel, before, statement_timestamp()\n    FROM (VALUES ('email', OLD.email, NEW.email),\n                 ('sms', OLD.phone, NEW.phone),\n                 ('wechat', OLD.wechat, NEW.wechat)) AS address(channel, before, after)\n    WHERE before <> '' AND before <> after\n    ON CONFLICT DO NOTHING;\n\n    UPDATE crm_letter SET address = NEW.email\n    WHERE reader_id = NEW.id AND state IN ('pending', 'failed')\n      AND purpose <> 'account'\n      AND NEW.email <> '' AND lower(address) = lower(OLD.email);\n    RETURN NULL;\n", hash='93971c08cc8940957d36873a21b7ed4cc01bd51f', operation='UPDATE', pgid='pgtrigger_keeps_former_addresses_5bdf2', table='crm_reader', when='AFTER')),
        ),
        migrations.AddField(
            model_name='formeraddress',
            name='reader',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='crm.reader'),
        ),
        migrations.AddConstraint(
            model_name='formeraddress',
            constraint=models.UniqueConstraint(fields=('reader', 'channel', 'address'), name='former_address_once'),
        ),
    ]
