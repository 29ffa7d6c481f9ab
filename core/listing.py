"""One way for every list: filters, columns, order, page and export, all of it in the address.

A list is declared in its room's ``lists.py``: a FilterSet (django-filter), a Table
(django-tables2) and a List that names both. The view makes the list from the request and the rows
this person may see, and renders it. docs/adr/0013-lists.md says what the two packages do here.

Whatever stands in the address is harmless: an unknown value filters nothing, an unknown column
sorts nothing, an unknown page is the first one.
"""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter

import django_filters
import django_tables2
from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q
from django.shortcuts import render
from django.template.defaultfilters import date
from django.utils.functional import cached_property
from django.utils.timezone import template_localtime
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, signature

from core.numbers import number

# --- what stands in the address -------------------------------------------------------------------
#: No page, size or key of ours is larger; it fits PostgreSQL's integer.
MOST = 999_999_999


def whole_number(text: str | None, default, least: int = 0, most: int = MOST):
    """``text`` from an address as a whole number from ``least`` to ``most``.

    ``default`` where it is none of these: missing, signed, of another script ("²"), endless.
    """
    text = text or ""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(MOST)):
        return default
    if not least <= int(text) <= most:
        return default
    return int(text)


# --- pages ----------------------------------------------------------------------------------------
#: Counted exactly up to here (some 50 ms).
COUNTED = 500_000
#: Reachable by paging up to here: a deeper page costs more than all before it, so one narrows the
#: list instead.
REACH = 10_000


class LongPaginator(Paginator):
    """Pages of a table that may hold a million rows.

    Counting them exactly would cost more than showing them:
    ``count`` is exact up to COUNTED and the planner's estimate beyond (``estimated``).
    """

    @cached_property
    def counted(self) -> int:
        return self.object_list.order_by().values("pk")[: COUNTED + 1].count()

    @property
    def estimated(self) -> bool:
        return self.counted > COUNTED

    @property
    def cut(self) -> bool:
        """There are more rows than pages lead to."""
        return self.counted > REACH

    @cached_property
    def count(self) -> int:
        return max(self.estimate(), COUNTED) if self.estimated else self.counted

    def estimate(self) -> int:
        sql, params = self.object_list.order_by().values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return int(plan[0]["Plan"]["Plan Rows"])

    @cached_property
    def num_pages(self) -> int:
        return max(1, math.ceil(min(self.count, REACH) / self.per_page))


# --- filters --------------------------------------------------------------------------------------
class WordsFilter(django_filters.CharFilter):
    """Rows in which one of ``lookups`` finds the words typed: ``("number", "name__icontains")``.

    ``forms`` says in which form a lookup's field is stored: ``{"number": normal_number}``.
    """

    def __init__(
        self,
        *,
        lookups: tuple[str, ...],
        forms: dict[str, Callable[[str], str]] | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.lookups = lookups
        self.forms = forms or {}

    def filter(self, queryset, value):
        words = (value or "").strip()
        if not words:
            return queryset
        found = Q()
        for lookup in self.lookups:
            in_form = self.forms.get(lookup, str)
            found |= Q(**{lookup: in_form(words)})
        return queryset.filter(found)


class CheckFilter(django_filters.Filter):
    """A box to check; without the check it filters nothing. Needs a ``method``."""

    field_class = forms.BooleanField


def only_if_checked(queryset, checked: bool, narrowed: Callable):
    """``narrowed(queryset)`` where a CheckFilter's box is checked."""
    return narrowed(queryset) if checked else queryset


# --- columns --------------------------------------------------------------------------------------
#: HTML attributes of a column, in django-tables2's shape ("cell" is head and cells, "td" cells).
NUMBER = {"cell": {"class": "n"}}
NOWRAP = {"td": {"class": "nowrap"}}

Column = django_tables2.Column
TemplateColumn = django_tables2.TemplateColumn


class FigureColumn(django_tables2.Column):
    """A figure, printed by ``show``; what has no value is for ``show`` to say, too."""

    attrs = NUMBER
    empty_values = ()

    def __init__(self, *args, show: Callable = number, **kwargs):
        super().__init__(*args, **kwargs)
        self.show = show

    def render(self, value):
        return self.show(value)


class DateColumn(django_tables2.Column):
    """A day or a moment in local time, in a format of the template filter ``date``."""

    attrs = NOWRAP

    def __init__(self, *args, format: str = "SHORT_DATETIME_FORMAT", **kwargs):
        super().__init__(*args, **kwargs)
        self.format = format

    def render(self, value):
        return date(template_localtime(value), self.format)


@dataclass(frozen=True)
class Head:
    """A column as the table's template prints it.

    ``sort`` is what a click on its head puts into the address, "" where it cannot sort;
    ``direction`` is "ascending", "descending" or "", as in aria-sort.
    """

    name: str
    label: str
    head_class: str
    cell_class: str
    is_row_head: bool
    sort: str
    direction: str


@dataclass(frozen=True)
class Row:
    record: object
    cells: list[tuple[Head, str]]


def value_at(holder, name: str):
    """What ``holder``, an object or a dictionary (JSON), has under ``name``; None for nothing.

    A method is called without arguments, unless it says as in templates that it is not to be
    called: a manager of related rows is callable, too.
    """
    if isinstance(holder, dict):
        return holder.get(name)
    found = getattr(holder, name, None)
    if callable(found) and not getattr(found, "do_not_call_in_templates", False):
        return found()
    return found


class Table(django_tables2.Table):
    """The columns of a list. A column sorts only if it says ``orderable=True``.

    A cell is the value at the column's accessor, or what ``render_<column>`` answers, or a small
    template (TemplateColumn); in a file it is the bare value, or what ``value_<column>(record)``
    answers, unless the column says ``exclude_from_export=True``.
    """

    #: The column whose cells head their rows (``<th scope="row">``).
    row_head = ""

    def heads(self) -> list[Head]:
        return [self.head(column) for column in self.columns]

    def head(self, column) -> Head:
        attrs = column.column.attrs
        both = attrs.get("cell", {})
        direction = ""
        if column.is_ordered:
            direction = "descending" if column.order_by_alias.is_descending else "ascending"
        return Head(
            name=column.name,
            label=column.header,
            head_class=attrs.get("th", both).get("class", ""),
            cell_class=attrs.get("td", both).get("class", ""),
            is_row_head=column.name == self.row_head,
            sort=column.order_by_alias.next if column.orderable else "",
            direction=direction,
        )

    def row(self, record, heads: list[Head]) -> Row:
        bound = BoundRow(record, table=self)
        return Row(record, [(head, self.cell_makers[head.name](bound)) for head in heads])

    @cached_property
    def cell_makers(self) -> dict[str, Callable]:
        """By column, the function from a row to what stands in its cell."""
        return {column.name: self.cell_maker(column) for column in self.columns}

    def cell_maker(self, column: BoundColumn) -> Callable:
        """The function from a row to what stands in its cell under ``column``.

        It is bound once for all rows: django-tables2's own ``BoundRow.get_cell`` asks for every
        cell what the model's field is and which arguments the column's ``render`` takes, and that
        was half the time of a page. What it answers is the same.
        """
        value_of = self.value_getter(column)
        empty_values = column.column.empty_values
        arguments, takes_all = signature(column.render)

        def cell(row: BoundRow):
            value = value_of(row.record)
            if value in empty_values:
                return column.default
            known = {
                "value": value,
                "record": row.record,
                "column": column.column,
                "bound_column": column,
                "bound_row": row,
                "table": self,
            }
            wanted = known if takes_all else {name: known[name] for name in arguments}
            content = column.render(**wanted)
            return column.link(content, **known) if column.link else content

        return cell

    def value_getter(self, column: BoundColumn) -> Callable:
        """The function from a record to its value under ``column``, in words where it is a choice.

        The value is None where the way there ends early.
        """
        path = column.accessor.split("__")
        if self.is_choice(column.accessor):
            path[-1] = f"get_{path[-1]}_display"

        def value(record):
            for name in path:
                record = value_at(record, name)
            return record

        return value

    def is_choice(self, accessor: Accessor) -> bool:
        """Whether ``accessor`` leads to a model's field that has choices."""
        model = getattr(self.data, "model", None)
        if model is None:
            return False
        try:
            field = accessor.get_field(model)
        except FieldDoesNotExist:
            return False
        return bool(getattr(field, "choices", None))


# --- the list -------------------------------------------------------------------------------------
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
        if self.filters:
            self.filterset = self.filters(self.asked, found, request=request, **options)
        self.narrowed = self.filterset.qs if self.filterset else found

    @property
    def form(self) -> forms.Form | None:
        return self.filterset and self.filterset.form

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is asked for, be it one that is unknown here."""
        return any(self.asked.get(name) for name in self.filters.base_filters)

    @property
    def chosen(self) -> dict:
        """Valid values of the filters by name, empty ones included."""
        return self.form.cleaned_data

    def asked_filters(self, but: tuple[str, ...] = ()) -> dict[str, str]:
        """Filters as they stand in the address, without those named in ``but``."""
        return {
            name: self.asked[name].replace("\0", "")
            for name in self.filters.base_filters
            if name in self.asked and name not in but
        }

    # --- columns and order
    @cached_property
    def columns(self) -> list[str]:
        """Names of the columns shown, in the order asked for."""
        known = self.table_class.base_columns
        if not self.usual:
            return list(known)
        asked_for = [name for name in self.asked.getlist("cols") if name in known]
        return list(dict.fromkeys(asked_for)) or list(self.usual)

    @property
    def column_choices(self) -> list[tuple[str, str, bool]]:
        """(name, label, shown) of every column; empty where there is no choice."""
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
        for name in table.base_columns:
            if name not in self.columns:
                table.columns.hide(name)
        return table

    def ordered(self, found):
        return found.order_by(*self.order) if self.order else found

    @cached_property
    def found(self):
        """All rows found, in the order asked for."""
        if not self.table_class:
            return self.ordered(self.narrowed)
        found = self.table.data.data
        if not self.table.order_by:
            return found
        return found.order_by(*found.query.order_by, *self.order)

    @property
    def sort(self) -> str:
        """The column in the address by which the list is sorted, "" in its usual order."""
        return self.table.order_by[0] if self.table_class and self.table.order_by else ""

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """(name, value) of what the form that narrows the list keeps beside its own fields."""
        kept = {name: self.asked[name] for name in self.kept if name in self.asked}
        if self.sort:
            kept["sort"] = self.sort
        return list(kept.items())

    # --- one page
    @cached_property
    def page_size(self) -> int:
        size = whole_number(self.asked.get("size"), self.size)
        return size if size in self.sizes else self.size

    @cached_property
    def page(self):
        number_of_page = whole_number(self.asked.get("page"), 1, least=1)
        return self.paginator(self.found, self.page_size).get_page(number_of_page)

    @cached_property
    def heads(self) -> list[Head]:
        return self.table.heads()

    @cached_property
    def rows(self) -> list[Row]:
        return [self.table.row(record, self.heads) for record in self.page]

    def render(self, template: str, **context):
        """The page of the list; its template gets ``listing``, ``page`` and ``context``."""
        return render(self.request, template, {"listing": self, "page": self.page, **context})

    # --- a file
    def export_rows(self) -> Iterator[list]:
        """Heads, then the values of every row found, as core.exporting's writers take them."""
        columns = [column for column in self.table.columns if not column.column.exclude_from_export]
        yield [str(column.header) for column in columns]
        # Bound once per column: a file may have a million rows, and django-tables2's own way looks
        # at the signature of a function for every cell.
        values = [self.value_of(column) for column in columns]
        for record in self.found.iterator(chunk_size=2000):
            yield [value(record) for value in values]

    def value_of(self, column) -> Callable:
        """The function from a record to what stands in a file under ``column``."""
        plain = attrgetter(column.accessor.replace("__", "."))
        return getattr(self.table, f"value_{column.name}", plain)
