"""What keeps a file of counts from being imported as its columns were said to be, in sentences."""

from django.utils.translation import gettext as _

from crm.imports.models import ImportBatch
from crm.tallies.heads import kind_of_column, ways_of_one_gate
from crm.tallies.options import CountOptions
from crm.tallies.plan import MEASURED


def problems(header: list[str], batch: ImportBatch, *, source_is_free: bool = True) -> list[str]:
    """What keeps the file from being imported as it is mapped, in sentences: days, numbers or the
    source are not said, a column is not there. Empty where nothing does; of its dates see
    ``questions``. ``source_is_free``: the source brings no rows of persons.
    """
    options = CountOptions.from_json(batch.options)
    found = [said for said, is_so in wrong_choices(batch.mapping, options) if is_so]
    if not source_is_free:
        found.append(_("This source brings rows of persons. Counts need a source of their own."))
    for name in {*batch.mapping.values(), *options.spread}.difference(header):
        found.append(_("The file has no column “%(name)s”.") % {"name": name})
    return found


def wrong_choices(mapping: dict[str, str], options: CountOptions) -> list[tuple[str, bool]]:
    """(what may be wrong with the columns that were chosen, whether it is): sentences in the order
    in which they are said, before the file itself is looked at.
    """
    kinds = set(map(kind_of_column, options.spread))
    has_number = bool(kinds) or options.row_is_event or not set(mapping).isdisjoint(MEASURED)
    by_column, by_heads = "period" in mapping, "month" in kinds
    has_two_audiences = "audience" in mapping and "audience" in kinds
    return [
        (
            _("No column is said to hold the day or the month."),
            not by_column and not by_heads,
        ),
        (_("No column is said to hold a number."), not has_number),
        (
            _("Nobody has said where these numbers were counted."),
            options.data_source is None,
        ),
        (
            _("Days and months are named twice: by a column and by the heads of columns."),
            by_column and by_heads,
        ),
        (
            _("Audiences are named twice: by a column and by the heads of columns."),
            has_two_audiences,
        ),
        (
            _(
                "Two columns count who comes and who goes through the same gate. Leave out those"
                " of who goes."
            ),
            bool(ways_of_one_gate(options.spread)),
        ),
    ]
