"""What nobody but a person can say of the cells in a file of counts, in sentences."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from crm.imports.remarks import contradiction, order_untold
from crm.tallies.month_days import is_called_month
from crm.tallies.options import CountOptions
from crm.tallies.plan import Looked
from crm.tallies.short_dates import DAY

#: Fields of programmes.
PROGRAMMES = frozenset(["attendance", "events"])


def open_questions(looked: Looked, mapping: dict[str, str], options: CountOptions) -> Iterator[str]:
    """Sentences about dates that contradict each other, whose order nothing tells, that could be
    days or months, about days without a year, and about "nil"; none for what somebody has said in
    ``options``. And about days of the month that are left out, and rows that stand there twice.
    """
    yield from unclear_dates(looked, mapping.get("period", ""), options)
    if looked.nothing and not options.nothing:
        yield _(
            "A cell says “%(cell)s”. Say below whether that is 0, or a number that nobody knows."
        ) % {"cell": looked.nothing}
    yield from unclear_rows(looked, mapping, options)
    if looked.short.told == DAY and "year" not in mapping:
        yield from days_without_a_year(looked, options)


def unclear_rows(looked: Looked, mapping: dict[str, str], options: CountOptions) -> Iterator[str]:
    """Sentences about what only whole rows show: days of the month in a column that is not taken,
    and a row that stands there twice.
    """
    if looked.days_left and is_of_months(looked, mapping):
        yield _(
            "The column “%(name)s” holds days of the month. Say that it does, or each of them is"
            " told as a whole month."
        ) % {"name": looked.days_left}
    if looked.twice and not is_told_of_alike(mapping, options):
        yield _(
            "A row stands there twice: “%(row)s”. Say below whether it was written twice, or both"
            " are counted."
        ) % {"row": looked.twice}


def is_of_months(looked: Looked, mapping: dict[str, str]) -> bool:
    """Whether the rows are told as whole months, by their days or by what their column is called,
    while no column is said to hold the days.
    """
    is_month = looked.months or is_called_month(mapping.get("period", ""))
    return is_month and "day" not in mapping


def is_told_of_alike(mapping: dict[str, str], options: CountOptions) -> bool:
    """Whether it is known what two rows mean that are alike: somebody has said it, or they are
    programmes, of which two in a month may well be. What is added is said on the preview then.
    """
    has_programmes = options.row_is_event or not PROGRAMMES.isdisjoint(mapping)
    return bool(options.twice) or has_programmes


def unclear_dates(looked: Looked, column: str, options: CountOptions) -> Iterator[str]:
    """Sentences about the cells of ``column``, the name of the one with the days: two that
    contradict each other, an order that nothing tells, and digits that could be a day or a year.
    """
    if not options.date_order:
        yield from order_questions(looked, column)
    if looked.short.against:
        yield contradiction(column, *looked.short.against)
    if looked.short.unclear:
        yield _(
            "Nothing tells whether %(one)s is a day of a month or a month of a year. Say below"
            " which it is."
        ) % {"one": looked.short.unclear}


def order_questions(looked: Looked, name: str) -> Iterator[str]:
    """Sentences about the column ``name`` whose dates do not tell in which order day and month
    stand, or contradict each other in it. None where the column is of one mind.
    """
    if looked.against:
        yield contradiction(name, *looked.against)
    if looked.untold:
        yield order_untold(name, looked.untold)


def days_without_a_year(looked: Looked, options: CountOptions) -> Iterator[str]:
    """Sentences about days that stand without a year: that nobody says it, and that they are of two
    years where a new one begins among them. None where one year is said and holds for all.
    """
    if options.year is None:
        yield _("The days have no year. Say below of which year they are.")
    if looked.short.new_year:
        one, other = looked.short.new_year
        yield _(
            "A new year begins between %(one)s and %(other)s, and the file has only one. Cut it"
            " there, or give it a column with the year."
        ) % {"one": one, "other": other}
