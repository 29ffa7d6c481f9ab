"""What the words of a plan are made of: a finding of a gate, and several things in one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Sentence:
    """``detail`` is a sentence; ``short`` fits a chip and is empty where nothing is missing."""

    detail: str
    short: str = ""


def listed(words: Iterable) -> str:
    """Names as one list, with the comma of the current language."""
    return _(", ").join(map(str, words))
