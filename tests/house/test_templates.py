"""Templates read like the page: one tag a line, indented as they are nested."""

import pytest
from django.conf import settings

from tests.house.indentation import misplaced

TEMPLATES = settings.BASE_DIR / "templates"


def test_lines_of_templates_are_indented_as_they_are_nested():
    wrong = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES)
        wrong += [f"{name}:{line}" for line in misplaced(path.read_text())]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "<ul>\n<li>one</li>\n</ul>",
        "{% if a %}\n    <p>four</p>\n{% endif %}",
        "<div>\n  <p>\n    text\n    </p>\n</div>",
        "  <p>at the top</p>",
        "{% if a %}\n  <p>one</p>\n  {% else %}\n  <p>two</p>\n{% endif %}",
        '<c-card title="{% translate "A > B" %}">\n<p>in a card</p>\n</c-card>',
    ],
)
def test_a_line_that_stands_elsewhere_is_found(text):
    assert len(list(misplaced(text))) == 1


def test_what_is_laid_out_by_hand_is_left_alone():
    text = '<pre>\n  a\n      b\n</pre>\n<p\n  class="x"\n>\n  text\n</p>\n<br>\n<p>next</p>\n'
    assert list(misplaced(text)) == []
