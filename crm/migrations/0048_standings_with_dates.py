"""What readers are gets days; the stage of a student follows them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0047_who_is_counted_is_looked_at'),
    ]

    operations = [
        migrations.AddField(
            model_name='reader',
            name='stage',
            field=models.CharField(blank=True, choices=[('new', 'New student'), ('enrolled', 'Enrolled'), ('final', 'Final year'), ('graduated', 'Graduated within a year'), ('alumnus', 'Alumnus')], db_default='', editable=False, max_length=12, verbose_name='stage'),
        ),
        migrations.AlterField(
            model_name='reader',
            name='kind',
            field=models.CharField(choices=[('undergraduate', 'Undergraduate'), ('master', "Master's student"), ('doctoral', 'Doctoral student'), ('teacher', 'Teacher'), ('staff', 'Staff member'), ('alumnus', 'Alumnus'), ('visitor', 'Visitor'), ('exchange', 'Exchange student'), ('public', 'Public reader')], max_length=16, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('undergraduate', 'Undergraduate'), ('master', "Master's student"), ('doctoral', 'Doctoral student'), ('teacher', 'Teacher'), ('staff', 'Staff member'), ('alumnus', 'Alumnus'), ('visitor', 'Visitor'), ('exchange', 'Exchange student'), ('public', 'Public reader')], max_length=16, verbose_name='what they are')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('then', models.CharField(choices=[('alumnus', 'an alumnus'), ('left', 'no reader any more')], max_length=8, verbose_name='afterwards')),
                ('source', models.CharField(max_length=32, verbose_name='source')),
                ('import_run', models.BigIntegerField(editable=False, null=True)),
                ('moved_on', models.DateField(editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='crm.reader')),
            ],
            options={
                'verbose_name': 'standing',
                'verbose_name_plural': 'standings',
                'ordering': [models.OrderBy(models.F('starts_on'), descending=True, nulls_last=True), '-pk'],
                'indexes': [models.Index(fields=['ends_on'], name='standing_ends_on'), models.Index(fields=['starts_on'], name='standing_starts_on')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('starts_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='standing_ends_after_it_starts'), models.UniqueConstraint(fields=('reader', 'kind', 'starts_on'), name='standing_once', nulls_distinct=False)],
            },
        ),
    ]
