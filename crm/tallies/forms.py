"""Forms of counts: say what the columns of a file are; correct a number."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.disclosure import Count
from core.forms import Form
from crm.imports.forms.mapping import SHOWN
from crm.imports.models import ImportBatch
from crm.imports.remarks import ENCODINGS
from crm.sources.forms import refuse_half_a_period
from crm.sources.models import USE_OF_ERESOURCES, DataSource
from crm.tallies.cells import NOT_KNOWN, ZERO
from crm.tallies.describing import SPREAD
from crm.tallies.growing import says_both
from crm.tallies.models import Tally, TallyMeasure
from crm.tallies.options import CountOptions
from crm.tallies.short_dates import DAY as DIGITS_ARE_DAY
from crm.tallies.short_dates import YEAR as DIGITS_ARE_YEAR

DAY = forms.DateInput({"type": "date"})
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST = 10**12
ASKED_OF_NUMBERS = _(
    "Its numbers do not tell whether they are counted anew each time (visits) or only grow (a"
    " reading). Please choose."
)


def counting_sources():
    """Sources that bring no rows of persons, and so may count; no provider of e-resources, whose
    reports have a door of their own.
    """
    return DataSource.objects.filter(kinds=[]).exclude(measures=[USE_OF_ERESOURCES])


class CountMapForm(Form):
    """One choice per column of the file (``c0`` …), who counted, and how the numbers are meant."""

    data_source = forms.ModelChoiceField(
        DataSource.objects.none(),
        label=_("Who counted"),
        required=False,
        empty_label=_("A new source"),
    )
    new_source = forms.CharField(
        label=_("Name of a new source"),
        required=False,
        max_length=120,
        help_text=_(
            "One source for everything that counts the same doors: two are never added together."
        ),
    )
    measure = forms.ChoiceField(
        label=_("What the columns of months, hours or places count"),
        choices=TallyMeasure.choices,
        required=False,
    )
    year = forms.IntegerField(
        label=_("Year of days and months without one"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
    )
    row_is_event = forms.BooleanField(label=_("Each row is one event"), required=False)
    both_ways = forms.BooleanField(
        label=_("The counter counts who comes and who goes: halve it"), required=False
    )
    at_start = forms.BooleanField(
        label=_("Readings without a time were taken before the doors opened"), required=False
    )
    first = forms.DateField(label=_("Take nothing before"), required=False, widget=DAY)
    last = forms.DateField(
        label=_("Take nothing after"),
        required=False,
        widget=DAY,
        help_text=_("Without these days a few rows far from all others are refused as slips."),
    )
    date_order = forms.ChoiceField(
        label=_("Dates like 03/04/2020"),
        required=False,
        choices=[
            ("", _("as the column tells")),
            ("dmy", _("day first")),
            ("mdy", _("month first")),
        ],
    )
    digits = forms.ChoiceField(
        label=_("Dates like Mar 10"),
        required=False,
        choices=[
            ("", _("as the column tells")),
            (DIGITS_ARE_DAY, _("the tenth of March")),
            (DIGITS_ARE_YEAR, _("March 2010")),
        ],
    )
    nothing = forms.ChoiceField(
        label=_("Cells like “nil”, “none” or “无”"),
        required=False,
        choices=[
            ("", _("ask, where the file has one")),
            (ZERO, _("the number is 0")),
            (NOT_KNOWN, _("nobody knows the number")),
        ],
    )
    create_places = forms.BooleanField(label=_("Add campuses that are not known"), required=False)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)

    BASIC = ("data_source", "new_source", "measure", "year", "row_is_event")
    FINE = (
        "both_ways",
        "at_start",
        "first",
        "last",
        "date_order",
        "digits",
        "nothing",
        "create_places",
        "encoding",
    )

    def __init__(
        self, data=None, *, batch: ImportBatch, header: list[str], sample: list[list[str]]
    ):
        """Begin with what the batch says of itself. ``header``: names of the columns; ``sample``:
        first rows of the file, each as wide as ``header``, of which three are shown. The encoding
        is asked for only where the file has one.
        """
        self.batch = batch
        self.before = CountOptions.from_json(batch.options)
        initial = {name: getattr(self.before, name) for name in self.base_fields if name in USUAL}
        super().__init__(data, initial=initial | {"encoding": batch.encoding})
        self.header = header
        self.sample = sample[:3]
        self.fields["data_source"].queryset = counting_sources()
        if not batch.encoding:
            del self.fields["encoding"]
        self.add_column_fields()

    def add_column_fields(self) -> None:
        """A field ``c0``, ``c1`` … for each column, with the field it was mapped to, "spread" or
        nothing chosen.
        """
        chosen = {column: field for field, column in self.batch.mapping.items()}
        chosen |= dict.fromkeys(self.before.spread, SPREAD)
        targets = [(field.code, field.label) for field in self.batch.kind.fields]
        spread = (SPREAD, _("a month, an hour or a place"))
        for place, name in enumerate(self.header):
            self.fields[f"c{place}"] = forms.ChoiceField(
                label=name,
                required=False,
                choices=[("", _("leave out")), spread, *targets],
                initial=chosen.get(name, ""),
                help_text="" if chosen.get(name) or not says_both(name) else ASKED_OF_NUMBERS,
            )

    # --- for the page -----------------------------------------------------------------------------
    def column_rows(self):
        """(name, bound field, sample cells) per column in the order of the file; cells are cut to
        SHOWN letters.
        """
        rows = []
        for place, name in enumerate(self.header):
            cells = [row[place][:SHOWN] for row in self.sample]
            rows.append((name, self[f"c{place}"], cells))
        return rows

    def basic_fields(self):
        """Bound fields of who counted, and of what the file cannot be read without."""
        return [self[name] for name in self.BASIC]

    def fine_fields(self):
        """Bound fields of what few files need; the encoding is among them only where the form asks
        for it.
        """
        return [self[name] for name in self.FINE if name in self.fields]

    # --- what was asked for -----------------------------------------------------------------------
    def clean(self):
        """Turns the columns' fields round into ``mapping``, {field: column}, and ``spread``, names
        of columns. ValidationError where two columns are said to be the same, and for half a
        period.
        """
        asked = super().clean()
        self.mapping, self.spread = {}, []
        for place, name in enumerate(self.header):
            field = asked.get(f"c{place}")
            if field == SPREAD:
                self.spread.append(name)
            elif field in self.mapping:
                raise ValidationError(
                    _("Two columns are said to be the same: %(one)s and %(two)s.")
                    % {"one": self.mapping[field], "two": name}
                )
            elif field:
                self.mapping[field] = name
        refuse_half_a_period(asked)
        return asked

    def options(self) -> CountOptions:
        """What was asked for, as the import keeps it; of a form that is valid. A measure that was
        left open stays what it was.
        """
        asked = {name: self.cleaned_data[name] for name in USUAL}
        source = asked.pop("data_source")
        asked["measure"] = asked["measure"] or self.before.measure
        return CountOptions(data_source=source and source.pk, spread=tuple(self.spread), **asked)


#: Fields that are options under the same name.
USUAL = (
    *("data_source", "measure", "year", "row_is_event", "both_ways", "at_start", "first", "last"),
    *("date_order", "digits", "nothing", "create_places"),
)


class TallyForm(Form):
    """Another number, and why."""

    value = forms.IntegerField(
        label=_("The right number"),
        required=False,
        min_value=0,
        max_value=MOST,
        help_text=_("Left empty: nobody knows it."),
    )
    note = forms.CharField(label=_("Why it is another"), max_length=200)


def suggested(tally: Tally) -> dict:
    """What the form of a correction begins with: the reason given before, and the number where a
    page may print it. None of a number that is withheld or that nobody knows.
    """
    told = tally.told
    if isinstance(told, Count):
        told = told.public_number
    if tally.value is None:
        told = None
    return {"note": tally.note, "value": told}
