"""A letter before it is written down, where many are written at once."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LetterDraft:
    """One of many letters: to whom, in which language, what it says. ``once`` as for ``write``."""

    to: str
    language: str
    subject: str
    text: str
    html: str
    sender: str
    headers: dict[str, str]
    once: str
