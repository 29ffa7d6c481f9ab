"""Forms of a file of activities: choose it, say what its columns are."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.kinds import kind_named
from crm.activities.describing import kinds_of_files
from crm.activities.options import ActivityOptions
from crm.imports.describing import format_of
from crm.imports.forms.mapping import SHOWN
from crm.imports.forms.reading import encodings_of
from crm.imports.models import ImportBatch
from crm.imports.systems import systems_in_use
from crm.readers.models import NumberSystem
from crm.sources.forms import refuse_half_a_period
from crm.sources.models import DataSource
from crm.staff.models import Campus
from crm.tallies.kinds import COUNTS

DAY = forms.DateInput({"type": "date"})


def kind_choices() -> list[tuple[str, str]]:
    """Rows of persons, and counts that name nobody."""
    return [(kind.code, kind.label) for kind in (*kinds_of_files(), kind_named(COUNTS))]


class ActivityUploadForm(Form):
    """A file, and what its rows are."""

    kind = forms.ChoiceField(label=_("What its rows are"), choices=kind_choices)
    file = forms.FileField(
        label=_("File"),
        max_length=4096,
        help_text=_(
            "CSV, TSV or Excel (.xlsx), also packed with gzip. The first row names the columns."
        ),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx,.gz"}),
    )

    def clean_kind(self):
        """The kind of file (FileKind) that was chosen."""
        return kind_named(self.cleaned_data["kind"])

    def clean_file(self):
        """The file. ValidationError where it is larger than IMPORT_MAX_BYTES."""
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit = filesizeformat(settings.IMPORT_MAX_BYTES)
            raise ValidationError(_("The file is larger than %(limit)s.") % {"limit": limit})
        return file


def number_systems() -> list[tuple[str, str]]:
    """(code, name) of the systems in which readers have numbers, with none of them before: whoever
    does not know whose numbers these are presses nothing. Two statements.
    """
    named = {system.code: system.said for system in NumberSystem.objects.all()}
    found = [(code, named.get(code, code)) for code in sorted(systems_in_use())]
    return [("", _("please choose")), *found]


def keeps_no_names(source: int | None) -> bool:
    """Whether the source of this key was said to keep none."""
    return DataSource.objects.filter(pk=source, named=False).exists()


class ActivityMapForm(Form):
    """One choice per column of the file (``c0`` …), where it comes from and what it is about."""

    system = forms.ChoiceField(
        label=_("Whose reader numbers these are"),
        choices=number_systems,
        # What nobody's name is kept of needs none, and what lacks is said with all else.
        required=False,
        help_text=_("A row whose number is none of this system is refused."),
    )
    data_source = forms.ModelChoiceField(
        DataSource.objects.all(),
        label=_("Where this was recorded"),
        required=False,
        empty_label=_("A new source"),
    )
    new_source = forms.CharField(
        label=_("Name of a new source"),
        required=False,
        max_length=120,
        help_text=_("For example: Gate of the east library."),
    )
    nameless = forms.BooleanField(
        label=_("Keep nobody's name with these visits"),
        required=False,
        help_text=_(
            "Visits and different visitors of a month can be counted then; no page, segment or"
            " campaign knows whose they were. It holds for all files of this source."
        ),
    )
    first = forms.DateField(label=_("First day it tells of"), required=False, widget=DAY)
    last = forms.DateField(
        label=_("Last day it tells of"),
        required=False,
        widget=DAY,
        help_text=_("Without these days the file tells of those from its first row to its last."),
    )
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
    create_places = forms.BooleanField(label=_("Add campuses that are not known"), required=False)
    campus = forms.ModelChoiceField(
        Campus.objects.all(),
        label=_("Campus of rows that name none"),
        required=False,
        empty_label=_("not said"),
        help_text=_("The same person, day and kind at two campuses are two rows."),
    )
    encoding = forms.ChoiceField(label=_("Encoding"), required=False)

    def __init__(
        self, data=None, *, batch: ImportBatch, header: list[str], sample: list[list[str]]
    ):
        """Begin with what the batch says of itself. ``header``: names of the columns; ``sample``:
        first rows of the file, each as wide as ``header``, of which three are shown. The encoding
        is asked for only where the file has one.
        """
        self.batch = batch
        self.options_before = ActivityOptions.from_json(batch.options)
        super().__init__(data, initial=self.initial_of(batch))
        self.header = header
        self.sample = sample[:3]
        kinds = [str(kind) for kind in batch.kind.does]
        fitting = DataSource.objects.filter(kinds__overlap=kinds)
        self.fields["data_source"].queryset = fitting
        if not batch.encoding:
            del self.fields["encoding"]
        else:
            self.fields["encoding"].choices = encodings_of(batch)
        if not batch.kind.may_be_nameless:
            del self.fields["nameless"]
        if batch.created_by and batch.created_by.campus_id:
            # Staff of one campus bring rows of no other.
            del self.fields["campus"]
        self.add_column_fields()

    def initial_of(self, batch: ImportBatch) -> dict:
        """What the fields begin with. An encoding that is doubted is not chosen beforehand."""
        options = self.options_before
        return {
            "system": batch.source,
            "data_source": options.data_source,
            "first": options.first,
            "last": options.last,
            "date_order": options.date_order,
            "create_places": options.create_places,
            "campus": options.campus,
            "nameless": options.nameless or keeps_no_names(options.data_source),
            "encoding": "" if format_of(batch).doubts else batch.encoding,
        }

    def add_column_fields(self) -> None:
        """A field ``c0``, ``c1`` … for each column but those that are never read."""
        chosen = {column: field for field, column in self.batch.mapping.items()}
        targets = [(field.code, field.label) for field in self.batch.kind.fields]
        for place, name in enumerate(self.header):
            if name in self.options_before.never:
                continue
            self.fields[f"c{place}"] = forms.ChoiceField(
                label=name,
                required=False,
                choices=[("", _("leave out")), *targets],
                initial=chosen.get(name, ""),
            )

    # --- for the page -----------------------------------------------------------------------------
    def column_rows(self):
        """(name, bound field or None, sample cells) per column in the order of the file; of one
        that is never read there is no field, and no cell is shown.
        """
        rows = []
        for place, name in enumerate(self.header):
            if f"c{place}" not in self.fields:
                rows.append((name, None, []))
                continue
            cells = [row[place][:SHOWN] for row in self.sample]
            rows.append((name, self[f"c{place}"], cells))
        return rows

    def basic_fields(self):
        """Bound fields of where the rows come from, and whose the reader numbers are."""
        names = ("system", "data_source", "new_source", "nameless")
        return [self[name] for name in names if name in self.fields]

    def fine_fields(self):
        """Bound fields of what few files need; the encoding is among them only where the form asks
        for it.
        """
        names = ["first", "last", "date_order", "create_places", "campus", "encoding"]
        return [self[name] for name in names if name in self.fields]

    # --- what was asked for -----------------------------------------------------------------------
    def clean(self):
        """Turns the columns' fields round into ``mapping``, {field: column}. ValidationError where
        two columns are said to be the same, and for half a period.
        """
        asked = super().clean()
        self.mapping = {}
        for place, name in enumerate(self.header):
            field = asked.get(f"c{place}")
            if not field:
                continue
            if field in self.mapping:
                raise ValidationError(
                    _("Two columns are said to be the same: %(one)s and %(two)s.")
                    % {"one": self.mapping[field], "two": name}
                )
            self.mapping[field] = name
        refuse_half_a_period(asked)
        return asked

    def options(self) -> ActivityOptions:
        """What was asked for, as the import keeps it; of a form that is valid. Which columns are
        never read is no choice, and is not among it.
        """
        asked = self.cleaned_data
        source = asked["data_source"]
        return ActivityOptions(
            data_source=source and source.pk,
            first=asked["first"],
            last=asked["last"],
            date_order=asked["date_order"],
            create_places=asked["create_places"],
            words=self.options_before.words,
            campus=asked["campus"].pk if asked.get("campus") else None,
            nameless=asked.get("nameless", False),
        )
