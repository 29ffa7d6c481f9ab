"""Style sheets as they are collected."""

import pytest
from django.core.management import call_command

ENTRIES = ["portal.css", "desk.css", "survey.css", "poster.css"]


@pytest.fixture
def collected(tmp_path, settings):
    """The folder into which the static files were collected."""
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_entry_is_one_file_with_the_rules_of_what_it_imports(collected):
    for name in ENTRIES:
        text = (collected / "css" / name).read_text()
        assert "@import" not in text
        assert "/*" not in text
    assert ".btn.primary" in (collected / "css" / "portal.css").read_text()
    assert ".opening" in (collected / "css" / "pages" / "home.css").read_text()


def test_change_in_an_imported_sheet_reaches_an_entry_collected_before(collected):
    entry = collected / "css" / "portal.css"
    entry.write_text(".of-yesterday {}")
    call_command("collectstatic", interactive=False, verbosity=0)
    assert ".of-yesterday" not in entry.read_text()


def test_sources_stay_as_they_are(collected, settings):
    assert (settings.BASE_DIR / "static" / "css" / "portal.css").read_text().count("@import") > 9
