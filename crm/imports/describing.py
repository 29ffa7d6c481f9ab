"""What is known of an uploaded file before anybody has mapped its columns."""

from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from crm.imports.guessing import fitting_profile, guess
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.opening import TableFormat, Unreadable, in_silence
from crm.imports.options import FORMAT, ImportOptions
from crm.imports.rows import parse_table
from crm.imports.sniff import check_ending, sniff
from crm.imports.systems import system_of

#: Rows that are looked at for a guess and shown while columns are mapped.
SAMPLE = 50
#: What is done with values when no profile fits: rows that name no kind of reader are of this one.
PLAIN = ImportOptions(kind="undergraduate", language="zh-hans")


def describe(batch: ImportBatch, beat: Callable[[], None] = in_silence) -> None:
    """Fill in format, mapping and options of a fresh batch; nothing is stored.

    They are those of the batch's profile, else of one that fits, else a guess. Raises Unreadable,
    also for a file that has a header and no rows.
    """
    path = Path(batch.file.path)
    found = sniff(path, beat)
    check_ending(batch.filename, found)
    header, sample = first_rows(path, found)
    if not sample:
        raise Unreadable(_("The file has a header and no rows."))

    batch.encoding = found.encoding
    batch.rows = found.rows
    batch.options[FORMAT] = asdict(found)

    if batch.profile:
        map_like(batch, batch.profile)
        return
    profile = fitting_profile(header)
    if profile:
        map_like(batch, profile)
        _ask_about_positions(batch)
        return
    batch.mapping = guess(header, sample, batch.kind)
    batch.source = system_of(batch.mapping.get("number", ""))
    set_options(batch, PLAIN.to_json())


def _ask_about_positions(batch: ImportBatch) -> None:
    """Persons are never matched by their place in a file because its columns look like those of a
    profile: another file of the same shape would write over them. Somebody has to say so.
    """
    options = ImportOptions.from_json(batch.options)
    set_options(batch, replace(options, number_from_row=False).to_json())


def map_like(batch: ImportBatch, profile: ImportProfile) -> None:
    """Map the batch's columns as the profile does; nothing is stored."""
    batch.profile = profile
    batch.source = profile.source
    # A copy: what somebody changes for this file must not change the profile.
    batch.mapping = dict(profile.mapping)
    set_options(batch, profile.options)


def set_options(batch: ImportBatch, options: dict) -> None:
    """Other options for the same file: its format stays."""
    changed = dict(options)
    changed.pop(FORMAT, None)
    if FORMAT in batch.options:
        changed[FORMAT] = batch.options[FORMAT]
    batch.options = changed


def format_of(batch: ImportBatch) -> TableFormat:
    """The format found at upload; sniffed again for a batch that was made elsewhere.

    Raises Unreadable.
    """
    stored = batch.options.get(FORMAT)
    found = TableFormat(**stored) if stored else sniff(Path(batch.file.path))
    if found.kind == "csv" and batch.encoding:
        # A person may know better than the bytes.
        return replace(found, encoding=batch.encoding)
    return found


def look_into(batch: ImportBatch) -> tuple[list[str], list[list[str]]]:
    """(header, first rows) for the page on which columns are mapped. Raises Unreadable."""
    return first_rows(Path(batch.file.path), format_of(batch))


def first_rows(path: Path, form: TableFormat) -> tuple[list[str], list[list[str]]]:
    """(header, those of the first rows that are rows at all). Raises Unreadable."""
    header, rows = parse_table(path, form)
    sample = []
    for _line, row in islice(rows, SAMPLE):
        if isinstance(row, list):
            sample.append(row)
    return header, sample
