"""What is published is sealed, each seal over the one before, and looked through."""

import django.contrib.postgres.fields
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0005_moment_of_computing_is_given'),
    ]

    operations = [
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seals', models.PositiveIntegerField()),
                ('heads', models.JSONField()),
                ('breaks', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chain', models.CharField(max_length=20)),
                ('number', models.PositiveIntegerField()),
                ('object_id', models.BigIntegerField()),
                ('corrects', models.PositiveIntegerField(null=True)),
                ('reason', models.CharField(choices=[('first', 'first publication'), ('changed', 'what is known has changed since'), ('returned', 'what is known is again what it was before')], max_length=10)),
                ('inputs_sha256', models.CharField(blank=True, max_length=64)),
                ('parts', models.JSONField()),
                ('content_sha256', models.CharField(max_length=64)),
                ('previous_sha256', models.CharField(blank=True, max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('chained_later', models.BooleanField(default=False, help_text='Published before there were chains: nobody can say what it was until then.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['chain', 'number'],
                'constraints': [models.UniqueConstraint(fields=('chain', 'number'), name='seal_number_once'), models.UniqueConstraint(fields=('chain', 'object_id'), name='seal_object_once')],
            },
        ),
    ]
