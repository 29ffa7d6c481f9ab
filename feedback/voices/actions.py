"""Verbs on what readers say: take it in, answer it, hand it over, say what came of it."""

import secrets
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.queue import enqueue
from crm.readers.models import Reader
from crm.staff import audit
from crm.staff.models import User
from feedback.voices.models import Voice, VoiceMessage

#: No 0/O, 1/I/L: a reference is read aloud at the desk.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def say(*, client_id: UUID, reader: Reader | None = None, **fields) -> Voice:
    """Keep what somebody said; the same ``client_id`` again gives the voice already kept."""
    try:
        with transaction.atomic():
            return Voice.objects.create(
                client_id=client_id,
                reference=f"HX-{new_code(6)}",
                secret=new_code(12),
                reader=reader,
                **fields,
            )
    except IntegrityError:
        kept = Voice.objects.filter(client_id=client_id).first()
        if kept is None:  # the six letters were taken: one chance in 900 million
            return say(client_id=client_id, reader=reader, **fields)
        return kept


@transaction.atomic
def add_from_reader(*, voice: Voice, text: str) -> VoiceMessage:
    """The reader writes again; an answered voice waits for us once more."""
    message = VoiceMessage.objects.create(voice=voice, from_reader=True, text=text)
    Voice.objects.filter(pk=voice.pk, state=Voice.State.ANSWERED).update(state=Voice.State.WORKING)
    return message


@transaction.atomic
def reply(*, voice: Voice, text: str, by: User) -> VoiceMessage:
    """Answer the reader.

    First answer stops the clock; a mail goes out when they left an address.
    """
    message = VoiceMessage.objects.create(voice=voice, author=by, text=text)
    Voice.objects.filter(pk=voice.pk, answered_at__isnull=True).update(answered_at=message.at)
    Voice.objects.filter(pk=voice.pk).exclude(state=Voice.State.CLOSED).update(
        state=Voice.State.ANSWERED
    )
    audit.record(action="voice.reply", by=by, on=voice)
    if voice.email:
        enqueue("feedback.tasks.mail_voice_reply", message.pk)
    return message


@transaction.atomic
def note(*, voice: Voice, text: str, by: User) -> VoiceMessage:
    """A remark for colleagues only."""
    return VoiceMessage.objects.create(voice=voice, author=by, internal=True, text=text)


@transaction.atomic
def assign(*, voice: Voice, to: User | None, by: User) -> None:
    """Hand the voice over; the log says from whom to whom."""
    before = voice.assigned_to_id
    voice.assigned_to = to
    if voice.state == Voice.State.RECEIVED:
        voice.state = Voice.State.WORKING
    voice.save(update_fields=["assigned_to", "state"])
    audit.record(action="voice.assign", by=by, on=voice, before=before, after=to.pk if to else None)


@transaction.atomic
def conclude(*, voice: Voice, done: str, shown: bool, close: bool, by: User) -> None:
    """Write down what came of it, whether everybody may read it, and whether the matter is closed.
    """
    voice.done, voice.shown = done, shown and bool(done)
    if close and voice.closed_at is None:
        voice.state, voice.closed_at = Voice.State.CLOSED, timezone.now()
    voice.save(update_fields=["done", "shown", "state", "closed_at"])
    audit.record(action="voice.conclude", by=by, on=voice, shown=voice.shown, closed=close)
