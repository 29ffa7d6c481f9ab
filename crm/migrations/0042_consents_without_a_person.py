"""The ledger's indexes by notice and by person leave out rows that have neither, as those of files."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("crm", "0041_impact_assessments")]

    operations = [
        migrations.AlterField(
            model_name="consentevent",
            name="notice",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="crm.notice",
            ),
        ),
        migrations.AlterField(
            model_name="consentevent",
            name="by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="consentevent",
            index=models.Index(
                fields=["notice"], name="consent_notice", condition=Q(("notice__isnull", False))
            ),
        ),
        migrations.AddIndex(
            model_name="consentevent",
            index=models.Index(
                fields=["by"], name="consent_by", condition=Q(("by__isnull", False))
            ),
        ),
    ]
