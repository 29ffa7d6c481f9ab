"""What 0.1 held in the open becomes the content of a box that is not closed yet.

There may be no key at the time of the migration, and no answer may wait for one: the first run of
the mixing that has a key seals what it finds without.
"""

from django.db import migrations

CONTENT = """
UPDATE feedback_heldanswer
SET sealed = convert_to(
    jsonb_build_object(
        'version', version_id,
        'channel', channel_id,
        'language', language,
        'answers', answers,
        'flagged', flagged)::text,
    'UTF8')
"""
# Where nothing waits, everything has been mixed.
MIXED = """
UPDATE feedback_participation p
SET mixed = true
WHERE NOT EXISTS (SELECT 1 FROM feedback_heldanswer h WHERE h.survey_id = p.survey_id)
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0006_answers_can_be_sealed")]

    operations = [migrations.RunSQL([CONTENT, MIXED], migrations.RunSQL.noop)]
