"""Placeholders and marks of our own are text wherever somebody types them (faults 35, 60)."""

import pytest

from campaigns.contents.views import preview_of
from campaigns.sending.mail import Mail, Recipient
from core import texts
from core.templatetags.huixiang import client_id
from crm.jobs.models import Job
from feedback.surveys.views import pages
from tests import factories
from tests.feedback.building import ITEMS, published

pytestmark = pytest.mark.django_db
TYPED = "{name} {campus} {unsubscribe} {{7*7}} {% load x %} %(n)s \ue000click\ue001 @@csrf@@"


def mailed(content, name: str) -> str:
    to = Recipient(
        pk=1, email="a@example.org", name=name, campus_id=None, kind="teacher", language="zh-hans"
    )
    return Mail(content, "zh-hans", tracked=False).write(to).data.decode("latin-1")


def test_name_of_a_reader_is_filled_in_and_not_read_again(content):
    """Fault 60. Whoever calls themselves {unsubscribe} gets no link, and nobody's key."""
    content.body = "<p>{name}!</p>"
    text = mailed(content, "{campus}{unsubscribe}{{7*7}}")
    assert "{campus}{unsubscribe}{{7*7}}!" in text.replace("=\r\n", "")


def test_marks_that_an_author_types_are_no_fields(content):
    """Fault 60. The marks between which a field stands in a compiled text cannot be typed."""
    content.body = f"<p>{texts.OPEN}unsubscribe_key{texts.CLOSE} {{{{7*7}}}} {{% load x %}}</p>"
    text = mailed(content, "Ann").replace("=\r\n", "")
    assert "<p>unsubscribe_key {{7*7}} {% load x %}</p>" in text


def test_preview_fills_in_once(librarian):
    """Fault 60."""
    librarian.first_name = "{campus}{{7*7}}"
    assert "{campus}{{7*7}}" in preview_of("<p>{name}</p>", librarian) or "{" not in str(librarian)


def test_marks_of_the_survey_page_cannot_be_typed(client):
    """Fault 60. In 0.1 @@csrf@@ in a question became the visitor's own token."""
    question = {"kind": "text", "text": {"zh-hans": f"@@csrf@@ @@key@@ {TYPED}", "en": "@@stamp@@"}}
    survey = published(items=[*ITEMS, question])
    page = client.get(survey.public_url, {"k": "abc"}).content.decode()
    assert "@@csrf@@ @@key@@" in page
    assert page.count("@@csrf@@") >= 2
    assert pages.MARK not in page


@pytest.mark.parametrize("path", ["/say/"])
def test_what_a_reader_says_is_shown_as_typed(client, path):
    """Faults 35 and 60."""
    voice = factories.VoiceFactory(text=TYPED)
    page = client.get(f"{path}{voice.reference}/{voice.secret}/").content.decode()
    assert TYPED in page


def test_name_of_a_file_is_a_value_and_no_sentence():
    """Fault 60."""
    job = Job(title="Import of %(file)s", title_values={"file": "%(n)s {name} 100%.csv"})
    assert "%(n)s {name} 100%.csv" in job.said


def test_client_id_of_a_page_is_escaped(rf):
    request = rf.post("/", {"client_id": '"><script>'})
    assert "<script>" not in client_id({"request": request})
