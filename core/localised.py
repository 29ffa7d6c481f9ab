"""Texts in both languages, as ``{"zh-hans": …, "en": …}``, and how words are put together."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import get_language, gettext, pgettext

CHINESE, ENGLISH = "zh-hans", "en"


def is_chinese(language: str | None = None) -> bool:
    """True if ``language`` is Chinese; by default the current one, or the portal's where none is
    active.
    """
    asked = language or get_language() or settings.LANGUAGE_CODE
    return asked.startswith("zh")


def localised(texts: Mapping[str, str], language: str | None = None) -> str:
    """A text in the asked language (by default the current one), else in the other, else "".

    Empty texts count as missing. ``texts`` is {language code: text}.
    """
    asked, other = ENGLISH, CHINESE
    if is_chinese(language):
        asked, other = CHINESE, ENGLISH
    return texts.get(asked) or texts.get(other) or ""


def label_of(choices: type[TextChoices], code: str) -> str:
    """The label of a stored code in the current language; a code that has none any more, and an
    empty one, as it is.
    """
    if code not in choices.values:
        return code
    return str(choices(code).label)


def in_every_language(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts as they are stored for good: what lacks in one language is taken from the other.

    Both languages are always there; both are empty where the texts are.
    """
    complete = {}
    for language in (CHINESE, ENGLISH):
        complete[language] = localised(texts, language)
    return complete


def listed(texts: Iterable) -> str:
    """ "A, B" or "甲、乙", by the language that is spoken.

    Each as it prints itself; "" for none.
    """
    return pgettext("between the members of a list", ", ").join(map(str, texts))


def running(sentences: Iterable) -> str:
    """Sentences one after the other, as the language that is spoken sets them: Chinese writes no
    space after its full stop. Each as it prints itself; empty ones are left out, "" for none.
    """
    between = " "
    if is_chinese():
        between = ""
    return between.join(filter(None, map(str, sentences)))


def labelled(label, value) -> str:
    """ "A: b" or "甲：乙", by the language that is spoken.

    One sentence of the catalogue, so that the colon is that of the language.
    """
    return gettext("%(label)s: %(value)s") % {"label": label, "value": value}


def in_english(handle):
    """Of a command: what verbs say in it stands in the command's own language, English.

    A decorator for ``handle``; the language of whoever called it is back when it returns.
    """
    return translation.override("en")(handle)
