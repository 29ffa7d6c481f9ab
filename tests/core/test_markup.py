"""HTML is looked through before a parser sees it."""

import pytest

from core.bodies import clean_body
from core.markup import DEEPEST, LONGEST_BODY, MOST_TAGS, bounded
from core.refusals import Refused

NESTED = {
    "blocks": "<div>",
    "tables": "<table><tr><td>",
    "bold around paragraphs": "<b><p>",
    "bold that differs": '<b title="{n}"><p>',
    "end tags that a table passes over": "<div><table></div></table>",
    "end tags in comments": "<b><!-- </b> -->",
    "end tags of the wrong element": "<b><i></b>",
    "lists": "<ul><li>",
}


@pytest.mark.parametrize("tags", NESTED.values(), ids=NESTED)
def test_elements_within_each_other_are_refused_before_the_parser(tags):
    """Fault 58. Nested tags are refused with words, however the nesting is hidden."""
    body = "".join(tags.replace("{n}", str(n)) for n in range(DEEPEST + 2))
    with pytest.raises(Refused, match=str(DEEPEST)):
        clean_body(body + "x")


def test_two_hundred_kilobytes_of_tags_are_refused():
    """Fault 58."""
    with pytest.raises(Refused, match=str(LONGEST_BODY)):
        clean_body("<div>" * 40_000)
    with pytest.raises(Refused, match=str(MOST_TAGS)):
        clean_body("<br>" * (MOST_TAGS + 1))


@pytest.mark.parametrize("text", ["<", "<!--", '<a b="', "<a b='c ", "</", "<a " * 9, "<![CDATA["])
def test_text_that_only_looks_like_tags_stays_text(text):
    """Fault 58. Not one of them keeps the parser, however often it stands there."""
    body = text * (LONGEST_BODY // 10 // len(text))
    assert clean_body(body).count("&lt;") == body.count("<")


def test_tag_with_another_in_its_attribute_is_text():
    """Fault 58. Quotes hide neither beginnings nor ends from the count."""
    body = '<b title="</b>"><i x="><b y=">' * 100
    assert "<b" not in clean_body(body)
    assert "<i" not in clean_body(body)


def test_what_is_stored_can_be_cleaned_again():
    with pytest.raises(Refused):
        clean_body("&" * 50_000)


def test_what_authors_write_is_left_as_it_is():
    body = (
        '<h2>春</h2><p>1 &lt; 2<br/>a</p><p>b<ul><li>c<li>d</ul><a href="/x?a=1&amp;b=2" '
        "title='it is \"so\" > here'>e</a><hr>" + "<p>f" * 200
    )
    assert bounded(body) == body


def test_comments_go_and_half_tags_are_text():
    assert bounded("a<!-- <b> -->b<!--c") == "a b&lt;!--c"
    assert bounded("<!doctype html><!<!-- -->-- x") == " &lt;! -- x"
    assert bounded("1 < 2 <b>x</b> <b") == "1 &lt; 2 <b>x</b> &lt;b"
