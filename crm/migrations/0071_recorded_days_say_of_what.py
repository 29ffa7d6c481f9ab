"""What is recorded is recorded of a kind of thing: a file of loans tells nothing of renewals."""

import django.contrib.postgres.fields
from django.db import migrations, models

#: Until now each span told of all that its source tells; days that are lost tell of nothing.
AS_BEFORE = """
UPDATE crm_coveredspan c
SET tells = s.kinds || s.measures
FROM crm_datasource s
WHERE s.id = c.source_id AND c.state <> 'lost'
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0070_printed_codes_end_and_a_year_of_birth")]

    operations = [
        migrations.AddField(
            model_name="coveredspan",
            name="tells",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.RunSQL(AS_BEFORE, migrations.RunSQL.noop),
    ]
