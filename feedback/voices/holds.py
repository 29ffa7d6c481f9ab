"""What readers' voices hold of a person."""

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.holds import AddressHold, Erase, Hold, OwnLine, OwnThings, Shown
from crm.readers.words import label_in, language_in_words
from feedback.voices.models import MessageState, Voice

PURPOSE = _("to answer, and to say what came of it")
BASIS = _("service to readers")
#: Codes that nobody holds any more.
SOMETHING_ELSE = "left(md5(gen_random_uuid()::text), {letters})"

#: Nobody waits for an answer any more.
CLOSED = {
    "state": f"CASE state WHEN '{Voice.State.ANSWERED}' THEN state ELSE '{Voice.State.CLOSED}' END",
    "closed_at": "coalesce(closed_at, statement_timestamp())",
}

HOLDS = [
    Hold(
        "feedback.Voice",
        "reader",
        # That something was said and answered stays in the figures; what and by whom goes.
        Erase.DETACH,
        title=_("What I said"),
        shown=(
            Shown(_("when"), "received_at"),
            Shown(_("reference"), "reference"),
            Shown(_("kind"), "kind", label_in(Voice.Kind)),
            Shown(_("text"), "text"),
            Shown(_("e-mail for the answer"), "email"),
            Shown(_("language"), "language", language_in_words),
            Shown(_("state"), "state", label_in(Voice.State)),
            Shown(_("what we did"), "done"),
            Shown(_("as everybody reads it"), "public_text"),
        ),
        order="-received_at",
        purpose=PURPOSE,
        basis=BASIS,
        writes={
            "text": "''",
            "email": "''",
            # Words of theirs in another's wording are still theirs.
            "shown": "false",
            "public_text": "''",
            "client_id": "gen_random_uuid()",
            "reference": SOMETHING_ELSE.format(letters=16),
            "secret": SOMETHING_ELSE.format(letters=24),
        }
        | CLOSED,
    ),
    Hold(
        "feedback.VoiceMessage",
        "voice__reader",
        Erase.DELETE,
        title=_("Conversations about it, with notes of the staff"),
        shown=(
            Shown(_("when"), "at"),
            Shown(_("about"), "voice__reference"),
            Shown(pgettext_lazy("sender", "from"), "author__display_name"),
            Shown(_("text"), "text"),
            Shown(_("state"), "state", label_in(MessageState)),
        ),
        order="-at",
        purpose=PURPOSE,
        basis=BASIS,
    ),
]
# Said without an account, with an address for the answer.
ADDRESSES = [
    AddressHold("feedback.VoiceMessage", "voice__email", {"text": "''"}),
    AddressHold(
        "feedback.Voice",
        "email",
        {"email": "''", "text": "''", "shown": "false", "public_text": "''"} | CLOSED,
    ),
]


def line_of(voice: Voice) -> OwnLine:
    """What was said, in short, with the way back to the conversation."""
    return OwnLine(
        text=Truncator(voice.text).chars(60),
        state=voice.get_state_display(),
        url=voice.own_url,
        at=voice.received_at,
    )


MINE = [
    OwnThings(
        title=_("What I said, and the answers"),
        all_at="feedback:voice-mine",
        find=lambda reader: Voice.objects.filter(reader=reader).order_by("-received_at", "-pk"),
        say=line_of,
    )
]
