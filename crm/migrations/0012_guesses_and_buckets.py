from django.db import migrations, models

TO_UNLOGGED = "ALTER TABLE crm_bucket SET UNLOGGED"
TO_LOGGED = "ALTER TABLE crm_bucket SET LOGGED"


class Migration(migrations.Migration):
    """Wrong entries count for an account, in one row; what 0.1 counted was good for minutes."""

    dependencies = [("crm", "0011_single_letters")]

    operations = [
        migrations.DeleteModel(name="SignInFailure"),
        migrations.CreateModel(
            name="GuessCounter",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("tries", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("locked_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("digest", models.BinaryField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=40)),
                ("full_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunSQL(TO_UNLOGGED, TO_LOGGED),
    ]
