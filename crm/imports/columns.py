"""From a mapping to a plan.

Which cell goes where, compiled once, so that a row costs a few dictionary look-ups.
"""

import json
import re
from collections.abc import Callable
from operator import itemgetter

from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.addresses import address_digests, is_address
from crm.imports import fields
from crm.imports.fields import FIELDS, Refusal, choice_of, clean, date_of, text_of, year_of
from crm.imports.models import ImportProfile
from crm.readers.models import ContactChannel
from crm.staff.models import Campus, College

#: A cell's text is converted once and remembered; a column of ever new values forgets them again.
REMEMBERED = 20_000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NULL = "\\N"


def copy_text(value) -> str:
    """One value in the text form of COPY."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).translate(ESCAPES)


class Column(dict):
    """Cell text → COPY text.

    A dict, so that a value seen before costs one look-up in C; refusals are not kept.
    """

    def __init__(self, convert: Callable):
        super().__init__()
        self.convert = convert

    def __missing__(self, raw):
        text = copy_text(self.convert(raw))
        if len(self) >= REMEMBERED:
            self.clear()
        self[raw] = text
        return text


class Register:
    """Campuses or colleges by code or either name. ``place(text)`` gives a 1-based place in
    ``rows``.

    New ones are only remembered here; the merge creates them in its own transaction, so a failed
    import adds none.
    """

    def __init__(self, model, field: str, *, create: bool, own: dict[str, str] | None = None):
        self.model, self.field, self.create = model, field, create
        self.own = {said.strip().casefold(): name for said, name in (own or {}).items()}
        self.rows: list = list(model.objects.order_by("pk"))
        self.places: dict[str, int] = {}
        for place, row in enumerate(self.rows, start=1):
            for word in (row.name_zh, row.name_en, row.code):
                if word:
                    self.places.setdefault(word.casefold(), place)

    def place(self, raw: str) -> int | None:
        text = clean(self.field, raw)
        text = self.own.get(text.casefold(), text)
        if text.casefold() in fields.BLANK:
            return None
        if len(text) > fields.WIDTHS[self.field]:
            raise Refusal(self.field, "too-long")
        place = self.places.get(text.casefold())
        if place is None and not self.create:
            raise Refusal(self.field, f"unknown-{self.field}")
        return place or self.add(text)

    def add(self, name: str) -> int:
        taken = {row.code for row in self.rows}
        code = slugify(name)[:36] or f"{self.field}-{len(self.rows) + 1}"
        while code in taken:
            code = f"{code[:32]}-{len(self.rows) + 1}"
        self.rows.append(
            self.model(code=code, name_zh=name, name_en=name if name.isascii() else "")
        )
        self.places[name.casefold()] = len(self.rows)
        return len(self.rows)

    def new(self, used: set[int]) -> list:
        """Rows not stored yet that a taken row speaks of.

        A refused row's campus is not worth adding.
        """
        return [
            row for place, row in enumerate(self.rows, start=1) if row.pk is None and place in used
        ]

    def ids(self, used: set[int], *, store: bool) -> list[int]:
        """Keys in the order of places, 0 where there is none.

        ``store`` creates the new ones that are used.
        """
        if store:
            for row in self.new(used):
                row.save()
        return [row.pk or 0 for row in self.rows]


class Plan:
    """A compiled mapping. ``columns`` names what ``cells(row, ordinal)`` returns, in COPY text."""

    def __init__(
        self, header: list[str], batch, *, suppressed: dict[str, set[bytes]] | None = None
    ):
        self.header, self.batch = header, batch
        self.mapping, self.options = batch.mapping, batch.options
        self.suppressed = {channel: found for channel, found in (suppressed or {}).items() if found}
        self.suppressions = 0
        own = self.options.get("values", {})
        may_create = self.options.get("create_places", True)
        self.campuses = Register(Campus, "campus", create=may_create, own=own.get("campus"))
        self.colleges = Register(College, "college", create=may_create, own=own.get("college"))
        self.columns: list[str] = ["number"]
        self.getters: list[tuple[Column, Callable]] = []
        self.by_row = self.options.get("number_from") == "row"
        self.number = None if self.by_row else self.column("number", fields.number)
        self.plain_fields(own)
        self.dates()
        self.consent = self.consents()
        self.traits = self.trait_columns()
        self.made = self.made_address()
        self.address = self.addresses()
        self.columns += self.extra_columns()

    def at(self, *names: str) -> Callable:
        """Getter of one cell, or of a tuple of several.

        KeyError-free: the mapping was checked against the header.
        """
        return itemgetter(*[self.header.index(name) for name in names])

    def column(self, field: str, convert: Callable):
        return (Column(convert), self.at(self.mapping[field]))

    def add(self, name: str, column: Column, getter: Callable) -> None:
        self.columns.append(name)
        self.getters.append((column, getter))

    def plain_fields(self, own: dict) -> None:
        converters = {
            "name": text_of("name"),
            "kind": choice_of("kind", fields.kind_words(), "unknown-kind", own.get("kind")),
            "campus": self.campuses.place,
            "college": self.colleges.place,
            "cohort": year_of("cohort"),
            "wechat": text_of("wechat"),
            "language": choice_of(
                "language", fields.words(fields.LANGUAGES), "unknown-language", own.get("language")
            ),
            "state": choice_of(
                "state", fields.words(fields.STATES), "unknown-state", own.get("state")
            ),
        }
        for field, convert in converters.items():
            if field in self.mapping:
                self.add(field, *self.column(field, convert))

    def dates(self) -> None:
        order = self.options.get("date_order", "")
        if "registered_on" in self.mapping:
            self.add(
                "registered_on", *self.column("registered_on", date_of("registered_on", order))
            )
        elif "registered_year" in self.mapping:
            self.add("registered_on", *self.column("registered_year", fields.first_of_year))
        if "last_seen_on" in self.mapping:
            self.add("last_seen_on", *self.column("last_seen_on", date_of("last_seen_on", order)))
        elif {"last_seen_month", "last_seen_year"} <= self.mapping.keys():
            getter = self.at(self.mapping["last_seen_month"], self.mapping["last_seen_year"])
            self.add("last_seen_on", Column(fields.month_and_year), getter)

    def consents(self):
        """Column giving "granted<TAB>refused" as two arrays, from consent cells and
        ``consent_when`` rules; or None.
        """
        rules = self.options.get("consent_when", [])
        answers = {channel: f"consent_{channel}" for channel in ContactChannel.values}
        said = {
            channel: self.mapping[field]
            for channel, field in answers.items()
            if field in self.mapping
        }
        names = list(
            dict.fromkeys(
                [*said.values(), *(test["column"] for rule in rules for test in rule["all"])]
            )
        )
        if not names:
            return None
        answer = choice_of("consent", fields.words(fields.ANSWERS), "bad-answer")

        def convert(cells):
            row = dict(zip(names, (cells,) if len(names) == 1 else cells, strict=True))
            given = {channel: answer(row[name]) for channel, name in said.items()}
            for rule in rules:
                given[rule["channel"]] = (
                    "yes" if all(matches(row, test) for test in rule["all"]) else "no"
                )
            return array_of(given, "yes"), array_of(given, "no")

        return (PairColumn(convert), self.at(*names))

    def trait_columns(self):
        """One column per trait, giving ``"name".

        Value`` ready to be joined, empty where the cell is.
        """
        found = []
        for field, name in self.mapping.items():
            if field.startswith("trait:"):
                found.append((Column(trait_text(field.removeprefix("trait:"))), self.at(name)))
        if "registered_year" in self.mapping:
            found.append(
                (Column(trait_text("registered_year")), self.at(self.mapping["registered_year"]))
            )
        return found

    def made_address(self):
        rule = self.options.get("make_email_when")
        if not rule:
            return None
        return (Column(lambda cell: matches({rule["column"]: cell}, rule)), self.at(rule["column"]))

    def addresses(self):
        return {
            field: self.column(field, convert)
            for field, convert in (("email", fields.email), ("phone", fields.phone))
            if field in self.mapping
        }

    def extra_columns(self) -> list[str]:
        return [
            *(["email", "email_made"] if "email" in self.address or self.made else []),
            *(["phone"] if "phone" in self.address else []),
            *(["consents", "denials"] if self.consent else []),
            *(["traits"] if self.traits else []),
        ]

    def cells(self, row: list[str], ordinal: int) -> list[str]:
        """COPY texts of one row in the order of ``columns``; raises Refusal."""
        if self.by_row:
            number = str(ordinal)
        else:
            column, get = self.number
            number = column[get(row)]
        values = [number]
        values += [column[get(row)] for column, get in self.getters]
        granted = denied = None
        if self.consent:
            column, get = self.consent
            granted, denied = column[get(row)]
        if self.made or self.address:
            granted = self.add_addresses(values, row, number, granted)
        if self.consent:
            values += (granted, denied)
        if self.traits:
            found = [text for column, get in self.traits if (text := column[get(row)])]
            values.append("{" + ",".join(found) + "}")
        return values

    def add_addresses(
        self, values: list[str], row: list[str], number: str, granted: str | None
    ) -> str | None:
        """Append e-mail and telephone.

        An address on the suppression list goes, and what was allowed on it too.
        """
        email = NULL
        if self.made or "email" in self.address:
            made = False
            if "email" in self.address:
                column, get = self.address["email"]
                email = column[get(row)]
            if email == NULL:
                made = bool(self.made) and self.made[0][self.made[1](row)] == "t"
                email = f"{self.batch.source}-{number}@example.org" if made else NULL
            if self.suppressed and self.is_suppressed("email", email):
                email, granted = NULL, without(granted, "email")
            values += (email, "t" if made and email != NULL else "f")
        if "phone" in self.address:
            column, get = self.address["phone"]
            phone = column[get(row)]
            if self.suppressed and self.is_suppressed("sms", phone):
                phone, granted = NULL, without(granted, "sms")
            values.append(phone)
        return granted

    def is_suppressed(self, channel: str, address: str) -> bool:
        found = (
            address != NULL
            and channel in self.suppressed
            and not self.suppressed[channel].isdisjoint(address_digests(address))
        )
        self.suppressions += found
        return found


class PairColumn(Column):
    """A column whose value is two COPY texts."""

    def __missing__(self, raw):
        self[raw] = pair = self.convert(raw)
        return pair


def array_of(given: dict[str, str | None], answer: str) -> str:
    return "{" + ",".join(channel for channel, said in given.items() if said == answer) + "}"


def without(array: str | None, channel: str) -> str | None:
    """ "{email,sms}" without "email"."""
    if array is None:
        return None
    return (
        "{"
        + ",".join(name for name in array.strip("{}").split(",") if name not in {channel, ""})
        + "}"
    )


def matches(row: dict[str, str], test: dict) -> bool:
    return row[test["column"]].strip().casefold() == str(test["equals"]).strip().casefold()


def trait_text(name: str) -> Callable[[str], str]:
    label = json.dumps(name, ensure_ascii=False)

    def convert(raw):
        value = fields.trait(raw)
        return "" if value is None else f"{label}:{json.dumps(value, ensure_ascii=False)}"

    return convert


def problems(header: list[str], batch) -> list[str]:
    """What keeps this mapping from being used on this file, in words; empty when nothing does."""
    said = []
    if missing := sorted(needed(batch) - set(header)):
        said.append(_("The file has no column %(names)s.") % {"names": ", ".join(missing)})
    if "number" not in batch.mapping and batch.options.get("number_from") != "row":
        said.append(_("Say which column holds the reader number, or let the rows be numbered."))
    if ("last_seen_month" in batch.mapping) != ("last_seen_year" in batch.mapping):
        said.append(_("Month and year of the last visit only work together."))
    return said


def folded(header: str) -> str:
    return re.sub(r"[\W_]+", "", header).casefold()


def guess(header: list[str], sample: list[list[str]]) -> dict[str, str]:
    """{field: column} guessed from names in Chinese and English, then from what the first rows look like."""
    known = {word: field for field, (_label, said) in FIELDS.items() for word in said.split()}
    mapping: dict[str, str] = {}
    for name in header:
        field = known.get(folded(name))
        if field and field not in mapping:
            mapping[field] = name
    if "email" not in mapping:
        for place, name in enumerate(header):
            cells = [row[place] for row in sample if place < len(row) and row[place].strip()]
            if cells and name not in mapping.values() and all(is_address(cell) for cell in cells):
                mapping["email"] = name
                break
    return mapping


def fitting_profile(header: list[str]) -> ImportProfile | None:
    """The saved profile that reads most of the file.

    All its columns are there, and they are half of the file's.
    """
    names = set(header)
    found = [
        p
        for p in ImportProfile.objects.all()
        if needed(p) <= names and 2 * len(needed(p)) >= len(names)
    ]
    return max(found, key=lambda profile: len(needed(profile)), default=None)


def needed(profile_or_batch) -> set[str]:
    """Every column the mapping and options speak of."""
    options = profile_or_batch.options
    rules = [test for rule in options.get("consent_when", []) for test in rule["all"]]
    if options.get("make_email_when"):
        rules.append(options["make_email_when"])
    return {*profile_or_batch.mapping.values(), *(rule["column"] for rule in rules)}
