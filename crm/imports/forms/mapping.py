"""The form that says what the columns of a file of readers are."""

from itertools import chain, starmap

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.imports.forms.codes import KINDS, STATES, CodesForm
from crm.imports.forms.columns import DATE_ORDERS, FormCard
from crm.imports.further import choices_for
from crm.imports.models import ImportBatch
from crm.imports.options import CellTest, ConsentRule, ImportOptions
from crm.imports.remarks import date_problems
from crm.imports.traits import TRAIT, trait_name
from crm.readers.models import ContactChannel, NumberSystem, Reader
from crm.readers.queries import PORTAL
from crm.readers.words import source_in_words

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
        found.setdefault(batch.source, source_in_words(batch.source))
    return list(found.items())


#: The form's pairs of fields that say "where column … says …".
CONSENT_TESTS = (("consent_column", "consent_equals"), ("consent_column_2", "consent_equals_2"))
MADE_TEST = ("made_column", "made_equals")
RULE_PAIRS = (*CONSENT_TESTS, MADE_TEST)
#: Fields that every file asks about.
BASIC = ("number_rows", "source", "kind", "language", "create_places")


class MapForm(CodesForm):
    """What the columns of a file of readers are, and what to do with values and gaps."""

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
        label=_("Dates like 03/04/2020"), required=False, choices=DATE_ORDERS
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

    def __init__(
        self, data=None, *, batch: ImportBatch, header: list[str], sample: list[list[str]]
    ):
        """``sample``: first rows of the file, each as wide as ``header``.

        In a file of numbers alone nothing is asked about persons. Two statements, for the systems.
        """
        self.systems = choices_for(batch.source)
        self.takes_persons = bool(batch.kind.written)
        self.traits = {
            column: field for field, column in batch.mapping.items() if field.startswith(TRAIT)
        }
        super().__init__(data, batch=batch, header=header, sample=sample, initial=initial_of(batch))
        self.fields["source"].choices = [("", _("Please choose")), *systems_to_choose(batch)]
        if not self.takes_persons:
            self.ask_nothing_of_persons()
        self.name_columns_in_rules()
        self.add_code_fields()

    # --- making the fields ------------------------------------------------------------------------
    def ask_nothing_of_persons(self) -> None:
        """Take the questions about persons out of the form: in a file of numbers no row tells what
        somebody is.
        """
        for name in ("kind", "language"):
            self.fields[name].required = False

    def name_columns_in_rules(self) -> None:
        """Offer the file's columns wherever a rule asks for one.

        The first choice is none of them.
        """
        choices = [("", "–"), *zip(self.header, self.header, strict=True)]
        for column, _equals in RULE_PAIRS:
            self.fields[column].choices = choices

    def targets(self, name: str) -> list:
        """A field of readers, a trait, which keeps the name that a profile gave it, or a further
        number.
        """
        further = (_("A further number"), self.systems)
        if not self.takes_persons:
            return [*super().targets(name), further]
        trait = self.traits.get(name, TRAIT + trait_name(name))
        return [*super().targets(name), (trait, _("keep as a trait")), further]

    # --- for the page -----------------------------------------------------------------------------
    def parts(self) -> list[FormCard]:
        """The cards beside the columns; that of the codes only where the file has such, and in a
        file of numbers alone only whose they are.
        """
        if not self.takes_persons:
            return [FormCard(_("Whose numbers they are"), self.bound(["source"]))]
        rules = chain.from_iterable(RULE_PAIRS)
        found = [
            FormCard(_("Values and gaps"), self.bound(BASIC)),
            FormCard(
                _("What the file's codes mean"),
                self.bound(self.code_names()),
                hint=_("Said once and kept with the profile."),
            ),
            FormCard(
                _("Words and dates"),
                self.bound(["kind_words", "date_order"]),
                folded=True,
                open=bool(date_problems(self.batch) or self.errors),
            ),
            FormCard(
                _("Consent and made addresses"),
                self.bound(rules),
                folded=True,
                open=self.has_rules(),
            ),
        ]
        return [part for part in found if part.fields]

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
            # A profile may bring words of fields that the page does not ask about.
            words=before.words | self.asked_words(before),
            date_order=asked["date_order"],
            create_places=asked["create_places"],
            consent_rules=self.asked_rules(),
            made_email=self.asked_test(*MADE_TEST),
        )
        return options.to_json()

    def asked_words(self, before: ImportOptions) -> dict[str, dict[str, str]]:
        """{field: {word in the file: value}} of kinds and states. What was chosen goes before what
        was typed; states that were answered ``before`` are asked about no more, and stay.
        """
        kinds = self.cleaned_data["kind_words"] | self.chosen_words(KINDS)
        states = before.words_of("state") | self.chosen_words(STATES)
        return {"kind": kinds, "state": states}

    def asked_rules(self) -> tuple[ConsentRule, ...]:
        """One rule for e-mail where a test is given, else none.

        A second test holds beside the first: both have to be true.
        """
        tests = tuple(filter(None, starmap(self.asked_test, CONSENT_TESTS)))
        if not tests:
            # A rule without a test would hold for everybody.
            return ()
        return (ConsentRule(ContactChannel.EMAIL.value, tests),)

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
    lines = map(" = ".join, options.words_of("kind").items())
    initial = {
        "number_rows": options.number_from_row,
        "source": batch.source,
        "kind": options.kind,
        "language": options.language,
        "date_order": options.date_order,
        "create_places": options.create_places,
        "kind_words": "\n".join(lines),
    }
    return initial | initial_rules(options)


def initial_rules(options: ImportOptions) -> dict[str, str]:
    """{name of a field: value} of the rules, as many as the page has fields for.

    Rules of other channels have no field, and are not shown.
    """
    found = {}
    for rule in options.consent_rules:
        if rule.channel == ContactChannel.EMAIL:
            for names, test in zip(CONSENT_TESTS, rule.tests, strict=False):
                found |= initial_test(names, test)
    if options.made_email:
        found |= initial_test(MADE_TEST, options.made_email)
    return found


def initial_test(names: tuple[str, str], test: CellTest) -> dict[str, str]:
    """{name of a field: value} of one test; ``names``: its two fields, column and value."""
    column, equals = names
    return {column: test.column, equals: test.equals}
