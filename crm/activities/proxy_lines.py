"""What a line in the log of a proxy says: who, when, which host. Pure.

Lines of the common log format, as EZproxy, Apache and nginx write them, with or without a host or
the mark of a syslog before them; of Squid's own format; and of the extended format of the W3C, as
IIS writes it, whose ``#Fields`` say what stands where.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote

from crm.activities.hiding import host_of
from crm.imports.fields import MONTH_OF

#: A use: (user, moment with its zone, host).
Use = tuple[str, str, str]
#: What stands for a line that is none of such a log: its row is refused.
NO_LINE: Use = ("", "", "")
#: When, in brackets: 05/Oct/2026:10:00:00 +0800, some write no zero before a day; or 2026-10-05,
#: with a T, a slash or a blank before the time. The zone may be missing.
WHEN = re.compile(
    r"\[(?:(?P<day>\d\d?)/(?P<month>[A-Za-z]{3})/(?P<year>\d{4}):|(?P<date>\d{4}-\d\d-\d\d)[T /])"
    r"(?P<clock>\d\d:\d\d:\d\d)(?:\.\d+)? ?(?P<zone>Z|[+-]\d\d:?\d\d)?\]"
)
#: The request behind it, of which its address alone is read.
REQUEST = re.compile(r'(?: [^"]*)? "(?:[A-Z]+ )?(?P<address>[^\s"]+)')
#: The address of a computer, also with a comma of a list behind it.
COMPUTER = re.compile(
    r"(?:(?:\d{1,3}\.){3}\d{1,3}|(?=\S*::)[0-9a-fA-F:.]+"
    r"|(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}),?"
)
#: A host with its port, before the computer that asked it.
WITH_PORT = re.compile(r"\S+:\d+")
#: What stands for nobody; "auto" is whom EZproxy lets in by the address of their computer.
NOBODY = frozenset(["", "-", "auto"])
#: A session as EZproxy numbers it: fifteen letters and digits, small and large ones among them.
SESSION = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])[A-Za-z0-9]{15}")
#: Squid's own format: seconds since 1970, how long it took, from where, what came of it, its bytes,
#: what was asked, who asked.
SQUID = re.compile(
    r"(?P<seconds>\d{9,10})(?:\.\d{1,6})?\s+\d+ \S+ [A-Z_]+/\d+ \d+ [A-Z_]+"
    r" (?P<address>\S+) (?P<user>\S+) "
)
#: How the extended format begins the line that names its fields, and what those are called.
FIELDS = "#fields:"
USERS = ("cs-username", "c-username", "cs-userid", "cs-user", "x-username")
HOSTS = ("cs-host", "cs(host)", "r-host", "cs-uri")


@dataclass
class LogLines:
    """Reads the lines of one log in their order. ``fields``: names of what stands in a line, as the
    last ``#Fields`` above it said, empty where none did. ``sign``: what parts them, None for any
    blanks.
    """

    fields: list[str] = field(default_factory=list)
    sign: str | None = None

    def see(self, remark: str) -> None:
        """Take a line into account that begins with #: it may say what stands where from now on.
        Without a date and a time it is a remark in a log of another format.
        """
        if not remark.casefold().startswith(FIELDS):
            return
        names = remark[len(FIELDS) :].casefold().split()
        self.sign = "\t" if "\t" in remark.strip() else None
        self.fields = []
        if {"date", "time"} <= set(names):
            self.fields = names

    @property
    def names_nobody(self) -> bool:
        """Whether the fields were said, and none of them is a user."""
        return bool(self.fields) and set(USERS).isdisjoint(self.fields)

    def is_line(self, line: str) -> bool:
        """Whether a line is one of a log in any format that is read."""
        return bool(self.fields) or self.use_in(line) != NO_LINE

    def use_in(self, line: str) -> Use | None:
        """The use that a line tells of; None where nobody is named, and NO_LINE for a line that is
        none of such a log.
        """
        if self.fields:
            return self.use_in_fields(line.rstrip("\n").split(self.sign))
        squid = SQUID.match(line)
        if squid:
            return use_in_squid(squid)
        return use_in_common(line)

    def use_in_fields(self, cells: list[str]) -> Use | None:
        """As ``use_in``, of the cells of a line in the extended format, whose time is that of
        Greenwich.
        """
        said = dict(zip(self.fields, cells, strict=False))
        if len(said) < len(self.fields):
            return NO_LINE
        moment = f"{said['date']} {said['time']}+0000"
        return use_of(first_said(USERS, said), moment, first_said(HOSTS, said))


def first_said(names: tuple[str, ...], said: dict[str, str]) -> str:
    """The first cell of these names that says something; empty where none does. ``said``: {name of
    a field: its cell}.
    """
    for name in names:
        cell = said.get(name, "-")
        if cell != "-":
            return cell
    return ""


def use_in_common(line: str) -> Use | None:
    """The use in a line of the common log format; None where nobody is named, NO_LINE for another
    line.
    """
    when = WHEN.search(line)
    if when is None:
        return NO_LINE

    request = REQUEST.match(line, when.end())
    moment = moment_in(when)
    if request is None or not moment:
        return NO_LINE
    return use_of(user_in(line[: when.start()]), moment, request["address"])


def use_in_squid(match: re.Match) -> Use | None:
    """The use in a line of Squid; None where nobody is named."""
    moment = datetime.fromtimestamp(int(match["seconds"]), UTC).isoformat(" ")
    return use_of(unquote(match["user"]), moment, match["address"])


def use_of(user: str, moment: str, address: str) -> Use | None:
    """(user, moment, host); None for nobody. What stands before a backslash is the domain of a
    network, and no part of who it is.
    """
    user = user.rpartition("\\")[2].strip()
    if user.casefold() in NOBODY:
        return None
    return user, moment, host_of(address)


def moment_in(when: re.Match) -> str:
    """The moment of a match of WHEN as 2026-10-05 10:00:00+0800; empty for a month of no name."""
    said = when.groupdict(default="")
    day = said["date"]
    if not day:
        month = MONTH_OF.get(said["month"].casefold())
        if month is None:
            return ""
        day = f"{said['year']}-{month:02}-{int(said['day']):02}"
    return f"{day} {said['clock']}{said['zone']}"


def user_in(before: str) -> str:
    """Who is named before the time, empty for nobody: behind the last address of a computer, or
    behind a first host with its port, or behind the first word. A name may hold blanks. The word in
    between is another name, or a session, which is nobody's.
    """
    words = before.replace('"', " ").split()
    behind = words[place_of_computer(words) + 1 :]
    if not behind:
        return ""
    # The first of several is another name, or a session; a name alone is the user's.
    first, *others = behind
    name = " ".join(others or behind)
    if name in NOBODY and not is_session(first):
        return first
    return name


def place_of_computer(words: list[str]) -> int:
    """Place of the word that says from which computer it came, the first being 0: of the last
    address of one, else of the word behind a host with its port, else of the first word.
    """
    computers = [place for place, word in enumerate(words) if COMPUTER.fullmatch(word)]
    if computers:
        return computers[-1]
    has_host = len(words) > 3 and WITH_PORT.fullmatch(words[0])
    return int(bool(has_host))


def is_session(name: str) -> bool:
    """Whether what stands for a person is the number of a session."""
    return SESSION.fullmatch(name) is not None
