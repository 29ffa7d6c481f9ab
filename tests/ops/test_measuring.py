"""Programs for whoever works on the portal: figures of the code, catalogues of texts."""

import json

import pytest

from ops import budgets, messages


# --- budgets --------------------------------------------------------------------------------------
def test_budgets_of_a_folder_are_printed_with_the_functions_to_begin_with(capsys):
    budgets.main(["config", "--worst"])

    printed = capsys.readouterr().out.splitlines()
    names = [line.split()[1] for line in printed if line.startswith("budget ")]
    assert names[0] == "function-length-mean"
    assert not [name for name in names if name.startswith("template-")]
    places = [line for line in printed if not line.startswith("budget ")]
    assert len(places) == 10
    assert all(place.startswith("config/") for place in places)


def test_budgets_kept_are_those_that_were_measured(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(budgets, "KEPT", tmp_path / "budgets.json")

    budgets.main(["config", "--keep"])

    kept = json.loads((tmp_path / "budgets.json").read_text())
    assert kept == {budget.name: budget.value for budget in budgets.measure(["config"])}
    assert "budget function-length-max" in capsys.readouterr().out


def test_a_budget_says_whether_it_is_kept():
    assert str(budgets.Budget("x", 3, 4)) == "budget x value=3 aim=4 ok"
    assert str(budgets.Budget("x", 5, 4)) == "budget x value=5 aim=4 short"
    assert budgets.percentile([], 0.95) == 0


# --- messages -------------------------------------------------------------------------------------
@pytest.fixture
def catalogue(monkeypatch, tmp_path):
    """The catalogue of ``config`` in a folder of the test's own; the sources stay."""
    monkeypatch.setattr(messages, "folder_of", lambda app: tmp_path)
    return tmp_path / "django.po"


def test_catalogue_is_made_with_its_texts_and_says_what_lacks(catalogue, capsys):
    assert not messages.is_stale("config")
    assert messages.main(["update", "config"]) == 0
    assert messages.main(["missing", "config"]) == 1

    printed = capsys.readouterr().out
    assert "'Readers' is not translated (config/nav.py)" in printed
    assert 'msgid "Readers"' in catalogue.read_text()


def test_translation_with_another_placeholder_is_named(catalogue, monkeypatch):
    head = messages.header()
    catalogue.write_text(
        f'{head}#, python-format\nmsgid "%(n)s readers"\nmsgstr "%(m)s 位读者"\n', encoding="utf-8"
    )
    monkeypatch.setattr(messages, "template_of", lambda app: messages.Catalog())

    (wrong,) = messages.missing("config")
    assert wrong.startswith("config: '%(n)s readers'")


def test_unknown_verb_or_app_gets_the_usage():
    for arguments in ([], ["translate"], ["update", "nobody"]):
        with pytest.raises(SystemExit, match="usage"):
            messages.main(arguments)


def test_catalogue_is_compiled_once_it_has_changed(catalogue):
    catalogue.write_text(f'{messages.header()}msgid "Readers"\nmsgstr "读者"\n', encoding="utf-8")
    assert messages.is_stale("config")
    messages.compile_one("config")
    assert "读者".encode() in (catalogue.parent / "django.mo").read_bytes()
