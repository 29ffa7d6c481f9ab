"""A list as a person asked for it in the address: narrowed, sorted, paged, exported."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.functional import cached_property

from core.listing.tables import Head, Row, Table
from core.listing.whole_numbers import whole_number

#: Filters that stand above a list on a phone; the others are behind a word.
FIRST_FIELDS = 2


class List:
    """Rows as a person asked for them in the address.

    ``q`` and the other filters by name, ``sort``, ``page``, ``size`` and ``cols`` (once per
    column). A list without a ``table`` has a filter, an order and pages; its template prints
    ``page`` in its own way.
    """

    filters: type[django_filters.FilterSet] | None = None
    table_class: type[Table] | None = None
    paginator: type[Paginator] = Paginator
    #: Unless another column is asked for; behind that column too, so that no row is on two pages.
    #: Ends with a key that is unique. Empty leaves the order of the rows given.
    order: tuple[str, ...] = ()
    #: Rows on a page, and what else a person may choose.
    size = 50
    sizes: tuple[int, ...] = ()
    #: Columns shown unless others are asked for; empty where there is no choice.
    usual: tuple[str, ...] = ()
    #: Other parameters of the address that narrowing the list leaves as they are.
    kept: tuple[str, ...] = ()
    #: What the region of the table is called for those who cannot see it.
    label = ""

    def __init__(self, request, found, **options):
        """``found`` are the rows this person may see, with what their cells need selected.

        ``options`` are further arguments of the FilterSet, for filters that depend on the page.
        """
        self.request = request
        self.asked = request.GET
        self.filterset = None
        self.narrowed = found
        if self.filters:
            self.filterset = self.filters(self.asked, found, request=request, **options)
            self.narrowed = self.filterset.qs

    @property
    def form(self) -> forms.Form | None:
        """The form that narrows the list; None where nothing does.

        Bound to what the address says.
        """
        if self.filterset is None:
            return None
        return self.filterset.form

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is asked for, be it one that is unknown here.

        By what the address says, not by how many rows were found. A list without filters is not.
        """
        names = self.filters.base_filters if self.filters else ()
        return any(map(self.asked.get, names))

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """The filters that stand open on a phone, too."""
        return self.form.visible_fields()[:FIRST_FIELDS]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        """The filters that a phone shows when they are asked for."""
        return self.form.visible_fields()[FIRST_FIELDS:]

    @property
    def is_narrowed_further(self) -> bool:
        """Whether the address asks for one of the further filters."""
        return any(self.asked.get(field.html_name) for field in self.further_fields)

    @property
    def chosen(self) -> dict:
        """Valid values of the filters by name, empty ones included.

        As the form cleaned them. The list must have filters, and the form must have been asked
        whether it is valid.
        """
        return self.form.cleaned_data

    def asked_filters(self, but: tuple[str, ...] = ()) -> dict[str, str]:
        """Filters as they stand in the address, without those named in ``but``.

        Names that no filter has are left out. Values as text, whether they are valid or not.
        """
        found = {}
        for name in self.filters.base_filters:
            if name in self.asked and name not in but:
                # PostgreSQL stores no NUL, and what is asked for is written to the audit trail.
                found[name] = self.asked[name].replace("\0", "")
        return found

    # --- columns and order
    @cached_property
    def columns(self) -> list[str]:
        """Names of the columns shown, in the order asked for.

        Names that are unknown are passed over; the usual ones where none is left.
        """
        known = self.table_class.base_columns
        if not self.usual:
            return list(known)

        asked_for = [name for name in self.asked.getlist("cols") if name in known]
        if not asked_for:
            return list(self.usual)
        # Each once, where it was asked for first.
        return list(dict.fromkeys(asked_for))

    @property
    def size_choices(self) -> list[tuple[int, bool]]:
        """(rows per page, whether it is the one shown) of every size that can be chosen.

        Empty where there is no choice.
        """
        return [(size, size == self.page_size) for size in self.sizes]

    @property
    def column_choices(self) -> list[tuple[str, str, bool]]:
        """(name, label, shown) of every column; empty where there is no choice.

        In the table's own order, whatever was asked for.
        """
        if not self.usual:
            return []
        known = self.table_class.base_columns
        return [(name, column.header, name in self.columns) for name, column in known.items()]

    @cached_property
    def table(self) -> Table:
        """The table with its columns and its order, over all rows found."""
        table = self.table_class(
            self.ordered(self.narrowed),
            order_by=[self.asked.get("sort", "")],
            orderable=False,
            default="–",
            sequence=[*self.columns, "..."],
        )
        table.request = self.request
        for name in table.base_columns:
            if name not in self.columns:
                table.columns.hide(name)
        return table

    def ordered(self, found):
        """In the list's own order; as the query came where it has none.

        ``order`` is that of the list's class.
        """
        if not self.order:
            return found
        return found.order_by(*self.order)

    @cached_property
    def found(self):
        """All rows found, in the order asked for.

        Narrowed by the filters; all pages of it.
        """
        if not self.table_class:
            return self.ordered(self.narrowed)
        found = self.table.data.data
        if not self.table.order_by:
            return found
        return found.order_by(*found.query.order_by, *self.order)

    @property
    def sort(self) -> str:
        """The column in the address by which the list is sorted, "" in its usual order.

        As it stands in the address, with a minus for a falling order.
        """
        if not self.table_class or not self.table.order_by:
            return ""
        return self.table.order_by[0]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """(name, value) of what the form that narrows the list keeps beside its own fields.

        What the address does not say is left out.
        """
        kept = {}
        for name in self.kept:
            if name in self.asked:
                kept[name] = self.asked[name]
        if self.sort:
            kept["sort"] = self.sort
        return list(kept.items())

    @property
    def unnarrowed(self) -> str:
        """The query of an address of the same list without its filters."""
        return urlencode(self.hidden)

    # --- one page
    @cached_property
    def page_size(self) -> int:
        """Rows of one page, as asked for, where that is one of the sizes that are offered.

        The list's own size for anything else that was asked for.
        """
        asked_for = whole_number(self.asked.get("size"), self.size)
        if asked_for not in self.sizes:
            return self.size
        return asked_for

    @cached_property
    def page(self):
        """The page that was asked for; the last one where there are fewer."""
        number_of_page = whole_number(self.asked.get("page"), 1, least=1)
        return self.paginator(self.found, self.page_size).get_page(number_of_page)

    @cached_property
    def heads(self) -> list[Head]:
        """What stands over each column, in its order."""
        return self.table.heads()

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of this page, each with its cells."""
        return [self.table.row(record, self.heads) for record in self.page]

    def render(self, template: str, **context):
        """The page of the list; its template gets ``listing``, ``page`` and ``context``.

        An HttpResponse. A name in ``context`` wins over the two.
        """
        return render(self.request, template, {"listing": self, "page": self.page, **context})

    # --- a file
    def export_rows(self) -> Iterator[list]:
        """Heads, then the values of every row found, as core.exporting's writers take them.

        The rows are fetched in pieces, so that a file of a million needs no more memory than a
        small one.
        """
        heads, values = [], []
        for column in self.table.columns:
            if column.column.exclude_from_export:
                continue
            heads.append(str(column.header))
            # Bound once per column: a file may have a million rows, and django-tables2's own way
            # looks at the signature of a function for every cell.
            values.append(self.value_of(column))

        yield heads
        for record in self.found.iterator(chunk_size=2000):
            yield [value(record) for value in values]

    def value_of(self, column) -> Callable:
        """The function from a record to what stands in a file under ``column``."""
        plain = attrgetter(column.accessor.replace("__", "."))
        return getattr(self.table, f"value_{column.name}", plain)
