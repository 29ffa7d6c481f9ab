"""A step that can be taken back for some seconds: who took it, on what, what it changed, signed.

Only a step with a verb that undoes it has one: what was put aside is held again.
"""

from dataclasses import astuple

from django.core import signing
from django.utils.translation import gettext as _

from core.refusals import Refused
from feedback.voices.aside import SetAside

#: So long a step can be taken back.
SECONDS = 30
#: Of more messages than these an address could not hold the keys.
MOST_MESSAGES = 200
SALT = "analytics.today.undo.step"


def token_of(step: SetAside, voice: int, user: int) -> str:
    """What the browser sends back to take a step on a voice back; ``voice`` and ``user`` are keys.

    Empty where nothing was put aside, or too much for an address.
    """
    if not step.event or len(step.messages) > MOST_MESSAGES:
        return ""
    return signing.dumps([voice, user, *astuple(step)], salt=SALT, compress=True)


def step_of(token: str, voice: int, user: int) -> SetAside:
    """The step of this person on this voice that a token is of.

    Refused where it is of none, or its time is over.
    """
    try:
        of_voice, by_user, event, is_voice, messages = signing.loads(
            token, salt=SALT, max_age=SECONDS
        )
    except signing.BadSignature as error:
        raise Refused(_("The time in which this could be taken back is over.")) from error
    if (of_voice, by_user) != (voice, user):
        raise Refused(_("Only whoever took a step can take it back."))
    return SetAside(event, is_voice, tuple(messages))


def is_in_time(token: str, voice: int, user: int) -> bool:
    """Whether the token is of a step of this person on this voice, and its time is not over."""
    try:
        step_of(token, voice, user)
    except Refused:
        return False
    return True
