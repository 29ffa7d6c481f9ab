"""Verbs on what readers say: take it in, answer it, hand it over, say what came of it."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.refusals import Conflict, Overtaken, Refused
from crm.letters.actions import write
from crm.letters.models import Letter, LetterKind
from crm.readers.models import Reader
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from feedback.voices.aside import SetAside, is_last_step
from feedback.voices.codes import new_code, new_reference
from feedback.voices.letters import reply_letter
from feedback.voices.models import MessageState, Voice, VoiceMessage
from feedback.voices.reaching import way_to
from feedback.voices.reminding import can_be_reminded, reminder_key, reminder_letter
from feedback.voices.turns import is_overtaken

State = Voice.State


@transaction.atomic
def say(
    *,
    client_id: UUID,
    by: User | None,
    reader: Reader | None = None,
    suspected: str = "",
    **fields,
) -> Voice:
    """Keep what somebody said; the same ``client_id`` again gives the voice already kept.

    Raises Conflict where something else was said under it.
    One that is ``suspected`` (``crm.staff.screening``) waits until a colleague has looked at it.

    ``reader`` is who said it, ``by`` their account; both are None for somebody who is not signed
    in. The audit row names nobody whom the voice does not name.
    """
    state = State.RECEIVED
    if suspected:
        state = State.HELD
    try:
        # A savepoint, so that a refused row leaves this transaction usable.
        with transaction.atomic():
            voice = Voice.objects.create(
                client_id=client_id,
                reference=new_reference(),
                secret=new_code(12),
                reader=reader,
                language=translation.get_language() or "",
                state=state,
                suspected=suspected,
                **fields,
            )
    except IntegrityError:
        # Sent twice, perhaps at once: the row of the other request is there now.
        kept = Voice.objects.filter(client_id=client_id).first()
        if kept is not None:
            _refuse_other(kept, fields)
            return kept
        # The six letters were taken: one chance in 900 million.
        return say(client_id=client_id, by=by, reader=reader, suspected=suspected, **fields)

    # An account that the voice does not name must not be found beside it in the log either.
    known = None
    if reader is not None:
        known = by
    audit.record(action=AuditAction.VOICE_SAY, by=known, on=voice)
    return voice


@transaction.atomic
def add_from_reader(
    *, voice: Voice, text: str, suspected: str = "", by: None = None
) -> VoiceMessage:
    """The reader writes again; an answered voice waits for us once more.

    What is ``suspected`` (``crm.staff.screening``) waits until a colleague has looked at it, and
    leaves the voice as it was.

    ``by`` is always None: whoever holds the voice's reference and secret may write, so the voice
    itself is all that is known of them, and the audit row names no person.
    """
    stored = _lock(voice)
    state = MessageState.TAKEN
    if suspected:
        state = MessageState.HELD
    message = VoiceMessage.objects.create(
        voice=stored, from_reader=True, text=text, state=state, suspected=suspected
    )
    # A person whose words were put aside writes again: somebody looks once more.
    again = {State.ANSWERED: State.WORKING, State.ASIDE: State.HELD}
    if not suspected and stored.state in again:
        stored.state = again[stored.state]
        stored.save(update_fields=["state"])
    audit.record(action=AuditAction.VOICE_WRITE, by=by, on=stored)
    return message


@transaction.atomic
def reply(*, voice: Voice, text: str, by: User, read_to: str = "") -> VoiceMessage:
    """Answer the reader; a letter is written where one may reach them (``reaching.way_to``).

    The first answer stops the clock; what was held of the conversation is let through.
    ``read_to``: how far the conversation had come where whoever answers read it
    (``turns.mark_of``), "" where nobody says so. Overtaken where it has gone on since.
    """
    stored = _lock(voice)
    if is_overtaken(stored, read_to):
        raise Overtaken(
            _(
                "Meanwhile somebody wrote here or settled the matter. Read it above; your text is"
                " still here, and goes out when you send it again."
            )
        )
    # Who is answered is taken for a person.
    stored.messages.filter(state=MessageState.HELD).update(state=MessageState.TAKEN)
    message = VoiceMessage.objects.create(voice=stored, author=by, text=text)
    # The first answer stops the clock, and a later one does not move it.
    if stored.answered_at is None:
        stored.answered_at = message.at
    if stored.state != State.CLOSED:
        stored.state = State.ANSWERED
    stored.save(update_fields=["answered_at", "state"])
    audit.record(action=AuditAction.VOICE_REPLY, by=by, on=stored)
    way = way_to(stored)
    if way.address:
        _mail(message, way.address, by)
    return message


def _mail(message: VoiceMessage, address: str, by: User) -> None:
    """Put the answer's letter down, in the transaction of the answer."""
    voice = message.voice
    said = reply_letter(message)
    message.letter = write(
        kind=LetterKind.VOICE_REPLY,
        to=address,
        subject=said.subject,
        text=said.text,
        language=said.language,
        once=f"voice.reply/{message.pk}",
        reader=voice.reader,
        about=f"feedback.voice:{voice.pk}",
        by=by,
    )
    message.save(update_fields=["letter"])


@transaction.atomic
def note(*, voice: Voice, text: str, by: User) -> VoiceMessage:
    """A remark for colleagues only."""
    # Not held: a note decides nothing and changes no state.
    message = VoiceMessage.objects.create(voice=voice, author=by, internal=True, text=text)
    audit.record(action=AuditAction.VOICE_NOTE, by=by, on=voice)
    return message


@transaction.atomic
def assign(*, voice: Voice, to: User | None, by: User) -> None:
    """Hand the voice over, or back to nobody; the log says from whom to whom. A voice that was only
    received is in work then.
    """
    stored = _lock(voice)
    before = stored.assigned_to_id
    stored.assigned_to = to
    # Only from here: handed over after the answer, a voice stays answered.
    if stored.state == State.RECEIVED:
        stored.state = State.WORKING
    stored.save(update_fields=["assigned_to", "state"])
    audit.record(
        action=AuditAction.VOICE_ASSIGN,
        by=by,
        on=stored,
        before=before,
        after=stored.assigned_to_id,
    )


@transaction.atomic
def remind(*, voice: Voice, by: User) -> Letter:
    """Write to the colleague who has the voice in hand, once a day however often it is asked.

    Refused where nobody else has it, it waits for no answer, or no letter can go to them.
    """
    stored = _lock(voice)
    to = stored.assigned_to
    if to is None or to == by:
        raise Refused(_("Nobody else has this in hand."))
    if not stored.is_waited_for:
        raise Refused(_("It has been answered already."))
    if not can_be_reminded(to):
        raise Refused(_("%(who)s cannot be written to.") % {"who": to})

    once = reminder_key(stored, timezone.localdate())
    # Nobody writes it meanwhile: the voice is locked.
    if not Letter.objects.filter(once=once).exists():
        audit.record(action=AuditAction.VOICE_REMIND, by=by, on=stored)
    said = reminder_letter(stored, by)
    return write(
        kind=LetterKind.NOTICE,
        to=to.email,
        subject=said.subject,
        text=said.text,
        language=said.language,
        once=once,
        about=f"feedback.voice:{stored.pk}",
        by=by,
    )


@transaction.atomic
def conclude(
    *, voice: Voice, done: str, shown: bool, close: bool, by: User, public_text: str = ""
) -> None:
    """Write down what came of it, whether everybody may read it, and whether the matter is closed.

    Where nothing was done there is nothing to show, and without ``public_text``, the wording for
    everybody, nothing that could be shown: the reader's own words stay as they are.
    """
    stored = _lock(voice)
    stored.done = done
    stored.shown = shown and bool(done) and bool(public_text)
    stored.public_text = public_text if stored.shown else ""

    # Closed twice, it keeps the first time.
    if close and stored.closed_at is None:
        stored.state = State.CLOSED
        stored.closed_at = timezone.now()
    stored.save(update_fields=["done", "shown", "public_text", "state", "closed_at"])
    audit.record(
        action=AuditAction.VOICE_CONCLUDE, by=by, on=stored, shown=stored.shown, closed=close
    )


def _refuse_other(kept: Voice, fields: dict) -> None:
    """Raises Conflict: what is sent again must be what was kept, or it would be lost without a
    word.
    """
    for name, value in fields.items():
        if getattr(kept, name) != value:
            raise Conflict


@transaction.atomic
def let_through(*, voice: Voice, by: User, read_to: str = "") -> None:
    """A person said it: it comes in as others do, at the time at which it was said, and so does
    what was written later and waits for a look; where nothing waits, what was put aside.

    ``read_to`` as in ``reply``.
    """
    stored = _lock(voice)
    _refuse_unread(stored, read_to)
    apart = stored.messages.filter(state__in=(MessageState.HELD, MessageState.ASIDE))
    held = apart.filter(state=MessageState.HELD)
    # What somebody has put aside before is not what is decided about now.
    if stored.state == State.HELD or held.exists():
        apart = held
    written = apart.update(state=MessageState.TAKEN)
    if stored.is_set_apart:
        stored.state = State.RECEIVED
    elif written and stored.state == State.ANSWERED:
        stored.state = State.WORKING
    elif not written:
        return
    stored.save(update_fields=["state"])
    audit.record(action=AuditAction.VOICE_LET_THROUGH, by=by, on=stored)


@transaction.atomic
def put_aside(*, voice: Voice, by: User, read_to: str = "") -> SetAside:
    """A program said it, or wrote again: it stays, and is counted and waited for no more.

    Its held messages are put aside with it; nothing is written down where nothing was held.
    ``read_to`` as in ``reply``.
    """
    stored = _lock(voice)
    held = stored.messages.filter(state=MessageState.HELD)
    messages = tuple(held.order_by("pk").values_list("pk", flat=True))
    is_voice = stored.state == State.HELD
    if not is_voice and not messages:
        return SetAside()
    _refuse_unread(stored, read_to)
    held.update(state=MessageState.ASIDE)
    if is_voice:
        stored.state = State.ASIDE
        stored.save(update_fields=["state"])
    event = audit.record(action=AuditAction.VOICE_ASIDE, by=by, on=stored)
    return SetAside(event.pk, is_voice, messages)


def _refuse_unread(stored: Voice, read_to: str) -> None:
    """Raises Overtaken where a conversation has gone on since it was read; needs its lock."""
    if is_overtaken(stored, read_to):
        raise Overtaken(
            _("Meanwhile somebody wrote here or settled the matter: please look again.")
        )


@transaction.atomic
def hold_again(*, voice: Voice, step: SetAside, by: User) -> None:
    """Take back that something was put aside: exactly that waits for a look again.

    Refused where somebody has put aside, let through or taken back something since, and so is the
    same step twice.
    """
    stored = _lock(voice)
    if not is_last_step(step, stored):
        raise Refused(_("This step cannot be taken back any more: somebody has gone on since."))
    if step.is_voice and stored.state == State.ASIDE:
        stored.state = State.HELD
        stored.save(update_fields=["state"])
    written = stored.messages.filter(pk__in=step.messages, state=MessageState.ASIDE)
    written.update(state=MessageState.HELD)
    audit.record(action=AuditAction.VOICE_HOLD_AGAIN, by=by, on=stored)


def _lock(voice: Voice) -> Voice:
    """The voice as it is now, held until the verb is done.

    Whoever called may have loaded it before a colleague changed it.
    """
    return Voice.objects.select_for_update(no_key=True).get(pk=voice.pk)
