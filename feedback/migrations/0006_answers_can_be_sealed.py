import django.db.models.deletion
from django.db import migrations, models

SMALLEST_BATCH = models.Q(smallest_batch__isnull=True) | models.Q(
    smallest_batch__gte=5, smallest_batch__lte=50
)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0005_held_voices_and_works")]

    operations = [
        migrations.CreateModel(
            name="AnswerKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public", models.BinaryField(max_length=32, unique=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="heldanswer",
            name="key",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="feedback.answerkey",
            ),
        ),
        migrations.AddField(
            model_name="heldanswer",
            name="sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="participation",
            name="mixed",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="participation",
            index=models.Index(
                condition=models.Q(mixed=False), fields=["survey"], name="participation_unmixed"
            ),
        ),
        migrations.AddField(
            model_name="survey",
            name="smallest_batch",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="anonymous answers mixed together, at least"
            ),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=SMALLEST_BATCH, name="survey_smallest_batch_5_to_50"
            ),
        ),
        migrations.AlterField(
            model_name="survey",
            name="anonymous",
            field=models.BooleanField(default=False, verbose_name="anonymous"),
        ),
        migrations.AlterField(
            model_name="response",
            name="language",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name="response",
            name="version",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="responses",
                to="feedback.surveyversion",
            ),
        ),
    ]
