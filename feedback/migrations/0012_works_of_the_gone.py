"""What stays of works that went with their erased authors, so that arms keep them."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0008_purpose_of_contents'),
        ("feedback", "0011_who_counts_in_a_batch"),
    ]

    operations = [
        migrations.CreateModel(
            name='GoneWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('maker', models.UUIDField()),
                ('submitted_at', models.DateTimeField()),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gone_works', to='feedback.call')),
                ('delivery', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='campaigns.delivery')),
            ],
        ),
    ]
