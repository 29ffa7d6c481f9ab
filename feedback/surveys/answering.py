"""From a posted form to answers by the version's definition alone.

No database, no exception for what was sent.
"""

import json
import re
import time
from dataclasses import dataclass, field

from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from feedback.surveys.definitions import Definition, Kind, Question, sha256

LONGEST_TEXT = 5000
#: Nobody reads a questionnaire in less than this many seconds.
TOO_FAST = 2
FIELD = re.compile(r"i\d{1,5}")
#: NUL and half characters cannot be stored; U+FFFD is what Django puts in place of bytes that are
#: no UTF-8.
UNSTORABLE = re.compile("[\x00\ufffd\ud800-\udfff]")
HONEYPOT = "website"


@dataclass
class Reading:
    """``answers`` {ordinal as text.

    Code | [codes] | text}, ``errors`` {ordinal: message}, ``fault`` of the whole.
    """

    answers: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    fault: str = ""

    @property
    def ok(self) -> bool:
        return not self.errors and not self.fault

    @property
    def digest(self) -> str:
        return sha256(self.answers)


def read(definition: Definition, data: QueryDict) -> Reading:
    """Check every field against the definition.

    Fields of no question make a fault; other names are ignored.
    """
    reading = Reading()
    known = {question.name for question in definition.items}
    if any(FIELD.fullmatch(name) and name not in known for name in data):
        reading.fault = _(
            "The form held a question that is not part of this survey. Please send it again."
        )
    for question in definition.items:
        value, error = read_one(question, data.getlist(question.name))
        if error:
            reading.errors[question.ordinal] = error
        elif value is not None:
            reading.answers[str(question.ordinal)] = value
    return reading


def read_one(question: Question, raw: list[str]) -> tuple[int | list[int] | str | None, str]:
    """(answer or None, error or ""). An unanswered required question is an error."""
    raw = [value for value in raw if value.strip()]
    if not raw:
        return None, _("Please answer this question.") if question.required else ""
    if question.kind == Kind.TEXT:
        return _read_text(raw)
    codes = {str(choice.code): choice.code for choice in question.choices}
    if any(value not in codes for value in raw):
        return None, _("Please choose one of the answers offered.")
    if question.kind == Kind.MULTIPLE:
        return sorted({codes[value] for value in raw}), ""
    if len(set(raw)) > 1:
        return None, _("Please choose one answer only.")
    return codes[raw[0]], ""


def _read_text(raw: list[str]) -> tuple[str | None, str]:
    text = raw[0].replace("\r\n", "\n")
    if len(text) > LONGEST_TEXT:
        return None, _("This text is longer than %(n)s characters.") % {"n": LONGEST_TEXT}
    if UNSTORABLE.search(text):
        return None, _("This text holds a character that cannot be stored. Please take it out.")
    return text, ""


def canonical(answers: dict) -> str:
    """The answers as JSON text for PostgreSQL."""
    return json.dumps(answers, ensure_ascii=False)


def vectors(definition: Definition, answers: dict) -> tuple[list[int | None], list[float | None]]:
    """(codes, nums), positions by ordinal.

    Codes of single, scale, NPS; nums hold several choices as a bit mask.
    """
    codes: list[int | None] = [None] * definition.width
    nums: list[float | None] = [None] * definition.width
    for question in definition.items:
        answer = answers.get(str(question.ordinal))
        if answer is None or question.kind == Kind.TEXT:
            continue
        if question.kind == Kind.MULTIPLE:
            nums[question.ordinal - 1] = float(sum(1 << (code - 1) for code in answer))
        else:
            codes[question.ordinal - 1] = answer
    return codes, nums


def texts(definition: Definition, answers: dict) -> list[tuple[int, str]]:
    """(ordinal, text) of the open answers."""
    return [
        (question.ordinal, answers[str(question.ordinal)])
        for question in definition.items
        if question.kind == Kind.TEXT and str(question.ordinal) in answers
    ]


def stamp(at: float | None = None) -> str:
    """When the page was shown (seconds since 1970), signed; goes into the form's field ``t``."""
    return signing.Signer(salt="survey").sign(str(int(time.time() if at is None else at)))


def suspicion(data: QueryDict) -> str:
    """Why an answer looks automatic.

    "honeypot", "unread" (no page was shown) or "fast"; empty for people.
    """
    if data.get(HONEYPOT):
        return "honeypot"
    try:
        shown_at = int(signing.Signer(salt="survey").unsign(data.get("t", "")))
    except (signing.BadSignature, ValueError):
        return "unread"
    return "fast" if time.time() - shown_at < TOO_FAST else ""
