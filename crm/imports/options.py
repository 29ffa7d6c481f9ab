"""How a file is read, as ``ImportBatch.options`` and ``ImportProfile.options`` store it.

JSON is made and read here and nowhere else.
"""

from dataclasses import dataclass, field

#: Keys of the JSON that say nothing about reading: the format found at upload stays with its file.
FORMAT = "format"


@dataclass(frozen=True)
class CellTest:
    """True for a row whose cell in ``column`` says ``equals``, blanks and case apart."""

    column: str
    equals: str

    def holds(self, cell: str) -> bool:
        return cell.strip().casefold() == self.equals.strip().casefold()


@dataclass(frozen=True)
class ConsentRule:
    """A channel is allowed where all tests hold, and refused where one does not."""

    channel: str
    tests: tuple[CellTest, ...]


@dataclass(frozen=True)
class ReadingOptions:
    """What to do with values and gaps.

    ``kind`` and ``language``: of new readers whose row does not say. ``words``: {field: {word in
    the file: value}}. ``made_email``: where it holds and no address is given, one at example.org
    is made.
    """

    number_from_row: bool = False
    kind: str = ""
    language: str = ""
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    date_order: str = ""
    create_places: bool = True
    consent_rules: tuple[ConsentRule, ...] = ()
    made_email: CellTest | None = None

    @classmethod
    def from_json(cls, stored: dict) -> "ReadingOptions":
        constants = stored.get("constants", {})
        made = stored.get("make_email_when")
        return cls(
            number_from_row=stored.get("number_from") == "row",
            kind=constants.get("kind") or "",
            language=constants.get("language") or "",
            words=stored.get("values", {}),
            date_order=stored.get("date_order", ""),
            create_places=stored.get("create_places", True),
            consent_rules=tuple(consent_rule(rule) for rule in stored.get("consent_when", [])),
            made_email=cell_test(made) if made else None,
        )

    def to_json(self) -> dict:
        return {
            "number_from": "row" if self.number_from_row else "column",
            "constants": {"kind": self.kind, "language": self.language},
            "values": self.words,
            "date_order": self.date_order,
            "create_places": self.create_places,
            "consent_when": [stored_rule(rule) for rule in self.consent_rules],
            "make_email_when": vars(self.made_email) if self.made_email else None,
        }

    def words_of(self, name: str) -> dict[str, str]:
        return self.words.get(name, {})

    def tested_columns(self) -> list[str]:
        """Every column the rules look at."""
        columns = []
        for rule in self.consent_rules:
            columns += [test.column for test in rule.tests]
        if self.made_email:
            columns.append(self.made_email.column)
        return columns


def cell_test(stored: dict) -> CellTest:
    return CellTest(stored["column"], str(stored["equals"]))


def consent_rule(stored: dict) -> ConsentRule:
    return ConsentRule(stored["channel"], tuple(cell_test(test) for test in stored["all"]))


def stored_rule(rule: ConsentRule) -> dict:
    return {"channel": rule.channel, "all": [vars(test) for test in rule.tests]}
