"""One way for every list: filters, columns, order, page and export, all of it in the address.

A list is declared in its room's ``lists.py``: a FilterSet (django-filter), a Table
(django-tables2) and a List that names both. The view makes the list from the request and the rows
this person may see, and renders it. docs/adr/0013-lists.md says what the two packages do here.

Whatever stands in the address is harmless: an unknown value filters nothing, an unknown column
sorts nothing, an unknown page is the first one.
"""

from core.listing.filters import CheckFilter, WordsFilter, only_if_checked
from core.listing.lists import List
from core.listing.pages import COUNTED, REACH, LongPaginator
from core.listing.tables import (
    NOWRAP,
    NUMBER,
    Column,
    CountColumn,
    DateColumn,
    FigureColumn,
    Head,
    MeasureColumn,
    Row,
    StateColumn,
    Table,
    TemplateColumn,
)
from core.listing.whole_numbers import MOST, whole_number

__all__ = [
    "COUNTED",
    "MOST",
    "NOWRAP",
    "NUMBER",
    "REACH",
    "CheckFilter",
    "Column",
    "CountColumn",
    "DateColumn",
    "FigureColumn",
    "Head",
    "List",
    "LongPaginator",
    "MeasureColumn",
    "Row",
    "StateColumn",
    "Table",
    "TemplateColumn",
    "WordsFilter",
    "only_if_checked",
    "whole_number",
]
