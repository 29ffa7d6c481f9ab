"""Rows of sessions are found by the digest of their key; those under plain keys end here."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0029_places_of_looks")]

    operations = [
        migrations.RunSQL(
            "DELETE FROM crm_browsersession", migrations.RunSQL.noop, elidable=False
        ),
        migrations.AlterField(
            model_name="browsersession",
            name="session_key",
            field=models.CharField(max_length=64, primary_key=True, serialize=False),
        ),
    ]
