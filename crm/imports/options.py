"""What to do with values and gaps, as the ``options`` of batches and profiles store it.

JSON is made and taken apart here and nowhere else.
"""

from dataclasses import dataclass, field

#: Keys of the JSON that say nothing about values: the format found at upload stays with its file.
FORMAT = "format"
#: What was seen of the file besides (sheets, cells in error, styles of dates), and how a person
#: said that it is to be read.
SEEN, ASKED = "seen", "asked"
#: Columns that are never read: no choice of anybody, so other options do not change them.
NEVER = "never"
#: Columns of accounts at WeChat, among what was seen of a file.
OPENIDS = "openids"
#: The file holds what may not be kept: it is removed as soon as it was read, or will not be.
NOT_KEPT = "not_kept"
#: In what was seen: names of the other sheets that look like tables of the same kind.
ALIKE = "alike"
#: The import (its key) of another table of the same file, whose columns this one is mapped like.
LIKE = "like"
ABOUT_THE_FILE = (FORMAT, SEEN, ASKED, NEVER)
#: Where rows were recorded (key of a source); options that hold for one file alone.
DATA_SOURCE = "data_source"
OF_ONE_FILE = (*ABOUT_THE_FILE, "first", "last", "year", "places")
#: What ``number_from`` says: rows are numbered by their place in the file, or have a number each.
BY_ROW, BY_COLUMN = "row", "column"


def for_others(options: dict) -> dict:
    """What of a batch's options holds for further files like it, for a profile: all but what was
    seen in, or said of, this one file (OF_ONE_FILE).
    """
    return {name: value for name, value in options.items() if name not in OF_ONE_FILE}


@dataclass(frozen=True)
class CellTest:
    """True for a row whose cell in ``column`` says ``equals``, blanks and case apart."""

    column: str
    equals: str

    @classmethod
    def from_json(cls, stored: dict) -> "CellTest":
        """``{"column": …, "equals": …}``; a profile may say true or 1 where the cell holds text."""
        return cls(stored["column"], str(stored["equals"]))

    def to_json(self) -> dict:
        """What ``from_json`` takes."""
        return {"column": self.column, "equals": self.equals}

    def holds(self, cell: str) -> bool:
        """Whether the cell says ``equals``, blanks around it and capitals apart."""
        said = cell.strip().casefold()
        wanted = self.equals.strip().casefold()
        return said == wanted


@dataclass(frozen=True)
class ConsentRule:
    """A channel is allowed where all tests hold, and refused where one does not."""

    channel: str
    tests: tuple[CellTest, ...]

    @classmethod
    def from_json(cls, stored: dict) -> "ConsentRule":
        """``{"channel": "email", "all": [test, …]}``."""
        tests = map(CellTest.from_json, stored["all"])
        return cls(stored["channel"], tuple(tests))

    def to_json(self) -> dict:
        """What ``from_json`` takes."""
        tests = [test.to_json() for test in self.tests]
        return {"channel": self.channel, "all": tests}

    def holds(self, row: dict[str, str]) -> bool:
        """Whether all tests hold; ``row`` is {column: cell} of the columns they look at.

        KeyError where a column is not in ``row``.
        """
        return all(test.holds(row[test.column]) for test in self.tests)


#: What is said of rows that give the number of a reader and look like somebody else: they are of
#: the same people, or they are left out.
SAME, LEAVE = "same", "leave"


@dataclass(frozen=True)
class SeenRows:
    """Rows that look like another person: how many, and a digest of who stands in them (hex)."""

    rows: int = 0
    digest: str = ""


@dataclass(frozen=True)
class OtherChoice:
    """What becomes of rows that look like another person; ``said`` is empty until somebody chose.

    ``seen``: the digest of the rows of which it was said; None for whichever there are.
    """

    said: str = ""
    seen: str | None = None

    @classmethod
    def from_json(cls, stored: dict) -> "OtherChoice":
        """A word that was given for a number of rows tells of none in particular, and covers none.

        ``stored``: the options of a batch.
        """
        seen = stored.get("others_seen")
        if stored.get("other_rows") is not None:
            seen = ""
        return cls(stored.get("if_another_person", ""), seen)

    def covers(self, found: SeenRows) -> bool:
        """Whether these rows may come in: exactly those that somebody has seen, and no others.

        ``found``: rows that look like another person. Where there are none, nobody is asked.
        """
        if found.rows == 0:
            return True
        return self.said == SAME and (self.seen is None or self.seen == found.digest)


@dataclass(frozen=True)
class ImportOptions:
    """What to do with values and gaps.

    ``kind`` and ``language``: of new readers whose row does not say. ``words``: {field: {word in
    the file: value}}. ``date_order``: "dmy", "mdy", or empty where unclear dates are refused.
    ``made_email``: where it holds and no address is given, one at example.org is made.
    """

    number_from_row: bool = False
    kind: str = ""
    language: str = ""
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    date_order: str = ""
    create_places: bool = True
    consent_rules: tuple[ConsentRule, ...] = ()
    made_email: CellTest | None = None
    another_person: OtherChoice = OtherChoice()

    @classmethod
    def from_json(cls, stored: dict) -> "ImportOptions":
        """Options as a batch or a profile stores them.

        A key that is missing has its default: a profile stores only what differs from them.
        """
        constants = stored.get("constants", {})
        rules = map(ConsentRule.from_json, stored.get("consent_when", []))

        made_email = None
        if stored.get("make_email_when"):
            made_email = CellTest.from_json(stored["make_email_when"])

        return cls(
            number_from_row=stored.get("number_from") == BY_ROW,
            kind=constants.get("kind") or "",
            language=constants.get("language") or "",
            words=stored.get("values", {}),
            date_order=stored.get("date_order", ""),
            create_places=stored.get("create_places", True),
            consent_rules=tuple(rules),
            made_email=made_email,
            another_person=OtherChoice.from_json(stored),
        )

    def to_json(self) -> dict:
        """What ``from_json`` takes, with every key, so that a stored batch explains itself."""
        number_from = BY_COLUMN
        if self.number_from_row:
            number_from = BY_ROW

        made_email = None
        if self.made_email:
            made_email = self.made_email.to_json()

        return {
            "number_from": number_from,
            "constants": {"kind": self.kind, "language": self.language},
            "values": self.words,
            "date_order": self.date_order,
            "create_places": self.create_places,
            "consent_when": [rule.to_json() for rule in self.consent_rules],
            "make_email_when": made_email,
            "if_another_person": self.another_person.said,
            "others_seen": self.another_person.seen,
        }

    def words_of(self, name: str) -> dict[str, str]:
        """{word in the file: value} of one field; empty where none are given.

        ``name``: the code of a field.
        """
        return self.words.get(name, {})

    def tested_columns(self) -> list[str]:
        """Every column that a rule looks at, as often as rules do.

        They are needed in the file as the mapped columns are.
        """
        columns = []
        for rule in self.consent_rules:
            columns += [test.column for test in rule.tests]
        if self.made_email:
            columns.append(self.made_email.column)
        return columns
