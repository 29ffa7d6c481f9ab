"""Which source a file of counts is of, where only one fits: by what it counts and by its places."""

from collections import defaultdict
from collections.abc import Iterable
from operator import itemgetter

from core.columns import keys_of, the_only
from crm.imports.places import PlaceRegister
from crm.sources.models import USE_OF_ERESOURCES, CoveredSpan, DataSource
from crm.staff.models import Campus
from crm.tallies.heads import kind_of_column
from crm.tallies.options import CountOptions
from crm.tallies.plan import MEASURED


def likely_source(measures: set[str], places: set[int | None]) -> int | None:
    """Key of the one source that has counted all of ``measures`` before, at all of ``places`` (keys
    of campuses, None for the whole library); None where none or several did, and where nothing is
    known of what the file counts or where. A provider of e-resources counts only their use, and is
    not asked. Two statements.
    """
    if not measures or not places:
        return None
    counting = DataSource.objects.filter(measures__contains=sorted(measures))
    keys = counting.exclude(measures=[USE_OF_ERESOURCES]).values_list("pk", flat=True)
    told = CoveredSpan.objects.filter(source__in=list(keys)).order_by()
    known: dict[int, set[int | None]] = defaultdict(set)
    for source, campus in told.values_list("source", "campus").distinct():
        known[source].add(campus)
    fitting = [source for source, campuses in known.items() if places <= campuses]
    return the_only(fitting)


def measures_of(mapping: dict[str, str], options: CountOptions) -> set[str]:
    """Codes of what the columns of a file count, as they are mapped: those that say it, and with
    spread columns the measure that was chosen for them.
    """
    found = {str(MEASURED[field]) for field in mapping if field in MEASURED}
    if options.spread:
        found.add(str(options.measure))
    return found


def places_of(
    mapping: dict[str, str],
    options: CountOptions,
    header: list[str],
    sample: list[list[str]],
) -> set[int | None]:
    """Keys of the campuses that the first rows and the heads of columns name, None for the whole
    library where nothing names a place. Empty where one of them is none that is known: then no
    source can have told of it. One statement.
    """
    names = set(place_names(mapping, options, header, sample))
    if not names:
        return {None}
    register = PlaceRegister(Campus, "campus", create=False, words={})
    found = set(map(register.places.get, map(str.casefold, names)))
    if None in found:
        return set()
    return set(keys_of(map(register.row_at, found)))


def place_names(
    mapping: dict[str, str],
    options: CountOptions,
    header: list[str],
    sample: list[list[str]],
) -> Iterable[str]:
    """The places that are named, as they are written; empty cells name none."""
    for name in options.spread:
        if kind_of_column(name) == "place":
            yield name.strip()
    if mapping.get("place") in header:
        at = header.index(mapping["place"])
        yield from filter(None, map(str.strip, map(itemgetter(at), sample)))
