"""What is known of an uploaded file before anybody has mapped its columns."""

from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from crm.imports import rows
from crm.imports.guessing import fitting_profile, guess
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.options import FORMAT, ReadingOptions
from crm.imports.sniff import TableFormat, Unreadable, sniff

#: Rows that are looked at for a guess and shown while columns are mapped.
SAMPLE = 50
#: How a file is read when no profile fits: rows that name no kind of reader are of this one.
PLAIN = ReadingOptions(kind="undergraduate", language="zh-hans")


def describe(batch: ImportBatch) -> None:
    """Format, mapping and options of a fresh batch.

    The profile's, that of a profile that fits, or a guess. Raises Unreadable.
    """
    path = Path(batch.file.path)
    found = sniff(path)
    header, sample = first_rows(path, found)
    if not sample:
        raise Unreadable(_("The file has a header and no rows."))
    batch.encoding, batch.rows = found.encoding, found.rows
    batch.options[FORMAT] = asdict(found)
    profile = batch.profile or fitting_profile(header)
    if profile:
        read_like(batch, profile)
    else:
        batch.mapping = guess(header, sample, batch.kind)
        options = replace(PLAIN, number_from_row="number" not in batch.mapping)
        set_options(batch, options.to_json())


def read_like(batch: ImportBatch, profile: ImportProfile) -> None:
    """Map the batch's columns as the profile does; nothing is stored."""
    batch.profile = profile
    batch.source = profile.source
    batch.mapping = dict(profile.mapping)
    set_options(batch, profile.options)


def set_options(batch: ImportBatch, options: dict) -> None:
    """Other options for the same file: its format stays."""
    kept = {name: value for name, value in batch.options.items() if name == FORMAT}
    batch.options = options | kept


def format_of(batch: ImportBatch) -> TableFormat:
    """The format found at upload; sniffed again for a batch that was made elsewhere."""
    said = batch.options.get(FORMAT)
    found = TableFormat(**said) if said else sniff(Path(batch.file.path))
    if found.kind == "csv" and batch.encoding:
        # A person may know better than the bytes.
        return replace(found, encoding=batch.encoding)
    return found


def look_into(batch: ImportBatch) -> tuple[list[str], list[list[str]]]:
    """(header, first rows) for the page on which columns are mapped. Raises Unreadable."""
    return first_rows(Path(batch.file.path), format_of(batch))


def first_rows(path: Path, form: TableFormat) -> tuple[list[str], list[list[str]]]:
    header, body = rows.read(path, form)
    sample = [row for _line, row in islice(body, SAMPLE) if isinstance(row, list)]
    return header, sample
