"""The log of a proxy becomes a table before it is stored: who, when, which host. No database."""

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.activities.proxy_logs import as_table, is_log

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
