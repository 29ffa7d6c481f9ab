"""Which passwords are refused besides short ones: those that are tried first."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from zxcvbn import zxcvbn

#: Guesses after which a password counts as found. So many are made in a day where the stored
#: hashes are in somebody's hands (PBKDF2, a million rounds, some twelve thousand a second).
FEWEST_GUESSES = 10**9
#: Characters that zxcvbn looks at: over 72 made on purpose it sits six seconds, over these one.
LOOKED_AT = 32
#: Names of the portal and of what it is, in Latin letters and in Chinese.
OWN_NAMES = ("huixiang", "回响", "library", "图书馆")
#: A word of a name that is worth refusing: shorter ones are parts of other words.
WORD = re.compile(r"[a-z]{4,}|[\u4e00-\u9fff]{2,}")


def names_of_the_house() -> Iterator[str]:
    """Words that no password may hold: the portal, the library, its address.

    In small letters: words of LIBRARY_NAME and of the host of BASE_URL.
    """
    yield from OWN_NAMES
    host = urlsplit(settings.BASE_URL).hostname or ""
    for name in (settings.LIBRARY_NAME, host):
        yield from WORD.findall(name.lower())


class LongEnough(MinimumLengthValidator):
    """As Django's, whose sentence is not in Chinese."""

    def get_error_message(self):
        """What is wrong, with the number of characters that are wanted."""
        return ngettext(
            "The password is too short: it needs at least %(n)s character.",
            "The password is too short: it needs at least %(n)s characters.",
            self.min_length,
        ) % {"n": self.min_length}


class NoNamesOfTheHouse:
    """Whoever guesses begins with the names of the place."""

    def validate(self, password, user=None):
        """Raises ValidationError.

        One for the first name that is found, in capitals or not. ``user`` is not looked at.
        """
        lower = password.lower()
        for name in names_of_the_house():
            if name in lower:
                raise ValidationError(
                    _("The password holds “%(name)s”, which is tried first.") % {"name": name},
                    code="name_of_the_house",
                )

    def get_help_text(self):
        """What the page says of this rule beside the field, in the present language."""
        return _("No name of the library or of this portal.")


class NotSoonGuessed:
    """By zxcvbn: lists of common passwords and names, keyboards, dates, repetitions, and these put
    together.
    """

    def validate(self, password, user=None):
        """Raises ValidationError.

        By zxcvbn's estimate of how many guesses it takes, of the first characters alone: the rest
        would cost time. What the account says of its owner counts as known.
        """
        known = [getattr(user, name, "") or "" for name in ("username", "email", "display_name")]
        found = zxcvbn(password[:LOOKED_AT], user_inputs=[*known, *names_of_the_house()])
        if found["guesses"] < FEWEST_GUESSES:
            raise ValidationError(
                _("This password would soon be guessed. Take more words, or less common ones."),
                code="soon_guessed",
            )

    def get_help_text(self):
        """What the page says of this rule beside the field, in the present language."""
        return _("Nothing that is soon guessed: several words that do not belong together.")
