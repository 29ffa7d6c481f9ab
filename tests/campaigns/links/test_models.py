"""Each anchor of a content has its stored link, and keeps it when the text is saved again."""

import pytest

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
