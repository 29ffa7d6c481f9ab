"""0.1 marked an answer or thanks as mailed and kept no letter; from here on each has its row.

What 0.1 marked is taken for mailed. What it had not marked within the seven days in which it would
still have tried is shown as not mailed, with the text, so that a person can send it.
"""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

LIFE = timedelta(days=7)


def write_letters(apps, schema_editor):
    """A letter for every answer and thanks of 0.1. Safe to run twice: what is there stays."""
    messages = apps.get_model("feedback", "VoiceMessage").objects.select_related("voice__reader")
    for message in messages.filter(internal=False, from_reader=False, letter=None):
        voice = message.voice
        if voice.email:
            write(
                apps,
                message,
                kind="voice.reply",
                address=voice.email,
                reader=voice.reader,
                about=f"feedback.voice:{voice.pk}",
                subject=voice.reference,
                text=message.text,
                created_at=message.at,
                sent_at=message.mailed_at,
            )

    works = apps.get_model("feedback", "Submission").objects.select_related("author")
    for work in works.filter(state="published", letter=None):
        if work.author.email:
            write(
                apps,
                work,
                kind="work.thanks",
                address=work.author.email,
                reader=work.author,
                about=f"feedback.submission:{work.pk}",
                subject=work.title,
                text=work.thanks,
                created_at=work.published_at,
                sent_at=work.thanks_mailed_at,
            )


def write(apps, cause, **fields):
    """Put one letter down and tie it to the row that caused it."""
    was_sent = fields["sent_at"] is not None
    is_recent = fields["created_at"] >= timezone.now() - LIFE
    if not was_sent and not is_recent:
        return
    if was_sent:
        fields |= {"state": "sent", "reason": "", "text": ""}
    else:
        fields |= {"state": "failed", "reason": "before_upgrade"}

    Letter = apps.get_model("crm", "Letter")
    once = f"{fields['kind']}/{cause.pk}"
    language = fields["reader"].language if fields["reader"] else "zh-hans"
    cause.letter, _new = Letter.objects.get_or_create(
        once=once,
        defaults={
            "purpose": "notices",
            "language": language,
            "queued_at": fields["created_at"],
            "expires_at": fields["created_at"] + LIFE,
            **fields,
        },
    )
    cause.save(update_fields=["letter"])


def mark_as_mailed(apps, schema_editor):
    """Backwards: what was mailed is marked again."""
    for message in apps.get_model("feedback", "VoiceMessage").objects.exclude(letter=None):
        message.mailed_at = message.letter.sent_at
        message.save(update_fields=["mailed_at"])
    for work in apps.get_model("feedback", "Submission").objects.exclude(letter=None):
        work.thanks_mailed_at = work.letter.sent_at
        work.save(update_fields=["thanks_mailed_at"])


class Migration(migrations.Migration):
    dependencies = [("feedback", "0002_letter_of_an_answer")]
    operations = [migrations.RunPython(write_letters, mark_as_mailed)]
