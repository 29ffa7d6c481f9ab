"""The columns of a list, and what stands in its cells, on django-tables2."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import django_tables2
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.template.defaultfilters import date
from django.utils.functional import cached_property
from django.utils.timezone import template_localtime
from django.utils.translation import gettext_lazy as _
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, signature

from core.disclosure.annotations import public_order
from core.measures import NamedMeasure, marked
from core.numbers import number

#: HTML attributes of a column, in django-tables2's shape ("cell" is head and cells, "td" cells).
NUMBER = {"cell": {"class": "n"}}
NOWRAP = {"td": {"class": "nowrap"}}

Column = django_tables2.Column
TemplateColumn = django_tables2.TemplateColumn


class StateColumn(django_tables2.TemplateColumn):
    """How a row stands, as a chip in its colour; its model is ``Toned`` (core/tones.py)."""

    def __init__(self, **kwargs):
        """``kwargs``: as any column's, without a template."""
        kwargs.setdefault("verbose_name", _("State"))
        super().__init__(template_name="_state.html", **kwargs)


class FigureColumn(django_tables2.Column):
    """A figure, printed by ``show``; what has no value is for ``show`` to say, too."""

    attrs = NUMBER
    empty_values = ()

    def __init__(self, *args, show: Callable = number, **kwargs):
        """``show``: from the value, which may be None, to the text of the cell."""
        super().__init__(*args, **kwargs)
        self.show = show

    def render(self, value):
        """The figure as ``show`` prints it; None comes here as well."""
        return self.show(value)


class MeasureColumn(FigureColumn):
    """A figure by its name (core/measures.py): its head is the measure's label, its cells are its
    readings, each a link to its rows where it has one.
    """

    def __init__(self, named: NamedMeasure, **kwargs):
        """``named``: the measure whose readings ``show`` or the accessor give."""
        kwargs.setdefault("show", marked)
        super().__init__(named.label, **kwargs)
        self.named = named


class CountColumn(FigureColumn):
    """Numbers of persons, each a Count; sorted by what everybody is told of them.

    ``counted``: the field or annotation that holds the number, where it is not the accessor.
    """

    def __init__(self, *args, counted: str = "", **kwargs):
        super().__init__(*args, show=str, **kwargs)
        self.counted = counted

    def order(self, queryset, is_descending):
        """As django-tables2 asks for it: the rows in order, and that this has been seen to."""
        told = public_order(self.counted or str(self.accessor))
        order = told.asc()
        if is_descending:
            order = told.desc()
        return queryset.order_by(order), True


class DateColumn(django_tables2.Column):
    """A day or a moment in local time, in a format of the template filter ``date``."""

    attrs = NOWRAP

    def __init__(self, *args, format: str = "DATETIME_FORMAT", **kwargs):
        """``format``: a name of Django's, or a pattern for its filter ``date``."""
        super().__init__(*args, **kwargs)
        self.format = format

    def render(self, value):
        """In local time, in the column's format and the present language."""
        return date(template_localtime(value), self.format)


@dataclass(frozen=True)
class Head:
    """A column as the table's template prints it.

    ``sort`` is what a click on its head puts into the address, "" where it cannot sort;
    ``direction`` is "ascending", "descending" or "", as in aria-sort. ``measure``: the key of the
    measure whose figures stand below it, "" where they are none.
    """

    name: str
    label: str
    head_class: str
    cell_class: str
    is_row_head: bool
    sort: str
    direction: str
    measure: str = ""


@dataclass(frozen=True)
class Row:
    record: object
    cells: list[tuple[Head, str]]


def value_at(holder, name: str):
    """What ``holder``, an object or a dictionary (JSON), has under ``name``; None for nothing.

    Nothing is also a row of another table that is not there. A fault inside a property goes
    through, or it would stand in the list as an empty cell.

    A method is called without arguments, unless it says as in templates that it is not to be
    called: a manager of related rows is callable, too.
    """
    if isinstance(holder, dict):
        return holder.get(name)
    try:
        found = getattr(holder, name)
    except ObjectDoesNotExist:
        return None
    except AttributeError:
        if is_there(holder, name):
            raise
        return None
    if callable(found) and not getattr(found, "do_not_call_in_templates", False):
        return found()
    return found


def is_there(holder, name: str) -> bool:
    """Whether ``holder`` or its class has something under ``name``, without asking it for that."""
    nothing = object()
    return inspect.getattr_static(holder, name, nothing) is not nothing


def measure_key(column: django_tables2.Column) -> str:
    """The key of the measure a column shows; "" for every other column."""
    if isinstance(column, MeasureColumn):
        return column.named.key
    return ""


class Table(django_tables2.Table):
    """The columns of a list. A column sorts only if it says ``orderable=True``.

    A cell is the value at the column's accessor, or what ``render_<column>`` answers, or a small
    template (TemplateColumn); in a file it is the bare value, or what ``value_<column>(record)``
    answers, unless the column says ``exclude_from_export=True``.
    """

    #: The column whose cells head their rows (``<th scope="row">``).
    row_head = ""
    #: Set by the list, for cells that lead where not everybody may go. It is no argument of the
    #: table: given there, django-tables2 would sort and page by its own rules.
    request = None

    def heads(self) -> list[Head]:
        """What stands over each column, in their order.

        One for each column that is shown.
        """
        return list(map(self.head, self.columns))

    def head(self, column) -> Head:
        """What stands over one column, and the order a click on it asks for."""
        attrs = column.column.attrs
        both = attrs.get("cell", {})
        sort = ""
        if column.orderable:
            sort = column.order_by_alias.next
        return Head(
            name=column.name,
            label=column.header,
            head_class=attrs.get("th", both).get("class", ""),
            cell_class=attrs.get("td", both).get("class", ""),
            is_row_head=column.name == self.row_head,
            sort=sort,
            direction=self.direction_of(column),
            measure=measure_key(column.column),
        )

    def direction_of(self, column: BoundColumn) -> str:
        """As a browser is told of it (aria-sort); empty where another column gives the order.

        "ascending" or "descending".
        """
        if not column.is_ordered:
            return ""
        if column.order_by_alias.is_descending:
            return "descending"
        return "ascending"

    def row(self, record, heads: list[Head]) -> Row:
        """The cells of one record, each beside the head of its column.

        ``heads`` are this table's own (``heads``). A cell is text, safe or still to be escaped.
        """
        bound = BoundRow(record, table=self)
        return Row(record, [(head, self.cell_makers[head.name](bound)) for head in heads])

    @cached_property
    def cell_makers(self) -> dict[str, Callable]:
        """By column, the function from a row to what stands in its cell.

        Made once for each table.
        """
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
            """What stands in the cell of one row; the column's default where the value is one of
            its empty ones.
            """
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
            wanted = known
            if not takes_all:
                wanted = {name: known[name] for name in arguments}
            content = column.render(**wanted)
            if not column.link:
                return content
            return column.link(content, **known)

        return cell

    def value_getter(self, column: BoundColumn) -> Callable:
        """The function from a record to its value under ``column``, in words where it is a choice.

        The value is None where the way there ends early.
        """
        path = column.accessor.split("__")
        if self.is_choice(column.accessor):
            path[-1] = f"get_{path[-1]}_display"

        def value(record):
            """The value of one record, found one step after the other; None is passed on."""
            for name in path:
                record = value_at(record, name)
            return record

        return value

    def is_choice(self, accessor: Accessor) -> bool:
        """Whether ``accessor`` leads to a model's field that has choices.

        False also where the list holds no rows of a model, and where the accessor leads to a
        property.
        """
        model = getattr(self.data, "model", None)
        if model is None:
            return False
        try:
            field = accessor.get_field(model)
        except FieldDoesNotExist:
            return False
        return bool(getattr(field, "choices", None))
