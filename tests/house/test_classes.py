"""Styles, templates and scripts know the same classes, and each sheet is in one entry."""

import re

from ops import classes

#: Sheets that pages link to; what they consist of is imported.
ENTRIES = ("portal.css", "desk.css", "survey.css", "poster.css")
LINKED = re.compile(r"""{%\s*static "css/([^"]+)"\s*%}""")


def test_no_rule_is_without_use_and_no_class_without_a_rule():
    assert classes.without_use() == []
    assert classes.without_rule() == []


def test_every_exception_is_needed(monkeypatch):
    exceptions = sorted(classes.SET_BY_OTHERS)
    monkeypatch.setattr(classes, "SET_BY_OTHERS", {})
    assert classes.without_use() == exceptions


def test_index_is_current():
    assert classes.INDEX.read_text() == classes.index()


def imports_of(entry: str) -> list[str]:
    return classes.IMPORT.findall((classes.STYLES / entry).read_text())


def test_entries_hold_imports_only():
    for entry in ENTRIES:
        text = classes.COMMENT.sub("", (classes.STYLES / entry).read_text())
        assert classes.IMPORT.sub("", text).strip() == "", entry


def test_every_sheet_reaches_a_page_and_no_entry_takes_one_twice():
    linked = set()
    for path in classes.TEMPLATES.rglob("*.html"):
        linked.update(LINKED.findall(path.read_text()))
    reached = linked | set(ENTRIES)
    for entry in ENTRIES:
        imported = imports_of(entry)
        assert len(imported) == len(set(imported)), entry
        reached.update(imported)
    names = {str(path.relative_to(classes.STYLES)) for path in classes.STYLES.rglob("*.css")}
    # A colour's sheet is linked by the colour that the library has chosen.
    of_colours = {name for name in names if name.startswith("colours/")}
    assert names - of_colours == reached


def test_every_file_says_what_it_holds():
    silent = [
        str(path)
        for path in [*classes.STYLES.rglob("*.css"), *classes.SCRIPTS.glob("*.js")]
        if not classes.head_of(path).endswith(".")
    ]
    assert silent == []


def test_narrow_layouts_are_for_screens():
    """A sheet of paper is as narrow as a phone: without the word it would be laid out as one."""
    narrow = re.compile(r"@media(?! screen and)[^{]*\(max-width")
    for path in sorted(classes.STYLES.rglob("*.css")):
        assert not narrow.search(path.read_text()), path.name
    for path in sorted(classes.TEMPLATES.rglob("*.html")):
        assert not narrow.search(path.read_text()), path.name
