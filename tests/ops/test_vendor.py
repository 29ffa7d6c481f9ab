"""Browser libraries: one place for versions, kept files that are what was taken."""

import json
import shutil

import pytest

from ops import vendor


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the manifests and of the kept files, to be spoiled."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(vendor.BASE_DIR / name, tmp_path / name)
    shutil.copytree(vendor.FOLDER, tmp_path / "static")
    shutil.copytree(vendor.TEST_FOLDER, tmp_path / "tests")
    monkeypatch.setattr(vendor, "BASE_DIR", tmp_path)
    monkeypatch.setattr(vendor, "FOLDER", tmp_path / "static")
    monkeypatch.setattr(vendor, "TEST_FOLDER", tmp_path / "tests")
    return tmp_path


def change(path, text: str, by: str) -> None:
    before = path.read_text()
    assert text in before
    path.write_text(before.replace(text, by))


def test_kept_files_are_what_manifest_and_lock_say():
    assert vendor.problems() == []
    kept = {library.package for library in vendor.LIBRARIES}
    assert kept | vendor.TOOLS == vendor.versions().keys()


def test_manifest_names_exact_versions_and_the_lock_no_host():
    lock = json.loads((vendor.BASE_DIR / "package-lock.json").read_text())
    assert [version for version in vendor.versions().values() if not version[0].isdigit()] == []
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []


def test_changed_byte_is_found(copy):
    with (copy / "static" / "htmx.min.js").open("a") as file:
        file.write(" ")

    assert vendor.problems() == ["htmx.min.js: checksum differs"]


def test_new_version_without_new_lock_and_file_is_found(copy):
    change(copy / "package.json", "4.14.1", "4.15.0")
    assert vendor.problems() == [
        "axe-core: package-lock.json has another version than package.json"
    ]

    change(copy / "package-lock.json", '"version": "4.14.1"', '"version": "4.15.0"')
    change(copy / "package-lock.json", "sha512-FHfa", "sha512-Else")
    assert vendor.problems() == ["axe.min.js: not from the locked version; make vendor fetches it"]


def test_unlisted_and_missing_files_are_found(copy):
    (copy / "tests" / "axe.min.js").rename(copy / "tests" / "other.js")

    assert vendor.problems() == ["other.js: not in vendor.json", "axe.min.js: missing"]
