"""Each anchor of a content has its stored link, and keeps it when the text is saved again."""

import pytest

from campaigns.links.models import TrackedLink
from tests import factories
from tests.campaigns.building import save_text

pytestmark = pytest.mark.django_db


def test_saving_again_keeps_the_links_that_are_still_there(content):
    save_text(content, '<a href="https://a.org/">1</a> <a href="https://b.org/">2</a>')
    codes = dict(content.links.values_list("target", "code"))
    save_text(content, '<a href="https://c.org/">0</a> <a href="https://b.org/">two</a>')
    assert dict(content.links.values_list("target", "placement")) == {
        "https://c.org/": "1 · 0",
        "https://b.org/": "2 · two",
    }
    assert content.links.get(target="https://b.org/").code == codes["https://b.org/"]


def test_stored_targets_that_only_look_like_pages_of_ours_lead_elsewhere(db):
    targets = ["/", "/s/a?b=1", "/图书", "//evil.example", "/\\evil.example", "/\t/evil.example"]
    for target in targets:
        factories.TrackedLinkFactory(target=target)
    assert set(TrackedLink.objects.leading_elsewhere()) == set(targets[3:])
