"""The log of a proxy becomes a table before it is stored: who, when, which host. No database."""

import gzip
import io
import tracemalloc
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.activities.proxy_logs import LONGEST, as_table, is_log, lines_of
from crm.imports.actions import upload_file
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.tasks import check_import
from crm.jobs.actions import cancel_job
from crm.jobs.models import Job
from tests.factories import UserFactory

LOG = """\
10.0.0.1 - A1 [05/Oct/2026:10:00:00 +0800] "GET https://www.example.org:443/a?q=secret HTTP/1.1" 200
10.0.0.1 - - [05/Oct/2026:10:00:01 +0800] "GET http://login.example.edu/x HTTP/1.1" 200 12
10.0.0.1 A2 - [05/Oct/2026:10:00:02 +0800] "CONNECT db.example.com:443 HTTP/1.1" 200 0
not a line
10.0.0.1 - 学号7 [05/Oct/2026:23:59:59 +0000] "POST http://kns.example.cn/k?f=秘密 HTTP/1.1" 302
"""


def test_pages_and_computers_are_dropped_and_nobody_s_lines_are_no_uses():
    file = SimpleUploadedFile("ezproxy.log", LOG.encode())
    assert is_log(file)
    table = as_table(file.file)
    table.seek(0)
    text = table.read().decode()
    assert text.split("\r\n") == [
        "user,timestamp,host",
        "A1,2026-10-05 10:00:00+0800,example.org",
        "A2,2026-10-05 10:00:02+0800,db.example.com",
        ",,",
        "学号7,2026-10-05 23:59:59+0000,kns.example.cn",
        "",
    ]


def test_a_table_is_no_log():
    for text in ("user,timestamp,url\nA1,2026-10-05,https://example.org/a\n", "", "\n"):
        file = SimpleUploadedFile("uses.csv", text.encode())
        assert not is_log(file)
        assert file.read().decode() == text


def table_of(log: bytes) -> list[str]:
    with as_table(io.BytesIO(log)) as table:
        table.seek(0)
        return table.read().decode().split("\r\n")[1:-1]


def test_a_log_is_known_packed_under_remarks_and_with_names_and_days_as_some_write_them():
    remarks = "#Software: proxy\n#Fields: h l u t r\n\n"
    odd = '::1 - Li Lei [5/Oct/2026:10:00:00 +0800] "GET https://x.example/secret HTTP/1.1" 200\n'
    for content in (LOG.encode(), (remarks + odd).encode(), ("broken\n" * 9 + LOG).encode()):
        for log in (content, gzip.compress(content)):
            assert is_log(io.BytesIO(log))
            assert table_of(log) == table_of(content)
    assert table_of((remarks + odd).encode()) == ["Li Lei,2026-10-05 10:00:00+0800,x.example"]
    assert not is_log(io.BytesIO(gzip.compress(LOG.encode())[:40]))


def test_a_line_without_an_end_is_never_in_memory_whole(settings):
    """Such a line of half a gigabyte was read whole by whoever answered the upload."""
    endless = LOG.encode() + b"\xff" * (8 << 20) + b"\n" + LOG.encode()
    tracemalloc.start()
    lines = sum(1 for _line in lines_of(io.BytesIO(gzip.compress(endless))))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines == 11
    assert most < 40 * LONGEST
    settings.IMPORT_MAX_BYTES = 1 << 20
    with pytest.raises(Unreadable):
        table_of(gzip.compress(endless))


def brought(content: bytes, by, name="ezproxy.log.gz") -> ImportBatch:
    return upload_file(file=SimpleUploadedFile(name, content), kind="eresources", by=by)


@pytest.mark.django_db
def test_a_packed_log_is_read_by_a_job_and_removed_at_once():
    by = UserFactory(role="librarian")
    batch = brought(gzip.compress(LOG.encode()), by)
    log = Path(batch.file.path)
    assert batch.state == ImportBatch.State.CHECKING
    check_import(batch.job_id)
    batch.refresh_from_db()
    assert batch.mapping == {"number": "user", "at": "timestamp", "platform": "host"}
    assert not log.exists()
    assert b"secret" not in batch.file.read()

    # One that is stopped while it waits is not kept for a later look.
    stopped = brought(gzip.compress(LOG.encode() * 2), by)
    log = Path(stopped.file.path)
    cancel_job(job=stopped.job, by=by)
    check_import(stopped.job_id)
    stopped.refresh_from_db()
    assert (stopped.state, log.exists()) == (ImportBatch.State.UNREADABLE, False)


@pytest.mark.django_db
def test_a_log_of_another_make_is_refused_and_nothing_of_it_is_kept():
    by = UserFactory(role="librarian")
    other = "2026-10-05 10:00:00,A1,https://x.example/secret?q=1\n" * 3
    with pytest.raises(Unreadable):
        brought(other.encode(), by, "squid.csv")
    assert ImportBatch.objects.count() == 0
    batch = brought(gzip.compress(other.encode()), by, "squid.csv.gz")
    log = Path(batch.file.path)
    check_import(batch.job_id)
    batch.refresh_from_db()
    assert (batch.state, log.exists()) == (ImportBatch.State.UNREADABLE, False)
    assert Job.objects.get(pk=batch.job_id).state == Job.State.FAILED
