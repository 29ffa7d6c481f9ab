"""What a campaign promises, its arms, who was drawn into which, and the programme's holdout."""

import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0023_a_campaign_has_a_list_of_its_own'),
        ('crm', '0091_sources_of_which_nothing_is_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Arm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=4, verbose_name='letter')),
                ('label', models.CharField(max_length=80, verbose_name='name')),
                ('role', models.CharField(choices=[('new', 'new'), ('as_before', 'as before')], default='new', max_length=10, verbose_name='role')),
                ('weight', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='share, %')),
                ('send_hour', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(23)], verbose_name='hour of sending')),
            ],
            options={
                'verbose_name': 'arm',
                'verbose_name_plural': 'arms',
                'ordering': ['code'],
            },
        ),
        migrations.AddField(
            model_name='content',
            name='arm',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='contents', to='campaigns.arm', verbose_name='arm'),
        ),
        migrations.CreateModel(
            name='Experiment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('first_visit', 'First visit'), ('visit', 'A visit'), ('event', 'An event attended'), ('campaign_event', 'An event of this campaign attended'), ('loan', 'A loan'), ('listed_loan', 'A loan from the listed collection'), ('e_resource', 'An e-resource used'), ('contribution', 'A contribution')], max_length=16, verbose_name='outcome')),
                ('secondary', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('first_visit', 'First visit'), ('visit', 'A visit'), ('event', 'An event attended'), ('campaign_event', 'An event of this campaign attended'), ('loan', 'A loan'), ('listed_loan', 'A loan from the listed collection'), ('e_resource', 'An e-resource used'), ('contribution', 'A contribution')], max_length=16), blank=True, default=list, size=None, verbose_name='also shown, not judged')),
                ('as_amount', models.BooleanField(default=False, verbose_name='how often, not only whether')),
                ('first_since', models.DateField(blank=True, null=True, verbose_name='none since')),
                ('window_days', models.PositiveSmallIntegerField(default=28, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(180)], verbose_name='days from the letter on')),
                ('smallest_effect', models.DecimalField(decimal_places=2, max_digits=7, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='smallest effect worth having')),
                ('adjusts', models.BooleanField(default=True, verbose_name='corrected by what readers did before')),
                ('base_rate', models.DecimalField(blank=True, decimal_places=6, max_digits=12, null=True)),
                ('base_spread', models.DecimalField(blank=True, decimal_places=6, max_digits=12, null=True)),
                ('base_n', models.PositiveIntegerField(blank=True, null=True)),
                ('base_from', models.DateField(blank=True, null=True)),
                ('base_to', models.DateField(blank=True, null=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='experiment', to='campaigns.campaign')),
            ],
            options={
                'verbose_name': 'promise of a campaign',
                'verbose_name_plural': 'promises of campaigns',
            },
        ),
        migrations.CreateModel(
            name='DrawnArm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('new', 'new'), ('as_before', 'as before'), ('held_out', 'held out')], max_length=10, verbose_name='role')),
                ('n', models.PositiveIntegerField(verbose_name='readers drawn')),
                ('at', models.DateTimeField(verbose_name='drawn')),
                ('arm', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drawn', to='campaigns.arm')),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drawn', to='campaigns.experiment')),
            ],
            options={
                'verbose_name': 'readers drawn into an arm',
                'verbose_name_plural': 'readers drawn into arms',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('new', 'new'), ('as_before', 'as before'), ('held_out', 'held out')], max_length=10, verbose_name='role')),
                ('at', models.DateTimeField(verbose_name='drawn')),
                ('identity', models.CharField(choices=[('undergraduate', 'Undergraduate'), ('master', "Master's student"), ('doctoral', 'Doctoral student'), ('teacher', 'Teacher'), ('staff', 'Staff member'), ('alumnus', 'Alumnus'), ('visitor', 'Visitor'), ('exchange', 'Exchange student'), ('public', 'Public reader'), ('unsaid', 'Not said')], max_length=16, verbose_name='kind')),
                ('outcome_so_far', models.PositiveIntegerField(blank=True, null=True)),
                ('arm', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='assignments', to='campaigns.arm')),
                ('campus', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crm.campus')),
                ('reader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='crm.reader')),
                ('experiment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='campaigns.experiment')),
            ],
            options={
                'verbose_name': 'place in an experiment',
                'verbose_name_plural': 'places in experiments',
            },
        ),
        migrations.AddField(
            model_name='arm',
            name='experiment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arms', to='campaigns.experiment'),
        ),
        migrations.CreateModel(
            name='Guardrail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16, verbose_name='guardrail')),
                ('basis', models.CharField(choices=[('absolute', 'at most so much'), ('last_three', 'at most so much more than the last three campaigns')], default='absolute', max_length=10, verbose_name='compared with')),
                ('margin', models.DecimalField(decimal_places=2, max_digits=9, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='margin')),
                ('before', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=4, max_digits=12), blank=True, default=list, size=None)),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guardrails', to='campaigns.experiment')),
            ],
            options={
                'verbose_name': 'guardrail',
                'verbose_name_plural': 'guardrails',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeHoldout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('percent', models.PositiveSmallIntegerField(default=2, verbose_name='share held out, %')),
                ('starts_on', models.DateField(verbose_name='starts')),
                ('ends_on', models.DateField(verbose_name='ends')),
                ('note', models.TextField(max_length=1000, verbose_name='why this is fair')),
                ('started_at', models.DateTimeField(auto_now_add=True)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stopped_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'programme holdout',
                'verbose_name_plural': 'programme holdouts',
                'ordering': ['-starts_on'],
            },
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.CheckConstraint(condition=models.Q(('smallest_effect__gt', 0)), name='experiment_effect_positive'),
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.CheckConstraint(condition=models.Q(('window_days__gte', 1), ('window_days__lte', 180)), name='experiment_window_in_days'),
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'first_visit'), _negated=True), models.Q(('adjusts', False), ('as_amount', False), ('first_since__isnull', False)), _connector='OR'), name='experiment_first_has_no_history'),
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.CheckConstraint(condition=models.Q(('as_amount', False), ('outcome__in', ['visit', 'loan']), _connector='OR'), name='experiment_amount_of_visits_or_loans'),
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('base_from__isnull', True), ('base_n__isnull', True), ('base_rate__isnull', True), ('base_to__isnull', True)), models.Q(('base_from__isnull', False), ('base_n__isnull', False), ('base_rate__gte', 0), ('base_to__gte', models.F('base_from'))), _connector='OR'), name='experiment_base_whole_or_none'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='experiment',
            trigger=pgtrigger.compiler.Trigger(name='locked', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF EXISTS (SELECT 1 FROM campaigns_campaign c\n           WHERE c.locked_at IS NOT NULL\n             AND c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.campaign_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.campaign_id END)) THEN\n    RAISE EXCEPTION 'what a live campaign promised is locked' USING ERRCODE = 'check_violation';\nEND IF;\nRETURN COALESCE(NEW, OLD);\n", hash='9525f06a2533124bbef53c88f92e58cdd5c48f08', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_locked_45d87', table='campaigns_experiment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='drawnarm',
            constraint=models.UniqueConstraint(fields=('experiment', 'arm', 'at'), name='drawn_arm_once_a_launch', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='drawnarm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('arm__isnull', True), ('role', 'held_out')), models.Q(models.Q(('role', 'held_out'), _negated=True), ('arm__isnull', False)), _connector='OR'), name='drawn_held_out_means_no_arm'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='drawnarm',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='67256011478acdce04ce13bb466d3cba5a2fce3f', operation='UPDATE OR DELETE', pgid='pgtrigger_kept_d329f', table='campaigns_drawnarm', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('experiment', 'reader'), name='assignment_once'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('arm__isnull', True), ('role', 'held_out')), models.Q(models.Q(('role', 'held_out'), _negated=True), ('arm__isnull', False)), _connector='OR'), name='assignment_held_out_means_no_arm'),
        ),
        migrations.AddConstraint(
            model_name='arm',
            constraint=models.UniqueConstraint(fields=('experiment', 'code'), name='arm_code_once'),
        ),
        migrations.AddConstraint(
            model_name='arm',
            constraint=models.UniqueConstraint(condition=models.Q(('role', 'as_before')), fields=('experiment',), name='arm_as_before_once'),
        ),
        migrations.AddConstraint(
            model_name='arm',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gte', 1), ('weight__lte', 100)), name='arm_weight_in_percent'),
        ),
        migrations.AddConstraint(
            model_name='arm',
            constraint=models.CheckConstraint(condition=models.Q(('send_hour__isnull', True), ('send_hour__lte', 23), _connector='OR'), name='arm_hour_of_day'),
        ),
        migrations.AddConstraint(
            model_name='arm',
            constraint=models.CheckConstraint(condition=models.Q(('role', 'held_out'), _negated=True), name='arm_is_mailed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='arm',
            trigger=pgtrigger.compiler.Trigger(name='locked', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF EXISTS (SELECT 1 FROM campaigns_campaign c\n           WHERE c.locked_at IS NOT NULL\n             AND c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN (SELECT campaign_id FROM campaigns_experiment WHERE id = OLD.experiment_id) END, CASE WHEN TG_OP <> 'DELETE' THEN (SELECT campaign_id FROM campaigns_experiment WHERE id = NEW.experiment_id) END)) THEN\n    RAISE EXCEPTION 'what a live campaign promised is locked' USING ERRCODE = 'check_violation';\nEND IF;\nRETURN COALESCE(NEW, OLD);\n", hash='5d302418afdbeca0f1af17e27b4aaa9349496dae', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_locked_804e5', table='campaigns_arm', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='guardrail',
            constraint=models.UniqueConstraint(fields=('experiment', 'kind'), name='guardrail_once'),
        ),
        migrations.AddConstraint(
            model_name='guardrail',
            constraint=models.CheckConstraint(condition=models.Q(('margin__gte', 0)), name='guardrail_margin_positive'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guardrail',
            trigger=pgtrigger.compiler.Trigger(name='locked', sql=pgtrigger.compiler.UpsertTriggerSql(func="\nIF EXISTS (SELECT 1 FROM campaigns_campaign c\n           WHERE c.locked_at IS NOT NULL\n             AND c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN (SELECT campaign_id FROM campaigns_experiment WHERE id = OLD.experiment_id) END, CASE WHEN TG_OP <> 'DELETE' THEN (SELECT campaign_id FROM campaigns_experiment WHERE id = NEW.experiment_id) END)) THEN\n    RAISE EXCEPTION 'what a live campaign promised is locked' USING ERRCODE = 'check_violation';\nEND IF;\nRETURN COALESCE(NEW, OLD);\n", hash='031d406bdf1db33a078ea604f7449c901874152c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_locked_2c4ed', table='campaigns_guardrail', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='programmeholdout',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gte', 1), ('percent__lte', 5)), name='programme_percent_small'),
        ),
        migrations.AddConstraint(
            model_name='programmeholdout',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on')), ('ends_on__lte', django.db.models.expressions.CombinedExpression(models.F('starts_on'), '+', models.Value(datetime.timedelta(days=366))))), name='programme_a_year_at_most'),
        ),
        migrations.AddConstraint(
            model_name='programmeholdout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stopped_at__isnull', True), ('stopped_by__isnull', True)), models.Q(('stopped_at__isnull', False), ('stopped_by__isnull', False)), _connector='OR'), name='programme_stopped_pair'),
        ),
        migrations.AddConstraint(
            model_name='programmeholdout',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('starts_on'), models.F('ends_on'), models.Value('[]'), function='daterange'), '&&')], name='programme_one_at_a_time'),
        ),
    ]
