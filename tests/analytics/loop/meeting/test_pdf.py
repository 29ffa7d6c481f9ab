"""The report as a PDF: a button that says why where it cannot be made here, a file where it can."""

from importlib.util import find_spec

import pytest
from django.urls import reverse

from analytics.loop.meeting.paper import drawing_rules, on_paper
from core import pdf
from crm.staff.models import AuditEvent
from tests.analytics.pages import text
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return " ".join(text(response).split())


@pytest.fixture
def file_of(told):
    return reverse("analytics:evaluation-pdf", args=[told.pk])


def test_j2_without_a_writer_the_button_offers_the_print_view(desk, told, file_of, monkeypatch):
    monkeypatch.setattr(pdf, "find_spec", lambda _name: None)
    response = desk.get(told.get_absolute_url())
    assert "No PDF writer is installed here" in words(response)
    assert "Open the print view" in words(response)
    assert file_of not in response.content.decode()
    back = desk.get(file_of, follow=True)
    assert back.redirect_chain[-1][0] == told.get_absolute_url()
    assert "Print the page instead" in words(back)
    assert not AuditEvent.objects.filter(action="evaluation.export").exists()


def test_j2_with_a_writer_it_is_a_link_for_who_may_take_files_away(
    desk, told, file_of, client, monkeypatch
):
    monkeypatch.setattr(pdf, "find_spec", lambda _name: "installed")
    response = desk.get(told.get_absolute_url())
    assert file_of in response.content.decode()
    assert "No PDF writer" not in words(response)
    client.force_login(UserFactory(role="librarian"))
    assert file_of not in client.get(told.get_absolute_url()).content.decode()
    assert client.get(file_of).status_code == 403


def test_j2_each_drawing_on_paper_has_its_rules_with_it():
    """A PDF writer reads none outside of it, and no name of a colour."""
    page = on_paper('<p>&lt;svg class="x"&gt;</p><svg class="a"></svg><svg width="1"><g/></svg>')
    assert page.count("<style>") == 2
    assert page.startswith('<p>&lt;svg class="x"&gt;</p><svg class="a"><style>')
    rules = drawing_rules()
    assert ".reach.decides { stroke: #a5352b; stroke-width: 6; }" in rules
    assert "var(" not in rules
    assert "font:" not in rules


@pytest.mark.skipif(find_spec("weasyprint") is None, reason="requirements-pdf.in not installed")
def test_j2_the_file_is_the_report_and_leaves_a_trace(desk, told, file_of):
    response = desk.get(file_of)
    assert response["Content-Disposition"].endswith('.pdf"')
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    trace = AuditEvent.objects.get(action="evaluation.export")
    assert trace.detail == {"format": "pdf"}
