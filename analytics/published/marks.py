"""What vouches for a seal and for a look: each is marked by whoever has the installation's key.

Hashes alone can be made by anybody who may add rows and has read the program. The key of the marks
is in the environment, and in no table.
"""

from collections.abc import Iterator

from django.conf import settings

from analytics.published.digests import look_digest, seal_digest
from analytics.published.models import Seal, Verification
from core import vouching
from core.vouching import Word

SEAL, LOOK = "seal", "look"


def mark_of_seal(made: Seal) -> str:
    """The mark, by the present key, of a seal whose own hash is made already."""
    return vouching.mark(SEAL, made.sha256, settings.PRIVACY_KEY)


def mark_of_look(made: Verification) -> str:
    """The mark, by the present key, of a look that has its number already: no other row says the
    same.
    """
    return vouching.mark(LOOK, look_digest(made), settings.PRIVACY_KEY)


def word_of_seal(one: Seal) -> Word:
    """Whose seal it is. One that says something else than its own hash is nobody's, since the hash
    is computed anew here and the stored one is not asked.
    """
    return vouching.judge(one.mac, SEAL, seal_digest(one), keys())


def word_of_look(one: Verification) -> Word:
    """What the look's own mark says: true, of a former key, false, or none."""
    return vouching.judge(one.mac, LOOK, look_digest(one), keys())


def keys() -> list[str]:
    """The present key, and those that were it before and are believed still."""
    return [settings.PRIVACY_KEY, *settings.PRIVACY_KEY_FALLBACKS]


# --- after a change of the key --------------------------------------------------------------------
def under_other_keys() -> Iterator[Seal | Verification]:
    """Rows with a mark that is not of the present key, nor a forgery of one that is known."""
    present = vouching.key_name(settings.PRIVACY_KEY)
    for model, word_of in ((Seal, word_of_seal), (Verification, word_of_look)):
        for one in model.objects.exclude(mac__startswith=present).order_by("pk").iterator():
            if word_of(one) != Word.NOBODYS:
                yield one


def mark_again(one: Seal | Verification) -> None:
    """Write the mark of the present key over the one that stands there. Only the owner of the
    tables may.
    """
    mark_of = mark_of_seal if isinstance(one, Seal) else mark_of_look
    type(one).objects.filter(pk=one.pk).update(mac=mark_of(one))
