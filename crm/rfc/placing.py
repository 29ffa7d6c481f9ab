"""Where one reader stands on the map, and of whom the last run could not know.

Scores are made at night. Of a reader whose loans came in since, the run knew nothing, and yet
something is recorded: "not yet computed" is not "nothing recorded".
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.activities.describing import kinds_of_activities
from crm.imports.models import ImportBatch
from crm.readers.models import Activity, Reader
from crm.readers.queries import ACTIVE
from crm.rfc.models import ScoreRun
from crm.rfc.queries import Part, kinds_of
from crm.rfc.words import FIGURES, bracket_words

#: So long the number of readers who wait for the night may be old.
KEPT_SECONDS = 600
#: Something that counts is recorded of the reader ``r``: a row, a folded month, a month's count.
IS_RECORDED = """(
    EXISTS (
        SELECT FROM crm_activity a WHERE a.reader_id = r.id AND a.kind = ANY(%(counted)s))
    OR EXISTS (
        SELECT FROM crm_foldedmonth f WHERE f.reader_id = r.id AND f.kind = ANY(%(counted)s))
    OR EXISTS (
        SELECT FROM crm_monthcount m
        WHERE m.reader_id = r.id AND m.kind = ANY(%(counted)s) AND m.n > 0))"""
#: Current readers without a score of whom something is recorded all the same.
WAITING = f"""
SELECT count(*)
FROM crm_reader r
LEFT JOIN crm_score s ON s.reader_id = r.id
WHERE s.reader_id IS NULL AND {ACTIVE} AND r.analytics AND {IS_RECORDED}
  AND (%(campus)s::integer IS NULL OR r.campus_id = %(campus)s::integer)
"""
OF_ONE = f"SELECT {IS_RECORDED} FROM crm_reader r WHERE r.id = %(reader)s"


@dataclass(frozen=True)
class Place:
    """A reader's brackets as (figure, bracket, what it means), none for who stands in no cell;
    ``said`` is one sentence with its as-of: since when they are there, or why they are not.
    """

    brackets: list[tuple[str, int, str]]
    said: str


def as_of(run: ScoreRun) -> str:
    """The moment of the run, by the library's clock and in the language of the page."""
    return date_format(timezone.localtime(run.computed_at), "DATETIME_FORMAT")


def not_yet_computed(run: ScoreRun) -> str:
    """What is said of whoever was not known to the run, on every page alike."""
    return _("Not yet computed (as of %(time)s; next in the coming night).") % {"time": as_of(run)}


def brought_since(run: ScoreRun) -> datetime | None:
    """When a file, or a program, last brought what readers did after the run; None where none did.
    One statement.
    """
    codes = [kind.code for kind in kinds_of_activities()]
    done = ImportBatch.objects.filter(takes__in=codes, state=ImportBatch.State.DONE)
    return done.filter(merged_at__gt=run.computed_at).aggregate(last=Max("merged_at"))["last"]


def was_done_since(run: ScoreRun) -> bool:
    """Whether readers did anything that counts after the run, on the portal too. One statement."""
    done = Activity.objects.filter(kind__in=_counted(), at__gte=run.computed_at)
    return done.exists()


def count_waiting(run: ScoreRun, campus: int | None) -> int:
    """How many current readers are not computed yet; 0 where nothing came in since the run. Of the
    campus with that key, None for all. At most three statements.

    Readers without a place may be most of a million: counted anew after each import, and else some
    minutes later.
    """
    brought = brought_since(run)
    if brought is None and not was_done_since(run):
        return 0

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(WAITING, {"counted": _counted(), "campus": campus})
            return cursor.fetchone()[0]

    moment = brought and brought.timestamp()
    return cache.get_or_set(f"rfc:waiting:{run.pk}:{campus}:{moment}", count, KEPT_SECONDS)


def place_of(reader: Reader, run: ScoreRun | None) -> Place:
    """Where the reader stands as of ``run``, or why nowhere. At most two statements."""
    if run is None:
        return Place([], _("Not measured yet."))
    if not reader.analytics:
        return Place([], _("This reader has switched analytics off: nothing is computed."))
    score = getattr(reader, "score", None)
    if score is None:
        return Place([], _why_nowhere(reader, run))
    brackets = [_bracket(run, name, getattr(score, name)) for name in FIGURES]
    return Place(brackets, _("As of %(time)s.") % {"time": as_of(run)})


def _why_nowhere(reader: Reader, run: ScoreRun) -> str:
    """Why a reader whom the run might have placed has no score."""
    if reader.state != Reader.State.ACTIVE:
        return _("Only current readers are placed.")
    if _is_recorded(reader):
        return not_yet_computed(run)
    nothing = _("Nothing is recorded (as of %(time)s). That is no frequency of zero.")
    return nothing % {"time": as_of(run)}


def _bracket(run: ScoreRun, figure: str, bracket: int) -> tuple[str, int, str]:
    """(name of the figure, bracket, what it means by the edges of the run)."""
    return str(FIGURES[figure]), bracket, bracket_words(figure, run, bracket)


def _is_recorded(reader: Reader) -> bool:
    """Whether anything that counts is recorded of the reader. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(OF_ONE, {"counted": _counted(), "reader": reader.pk})
        return cursor.fetchone()[0]


def _counted() -> list[str]:
    """The kinds of activity that the scores are made of."""
    return kinds_of(Part.USE) + kinds_of(Part.GIFT)
