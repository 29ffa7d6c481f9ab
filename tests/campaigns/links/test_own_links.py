"""A page of this site is found whichever way its address was written, and knows who comes."""

import pytest
from django.conf import settings

from campaigns.links import following, keys
from tests import factories
from tests.campaigns.building import save_text
from tests.feedback.building import published

pytestmark = pytest.mark.django_db

WRITTEN = [
    "/s/{slug}",
    "{HOST}/s/{slug}/",
    "{host}/s/{slug}/",
    "/s/{slug}/?lang=en",
    "/s/{slug}/#q2",
]


@pytest.mark.parametrize("written", WRITTEN)
def test_invited_reader_comes_in_by_every_writing_of_the_address(written, client, content):
    """In 0.1 the key stood behind the #, or was lost: the invited reader was told 404."""
    survey = published(by_invitation=True)
    host = settings.BASE_URL
    address = written.format(slug=survey.slug, host=host, HOST=host.upper())
    save_text(content, f'<p><a href="{address}">here</a></p>')
    delivery = factories.DeliveryFactory(content=content, state="sent", sent_at="2026-03-03T08:00Z")

    following.targets.known.clear()
    link = content.links.get()
    key = keys.delivery_key(delivery.pk, keys.CLICK)
    leads_to = following.follow(link.code, key, counts=False)
    assert leads_to.startswith("/s/")
    path, _hash, _fragment = leads_to.partition("#")
    assert "k=" in path
    assert client.get(path, follow=True).status_code == 200
    assert client.get(survey.public_url).status_code == 404


def test_survey_by_invitation_offers_no_address_to_print(client, librarian):
    client.force_login(librarian)
    survey = published(by_invitation=True)
    assert client.get(f"/desk/surveys/{survey.pk}/poster/").status_code == 404
