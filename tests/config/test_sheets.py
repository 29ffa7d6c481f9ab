"""Sheets that consist of sheets become one; what a browser would not follow is refused."""

import pytest

from config.sheets import SheetError, joined, lean

INK = "p { color: red }\n"


def whole(files: dict[str, str], name: str = "css/portal.css") -> str:
    """``name`` of these files, joined."""

    def read(asked: str) -> str:
        if asked not in files:
            raise FileNotFoundError(asked)
        return files[asked]

    return joined(name, read)


def test_sheet_without_imports_stays_as_it_is():
    text = '@charset "utf-8";\n\n/* @import "nothing.css"; */\np { color: red }\n\n'
    assert whole({"css/portal.css": text}) == text


def test_imports_stand_in_their_order_before_the_rest():
    files = {
        "css/portal.css": '/* 1 */\n@import "a.css";\n/* 2 */\n@import url("b.css");\nb {}\n',
        "css/a.css": "a1 {}\na2 {}\n",
        "css/b.css": "b0 {}\n",
    }
    assert whole(files) == "a1 {}\na2 {}\n\nb0 {}\n\nb {}\n"


def test_imports_of_imports_are_found_from_the_sheet_that_names_them():
    files = {
        "css/portal.css": '@import "base/all.css";\n',
        "css/base/all.css": '@import "type.css";\n@import "../components/card.css";\n',
        "css/base/type.css": INK,
        "css/components/card.css": "c {}\n",
    }
    assert whole(files) == f"{INK}\nc {{}}\n"


@pytest.mark.parametrize(
    ("written", "joined_as"),
    [
        ('url("icon.svg")', 'url("components/card/icon.svg")'),
        ("url( ../icon.svg )", 'url("components/icon.svg")'),
        ("url('../../../img/icons.svg#back')", 'url("../img/icons.svg#back")'),
        ("url(#hatch)", "url(#hatch)"),
        ("url(data:image/png;base64,aa/bb==)", "url(data:image/png;base64,aa/bb==)"),
        ('url("/static/img/x.png")', 'url("/static/img/x.png")'),
        ("url(https://example.org/x.png)", "url(https://example.org/x.png)"),
    ],
)
def test_addresses_lead_to_the_same_files_after_two_moves(written, joined_as):
    files = {
        "css/portal.css": '@import "components/all.css";',
        "css/components/all.css": '@import "card/card.css";',
        "css/components/card/card.css": f"c {{ background: {written} }}",
    }
    assert whole(files) == f"c {{ background: {joined_as} }}\n"


def test_sheet_that_is_not_there_is_named_with_the_one_that_imports_it():
    files = {"css/portal.css": '@import "a.css";', "css/a.css": '@import "gone.css";'}
    with pytest.raises(SheetError, match=r"^css/a\.css imports css/gone\.css, which is not there$"):
        whole(files)


def test_sheets_in_a_circle_are_named_in_their_order():
    files = {
        "css/portal.css": '@import "a.css";',
        "css/a.css": '@import "b.css";',
        "css/b.css": '@import "a.css";',
    }
    with pytest.raises(SheetError, match=r"css/portal\.css → css/a\.css → css/b\.css → css/a\.css"):
        whole(files)


def test_sheet_that_two_import_is_no_circle():
    files = {
        "css/portal.css": '@import "a.css";\n@import "b.css";',
        "css/a.css": '@import "ink.css";',
        "css/b.css": '@import "ink.css";',
        "css/ink.css": INK,
    }
    assert whole(files) == f"{INK}\n{INK}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('p {}\n@import "a.css";', "below a rule"),
        ('@import "a.css";\np {}\n@import "b.css";', "below a rule"),
        ('@import "a.css" print;', "under a condition"),
        ('@import "a.css" layer(base);', "under a condition"),
    ],
)
def test_import_that_would_mean_something_else_is_refused(text, why):
    with pytest.raises(SheetError, match=why):
        whole({"css/portal.css": text, "css/a.css": "a {}", "css/b.css": "b {}"})


@pytest.mark.parametrize(
    ("text", "received"),
    [
        ("/* why */\np {\n  color: red;\n\n  margin: 0;\n}\n", "p {\ncolor: red;\nmargin: 0;\n}\n"),
        (
            'a::after { content: "/* no comment */" }\n',
            'a::after { content: "/* no comment */" }\n',
        ),
        (r'a { content: "\"/*" } /* x */ b {}', 'a { content: "\\"/*" }  b {}\n'),
        ("a { content: '/*' }\n/* x */\nb {}\n", "a { content: '/*' }\nb {}\n"),
    ],
)
def test_comments_and_indents_stay_at_home(text, received):
    assert lean(text) == received
