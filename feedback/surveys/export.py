"""Answers as CSV and XLSX.

One row per answer, codes as published, a code book beside them; no cell can run.
"""

import io
from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.disclosure import Missing
from core.exporting import xlsx_file
from core.localised import localised
from crm.readers.models import Reader
from crm.staff.models import User
from feedback.surveys.definitions import Definition, Kind
from feedback.surveys.models import Response, Survey
from feedback.surveys.release import is_told_to, rows_may_leave, too_few


def header(survey: Survey, definition: Definition) -> list[str]:
    """Column names; anonymous surveys have no reader, channel, language or time of day."""
    names = [pgettext("a whole one", "Answer"), _("Version"), _("Day"), _("Flag")]
    if not survey.anonymous:
        names += [_("Reader number"), _("Kind"), _("Channel"), _("Language")]
    for question in definition.items:
        name = f"{question.ordinal} {question.key} {localised(question.text)}"
        # Where there is no key, one of the two spaces around it goes.
        names.append(name.replace("  ", " "))
    return names


def lines(survey: Survey, definition: Definition, user: User) -> Iterator[list]:
    """One row per answer in random order of its id, flagged ones included.

    Number and kind are empty where ``user`` may not open the reader; staff of one campus get the
    answers of its readers alone. Of an anonymous survey with too few answers there is one row, with
    the reason.
    """
    if not rows_may_leave(survey):
        yield [too_few(survey)]
        return

    names = ["id", "version__number", "submitted_at", "flagged"]
    if not survey.anonymous:
        names += ["reader__number", "reader__kind", "channel__code", "language"]
    may_open = Exists(Reader.objects.visible_to(user).filter(pk=OuterRef("reader_id")))
    responses = Response.objects.filter(survey=survey).order_by("id")
    if not is_told_to(survey, user):
        responses = responses.filter(may_open)
    stored = responses.values_list(*names, may_open, "answers")
    # Read in pieces: a survey may have more answers than fit into memory.
    for row in stored.iterator(chunk_size=2000):
        identity, number, at, flagged, *person, is_visible, answers = row
        if person and not is_visible:
            # Number and kind; channel and language point at nobody.
            person[:2] = ["", ""]

        if number is None:
            number = str(Missing.WITHHELD)
        # Anonymous answers are dated at local midnight, in Greenwich the day before.
        day = timezone.localdate(at)
        line = [str(identity), number, f"{day:%Y-%m-%d}", flagged, *person]
        for question in definition.items:
            answer = answers.get(str(question.ordinal))
            line.append(cell(question.kind, answer))
        yield line


def named_readers(survey: Survey, user: User) -> set[int]:
    """Keys of the readers whose number stands in the file that ``user`` takes.

    None of an anonymous survey, nor of one of which rows may not leave; one query otherwise.
    """
    if survey.anonymous or not rows_may_leave(survey):
        return set()
    seen = Reader.objects.visible_to(user)
    answered = Response.objects.filter(survey=survey, reader__in=seen)
    return set(answered.values_list("reader_id", flat=True))


def cell(kind: str, answer):
    """A code as a number, several codes as "1;3", no answer as an empty cell."""
    if answer is None:
        return ""
    if kind == Kind.MULTIPLE:
        # No comma: a spreadsheet would read "1,3" as a number.
        return ";".join(map(str, answer))
    return answer


def code_book(definition: Definition) -> Iterator[list]:
    """Rows after a heading: ordinal, key, kind, question, code and what it means, for every code.

    A question of numbers has a row for each, an open text one without a code.
    """
    code = pgettext("answer", "Code")
    yield [pgettext("survey", "Question"), _("Key"), _("Kind"), _("Text"), code, _("Meaning")]
    for question in definition.items:
        start = [question.ordinal, question.key, question.kind, localised(question.text)]
        # An open text has no codes, and still its line.
        if not question.choices:
            yield [*start, "", ""]
        for choice in question.choices:
            meaning = localised(choice.text)
            yield [*start, choice.code, meaning]


def answer_rows(survey: Survey, definition: Definition, user: User) -> Iterator[list]:
    """The heading and one row per answer."""
    yield header(survey, definition)
    yield from lines(survey, definition, user)


def as_xlsx(survey: Survey, definition: Definition, user: User) -> io.IOBase:
    """A workbook with the answers and the code book, on disk when large."""
    return xlsx_file(
        {
            _("Answers"): answer_rows(survey, definition, user),
            _("Code book"): code_book(definition),
        }
    )
