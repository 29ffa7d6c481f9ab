import re
from datetime import timedelta

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from core.disclosure import Count
from core.numbers import large_number
from core.provenance import Provenance
from core.templatetags import huixiang as tags
from crm.staff.models import User
from feedback.calls.models import Call


def render(source: str, path: str = "/", **context) -> str:
    request = RequestFactory().get(path)
    return Template("{% load huixiang %}" + source).render(Context({"request": request} | context))


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_can_is_false_for_visitors_and_follows_the_role_table():
    assert tags.can(AnonymousUser(), "readers.view") is False
    assert tags.can(User(role="reader"), "readers.view") is False
    assert tags.can(User(role="librarian"), "readers.view") is True


def test_can_of_an_unknown_permission_is_an_error():
    with pytest.raises(KeyError):
        tags.can(User(role="administrator"), "readers.veiw")


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        (0, "0"),
        (1, "not shown"),
        (4, "not shown"),
        (5, "5"),
        (3912, "3,912"),
        (None, "not measured"),
    ],
)
def test_a_count_of_one_to_four_persons_hides_itself(n, shown):
    assert render("{{ n }}", n=Count.of(n)) == shown


def test_every_filter_and_tag_is_used_in_a_template():
    pages = [path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.*")]
    source = "\n".join(pages)
    unused = [name for name in tags.register.filters if not re.search(rf"\|{name}\b", source)]
    unused += [name for name in tags.register.tags if not re.search(rf"{{%\s*{name}\b", source)]
    assert unused == []


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [(275_000, "275,000", "27.5万"), (9_999, "9,999", "9,999"), (-82_000, "−82,000", "−8.2万")],
)
def test_i5_wan_by_language(value, english, chinese):
    assert large_number(value) == english
    with translation.override("zh-hans"):
        assert large_number(value) == chinese


def test_absent_figures_are_never_zero():
    for shown in (
        tags.number,
        large_number,
        tags.percent,
        tags.money,
        tags.duration,
        tags.missing,
    ):
        assert shown(None) == "not measured"


def test_numbers_shares_and_money():
    assert tags.number(3912.56, 1) == "3,912.6"
    assert tags.percent(0.1234) == "12.3 %"
    assert tags.money(18000) == "¥18,000"
    assert tags.missing(0) == 0


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1, "1 second"),
        (89, "89 seconds"),
        (90, "2 minutes"),
        (3 * 3600, "3 hours"),
        (timedelta(days=12), "12 days"),
    ],
)
def test_duration_in_the_largest_sensible_unit(value, shown):
    assert tags.duration(value) == shown


def test_local_takes_the_current_language_and_falls_back():
    both = {"zh-hans": "迎新季", "en": "Welcome"}
    assert tags.local(both) == "Welcome"
    with translation.override("zh-hans"):
        assert tags.local(both) == "迎新季"
        assert tags.local({"en": "Welcome"}) == "Welcome"
    assert tags.local("plain") == "plain"
    assert tags.local({}, "–") == "–"


def test_facts_stand_with_dots_between_and_what_is_empty_is_left_out():
    source = "{% dotted work.title work.pen_name work.n work.gone %}"
    work = {"title": "<b>White dew</b>", "pen_name": "", "n": 0}
    assert render(source, work=work) == "&lt;b&gt;White dew&lt;/b&gt; · 0"
    assert render(source, work={}) == ""


@pytest.mark.parametrize(
    ("provenance", "said"),
    [(Provenance.PAPER, "Published case"), (Provenance.OWN, ""), (Provenance.SYNTHETIC, "")],
)
def test_only_a_published_case_is_said_beside_a_row(provenance, said):
    assert render("{{ call|published_case }}", call=Call(provenance=provenance)) == said


def test_classes_are_the_names_that_there_are():
    source = '{% classes "card" tone class %}'
    assert render(source, tone="red") == "card red"
    assert render(source) == "card"


def test_attributes_are_those_that_have_a_value():
    source = "<p{% attributes id=one data_go=two hidden=three title=gone %}>"
    shown = render(source, one='"><b>', two="", three=True)
    assert shown == '<p id="&quot;&gt;&lt;b&gt;" hidden>'
    assert render(source, three=False) == "<p>"


def test_link_to_what_is_open_is_marked():
    source = '<a href="/"{% current name shown %}>'
    assert render(source, name="a", shown="a") == '<a href="/" aria-current="page">'
    assert render(source, name="a", shown="b") == '<a href="/">'


def test_qs_changes_one_parameter_and_keeps_the_others():
    assert render("{% qs page=2 %}", "/?q=%E6%B2%88&page=1") == "?q=%E6%B2%88&amp;page=2"
    assert render("{% qs page=None %}", "/?q=a&page=1") == "?q=a"


def test_qs_escapes_what_came_in():
    assert render("{% qs page=2 %}", '/?q="><script>') == "?q=%22%3E%3Cscript%3E&amp;page=2"


def test_page_numbers_leave_out_the_far_ones():
    pages = Paginator(range(1284), 50)
    assert tags.page_numbers(pages.page(10)) == [1, None, 8, 9, 10, 11, 12, None, 26]
    assert tags.page_numbers(Paginator([], 50).page(1)) == [1]


def test_page_links_have_no_arrow_to_nowhere():
    pages = Paginator(range(30), 10)
    first = [(link.text, link.page, link.current) for link in tags.page_links(pages.page(1))]
    assert first == [("1", 0, "page"), ("2", 2, ""), ("3", 3, ""), ("→", 2, "")]
    assert [link.text for link in tags.page_links(pages.page(3))] == ["←", "1", "2", "3"]


def test_faults_come_with_the_field_that_a_link_leads_to():
    class Asked(forms.Form):
        age = forms.IntegerField()
        mark = forms.IntegerField(widget=forms.HiddenInput)

        def clean(self):
            raise forms.ValidationError("none of it")

    form = Asked({"age": "x", "mark": "y"})
    told = [(field and field.name, error) for field, error in tags.faults_by_field(form)]
    number = form.fields["age"].error_messages["invalid"]
    assert told == [(None, "none of it"), ("age", number), (None, number)]


def test_capture_keeps_what_a_block_says():
    assert (
        render("{% capture name %} <b>{{ x }}</b> {% endcapture %}[{{ name }}]", x="<")
        == "[<b>&lt;</b>]"
    )


def test_a_form_counts_every_sentence_it_says():
    assert tags.faults({"__all__": ["one", "two"], "name": ["three"]}) == 3
