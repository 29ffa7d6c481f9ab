"""Forms of the import: choose a file, say what its columns are."""

import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.kinds import FileKind
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.options import CellTest, ConsentRule, ImportOptions
from crm.imports.plan import TRAIT
from crm.readers.models import ContactChannel, Reader
from crm.readers.queries import PORTAL

#: Characters of a cell shown beside its column.
SHOWN = 60
#: Readers who signed up by themselves; their numbers are made by the portal and no file's.
RESERVED_SOURCES = {PORTAL}
ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("gb18030", "GB18030 / GBK"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
    ("cp1252", "Windows-1252"),
]


class UploadForm(Form):
    """A file of one kind, and how it is parsed where somebody knows already."""

    file = forms.FileField(
        max_length=4096,
        help_text=_(
            "CSV, TSV or Excel (.xlsx), also packed with gzip. The first row names the columns."
        ),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx,.gz"}),
    )
    profile = forms.ModelChoiceField(
        ImportProfile.objects.all(),
        label=_("Read it like"),
        required=False,
        empty_label=_("Find out from the column names"),
    )

    def __init__(self, *arguments, kind: FileKind, **more):
        super().__init__(*arguments, **more)
        self.fields["file"].label = kind.label

    def clean_file(self):
        """A file that is not larger than this site accepts."""
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit = filesizeformat(settings.IMPORT_MAX_BYTES)
            raise ValidationError(_("The file is larger than %(limit)s.") % {"limit": limit})
        return file


class ProfileForm(Form):
    """Another profile for a file that is uploaded already."""

    profile = forms.ModelChoiceField(ImportProfile.objects.all(), label=_("Profile"))


def trait_name(column: str) -> str:
    """A name for keeping a column as a trait: "Age Range" → "age_range"."""
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
        help_text=_("The same file must then always be imported whole and in the same order."),
    )
    source = forms.SlugField(
        label=_("Source of the numbers"),
        max_length=32,
        help_text=_(
            "Source and number together say who is who:"
            " use the same name for files of the same system."
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
            ("", _("refuse where unclear")),
            ("dmy", _("day first")),
            ("mdy", _("month first")),
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
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)
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
        self.sample = sample[:3]
        self.name_columns_in_rules()
        self.add_column_fields()

    # --- making the fields ------------------------------------------------------------------------
    def name_columns_in_rules(self) -> None:
        """Offer the file's columns wherever a rule asks for one."""
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
        """
        targets = [(field.code, field.label) for field in self.batch.kind.fields]
        choices = [("", _("leave out")), *targets, (trait, _("keep as a trait"))]
        return forms.ChoiceField(label=name, required=False, choices=choices, initial=chosen)

    # --- for the page -----------------------------------------------------------------------------
    def column_rows(self):
        """(bound field, sample cells) per column of the file."""
        rows = []
        for place in range(len(self.header)):
            cells = [row[place][:SHOWN] for row in self.sample]
            rows.append((self[f"c{place}"], cells))
        return rows

    def basic_fields(self):
        """Fields that every file asks about."""
        names = ("number_rows", "source", "kind", "language", "create_places")
        return [self[name] for name in names]

    def fine_fields(self):
        """Fields that few files need."""
        names = ["kind_words", "date_order"]
        # A workbook says its encoding itself.
        if self.batch.encoding:
            names.append("encoding")
        return [self[name] for name in names]

    def rule_pairs(self):
        """(column, value) fields of the rules."""
        return [(self[column], self[equals]) for column, equals in RULE_PAIRS]

    def has_rules(self) -> bool:
        """Whether the part with the rules is shown open: rules are there, or something is wrong."""
        used = self.initial.get("consent_column") or self.initial.get("made_column")
        return bool(used or self.errors)

    # --- what was asked for -----------------------------------------------------------------------
    def clean_source(self):
        source = self.cleaned_data["source"]
        if source in RESERVED_SOURCES:
            raise ValidationError(_("This source is the portal's own; choose another name."))
        return source

    def clean_kind_words(self) -> dict[str, str]:
        """{word in the file: kind}."""
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
        """Turns the columns' fields round into ``mapping``, {field: column}."""
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
        """What ImportBatch.options holds."""
        asked = self.cleaned_data
        before = ImportOptions.from_json(self.batch.options)
        options = ImportOptions(
            number_from_row=asked["number_rows"],
            kind=asked["kind"],
            language=asked["language"],
            # The page asks for words of kinds only; a profile may bring those of other fields.
            words=before.words | {"kind": asked["kind_words"]},
            date_order=asked["date_order"],
            create_places=asked["create_places"],
            consent_rules=self.asked_rules(),
            made_email=self.asked_test(*MADE_TEST),
        )
        return options.to_json()

    def asked_rules(self) -> tuple[ConsentRule, ...]:
        """One rule for e-mail where a test is given, else none."""
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
    """{name of a field: value} as the batch is mapped so far."""
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
        "encoding": batch.encoding,
        "kind_words": "\n".join(words),
    }
    return initial | initial_rules(options)


def initial_rules(options: ImportOptions) -> dict[str, str]:
    """{name of a field: value} of the rules, as many as the page has fields for."""
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
    column, equals = names
    return {column: test.column, equals: test.equals}
