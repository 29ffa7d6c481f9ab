"""Forms of counts: say what the columns of a file are; correct a number."""

from dataclasses import replace
from itertools import filterfalse

from django import forms
from django.utils.translation import gettext_lazy as _

from core.columns import key_of
from core.disclosure import Count
from core.forms import DayInput, Form
from crm.imports.evidence import Evidence
from crm.imports.forms import DATE_ORDERS, ColumnsForm, FormCard
from crm.imports.forms.columns import ShownColumn
from crm.imports.models import ImportBatch
from crm.sources.forms import refuse_half_a_period
from crm.sources.models import USE_OF_ERESOURCES, DataSource
from crm.tallies.cells import MOST, NOT_KNOWN, ZERO, is_total
from crm.tallies.describing import SPREAD, says_what_it_counts
from crm.tallies.growing import looks_like_a_reading, says_both
from crm.tallies.heads import is_beside_counts, kind_of_column, ways_of_one_gate
from crm.tallies.models import Tally, TallyMeasure
from crm.tallies.options import ADDED, ONCE, CountOptions
from crm.tallies.short_dates import DAY as DIGITS_ARE_DAY
from crm.tallies.short_dates import YEAR as DIGITS_ARE_YEAR

FIRST_YEAR, LAST_YEAR = 2000, 2100
ASKED_OF_NUMBERS = _(
    "Its numbers do not tell whether they are counted anew each time (visits) or only grow (a"
    " reading). Please choose."
)
TAKEN_FOR_A_PLACE = _(
    "It holds numbers and has no name that is known, so it is taken for a place. Leave it out if it"
    " is none."
)
NAMES_A_TIME = _("Its name is a month, a day or an hour.")
NAMES_READERS = _("Its name is a kind of readers.")
#: By the kind of a column: why its numbers are spread over it, and whether somebody is asked.
WHY_SPREAD = {
    "month": (NAMES_A_TIME, False),
    "hour": (NAMES_A_TIME, False),
    "audience": (NAMES_READERS, False),
    "place": (TAKEN_FOR_A_PLACE, True),
}
COMES_AND_GOES = _(
    "One column counts who comes and one who goes through the same gate. Say what the first one is"
    " and leave the other out: together they count everybody twice."
)
COUNTS_SOMETHING = _(
    "Its name says that it counts, so it is no place. It stays out unless you say what it counts."
)
SUM_OF_OTHERS = _("A sum, a mean or a share of other numbers; it stays out.")


def counting_sources(chosen: int | None = None):
    """Sources that bring no rows of persons, and so may count; no provider of e-resources, whose
    reports have a door of their own. Those that have not counted anything yet are among them, and
    of those of which nothing is kept any more only the one that is ``chosen`` (its key).
    """
    offered = DataSource.objects.in_use(also=chosen).filter(kinds=[])
    return offered.exclude(measures=[USE_OF_ERESOURCES])


def why_spread_or_not(name: str, field: str, two_ways: set[str]) -> Evidence | None:
    """Why a column is one of several over which numbers are spread, or why it is not and somebody
    has to say what it is; None where its reason is none of these. ``field``: what it is taken for,
    empty for nothing; ``two_ways``: columns of who comes and who goes through one gate.
    """
    if field == SPREAD:
        return why_spread(name)
    if field:
        return None
    return why_left_out(name, two_ways)


def why_spread(name: str) -> Evidence:
    """Why the column ``name`` is a month, an hour, a kind of readers or a place: by its name, or by
    its numbers alone, and then somebody is asked.
    """
    words, asks = WHY_SPREAD[kind_of_column(name)]
    return Evidence(str(words), asks=asks)


def why_left_out(name: str, two_ways: set[str]) -> Evidence | None:
    """Why the column ``name`` is taken for nothing; None where its name tells nothing of it.
    ``two_ways``: columns of who comes and who goes through one gate.
    """
    if name in two_ways:
        return Evidence(str(COMES_AND_GOES), asks=True)
    if says_both(name):
        return Evidence(str(ASKED_OF_NUMBERS), asks=True)
    if says_what_it_counts(name):
        return Evidence(str(COUNTS_SOMETHING), asks=True)
    if is_total(name):
        return Evidence(str(SUM_OF_OTHERS))
    return None


class CountMapForm(ColumnsForm):
    """What the columns of a file of counts are, who counted, and how the numbers are meant.

    ``mapping`` as in ColumnsForm and ``spread``, names of columns, are there once the form is
    valid.
    """

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
        label=_("What the columns of months, hours, kinds of readers or places count"),
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
    first = forms.DateField(label=_("Take nothing before"), required=False, widget=DayInput)
    last = forms.DateField(
        label=_("Take nothing after"),
        required=False,
        widget=DayInput,
        help_text=_("Without these days a few rows far from all others are refused as slips."),
    )
    date_order = forms.ChoiceField(
        label=_("Dates like 03/04/2020"), required=False, choices=DATE_ORDERS
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
    twice = forms.ChoiceField(
        label=_("A row that stands there twice"),
        required=False,
        choices=[
            ("", _("ask, where the file has one")),
            (ONCE, _("was written twice: count it once")),
            (ADDED, _("tells of two things: add both")),
        ],
    )
    create_places = forms.BooleanField(label=_("Add campuses that are not known"), required=False)

    BASIC = ("data_source", "new_source", "measure", "year", "row_is_event")
    FINE = (
        *("both_ways", "at_start", "first", "last", "date_order", "digits", "nothing"),
        *("twice", "create_places"),
    )

    def __init__(
        self, data=None, *, batch: ImportBatch, header: list[str], sample: list[list[str]]
    ):
        """Begin with what the batch says of itself. ``header`` and ``sample``: the names of the
        columns and the first rows of the file, for the page.
        """
        self.before = CountOptions.from_json(batch.options)
        self.spread: list[str] = []
        initial = {name: getattr(self.before, name) for name in self.base_fields if name in USUAL}
        super().__init__(data, batch=batch, header=header, sample=sample, initial=initial)
        self.fields["data_source"].queryset = counting_sources(self.before.data_source)

    def chosen(self) -> dict[str, str]:
        """{column: the field it is taken for so far}; columns that are each a month, an hour or a
        place stand for no field, and are SPREAD.
        """
        return super().chosen() | dict.fromkeys(self.before.spread, SPREAD)

    def targets(self, name: str) -> list:
        """What the column ``name`` may hold, as choices: a field of counts, or one of several
        columns over which the numbers are spread, which stands first.
        """
        return [
            (SPREAD, _("a month, an hour, a kind of readers or a place")),
            *super().targets(name),
        ]

    def parts(self) -> list[FormCard]:
        """The cards beside the columns: where the file comes from, and the finer choices, folded up
        unless the form has an error.
        """
        return [
            FormCard(_("Where it comes from"), self.bound(self.BASIC)),
            FormCard(
                _("Counters, days and places"),
                self.bound(self.FINE),
                folded=True,
                open=bool(self.errors),
            ),
        ]

    def column_rows(self) -> list[ShownColumn]:
        """Each column in the order of the file, as in ColumnsForm, with a reason of its own for
        numbers that are spread over columns, and for those that are no place's.
        """
        chosen = self.chosen()
        two_ways = ways_of_one_gate(filterfalse(chosen.get, self.header))
        rows = []
        for column in super().column_rows():
            why = why_spread_or_not(column.name, chosen.get(column.name, ""), two_ways)
            if column.name not in chosen and self.may_be_a_reading(column.name):
                why = Evidence(str(ASKED_OF_NUMBERS), asks=True)
            rows.append(replace(column, why=why or column.why))
        return rows

    def may_be_a_reading(self, name: str) -> bool:
        """Whether the numbers of a column that may be visits by its name only grow, in the first
        rows of the file.
        """
        if is_beside_counts(name):
            return False
        return looks_like_a_reading(self.header, self.sample, self.batch.mapping, name)

    # --- what was asked for -----------------------------------------------------------------------
    def take(self, field: str, name: str) -> None:
        """Note that the column ``name`` was said to hold ``field``. Several columns may be months,
        hours or places; each other field is one column.
        """
        if field == SPREAD:
            self.spread.append(name)
        else:
            super().take(field, name)

    def clean(self):
        """What was asked for; ``spread`` has the names of columns then. ValidationError for half a
        period, for one that runs backwards, and where two columns are said to be the same field.
        """
        asked = super().clean()
        refuse_half_a_period(asked)
        return asked

    def options(self) -> CountOptions:
        """What was asked for, as the import keeps it; of a form that is valid. A measure that was
        left open stays what it was. Without a source that was chosen ``data_source`` is None: then
        a new one is to be added by its name.
        """
        asked = {name: self.cleaned_data[name] for name in USUAL}
        source = asked.pop("data_source")
        asked["measure"] = asked["measure"] or self.before.measure
        return CountOptions(data_source=key_of(source), spread=tuple(self.spread), **asked)


#: Fields that are options under the same name.
USUAL = (
    *("data_source", "measure", "year", "row_is_event", "both_ways", "at_start", "first", "last"),
    *("date_order", "digits", "nothing", "twice", "create_places"),
)


class TallyForm(Form):
    """Another number, and why. An empty number says that nobody knows it; the reason has to be
    given.
    """

    value = forms.IntegerField(
        label=_("The right number"),
        required=False,
        min_value=0,
        max_value=MOST,
        help_text=_("Left empty: nobody knows it."),
    )
    note = forms.CharField(label=_("Why it is another"), max_length=200)


def suggested(tally: Tally) -> dict:
    """What the form of a correction begins with, {field: value}: the reason given before, and the
    number where a page may print it. None of a number that is withheld or that nobody knows.
    """
    told = tally.told
    if isinstance(told, Count):
        told = told.public_number
    if tally.value is None:
        told = None
    return {"note": tally.note, "value": told}
