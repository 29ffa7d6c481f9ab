"""The form that says what the columns of a file are."""

import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from crm.imports.evidence import evidence
from crm.imports.further import choices_for
from crm.imports.models import ImportBatch
from crm.imports.options import CellTest, ConsentRule, ImportOptions
from crm.imports.plan import TRAIT
from crm.imports.remarks import date_problems, seen_of
from crm.readers.models import ContactChannel, NumberSystem, Reader
from crm.readers.queries import PORTAL

#: Characters of a cell shown beside its column.
SHOWN = 60
#: Cells of a column that are shown.
FIRST = 3
#: Readers who signed up by themselves; their numbers are made by the portal and no file's.
RESERVED_SOURCES = {PORTAL}


def systems_to_choose(batch: ImportBatch) -> list[tuple[str, str]]:
    """(code, name with an example) of every system; a file may name one that is not listed.

    The portal's own numbers are none of a file. One statement.
    """
    found = {}
    for system in NumberSystem.objects.exclude(code__in=RESERVED_SOURCES):
        found[system.code] = system.said
    if batch.source:
        found.setdefault(batch.source, batch.source)
    return list(found.items())


def trait_name(column: str) -> str:
    """A name for keeping a column as a trait: "Age Range" → "age_range".

    At most 40 characters, and "trait" where no letter is left.
    """
    name = re.sub(r"\W+", "_", column).strip("_")
    return name.lower()[:40] or "trait"


#: The form's pairs of fields that say "where column … says …".
CONSENT_TESTS = (("consent_column", "consent_equals"), ("consent_column_2", "consent_equals_2"))
MADE_TEST = ("made_column", "made_equals")
RULE_PAIRS = (*CONSENT_TESTS, MADE_TEST)


class MapForm(Form):
    """One choice per column of the file (``c0`` …), and what to do with values and gaps."""

    number_rows = forms.BooleanField(
        label=_("The file has no reader numbers: number its rows"),
        required=False,
        help_text=_(
            "Only for files that really have none. The same file must then always be imported whole"
            " and in the same order: another one would write over its persons."
        ),
    )
    source = forms.ChoiceField(
        label=_("System that gave the numbers"),
        help_text=_(
            "10001 as a student number and 10001 as a staff number are two people:"
            " system and number together say who is who."
        ),
    )
    kind = forms.ChoiceField(
        label=_("Kind of new readers whose row does not say"), choices=Reader.Kind.choices
    )
    kind_words = forms.CharField(
        label=_("Words for kinds"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One per line, for example: 专升本 = undergraduate"),
    )
    language = forms.ChoiceField(label=_("Language of new readers"), choices=settings.LANGUAGES)
    date_order = forms.ChoiceField(
        label=_("Dates like 03/04/2020"),
        required=False,
        choices=[
            ("", _("as the whole column tells")),
            ("dmy", _("day first")),
            ("mdy", _("month first")),
            ("ymd", _("year first, in two digits (24-03-05)")),
            ("serial", _("day numbers of a spreadsheet (45351)")),
        ],
    )
    create_places = forms.BooleanField(
        label=_("Add campuses and colleges that are not known yet"), required=False
    )
    consent_column = forms.ChoiceField(label=_("Agreed to e-mail where column"), required=False)
    consent_equals = forms.CharField(label=_("says"), required=False, max_length=80)
    consent_column_2 = forms.ChoiceField(label=_("and column"), required=False)
    consent_equals_2 = forms.CharField(label=_("says"), required=False, max_length=80)
    made_column = forms.ChoiceField(
        label=_("Make an example.org address where column"),
        required=False,
        help_text=_(
            "Only for data without addresses; such an address is marked as made and reaches nobody."
        ),
    )
    made_equals = forms.CharField(label=_("says"), required=False, max_length=80)
    save_as = forms.CharField(
        label=_("Keep this as a profile named"), required=False, max_length=120
    )

    def __init__(
        self, data=None, *, batch: ImportBatch, header: list[str], sample: list[list[str]]
    ):
        """``sample``: first rows of the file, each as wide as ``header``."""
        super().__init__(data, initial=initial_of(batch))
        self.batch = batch
        self.header = header
        self.sample = sample
        self.fields["source"].choices = [("", _("please choose")), *systems_to_choose(batch)]
        self.systems = choices_for(batch.source)
        self.takes_persons = bool(batch.kind.written)
        if not self.takes_persons:
            self.ask_nothing_of_persons()
        self.name_columns_in_rules()
        self.add_column_fields()
        self.codes = seen_of(batch).get("kinds", [])
        self.add_code_fields()

    # --- making the fields ------------------------------------------------------------------------
    def ask_nothing_of_persons(self) -> None:
        """In a file of numbers no row tells what somebody is."""
        for name in ("kind", "language"):
            self.fields[name].required = False

    def name_columns_in_rules(self) -> None:
        """Offer the file's columns wherever a rule asks for one.

        The first choice is none of them.
        """
        choices = [("", "–"), *zip(self.header, self.header, strict=True)]
        for column, _equals in RULE_PAIRS:
            self.fields[column].choices = choices

    def add_column_fields(self) -> None:
        """A field ``c0``, ``c1`` … for each column of the file, since names may be anything."""
        chosen: dict[str, str] = {}
        traits: dict[str, str] = {}
        for field, column in self.batch.mapping.items():
            chosen[column] = field
            if field.startswith(TRAIT):
                traits[column] = field

        for place, name in enumerate(self.header):
            # A trait keeps the name that a profile gave it.
            trait = traits.get(name, TRAIT + trait_name(name))
            self.fields[f"c{place}"] = self.column_field(name, chosen.get(name, ""), trait)

    def column_field(self, name: str, chosen: str, trait: str) -> forms.ChoiceField:
        """What the column ``name`` holds.

        ``chosen``: what it is mapped to so far, or empty; ``trait``: what it is as a trait.

        What somebody borrowed can only be left out.
        """
        if name in seen_of(self.batch).get("never", []):
            return forms.ChoiceField(label=name, required=False, choices=[("", _("never stored"))])
        targets = [(field.code, field.label) for field in self.batch.kind.fields]
        choices = [("", _("leave out")), *targets]
        if self.takes_persons:
            choices.append((trait, _("keep as a trait")))
        choices.append((_("A further number"), self.systems))
        return forms.ChoiceField(label=name, required=False, choices=choices, initial=chosen)

    def add_code_fields(self) -> None:
        """A field ``k0``, ``k1`` … for each code of the file that stands for no kind yet."""
        choices = [("", _("refuse these rows")), *Reader.Kind.choices]
        for place, code in enumerate(self.codes):
            self.fields[f"k{place}"] = forms.ChoiceField(
                label=code, required=False, choices=choices
            )

    def asked_kinds(self) -> dict[str, str]:
        """{word in the file: kind}, those that were typed and those that were chosen.

        What was chosen goes before what was typed.
        """
        found = dict(self.cleaned_data["kind_words"])
        for place, code in enumerate(self.codes):
            if self.cleaned_data.get(f"k{place}"):
                found[code] = self.cleaned_data[f"k{place}"]
        return found

    # --- for the page -----------------------------------------------------------------------------
    def column_rows(self):
        """(bound field, first cells, why it is taken so) per column of the file; a column that says
        what somebody borrowed shows none of its cells.

        Three cells at most, each cut at 60 characters.
        """
        never = seen_of(self.batch).get("never", [])
        rows = []
        for place, name in enumerate(self.header):
            cells = [row[place] for row in self.sample]
            why = evidence(self.batch, name, cells)
            shown = [] if name in never else [cell[:SHOWN] for cell in cells[:FIRST]]
            rows.append((self[f"c{place}"], shown, why))
        return rows

    def basic_fields(self):
        """Fields that every file asks about."""
        if not self.takes_persons:
            return [self["source"]]
        names = ("number_rows", "source", "kind", "language", "create_places")
        return [self[name] for name in names]

    def code_fields(self):
        """What each unknown code of the file means."""
        return [self[f"k{place}"] for place in range(len(self.codes))]

    def fine_fields(self):
        """Fields that few files need."""
        return [self["kind_words"], self["date_order"]]

    def asks_for_an_order(self) -> bool:
        """Whether the part with the order of dates is shown open."""
        return bool(date_problems(self.batch))

    def rule_pairs(self):
        """(column, value) fields of the rules."""
        return [(self[column], self[equals]) for column, equals in RULE_PAIRS]

    def has_rules(self) -> bool:
        """Whether the part with the rules is shown open: rules are there, or something is wrong."""
        used = self.initial.get("consent_column") or self.initial.get("made_column")
        return bool(used or self.errors)

    # --- what was asked for -----------------------------------------------------------------------
    def clean_kind_words(self) -> dict[str, str]:
        """{word in the file: kind}.

        One on a line: ``word = kind``; blank lines are passed over. ValidationError for a kind
        there is not.
        """
        found = {}
        for line in self.cleaned_data["kind_words"].splitlines():
            if not line.strip():
                continue
            word, _equals, kind = map(str.strip, line.partition("="))
            if kind not in Reader.Kind.values:
                raise ValidationError(
                    _("“%(line)s”: the kind must be one of %(kinds)s.")
                    % {"line": line, "kinds": ", ".join(Reader.Kind.values)}
                )
            found[word] = kind
        return found

    def clean(self):
        """Turns the columns' fields round into ``mapping``, {field: column}.

        ValidationError where two columns are said to be the same field.
        """
        asked = super().clean()
        mapping: dict[str, str] = {}
        for place, name in enumerate(self.header):
            field = asked.get(f"c{place}")
            if not field:
                continue
            if field in mapping:
                raise ValidationError(
                    _("Two columns are said to be the same: %(one)s and %(two)s.")
                    % {"one": mapping[field], "two": name}
                )
            mapping[field] = name
        self.mapping = mapping
        return asked

    def options(self) -> dict:
        """What ImportBatch.options holds.

        Words that a profile brought for other fields stay. See ``ImportOptions.to_json``.
        """
        asked = self.cleaned_data
        before = ImportOptions.from_json(self.batch.options)
        options = ImportOptions(
            number_from_row=asked["number_rows"],
            kind=asked["kind"],
            language=asked["language"],
            # The page asks for words of kinds only; a profile may bring those of other fields.
            words=before.words | {"kind": self.asked_kinds()},
            date_order=asked["date_order"],
            create_places=asked["create_places"],
            consent_rules=self.asked_rules(),
            made_email=self.asked_test(*MADE_TEST),
        )
        return options.to_json()

    def asked_rules(self) -> tuple[ConsentRule, ...]:
        """One rule for e-mail where a test is given, else none.

        A second test holds beside the first: both have to be true.
        """
        tests = []
        for names in CONSENT_TESTS:
            test = self.asked_test(*names)
            if test:
                tests.append(test)
        if not tests:
            # A rule without a test would hold for everybody.
            return ()
        return (ConsentRule(ContactChannel.EMAIL.value, tuple(tests)),)

    def asked_test(self, column: str, equals: str) -> CellTest | None:
        """The test of a pair of fields; None where no column is chosen."""
        asked = self.cleaned_data
        if not asked[column]:
            return None
        return CellTest(asked[column], asked[equals])


def initial_of(batch: ImportBatch) -> dict:
    """{name of a field: value} as the batch is mapped so far.

    Words for kinds become lines as ``clean_kind_words`` reads them.
    """
    options = ImportOptions.from_json(batch.options)
    words = []
    for word, kind in options.words_of("kind").items():
        words.append(f"{word} = {kind}")
    initial = {
        "number_rows": options.number_from_row,
        "source": batch.source,
        "kind": options.kind,
        "language": options.language,
        "date_order": options.date_order,
        "create_places": options.create_places,
        "kind_words": "\n".join(words),
    }
    return initial | initial_rules(options)


def initial_rules(options: ImportOptions) -> dict[str, str]:
    """{name of a field: value} of the rules, as many as the page has fields for.

    Rules of other channels have no field, and are not shown.
    """
    found = {}
    for rule in options.consent_rules:
        if rule.channel != ContactChannel.EMAIL:
            continue
        for names, test in zip(CONSENT_TESTS, rule.tests, strict=False):
            found |= initial_test(names, test)
    if options.made_email:
        found |= initial_test(MADE_TEST, options.made_email)
    return found


def initial_test(names: tuple[str, str], test: CellTest) -> dict[str, str]:
    """{name of a field: value} of one test; ``names``: its two fields, column and value."""
    column, equals = names
    return {column: test.column, equals: test.equals}
