"""What is shown already is shown in the reader's own words, and stays so; nothing is shown of those
whose words are gone.
"""

from django.db import migrations

SHOWN = """
    UPDATE feedback_voice
    SET public_text = text, shown = (text <> '')
    WHERE shown
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0019_wording_for_everybody")]

    operations = [migrations.RunSQL(SHOWN, migrations.RunSQL.noop)]
