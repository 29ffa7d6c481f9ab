from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0006_link_hosts'),
    ]

    operations = [
        migrations.CreateModel(
            name='MissedClicks',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('n', models.PositiveIntegerField(default=0)),
            ],
        ),
    ]
