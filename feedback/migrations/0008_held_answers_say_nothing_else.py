"""A held answer is its survey, its key and its box.

Undone only where no answer is held: what is sealed cannot be put back into columns.
"""

from django.db import migrations, models

# Rewrites the file: the columns that are gone, and the versions of rows from before, are then gone
# from the disk as well. Boxes do not shrink, so PostgreSQL need not try.
REWRITE = """
ALTER TABLE feedback_heldanswer ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE feedback_heldanswer SET (
    autovacuum_vacuum_threshold = 20, autovacuum_vacuum_scale_factor = 0,
    toast.autovacuum_vacuum_threshold = 20, toast.autovacuum_vacuum_scale_factor = 0);
CLUSTER feedback_heldanswer USING feedback_heldanswer_pkey;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0007_what_0_1_held_as_content")]

    operations = [
        migrations.RemoveField(model_name="heldanswer", name="answers"),
        migrations.RemoveField(model_name="heldanswer", name="channel"),
        migrations.RemoveField(model_name="heldanswer", name="flagged"),
        migrations.RemoveField(model_name="heldanswer", name="language"),
        migrations.RemoveField(model_name="heldanswer", name="version"),
        migrations.AlterField(
            model_name="heldanswer", name="sealed", field=models.BinaryField()
        ),
        migrations.RunSQL(REWRITE, migrations.RunSQL.noop),
    ]
