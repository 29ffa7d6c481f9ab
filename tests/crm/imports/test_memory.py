"""What unpacks to more than it says is refused in little memory; a million rows are one import."""

import gzip
import io
import os
import struct
import subprocess
import sys

import pytest

from crm.imports.models import ImportRefusal
from crm.readers.models import Reader
from ops import local
from tests.crm.imports.building import counts, imported
from tests.crm.imports.test_bombs import parts_of
from tests.crm.imports.test_parsing import file_of, workbook, zip_of

MB = 1 << 20
SHEET = "xl/worksheets/sheet1.xml"
#: Reads the file in a process that may take 128 MB more than it has when it begins; ends with 3
#: where the file was refused in words.
READ_IT = """
import resource, sys
from pathlib import Path
import django
django.setup()
from crm.imports.opening import Unreadable
from crm.imports.rows import parse_table
from crm.imports.sniff import sniff

used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (128 << 20),) * 2)
path = Path(sys.argv[1])
try:
    _header, rows = parse_table(path, sniff(path))
    for row in rows:
        pass
except Unreadable:
    sys.exit(3)
"""


def gigabyte(line: bytes) -> bytes:
    """A gigabyte of the same, packed, without having it in memory."""
    out, part = io.BytesIO(), line * (MB // len(line))
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as packed:
        for _part in range(1024):
            packed.write(part)
    return out.getvalue()


def nested_zip(tmp_path) -> bytes:
    """A workbook whose sheet is a zip, whose part is a packed gigabyte."""
    inner = zip_of({"again.zip": zip_of({"bomb.gz": gigabyte(b" ")})})
    return zip_of(parts_of(workbook([["number"], ["A1"]]), tmp_path) | {SHEET: inner})


def lying_zip(tmp_path) -> bytes:
    """A workbook whose sheet says that it has a hundred bytes and has 160 MB."""
    size = 160 * MB + 8
    parts = parts_of(workbook([["number"], ["A1"]]), tmp_path)
    content = zip_of(parts | {SHEET: b"<x>" + b" " * (size - 7) + b"</x>"})
    assert content.count(struct.pack("<L", size)) == 2
    return content.replace(struct.pack("<L", size), struct.pack("<L", 100))


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        lambda _path: gigabyte(b"1\n"),
        lambda _path: gzip.compress(gigabyte(b"1\n")),
        nested_zip,
        lying_zip,
    ],
    ids=["gzip", "gzip in gzip", "zip in zip", "header that lies"],
)
def test_what_unpacks_to_gigabytes_is_refused_under_a_memory_cap(tmp_path, make):
    """Fault 31."""
    path = file_of(tmp_path, make(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", READ_IT, str(path)],
        cwd=local.BASE_DIR,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr


@pytest.mark.slow
@pytest.mark.django_db
def test_million_rows_have_a_report_for_each_refused_row_and_all_others_come_in(librarian):
    """Fault 34."""
    rows = [f"M{n},教师" for n in range(1_000_000)]
    wrong = range(499, 1_000_000, 1000)
    for place in wrong:
        rows[place] = f"M{place},?"
    text = "\n".join(["number,kind", *rows]) + "\n"

    batch = imported(text, librarian, mapping={"number": "number", "kind": "kind"})

    assert counts(batch) == (999_000, 0, 0, 1000)
    assert Reader.objects.count() == 999_000
    refused = ImportRefusal.objects.filter(batch=batch).order_by("line")
    assert list(refused.values_list("line", "field", "reason")) == [
        (place + 2, "kind", "unknown-kind") for place in wrong
    ]
