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
    """What a posted form says.

    ``answers`` {ordinal as text: code | [codes] | text}, ``errors`` {ordinal: message}, ``fault``
    of the whole.
    """

    answers: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    fault: str = ""

    @property
    def ok(self) -> bool:
        return not self.errors and not self.fault


class BadAnswer(Exception):
    """What was posted is no answer to its question; the message says why, for the reader."""


def read_answers(definition: Definition, data: QueryDict) -> Reading:
    """Check every field against the definition.

    Fields of no question make a fault; other names are ignored.
    """
    reading = Reading()
    if _holds_unknown_question(definition, data):
        reading.fault = _(
            "The form held a question that is not part of this survey. Please send it again."
        )
    for question in definition.items:
        try:
            answer = read_answer(question, data.getlist(question.name))
        except BadAnswer as error:
            reading.errors[question.ordinal] = str(error)
            continue
        if answer is not None:
            reading.answers[str(question.ordinal)] = answer
    return reading


def _holds_unknown_question(definition: Definition, data: QueryDict) -> bool:
    known = {question.name for question in definition.items}
    asked = {name for name in data if FIELD.fullmatch(name)}
    return not asked <= known


def read_answer(question: Question, posted: list[str]) -> int | list[int] | str | None:
    """One code, the codes of several choices, or a text; None where nothing was answered.

    BadAnswer for what the question does not offer, and for nothing where it is required.
    """
    filled = [value for value in posted if value.strip()]
    if not filled:
        if question.required:
            raise BadAnswer(_("Please answer this question."))
        return None
    if question.kind == Kind.TEXT:
        return _read_text(filled[0])

    codes = _read_codes(question, filled)
    if question.kind == Kind.MULTIPLE:
        return codes
    if len(codes) > 1:
        raise BadAnswer(_("Please choose one answer only."))
    return codes[0]


def _read_codes(question: Question, values: list[str]) -> list[int]:
    """The codes chosen, each once, from below upwards."""
    offered = {str(choice.code): choice.code for choice in question.choices}
    if not set(values) <= offered.keys():
        raise BadAnswer(_("Please choose one of the answers offered."))
    return sorted({offered[value] for value in values})


def _read_text(posted: str) -> str:
    text = posted.replace("\r\n", "\n")
    if len(text) > LONGEST_TEXT:
        raise BadAnswer(_("This text is longer than %(n)s characters.") % {"n": LONGEST_TEXT})
    if UNSTORABLE.search(text):
        raise BadAnswer(_("This text holds a character that cannot be stored. Please take it out."))
    return text


def canonical(answers: dict) -> str:
    """The answers as JSON text for PostgreSQL."""
    return json.dumps(answers, ensure_ascii=False)


def digest(answers: dict) -> str:
    """SHA-256 of the answers: tells a replay from a change."""
    return sha256(answers)


@dataclass(frozen=True)
class Vector:
    """The countable part of the answers; the place of a question is its ordinal minus one.

    ``codes`` of single, scale and NPS; ``nums`` hold several choices as a bit mask, bit 0 for code
    1. None where nothing was answered.
    """

    codes: list[int | None]
    nums: list[float | None]


def vector_of(definition: Definition, answers: dict) -> Vector:
    vector = Vector([None] * definition.width, [None] * definition.width)
    for question in definition.items:
        answer = answers.get(str(question.ordinal))
        if answer is None or question.kind == Kind.TEXT:
            continue
        place = question.ordinal - 1
        if question.kind == Kind.MULTIPLE:
            vector.nums[place] = float(sum(1 << (code - 1) for code in answer))
        else:
            vector.codes[place] = answer
    return vector


def texts(definition: Definition, answers: dict) -> list[tuple[int, str]]:
    """(ordinal, text) of the open answers."""
    found = []
    for ordinal in definition.ordinals_of(Kind.TEXT):
        if str(ordinal) in answers:
            found.append((ordinal, answers[str(ordinal)]))
    return found


def stamp(at: float | None = None) -> str:
    """When the page was shown (seconds since 1970), signed; goes into the form's field ``t``."""
    seconds = int(time.time() if at is None else at)
    return signing.Signer(salt="survey").sign(str(seconds))


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
    if time.time() - shown_at < TOO_FAST:
        return "fast"
    return ""
