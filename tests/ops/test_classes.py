"""What is read out of style sheets, templates, scripts and modules as a class."""

from ops import classes


def test_classes_of_a_sheet_are_those_of_its_selectors():
    text = """
    /* .gone is a comment, and .5em is none */
    .card > .between + *, a.card:not(.flat, [data-x=".no"]) { margin: .5em; background: url(a.svg) }
    @media (max-width: 760px) { .card { padding: 1.5em } }
    """
    assert classes.classes_in(text) == {"card", "between", "flat"}


def test_classes_of_a_template_are_its_words_and_the_beginnings_of_what_is_filled_in():
    text = """
    {# class="comment" #}{% comment %} class="longer" {% endcomment %}
    <p class="note{% if late == "never" %} red{% else %} green{% endif %} shade-{{ step }}"
       data-class="other">
    {% block body_class %}account {% if x %}narrow{% endif %}{% endblock %}
    """
    filled = f"shade-{classes.FILLED}"
    assert classes.classes_written(text) == {"note", "red", "green", filled, "account", "narrow"}


def test_words_given_to_a_part_of_a_page_may_be_classes():
    text = """{% include "_part.html" with tone="amber" %}
    <c-card tone="sunken">{{ x|yesno:"on,off" }}"""
    assert {"amber", "sunken", "on", "off"} <= classes.words_quoted(text)
    assert classes.words_quoted('<p title="word">') == set()


def test_classes_of_a_module_are_single_words_attributes_and_those_in_its_html():
    text = """
STATE = "full"
TITLE = "two words"
ATTRS = {"td": {"class": "small anywhere"}, "title": "no class"}
HTML = '<span class="chip amber">{}</span>'
"""
    found = classes.words_of_module(text)
    assert {"full", "small", "anywhere", "chip", "amber"} <= found
    assert found.isdisjoint({"two", "words", "no"})


def test_attributes_of_a_script_are_those_it_looks_for_and_those_it_reads():
    text = """part.querySelector("[data-auto-submit]"); opener.dataset.copyFrom;"""
    assert classes.attributes_of(text) == {"data-auto-submit", "data-copy-from"}


def test_head_of_a_file_is_its_first_comment_on_one_line(tmp_path):
    sheet, script = tmp_path / "a.css", tmp_path / "a.js"
    sheet.write_text("/* One\n   two. */\n\n/* Not this. */\n")
    script.write_text("// One\n// two.\n(() => {\n  // Not this.\n})();\n")
    assert classes.head_of(sheet) == classes.head_of(script) == "One two."


def test_check_says_what_does_not_fit(monkeypatch, tmp_path, capsys):
    sheets, templates = tmp_path / "css", tmp_path / "templates"
    sheets.mkdir()
    templates.mkdir()
    (sheets / "card.css").write_text("/* A card. */\n.card {}\n.never-set {}\n.tone-dark {}\n")
    (templates / "page.html").write_text('<p class="card unknown tone-{{ tone }}"></p>')
    monkeypatch.setattr(classes, "STYLES", sheets)
    monkeypatch.setattr(classes, "TEMPLATES", templates)
    monkeypatch.setattr(classes, "BASE_DIR", tmp_path)
    monkeypatch.setattr(classes, "SCRIPTS", tmp_path / "js")
    monkeypatch.setattr(classes, "INDEX", tmp_path / "classes.md")

    assert classes.main(["check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "never-set: a rule that nothing uses",
        "page.html: unknown: a class without a rule",
        "docs/classes.md is not current: python -m ops.classes writes it",
    ]
    (sheets / "card.css").write_text("/* A card. */\n.card {}\n.unknown {}\n.tone-dark {}\n")
    assert classes.main([]) == 0
    assert (
        "`css/card.css` | A card. | `.card` `.tone-dark` `.unknown` |"
        in (tmp_path / "classes.md").read_text()
    )
    assert classes.main(["check"]) == 0
    assert capsys.readouterr().out == "classes: ok\n"
