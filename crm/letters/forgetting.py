"""Account mail may hold a secret: its text goes as soon as it is of no use.

Other letters have a term (``terms.py``); that they were written stays.
"""

from django.utils import timezone

from crm.letters.models import Letter, LetterPurpose


def forget_bodies() -> int:
    """Drop the texts of account mail that has expired; returns how many rows changed.

    Letters that still wait keep theirs.
    """
    with_body = Letter.objects.exclude(text="", html="")
    ended = with_body.exclude(state__in=[Letter.State.PENDING, Letter.State.INFLIGHT])
    expired = ended.filter(purpose=LetterPurpose.ACCOUNT, expires_at__lte=timezone.now())
    return expired.update(text="", html="")
