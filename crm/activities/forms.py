"""Forms of a file of activities: choose it, say what its columns are."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, count
from operator import itemgetter

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.columns import key_of, keys_of
from core.forms import DayInput
from core.kinds import FileKind, kind_named
from crm.activities.alike_places import open_places
from crm.activities.describing import kinds_of_files
from crm.activities.how_often import column_of_counts
from crm.activities.options import ActivityOptions
from crm.activities.plan import not_said
from crm.eresources.forms import refuse_large
from crm.eresources.kinds import COUNTER
from crm.imports.evidence import Evidence
from crm.imports.forms import DATE_ORDERS, ColumnsForm, FileForm, FormCard
from crm.imports.forms.columns import ShownColumn
from crm.imports.models import ImportBatch
from crm.imports.places import PlaceRegister
from crm.imports.remarks import date_problems
from crm.imports.systems import systems_in_use
from crm.readers.models import NumberSystem
from crm.readers.words import source_in_words
from crm.sources.forms import refuse_half_a_period
from crm.sources.models import DataSource
from crm.sources.recording import told_together
from crm.staff.models import Campus
from crm.tallies.kinds import COUNTS

#: What the first source of a kind of file is called, where it has a shorter name than its rows.
NAMES = {"loans": _("Loan records"), "visits": _("Gate")}


def kind_choices() -> list[tuple[str, str]]:
    """(code, label) of the kinds of file there are: rows of persons, and last counts that name
    nobody, and reports of COUNTER.
    """
    kinds = (*kinds_of_files(), kind_named(COUNTS), kind_named(COUNTER))
    return [(kind.code, kind.label) for kind in kinds]


class ActivityUploadForm(FileForm):
    """A file, and what its rows are."""

    kind = forms.ChoiceField(label=_("What its rows are"), choices=kind_choices)
    field_order = ["kind", "file"]

    def __init__(self, *args, **kwargs):
        """As any form of a file, which may be a report in JSON, too."""
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] += ",.json"

    def clean(self):
        """What was asked for. ValidationError at the file where it is too large for a report."""
        asked = super().clean()
        if asked.get("kind") == COUNTER and "file" in asked:
            try:
                refuse_large(asked["file"])
            except ValidationError as error:
                self.add_error("file", error)
        return asked


def number_systems() -> list[tuple[str, str]]:
    """(code, name) of the systems in which readers have numbers, with none of them before: whoever
    does not know whose numbers these are presses nothing. Two statements.
    """
    named = {system.code: system.said for system in NumberSystem.objects.all()}
    found = []
    for code in sorted(systems_in_use()):
        found.append((code, named.get(code) or source_in_words(code)))
    return [("", _("Please choose")), *found]


def keeps_no_names(source: int | None) -> bool:
    """Whether the source of this key was said to keep none; never without a source (None). One
    statement.
    """
    return DataSource.objects.filter(pk=source, named=False).exists()


def places_before(batch: ImportBatch, header: list[str], sample: list[list[str]]) -> set[int]:
    """Keys of the campuses of which the last file of the batch's source told that told of all that
    stand in ``sample``, the first rows below ``header``; empty where there is none.
    """
    source = ActivityOptions.from_json(batch.options).data_source
    column = batch.mapping.get("campus")
    if source is None or column not in header:
        return set()
    cells = set(map(itemgetter(header.index(column)), sample))
    return told_together(source, campuses_named(cells))


def campuses_named(cells: Iterable[str]) -> set[int]:
    """Keys of the stored campuses that these texts name; others are passed over. One statement."""
    register = PlaceRegister(Campus, "campus", create=False, words={})
    places = map(register.places.get, map(str.casefold, cells))
    return set(keys_of(filter(None, map(register.row_at, places))))


def free_name(kind: FileKind) -> str:
    """A name for a source of such files that no source in use has so far: that of the kind,
    numbered where there is one. One statement.
    """
    usual = NAMES.get(kind.code, kind.label)
    taken = set(DataSource.objects.in_use().values_list("name", flat=True))
    names = chain([str(usual)], (f"{usual} {n}" for n in count(2)))
    return next(name for name in names if name not in taken)


UNKNOWN_NUMBERS = _("Say which system gave the numbers of this file.")
UNKNOWN_SOURCE = _("Nobody has said where these rows were recorded.")
SAYS_HOW_OFTEN = _("Says how often. Each row of this file is read as once: say below that it is.")


class ActivityMapForm(ColumnsForm):
    """What the columns of a file of activities are, where it comes from, what it is about."""

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
    first = forms.DateField(label=_("First day it tells of"), required=False, widget=DayInput)
    last = forms.DateField(
        label=_("Last day it tells of"),
        required=False,
        widget=DayInput,
        help_text=_("Without these days the file tells of those from its first row to its last."),
    )
    places = forms.ModelMultipleChoiceField(
        Campus.objects.all(),
        label=_("Places it tells of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Of a place without a row it is then known that nothing happened there; of one that is"
            " not ticked nothing is known. Places that its rows name are among them anyway."
        ),
    )
    date_order = forms.ChoiceField(
        label=_("Dates like 03/04/2020"), required=False, choices=DATE_ORDERS
    )
    row_is_one = forms.BooleanField(
        label=_("Each row is one, whatever a column says of how often"), required=False
    )
    create_places = forms.BooleanField(label=_("Add campuses that are not known"), required=False)
    campus = forms.ModelChoiceField(
        Campus.objects.all(),
        label=_("Campus of rows that name none"),
        required=False,
        empty_label=_("not said"),
        help_text=_("The same person, day and kind at two campuses are two rows."),
    )

    def __init__(
        self, data=None, *, batch: ImportBatch, header: list[str], sample: list[list[str]]
    ):
        """Begin with what the batch says of itself. ``sample``: the first rows below ``header``.
        Offered are the sources that tell of what the file does; days, places and names are asked
        for only where the kind of file and the campus of its uploader leave a choice.
        """
        self.options_before = ActivityOptions.from_json(batch.options)
        #: Keys of the places that the last such file told of.
        self.places_before = places_before(batch, header, sample)
        super().__init__(
            data, batch=batch, header=header, sample=sample, initial=self.initial_of(batch)
        )
        kinds = list(map(str, batch.kind.does))
        offered = DataSource.objects.in_use(also=self.options_before.data_source)
        fitting = offered.filter(kinds__overlap=kinds)
        self.fields["data_source"].queryset = fitting
        self.counts = column_of_counts(header, batch.mapping, batch.kind)
        #: {name of a field: name of a place in the file} of the places that are asked about.
        self.asked_places = self.ask_about_places()
        for name in self.needless_fields():
            del self.fields[name]

    def needless_fields(self) -> Iterator[str]:
        """Fields of which the kind of file, or the campus of its uploader, leaves nothing to ask.
        One statement at most.
        """
        kind = self.batch.kind
        if not self.counts:
            yield "row_is_one"
        if not kind.may_be_nameless:
            yield "nameless"
        # The months that its rows name are those that it tells of.
        if kind.by_month:
            yield from ("first", "last")
        # Files of staff of one campus are of theirs alone, and tell of it alone.
        if self.batch.own_campus is not None:
            yield from ("campus", "places")
        elif not Campus.objects.exists():
            yield "places"

    def ask_about_places(self) -> dict[str, str]:
        """Add a field for each place that is called like a campus which is known; see
        ``alike_places``. Two statements at most.
        """
        open_ones = open_places(self.batch, self.header, self.column_of_places())
        if not open_ones:
            return {}
        campuses = {campus.code: str(campus) for campus in Campus.objects.all()}
        asked = {}
        for place, (name, codes) in enumerate(open_ones.items()):
            field = f"place_{place}"
            known = [(code, campuses[code]) for code in codes if code in campuses]
            self.fields[field] = forms.ChoiceField(
                label=_("“%(name)s” is") % {"name": name},
                choices=[("", _("Please choose")), *known, (name, _("another, new place"))],
            )
            asked[field] = name
        return asked

    def column_of_places(self) -> str:
        """The column that is said to hold places: as it was sent, else as it stands; empty for
        none.
        """
        if not self.is_bound:
            return self.batch.mapping.get("campus", "")
        sent = {self.data.get(f"c{place}"): name for place, name in enumerate(self.header)}
        return sent.get("campus", "")

    def place_words(self) -> dict[str, str]:
        """What the places of the file are, as was said before and now; of a form that is valid."""
        said = {name: self.cleaned_data[field] for field, name in self.asked_places.items()}
        return self.options_before.place_words | said

    def initial_of(self, batch: ImportBatch) -> dict:
        """{field: what it begins with}: what the batch says, and where it says no places those of
        the last such file.
        """
        options = self.options_before
        return {
            "system": batch.source,
            "data_source": options.data_source,
            # Nobody has to think of a name: the first source of a kind is called like the kind.
            "new_source": "" if options.data_source else free_name(batch.kind),
            "first": options.first,
            "last": options.last,
            "places": self.places_before if options.places is None else options.places,
            "date_order": options.date_order,
            "create_places": options.create_places,
            "campus": options.campus,
            "row_is_one": options.row_is_one,
            "nameless": options.nameless or keeps_no_names(options.data_source),
        }

    def parts(self) -> list[FormCard]:
        """The cards beside the columns: where it comes from; days, dates and places, folded unless
        something is wrong with the form or nobody can tell how its dates or its rows are meant.
        """
        asked = []
        if self.asked_places:
            asked = [FormCard(_("Places that are called alike"), self.bound([*self.asked_places]))]
        fine = ["first", "last", "places", "date_order", "row_is_one", "create_places", "campus"]
        return [
            FormCard(
                _("Where it comes from"),
                self.bound(["system", "data_source", "new_source", "nameless"]),
            ),
            *asked,
            FormCard(
                _("Days, dates and places"),
                self.bound(fine),
                folded=True,
                open=bool(self.errors or date_problems(self.batch) or self.asks_more()),
            ),
        ]

    def column_rows(self) -> list[ShownColumn]:
        """Each column in the order of the file, as in ColumnsForm; one that says how often asks."""
        rows = super().column_rows()
        for at, column in enumerate(rows):
            if column.name == self.counts:
                rows[at] = replace(column, why=Evidence(str(SAYS_HOW_OFTEN), asks=True))
        return rows

    def asks_more(self) -> bool:
        """Whether somebody has to say how its rows are meant, of which day they are, or what is
        done with its places.
        """
        if self.counts or "at" not in self.batch.mapping:
            return True
        return self.asks_for_places()

    def asks_for_places(self) -> bool:
        """Whether a column holds names of places that are not added before somebody says so."""
        return "campus" in self.batch.mapping and not self.options_before.create_places

    # --- what was asked for -----------------------------------------------------------------------
    def clean(self):
        """What was asked for; the name that stood there is of no use beside a source that was
        chosen. ValidationError also where only one of first and last day is given, or the last lies
        before the first, and where it is open whose numbers these are, or where they come from.
        """
        asked = super().clean()
        source = asked.get("data_source")
        if source and asked.get("new_source") == self.initial["new_source"]:
            asked["new_source"] = ""
        only_day = ActivityOptions(first=asked.get("first"), last=asked.get("last")).only_day
        for said in not_said(self.batch.kind, self.mapping, only_day):
            self.add_error(None, said)
        is_nameless = asked.get("nameless") or (source is not None and not source.named)
        if not is_nameless:
            self.refuse_unsaid(["system"], UNKNOWN_NUMBERS)
        self.refuse_unsaid(["data_source", "new_source"], UNKNOWN_SOURCE)
        refuse_half_a_period(asked)
        return asked

    def refuse_unsaid(self, names: list[str], message: str) -> None:
        """Say at the last of these fields that none of them was filled in. What is wrong with one
        of them already is said no second time.
        """
        is_said = any(map(self.cleaned_data.get, names))
        if not is_said and self.errors.keys().isdisjoint(names):
            self.add_error(names[-1], ValidationError(message))

    def options(self) -> ActivityOptions:
        """What was asked for, as the import keeps it; of a form that is valid. Which columns are
        never read is no choice, and is not among it.
        """
        asked = self.cleaned_data
        source = asked["data_source"]
        return ActivityOptions(
            data_source=key_of(source),
            first=asked.get("first"),
            last=asked.get("last"),
            date_order=asked["date_order"],
            create_places=asked["create_places"],
            places_were_said=self.options_before.places_were_said or self.says_places(asked),
            words=self.options_before.words,
            campus=key_of(asked.get("campus")),
            nameless=asked.get("nameless", False),
            place_words=self.place_words(),
            places=self.places_asked(),
            row_is_one=asked.get("row_is_one", False),
        )

    def says_places(self, asked: dict) -> bool:
        """Whether somebody has ticked that campuses are added, which was not ticked before."""
        return asked["create_places"] and not self.options_before.create_places

    def places_asked(self) -> tuple[int, ...] | None:
        """Keys of the places that were ticked; None where that was left as it stood, since another
        source may have been chosen, whose files told of others.
        """
        ticked = set(keys_of(self.cleaned_data.get("places", ())))
        if ticked == self.places_before and self.options_before.places is None:
            return None
        return tuple(sorted(ticked))
