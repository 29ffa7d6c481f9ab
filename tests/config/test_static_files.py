"""Static files as they are collected, and texts as they are compressed."""

import gzip
import json
import stat
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.http import HttpResponse, StreamingHttpResponse
from django.templatetags.static import static
from django.test import RequestFactory

from config.middleware import CompressionMiddleware
from config.sheets import SheetError
from config.static_files import CollectedStorage
from core import collected, safety

LONG = "p { color: red }\n" * 40
SHEETS = {
    "css/portal.css": '@import "parts/card.css";\n',
    "css/parts/card.css": f'.card {{ background: url("../../img/back.svg") }}\n{LONG}',
    "img/back.svg": "<svg/>",
}


def collect(folder: Path, files: dict[str, str]) -> CollectedStorage:
    """The files, collected into ``folder`` as collectstatic does."""
    sources = InMemoryStorage()
    target = CollectedStorage(location=folder, base_url="/static/")
    paths = {}
    for name, text in files.items():
        sources.save(name, ContentFile(text.encode()))
        target.save(name, ContentFile(text.encode()))
        paths[name] = (sources, name)
    for _name, _stored, processed in target.post_process(paths):
        if isinstance(processed, Exception):
            raise processed
    return CollectedStorage(location=folder, base_url="/static/")


def file_of(storage: CollectedStorage, name: str) -> Path:
    """The file that pages name for ``name``."""
    return Path(storage.path(storage.url(name).removeprefix("/static/")))


# --- collected ------------------------------------------------------------------------------------
def test_sheet_is_joined_and_its_pictures_are_those_that_were_named(tmp_path):
    storage = collect(tmp_path, SHEETS)

    sheet = file_of(storage, "css/portal.css")
    picture = file_of(storage, "img/back.svg")

    assert sheet.name != "portal.css"
    assert "@import" not in sheet.read_text()
    assert f'url("../img/{picture.name}")' in sheet.read_text()


def test_every_text_lies_there_as_br_and_gzip_for_whoever_serves(tmp_path):
    sheet = file_of(collect(tmp_path, SHEETS), "css/portal.css")

    text = sheet.read_bytes()
    assert brotli.decompress(Path(f"{sheet}.br").read_bytes()) == text
    assert gzip.decompress(Path(f"{sheet}.gz").read_bytes()) == text
    # Another user collects, as root while the image is built.
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o644


def test_sheet_gets_another_name_when_a_sheet_that_it_imports_changes(tmp_path):
    before = collect(tmp_path, SHEETS).url("css/portal.css")
    changed = SHEETS | {"css/parts/card.css": f".card {{ margin: 0 }}\n{LONG}"}

    assert collect(tmp_path, changed).url("css/portal.css") != before


def test_sheet_that_lacks_stops_the_collecting(tmp_path):
    with pytest.raises(SheetError, match=r"css/portal\.css imports css/parts/card\.css"):
        collect(tmp_path, {"css/portal.css": SHEETS["css/portal.css"]})


def test_file_that_was_not_collected_is_a_fault_once_something_was(tmp_path):
    storage = collect(tmp_path, SHEETS)
    with pytest.raises(ValueError, match="css/new"):
        storage.url("css/new.css")


def test_pages_name_and_get_the_sources_where_nothing_was_collected(client):
    assert static("css/portal.css") == "/static/css/portal.css"
    answer = client.get("/static/css/portal.css")
    assert b"".join(answer) == Path(finders.find("css/portal.css")).read_bytes()


# --- said at the start ----------------------------------------------------------------------------
def collected_as(folder: Path, names: list[str]) -> None:
    """A manifest as collectstatic leaves one."""
    manifest = {"version": "1.1", "paths": {name: name for name in names}, "hash": ""}
    (folder / "staticfiles.json").write_text(json.dumps(manifest))
    (folder / collected.FINGERPRINT).write_text(collected.fingerprint())


def test_start_says_that_nothing_was_collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    assert collected.are_sources()
    assert not collected.are_old()


def test_portal_does_not_start_with_the_files_of_another_version(settings, tmp_path):
    names = list(collected.sources())
    assert {"css/portal.css", "admin/css/base.css"} <= set(names)
    collected_as(tmp_path, names)
    settings.STATIC_ROOT = tmp_path
    assert not collected.are_sources()
    assert not collected.are_old()

    collected_as(tmp_path, [name for name in names if name != "css/portal.css"])
    settings.STATIC_ROOT = tmp_path
    assert collected.are_old()
    (old,) = [danger for danger in safety.DANGERS if danger.code == "old-static-files"]
    assert [message.is_serious() for message in old.check(None)] == [True]


@pytest.mark.parametrize("kept", ["that of another version", None])
def test_portal_does_not_start_where_only_the_contents_are_of_another_version(
    settings, tmp_path, kept
):
    """A style sheet that was edited under its old name was served as before, for a year."""
    collected_as(tmp_path, list(collected.sources()))
    settings.STATIC_ROOT = tmp_path
    assert not collected.are_old()
    fingerprint = tmp_path / collected.FINGERPRINT
    fingerprint.unlink()
    if kept:
        fingerprint.write_text(kept)
    assert collected.are_old()


def test_fingerprint_changes_with_a_file_and_with_its_name(tmp_path, monkeypatch):
    for name in collected.MAKERS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    sheet = tmp_path / "static" / "css" / "portal.css"
    sheet.parent.mkdir(parents=True)
    sheet.write_text("a { color: red }")
    monkeypatch.setattr(collected, "BASE_DIR", tmp_path)
    found = [collected.fingerprint()]
    sheet.write_text("a { color: blue }")
    found.append(collected.fingerprint())
    sheet.rename(sheet.with_name("desk.css"))
    found.append(collected.fingerprint())
    (tmp_path / collected.MAKERS[0]).write_text("# joined in another way")
    found.append(collected.fingerprint())
    assert len(set(found)) == 4
    assert found[-1] == collected.fingerprint()


def test_collecting_keeps_what_the_sources_were(tmp_path):
    for _twice in range(2):
        collect(tmp_path, SHEETS)
        assert (tmp_path / collected.FINGERPRINT).read_text() == collected.fingerprint()


# --- compressed -----------------------------------------------------------------------------------
def sent(response: HttpResponse) -> HttpResponse:
    """The response as it leaves for a browser that takes gzip."""
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip, br"})
    return CompressionMiddleware(lambda _request: response)(request)


@pytest.mark.parametrize(
    ("kind", "is_packed"),
    [
        ("text/html; charset=utf-8", True),
        ("text/csv", True),
        ("application/json", True),
        ("image/svg+xml", True),
        ("image/webp", False),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
    ],
)
def test_texts_are_compressed_and_pictures_and_workbooks_are_not(kind, is_packed):
    answer = sent(HttpResponse(LONG, content_type=kind))
    assert ("Content-Encoding" in answer) is is_packed
    assert (len(answer.content) < len(LONG)) is is_packed


def test_long_export_is_compressed_row_by_row():
    answer = sent(StreamingHttpResponse(iter([LONG, LONG]), content_type="text/csv"))
    assert gzip.decompress(b"".join(answer)).decode() == LONG + LONG


def test_the_same_page_has_another_length_each_time():
    """A visitor on the same network who watches lengths could guess what a page repeats."""
    answers = [sent(HttpResponse(LONG)) for _time in range(20)]
    assert len({len(answer.content) for answer in answers}) > 5
