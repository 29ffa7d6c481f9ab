"""Forms that were posted after their session had ended: kept for their writer, and offered again.

The cookie of an ended session still says whose it was, for as long as its row is there.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.module_loading import import_string

from core.characters import is_storable
from crm.accounts.models import BrowserSession, KeptForm

#: Pages whose forms are never kept: they ask for passwords, or belong to Django's admin. Of a
#: survey nothing is: a kept form names its writer, and the survey may have promised otherwise.
NEVER_KEPT = ("/accounts/", "/admin/", "/api/", "/s/")
#: Fields of no meaning afterwards.
LEFT_OUT = {"csrfmiddlewaretoken"}
#: Fields that pages fill in themselves: ids, traps, marks and buttons of the builder of segments.
NOT_TYPED = {"client_id", "website", "t", "node", "do", "next"}
#: Characters of all fields together.
LONGEST = 256 * 1024
LONGEST_PATH = 500
#: A single word that is longer was written and not chosen from a list.
LONGEST_CHOICE = 12
KEPT_FOR = timedelta(days=7)
#: Forms kept for one person at a time; the oldest go.
MOST_KEPT = 5


def keep(
    ended: BrowserSession, path: str, posted: QueryDict, *, had_files: bool
) -> KeptForm | None:
    """Keep what was posted to ``path`` for the person whose session has ended.

    None where nothing was sent, or nothing that may be kept.
    """
    fields = fields_of(posted)
    if not fields or not may_be_kept(path, fields):
        return None

    kept = KeptForm.objects.create(
        user_id=ended.user_id, path=path, fields=fields, had_files=had_files
    )
    own = KeptForm.objects.filter(user_id=ended.user_id)
    newest = list(own.order_by("-at").values_list("pk", flat=True)[:MOST_KEPT])
    own.exclude(pk__in=newest).delete()
    return kept


def fields_of(posted: QueryDict) -> list[list[str]]:
    """[name, value] of every field that was sent, in the order it was sent in.

    Left out is what only the request needed (``LEFT_OUT``). Files are not among them.
    """
    fields = []
    for name, values in posted.lists():
        if name not in LEFT_OUT:
            fields += [[name, value] for value in values]
    return fields


def may_be_kept(path: str, fields: list[list[str]]) -> bool:
    """False for forms with a password in them, and for more than a person types.

    Also False for what the database could not store. Lengths are in characters, names and values
    together.
    """
    if path.startswith(NEVER_KEPT):
        return False
    if len(path) > LONGEST_PATH or not is_storable(path):
        return False

    length = 0
    for name, value in fields:
        if "password" in name:
            return False
        if not is_storable(name + value):
            return False
        length += len(name) + len(value)
    return length <= LONGEST


def typed_texts(fields: list[list[str]]) -> list[str]:
    """The texts among [name, value] that a person wrote, to be read on the page and copied.

    Texts of several words, and longer ones. Choices, keys and what a script wrote are left out.
    """
    typed = []
    for name, value in fields:
        has_several_words = len(value.split()) > 1
        is_long = has_several_words or len(value) > LONGEST_CHOICE
        if is_long and name not in NOT_TYPED and not is_key(value):
            typed.append(value)
    return typed


def is_key(value: str) -> bool:
    """Whether this is an id of ours and no words."""
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def page_in_words(path: str) -> str:
    """What the page is called that a form stood on; empty where nobody knows.

    In the present language, by the function that the setting PAGE_IN_WORDS names.
    """
    return import_string(settings.PAGE_IN_WORDS)(path)


def forget_ended() -> int:
    """Delete sessions that are over and forms that nobody came back for; returns how many.

    A session's row stays as long as a form typed in it may still arrive.
    """
    long_ago = timezone.now() - KEPT_FOR
    # An anonymous session says nothing about anybody: it goes at its end.
    over = Q(expire_date__lt=long_ago) | Q(expire_date__lt=timezone.now(), user=None)
    sessions, _by_model = BrowserSession.objects.filter(over).delete()
    forms, _by_model = KeptForm.objects.filter(at__lt=long_ago).delete()
    return sessions + forms
