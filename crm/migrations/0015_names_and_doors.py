"""A name is told apart from what it could be taken for; Django's admin opens by the role alone.

0.1 left the flags of Django's admin with whoever lost the administrator's role: they go. Accounts
of a demonstration are marked by the addresses that it gave them.
"""

from django.db import migrations, models
from django.db.models import Q

from core.likeness import likeness

#: Between a likeness and the row's key, where 0.1 took in two names that look the same.
APART = "#"
NAMES_OF_DEMONSTRATIONS = ("reader", "librarian", "manager", "admin")


def write_likenesses(apps, schema_editor):
    """The oldest account of a look keeps it."""
    User = apps.get_model("crm", "User")
    seen = set()
    users = list(User.objects.only("username").order_by("pk"))
    for user in users:
        look = likeness(user.username)
        user.likeness = look
        if look in seen:
            user.likeness = f"{look}{APART}{user.pk}"
        seen.add(look)
    User.objects.bulk_update(users, ["likeness"], batch_size=1000)


def close_doors(apps, schema_editor):
    """Flags without the role."""
    User = apps.get_model("crm", "User")
    flagged = User.objects.filter(Q(is_staff=True) | Q(is_superuser=True))
    flagged.exclude(role="administrator").update(is_staff=False, is_superuser=False)


def mark_demonstrations(apps, schema_editor):
    User = apps.get_model("crm", "User")
    for name in NAMES_OF_DEMONSTRATIONS:
        made = User.objects.filter(username=name, email=f"{name}@example.org")
        made.update(of_demonstration=True)


class Migration(migrations.Migration):
    dependencies = [("crm", "0014_sessions_and_tokens")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="likeness",
            field=models.CharField(editable=False, max_length=450, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="of_demonstration",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="user",
            name="username",
            field=models.CharField(
                error_messages={
                    "unique": "A user with that name, or one that looks like it, exists."
                },
                max_length=150,
                unique=True,
                verbose_name="username",
            ),
        ),
        migrations.RunPython(write_likenesses, migrations.RunPython.noop),
        migrations.RunPython(close_doors, migrations.RunPython.noop),
        migrations.RunPython(mark_demonstrations, migrations.RunPython.noop),
    ]
