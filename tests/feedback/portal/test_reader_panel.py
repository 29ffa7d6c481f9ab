"""What the page of one reader shows of their answers, voices and works."""

import pytest
from django.urls import reverse

from tests.factories import (
    CampusFactory,
    ReaderFactory,
    SubmissionFactory,
    UserFactory,
    VoiceFactory,
)
from tests.feedback.building import answer, published

pytestmark = pytest.mark.django_db


def panel(client, reader):
    return client.get(reverse("feedback:reader-panel", args=[reader.pk]))


def give(reader):
    """One of each to be seen, and the anonymous survey and the draft that are not."""
    survey = published()
    answer(survey, {"1": 1, "5": "secret words"}, reader_id=reader.pk)
    VoiceFactory(reader=reader, text="spoken words")
    SubmissionFactory(author=reader, title="Ginkgo", state="accepted")
    SubmissionFactory(author=reader, title="Unfinished", state="draft", submitted_at=None)
    SubmissionFactory(author=reader, title="Judged", state="submitted")


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="librarian"))
    return client


def test_panel_names_surveys_voices_and_works_without_their_words(desk):
    reader = ReaderFactory()
    give(reader)
    VoiceFactory(reader=ReaderFactory(), reference="V-OTHER")

    page = panel(desk, reader).content.decode()
    assert "读者问卷" in page
    assert reader.voices.get().reference in page
    assert "Ginkgo" in page
    assert not any(
        word in page for word in ("secret words", "spoken words", "Unfinished", "Judged", "V-OTHER")
    )


def test_anonymous_surveys_are_never_named(desk):
    reader = ReaderFactory()
    survey = published()
    answer(survey, {"1": 1}, reader_id=reader.pk)
    type(survey).objects.filter(pk=survey.pk).update(anonymous=True)

    assert "读者问卷" not in panel(desk, reader).content.decode()


def test_reader_of_another_campus_has_no_panel(client):
    reader = ReaderFactory(campus=CampusFactory())
    give(reader)
    client.force_login(UserFactory(role="librarian", campus=CampusFactory()))

    assert panel(client, reader).status_code == 404


@pytest.mark.parametrize("each", [1, 3])
def test_panel_needs_the_same_queries_however_much_there_is(desk, django_assert_num_queries, each):
    reader = ReaderFactory()
    for _n in range(each):
        give(reader)
    with django_assert_num_queries(13):
        panel(desk, reader)


def test_page_of_a_reader_loads_the_panel(desk):
    reader = ReaderFactory()
    desk.post(reverse("crm:reader-reason", args=[reader.pk]), {"reason": "enquiry"})
    page = desk.get(reader.get_absolute_url()).content.decode()
    assert reverse("feedback:reader-panel", args=[reader.pk]) in page
