"""What a file's columns may be, before anybody has said so."""

import re

from core.addresses import is_address
from core.kinds import FileKind
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.options import ReadingOptions


def folded(header: str) -> str:
    """A column's name without case, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", header).casefold()


def guess(header: list[str], sample: list[list[str]], kind: FileKind) -> dict[str, str]:
    """{field: column} guessed from names in Chinese and English, then from what the first rows look
    like.
    """
    fields = kind.field_of_header()
    mapping: dict[str, str] = {}
    for name in header:
        field = fields.get(folded(name))
        if field:
            # Of two columns with the same meaning the first is taken.
            mapping.setdefault(field, name)
    takes_email = any(field.code == "email" for field in kind.fields)
    if takes_email and "email" not in mapping:
        column = column_of_addresses(header, sample, taken=set(mapping.values()))
        if column:
            mapping["email"] = column
    return mapping


def column_of_addresses(header: list[str], sample: list[list[str]], taken: set[str]) -> str | None:
    """The first free column in which every cell that is not empty is an address."""
    for place, name in enumerate(header):
        if name not in taken and holds_addresses(sample, place):
            return name
    return None


def holds_addresses(sample: list[list[str]], place: int) -> bool:
    cells = [row[place].strip() for row in sample if place < len(row)]
    said = list(filter(None, cells))
    return bool(said) and all(map(is_address, said))


def fitting_profile(header: list[str]) -> ImportProfile | None:
    """The saved profile that reads most of the file.

    All its columns are there, and they are half of the file's.
    """
    names = set(header)
    best, most = None, 0
    for profile in ImportProfile.objects.all():
        columns = needed(profile)
        fits = columns <= names and 2 * len(columns) >= len(names)
        if fits and (best is None or len(columns) > most):
            best, most = profile, len(columns)
    return best


def needed(profile_or_batch: ImportProfile | ImportBatch) -> set[str]:
    """Every column the mapping and options speak of."""
    options = ReadingOptions.from_json(profile_or_batch.options)
    return {*profile_or_batch.mapping.values(), *options.tested_columns()}
