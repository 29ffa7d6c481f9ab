"""How much one request may bring, said by the view that takes it.

A view that says nothing takes forms without files. Both are asked before a byte of the body is
read: what is too large never reaches the disk (config.refusing.SizeMiddleware).
"""

from collections.abc import Callable

from django.conf import settings

from core.access import may

#: Bytes of a form without files: of its fields, written out as a browser writes them.
MOST_OF_A_FORM = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + (1 << 20)
#: Bytes of the fields and separators beside a file.
BESIDE_A_FILE = 1 << 20


def takes_files(most: Callable[[], int]):
    """View decorator: its form may bring a file of so many bytes.

    Put it above ``needs``: whoever lacks the permission may bring no more than to any other form.
    """

    def mark(view):
        """The same view, known to take bodies as long as a file."""
        view.takes_bytes = most
        return view

    return mark


def most_bytes(view, user) -> int:
    """How many bytes the body of a request of this user to this view may have.

    What a form may have, or a file and ``BESIDE_A_FILE`` where the view takes files
    (``takes_files``) and this user may send some.
    """
    most = getattr(view, "takes_bytes", None)
    if most is None or not may_send(view, user):
        return MOST_OF_A_FORM
    return most() + BESIDE_A_FILE


def may_send(view, user) -> bool:
    """False where the view asks for a right that ``user`` lacks; nobody signed in has none.

    By ``view.permission``, which ``needs`` sets; a view without it takes bodies from everybody.
    """
    permission = getattr(view, "permission", None)
    return permission is None or may(user, permission)
