"""The texts of letters are kept as long as they are of use; that they were written stays."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from crm.letters.models import Letter, LetterPurpose

#: How long the library can look up what it wrote.
KEEP_BODIES = timedelta(days=180)


def forget_bodies() -> int:
    """Drop the texts of account mail that has expired and of letters past ``KEEP_BODIES``.

    Returns how many rows changed. Letters that still wait keep theirs.
    """
    now = timezone.now()
    expired = Q(purpose=LetterPurpose.ACCOUNT, expires_at__lte=now)
    old = Q(created_at__lt=now - KEEP_BODIES)
    with_body = Letter.objects.exclude(text="", html="")
    ended = with_body.exclude(state__in=[Letter.State.PENDING, Letter.State.INFLIGHT])
    return ended.filter(expired | old).update(text="", html="")
