"""The list of readers: filters, columns, order, and what its export holds."""

from django.db.models import Case, IntegerField, Q, When
from django.db.models.lookups import StartsWith
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from core.addresses import breakable, number_key, number_key_of
from core.listing import (
    NOWRAP,
    CheckFilter,
    Column,
    DateColumn,
    List,
    LongPaginator,
    Table,
    WordsFilter,
    only_if_checked,
)
from core.numbers import large_number, number
from crm.readers.models import ContactChannel, Identity, Purpose, Reader
from crm.readers.queries import in_trouble, leaving, on_stop_list, segments_to_filter_by
from crm.readers.words import allowed_in_words
from crm.staff.models import Campus
from crm.staff.succession import with_predecessors

#: An address with what is to be known of it: address, mark.
MARKED_ADDRESS = "crm/readers/_marked_address.html"
#: Brackets of recency, frequency and contribution, as the map of a later room has them.
BEST_FIRST = (5, 4, 3, 2, 1)


def cells_to_filter_by() -> list[tuple[str, str]]:
    """The cells of the map, "5-3" for recency 5 and frequency 3, and who stands in none.

    Pairs of value and words, the best cell first and "none" last.
    """
    found = []
    for recency in BEST_FIRST:
        for frequency in BEST_FIRST:
            words = gettext("recency %(r)s, frequency %(f)s") % {"r": recency, "f": frequency}
            found.append((f"{recency}-{frequency}", words))
    return [*found, ("none", gettext("in no cell"))]


def marked(address: str, mark: str) -> str:
    """The address as HTML, followed by a word on it as a chip."""
    return render_to_string(MARKED_ADDRESS, {"address": address, "mark": mark})


class PersonFilter(WordsFilter):
    """Finds readers by their numbers, too."""

    def condition(self, words):
        """Readers whom the words find, or one of whose numbers begins like them, in whichever
        writing.
        """
        begins_so = Q(StartsWith(number_key_of("number"), number_key(words)))
        further = Identity.objects.filter(begins_so)
        return super().condition(words) | begins_so | Q(pk__in=further.values("reader"))


class ReaderFilter(FilterSet):
    q = PersonFilter(
        label=_("Number, name or e-mail"),
        max_length=120,
        lookups=("name__icontains", "email__istartswith"),
    )
    kind = ChoiceFilter(label=_("Kind"), choices=Reader.Kind.choices, empty_label=_("All kinds"))
    stage = ChoiceFilter(label=_("Stage"), choices=Reader.Stage.choices, empty_label=_("Any"))
    campus = ModelChoiceFilter(
        label=_("Campus"),
        queryset=Campus.objects.all(),
        empty_label=_("All campuses"),
        method="at_campus",
    )
    reach = ChoiceFilter(
        label=_("Reachable by"),
        choices=[*ContactChannel.choices, ("none", _("Not reachable"))],
        empty_label=_("Any"),
        method="reachable_by",
    )
    purpose = ChoiceFilter(
        label=_("For what"),
        choices=Purpose.choices,
        empty_label=_("Anything"),
        method="reachable_for",
    )
    state = ChoiceFilter(label=_("State"), choices=Reader.State.choices, empty_label=_("Any"))
    segment = ModelChoiceFilter(
        label=_("Segment"),
        queryset=segments_to_filter_by(),
        field_name="memberships__segment",
        empty_label=_("All readers"),
    )
    cell = ChoiceFilter(
        label=_("Recency and frequency"),
        choices=cells_to_filter_by,
        empty_label=_("Any"),
        method="in_cell",
    )
    contribution = ChoiceFilter(
        label=pgettext_lazy("a figure", "Contribution"),
        choices=[(str(n), str(n)) for n in BEST_FIRST],
        empty_label=_("Any"),
        field_name="score__contribution",
    )
    leaving = CheckFilter(label=_("Asked to leave"), method="only_leaving")
    trouble = CheckFilter(label=_("No letter arrives"), method="only_in_trouble")
    stopped = CheckFilter(label=_("On the stop list"), method="only_stopped")

    def at_campus(self, readers, _name, campus):
        """Readers of a campus, and of what was merged into it, as in segments."""
        return readers.filter(campus__in=with_predecessors(campus))

    def only_leaving(self, readers, _name, checked):
        """Readers who asked to leave and have not left yet; all of ``readers`` unless it is
        checked.
        """
        return only_if_checked(readers, checked, leaving)

    def in_cell(self, readers, _name, cell):
        """Readers of one cell of the map, or, by the choice "none", those who stand in no cell:
        nothing is recorded of them, or it came in since the last run.
        """
        if cell == "none":
            return readers.filter(score__isnull=True, analytics=True)
        recency, frequency = cell.split("-")
        return readers.filter(score__recency=recency, score__frequency=frequency)

    def only_in_trouble(self, readers, _name, checked):
        """Readers whose address no letter reaches; all of ``readers`` unless it is checked."""
        return only_if_checked(readers, checked, in_trouble)

    def only_stopped(self, readers, _name, checked):
        """Readers to whom nothing is sent, by the word of staff; all of ``readers`` unless it is
        checked.
        """
        return only_if_checked(readers, checked, on_stop_list)

    def reachable_by(self, readers, _name, channel):
        """Readers whom ``channel`` leads to, or, by the choice "none", no channel."""
        if channel == "none":
            return readers.unreachable()
        return readers.reachable(channel)

    def reachable_for(self, readers, _name, purpose):
        """Readers whom the channel asked for, or any, leads to for ``purpose``.

        With "none" for the channel it is any: that choice narrows the list by itself.
        """
        channel = self.form.cleaned_data["reach"]
        if channel in ContactChannel.values:
            return readers.reachable(channel, purpose)
        return readers.reachable_for(purpose)


def place_of_kind() -> Case:
    """The place that a reader's kind has among all kinds, from 0."""
    places = [When(kind=value, then=place) for place, value in enumerate(Reader.Kind.values)]
    return Case(*places, default=len(places), output_field=IntegerField())


class ReaderTable(Table):
    """Any of these columns may be shown, in any order; the first one leads to the reader."""

    number = Column(_("Number"), orderable=True)
    name = Column(_("Name"), orderable=True, attrs=NOWRAP)
    kind = Column(_("Kind"), orderable=True, attrs=NOWRAP)
    stage = Column(_("Stage"), attrs=NOWRAP)
    campus = Column(_("Campus"), orderable=True, attrs=NOWRAP)
    college = Column(_("College"))
    cohort = Column(_("Entry year"))
    email = Column(_("E-mail"))
    phone = Column(_("Telephone"))
    reach = Column(
        _("Allows"), accessor="consents", empty_values=(), attrs={"td": {"class": "long"}}
    )
    language = Column(_("Language"))
    registered_on = DateColumn(_("Registered"), format="DATE_FORMAT", orderable=True)
    last_seen_on = DateColumn(
        _("Last seen, by the file of readers"), format="DATE_FORMAT", orderable=True
    )
    state = Column(_("State"))
    source = Column(_("Source"))

    def order_kind(self, readers, is_descending):
        """As the kinds stand in every choice, students first, and not by their codes.

        The second value tells the table that it need not order anything itself.
        """
        place = place_of_kind()
        return readers.order_by(place.desc() if is_descending else place.asc()), True

    def render_email(self, value, record):
        """The address, marked where no letter reaches it, and where it was made up for a
        demonstration and leads to nobody.
        """
        if record.email_trouble:
            return marked(value, gettext("no letter arrives"))
        if record.email_made:
            return marked(value, gettext("made"))
        return breakable(value)

    def render_reach(self, record):
        """What the reader allows, in words; the table's dash where that is nothing."""
        return allowed_in_words(record) or self.default

    def row(self, record, heads):
        """The row with its first cell as a link to the reader."""
        row = super().row(record, heads)
        head, shown = row.cells[0]
        # A link needs words: where the first column has none, they are the number.
        if shown == self.default:
            shown = record.number
        link = format_html('<a href="{}">{}</a>', record.get_absolute_url(), shown)
        row.cells[0] = (head, link)
        return row

    # What stands in the export where it is not the bare value.
    def value_kind(self, record):
        """For the file: the kind in words."""
        return record.get_kind_display()

    def value_stage(self, record):
        """For the file: the stage in words."""
        return record.get_stage_display()

    def value_reach(self, record):
        """For the file: what the reader allows, in words; empty for nothing."""
        return allowed_in_words(record)

    def value_language(self, record):
        """For the file: the language in words."""
        return record.get_language_display()

    def value_state(self, record):
        """For the file: the state in words."""
        return record.get_state_display()


class ReaderList(List):
    filters = ReaderFilter
    table_class = ReaderTable
    paginator = LongPaginator
    order = ("pk",)
    sizes = (25, 50, 100, 200)
    usual = ("number", "name", "kind", "campus", "email", "reach", "last_seen_on")

    @property
    def count_sentence(self) -> str:
        """How many readers there are, and that not all of them can be paged through; "about" where
        they are too many to be counted.
        """
        pages = self.page.paginator
        if pages.estimated:
            sentence = gettext(
                "About %(n)s readers; the first 10,000 can be paged through, narrow the list to see"
                " the others."
            )
            return sentence % {"n": large_number(pages.count)}
        if pages.cut:
            sentence = gettext(
                "%(n)s readers; the first 10,000 can be paged through, narrow the list to see the"
                " others."
            )
            return sentence % {"n": number(pages.count)}
        sentence = ngettext("One reader", "%(n)s readers", pages.count)
        return sentence % {"n": number(pages.count)}
