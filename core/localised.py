"""Texts stored in both languages, as ``{"zh-hans": …, "en": …}``."""

from django.conf import settings
from django.utils.translation import get_language


def localised(texts: dict[str, str], language: str | None = None) -> str:
    """Pick a text: the asked language's (the current one's by default), else the other's, else an
    empty string.
    """
    language = language or get_language() or settings.LANGUAGE_CODE
    chosen = "zh-hans" if language.startswith("zh") else "en"
    return texts.get(chosen) or texts.get("zh-hans") or next(filter(None, texts.values()), "")
