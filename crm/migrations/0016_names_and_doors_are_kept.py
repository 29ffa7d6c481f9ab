"""What 0015 filled in is kept by the database; tokens go with the password and the rights."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0015_names_and_doors")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="likeness",
            field=models.CharField(editable=False, max_length=450, unique=True),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role", "administrator"),
                    models.Q(("is_staff", False), ("is_superuser", False)),
                    _connector="OR",
                ),
                name="user_admin_door_needs_the_role",
                violation_error_message="Only administrators may open Django's admin.",
            ),
        ),
    ]
