"""Terms of statistics: explained once on a page, by a button that needs no script."""

import re
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils.translation import override

from core.explained import TERMS


def shown(source: str, **context) -> str:
    return Template("{% load huixiang %}" + source).render(Context(context))


def test_a_term_is_a_button_that_opens_what_it_means():
    with override("en"):
        html = shown('{% term "n" %}')
    assert '<button type="button" popovertarget="term-n">n</button>' in html
    assert 'id="term-n" popover>n is how many readers' in html


def test_a_page_explains_a_term_at_its_first_mention_only():
    page = SimpleNamespace()
    first = shown('{% term "lift" "here" %}', request=page)
    second = shown('{% term "lift" "there" %}', request=page)
    assert "popovertarget" in first
    assert second == "there"


def test_another_page_explains_it_again():
    for _page in range(2):
        assert "popovertarget" in shown('{% term "lift" %}', request=SimpleNamespace())


def test_fragment_that_comes_into_a_page_explains_a_term_under_an_id_of_its_own():
    """Two explanations had one id, and the button of the second opened the first."""
    source = '{% term "lift" %}'
    htmls = [shown(source, request=SimpleNamespace(htmx=htmx)) for htmx in (False, True, True)]
    places = [re.search(r' id="(.*?)"', html)[1] for html in htmls]
    assert places[0] == "term-lift"
    assert len(set(places)) == 3
    for html, place in zip(htmls, places, strict=True):
        assert f'popovertarget="{place}"' in html


def test_a_metric_that_is_no_term_stands_as_it_is():
    assert shown('{% metric "reach" "Readers reached" %}') == "Readers reached"
    assert "popovertarget" in shown('{% metric "nps" "NPS" %}')


def test_words_of_the_page_are_escaped():
    assert "&lt;b&gt;" in shown('{% term "n" label %}', label="<b>")


@pytest.mark.parametrize("code", TERMS)
def test_every_term_is_explained_in_both_languages(code):
    said = {}
    for language in ("zh-hans", "en"):
        with override(language):
            said[language] = str(TERMS[code].says)
    assert said["zh-hans"] != said["en"]
    assert said["zh-hans"].endswith("。")
    assert said["en"].endswith(".")
