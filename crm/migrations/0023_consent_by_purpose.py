"""What 0.1 allowed by channel covers the purposes that 0.1 wrote for: notices, events, surveys.

Also in what imports keep for being undone. The ledger stays as it was written: its rows of 0.1
speak of a whole channel, by an empty purpose.
"""

from django.db import migrations

COVERED = "ARRAY['notices', 'events', 'surveys']"
SPLIT = f"""
UPDATE crm_reader r
SET consents = ARRAY(
    SELECT DISTINCT channel || ':' || purpose
    FROM unnest(r.consents) channel, unnest({COVERED}) purpose
    WHERE position(':' IN channel) = 0
    ORDER BY 1)
WHERE r.consents <> '{{}}'
"""
SPLIT_KEPT = f"""
UPDATE crm_importchange c
SET before = jsonb_set(c.before, '{{consents}}', (
    SELECT coalesce(jsonb_agg(channel || ':' || purpose ORDER BY channel, purpose), '[]')
    FROM jsonb_array_elements_text(c.before -> 'consents') channel, unnest({COVERED}) purpose))
WHERE jsonb_typeof(c.before -> 'consents') = 'array'
"""
#: Backwards a channel is allowed where any purpose of it was.
JOIN = """
UPDATE crm_reader r
SET consents = ARRAY(
    SELECT DISTINCT split_part(said, ':', 1) FROM unnest(r.consents) said ORDER BY 1)
WHERE r.consents <> '{}'
"""
JOIN_KEPT = """
UPDATE crm_importchange c
SET before = jsonb_set(c.before, '{consents}', (
    SELECT coalesce(jsonb_agg(DISTINCT split_part(said, ':', 1)), '[]')
    FROM jsonb_array_elements_text(c.before -> 'consents') said))
WHERE jsonb_typeof(c.before -> 'consents') = 'array'
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0022_privacy")]

    operations = [
        migrations.RunSQL(SPLIT, JOIN),
        migrations.RunSQL(SPLIT_KEPT, JOIN_KEPT),
    ]
