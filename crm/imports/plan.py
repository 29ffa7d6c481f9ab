"""From a mapping to a plan.

Which cell goes where, compiled once, so that a row costs a few dictionary look-ups.
"""

from collections.abc import Callable
from operator import itemgetter

from core.addresses import address_digests
from crm.imports import fields
from crm.imports.births import year_of_birth
from crm.imports.consents import (
    SAID_NOTHING,
    UNCLEAR,
    Permissions,
    columns_asked,
    consents_of,
    questions_in,
    without,
)
from crm.imports.copying import FALSE, NULL, TRUE, CellSource, OptionalTexts, ReadyTexts, copy_array
from crm.imports.dates import date_of, in_style
from crm.imports.fields import choice_of, text_of, year_of
from crm.imports.further import joined_in, number_sources
from crm.imports.models import ImportBatch
from crm.imports.newest import changed_at, until
from crm.imports.options import ImportOptions
from crm.imports.places import PlaceRegister
from crm.imports.remarks import date_styles
from crm.imports.states import state_words
from crm.imports.traits import trait_sources
from crm.imports.warnings import Warnings
from crm.readers.models import ContactChannel, Purpose
from crm.staff.models import Campus, College

EMAIL, SMS = ContactChannel.EMAIL.value, ContactChannel.SMS.value
#: {channel: {digest of an address: purposes it is stopped for}}
Suppressed = dict[str, dict[bytes, set[str]]]
EVERY_PURPOSE = frozenset(Purpose.values)
#: Stands for the columns of consent in a file that has none.
NO_CONSENTS = CellSource(ReadyTexts(lambda _row: SAID_NOTHING), lambda _row: "")


class ColumnPlan:
    """A compiled mapping. ``columns`` names what ``cells(row, ordinal)`` returns, in COPY text.

    ``suppressed``: see ``suppressed_addresses``; ``suppressions`` counts the addresses that did
    not come in.
    """

    def __init__(self, header: list[str], batch: ImportBatch, *, suppressed: Suppressed):
        """Compile the batch's mapping, which must fit the header: see ``problems``. All campuses
        and colleges are read, in one statement each.
        """
        self.header = header
        #: {column: the style of its dates}, as the whole column tells it.
        self.dates = date_styles(batch)
        #: (field, reason) of values the row at hand came without; see ``OptionalTexts``.
        self.warned: list[tuple[str, str]] = []
        self.warnings = Warnings()
        self.mapping = batch.mapping
        self.source = batch.source
        self.options = ImportOptions.from_json(batch.options)
        self.suppressed = suppressed
        self.suppressions = 0
        #: Those of them that are e-mail addresses.
        self.stopped_addresses: list[str] = []
        self.by_row = self.options.number_from_row
        self.campuses = self.register(Campus, "campus")
        self.colleges = self.register(College, "college")

        self.columns: list[str] = ["number"]
        self.number = None if self.by_row else self.cell("number", fields.number)
        #: Sources whose text is taken as it is, in the order of their columns.
        self.plain: list[CellSource] = []
        self.plan_plain_fields()
        self.plan_registration()
        self.plan_last_visit()
        self.plan_newest()
        self.email = self.cell_if_mapped("email", fields.email)
        self.made_email = self.plan_made_email()
        self.writes_email = self.email is not None or self.made_email is not None
        self.phone = self.cell_if_mapped("phone", fields.phone)
        self.consents = self.plan_consents()
        self.joined = self.plan_joined()
        self.name_further_columns()

    # --- compiling --------------------------------------------------------------------------------
    def register(self, model, field: str) -> PlaceRegister:
        """The campuses or colleges there are, and whether the file may add to them."""
        words = self.options.words_of(field)
        return PlaceRegister(model, field, create=self.options.create_places, words=words)

    def getter(self, *names: str) -> Callable:
        """Gives one cell of a row, or a tuple of several.

        The mapping was checked against the header, so every name is there.
        """
        places = map(self.header.index, names)
        return itemgetter(*places)

    def cell(self, field: str, convert: Callable) -> CellSource:
        """The cell that is mapped to ``field``, each value of it converted once. Raises KeyError
        where none is mapped to it.
        """
        return CellSource(OptionalTexts(convert, self.warned), self.getter(self.mapping[field]))

    def cells_of(self, fields_of: list[str], convert: Callable) -> CellSource:
        """The cells that are mapped to several fields, as one tuple in the order of ``fields_of``;
        ``convert`` takes the tuple. Raises KeyError where one is not mapped.
        """
        get = self.getter(*[self.mapping[field] for field in fields_of])
        return CellSource(OptionalTexts(convert, self.warned), get)

    def date_cell(self, field: str) -> CellSource:
        """The cell that holds a date, read as its whole column is written."""
        return self.cell(field, date_of(field, self.style_of(field)))

    def style_of(self, field: str) -> str:
        """How the dates of the column mapped to ``field`` are written, see ``ColumnOfDates.style``;
        an order that somebody chose goes first. Empty where nothing tells.
        """
        return in_style(self.options.date_order, self.dates.get(self.mapping[field], ""))

    def cell_if_mapped(self, field: str, convert: Callable) -> CellSource | None:
        """The cell of a field; None where no column is mapped to it."""
        if field not in self.mapping:
            return None
        return self.cell(field, convert)

    def plan_joined(self) -> dict[str, list[CellSource]]:
        """{column: its sources} of the columns that several cells are joined in."""
        sources = {
            "traits": trait_sources(self.mapping, self.getter),
            "identities": number_sources(self.mapping, self.getter),
        }
        return {column: found for column, found in sources.items() if found}

    def add(self, column: str, source: CellSource) -> None:
        """Fill ``column`` with the source's text as it is."""
        self.columns.append(column)
        self.plain.append(source)

    def plan_plain_fields(self) -> None:
        """Columns that are filled from one cell, whatever the others say."""
        kinds = fields.kind_words()
        languages = fields.language_words()
        words_of = self.options.words_of
        converters = {
            "name": text_of("name"),
            "kind": choice_of("kind", kinds, "unknown-kind", words_of("kind")),
            "campus": self.campuses.place,
            "college": self.colleges.place,
            "cohort": year_of("cohort"),
            "birth_year": year_of_birth,
            "language": choice_of("language", languages, "unknown-language", words_of("language")),
            "state": choice_of("state", state_words(), "unknown-state", words_of("state")),
        }
        self.plan_name_of_two()
        if "expires_on" in self.mapping:
            self.add("ends_on", self.date_cell("expires_on"))
        for field, convert in converters.items():
            if field in self.mapping:
                self.add(field, self.cell(field, convert))

    def plan_name_of_two(self) -> None:
        """The name from the columns of surname and given name, where none holds all of it."""
        parts = ["surname", "given_name"]
        if "name" in self.mapping:
            return
        if self.mapping.keys() >= set(parts):
            self.add("name", self.cells_of(parts, fields.name_of_two))
            return
        for part in parts:
            if part in self.mapping:
                self.add("name", self.cell(part, text_of("name")))

    def plan_registration(self) -> None:
        """The day of registration, else its year."""
        if "registered_on" in self.mapping:
            self.add("registered_on", self.date_cell("registered_on"))
        elif "registered_year" in self.mapping:
            self.add("registered_on", self.cell("registered_year", fields.first_of_year))

    def plan_last_visit(self) -> None:
        """The day of the last visit, else its month, which takes two columns."""
        month_and_year = ("last_seen_month", "last_seen_year")
        if "last_seen_on" in self.mapping:
            self.add("last_seen_on", self.date_cell("last_seen_on"))
        elif self.mapping.keys() >= set(month_and_year):
            source = self.cells_of(list(month_and_year), fields.month_and_year)
            self.add("last_seen_on", source)

    def plan_newest(self) -> None:
        """What tells which of several rows of one person is the newest; it is not stored."""
        if "updated_on" in self.mapping:
            self.add("updated_on", self.cell("updated_on", changed_at(self.style_of("updated_on"))))
        if "expires_on" in self.mapping:
            self.add("valid_until", self.cell("expires_on", until(self.style_of("expires_on"))))

    def plan_made_email(self) -> CellSource | None:
        """True or false: whether a row without an address gets one made for it.

        None where no row does.
        """
        test = self.options.made_email
        if test is None:
            return None
        return CellSource(ReadyTexts(test.holds), self.getter(test.column))

    def plan_consents(self) -> CellSource | None:
        """Permissions allowed and refused, from the cells that say yes or no and from the rules.

        See ``consents_of``. None where the file says nothing about consent.
        """
        questions = questions_in(self.mapping)
        rules = self.options.consent_rules
        names = columns_asked(questions, rules)
        if not names:
            return None
        return CellSource(ReadyTexts(consents_of(names, questions, rules)), self.getter(*names))

    def name_further_columns(self) -> None:
        """The columns of what ``cells`` adds after the plain ones, in its order."""
        if self.writes_email:
            self.columns += ["email", "email_made"]
        if self.phone:
            self.columns.append("phone")
        if self.consents:
            self.columns += ["consents", "denials"]
        self.columns += self.joined

    # --- one row ----------------------------------------------------------------------------------
    # These run for every row of the file. That is why sources are unpacked and looked up in place.
    def cells(self, row: list[str], ordinal: int) -> list[str]:
        """COPY texts of one row in the order of ``columns``; raises Refusal.

        ``ordinal``: the row's place among those of the file, the first being 1.
        """
        number = self.number_of(row, ordinal)
        values = [number]
        values += [texts[get(row)] for texts, get in self.plain]

        granted, denied = self.consents_in(row)
        if self.writes_email:
            email, made, granted = self.email_in(row, number, granted)
            values += (email, made)
        if self.phone:
            phone, granted = self.on_channel(SMS, self.phone, row, granted)
            values.append(phone)
        if self.consents:
            values += (copy_array(granted), denied)
        for sources in self.joined.values():
            values.append(joined_in(row, sources))
        return values

    def number_of(self, row: list[str], ordinal: int) -> str:
        """The number as COPY text; ``ordinal`` where rows are numbered by that. Raises Refusal."""
        if self.number is None:
            return str(ordinal)
        texts, get = self.number
        return texts[get(row)]

    def consents_in(self, row: list[str]) -> tuple[Permissions, str]:
        """(what is allowed, COPY array of what is refused); none of both without such columns.

        Of an answer that nobody understands it is told that the row came without it.
        """
        texts, get = self.consents or NO_CONSENTS
        said = texts[get(row)]
        for field in said.unclear:
            self.warned.append((field, UNCLEAR))
        return said.granted, said.denied

    def email_in(
        self, row: list[str], number: str, granted: Permissions
    ) -> tuple[str, str, Permissions]:
        """(address, whether it is a made one, what stays allowed of ``granted``), the first two as
        COPY texts. A yes ends for purposes for which the address is stopped, and altogether where
        the address is wrong.
        """
        already = len(self.warned)
        email, made = self.address_in(row, number)
        if len(self.warned) > already:
            # The yes was given for the address that cannot be understood.
            granted = without(granted, EMAIL, EVERY_PURPOSE)
        # The cell as it stands counts too: 0.1 hashed addresses as they were written.
        stopped = self.stopped_for(EMAIL, email, self.email_cell(row))
        granted = without(granted, EMAIL, stopped)
        if self.stays_out(stopped):
            self.stopped_addresses.append(email)
            return NULL, FALSE, granted
        return email, made, granted

    def address_in(self, row: list[str], number: str) -> tuple[str, str]:
        """(address, whether it is a made one), both as COPY texts; one that the file gives comes
        before a made one. NULL where the row has neither. Raises Refusal.
        """
        if self.email:
            texts, get = self.email
            address = texts[get(row)]
            if address != NULL:
                return address, FALSE
        if self.wants_made_email(row):
            return f"{self.source}-{number}@example.org", TRUE
        return NULL, FALSE

    def wants_made_email(self, row: list[str]) -> bool:
        """Whether a row without an address gets one made for it."""
        if self.made_email is None:
            return False
        holds, get = self.made_email
        return holds[get(row)]

    def email_cell(self, row: list[str]) -> str:
        """The address as the file writes it, no COPY text; empty where no column holds any."""
        if not self.email:
            return ""
        _texts, get = self.email
        return get(row)

    def on_channel(
        self, channel: str, source: CellSource, row: list[str], granted: Permissions
    ) -> tuple[str, Permissions]:
        """(telephone number as COPY text, what stays allowed of ``granted``); NULL for an
        empty cell, and for an address that is stopped altogether. Raises Refusal.
        """
        texts, get = source
        address = texts[get(row)]
        stopped = self.stopped_for(channel, address, address)
        granted = without(granted, channel, stopped)
        if self.stays_out(stopped):
            return NULL, granted
        return address, granted

    def stopped_for(self, channel: str, address: str, written: str) -> set[str]:
        """The purposes an address is stopped for, in its own form or as it is ``written`` in the
        file; empty for a row without one. Asks no database: the list was read before.
        """
        listed = self.suppressed.get(channel)
        if not listed or address == NULL:
            return set()

        under = address_digests(address)
        if written != address:
            under |= address_digests(written)
        found = set()
        for digest in under:
            found |= listed.get(digest, set())
        return found

    def stays_out(self, stopped: set[str]) -> bool:
        """Whether an address that is stopped for these purposes may not come in at all, since they
        are all there are; counted in ``suppressions``.
        """
        found = stopped >= EVERY_PURPOSE
        self.suppressions += found
        return found
