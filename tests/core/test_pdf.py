"""PDF: made by a program with limits that fetches our own style sheets alone, or not at all."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec

import pytest
from django.db import connection

from core import pdf
from core.pdf_worker import BASE, StaticSheets, Unneeded
from core.refusals import Refused

needs_writer = pytest.mark.skipif(
    find_spec("weasyprint") is None, reason="weasyprint is not installed (requirements-pdf.in)"
)
PAGE = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">
<link rel="stylesheet" href="/static/css/portal.css"><title>x</title></head>
<body><p>它有没有用？</p>{more}</body></html>"""


# --- what it may fetch ----------------------------------------------------------------------------
@pytest.fixture
def sheets(tmp_path):
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "a.css").write_text("p { color: red }")
    (folder / "a.svg").write_text("<svg/>")
    (tmp_path / "secret.css").write_text("key")
    (folder / "out.css").symlink_to(tmp_path / "secret.css")
    return StaticSheets("/static/", [str(folder)])


def test_a_sheet_of_ours_is_read(sheets):
    assert sheets.read(f"{BASE}/static/css/a.css") == b"p { color: red }"


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/x.css",
        "https://example.org/static/css/a.css",
        f"{BASE}.example.org/static/css/a.css",
        f"{BASE}/media/a.css",
        f"{BASE}/static/a.svg",
        f"{BASE}/static/../secret.css",
        f"{BASE}/static/%2e%2e/secret.css",
        f"{BASE}/static//etc/hosts.css",
        f"{BASE}/static/out.css",
        f"{BASE}/static/none.css",
        "file:///etc/passwd",
        "data:text/css,p{}",
        "",
    ],
)
def test_nothing_else_is_fetched(sheets, url):
    with pytest.raises(Unneeded):
        sheets.read(url)


# --- where it cannot be made ----------------------------------------------------------------------
@pytest.mark.django_db
def test_without_a_writer_the_print_view_is_named(monkeypatch):
    monkeypatch.setattr(pdf, "find_spec", lambda _name: None)
    assert not pdf.is_installed()
    with pytest.raises(Refused, match="打印"):
        pdf.pdf_of(PAGE)


@pytest.mark.django_db
def test_one_is_made_at_a_time(monkeypatch):
    monkeypatch.setattr(pdf, "find_spec", lambda _name: "installed")
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(pdf.TRY_LOCK.replace("xact_", ""))
        try:
            with pytest.raises(Refused, match="另一份"):
                pdf.pdf_of(PAGE)
        finally:
            other.close()


@pytest.mark.django_db
def test_a_writer_that_dies_is_told_in_words(monkeypatch, tmp_path):
    dies = tmp_path / "dies.py"
    dies.write_text("raise SystemExit(1)")
    monkeypatch.setattr(pdf, "find_spec", lambda _name: "installed")
    monkeypatch.setattr(pdf, "WORKER", dies)
    with pytest.raises(Refused, match="没能"):
        pdf.pdf_of(PAGE)


# --- made -----------------------------------------------------------------------------------------
@needs_writer
@pytest.mark.django_db
def test_a_page_becomes_a_pdf():
    assert pdf.pdf_of(PAGE.format(more="")).startswith(b"%PDF-")


@needs_writer
@pytest.mark.django_db
def test_a_hostile_page_makes_it_fetch_nothing():
    asked = []

    class Heard(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_arguments):
            """Nothing on the terminal."""

    server = HTTPServer(("127.0.0.1", 0), Heard)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}"
    more = f"""<img src="{here}/img.png"><link rel="stylesheet" href="{here}/a.css">
        <style>@import "{here}/b.css"; p {{ background: url({here}/c.png) }}
        @font-face {{ font-family: x; src: url({here}/d.woff2) }} p {{ font-family: x }}</style>
        <object data="{here}/e"></object><embed src="{here}/f">
        <svg><image href="{here}/g.png"/><use href="{here}/h.svg#x"/></svg>
        <a rel="attachment" href="file:///etc/passwd">x</a>
        <link rel="attachment" href="{here}/i">"""
    try:
        made = pdf.pdf_of(PAGE.format(more=more))
    finally:
        server.shutdown()
        server.server_close()
    assert made.startswith(b"%PDF-")
    assert asked == []
    assert b"EmbeddedFile" not in made
