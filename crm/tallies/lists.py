"""The list of counts: what holds, of which days and places, and what is known of it."""

from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, DateFilter, FilterSet, ModelChoiceFilter

from core.forms import DayInput
from core.listing import NOWRAP, Column, FigureColumn, List, Table, TemplateColumn, WordsFilter
from crm.sources.models import DataSource
from crm.staff.models import Campus
from crm.staff.succession import Called, called_on, with_predecessors
from crm.tallies.models import Tally, TallyMeasure
from crm.tallies.small import hidden_beside_small
from crm.tallies.words import (
    cell_of_tally,
    days_of_tally,
    number_of_tally,
    place_today_and_then,
    state_of_tally,
)

#: What may be asked of a number: (word, field, its value).
NOT_KNOWN, IN_PART, CORRECTED = "not-known", "in-part", "corrected"
STATES = {
    NOT_KNOWN: {"value__isnull": True},
    IN_PART: {"whole": False},
    CORRECTED: {"by_hand": True},
}


class TallyFilter(FilterSet):
    """What the list may be narrowed to. The days are those that a number touches: a month is found
    by any day in it.
    """

    q = WordsFilter(label=_("Audience"), lookups=("audience__icontains",))
    source = ModelChoiceFilter(
        label=_("Source"),
        queryset=DataSource.objects.in_use().exclude(measures=[]),
        empty_label=_("All"),
    )
    campus = ModelChoiceFilter(
        label=_("Campus"), queryset=Campus.objects.all(), empty_label=_("All"), method="at_campus"
    )
    places = ChoiceFilter(
        label=_("Places that were merged"),
        method="as_called",
        choices=[(Called.THEN, Called.THEN.label)],
        empty_label=Called.TODAY.label,
    )
    measure = ChoiceFilter(
        label=_("What is counted"), choices=TallyMeasure.choices, empty_label=_("All")
    )
    state = ChoiceFilter(
        label=_("State"),
        method="in_state",
        choices=[
            (NOT_KNOWN, _("number not known")),
            (IN_PART, _("in part")),
            (CORRECTED, _("corrected by hand")),
        ],
        empty_label=_("Any"),
    )
    since = DateFilter(label=_("From"), field_name="last", lookup_expr="gte", widget=DayInput)
    until = DateFilter(
        label=pgettext_lazy("last day", "To"),
        field_name="first",
        lookup_expr="lte",
        widget=DayInput,
    )

    def at_campus(self, found, _name, campus):
        """Those of a campus: as today with those of what was merged into it, as then its own."""
        if self.data.get("places") == Called.THEN:
            return found.filter(campus=campus)
        return found.filter(campus__in=with_predecessors(campus))

    def as_called(self, found, _name, _called):
        """By which names places are told narrows nothing by itself."""
        return found

    def in_state(self, found, _name, state):
        """Those of which the number is not known, known in part, or corrected; ``state`` is a key
        of STATES, which the filter's choices are.
        """
        return found.filter(**STATES[state])


class TallyTable(Table):
    """The columns of the list and of its export, which are alike but for the way to correct a
    number. ``render_`` is for the page and ``value_`` for the file.
    """

    days = Column(pgettext_lazy("of a count", "Days"), accessor="first", attrs=NOWRAP)
    place = Column(_("Place"), accessor="campus", default=_("whole library"))
    source = Column(_("Source"))
    measure = Column(_("What is counted"), accessor="get_measure_display")
    audience = Column(_("Audience"), default=_("everybody"))
    number = FigureColumn(pgettext_lazy("of a count", "Number"), accessor="pk")
    state = Column(_("State"), accessor="pk")
    correct = TemplateColumn(
        template_name="crm/tallies/_tally_correct.html",
        context_object_name="tally",
        verbose_name=_("Correct"),
        exclude_from_export=True,
    )

    @cached_property
    def places_of_today(self) -> dict[int, Campus]:
        """{key of a campus: what it is today}; one statement for a table."""
        return called_on(Campus.objects.all(), timezone.localdate())

    def place_called(self, record: Tally) -> str:
        """The place of a number: as today with the name that it had beside it, as then that one
        alone, by what the list was asked for.
        """
        if record.campus is None:
            return str(_("whole library"))
        today = self.places_of_today[record.campus_id]
        as_then = self.request.GET.get("places") == Called.THEN
        if as_then or today == record.campus:
            return str(record.campus)
        return place_today_and_then(today, record.campus)

    @cached_property
    def hidden_numbers(self) -> frozenset[int]:
        """Keys of the numbers that are hidden, whatever the list is narrowed to; asked for once for
        a table. Two statements.
        """
        return hidden_beside_small()

    def covered(self, record: Tally) -> Tally:
        """The same record, which knows by ``is_covered`` whether it is hidden: what is printed of
        it then names no number.
        """
        record.is_covered = record.pk in self.hidden_numbers
        return record

    def render_days(self, record: Tally):
        """On the page: a day, a month by its name, or from when to when."""
        return days_of_tally(record)

    def render_place(self, record: Tally):
        """On the page: the campus as today or as then, or that it is the whole library."""
        return self.place_called(record)

    def render_number(self, record: Tally):
        """On the page: the number as it may be printed, of few persons none."""
        return number_of_tally(self.covered(record))

    def render_state(self, record: Tally):
        """On the page: how much of the number is known, or that and why somebody corrected it, in
        words.
        """
        return state_of_tally(record)

    def value_days(self, record: Tally):
        """In the file: one day, or the first and the last, as 2026-10-01, whatever the language."""
        return " – ".join(sorted({str(record.first), str(record.last)}))

    def value_place(self, record: Tally):
        """In the file: the same as on the page. Never empty."""
        return self.place_called(record)

    def value_source(self, record: Tally):
        """In the file: the name of the source."""
        return record.source.name

    def value_measure(self, record: Tally):
        """In the file: what is counted, in the current language."""
        return record.get_measure_display()

    def value_number(self, record: Tally):
        """In the file: a number that a spreadsheet can add, or why there is none; of few persons no
        number leaves by a file.
        """
        return cell_of_tally(self.covered(record))

    def value_state(self, record: Tally):
        """In the file: the same words as on the page."""
        return state_of_tally(record)


class TallyList(List):
    """The newest days first. What it shows is narrowed by the caller to what its user may see."""

    filters = TallyFilter
    table_class = TallyTable
    order = ("-last", "-first", "pk")
    label = _("Counts without persons")
