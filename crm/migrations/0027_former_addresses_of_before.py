"""Former addresses that imports wrote over, and numbers suppressed before they had one form.

Digests cannot be turned back, so the second looks at the numbers that are stored.
"""

from django.db import migrations

from core.addresses import address_digest, address_digests, telephone_key

WRITTEN_OVER = """
    INSERT INTO crm_formeraddress (reader_id, channel, address, until)
    SELECT c.reader_id, a.channel, a.before, coalesce(b.merged_at, b.created_at)
    FROM crm_importchange c
    JOIN crm_importbatch b ON b.id = c.batch_id
    JOIN crm_reader r ON r.id = c.reader_id
    CROSS JOIN LATERAL (VALUES ('email', c.before ->> 'email', r.email),
                               ('sms', c.before ->> 'phone', r.phone),
                               ('wechat', c.before ->> 'wechat', r.wechat))
        AS a(channel, before, now)
    -- What an import that was undone wrote over came back, or was written over by a later one.
    WHERE a.before <> '' AND a.before <> a.now AND b.state <> 'undone'
    ON CONFLICT DO NOTHING"""


def take_what_was_written_over(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(WRITTEN_OVER)


def list_numbers_in_one_form(apps, schema_editor):
    Reader = apps.get_model("crm", "Reader")
    Suppression = apps.get_model("crm", "Suppression")
    listed = Suppression.objects.filter(channel="sms")
    if not listed.exists():
        return

    numbers = Reader.objects.exclude(phone="").values_list("phone", flat=True)
    for number in numbers.iterator():
        # In its one form already: nothing could differ.
        if telephone_key(number) in ("", number):
            continue
        for found in listed.filter(digest__in=address_digests(number)):
            Suppression.objects.get_or_create(
                channel="sms",
                purpose=found.purpose,
                digest=address_digest(number),
                defaults={"reason": found.reason},
            )


class Migration(migrations.Migration):
    dependencies = [("crm", "0026_former_addresses")]

    operations = [
        migrations.RunPython(take_what_was_written_over, migrations.RunPython.noop),
        migrations.RunPython(list_numbers_in_one_form, migrations.RunPython.noop),
    ]
