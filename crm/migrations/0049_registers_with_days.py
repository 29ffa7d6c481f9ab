"""Departments, terms, special days, followers; campuses and colleges get days and successors."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0048_standings_with_dates'),
    ]

    operations = [
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name_zh', models.CharField(max_length=120, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='English name')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='there since')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='there until')),
            ],
            options={
                'verbose_name': 'department',
                'verbose_name_plural': 'departments',
                'ordering': ['code'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DepartmentMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
            ],
            options={
                'verbose_name': 'member of a department',
                'verbose_name_plural': 'members of departments',
                'ordering': ['department', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FollowedAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name_zh', models.CharField(max_length=120, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='English name')),
            ],
            options={
                'verbose_name': 'account with followers',
                'verbose_name_plural': 'accounts with followers',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='FollowerCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('followers', models.PositiveIntegerField(blank=True, null=True, verbose_name='followers')),
                ('came', models.PositiveIntegerField(blank=True, null=True, verbose_name='new')),
                ('went', models.PositiveIntegerField(blank=True, null=True, verbose_name='gone')),
            ],
            options={
                'verbose_name': 'count of followers',
                'verbose_name_plural': 'counts of followers',
                'ordering': ['-day', 'account'],
            },
        ),
        migrations.CreateModel(
            name='SpecialDays',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('closed', 'closed to readers'), ('holiday', 'holiday, open')], max_length=8, verbose_name='what')),
                ('name', models.CharField(max_length=80, verbose_name='why')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('weekday', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Mondays'), (1, 'Tuesdays'), (2, 'Wednesdays'), (3, 'Thursdays'), (4, 'Fridays'), (5, 'Saturdays'), (6, 'Sundays')], null=True, verbose_name='only on')),
            ],
            options={
                'verbose_name': 'closed days or holidays',
                'verbose_name_plural': 'closed days and holidays',
                'ordering': ['-starts_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TeachingTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name_zh', models.CharField(max_length=120, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='English name')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
            ],
            options={
                'verbose_name': 'term',
                'verbose_name_plural': 'terms',
                'ordering': ['-starts_on'],
            },
        ),
        migrations.AddField(
            model_name='campus',
            name='ends_on',
            field=models.DateField(blank=True, null=True, verbose_name='there until'),
        ),
        migrations.AddField(
            model_name='campus',
            name='starts_on',
            field=models.DateField(blank=True, null=True, verbose_name='there since'),
        ),
        migrations.AddField(
            model_name='campus',
            name='successor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='crm.campus', verbose_name='successor'),
        ),
        migrations.AddField(
            model_name='college',
            name='ends_on',
            field=models.DateField(blank=True, null=True, verbose_name='there until'),
        ),
        migrations.AddField(
            model_name='college',
            name='starts_on',
            field=models.DateField(blank=True, null=True, verbose_name='there since'),
        ),
        migrations.AddField(
            model_name='college',
            name='successor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='crm.college', verbose_name='successor'),
        ),
        migrations.AddConstraint(
            model_name='campus',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='campus_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='campus',
            constraint=models.CheckConstraint(condition=models.Q(('successor__isnull', True), ('ends_on__isnull', False), _connector='OR'), name='campus_succeeded_has_ended'),
        ),
        migrations.AddConstraint(
            model_name='college',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='college_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='college',
            constraint=models.CheckConstraint(condition=models.Q(('successor__isnull', True), ('ends_on__isnull', False), _connector='OR'), name='college_succeeded_has_ended'),
        ),
        migrations.AddField(
            model_name='department',
            name='successor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='crm.department', verbose_name='successor'),
        ),
        migrations.AddField(
            model_name='departmentmember',
            name='department',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='crm.department'),
        ),
        migrations.AddField(
            model_name='departmentmember',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departments', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='followercount',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='crm.followedaccount'),
        ),
        migrations.AddField(
            model_name='followercount',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='specialdays',
            name='campus',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='crm.campus', verbose_name='campus'),
        ),
        migrations.AddConstraint(
            model_name='teachingterm',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='term_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='teachingterm',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('starts_on', 'ends_on', models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='terms_do_not_overlap'),
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='department_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.CheckConstraint(condition=models.Q(('successor__isnull', True), ('ends_on__isnull', False), _connector='OR'), name='department_succeeded_has_ended'),
        ),
        migrations.AddConstraint(
            model_name='departmentmember',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='department_member_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='departmentmember',
            constraint=models.UniqueConstraint(fields=('department', 'user', 'starts_on'), name='department_member_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='followercount',
            constraint=models.UniqueConstraint(fields=('account', 'day'), name='follower_count_once'),
        ),
        migrations.AddConstraint(
            model_name='followercount',
            constraint=models.CheckConstraint(condition=models.Q(('followers__isnull', False), ('came__isnull', False), ('went__isnull', False), _connector='OR'), name='follower_count_says_something'),
        ),
        migrations.AddConstraint(
            model_name='specialdays',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='special_days_end_after_start'),
        ),
        migrations.AddConstraint(
            model_name='specialdays',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__isnull', True), ('weekday__lte', 6), _connector='OR'), name='special_days_weekday'),
        ),
        migrations.AddConstraint(
            model_name='specialdays',
            constraint=models.UniqueConstraint(fields=('campus', 'kind', 'starts_on', 'ends_on', 'weekday'), name='special_days_once', nulls_distinct=False),
        ),
    ]
