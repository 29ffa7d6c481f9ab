"""The log of a proxy as it writes it itself, line by line, as a table: who, when, which host.

The lines are those of the common log format, as EZproxy and other proxies write them:
``10.0.0.1 - A1 [05/Oct/2026:10:00:00 +0800] "GET https://example.org:443/a?q=x HTTP/1.1" 200 123``.
Addresses of pages and of computers are dropped here, before the file is stored anywhere.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

from crm.activities.hiding import host_of
from crm.imports.fields import MONTH_OF

#: A line in the common log format; of the request its address alone is read.
LINE = re.compile(
    r"\S+ (?P<ident>\S+) (?P<user>\S+) "
    r"\[(?P<day>\d\d)/(?P<month>[A-Za-z]{3})/(?P<year>\d{4}):(?P<clock>\d\d:\d\d:\d\d)"
    r" (?P<zone>[+-]\d{4})\] "
    r'"(?:[A-Z]+ )?(?P<address>[^\s"]+)'
)
#: What stands for nobody.
NOBODY = "-"
HEADER = ("user", "timestamp", "host")
#: Bytes in which the first line must end.
HEAD = 8192


def is_log(file: BinaryIO) -> bool:
    """Whether the file begins with a line of such a log; it is left at its beginning."""
    file.seek(0)
    beginning = file.read(HEAD)
    file.seek(0)
    first = beginning.decode("utf-8", errors="replace").partition("\n")[0]
    return LINE.match(first) is not None


def as_table(log: BinaryIO) -> BinaryIO:
    """The same uses as a CSV, at its end; lines in which nobody is named are no uses."""
    # Closed by the request that it is part of.
    table = TemporaryFile("w+b")  # noqa: SIM115
    text = io.TextIOWrapper(table, encoding="utf-8", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(HEADER)
    # Addresses may hold any bytes, and no use is lost for one that is no UTF-8.
    lines = io.TextIOWrapper(log, encoding="utf-8", errors="replace")
    rows.writerows(uses(lines))
    # Whoever sent the file closes it.
    lines.detach()
    text.detach()
    return table


def uses(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(user, moment with its zone, host); a line that is none of such a log is three empty cells,
    so that its row is refused.
    """
    for line in lines:
        found = LINE.match(line)
        month = MONTH_OF.get(found["month"].casefold()) if found else None
        if found is None or month is None:
            yield "", "", ""
            continue
        user = found["user"] if found["user"] != NOBODY else found["ident"]
        if user == NOBODY:
            continue
        moment = f"{found['year']}-{month:02}-{found['day']} {found['clock']}{found['zone']}"
        yield user, moment, host_of(found["address"])
