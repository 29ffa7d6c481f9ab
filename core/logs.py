"""Lines of the log: when with the zone, how bad, where from, what; nothing forged, nothing secret.

What somebody typed may end up in a line, as part of an address that was not found. It begins no
line of its own, and what looks like an e-mail address or a key is left out of it. A fault of the
database quotes the statement, and with it what a reader wrote: of that only the first line is kept.
"""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg2
from django.db.utils import Error as DatabaseFault

ADDRESS = re.compile(r"[^\s@<>\"'=(]+@[^\s@<>\"')]+\.[\w-]+")
#: Keys of links, tokens, keys of sessions, stored passwords: long runs with a digit in them. An id
#: of 8-4-4-4-12 is none.
KEY = re.compile(r"(?<![\w$-])(?=[\w$-]*\d)[\w$-]{16,}(?![\w$-])")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
KEPT_OF_A_KEY = 4
#: A value in the first line of what the database says; names of tables and constraints stand bare.
QUOTED_VALUE = re.compile(r': ".*|(?<=value )".*?"(?= is out of range)')


def without_secrets(text: str) -> str:
    """``text`` without e-mail addresses and without more than the beginning of keys.

    Keys keep ``KEPT_OF_A_KEY`` characters, so that two of them can be told apart in the log; a UUID
    stays whole.
    """
    return KEY.sub(_shortened, ADDRESS.sub("…@…", text))


def _shortened(found: re.Match) -> str:
    """The beginning of a key; the whole of a UUID."""
    if UUID.fullmatch(found[0]):
        return found[0]
    return found[0][:KEPT_OF_A_KEY] + "…"


def words_of(fault: BaseException) -> str:
    """What a fault says; one of the database without statement, row and values."""
    said = str(fault)
    if not isinstance(fault, DatabaseFault | psycopg2.Error):
        return said
    first = said.strip().partition("\n")[0]
    return QUOTED_VALUE.sub("…", first)


def faults_of(fault: BaseException | None) -> Iterator[BaseException]:
    """A fault, what it came of, and what that came of.

    The given one first; each once, also where faults name each other in a circle. None gives
    nothing.
    """
    seen: set[int] = set()
    waiting = [fault]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__]
        yield one


def without_values(text: str, faults: list[BaseException]) -> str:
    """``text`` with what these faults say put in short, as it stands there or written as a repr.

    Also what these faults came of. Only faults of the database have short words: ``text`` stays as
    it is for others.
    """
    for fault in faults:
        for one in faults_of(fault):
            said, words = str(one), words_of(one)
            if said != words:
                text = text.replace(said, words).replace(repr(said)[1:-1], words)
    return text


def message_of(record: logging.LogRecord) -> str:
    """The message without secrets; faults that it tells of in their own short words.

    Faults among the arguments and the one that the record was written about (``exc_info``).
    """
    faults = []
    if isinstance(record.args, tuple):
        faults += [one for one in record.args if isinstance(one, BaseException)]
    if record.exc_info:
        faults.append(record.exc_info[1])
    return without_secrets(without_values(record.getMessage(), faults))


def on_one_line(text: str) -> str:
    """``text`` with its line ends and other controls written as escapes.

    So that nothing that somebody typed begins a line of its own.
    """
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def moment(record: logging.LogRecord) -> str:
    """2026-11-27T08:30:00.125+00:00

    In UTC, to the millisecond, with the zone.
    """
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class Line(logging.Formatter):
    """For people: one line, and a fault's trace indented below it."""

    def format(self, record):
        """One line for each event, and its trace below it: nothing in it begins a line."""
        said = on_one_line(message_of(record))
        lines = [f"{moment(record)} {record.levelname} {record.name} {said}"]
        for line in trace_of(self, record).splitlines():
            lines.append(f"    {on_one_line(line)}")
        return "\n".join(lines)


class Json(logging.Formatter):
    """For programs: one object a line, of ``at``, ``level``, ``logger``, ``message``, ``trace``."""

    def format(self, record):
        """One object on one line; without ``trace`` where there was no fault."""
        entry = {
            "at": moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
        }
        trace = trace_of(self, record)
        if trace:
            entry["trace"] = trace
        return json.dumps(entry, ensure_ascii=False)


def trace_of(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """The trace of a fault without secrets; empty where there was none.

    The trace as ``formatter`` writes it, several lines long; its faults in their own short words.
    """
    if not record.exc_info:
        return ""
    trace = formatter.formatException(record.exc_info)
    return without_secrets(without_values(trace, [record.exc_info[1]]))


def configuration(form: str, level: str) -> dict:
    """The setting LOGGING: ``form`` is line or json, everything goes to the terminal."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "core.logs.Line"}, "json": {"()": "core.logs.Json"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": level},
        # Which task was received and done is in the rows of jobs.
        # Of workers what went wrong, and that they are ready or end; not every task.
        "loggers": {
            "celery": {"level": "WARNING"},
            "celery.apps": {"level": "INFO"},
            # Django would mail faults to ADMINS, with every field of the form that met them.
            "django": {"handlers": [], "level": "INFO"},
        },
    }
