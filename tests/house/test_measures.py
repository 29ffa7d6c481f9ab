"""What the house counts is named once: labels are nobody else's, and the document says them all."""

from collections import Counter

import pytest
from django.utils import translation

from core.disclosure import Count, Missing
from core.measures import all_measures, marked, measure_of
from ops import measures


def test_document_of_the_measures_is_up_to_date():
    assert measures.DOCUMENT.read_text() == measures.document()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_two_measures_share_a_label(language):
    """In 0.1 a room and a report both said "Responses", and meant 552 and 550."""
    with translation.override(language):
        labels = Counter(str(one.label) for one in all_measures().values())
    assert [label for label, n in labels.items() if n > 1] == []


def test_every_measure_says_what_it_counts_and_where_its_rows_are():
    told = [(str(one.counted), str(one.rows), one.source) for one in all_measures().values()]
    assert len(told) > 50
    assert all(map(all, told))


def test_shares_are_shown_from_five_and_judged_from_thirty_rows_at_95_percent():
    judged = [one for one in all_measures().values() if one.judged]
    assert len(judged) > 8
    assert {(one.least, one.judged, one.level) for one in judged} == {(5, 30, 0.95)}
    assert measure_of("loop.covered").level == 0.9


def test_zero_withheld_not_measured_and_cannot_say_are_four_values():
    named = measure_of("evaluation.reach")
    with translation.override("en"):
        told = [
            named.read(Count.of(0)),
            named.read(Count.of(3)),
            named.read(Count.of(None)),
            named.read(Missing.CANNOT_SAY),
        ]
        assert list(map(str, told)) == ["0", "not shown", "not measured", "cannot say"]
    assert [one.state for one in told] == ["shown", "withheld", "not_measured", "cannot_say"]
    assert [one.public_number for one in told] == [0, None, None, None]


def test_figure_without_a_value_must_say_why():
    with pytest.raises(TypeError, match="says why"):
        measure_of("evaluation.lift").read(None)


def test_exact_number_of_one_viewer_stays_on_the_page():
    told = measure_of("sending.followed").read(Count.exact(3))
    assert str(told) == "3"
    assert (told.public_number, told.as_json()["text"]) == (None, str(Missing.WITHHELD))


def test_marked_figure_is_inert_and_leads_to_its_rows():
    told = measure_of("plan.budget").read(5, about='"><script>', href='/x?a="&b')
    html = marked(told)
    assert "<script" not in html
    assert 'href="/x?a=&quot;&amp;b"' in html
    assert 'data-measure="plan.budget"' in html
