"""What is done with a file of activities, as ``ImportBatch.options`` keeps it."""

from dataclasses import dataclass, field

from crm.imports.source_options import SourceOptions


@dataclass(frozen=True)
class ActivityOptions(SourceOptions):
    """``data_source`` is where the rows were recorded; from ``first`` to ``last`` the file has all
    of them. ``campus``: key of that of rows that name none. ``never``: columns that are not read.

    ``words``: {what the file says happened: kind, or empty for what is not counted}. ``nameless``:
    whose rows they are is not stored. ``places``: keys of the campuses that the file tells of, also
    where it has no row of one; None where nobody has said so. ``create_places``: campuses that are
    not known are added, and ``places_were_said``: somebody has said that. ``place_words``:
    {name of a place in the file: code of the campus that it is, or the name itself where it is
    another place}. ``row_is_one``: each row is of one moment, whatever a column says of how often.
    """

    SEVERAL = ("never", "places")

    never: tuple[str, ...] = ()
    words: dict[str, str] = field(default_factory=dict)
    nameless: bool = False
    campus: int | None = None
    places: tuple[int, ...] | None = None
    places_were_said: bool = False
    row_is_one: bool = False
    place_words: dict[str, str] = field(default_factory=dict)
