from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]

    operations = [
        migrations.AddField("importbatch", "merged_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("importbatch", "report", models.JSONField(blank=True, default=dict)),
        migrations.AlterField("importrefusal", "raw", models.JSONField(default=list)),
    ]
