"""Files of counts: read without a database, and imported as a worker does it."""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from core.kinds import kind_named
from crm.imports import actions as verbs
from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file, undo_import
from crm.sources.actions import add_source
from crm.sources.models import DataSource
from crm.tallies.collecting import Collected, collect
from crm.tallies.describing import (
    columns_to_spread,
    guessed_mapping,
    is_list_of_events,
    likely_measure,
)
from crm.tallies.looking import look
from crm.tallies.options import CountOptions
from crm.tallies.plan import CountPlan, Looked
from crm.tallies.spans import year_in


@dataclass
class Told:
    """What a file says. ``places``: {name: its number in ``collected.sums``}."""

    collected: Collected
    looked: Looked
    places: dict[str, int]
    mapping: dict[str, str]

    def number(self, place="", day="", measure="visits", audience=""):
        """The one sum of these; None where nobody knows it."""
        return self.sum_of(place, day, measure, audience).value

    def sum_of(self, place="", day="", measure="visits", audience=""):
        at = self.places.get(place)
        found = {
            thing: said
            for thing, said in self.collected.sums.items()
            if thing[0] == at
            and (not day or thing[1].isoformat() == day)
            and (thing[3], thing[4]) == (measure, audience)
        }
        (said,) = found.values()
        return said

    def total(self, measure, year=None):
        return sum(
            said.value or 0
            for thing, said in self.collected.sums.items()
            if thing[3] == measure and year in (None, thing[1].year)
        )

    @property
    def reasons(self):
        """{line: reason} of the refused rows."""
        return {one.line: one.reason for one in self.collected.refusals}


def told(text: str | Path, name="counts.csv", **asked) -> Told:
    """Read a table as it is guessed to be, but for what is ``asked``."""
    if isinstance(text, Path):
        name, text = text.name, text.read_text(encoding="utf-8-sig")
    header, *sample = list(csv.reader(text.strip().splitlines()))
    rows = list(enumerate(sample, start=2))
    mapping = guessed_mapping(header, sample, kind_named("counts"))
    options = CountOptions(
        **{
            "year": year_in(name),
            "spread": tuple(columns_to_spread(header, sample[:50], mapping)),
            "measure": likely_measure(name),
            "row_is_event": is_list_of_events(header, sample[:50], mapping),
            **asked,
        }
    )
    looked = look(header, rows, mapping, options)
    places: dict[str, int] = {}
    plan = CountPlan(
        header,
        mapping,
        options,
        looked,
        lambda name: places.setdefault(name, len(places) + 1),
    )
    return Told(collect(rows, plan), looked, places, mapping)


def counter(name="北门计数器") -> DataSource:
    known = DataSource.objects.filter(name=name).first()
    return known or add_source(name=name, kinds=[], by=None, rhythm="monthly")


def uploaded(text, by=None, source=None, name="counts.csv", **asked) -> ImportBatch:
    """A file whose columns are mapped as they were guessed, but for what is ``asked``."""
    content = text if isinstance(text, bytes) else text.encode()
    batch = verbs.upload_file(
        file=SimpleUploadedFile(name, content),
        kind="counts",
        by=by,
        source=source or counter(),
    )
    if asked:
        options = CountOptions.from_json(batch.options | asked).to_json()
        batch.options = batch.options | options
        batch.save()
    return batch


def imported(text, by=None, **more) -> ImportBatch:
    job = verbs.run_import(batch=uploaded(text, by, **more), by=by)
    import_file(job.pk)
    return ImportBatch.objects.get(job=job)


def undone(batch) -> ImportBatch:
    job = verbs.undo_import(batch=batch, by=None)
    undo_import(job.pk)
    batch.refresh_from_db()
    return batch


def counts(batch) -> tuple[int, int, int, int]:
    """New, changed, unchanged, refused."""
    return batch.created, batch.changed, batch.unchanged, batch.refused


DAY = "日期,人次\n2026-03-02,5\n"


def mapped() -> ImportBatch:
    """A file of a counter that may be run."""
    return uploaded(DAY)


def new() -> ImportBatch:
    """One that nobody has looked into."""
    batch = uploaded(DAY)
    ImportBatch.objects.filter(pk=batch.pk).update(state="checking")
    return batch


def done() -> ImportBatch:
    """One that came in."""
    return imported(DAY)
