"""HTML bodies: what their links are, how they are written again, what they read like as text."""

import pytest

from core.bodies import clean_body, links_in, plain_text_of, replace_links, with_paragraphs


def test_links_are_anchors_with_an_address_in_order():
    body = '<p>See <a href="https://a.example/">the  <b>first</b>\none</a> and <a>no link</a>.</p>'
    body += '<p><a href="/b">second</a> after</p>'
    assert links_in(body) == [("https://a.example/", "the first one"), ("/b", "second")]


def test_replacing_links_leaves_all_else_as_it_is():
    body = (
        '<h2>Tea &amp; ink</h2><p>&#20320; &lt;b&gt;<br><a href="/a" title="x &amp; y">in</a>'
        ' <a title="">no</a></p><hr>'
    )
    assert replace_links(body, str) == body
    assert 'href="/go/a?b=1&amp;c=2"' in replace_links(body, lambda href: f"/go{href}?b=1&c=2")


def test_attribute_without_a_value_is_not_written_again():
    assert replace_links("<a title>x</a>", str) == "<a>x</a>"


def test_plain_text_tells_blocks_lists_tables_and_addresses_apart():
    body = clean_body(
        "<h1>Spring</h1><p>One   two<br>three</p><ul><li>a</li><li>b</li></ul>"
        '<table><tr><td>c</td><td>d</td></tr></table><p><a href="/x">go</a> <a>stay</a></p>'
    )
    assert plain_text_of(body).splitlines() == [
        "Spring",
        "",
        "One two",
        "three",
        "",
        "- a",
        "- b",
        "",
        "c\td",
        "",
        "go /x stay",
    ]


def test_preformatted_text_keeps_its_line_breaks():
    assert plain_text_of("<pre>a\nb</pre>") == "a\nb\n"
    assert plain_text_of("<p>a\nb</p>") == "a b\n"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (
            "Dear you,\r\n\r\ncome at 7.\nBring <b>ink</b>.",
            "<p>Dear you,</p>\n<p>come at 7.<br>\nBring <b>ink</b>.</p>",
        ),
        ("<p>One</p>\n\n<p>Two</p>", "<p>One</p>\n\n<p>Two</p>"),
        ("<ul><li>One</li></ul>\n\nTwo", "<ul><li>One</li></ul>\n\nTwo"),
    ],
)
def test_text_without_blocks_keeps_its_paragraphs(typed, kept):
    assert with_paragraphs(typed) == kept
