"""Answers as CSV and XLSX.

One row per answer, codes as published, a code book beside them; no cell can run.
"""

import csv
import io
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

import xlsxwriter
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from core.exporting import defused
from core.localised import localised
from crm.readers.models import Reader
from crm.staff.models import User
from feedback.surveys.definitions import Definition, Kind
from feedback.surveys.models import Response, Survey


def header(survey: Survey, definition: Definition) -> list[str]:
    """Column names; anonymous surveys have no reader, channel, language or time of day."""
    names = [_("Answer"), _("Version"), _("Day"), _("Flag")]
    if not survey.anonymous:
        names += [_("Reader number"), _("Kind"), _("Channel"), _("Language")]
    for question in definition.items:
        name = f"{question.ordinal} {question.key} {localised(question.text)}"
        names.append(name.replace("  ", " "))
    return names


def lines(survey: Survey, definition: Definition, user: User) -> Iterator[list]:
    """One row per answer in random order of its id, flagged ones included.

    Number and kind are empty where ``user`` may not open the reader.
    """
    names = ["id", "version__number", "submitted_at", "flagged"]
    if not survey.anonymous:
        names += ["reader__number", "reader__kind", "channel__code", "language"]
    may_open = Exists(Reader.objects.visible_to(user).filter(pk=OuterRef("reader_id")))
    responses = Response.objects.filter(survey=survey).order_by("id")
    stored = responses.values_list(*names, may_open, "answers")
    for row in stored.iterator(chunk_size=2000):
        identity, number, at, flagged, *person, is_visible, answers = row
        if person and not is_visible:
            person[:2] = ["", ""]
        line = [str(identity), number, f"{at:%Y-%m-%d}", flagged, *person]
        for question in definition.items:
            line.append(cell(question.kind, answers.get(str(question.ordinal))))
        yield [defused(value) for value in line]


def cell(kind: str, answer):
    """A code as a number, several codes as "1;3", no answer as an empty cell."""
    if answer is None:
        return ""
    if kind == Kind.MULTIPLE:
        return ";".join(str(code) for code in answer)
    return answer


def code_book(definition: Definition) -> Iterator[list]:
    """Ordinal, key, kind, question, code and what it means, for every code."""
    yield [_("Question"), _("Key"), _("Kind"), _("Text"), _("Code"), _("Meaning")]
    for question in definition.items:
        text = defused(localised(question.text))
        start = [question.ordinal, question.key, question.kind, text]
        for choice in question.choices:
            yield [*start, choice.code, defused(localised(choice.text))]
        if not question.choices:
            yield [*start, "", ""]


def as_csv(survey: Survey, definition: Definition, user: User) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, in chunks."""
    out = io.StringIO("\ufeff")
    out.seek(1)
    writer = csv.writer(out)
    writer.writerow([defused(name) for name in header(survey, definition)])
    for count, line in enumerate(lines(survey, definition, user)):
        writer.writerow(line)
        if count % 500 == 499:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def as_xlsx(survey: Survey, definition: Definition, user: User) -> SpooledTemporaryFile:
    """A workbook with the answers and the code book, on disk when large."""
    file = SpooledTemporaryFile(max_size=8 << 20)  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        answers = book.add_worksheet(_("Answers")[:31])
        answers.write_row(0, 0, [defused(name) for name in header(survey, definition)])
        for place, line in enumerate(lines(survey, definition, user), start=1):
            answers.write_row(place, 0, line)
        codes = book.add_worksheet(_("Code book")[:31])
        for place, line in enumerate(code_book(definition)):
            codes.write_row(place, 0, line)
    file.seek(0)
    return file
