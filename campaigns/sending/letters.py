"""The single letters of contents: to people who are no readers, beside the deliveries.

Which they are, by the cause that they name; nothing here writes or sends one.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from campaigns.contents.models import Content
from crm.letters.models import Letter, LetterKind

State = Letter.State
KIND = LetterKind.PROMOTION_SUBSCRIBERS
#: What a letter names as its cause, before the key of its content.
CAUSE = "campaigns.content:"
#: On their way, or to be: their content is being sent as long as there is one.
WAITING = (State.PENDING, State.INFLIGHT)


def cause_of(content: Content | int) -> str:
    """What the letters of a content name as their cause; by the content or its key."""
    return f"{CAUSE}{getattr(content, 'pk', content)}"


def content_of(letter: Letter) -> int:
    """The key of the content that a letter to a subscriber is of."""
    return int(letter.about.removeprefix(CAUSE))


def letters_of(contents: Iterable[Content | int]) -> QuerySet[Letter]:
    """Letters to subscribers of these contents, in any state."""
    return Letter.objects.filter(kind=KIND, about__in=list(map(cause_of, contents)))
