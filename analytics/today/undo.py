"""A step that can be taken back for some seconds: who took it and on what, signed.

Only a step with a verb that undoes it has one: a voice that was put aside is let through.
"""

from django.core import signing

#: So long a step can be taken back.
SECONDS = 30
SALT = "analytics.today.undo"


def token_of(voice: int, user: int) -> str:
    """What the browser sends back to take a step on a voice back; by the keys of both."""
    return signing.dumps([voice, user], salt=SALT)


def is_in_time(token: str, voice: int, user: int) -> bool:
    """Whether the token is of this step of this person, and its time is not over."""
    try:
        return signing.loads(token, salt=SALT, max_age=SECONDS) == [voice, user]
    except signing.BadSignature:
        return False
