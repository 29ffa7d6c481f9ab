"""Which files of a zip are tables."""

import zipfile
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _

from crm.imports.opening import Unreadable, damaged_packing, too_much_unpacked
from crm.imports.workbooks import MOST_PARTS, check_list, opened_zip, too_large

ENDINGS = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".htm", ".html"}
#: Bit of an entry that is locked with a password.
LOCKED = 0x1
#: Bit of an entry whose name is written in UTF-8; others are in the encoding of who packed it.
UTF8_NAME = 0x800


def members_of(path: Path) -> list[str]:
    """Names of the tables in a zip, in its order. Raises Unreadable where there is none, and for a
    zip that unpacks to more than the site accepts.

    Only tables count, by the ending of their names; one too large or locked refuses the whole zip.
    """
    check_list(path)
    with opened_zip(path, damaged_packing) as packed:
        parts = packed.infolist()
    if len(parts) > MOST_PARTS:
        raise too_large()

    tables = list(filter(is_table, parts))
    refuse_useless(tables)
    return [part.filename for part in tables]


def refuse_useless(tables: list[zipfile.ZipInfo]) -> None:
    """Raises Unreadable where nothing of the zip can be read.

    ``tables``: entries of the zip that are tables by name.
    """
    if not tables:
        raise Unreadable(_("This packed file holds no table: no CSV, Excel or ODS file."))
    for part in tables:
        if part.flag_bits & LOCKED:
            raise Unreadable(_("This packed file is locked with a password."))
        if part.file_size > settings.IMPORT_MAX_BYTES:
            raise too_much_unpacked()


def is_table(part: zipfile.ZipInfo) -> bool:
    """Whether an entry is a table by its name; what systems put beside it is not."""
    name = PurePosixPath(part.filename)
    is_beside = name.name.startswith((".", "~$")) or "__MACOSX" in name.parts
    return not part.is_dir() and not is_beside and name.suffix.lower() in ENDINGS


def readable_name(path: Path, member: str) -> str:
    """The name as a person wrote it: Chinese systems write names in GBK and do not say so.

    KeyError where the zip has no such entry.
    """
    with zipfile.ZipFile(path) as packed:
        part = packed.getinfo(member)
    if part.flag_bits & UTF8_NAME:
        return member
    raw = member.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")
