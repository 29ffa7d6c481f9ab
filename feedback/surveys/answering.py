"""From a posted form to answers, by the version's definition alone.

It asks no database, and nothing that may be sent raises an exception.
"""

import json
import re
from dataclasses import dataclass, field
from itertools import filterfalse

from django.http import QueryDict
from django.utils.translation import gettext as _

from core.characters import is_blank, is_storable
from core.localised import localised
from feedback.surveys.definitions import Definition, Kind, Question, sha256

LONGEST_TEXT = 5000
FIELD = re.compile(r"i\d{1,5}")


@dataclass
class ParsedForm:
    """What a posted form says.

    ``answers`` {ordinal as text: code | [codes] | text}, ``errors`` {ordinal: message}, ``fault``
    of the whole.
    """

    answers: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    fault: str = ""

    @property
    def ok(self) -> bool:
        """True when the answers may be kept as they are."""
        return not self.errors and not self.fault


class BadAnswer(Exception):
    """What was posted is no answer to its question; the message says why, for the reader."""


def parse_answers(definition: Definition, data: QueryDict) -> ParsedForm:
    """Check every field against the definition.

    Fields of no question make a fault; other names are ignored.
    """
    parsed = ParsedForm()
    if _holds_unknown_question(definition, data):
        parsed.fault = _(
            "The form held a question that is not part of this survey. Please send it again."
        )
    for question in definition.items:
        posted = data.getlist(question.name)
        try:
            answer = parse_answer(question, posted)
        except BadAnswer as error:
            parsed.errors[question.ordinal] = str(error)
            continue

        # What was left empty is not stored: an answer that is missing is no zero.
        if answer is not None:
            parsed.answers[str(question.ordinal)] = answer
    if parsed.ok and not parsed.answers:
        # Kept, it would be the one answer of its reader.
        parsed.fault = _("Nothing is filled in yet. Please answer at least one question.")
    return parsed


def _holds_unknown_question(definition: Definition, data: QueryDict) -> bool:
    """True for a field that looks like a question's and is none of this version's.

    It comes from another version or a script; dropped silently, an answer would be lost.
    """
    known = {question.name for question in definition.items}
    return any(FIELD.fullmatch(name) and name not in known for name in data)


def parse_answer(question: Question, posted: list[str]) -> int | list[int] | str | None:
    """One code, the codes of several choices, or a text; None where nothing was answered.

    BadAnswer for what the question does not offer, and for nothing where it is required.
    """
    filled = list(filterfalse(is_blank, posted))
    if filled:
        return PARSERS[question.kind](question, filled)
    if question.required:
        raise BadAnswer(_("Please answer this question."))
    return None


def _parse_code(question: Question, values: list[str]) -> int:
    """The one code that was chosen. BadAnswer for several, and as ``_parse_codes`` for others."""
    codes = _parse_codes(question, values)
    if len(codes) > 1:
        raise BadAnswer(_("Please choose one answer only."))
    return codes[0]


def _parse_codes(question: Question, values: list[str]) -> list[int]:
    """The codes chosen, each once, from below upwards.

    Compared as text, so that "01", "+1" and "١" are no answers: only what the page offered is one.
    """
    offered = {str(choice.code): choice.code for choice in question.choices}
    chosen = set()
    for value in values:
        if value not in offered:
            raise BadAnswer(_("Please choose one of the answers offered."))
        chosen.add(offered[value])
    if len(chosen) > 1:
        _refuse_beside_others(question, chosen)
    return sorted(chosen)


def _refuse_beside_others(question: Question, chosen: set[int]) -> None:
    """BadAnswer where one of several chosen options says that none is meant."""
    for choice in question.choices:
        if choice.code in chosen and choice.stands_alone:
            raise BadAnswer(
                _("“%(option)s” cannot be chosen together with other answers.")
                % {"option": localised(choice.text)}
            )


def _parse_text(_question: Question, values: list[str]) -> str:
    """The text as it is stored. BadAnswer where it is too long or cannot be stored."""
    # Browsers send line ends as two characters and count them as one.
    text = values[0].replace("\r\n", "\n")
    if len(text) > LONGEST_TEXT:
        raise BadAnswer(_("This text is longer than %(n)s characters.") % {"n": LONGEST_TEXT})
    if not is_storable(text):
        raise BadAnswer(_("This text holds a character that cannot be stored. Please take it out."))
    return text


#: How the values posted for a question are parsed, by its kind.
PARSERS = {
    Kind.SINGLE: _parse_code,
    Kind.SCALE: _parse_code,
    Kind.NPS: _parse_code,
    Kind.MULTIPLE: _parse_codes,
    Kind.TEXT: _parse_text,
}


def canonical(answers: dict) -> str:
    """The answers as JSON text for PostgreSQL, Chinese as it is."""
    return json.dumps(answers, ensure_ascii=False)


def digest(answers: dict) -> str:
    """SHA-256 of the answers: the same answers sent again are a replay, others a change."""
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
    """The vector of ``answers`` {ordinal as text: …}; open texts have no place in it.

    A question without an answer is None in both halves: one choice is a code, several are a bit
    mask among the numbers.
    """
    vector = Vector([None] * definition.width, [None] * definition.width)
    for question in definition.items:
        answer = answers.get(str(question.ordinal))
        if answer is None or question.kind == Kind.TEXT:
            continue

        place = question.ordinal - 1
        if question.kind == Kind.MULTIPLE:
            vector.nums[place] = bit_mask(answer)
        else:
            vector.codes[place] = answer
    return vector


def bit_mask(codes: list[int]) -> float:
    """Several choices as one number: code 1 is bit 0.

    A float holds it exactly, since a question has no more than ``Item.MOST_OPTIONS`` options.
    """
    mask = 0
    for code in codes:
        mask |= 1 << (code - 1)
    return float(mask)


def texts(definition: Definition, answers: dict) -> list[tuple[int, str]]:
    """(ordinal, text) of the open answers, in the order of the questions."""
    found = []
    for ordinal in definition.ordinals_of(Kind.TEXT):
        text = answers.get(str(ordinal))
        if text is not None:
            found.append((ordinal, text))
    return found
