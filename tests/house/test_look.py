"""The frame of every page: menus, theme, language, forms, errors."""

import re
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.formats import date_format
from django.views.defaults import server_error
from django_cotton import render_component

from config.context import huixiang
from config.middleware import server_error as fault_told
from config.nav import AREAS, DESK, INSIGHT, PORTAL, Nav
from crm.jobs.models import Job
from crm.staff.forms import LoginForm, ResetPasswordForm, SignupForm
from crm.staff.models import User
from ops import vendor

STATIC = Path(__file__).resolve().parents[2] / "static"
TEMPLATES = STATIC.parent / "templates"
VISITOR = SimpleNamespace(is_authenticated=False)


class LetterForm(forms.Form):
    subject = forms.CharField(label="Subject", help_text="One line")
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="I agree")
    file = forms.FileField(label="File", required=False)


def keys(items) -> list[str]:
    return [item.key for item in items]


def items_of(groups) -> list:
    """The entries of a menu in groups, as (label, entries), one after the other."""
    found = []
    for _label, items in groups:
        found += items
    return found


def test_visitor_sees_only_the_open_part_of_the_portal():
    nav = Nav(VISITOR)
    assert {"home", "voice"} <= set(keys(nav.portal()))
    assert "me" not in keys(nav.portal())
    assert nav.areas() == nav.desk() == nav.insight() == []


@pytest.mark.parametrize(
    ("role", "audit", "users"), [("librarian", False, False), ("administrator", True, True)]
)
def test_desk_menu_follows_the_role(role, audit, users):
    shown = keys(items_of(Nav(User(role=role)).desk()))
    assert "voices" in shown
    assert ("audit" in shown) is audit
    assert ("users" in shown) is users


def test_reader_has_no_staff_areas():
    nav = Nav(User(role="reader"))
    assert nav.areas() == nav.desk() == []


def test_every_menu_entry_has_a_page_and_letters_are_used_once():
    entries = [*PORTAL, *INSIGHT, *AREAS, *items_of(DESK)]
    assert [item.url_name for item in entries if not item.url] == []
    letters = [item.go for item in entries if item.go]
    assert len(letters) == len(set(letters))


def test_menu_icons_are_drawn():
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "img/icons.svg").read_text()))
    with_icon = [*PORTAL, *items_of(DESK)]
    assert {item.key for item in with_icon} - drawn == set()


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><script>', ""), ("", "")]
)
def test_theme_comes_from_a_cookie_that_may_say_only_two_things(cookie, theme):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    request.user = VISITOR
    assert huixiang(request)["theme"] == theme


def test_visitor_may_switch_the_language(client, db):
    response = client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    page = client.get("/accounts/login/").content.decode()
    assert '<html lang="en"' in page
    assert "Keep me signed in when I close the browser" in page


def test_form_shows_errors_in_a_summary_and_beside_the_field():
    request = RequestFactory().get("/")
    request.user = VISITOR
    with translation.override("en"):
        html = render_component(request, "form", form=LetterForm({}), submit="Send")
    assert 'enctype="multipart/form-data"' in html
    assert "3 things need another look" in html
    assert '<a href="#id_subject">Subject</a>: This field is required.' in html
    assert (
        '<ul class="errorlist" id="id_subject_error"><li>This field is required.</li></ul>' in html
    )
    subject = re.search(r'<input type="text" name="subject"[^>]*>', html).group()
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in subject
    assert "<legend>Kind" in html
    assert '<a href="#id_kind">Kind</a>' in html
    assert html.index('name="agree"') < html.rindex("I agree")


def test_pager_keeps_the_filter():
    page = Paginator(range(120), 50).page(2)
    request = RequestFactory().get("/?q=a&page=2")
    request.user = VISITOR
    with translation.override("en"):
        html = render_component(request, "pager", page=page)
    assert "120 rows · 51–100" in " ".join(html.split())
    assert 'href="?q=a&amp;page=3"' in html
    assert '<span aria-current="page">2</span>' in html


def test_open_job_asks_again_and_can_be_stopped_a_finished_one_does_not():
    job = Job(pk=7, title="Import", state=Job.State.RUNNING, total=200, done=50)
    job.message = "Reading rows"
    html = render_to_string("crm/jobs/_job.html", {"job": job, "csrf_token": "x"})
    assert re.search(r'max="200"\s+value="50"', html)
    said = job.message_in_words
    assert said in html
    assert "every 1s" in html
    assert f'action="/desk/jobs/{job.pk}/cancel/"' in html
    job.state = Job.State.DONE
    html = render_to_string("crm/jobs/_job.html", {"job": job})
    assert "every 1s" not in html
    assert "<form" not in html
    assert said not in html


def test_server_error_page_needs_neither_database_nor_context():
    response = server_error(HttpRequest())
    assert response.status_code == 500
    assert b'class="code-big">500<' in response.content
    assert b"<style" not in response.content


def test_fault_before_a_language_is_chosen_is_told_in_the_visitors_own(rf):
    """A session that cannot be read fails before the language is known; the thread still
    speaks that of the visitor before.
    """
    request = rf.get("/", headers={"accept-language": "en"})
    with translation.override("zh-hans"):
        try:
            raise OperationalError("server closed the connection unexpectedly")
        except OperationalError:
            response = fault_told(request)
    assert response.status_code == 503
    assert "Keep this page open" in response.content.decode()


def test_vendored_libraries_are_what_the_list_says():
    assert vendor.problems() == []
    sources = [path.read_text(errors="replace") for path in vendor.FOLDER.glob("*.js")]
    assert not any("sourceMappingURL" in source for source in sources)


def test_phone_and_wide_screen_lead_to_the_same_pages_of_the_portal():
    """Surveys were in no menu of a phone."""
    request = RequestFactory().get("/")
    request.user = VISITOR
    html = render_to_string("base_portal.html", {"nav": Nav(VISITOR), "user": VISITOR}, request)
    menus = re.findall(r'<nav class="(?:menu-top|tabs-phone)".*?</nav>', html, re.DOTALL)
    wide, phone = [re.findall(r'<a\s+href="([^"]+)"', menu) for menu in menus]
    assert wide == phone
    assert "/surveys/" in phone


@pytest.mark.parametrize("base", ["base_desk.html", "base_insight.html", "base_portal.html"])
def test_name_of_the_library_stands_at_the_head_of_every_area(base):
    text = (TEMPLATES / base).read_text()
    assert '<c-brand :logo="logo" :library="library_name" />' in text
    # What stands beside the menu is in a landmark of its own.
    assert text.index("<header") < text.index("_switches.html") < text.index("</header>")


# --- sentences ------------------------------------------------------------------------------------
#: What a day or a moment is asked by; "c" is for machines, "d" and "N" stand in a calendar leaf.
FORMATS = {
    "DATE_FORMAT",
    "DATETIME_FORMAT",
    "YEAR_MONTH_FORMAT",
    "MONTH_DAY_FORMAT",
    "c",
    "d",
    "N",
    "Y",
    "H:i:s",
}
ASKED = re.compile(r"""(?:\|date:|{% now )"([^"]*)\"""")


def test_days_and_moments_are_written_by_one_rule_of_each_language():
    """In 0.1 a day was "2026-03-05" here, "March 5, 2026" there and "03/05/2026" elsewhere."""
    wrong = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        for asked in ASKED.findall(path.read_text()):
            if asked not in FORMATS:
                wrong.append(f"{path.name}: {asked}")
    assert wrong == []

    moment = datetime(2026, 3, 5, 14, 5)
    for short in ("", "SHORT_"):
        with translation.override("en"):
            assert date_format(moment, f"{short}DATETIME_FORMAT") == "5 Mar 2026, 14:05"
            assert date_format(moment, f"{short}DATE_FORMAT") == "5 Mar 2026"
        with translation.override("zh-hans"):
            assert date_format(moment, f"{short}DATETIME_FORMAT") == "2026年3月5日 14:05"
            assert date_format(moment, f"{short}DATE_FORMAT") == "2026年3月5日"


# --- tables ---------------------------------------------------------------------------------------
def test_every_table_is_a_component_that_scrolls_by_keyboard_and_has_a_name():
    """In 0.1 tables ran out of a phone's screen unmarked, and the keyboard could not move them."""
    wrong = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        if path.parent.name != "components" and "<table" in path.read_text():
            wrong.append(str(path.relative_to(TEMPLATES)))
    assert wrong == []


def test_every_question_before_a_step_names_it_on_its_button():
    """In 0.1 two questions had a red button without a word."""
    asked, wordless = 0, []
    for path in sorted(TEMPLATES.rglob("*.html")):
        for tag in re.findall(r"<c-confirm.*?/>", path.read_text(), re.DOTALL):
            asked += 1
            if "submit=" not in tag:
                wordless.append(str(path.relative_to(TEMPLATES)))
    assert asked
    assert wordless == []


@pytest.mark.parametrize("form", [LoginForm, ResetPasswordForm, SignupForm])
def test_placeholder_does_not_repeat_what_stands_above_the_field(form):
    attributes = [field.widget.attrs for field in form().fields.values()]
    assert [one for one in attributes if "placeholder" in one] == []
