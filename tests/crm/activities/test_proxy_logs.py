"""The log of a proxy becomes a table before it is stored: who, when, which host. No database."""

import gzip
import io
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

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


@pytest.mark.parametrize("ending", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_log_is_read_whatever_ends_its_lines_and_in_what_letters(ending, encoding):
    """Lines that a carriage return alone ended were one, and all uses but its first were lost."""
    content = LOG.replace("\n", ending).encode(encoding)
    for log in (content, gzip.compress(content)):
        assert is_log(io.BytesIO(log))
        assert table_of(log) == table_of(LOG.encode())
    assert len(table_of(content)) == 4


AT = '[05/Oct/2026:10:00:00 +0800] "GET https://db.example:443/a?q=secret HTTP/1.1" 200 12'
TOLD = "A1,2026-10-05 10:00:00+0800,db.example"


@pytest.mark.parametrize(
    "line",
    [
        # The common format, and with a host before it, as Apache's vhost_combined and vhost_common.
        f"10.0.0.1 - A1 {AT}",
        f'10.0.0.1 - A1 {AT} "https://search.example/?q=secret" "Mozilla/5.0 (X11)"',
        f"proxy.example.edu:443 10.0.0.1 - A1 {AT}",
        f"proxy.example.edu 10.0.0.1 - A1 {AT}",
        f"proxy.example.edu:443 pc7.example.edu - A1 {AT}",
        f"2001:db8::7 - A1 {AT}",
        # EZproxy: with a session where another name stood, without it, with a name in quotes.
        f"10.0.0.1 tKzxRyGJqQEYV5Y A1 {AT}",
        f"10.0.0.1 A1 {AT}",
        f'10.0.0.1 - "A1" {AT}',
        f"pc7.example.edu tKzxRyGJqQEYV5Y A1 {AT} tKzxRyGJqQEYV5Y",
        # A line of a syslog, a list of computers on the way, the domain of a network.
        f"Oct  5 10:00:00 gw ezproxy[77]: 10.0.0.1 - A1 {AT}",
        f"10.9.9.9, 10.0.0.1 - A1 {AT}",
        f"10.0.0.1 - LIBRARY\\A1 {AT}",
        # Other writings of the time.
        f"10.0.0.1 - A1 {AT.replace('05/Oct/2026:', '2026-10-05T').replace(' +0800', '+0800')}",
        f"10.0.0.1 - A1 {AT.replace('10:00:00', '10:00:00.123')}",
        # Squid's own.
        "1791165600.123    195 10.0.0.1 TCP_MISS/200 507 GET http://db.example/a?q=secret A1"
        " HIER_DIRECT/10.1.1.1 text/html",
    ],
)
def test_a_line_is_read_as_many_proxies_write_it(line):
    log = f"{line}\n".encode()
    assert is_log(io.BytesIO(log))
    utc = TOLD.replace("10:00:00+0800", "02:00:00+00:00")
    assert table_of(log) in ([TOLD], [utc])


IIS = """\
#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2026-10-05 02:00:00
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-host
2026-10-05 02:00:00 10.0.0.9 GET /secret q=secret 443 LIBRARY\\A1 10.0.0.1 db.example
2026-10-05 02:00:01 10.0.0.9 GET / - 443 - 10.0.0.1 db.example
2026-10-05 02:00:02 10.0.0.9 GET
#Fields: time date cs-username cs-host
02:00:03 2026-10-05 A2 kns.example:443
"""


def test_the_extended_format_says_itself_what_stands_where():
    assert is_log(io.BytesIO(IIS.encode()))
    assert table_of(IIS.encode()) == [
        "A1,2026-10-05 02:00:00+0000,db.example",
        ",,",
        "A2,2026-10-05 02:00:03+0000,kns.example",
    ]
    tabs = IIS.replace("Internet Information Services", "").replace(" ", "\t")
    assert table_of(tabs.encode())[0] == "A1,2026-10-05 02:00:00+0000,db.example"


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (IIS.replace("cs-username", "cs-x"), "cs-username"),
        (f"10.0.0.1 - - {AT}\n10.0.0.1 - auto {AT}\n10.0.0.1 tKzxRyGJqQEYV5Y - {AT}\n", "person"),
        (f"10.0.0.1 - tKzxRyGJqQEYV5Y {AT}\n10.0.0.1 - 8dZyO5bmJlvHmVi {AT}\n", "LogUser"),
    ],
)
def test_a_log_that_names_nobody_is_refused_in_words(log, said):
    """Its sessions are no persons, and an empty table is no answer."""
    assert is_log(io.BytesIO(log.encode()))
    with override("en"), pytest.raises(Unreadable) as refused:
        table_of(log.encode())
    assert said in str(refused.value)


def test_a_damaged_log_is_refused_in_words():
    whole = gzip.compress(LOG.encode() * 4000)
    for damaged in (whole[:-2000], whole[:-8] + b"12345678"):
        with pytest.raises(Unreadable):
            table_of(damaged)


@settings(max_examples=60, derandomize=True)
@given(data=st.data())
def test_no_bytes_break_the_reading_of_a_log(data):
    content = bytearray((LOG + IIS).encode(data.draw(st.sampled_from(["utf-8", "utf-16"]))))
    for _change in range(data.draw(st.integers(1, 30))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    for log in (bytes(content), gzip.compress(bytes(content))):
        is_log(io.BytesIO(log))
        with suppress(Unreadable):
            table_of(log)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["access.log.gz", "access.log.gz.gz"])
def test_a_log_packed_twice_is_refused_in_words_and_not_kept(name):
    by = UserFactory(role="librarian")
    batch = brought(gzip.compress(gzip.compress(LOG.encode())), by, name)
    log = Path(batch.file.path)
    check_import(batch.job_id)
    batch.refresh_from_db()
    assert (batch.state, log.exists()) == (ImportBatch.State.UNREADABLE, False)
    assert "压缩" in Job.objects.get(pk=batch.job_id).message


def test_a_line_without_an_end_is_never_in_memory_whole():
    """Such a line of half a gigabyte was read whole by whoever answered the upload."""
    endless = LOG.encode() + b"\xff" * (8 << 20) + b"\n" + LOG.encode()
    tracemalloc.start()
    lines = sum(1 for _line in lines_of(io.BytesIO(gzip.compress(endless))))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines == 11
    assert most < 40 * LONGEST
    with override_settings(IMPORT_MAX_BYTES=1 << 20), pytest.raises(Unreadable):
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
