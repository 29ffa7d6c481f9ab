"""Browser sessions that say whose they are, hashed API tokens, and forms kept for their writers.

Tokens of 0.1 stood in plain text in the REST framework's own table. They are hashed in place, so
that programs keep working, and valid for another year; their table goes, which nothing uses any
more. Sessions of 0.1 are not taken over: everybody signs in once.
"""

import uuid
from datetime import timedelta

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

#: What people see as the name of a token that 0.1 made.
OLD_NAME = "0.1"
YEAR = timedelta(days=365)
HASH_TOKENS = """
    INSERT INTO crm_apitoken (user_id, name, digest, beginning, created_at, expires_at)
    SELECT user_id, %s, encode(sha256(convert_to(key, 'UTF8')), 'hex'), left(key, 6), created, %s
    FROM authtoken_token"""


def take_over_tokens(apps, schema_editor):
    """Hash what is there and drop its table; a database younger than 0.1 never had one."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('authtoken_token') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(HASH_TOKENS, [OLD_NAME, timezone.now() + YEAR])
            cursor.execute("DROP TABLE authtoken_token")
            # The way back to 0.1 begins with an empty table.
            cursor.execute("DELETE FROM django_migrations WHERE app = 'authtoken'")
    apps.get_model("contenttypes", "ContentType").objects.filter(app_label="authtoken").delete()


def forget_sessions(apps, schema_editor):
    """Nothing reads them any more, and each row could open an account of 0.1."""
    apps.get_model("sessions", "Session").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("sessions", "0001_initial"),
        ("crm", "0013_user_suspected"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("beginning", models.CharField(max_length=8)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "name"), name="token_name_once_per_user"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BrowserSession",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("public_id", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("idle_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("browser", models.CharField(blank=True, max_length=20)),
                ("system", models.CharField(blank=True, max_length=20)),
                ("network", models.CharField(blank=True, max_length=50)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="browser_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("user", None), ("ends_at__isnull", False), _connector="OR"
                        ),
                        name="session_of_a_user_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", None),
                            ("expire_date__lte", models.F("ends_at")),
                            _connector="OR",
                        ),
                        name="session_not_beyond_its_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptForm",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                ("path", models.CharField(max_length=500)),
                ("fields", models.JSONField()),
                ("had_files", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_forms",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunPython(take_over_tokens, migrations.RunPython.noop),
        migrations.RunPython(forget_sessions, migrations.RunPython.noop),
    ]
